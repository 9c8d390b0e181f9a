#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# packages.sh BUILD DIRECTORY: makes the Debian packages of BUILD, installs them
# into a fresh system in DIRECTORY, uses them, removes them and compares what is
# left: first with only what they depend on, gcc among it, then with clang 19
# and gdb beside it; at last an installation in /usr/local.  A system that is
# there is left there, and is taken as it is: one with clang 19 in it already
# says nothing about the first.
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
# Names, without what installing and removing anything at all may change, and
# what gdb compiles of its own scripts at its first start.
files() {
  find "$top" -xdev ! -path "$top/root/*" ! -path "$top/tmp/*" \
    ! -path "$top/var/cache/*" ! -path "$top/var/log/*" \
    ! -path "$top/var/lib/apt/*" ! -path "$top/usr/share/gdb/python/*" \
    ! -name '*-old' | sort
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
quietly() {
  inside "$1" >"$top.log" 2>&1 || { tail "$top.log"; exit 1; }
}
install_packages() {
  files >"$top.before"
  quietly "$quiet install ./*.deb"
  echo installed: $(inside "dpkg-query -W -f '\${Package}\n' '*escc*'")
}
remove_packages() {
  quietly "$quiet purge escc escc-doc libesccrt0"
  files | diff "$top.before" - && echo removed
}
cp $debs "$source/examples/demo.c" "$source/README.md" \
  "$source/test/Docs/snippets.py" "$source/test/Interop/Inputs/expressions.c" \
  "$top/root/"
# Of a run that was interrupted.
inside 'dpkg -P escc escc-doc libesccrt0' >"$top.log" 2>&1 || true

# ---- what they depend on, and no more --------------------------------------
# The first of alternatives, which is what apt takes, too.
needed=$(for deb in $debs; do dpkg-deb -f "$deb" Depends; done | tr ',' '\n' |
  sed 's/[|(].*//; s/ //g' | grep -v '^libesccrt0$' | sort -u | tr '\n' ' ')
quietly "apt-get -qq update && $quiet install $needed python3"
install_packages
inside 'escc demo.c -o demo && timeout 60 ./demo' | sed -n 's/^list/demo: &/p'
inside 'python3 snippets.py README.md'
inside 'escc --escc-doctor' | tail -n 1
remove_packages

# ---- with clang 19 and gdb -------------------------------------------------
quietly "$quiet install clang-19 gdb"
install_packages
inside 'ESCC_CC=clang-19 python3 snippets.py README.md'
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

# gdb as it is installed, and a user who knows nothing of moved locals.
cat >"$top/root/session" <<'END'
break expressions.c:26 if count==4
run
echo session:
output count+1
echo ,
output arr[3]
echo ,
output count
set var count=42
echo ,
output *numbers
echo \n
info signals SIG61
info locals
continue
END
for cc in clang gcc; do
  for level in -O0 -O2; do
    inside "escc-$cc -g $level -w expressions.c -o program &&
      timeout 120 gdb -q -batch -x session ./program" >"$top.log" 2>&1 || true
    echo $cc $level $(sed -n -e 's/^session://p' -e 's/^count = /count is /p' \
      -e 's/^SIG61[[:space:]]/&/p' -e '/safe-path/p;/__escc_/p' \
      -e 's/.*exited normally.*/end/p' "$top.log")
  done
done
remove_packages

# ---- /usr/local ------------------------------------------------------------
# No ldconfig runs here.
DESTDIR=$top cmake --install "$build" --prefix /usr/local >"$top.log"
cp "$build/install_manifest.txt" "$top.manifest"
inside "$library"
DESTDIR=$top cmake -DMANIFEST="$top.manifest" \
  -P "$source/packaging/uninstall.cmake" >"$top.log" 2>&1
files | { grep '[Ee]scc' || echo 'removed from /usr/local'; }
