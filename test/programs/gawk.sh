#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# gawk: loads extensions (shared objects, built by the same compiler) that make values in the
# interpreter and keep some; block allocator with free lists, unions, memory that regex and dfa
# carve, a heap of its own in a mapped file that outlives the process.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init gawk "$@"
corpus_source gawk
corpus_locales en_US fr_FR ru_RU ja_JP
# Debian's sources come without the manual, so the folders are named
build() {
  ./configure --disable-mpfr --disable-nls
  make -j "$J" -C support; make -j "$J" gawk; make -j "$J" -C extension
}
suite() {
  # a test's name is printed when it starts; it leaves _NAME when its output differs
  limit 300 make -C test check >t.log 2>&1
  grep -x '[A-Za-z][A-Za-z0-9_-]*' t.log | sort -u |
    while read -r t; do if [ -e "test/_$t" ]; then fail "$t"; else pass "$t"; fi; done
  sed -n '/TESTS FAILED\|TESTS PASSED/,$p' t.log
}
# clos1way2 expects gawk's warning before what a child prints meanwhile: on a busy machine, or with
# gcc when gawk's writes are delayed, it comes after
BASE_PASS=555 BASE_FAIL=clos1way2
corpus_run
