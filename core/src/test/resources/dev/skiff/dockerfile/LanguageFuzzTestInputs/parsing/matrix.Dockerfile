ARG A B=1 C="x y"
FROM ${A:-busybox}@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d
ARG B
ARG C=${B:-${A#*/}} D
ENV E=$C F="${C//x/y}" G='$C' H=a\ b
RUN printf '\351\n' "é" # Latin-1
EXPOSE $B/udp
WORKDIR "/sp ace"
USER ${D:-nobody}:${D:-nogroup}
HEALTHCHECK NONE