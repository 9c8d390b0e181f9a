#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# gawk: loads extensions (shared objects, built by the same compiler) that make values in the
# interpreter and keep some; block allocator with free lists, unions, memory that regex and dfa carve.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init gawk "$@"
corpus_source gawk
build() { ./configure --disable-mpfr --disable-nls; make -j "$J"; }
suite() {
  # every test leaves _NAME when its output differs
  limit 600 make -C test check >t.log 2>&1
  ( cd test; ls _* 2>/dev/null ) | sed 's/^_/FAIL /' >>"$RESULTS"
  grep -x '[a-z][a-z0-9_-]*' t.log | sort -u >names
  ( cd test; ls _* 2>/dev/null ) | sed 's/^_//' | sort -u | comm -23 names - | sed 's/^/PASS /' >>"$RESULTS"
  tail -5 t.log
}
BASE_PASS=500 BASE_FAIL=''
corpus_run
