#!/usr/bin/env bash
# All tests. The quick ones first, so that a mistake is told early.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo check --quiet --lib --no-default-features
npm --prefix web run --silent test
node --test docs/verify/*.test.mjs
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --workspace --no-fail-fast
  cargo test --quiet --workspace --doc
else
  cargo test --workspace
fi
scripts/browser-test.sh

scripts/cts.sh
