#!/usr/bin/env bash
# Takes the pictures of the documentation again, from the demo's real pages. Names of acts as arguments; all without.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v pngquant >/dev/null || { echo "missing: pngquant (apt-get install pngquant)" >&2; exit 1; }
[ -d tests/browser/node_modules ] || npm --prefix tests/browser ci --no-audit --no-fund --silent
[ -x "${CARGO_TARGET_DIR:-target}/debug/kaibiao" ] || cargo build --quiet
node scripts/pictures.mjs "$@"
