#!/usr/bin/env bash
# The benches, one after another: each prints its figure beside its floor from the same run.
set -euo pipefail
cd "$(dirname "$0")/.."

for bench in seal lock opening append http verify idle; do
  echo "── $bench"
  cargo bench --quiet --bench "$bench"
done
