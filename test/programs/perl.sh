#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# perl: values carved from arenas and linked when free, pointers kept short of what they point to
# (HvARRAY, bodies that lack their first members), unions of pointers and numbers everywhere,
# a savestack that holds pointers as integers, setjmp, strings that grow by realloc, pointers
# packed into strings by scripts (pack 'p'), sort without libc, extensions loaded by dlopen.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init perl "$@"
corpus_source perl
# the extensions that the sample of tests wants
EXTENSIONS='attributes/attributes Cwd/Cwd Data/Dumper/Dumper Fcntl/Fcntl File/Glob/Glob
Hash/Util/Util Hash/Util/FieldHash/FieldHash IO/IO List/Util/Util mro/mro PerlIO/scalar/scalar
POSIX/POSIX re/re Socket/Socket Storable/Storable Time/HiRes/HiRes'
build() {
  ./Configure -des -Dcc="$CC" -Doptimize="$CFLAGS" -Dusedl
  make -j "$J" perl
  for e in $EXTENSIONS; do make "lib/auto/$e.so"; done
}
suite() {
  cd t
  limit 600 ./perl -I../lib TEST base/*.t cmd/*.t comp/*.t opbasic/*.t re/*.t op/*.t mro/*.t >../t.log 2>&1
  cat ../t.log
  sed -n 's#^\(t/[^ ]*\) \.* *ok$#PASS \1#p; s#^\(t/[^ ]*\) \.* *skipped.*#SKIP \1#p; s#^\(t/[^ ]*\) \.* *FAILED.*#FAIL \1#p' \
    ../t.log | sort -u >>"$RESULTS"
}
BASE_PASS=300 BASE_FAIL=''
corpus_run
