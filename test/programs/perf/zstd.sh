#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# zstd: multi-threaded compression at three levels and decompression (about 7 s with gcc -O2).
D=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd); CORPUS_MODE=build; ZSTD_PROGRAMS_ONLY=1
. "$D/../zstd.sh"
cd "$SRC/programs" || exit 2
corpus_text 36 p.txt
PERF_SUM=${PERF_SUM-2914478866} perf_run sh -c 'for l in 3 9 11; do ./zstd -q -f -T2 -$l p.txt -o p.$l.zst && cksum <p.$l.zst || exit 1; for i in 1 2 3 4 5; do ./zstd -q -dc p.$l.zst | cksum; done; done'
