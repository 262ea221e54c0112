#!/usr/bin/env bash
# Installs the foreign witness and verifier that tests/custody/foreign.rs holds us to, into the folder that is named.
# Needs Python 3.12 or newer and a package index; says on its last line what is missing.
set -euo pipefail
folder=${1:?a folder}
# Started, not only looked for: such a folder does not survive being moved.
"$folder/bin/aics-witness" --help >/dev/null 2>&1 && "$folder/bin/aics-tlog" --help >/dev/null 2>&1 && exit 0

for python in python3.14 python3.13 python3.12 python3 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python; do
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then found=$python; break; fi
done
[ -n "${found:-}" ] || { echo "no Python 3.12 or newer here" >&2; exit 1; }
rm -rf "$folder"
"$found" -m venv "$folder" >&2 || { echo "no virtual environment can be made" >&2; exit 1; }
if ! timeout 300 "$folder/bin/pip" install --quiet aics-witness==0.1.0 aics-tlog==0.2.1 >"$folder/pip.log" 2>&1; then
  rm -rf "$folder"
  echo "aics-witness 0.1.0 and aics-tlog 0.2.1 cannot be installed from the package index" >&2
  exit 1
fi
