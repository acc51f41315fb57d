FROM scratch AS base
ONBUILD COPY --from=tools /bin/x /x
ONBUILD run   spaced   \
   out
ONBUILD ARG later
ONBUILD ENV a=$later
FROM busybox AS tools
FROM base
COPY --from=0 a b
