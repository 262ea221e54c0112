#!/usr/bin/env bash
# The bench of the room, after installing the peers that it is measured against. Sizes as arguments: 1000 5000 10000.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -d benches/room/peers/node_modules ] || npm --prefix benches/room/peers ci --no-audit --no-fund --silent
# Each listener is a file of two processes.
ulimit -n "$(ulimit -Hn)"
cargo bench --quiet --bench room -- "$@"
