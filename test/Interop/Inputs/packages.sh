#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# packages.sh BUILD DIRECTORY: makes the Debian packages of BUILD, installs them
# into a fresh system in DIRECTORY, uses them, removes them and compares what is
# left; then the same with an installation in /usr/local.  A system that is
# there is taken as it is, and left there.
set -euo pipefail

build=$1 top=$2
source=$(cd "$(dirname "$0")/../../.." && pwd)
. "$source/test/chroot.sh"

keep=yes
[ -d "$top" ] || keep=no
finish() {
  chroot_unmount
  [ "$keep" = yes ] || rm -rf --one-file-system "$top"
}
trap finish EXIT
trap 'exit 130' INT TERM

inside() { chroot_run "$top" /root "$1"; }
# Of what installing and removing anything at all may change: names alone.
files() {
  find "$top" -xdev ! -path "$top/root/*" ! -path "$top/tmp/*" \
    ! -path "$top/var/cache/*" ! -path "$top/var/log/*" \
    ! -path "$top/var/lib/apt/*" ! -name '*-old' | sort
}

cpack --config "$build/CPackConfig.cmake" -B "$top.packages" >"$top.log" ||
  { cat "$top.log"; exit 1; }
debs=$(ls "$top".packages/*.deb)
if command -v lintian >/dev/null; then
  lintian --fail-on error $debs >"$top.log" 2>&1 || { cat "$top.log"; exit 1; }
  echo 'lintian: no errors'
else
  echo 'lintian: not here'
fi

chroot_make "$top" || { echo 'SKIP: no Debian packages to be had'; exit 77; }
quiet='DEBIAN_FRONTEND=noninteractive apt-get -qq --no-install-recommends'
# What the packages depend on, and what this script needs.
needed=$(for deb in $debs; do dpkg-deb -f "$deb" Depends; done | tr ',' '\n' |
  sed 's/ *(.*//; s/ //g' | grep -v '^libesccrt0$' | sort -u | tr '\n' ' ')
inside "apt-get -qq update && $quiet install $needed python3" \
  >"$top.log" 2>&1 || { tail "$top.log"; exit 1; }
# Of a run that was interrupted.
inside 'dpkg -P escc escc-doc libesccrt0' >"$top.log" 2>&1 || true

files >"$top.before"
cp $debs "$top/root/"
inside "$quiet install ./*.deb" >"$top.log" 2>&1 ||
  { tail "$top.log"; exit 1; }
echo installed: $(inside "dpkg-query -W -f '\${Package}\n' '*escc*'")

cp "$source/examples/demo.c" "$source/README.md" \
  "$source/test/Docs/snippets.py" "$top/root/"
inside 'escc demo.c -o demo && timeout 60 ./demo' | sed -n 's/^list/demo: &/p'
inside 'python3 snippets.py README.md'
inside 'escc --escc-doctor' | tail -n 1
cat >"$top/root/kept.c" <<'END'
int *kept(void) { int x = 7; return &x; }
END
cat >"$top/root/main.c" <<'END'
#include <stdio.h>
int *kept(void);
int main(void) { printf("library: %d\n", *kept()); }
END
library='escc -w -shared -fPIC kept.c -o libkept.so &&
  clang-19 main.c ./libkept.so -o main && timeout 20 ./main'
inside "$library && ! readelf -d libkept.so | grep -e RUNPATH -e RPATH"

# ---- remove ----------------------------------------------------------------
inside "$quiet purge escc escc-doc libesccrt0" >"$top.log" 2>&1 ||
  { tail "$top.log"; exit 1; }
files | diff "$top.before" - && echo removed

# ---- /usr/local ------------------------------------------------------------
# No ldconfig runs here.
DESTDIR=$top cmake --install "$build" --prefix /usr/local >"$top.log"
cp "$build/install_manifest.txt" "$top.manifest"
inside "$library"
DESTDIR=$top cmake -DMANIFEST="$top.manifest" \
  -P "$source/packaging/uninstall.cmake" >"$top.log" 2>&1
files | { grep '[Ee]scc' || echo 'removed from /usr/local'; }
