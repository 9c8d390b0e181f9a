#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# GNU Pth: threads in user space on stacks of their own, from malloc, switched by swapcontext; the
# only pointers to much of what is alive are on stacks that do not run.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init pth "$@"
corpus_source pth
# configure's own look at makecontext is a program that gcc takes and clang refuses (implicit int);
# so the way to switch is named, the one that it finds with gcc
build() {
  ./configure --with-mctx-mth=mcsc --with-mctx-dsp=sc --with-mctx-stk=mc
  # make has no rule between parts of the library that are made at the same time
  make -j 1; make test_std test_mp test_misc test_uctx test_sfio test_philo
}
suite() {
  for t in std mp misc uctx sfio; do check "$t" limit 90 ./test_$t; done
  # the philosophers never end: 20 s of them, then they are asked to
  philosophers() { timeout 20 ./test_philo >philo.log 2>&1 </dev/null; [ $? = 124 ]; }
  check philo philosophers
}
BASE_PASS=6 BASE_FAIL=''
corpus_run
