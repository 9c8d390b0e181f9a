#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# test/fuzz/run.sh TARGET [SECONDS]: a campaign on TARGET (rewrite or
# cmdline), from the corpus in this folder; default 1200 seconds.
# test/fuzz/run.sh coverage: which lines the corpus of `rewrite` runs.
#
# Builds the preset `fuzz` (clang-19 and its runtime libraries).  What is
# found goes to build-fuzz/found/TARGET, crashing inputs to
# build-fuzz/crashes/TARGET; exit status 1 if there are any.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build-fuzz
llvm=${LLVM:-/usr/lib/llvm-19/bin}
what=${1:?usage: run.sh rewrite|cmdline|coverage [SECONDS]} seconds=${2:-1200}

cmake -S "$root" --preset fuzz >/dev/null
ninja -C "$build" test/fuzz/fuzz_rewrite test/fuzz/fuzz_cmdline >/dev/null

# The parser recurses on the main thread here; nothing of libclang's is
# freed at the end of a process.
ulimit -s 1000000 2>/dev/null || ulimit -s unlimited
export ASAN_OPTIONS=detect_leaks=0
common=(-detect_leaks=0 -close_fd_mask=3 -timeout=30)

if [ "$what" = coverage ]; then
  export LLVM_PROFILE_FILE=$build/corpus.profraw
  "$build/test/fuzz/fuzz_rewrite" "${common[@]}" -runs=0 -max_len=65536 \
    "$here/rewrite" >/dev/null 2>&1
  "$llvm/llvm-profdata" merge -o "$build/corpus.profdata" \
    "$build/corpus.profraw"
  "$llvm/llvm-cov" report "$build/test/fuzz/fuzz_rewrite" \
    -instr-profile="$build/corpus.profdata" \
    -ignore-filename-regex='test/fuzz|tool/util'
  exit
fi

found=$build/found/$what crashes=$build/crashes/$what
mkdir -p "$found" "$crashes" "$build/empty"
cd "$build/empty"
"$build/test/fuzz/fuzz_$what" "${common[@]}" -fork=1 -ignore_crashes=1 \
  -ignore_timeouts=1 -rss_limit_mb=4000 -max_len=8192 \
  -artifact_prefix="$crashes/" -max_total_time="$seconds" \
  "$found" "$here/$what" >"$build/$what.log" 2>&1 || true
grep -E 'cov:' "$build/$what.log" | tail -n 1
count=$(find "$crashes" -type f ! -name 'oom-*' | wc -l)
echo "$what: $seconds s, $count inputs that crash or hang, in $crashes"
[ "$count" = 0 ]
