#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Checks one variant of a Promela model and prints "holds" or "fails".
#   spin.sh [--long | --within=DEPTH] MODEL WORKDIR [-DNAME...]
# "holds" is said only of a search that was exhaustive.  --long: for more than a
# million states, which are worth an optimizing compiler and a larger table.
# --within: something is wrong within so many steps; look no deeper.
set -eu
optimize=-O0 run='-m200000 -w18'
case $1 in
  --long) optimize=-O1 run='-m600000 -w22'; shift ;;
  --within=*) run="-m${1#*=} -w18"; shift ;;
esac
model=$1 work=$2
shift 2
mkdir -p "$work"
cd "$work"
spin -a "$@" "$model" >spin.out
# A search that finds something is over sooner than an optimizer.
case "$*" in
  *-DNO_* | *-DONE_* | *-DONLY_*) optimize=-O0 ;;
esac
cc $optimize -DSAFETY -w -o pan pan.c
# shellcheck disable=SC2086
./pan $run >pan.out
if grep -q 'errors: [1-9]' pan.out; then
  echo "fails: $(grep -m1 'pan:1:' pan.out)"
elif grep -q 'max search depth too small\|Search not completed' pan.out; then
  echo incomplete
else
  echo holds
fi
