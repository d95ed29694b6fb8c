# syntax=docker/dockerfile:1

FROM node:20-bookworm-slim AS page
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN --mount=type=cache,target=/cache/npm npm ci --cache /cache/npm --no-audit --no-fund
COPY frontend ./
RUN npx --no-install vite build && npx --no-install vite build --config vite.embed.config.ts

FROM golang:1.26-bookworm AS build
ENV GOMODCACHE=/cache/mod GOCACHE=/cache/build
WORKDIR /src
COPY . .
COPY --from=page /src/frontend/dist frontend/dist
ARG VERSION=dev
RUN --mount=type=cache,target=/cache/mod --mount=type=cache,target=/cache/build \
    go build -trimpath -buildvcs=false -ldflags "-X main.version=${VERSION}" -o /out/jari ./server

FROM debian:bookworm-slim
RUN useradd --uid 10001 --create-home --home-dir /data --shell /usr/sbin/nologin jari
COPY --from=build /out/jari /usr/local/bin/jari
USER jari
WORKDIR /data
VOLUME /data
ENV JARI_LISTEN=0.0.0.0:8080 JARI_DATA_DIR=/data JARI_LOG_FORMAT=json
EXPOSE 8080
# The image has no curl; bash can open a socket itself.
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["jari"]
CMD ["serve"]
