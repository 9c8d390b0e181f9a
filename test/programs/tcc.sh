#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# tcc: C compiler with its own pool allocators (tal_*), symbols in unions, Sym/TokenSym pointers in
# ints, setjmp errors, code generated into memory and run (-run), self-compilation.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init tcc "$@"
corpus_source tcc
build() { ./configure --cc="$CC" --extra-cflags="$CFLAGS"; make -j "$J"; }
suite() {
  for f in tests/tests2/[0-9]*_*.c; do
    b=${f##*/}; b=${b%.c}
    [ -f tests/tests2/$b.expect ] || continue
    limit 40 make -C tests/tests2 "$b.test" >t.log 2>&1; rc=$?
    if grep -q '^---\|^[-+]' t.log; then rc=1; fi
    if [ $rc = 0 ]; then pass "$b"; else fail "$b"; cat t.log; fi
  done
  for f in tests/pp/*.c tests/pp/*.S; do
    b=${f##*/}; e=${f%.*}.expect
    [ -f "$e" ] || continue
    if limit 10 ./tcc -E -P -I tests/pp "$f" 2>/dev/null | diff -Nu -b -B "$e" - >pp.log; then pass "pp-$b"; else fail "pp-$b"; fi
  done
  # tcc compiled by tcc compiled by tcc: the last two are the same file
  self() { limit 60 "$1" -B. -I. -Iinclude -DTCC_TARGET_X86_64 -DONE_SOURCE=1 -DCONFIG_TRIPLET="\"$(gcc -print-multiarch 2>/dev/null || echo x86_64-linux-gnu)\"" -o "$2" tcc.c -lm -ldl -lpthread; }
  check self1 self ./tcc tcc1
  check self2 self ./tcc1 tcc2
  check self3 self ./tcc2 tcc3
  check fixpoint cmp tcc2 tcc3
}
BASE_PASS=128 BASE_FAIL='34_array_assignment 73_arm64 99_fastcall pp-02.c pp-16.c'
corpus_run
