#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# libyaml: parser/emitter with its own stacks, queues and buffers (realloc-grown arrays of unions).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init libyaml "$@"
corpus_deps autoconf automake libtool
corpus_source libyaml
build() { autoreconf -fi; ./configure --disable-shared; make -j "$J"; make -j "$J" -C tests check TESTS=; }
suite() {
  limit 60 make -C tests check; trs tests
  cd tests
  for f in ../examples/*.yaml; do
    b=${f##*/}
    check "scan-$b" limit 20 ./run-scanner "$f"
    check "parse-$b" limit 20 ./run-parser "$f"
    check "load-$b" limit 20 ./run-loader "$f"
    check "emit-$b" limit 20 ./run-emitter "$f"
    check "dump-$b" limit 20 ./run-dumper "$f"
    check "parsesuite-$b" sh -c "./run-parser-test-suite $f | cksum"
    check "reformat-$b" sh -c "./example-reformatter <$f | ./example-reformatter | cksum"
  done
  # a generated document through the reformatter twice: the second pass changes nothing
  perl -e 'for my $i (1..20000){print "- key$i: [a$i, \"b\\n$i\", {c: $i, d: &x$i [1,2], e: *x$i}]\n  text: |\n    line $i\n    line\n"}' >big.yaml
  check big sh -c './example-reformatter <big.yaml >o1 && ./example-reformatter <o1 >o2 && cmp o1 o2 && test -s o1'
}
BASE_PASS=66 BASE_FAIL=''
corpus_run
