#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# cmark: a shared library that a program not compiled with escc (Python) loads: allocation hooks
# in a struct, a tree of nodes with a union, buffers that grow by realloc and are handed over.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
CORPUS_HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
corpus_init cmark "$@"
corpus_deps cmake python3 libc-bin
corpus_source cmark
build() { cmake_build build; }
suite() {
  (cd build && limit 300 ctest) >ctest.log 2>&1; cat ctest.log; ctest_log ctest.log
  # a text of 1.1 MB through the wrapper in its sources and through the program
  for _ in $(seq 6); do cat test/spec.txt; done | head -c 1100000 | iconv -c -f UTF-8 -t UTF-8 >big.md
  LD_LIBRARY_PATH=build/src limit 60 sh -c 'PYTHONUTF8=1 python3 wrappers/wrapper.py <big.md >big.html'
  build/src/cmark big.md >program.html
  check wrapper sh -c 'test -s big.html && cmp big.html program.html'
  # the same beside a library that gcc built: time and memory
  (CC=gcc CFLAGS=-O2; cmake_build plain) >plain.log 2>&1
  check wrapper-limits limit 120 "$CORPUS_HERE/../../bench/cmark.py" --limit \
    wrappers/wrapper.py test/spec.txt plain/src build/src
}
BASE_PASS=11 BASE_FAIL=''
corpus_run
