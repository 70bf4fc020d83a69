FROM node:22-alpine AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npx vite build --mode cli --logLevel warn

# No shell, no package manager, and a user without rights. It writes nothing: run it with --read-only.
FROM gcr.io/distroless/nodejs22-debian12:nonroot
COPY --from=build /src/dist/cli /app
WORKDIR /work
USER nonroot
EXPOSE 6379
ENTRYPOINT ["/nodejs/bin/node", "/app/acl-playground.js"]
CMD ["--help"]
