#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Lua: binary trees, string building, table churn, closures (about 6 s with gcc -O2).
D=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd); CORPUS_MODE=build
. "$D/../lua.sh"
cd "$SRC/src" || exit 2
PERF_SUM=${PERF_SUM-4256970599} perf_run ./lua "$D/lua.lua" "${PERF_N:-2}"
