# syntax=docker/dockerfile:1
ARG GO_VERSION=1.22
ARG ALPINE_VERSION

FROM --platform=$BUILDPLATFORM golang:${GO_VERSION}-alpine${ALPINE_VERSION:+$ALPINE_VERSION} AS base
WORKDIR /src
ENV CGO_ENABLED=0 \
    GOFLAGS="-mod=readonly -trimpath"

FROM base AS deps
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod \
    go mod download

FROM deps AS test
COPY . .
RUN go test ./...

FROM deps AS build
ARG TARGETOS TARGETARCH
ARG VERSION=dev
RUN --mount=type=bind,target=. \
    --mount=type=cache,target=/go/pkg/mod,sharing=locked \
    --mount=type=secret,id=netrc,target=/root/.netrc,required \
    GOOS=$TARGETOS GOARCH=$TARGETARCH \
    # the flags of the linker
    go build -ldflags "-s -w -X main.version=${VERSION}" \

      -o /out/app ./cmd/app

FROM node:20 AS assets
WORKDIR /ui
COPY ui/package*.json .
RUN npm ci
COPY ui .
RUN ["npm", "run", "build"]

FROM gcr.io/distroless/static:nonroot AS release
COPY --from=build --chown=65532:65532 /out/app /usr/local/bin/app
COPY --from=4 /ui/dist/ /var/www/
USER nonroot:nonroot
EXPOSE 8080/tcp 9090
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s --retries=3 CMD ["/usr/local/bin/app", "health"]
ENTRYPOINT ["/usr/local/bin/app"]
CMD ["serve"]
