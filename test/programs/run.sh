#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Run the corpus (or the named recipes) with one compiler and print a table.
#   CC=escc test/programs/run.sh [--list FILE] [NAME...]      (default: all recipes)
#   --work DIR   work dir (default: a temp dir per recipe); --logs DIR  keep each recipe's output
# The last line is 'N passed, N failed' over recipes.  Exit 0 when every recipe's exit status is 0.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work='' logs='' names=''
while [ $# -gt 0 ]; do
  case $1 in
    --list) names="$names $(grep -v '^#' "$2" | tr '\n' ' ')"; shift ;;
    --work) work=$2; shift ;;
    --logs) logs=$2; shift ;;
    -*) sed -n '2,5p' "$0"; exit 2 ;;
    *) names="$names $1" ;;
  esac
  shift
done
[ -n "$(echo $names)" ] || names=$(cd "$here" && ls *.sh | sed 's/\.sh$//' | grep -vx 'lib\|run\|recipe_test\|places')
[ -n "$logs" ] || logs=$(mktemp -d "${TMPDIR:-/tmp}/corpus-logs.XXXXXX")
mkdir -p "$logs"
ok=0 bad=0
printf '%-12s %-6s %7s %6s %8s %8s  %s\n' program build pass fail build_s test_s verdict
for n in $names; do
  "$here/$n.sh" ${work:+"$work"} >"$logs/$n.log" 2>&1; rc=$?
  r=$(grep -a '^RESULT ' "$logs/$n.log" | tail -1)
  f() { v=" $r "; case $v in *" $1="*) v=${v##* $1=}; echo "${v%% *}" ;; *) echo - ;; esac; }
  if [ $rc = 0 ]; then verdict=ok; ok=$((ok + 1)); else bad=$((bad + 1)); verdict="FAILED $(grep -a '^NEW-FAILURES\|^TOO-FEW\|^corpus:' "$logs/$n.log" | head -1 | cut -c1-120)"; fi
  printf '%-12s %-6s %7s %6s %8s %8s  %s\n' "$n" "$(f build)" "$(f tests_pass)" "$(f tests_fail)" "$(f seconds_build)" "$(f seconds_test)" "$verdict"
done
echo "logs: $logs"
echo "$ok passed, $bad failed"
[ $bad = 0 ]
