#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# bench/configure.sh [PACKAGE [ROUNDS]]: how long a real program's configure
# takes with escc, compared with the compiler behind it.  Configure scripts
# start the compiler hundreds of times for nothing; a wrapper that is slow to
# start is felt here first.
#
# PACKAGE is a Debian source package with a ./configure (default: libyaml; its
# script is made by autoreconf first, outside of the measured time).  The two
# compilers take turns for ROUNDS rounds (default 3).
#
# Environment: ESCC (default build/bin/escc), PLAIN (default clang-19).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
package=${1:-libyaml} rounds=${2:-3}
escc=${ESCC:-$here/../build/bin/escc} plain=${PLAIN:-clang-19}

# The recipes' library fetches the source; it wants these names.
CC=$plain CORPUS_MODE=build
# shellcheck source=../test/programs/lib.sh
. "$here/../test/programs/lib.sh"
corpus_init "$package"
corpus_deps autoconf automake libtool make
corpus_source "$package"
cd "$SRC"
[ -x configure ] || autoreconf -fi >"$TOP/autoreconf.log" 2>&1 ||
  { tail -n 5 "$TOP/autoreconf.log" >&2; exit 1; }

# seconds COMPILER NAME: one configure run in a folder of its own; prints wall
# clock and processor time (the one that means something on a busy machine).
seconds() {
  rm -rf "${TOP:?}/$2" && mkdir "$TOP/$2" && cd "$TOP/$2"
  TIMEFORMAT='%R %U %S'
  { time CC=$1 "$SRC/configure" >log 2>&1; } 2>times ||
    { tail -n 5 log >&2; exit 1; }
  awk '{ printf "%.2f s (processor %.2f s)\n", $1, $2 + $3 }' times
}

for _ in $(seq "$rounds"); do
  printf '%s configure: %s %s, escc %s\n' "$package" "${plain##*/}" \
    "$(seconds "$plain" plain)" "$(seconds "$escc" escc)"
done
for file in $(cd "$TOP/plain" && find . -name 'config*.h'); do
  diff "$TOP/plain/$file" "$TOP/escc/$file" ||
    { echo "$file differs" >&2; exit 1; }
done
echo 'both wrote the same config.h'
