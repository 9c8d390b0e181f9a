#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Checks one variant of a Promela model and prints "holds" or "fails".
#   spin.sh MODEL WORKDIR [-DNAME...]
# "holds" is said only of a search that was exhaustive.
set -eu
model=$1 work=$2
shift 2
mkdir -p "$work"
cd "$work"
spin -a "$@" "$model" >spin.out
cc -O2 -DSAFETY -DCOLLAPSE -w -o pan pan.c
./pan -m3000000 >pan.out
if grep -q 'errors: [1-9]' pan.out; then
  echo "fails: $(grep -m1 'pan:1:' pan.out)"
elif grep -q 'max search depth too small\|Search not completed' pan.out; then
  echo incomplete
else
  echo holds
fi
