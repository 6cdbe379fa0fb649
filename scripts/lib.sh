# Shared by the scripts in this folder: where things live, how they speak, and
# how a process of ours is recognised. Sourced, never run; the sourcing script
# has already said `set -euo pipefail`.
# shellcheck shell=bash

if [ "$(uname -s)" != Linux ]; then
    echo "${0##*/}: these scripts are for Linux; elsewhere the shop runs in containers: docker compose up --build" >&2
    exit 1
fi

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# Tools are compiled or downloaded once per user and shared by all clones. A
# tool's folder carries its version, so a new version is a new installation.
SHOP_CACHE=${SHOP_CACHE:-$HOME/.cache/small-ecommerce}

# What this clone's services keep. For root outside its home: PostgreSQL runs as
# a user of its own there, who cannot enter private folders.
if [ -n "${SHOP_STATE_HOME:-}" ]; then
    STATE_HOME=$SHOP_STATE_HOME
elif [ "$(id -u)" = 0 ]; then
    STATE_HOME=/var/lib/small-ecommerce
else
    STATE_HOME=${XDG_STATE_HOME:-$HOME/.local/state}/small-ecommerce
fi

# The clone knows its data by a file of its own, .shop-id, so that it may be moved.
# A copy of a clone is another shop. Without the file (`git clean -x`) the data know
# the clone by its place.
find_id() {
    local id='' place note
    [ ! -f "$ROOT/.shop-id" ] || read -r id <"$ROOT/.shop-id" || true
    [[ $id =~ ^[0-9a-f]{10}$ ]] || id=''
    if [ -n "$id" ]; then
        place=$(cat "$STATE_HOME/$id/clone" 2>/dev/null || true)
        if [ -z "$place" ] || [ "$place" = "$ROOT" ] || ! cmp -s "$place/.shop-id" "$ROOT/.shop-id"; then
            echo "$id"
            return
        fi
        id=''
    else
        for note in "$STATE_HOME"/*/clone; do
            [ "$(cat "$note" 2>/dev/null)" != "$ROOT" ] || id=$(basename "$(dirname "$note")")
        done
    fi
    id=${id:-$(od -An -N5 -tx1 /dev/urandom | tr -d ' \n')}
    # Where it cannot be written, the place has to do.
    if echo "$id" 2>/dev/null >"$ROOT/.shop-id"; then echo "$id"; else printf %s "$ROOT" | sha256sum | cut -c1-10; fi
}
SHOP_STATE=${SHOP_STATE:-$STATE_HOME/$(find_id)}

# shellcheck disable=SC2034 # used by the scripts that source this file
EMBEDDED_POSTGRES=$STATE_HOME/embedded-postgres-17.10.0-beta.17
# shellcheck disable=SC2034
KAFKA_VERSION=$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' "$ROOT/scripts/kafka-broker/pom.xml" 2>/dev/null || true)
# shellcheck disable=SC2034
KAFKA_LIBS=$SHOP_CACHE/kafka-$KAFKA_VERSION/libs
# A mail server for tests: STARTTLS, authentication, and a way to read back.
# shellcheck disable=SC2034
MAILPIT=mailpit-1.33.1
# shellcheck disable=SC2034
PAPER_VALIDATORS=$SHOP_CACHE/paper-validators-$(sed -n 's:.*<\(mustang\|verapdf\).version>\(.*\)</.*:\2:p' "$ROOT/scripts/paper-validators/pom.xml" 2>/dev/null | paste -sd- || true)

export PATH="$SHOP_CACHE/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

say() { printf '%s\n' "$*" >&2; }

die() {
    say "${0##*/}: $*"
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

make_state() {
    mkdir -p "$STATE_HOME" "$SHOP_STATE"
    [ -O "$SHOP_STATE" ] || die "$SHOP_STATE belongs to somebody else"
    # Others may pass through, not look around: PostgreSQL's user has to.
    chmod 711 "$SHOP_STATE"
    printf '%s\n' "$ROOT" >"$SHOP_STATE/clone"
}

# alone NAME: from here on, one script at a time for this clone. Descriptor 8 is
# closed for the services that are started, or they would keep the lock.
alone() {
    make_state
    exec 8>"$SHOP_STATE/$1.lock"
    flock -w "${2:-120}" 8 || die "another scripts/$1 of this clone is still at work"
}

port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port [FIRST]: a port nobody listens on, below those the kernel hands out.
free_port() {
    local port=${1:-$((20000 + RANDOM % 12000))} tries
    for ((tries = 0; tries < 200; tries++, port++)); do
        port_open "$port" || {
            echo "$port"
            return
        }
    done
    die "no free port found"
}

# A number is not a process: pids are used again. We note when ours was born. One
# that is dead and only waits for its parent to notice (Z, no thread left) has no birth.
birth() {
    # shellcheck disable=SC2046 # words are wanted: from the third field of stat(5) on
    set -- $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null)
    if [ "${1:-Z}" != Z ] || [ "${18:-0}" -gt 1 ]; then echo "${20}"; fi
}

note_process() { echo "$2 $(birth "$2")" >"$1"; }

# our_process FILE: prints the pid, if that very process still runs.
our_process() {
    local pid born
    [ -f "$1" ] && read -r pid born <"$1" && [ -n "$born" ] && [ "$(birth "$pid")" = "$born" ] && echo "$pid"
}

