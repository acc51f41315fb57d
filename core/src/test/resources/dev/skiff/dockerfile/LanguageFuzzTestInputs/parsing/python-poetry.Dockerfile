# syntax=docker/dockerfile:1.7
# check=skip=JSONArgsRecommended;error=true

ARG PYTHON_VERSION=3.12
ARG POETRY_VERSION=1.8.3
FROM python:${PYTHON_VERSION}-slim AS base
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    # pip
    PIP_NO_CACHE_DIR=off \
    PIP_DISABLE_PIP_VERSION_CHECK=on

FROM base AS builder
ARG POETRY_VERSION
ENV POETRY_HOME="/opt/poetry" POETRY_VIRTUALENVS_IN_PROJECT=true
ENV PATH="$POETRY_HOME/bin:$PATH"
RUN --mount=type=cache,target=/root/.cache/pip,sharing=locked \
    pip install "poetry==${POETRY_VERSION}"
WORKDIR /app
COPY pyproject.toml poetry.lock* ./
RUN --mount=type=cache,id=poetry,target=/root/.cache/pypoetry <<'SH'
set -eux
poetry install --only main --no-root
SH

FROM base
RUN useradd -u 1000 --create-home app && \
    mkdir -p /app && \

    chown app /app
COPY --from=builder --chown=app:app /app/.venv /app/.venv
COPY --chown=app . /app
USER app
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s --retries=3 \
  CMD curl -fsS http://localhost:8000/health || exit 1
CMD gunicorn app:app --bind 0.0.0.0:8000
