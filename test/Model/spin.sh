#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Checks one variant of a Promela model and prints "holds" or "fails".
#   spin.sh [--bitstate | --short] MODEL WORKDIR [-DNAME...]
# "holds" is said only of a search that was exhaustive.  --bitstate: remember
# states as bits in 128 MB, for models of which not all states fit; what it
# finds is true, but when it finds nothing that is "nothing found".  --short:
# for searches that take less time than an optimizing compiler.
set -eu
optimize=-O1 compile= run=-m3000000 nothing=holds
if [ "$1" = --bitstate ]; then
  compile=-DBITSTATE run='-m300000 -w30' nothing='nothing found'
  shift
fi
if [ "$1" = --short ]; then
  optimize=-O0 run='-m200000 -w18'
  shift
fi
model=$1 work=$2
shift 2
mkdir -p "$work"
cd "$work"
spin -a "$@" "$model" >spin.out
# A search that finds something is over sooner than an optimizer.
case "$*" in
  *-DNO_* | *-DONE_* | *-DONLY_*) optimize=-O0 ;;
esac
# shellcheck disable=SC2086
cc $optimize -DSAFETY $compile -w -o pan pan.c
# shellcheck disable=SC2086
./pan $run >pan.out
if grep -q 'errors: [1-9]' pan.out; then
  echo "fails: $(grep -m1 'pan:1:' pan.out)"
elif [ "$nothing" = holds ] &&
     grep -q 'max search depth too small\|Search not completed' pan.out; then
  echo incomplete
else
  echo "$nothing"
fi
