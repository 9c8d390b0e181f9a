#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# libpng: allocation hooks in a struct that is copied over itself, setjmp errors whose buffer the
# program gives, rows carved from one block at computed offsets, zlib (not compiled with escc)
# that allocates through a callback.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init libpng "$@"
corpus_deps zlib1g-dev
corpus_source libpng1.6
build() { ./configure; make -j "$J"; make -j "$J" check TESTS=; }
suite() {
  limit 600 make check; trs tests
}
BASE_PASS=32 BASE_FAIL=''
corpus_run
