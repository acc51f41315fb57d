FROM a
RUN --network=none --security=sandbox --mount=type=cache,target="/a,b",uid=1,gid=2,mode=0700 x
RUN --mount=type=bind,source=.,target=.,rw --mount="type=tmpfs,target=/t" -- --not-a-flag
COPY -- --odd /x/
COPY --link=false --chown="u ser":g --exclude='a b' --exclude=c\ d a b
ADD --keep-git-dir=true --unpack=false --link a b
HEALTHCHECK --interval=1m30s --start-interval=100ms --retries=0 CMD ["a", "b"]
HEALTHCHECK NONE
RUN --device=vendor.example/dev=all x
