#!/usr/bin/env bash
# Counts the rows of docs/cts.md by state, and fails if a test that it names is not there.
set -euo pipefail
cd "$(dirname "$0")/.."

rows=$(grep -E '^\| [0-9]+\.[0-9]+ \|' docs/cts.md)
missing=0
while read -r named; do
  file=${named%%::*}
  name=${named#"$file"}
  name=${name#::}
  if [ ! -f "$file" ] || ! grep -qw -- "$name" "$file"; then
    echo "docs/cts.md names $named, which is not there" >&2
    missing=1
  fi
done < <(awk -F'|' '{ print $7 }' <<<"$rows" | grep -oE '`[^`]+`' | tr -d '`')
unproven=$(awk -F'|' '$5 ~ /✓/ && $7 !~ /`/ { print $2 }' <<<"$rows" | tr -d '\n')
count() { awk -F'|' -v state="$1" '$5 ~ state' <<<"$rows" | wc -l; }
echo "requirements (docs/cts.md): $(wc -l <<<"$rows"), of which ✓ $(count ✓), ◐ $(count ◐), ✗ $(count ✗)"
[ -z "$unproven" ] || { echo "met, but no test is named:$unproven" >&2; missing=1; }
exit "$missing"
