#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# libgc: a conservative collector of its own: reads the machine stack, registers and all static
# data, stops threads by signals, keeps its objects in memory from sbrk and mmap, disguises
# pointers (HIDE_POINTER), links freed blocks through themselves.
#
# The addresses of its locals are where it begins to read the stack, so the locals have to stay
# on it: -fescc-locals=none, for the compilers that have it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init libgc "$@"
corpus_locals_stay
corpus_source libgc
build() {
  ./configure --with-libatomic-ops=none
  make -j "$J"; make -j "$J" check TESTS=
}
suite() { limit 600 make check; trs .; }
BASE_PASS=16 BASE_FAIL=''
corpus_run
