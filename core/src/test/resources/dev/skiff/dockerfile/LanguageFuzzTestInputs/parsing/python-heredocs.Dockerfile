FROM python:3.12-slim

SHELL ["/bin/bash", "-euo", "pipefail", "-c"]

RUN <<EOF
apt-get update
apt-get install --no-install-recommends -y \
    curl
# this is a comment of the shell
rm -rf /var/lib/apt/lists/*
EOF

RUN <<-'SCRIPT' python3 - > /etc/built
	import platform
	print(f"built on {platform.machine()} for ${HOME}")
	SCRIPT

RUN <<EOF
#!/usr/bin/env python3
print("FROM here it is python")
EOF

ARG APP_PORT=8000
COPY <<config.toml <<"run me.sh" /app/
[server]
port = ${APP_PORT}
name = "it's me"
config.toml
#!/bin/sh
exec uvicorn --port $APP_PORT
run me.sh

COPY requirements.txt /app/
RUN --mount=type=cache,target=/root/.cache/pip pip install -r /app/requirements.txt && cat <<A > /a && cat <<B > /b
first
A
second
B
CMD uvicorn app:app --port $APP_PORT
