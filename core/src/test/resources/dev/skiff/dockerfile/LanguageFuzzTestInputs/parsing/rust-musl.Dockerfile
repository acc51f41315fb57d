FROM --platform=$BUILDPLATFORM rust:1.81 AS chef
RUN cargo install cargo-chef --locked
WORKDIR /src

FROM chef AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS builder
ARG TARGETARCH
ARG TARGETVARIANT
RUN case "$TARGETARCH$TARGETVARIANT" in \
      amd64) echo x86_64-unknown-linux-musl ;; \
      arm64*) echo aarch64-unknown-linux-musl ;; \
      armv7) echo armv7-unknown-linux-musleabihf ;; \
      *) echo "unsupported: $TARGETARCH" >&2; exit 1 ;; \
    esac > /target
COPY --from=planner /src/recipe.json recipe.json
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target,id=target-$TARGETARCH \
    cargo chef cook --release --recipe-path recipe.json --target "$(cat /target)"
COPY . .
RUN cargo build --release --target "$(cat /target)" && cp target/*/release/app /app

FROM scratch
COPY --from=builder --chmod=0755 /app /app
ENTRYPOINT ["/app"]
