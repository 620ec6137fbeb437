# syntax=docker/dockerfile:1
ARG VERSION=1.92
FROM rust:${VERSION}-slim AS build
WORKDIR /plan
ENV PLAN_PATH=/tmp/plan \
    LEVEL="low $VERSION"
COPY --from=base --chown=1000 Cargo.toml src/ ./
RUN --mount=type=cache,target=/home/.cargo \
    apt-get update && \
    cargo build --release # build it
RUN <<EOF
echo "$PLAN_PATH"
EOF

FROM debian:bookworm@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
LABEL org.example.plan="rooms"
EXPOSE 8080/tcp
USER 1000:1000
HEALTHCHECK --interval=5s CMD curl -f http://localhost || exit 1
ENTRYPOINT ["/plan", "--rooms", "2"]