# end_process FILE SIGNAL SECONDS: ends it, by force when it takes too long.
end_process() {
    local pid tenths
    pid=$(our_process "$1") || { rm -f "$1"; return 0; }
    kill "-$2" "$pid" 2>/dev/null || true
    for ((tenths = 0; tenths < $3 * 10; tenths++)); do
        our_process "$1" >/dev/null || break
        sleep 0.1
    done
    our_process "$1" >/dev/null && kill -KILL "$pid" 2>/dev/null && sleep 0.5
    rm -f "$1"
}

# as_root COMMAND…: for apt. Somebody at a terminal is asked for the password. Who calls says what it was for, so it ends nothing.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif ! have sudo; then
        say "'$*' needs root, and there is no sudo here"
        return 1
    elif sudo -n true 2>/dev/null; then
        sudo -n "$@"
    elif (: </dev/tty) 2>/dev/null; then
        echo "sudo is about to run: $*" >/dev/tty
        sudo "$@"
    else
        say "'$*' needs root; sudo wants a password, and nobody is here to type it"
        return 1
    fi
}

# find_program VARIABLE NAME…: what the variable names; else the first of the names that is on the path.
find_program() {
    local variable=$1 name
    shift
    if [ -n "${!variable:-}" ]; then
        have "${!variable}" || die "$variable=${!variable} is no program"
        set -- "${!variable}"
    fi
    for name in "$@"; do
        ! have "$name" || { command -v "$name"; return; }
    done
    return 1
}

# The browsers of set-up, tests and bench, each found in this one way. Chromium without the parts that make windows takes half
# the time, and is what Playwright itself takes for tests that nobody looks at.
find_chromium() { find_program CHROMIUM chromium chromium-browser google-chrome-stable google-chrome; }
find_headless_chromium() { find_program CHROMIUM chromium-headless-shell || find_chromium; }
find_firefox() { find_program FIREFOX firefox-esr firefox; }

# attended COMMAND…: runs it so that a signal to us ends it, and all it started,
# at once: bash by itself would wait for a command in the foreground first.
attended() {
    set -m
    "$@" </dev/null 8>&- 9>&- &
    attended=$!
    set +m
    local status=0
    wait "$attended" || status=$?
    attended=''
    return "$status"
}

# end_attended: for the exit trap. The command gets the time it needs to stop well.
end_attended() {
    [ -n "${attended:-}" ] || return 0
    kill -TERM -- "-$attended" 2>/dev/null || true
    wait "$attended" 2>/dev/null || true
}

# shop_build release|test: sets BUILD, the command that builds the program with its
# files for browsers in it. cargo-leptos fills a folder before it compiles the server,
# which takes them from there; nothing is read from it later. `make dev` has a folder of
# its own, target/site. What only some pages need of the wasm lies in files of its own (--split).
shop_build() {
    local site=target/site-$1
    LEPTOS=(env LEPTOS_SITE_ROOT="$site" LEPTOS_HASH_FILE_NAME="site-$1.txt" SHOP_SITE_DIR="$ROOT/$site")
    BUILD=("${LEPTOS[@]}" cargo leptos build --split)
    # shellcheck disable=SC2034 # used by the scripts that source this file
    [ "$1" = test ] || BUILD=(build_release "$site")
}

# build_release SITE: the browser's part first, small: with a standard library compiled for it (a stable compiler does that
# when it is told that it is a nightly), and without words for panics, which nobody reads there. Then the program around it.
build_release() {
    local hashes=${CARGO_TARGET_DIR:-$ROOT/target}/release/site-release.txt
    "${LEPTOS[@]}" RUSTC_BOOTSTRAP=1 CARGO_PROFILE_WASM_RELEASE_PANIC=immediate-abort \
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS='-Zlocation-detail=none -Zfmt-debug=none' \
        cargo leptos build --release --precompress --split --frontend-only \
        --lib-cargo-args=-Zbuild-std=std,panic_abort --lib-cargo-args=-Zbuild-std-features=optimize_for_size \
        --lib-cargo-args=-Zpanic-immediate-abort || return
    node "$ROOT/scripts/pack-wasm.mjs" "$1" "$hashes" "$ROOT/bench/limits.toml" >&2 || return
    "${LEPTOS[@]}" cargo leptos build --release --server-only
}

# shellcheck disable=SC2034
use_build() { PROGRAM=${CARGO_TARGET_DIR:-$ROOT/target}/$1/small-ecommerce; }

private_postgres_exists() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || [ -x "$EMBEDDED_POSTGRES/bin/initdb" ]
}

# find_database: DATABASE_URL as given; else this clone's private PostgreSQL; where its
# binaries are missing and a Docker engine answers, the one of docker-compose.yml.
find_database() {
    [ -z "${DATABASE_URL:-}" ] || return 0
    if ! private_postgres_exists && timeout 10 docker info >/dev/null 2>&1; then
        timeout 600 docker compose --project-directory "$ROOT" up -d --wait postgres >&2
        export DATABASE_URL=postgres://shop:shop@127.0.0.1:${POSTGRES_PORT:-5432}/shop
        return
    fi
    private_postgres_exists || "$ROOT/scripts/setup" postgres
    "$ROOT/scripts/postgres" status run >/dev/null || started_postgres=1
    DATABASE_URL=$("$ROOT/scripts/postgres" start run)
    export DATABASE_URL
}

# leave_database: stops the private PostgreSQL if find_database started it.
leave_database() { [ -z "${started_postgres:-}" ] || "$ROOT/scripts/postgres" stop run || true; }
