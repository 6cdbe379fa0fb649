# syntax=docker/dockerfile:1
# The shop as an image: built where Rust is, run where almost nothing is. `make image-test` builds it and runs the shop
# from it.

FROM rust:1.99.1-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends nodejs npm python3 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /shop
# The tools first, and by themselves: they change seldom, and compiling them takes longest.
COPY rust-toolchain.toml Cargo.lock ./
COPY scripts/setup scripts/lib.sh scripts/
RUN scripts/setup leptos sbom
COPY . .
# What was compiled before is found again in the two caches: a changed line costs what it changes. The program comes out
# with its files for browsers in it, and with it goes what it is made of and under which licences.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/shop/target \
    bash -euo pipefail -c '. scripts/lib.sh && shop_build release && "${BUILD[@]}" \
      && install -D target/release/small-ecommerce /out/small-ecommerce \
      && scripts/sbom && gzip -9n target/sbom/* \
      && install -D -m 644 -t /out/doc target/sbom/* LICENSE-*'

FROM debian:bookworm-slim
# Kafka is spoken through OpenSSL, whose libraries are wanted and roots of trust: not its program, of which those made their
# index, nor what is to be read but licences. What the installing itself keeps, debconf's templates and logs, stays outside.
RUN --mount=type=tmpfs,target=/var/cache --mount=type=tmpfs,target=/var/lib/apt/lists --mount=type=tmpfs,target=/var/log \
    apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libssl3 \
 && rm -rf /usr/bin/openssl /usr/bin/c_rehash /usr/lib/ssl/misc /usr/share/man/* /var/lib/dpkg/*-old /var/lib/dpkg/info/*.symbols \
 && find /usr/share/doc/ca-certificates /usr/share/doc/libssl3 /usr/share/doc/openssl -mindepth 1 ! -regex '.*/doc/[^/]*/copyright' -delete \
 && useradd --system --uid 10001 --home-dir /shop --shell /usr/sbin/nologin shop \
 && install -d -o shop /shop /shop/mail /shop/assets /shop/media
WORKDIR /shop
COPY --from=build /out/small-ecommerce ./
COPY --from=build /out/doc /usr/share/doc/small-ecommerce
# Releases leave their code and styles in assets, for tabs that are still open: give it a volume. Uploaded pictures are kept in
# media: it needs one.
ENV PATH=/shop:$PATH \
    SITE_ADDR=0.0.0.0:3000 \
    MAIL_DIR=/shop/mail \
    ASSETS_DIR=/shop/assets \
    MEDIA_DIR=/shop/media
USER shop
EXPOSE 3000
# A worker answers no requests: it is asked whether it reaches what it needs. No curl in here: bash opens the connection.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["bash", "-c", "if tr '\\0' '\\n' </proc/1/cmdline | grep -qx worker; then exec small-ecommerce check --only database,broker,payments,media; fi; exec 3<>/dev/tcp/127.0.0.1/${SITE_ADDR##*:} && printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["small-ecommerce"]
CMD ["serve"]
