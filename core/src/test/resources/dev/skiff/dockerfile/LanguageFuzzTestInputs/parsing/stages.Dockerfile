FROM alpine AS Alpine
FROM Alpine as a
FROM a AS a
COPY --from=A x y
FROM --platform=linux/amd64 scratch AS scratch
FROM --platform=$TARGETPLATFORM a AS context
COPY --from=1 . .
RUN --mount=from=alpine,target=/m --mount=type=tmpfs,target=/t,size=1m --mount=type=ssh --mount=type=secret,id=s,env=S true
FROM a:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
