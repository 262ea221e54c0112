#!/usr/bin/env bash
# The drill: every case of tests/custody on both databases, with real processes that are killed, stopped, lied to and
# given wrong clocks; then the long forms of tests/faults and of backups and models in tests/it, once. Prints a table of
# what held, and how often. ROUNDS=n repeats the former.
set -uo pipefail
cd "$(dirname "$0")/.."

rounds=${ROUNDS:-1}
said=$(mktemp)
round_said=$(mktemp)
trap 'rm -f "$said" "$round_said"' EXIT

cargo test --quiet --test custody --test faults --test it --no-run || exit 1
failed=0
# Runs a test binary and gathers what held; what failed is told at once.
drill() {
  if ! cargo test --quiet --test "$1" -- "${@:2}" --nocapture --test-threads 2 >"$round_said" 2>&1; then
    failed=$((failed + 1))
    grep -a -v $'held\t' "$round_said" >&2
  fi
  grep -a --only-matching $'held\t.*' "$round_said" >>"$said"
}
for round in $(seq "$rounds"); do
  echo "round $round of $rounds" >&2
  drill custody --include-ignored
done
echo "faults" >&2
KAIBIAO_DRILL=1 drill faults
echo "backups and models" >&2
KAIBIAO_DRILL=1 drill it upkeep:: model::

echo
awk -F '\t' '
  { count[$2]++; seen[$2] = $3; if (!($2 in place)) { place[$2] = ++cases; name[cases] = $2 } }
  END { for (i = 1; i <= cases; i++) printf "%4d ×  %-62s  %s\n", count[name[i]], name[i], seen[name[i]] }
' "$said"
echo
if [ "$failed" -eq 0 ]; then
  echo "all held: $rounds rounds and the faults, SQLite and PostgreSQL"
else
  echo "$failed of $((rounds + 2)) runs failed; a case is missing above, its failure is told before the table"
  exit 1
fi
