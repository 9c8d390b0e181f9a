#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# recipe_test.sh NAME CACHE: one recipe as a lit test; downloads are kept in
# the folder CACHE.  The recipe's exit status 2 says that the program could not
# be fetched or its build dependencies not be installed: the test is then
# skipped (77) and says so, because that tells nothing about escc.
set -u
here=$(cd "$(dirname "$0")" && pwd)
log=$PWD/recipe.log
mkdir -p "$2"
CORPUS_CACHE=$2 CORPUS_JOBS=${CORPUS_JOBS:-1} CORPUS_SCALE=${CORPUS_SCALE:-4} \
  "$here/$1.sh" "$PWD/work" >"$log" 2>&1
status=$?
cat "$log"
if [ "$status" = 2 ]; then
  printf 'SKIP: %s\n' "$(grep -a '^corpus: ' "$log" | tail -n 1)"
  exit 77
fi
exit "$status"
