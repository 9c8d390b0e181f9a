#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ruby: a collector of its own that reads the machine stacks and registers, objects in aligned
# pages with tagged pointers (VALUE, an integer type) in all of them, fibers with stacks from mmap
# switched by assembly, memory of a generation given back while the script runs, methods'
# tables keyed by integers, threads.
#
# Its collector starts reading at the address of a local, so the locals have to stay on the
# stack: -fescc-locals=none, for the compilers that have it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init ruby "$@"
corpus_locals_stay
corpus_deps zlib1g-dev
corpus_source ruby3.1
# the extensions that the sample of tests wants; configuring socket alone takes minutes
EXTENSIONS=continuation,coverage,etc,fcntl,io/console,io/nonblock,io/wait,monitor,objspace,pathname,rbconfig/sizeof,ripper,stringio,strscan
build() {
  # Debian's patches touch configure.ac, not what configure does
  touch configure
  ./configure --disable-install-doc --disable-jit-support --disable-yjit \
    --with-ext=$EXTENSIONS optflags="$CFLAGS" debugflags=
  make -j "$J" main
}
SAMPLE='alias arity array assignment basicinstructions beginendblock bignum call case class clone
comparable complex condition const continuation defined dir encoding enum enumerator env eval
exception fiber file fixnum flip float fnmatch gc hash ifunless integer io iterator keyword lambda
lazy_enumerator literal m17n marshal math metaclass method method_cache module name_error not
numeric object objectspace pack parse path pattern_matching pipe proc rand range rational refinement
regexp require signal sprintf stack string stringchar struct super symbol syntax thread thread_cv
thread_queue time transcode undef variable weakmap whileuntil yield'
suite() {
  limit 300 make test-basic >basic.log 2>&1; tail -n 5 basic.log
  check basic grep -q '^test succeeded' basic.log
  limit 600 make btest-ruby TESTOPTS=-v OPTS= >btest.log 2>&1; tail -n 5 btest.log
  limit 600 make test-all TESTOPTS=-v \
    TESTS="$(for t in $SAMPLE; do echo ruby/test_$t.rb; done | tr '\n' ' ')" >all.log 2>&1
  tail -n 20 all.log
  sed -n 's/^#[0-9]* \([^ ]*\) .* \. [0-9.]*$/PASS btest-\1/p; s/^#[0-9]* \([^ ]*\) .* F [0-9.]*$/FAIL btest-\1/p' \
    btest.log | sort | uniq -c | awk '{print $2, $3 "-" $1}' >>"$RESULTS"
  awk '/^\[ *[0-9]+\/[0-9]+\] .* = [0-9.]+ s$/ { t = $0; sub(/^\[[^]]*\] /, "", t); sub(/ = .*/, "", t); seen[t] }
    /^ +[0-9]+\) (Failure|Error):$/ { getline t; sub(/[ :\[].*/, "", t); bad[t] }
    END { for (t in seen) print (t in bad ? "FAIL" : "PASS"), t }' all.log | sort >>"$RESULTS"
}
BASE_PASS=5556 BASE_FAIL='TestClass#test_redefinition_mismatch TestFiber#test_fatal_in_fiber'
corpus_run
