#!/usr/bin/env bash
# Browser tests: real pages in Debian's Chromium against a real server that the tests start and stop.
set -euo pipefail
cd "$(dirname "$0")/../tests/browser"

[ -d node_modules ] || npm ci --no-audit --no-fund --silent
cargo build --quiet
node --test --test-reporter=spec *.test.mjs
