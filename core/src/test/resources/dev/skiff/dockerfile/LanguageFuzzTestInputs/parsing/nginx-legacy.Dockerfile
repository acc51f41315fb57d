FROM debian:bookworm-slim
MAINTAINER Someone <someone@example.com>

ENV NGINX_VERSION   1.25.3
ENV PKG_RELEASE     1~bookworm

RUN set -x \
# create a user first
    && groupadd --system --gid 101 nginx \
    && useradd --system --gid nginx --no-create-home --home /nonexistent --comment "nginx user" --shell /bin/false --uid 101 nginx \
    && nginxPackages=" \
        nginx=${NGINX_VERSION}-${PKG_RELEASE} \
        nginx-module-njs=${NGINX_VERSION}+0.8.2-${PKG_RELEASE} \
    " \
    && case "$(dpkg --print-architecture)" in \
        amd64|arm64) \
            echo binaries;; \
        *) \
# no binaries for this one

            echo sources \
            ;; \
    esac

ADD docker-entrypoint.tar.xz /
EXPOSE 80 443
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
