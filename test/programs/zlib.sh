#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# zlib: small library, custom allocation hooks (zalloc/zfree), function pointers.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init zlib "$@"
corpus_source zlib
build() {
  ./configure
  make -j "$J" all
  make -j "$J" minigzip64 example64 || true
  "$CC" $CFLAGS -I. -o zpipe examples/zpipe.c libz.a
  "$CC" $CFLAGS -I. -o enough examples/enough.c
  "$CC" $CFLAGS -I. -o gun examples/gun.c libz.a
  "$CC" $CFLAGS -I. -o infcover test/infcover.c libz.a
  cp zlib.h contrib/infback9/ 2>/dev/null || true
}
roundtrip() { # level
  ./minigzip "-$1" <data.txt >data.$1.gz && ./minigzip -d <data.$1.gz | cmp - data.txt &&
    ./minigzipsh -d <data.$1.gz | cmp - data.txt && gzip -dc <data.$1.gz | cmp - data.txt
}
zp() { ./zpipe <data.txt >data.z && ./zpipe -d <data.z | cmp - data.txt; }
gun() { cp data.6.gz g.gz && ./gun g.gz && cmp g data.txt; }
suite() {
  export LD_LIBRARY_PATH=.
  corpus_text 3 data.txt
  check teststatic limit 60 make teststatic
  check testshared limit 60 make testshared
  check test64 limit 60 make test64
  check infcover limit 60 ./infcover
  for l in 1 2 3 4 5 6 7 8 9; do check level$l roundtrip $l; done
  check zpipe zp
  check gun gun
  check enough limit 60 ./enough
}
BASE_PASS=16 BASE_FAIL=''
corpus_run
