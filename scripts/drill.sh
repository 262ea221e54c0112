#!/usr/bin/env bash
# The drill: every case of tests/custody on both databases, with real processes that are killed, stopped, lied to and
# given wrong clocks; then the long forms of everything that docs/trials.md lists, once. Prints a table of what held, and
# how often, and the minutes that each part took. ROUNDS=n repeats the former.
set -uo pipefail
cd "$(dirname "$0")/.."

rounds=${ROUNDS:-1}
said=$(mktemp)
part_said=$(mktemp)
trap 'rm -f "$said" "$part_said"' EXIT

cargo test --quiet --workspace --lib --test log --test custody --test faults --test it --no-run || exit 1
parts=0
failed=0
# Runs tests and gathers what held; what failed is told at once.
drill() {
  local name=$1 begun=$SECONDS
  shift
  if ! cargo test --quiet "$@" --nocapture --test-threads 2 >"$part_said" 2>&1; then
    failed=$((failed + 1))
    grep -a -v $'held\t' "$part_said" >&2
  fi
  parts=$((parts + 1))
  grep -a --only-matching $'held\t.*' "$part_said" >>"$said"
  printf '%-42s %3d min\n' "$name" $(((SECONDS - begun + 30) / 60)) >&2
}

for round in $(seq "$rounds"); do
  drill "custody, round $round of $rounds" --test custody -- --include-ignored
done
export KAIBIAO_DRILL=1
drill "the store" --test faults --
drill "signatures and receipts" --package kaibiao-crypto --test log -- signatures:: receipt::
drill "what is proven, by both verifiers" --lib -- replay::bundle::tests::flips replay::check::tests signer::tests witness::tests
drill "acts at the door, backups, models, lines" --test it -- bad_input::{custodians,forks,replays,respelled,revoked} \
  upkeep:: model:: guessing:: lines::

echo
awk -F '\t' '
  { count[$2]++; seen[$2] = $3; if (!($2 in place)) { place[$2] = ++cases; name[cases] = $2 } }
  END { for (i = 1; i <= cases; i++) printf "%4d ×  %-62s  %s\n", count[name[i]], name[i], seen[name[i]] }
' "$said"
echo
if [ "$failed" -eq 0 ]; then
  echo "all held: $parts parts in $((SECONDS / 60)) minutes, SQLite and PostgreSQL"
else
  echo "$failed of $parts parts failed; a case is missing above, its failure is told before the table"
  exit 1
fi
