#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# zstd: compressor with its own thread pool (-T), workspace arena (ZSTD_cwksp), pools, fuzzers.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init zstd "$@"
corpus_source libzstd
build() {
  mk() { make -j "$J" CC="$CC" CFLAGS="$CFLAGS" HAVE_ZLIB=0 HAVE_LZMA=0 HAVE_LZ4=0 BACKTRACE=0 ZSTD_LEGACY_SUPPORT=0 DEBUGLEVEL=0 "$@"; }
  mk -C programs zstd
  [ -n "${ZSTD_PROGRAMS_ONLY:-}" ] || mk -C tests datagen fuzzer zstreamtest poolTests
}
suite() {
  cd tests
  Z=../programs/zstd
  check fuzzer limit 200 ./fuzzer -s5 -i60 --no-big-tests
  check zstreamtest limit 120 ./zstreamtest -s5 -i40 --no-big-tests
  check zstreamtest-newapi limit 120 ./zstreamtest --newapi -s5 -i20 --no-big-tests
  check poolTests limit 60 ./poolTests
  ./datagen -g20M -P60 >d.bin; corpus_text 16 d.txt
  for f in d.bin d.txt; do for l in 1 3 9; do for t in 1 2 4; do
    check "T$t-l$l-$f" sh -c "timeout $((60*CORPUS_SCALE)) $Z -q -T$t -$l -c $f | $Z -q -dc | cmp - $f"
  done; done; done
  check long sh -c "$Z -q --long=24 -T2 -12 -c d.txt | $Z -q -dc --long=24 | cmp - d.txt"
  check adapt sh -c "$Z -q --adapt -T2 -c d.txt | $Z -q -dc | cmp - d.txt"
  check patch sh -c "(cat d.txt; echo more) >d2.txt; $Z -q --patch-from=d.txt d2.txt -o p.zst && $Z -q -d --patch-from=d.txt p.zst -o d3.txt && cmp d2.txt d3.txt"
  mkdir s; split -b 3000 -a 4 d.txt s/x;
  check dict sh -c "ls s/* | head -2000 | xargs $Z -q --train -o dict && $Z -q -D dict -c s/xaaaa | $Z -q -D dict -dc | cmp - s/xaaaa"
  for f in golden-decompression/*.zst; do check "golden-${f##*/}" sh -c "$Z -q -dc $f >/dev/null"; done
  for f in golden-compression/*; do check "goldenc-${f##*/}" sh -c "$Z -q -c $f | $Z -q -dc | cmp - $f"; done
}
BASE_PASS=32 BASE_FAIL=''
corpus_run
