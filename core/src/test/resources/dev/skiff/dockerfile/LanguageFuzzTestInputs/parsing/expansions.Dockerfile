ARG V=1.2.3
ARG N=${V%%.*} T=${V//./-}
FROM img:${N:-latest}-${T:+x${T}} AS s1
ARG V
ENV A="${V#*.}" B=${V##*.} C=${V%.*} D=${V/2/\/two} E=${V//\*/star} F='$V' G=\$V H="a\"b\$c\\d" I=a\ b
ENV J=${A:-${B:-${C:-deep}}} K="${L:-quoted}" M=${N+set} O="${P:?must be set}"
ENV Q=$$ R=$1 S=$@ T=$. U=$ W=${V:?} X=${empty-} ab$V=c
LABEL "k e"="v"'w' $A=${B}
WORKDIR "/sp ace/$A"
USER ${UID_:-1000}:${GID_:-1000}
EXPOSE $PORTS 80-81/tcp
VOLUME ["/$A", "${B}"]
STOPSIGNAL ${SIG:-SIGQUIT}
COPY --chown=$A:${B} --chmod=${C} $A* "${B}/" /d\ e/
