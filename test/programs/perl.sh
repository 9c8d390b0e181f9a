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
EXTENSIONS='attributes/attributes B/B Cwd/Cwd Data/Dumper/Dumper Devel/Peek/Peek Fcntl/Fcntl
File/Glob/Glob Filter/Util/Call/Call Hash/Util/Util Hash/Util/FieldHash/FieldHash
I18N/Langinfo/Langinfo IO/IO List/Util/Util mro/mro Opcode/Opcode PerlIO/scalar/scalar POSIX/POSIX
re/re Socket/Socket Storable/Storable Time/HiRes/HiRes'
build() {
  ./Configure -des -Dcc="$CC" -Doptimize="$CFLAGS"
  make -j "$J" perl
  # in one run, since each looks at all extensions that are in Perl
  make $(for e in $EXTENSIONS; do echo "lib/auto/$e.so"; done) uni.data
}
suite() {
  cd t
  ln -sf ../perl perl
  # uniprops are tables of characters, run ten times over; the others left out want the network,
  # or more memory or time than a test has
  ls base/*.t cmd/*.t comp/*.t opbasic/*.t re/*.t op/*.t mro/*.t |
    grep -v 're/uniprops\|re/fold_grind\|op/alarm\|op/sleep\|op/time_loop\|_thr\.t' >../list
  limit 600 ./perl -I../lib TEST $(cat ../list) >../t.log 2>&1
  cat ../t.log
  # a test's line may go on with what the test writes; its result is then a line of its own
  awk '/^t\/[^ ]* \.\.+ /{n=$1} / ok$|^ok$/{if(n)print "PASS", n; n=""}
    / skipped/{if(n)print "SKIP", n; n=""} /FAILED/{if(n)print "FAIL", n; n=""}' ../t.log >>"$RESULTS"
}
# these want Encode, Unicode::Normalize or XS::APItest, whose building takes minutes
BASE_PASS=365 BASE_FAIL='t/mro/package_aliases_utf8 t/op/goto_xs t/re/anyof t/re/pat t/re/pat_rt_report
t/re/reg_fold'
corpus_run
