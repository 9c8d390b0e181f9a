#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# cJSON: small library with allocator hooks; Unity tests run by ctest.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init cjson "$@"
corpus_deps cmake
corpus_source cjson
build() { cmake_build bld -DENABLE_CJSON_UTILS=On -DENABLE_CUSTOM_COMPILER_FLAGS=Off; }
suite() { limit 120 ctest --test-dir bld -j "$J" --timeout $((30 * CORPUS_SCALE)) >ctest.log 2>&1; cat ctest.log; ctest_log ctest.log; }
BASE_PASS=22 BASE_FAIL=''
corpus_run
