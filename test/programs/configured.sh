#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# configured.sh [WORK] [PROJECT…]: what configure scripts, CMake and Meson write
# with escc is what they write with the compiler behind it: configuration
# headers, caches, .pc files, makefiles with their link lines, all files but
# logs and probes.  Prints a line per project with the processor time of both,
# and the differences; exit 1 if there are any or if escc takes more than LIMIT
# (default 1.5) times as long.  escc stands in for its back end under escc's own
# name, or with WITH=gcc as the link of that name in lib/escc/bin.
#
# Environment: ESCC (default: escc in PATH), WITH; CORPUS_CACHE as for the
# recipes.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init configured "${1:-}"
shift || true
: "${ESCC:=$(command -v escc)}" "${LIMIT:=1.5}" "${WITH:=}"
unset CFLAGS CC ESCC_CC
# Meson writes sets in the order of their hashes.
export PYTHONHASHSEED=0
plain=$(command -v "${WITH:-clang-19}") || die "no ${WITH:-clang-19}"
behind=$(cd "$(dirname "$ESCC")" && pwd)/escc
[ -z "$WITH" ] || behind=${behind%/bin/escc}/lib/escc/bin/$WITH
[ -x "$behind" ] || die "no $behind"
status=0

# What differs by its nature: logs, the compilers' own probes, and with CMake
# the list of what a C compiler links by itself, which leads the runtime into
# what the C++ compiler links.
left_out=(-x config.log -x conftest\* -x '*.log' -x meson-logs -x '*.dat'
          -x CompilerIdC -x CompilerIdCXX -x '*.bin' -x 'CMakeC*Compiler.cmake'
          -x '.ninja_*' -x '*.o' -x '*.pyc' -x '*.exe' -x CMakeTmp -x CMakeScratch
          -x __CMake_compiler_info__ -x 'cmake_*' --no-dereference)

# processor_time COMMAND…: in seconds, to the file `time`.
processor_time() {
  command time -f '%U %S' -o time "$@" >configure.log 2>&1 </dev/null ||
    { tail -n 20 configure.log; return 1; }
  awk '{ print $1 + $2 }' time >time.sum
}

# Where the same words would stand for the two compilers, they do.
same_names() {
  find "$1" -type f \( -size -4M \) -exec grep -lIF "$behind" {} + 2>/dev/null |
    xargs -r sed -i "s|$behind|$plain|g"
}

# configured NAME COMMAND…: in an empty folder, with CC set, $SRC the sources.
# Both are in the same folder, one after the other.
configured() {
  local name=$1 kind cc a b
  shift
  for kind in plain escc; do
    cc=$plain
    [ $kind = plain ] || cc=$behind
    rm -rf "$TOP/build"
    mkdir "$TOP/build"
    (cd "$TOP/build" && export CC=$cc && processor_time "$@") ||
      { say "$name: $kind: does not configure"; status=1; return; }
    mv "$TOP/build" "$TOP/$name.$kind"
  done
  same_names "$TOP/$name.escc"
  a=$(cat "$TOP/$name.plain/time.sum") b=$(cat "$TOP/$name.escc/time.sum")
  rm "$TOP/$name".*/time "$TOP/$name".*/time.sum
  if diff -r "${left_out[@]}" "$TOP/$name.plain" "$TOP/$name.escc" \
      >"$TOP/$name.diff" 2>&1; then
    printf '%s: identical, ' "$name"
  else
    head -n 60 "$TOP/$name.diff"
    printf '%s: DIFFERENT, ' "$name"
    status=1
  fi
  awk -v a="$a" -v b="$b" -v limit="$LIMIT" 'BEGIN {
    printf "%.1f s and %.1f s, ratio %.2f\n", a, b, b / a
    exit b > a * limit }' || { say "$name: too slow"; status=1; }
}

project_libxml2() {
  configured libxml2 "$SRC/configure" -C --without-python
}
project_curl() {
  configured curl "$SRC/configure" -C --without-ssl --disable-ldap \
    --without-libpsl --without-brotli --without-zstd
}
project_libjpeg-turbo() {
  corpus_deps cmake
  configured libjpeg-turbo cmake -G 'Unix Makefiles' -S "$SRC" -B . \
    -DWITH_SIMD=OFF
}
project_libdrm() {
  corpus_deps meson libpciaccess-dev
  configured libdrm meson setup "$SRC" . -Dman-pages=disabled \
    -Dvalgrind=disabled -Dcairo-tests=disabled
}

[ $# -gt 0 ] || set -- libxml2 curl libjpeg-turbo libdrm
for project; do
  corpus_source "$project"
  "project_$project"
  rm -rf "$SRC"
done
exit $status
