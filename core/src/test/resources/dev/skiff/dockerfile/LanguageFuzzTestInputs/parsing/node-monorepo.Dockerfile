# syntax = docker/dockerfile:1
# escape = \
FROM node:22-alpine AS deps
RUN corepack enable
WORKDIR /repo
COPY --parents pnpm-lock.yaml ./packages/*/package.json ./apps/./**/package.json ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required \
    --mount=type=cache,target=/root/.local/share/pnpm/store \
    pnpm install --frozen-lockfile
FROM deps AS build
COPY --exclude=**/*.test.ts --exclude=!keep.test.ts . .
RUN --mount=type=bind,from=deps,source=/repo/node_modules,target=node_modules pnpm -r build
FROM node:22-alpine
ENV NODE_ENV production
WORKDIR /srv
COPY --link --from=build /repo/apps/web/dist ./
USER 1000:1000
EXPOSE 3000/tcp 9229
STOPSIGNAL SIGTERM
CMD ["node", "server.js"]
