#!/usr/bin/env bash
# Installs the Debian packages that the tests need and this machine lacks.
set -euo pipefail

missing=()
need() { [ -e "$1" ] || compgen -G "$1" >/dev/null || missing+=("${@:2}"); }

need "/usr/lib/postgresql/*/bin/initdb" postgresql
need /usr/bin/openssl openssl
need /usr/bin/chromium chromium
need /usr/bin/pdftotext poppler-utils
need /usr/share/poppler poppler-data
need /usr/bin/prlimit util-linux
need "/usr/lib/*/faketime/libfaketimeMT.so.1" faketime
need /usr/bin/gcore gdb
need "/usr/share/fonts/opentype/noto/NotoSansCJK*" fonts-noto-cjk
[ ${#missing[@]} -eq 0 ] && exit 0

echo "installing: ${missing[*]}"
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
