#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Lua 5.4: own mark-sweep GC over a realloc hook, TValue tag+union, setjmp errors, coroutines,
# userdata with payload after the header, C modules by dlopen.  Debian ships no upstream tests,
# so lua/*.lua are ours (each ends by printing OK).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
CORPUS_HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
corpus_init lua "$@"
corpus_source lua5.4
build() {
  cd src
  echo "#define DEB_HOST_MULTIARCH \"$(dpkg-architecture -qDEB_HOST_MULTIARCH)\"" >lua5.4-deb-multiarch.h   # what debian/rules does
  for f in l*.c; do case $f in lua.c|luac.c) ;; *) echo "$f" ;; esac; done |
    xargs -P "$J" -I {} sh -c '$CC $CFLAGS -std=gnu99 -DLUA_USE_LINUX -DLUA_COMPAT_5_3 -c {}'
  ar rcs liblua.a l*.o
  "$CC" $CFLAGS -std=gnu99 -DLUA_USE_LINUX -DLUA_COMPAT_5_3 -Wl,-E -o lua lua.c liblua.a -lm -ldl
  "$CC" $CFLAGS -std=gnu99 -DLUA_USE_LINUX -DLUA_COMPAT_5_3 -o luac luac.c liblua.a -lm -ldl
  "$CC" $CFLAGS -I. -fPIC -shared -o vec.so "$CORPUS_HERE/lua/vec.c"
}
suite() {
  cd src
  for f in "$CORPUS_HERE"/lua/*.lua; do
    b=${f##*/}; b=${b%.lua}
    check "$b" sh -c "timeout $((60*CORPUS_SCALE)) ./lua $f >o 2>&1 </dev/null; tail -3 o; tail -1 o | grep -qx OK"
    # the same program as bytecode
    check "$b-luac" sh -c "./luac -o c.out $f && ./luac -l -l c.out >/dev/null && timeout $((60*CORPUS_SCALE)) ./lua c.out >o 2>&1 </dev/null; tail -1 o | grep -qx OK"
    check "$b-incgc" sh -c "timeout $((60*CORPUS_SCALE)) ./lua -e 'collectgarbage(\"incremental\",105,1000)' $f >o 2>&1 </dev/null; tail -1 o | grep -qx OK"
  done
}
BASE_PASS=15 BASE_FAIL=''
corpus_run
