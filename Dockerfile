# syntax=docker/dockerfile:1
# The shop as an image: built where Rust is, run where almost nothing is.

FROM rust:1.99.1-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends nodejs npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /shop
# The tools first: they change seldom, and compiling them takes longest.
COPY rust-toolchain.toml ./
COPY scripts scripts
RUN scripts/setup leptos
COPY . .
# Cargo.lock decides which wasm-bindgen: nothing happens here unless it differs.
RUN scripts/setup leptos \
 && PATH="/root/.cache/small-ecommerce/bin:$PATH" cargo leptos build --release --precompress

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /shop --shell /usr/sbin/nologin shop \
 && install -d -o shop /shop /shop/mail
WORKDIR /shop
# hash.txt lies beside the program: it holds the names of the hashed files.
COPY --from=build /shop/target/release/small-ecommerce /shop/target/release/hash.txt ./
COPY --from=build /shop/target/site site
ENV PATH=/shop:$PATH \
    LEPTOS_OUTPUT_NAME=shop \
    LEPTOS_SITE_ROOT=/shop/site \
    LEPTOS_SITE_PKG_DIR=pkg \
    LEPTOS_SITE_ADDR=0.0.0.0:3000 \
    LEPTOS_HASH_FILES=true \
    SITE_ADDR=0.0.0.0:3000 \
    MAIL_DIR=/shop/mail
USER shop
EXPOSE 3000
# No curl in here: bash opens the connection itself.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${SITE_ADDR##*:} && printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["small-ecommerce"]
CMD ["serve"]
