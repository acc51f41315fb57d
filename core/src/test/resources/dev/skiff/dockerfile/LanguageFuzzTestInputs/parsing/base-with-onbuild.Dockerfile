FROM scratch AS empty
FROM node:20 AS base
ONBUILD ARG NODE_ENV=production
ONBUILD COPY --from=empty / /
ONBUILD RUN npm ci && \
    npm cache clean --force
ONBUILD COPY <<EOF /etc/motd
built for ${NODE_ENV}
EOF
FROM base
CMD npm start
