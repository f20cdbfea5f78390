# The server, the worker and the command line in one image. Its steps are run without an engine by scripts/try-deployment.mjs.
FROM node:22-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN node scripts/package-server.mjs /server

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /server
COPY --from=build /server ./
# Owned by root and run by another: the process can change nothing of itself. It writes no files at all.
USER node
EXPOSE 8080 9464
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "bin/healthcheck.mjs"]
CMD ["node", "dist/main.js"]
