#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# configured.sh [WORK] [PROJECT…]: what configure scripts, CMake, Meson and
# Kconfig write with escc is what they write with the compiler behind it:
# configuration headers, caches, .pc files, makefiles with their link lines, all
# files but logs and probes.  Prints a line per project with the processor time
# of both, and the differences; exit 1 if there are any or if escc takes more
# than LIMIT (default 1.5) times as long.
#
# Environment: ESCC (default: escc in PATH); WITH, the compiler (default:
# clang-19); AS=escc: escc stands in for it under its own name, else as the link
# of the compiler's name in lib/escc/bin; CORPUS_CACHE as for the recipes.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init configured "${1:-}"
shift || true
: "${ESCC:=$(command -v escc)}" "${LIMIT:=1.5}" "${WITH:=clang-19}" "${AS:=}"
unset CFLAGS CC ESCC_CC
# Meson writes sets in the order of their hashes.
export PYTHONHASHSEED=0
# Kconfig writes the time.
export SOURCE_DATE_EPOCH=1700000000
plain=$(command -v "$WITH") || die "no $WITH"
behind=$(cd "$(dirname "$ESCC")" && pwd)/escc
if [ "$AS" = escc ]; then
  export ESCC_CC=$WITH
else
  behind=${behind%/bin/escc}/lib/escc/bin/$WITH
fi
[ -x "$behind" ] || die "no $behind"
status=0

# What differs by its nature: logs, the compilers' own probes, and with CMake
# the list of what a C compiler links by itself, which leads the runtime into
# what the C++ compiler links.
left_out=(-x config.log -x conftest\* -x '*.log' -x meson-logs -x '*.dat'
          -x CompilerIdC -x CompilerIdCXX -x 'CMakeC*Compiler.cmake'
          -x '.ninja_*' -x '*.pyc' -x CMakeTmp -x CMakeScratch
          -x __CMake_compiler_info__ -x 'cmake_*' --no-dereference)

# processor_time COMMAND…: in seconds, to the file `time`.
processor_time() {
  command time -f '%U %S' -o time "$@" >configure.log 2>&1 </dev/null ||
    { tail -n 20 configure.log; return 1; }
  awk '{ print $1 + $2 }' time >time.sum
}

# Programs, objects and archives.
drop_binaries() {
  find "$1" -type f -exec grep -alZP '\A(\x7fELF|!<arch>)' {} + |
    xargs -0r rm -f
}

# Where the same words would stand for the two compilers, they do.
same_names() {
  find "$1" -type f -exec grep -alZF "$behind" {} + |
    xargs -0r grep -LaZP '\x00' | xargs -0r sed -i "s|$behind|$plain|g"
}

# configured NAME COMMAND…: in an empty folder, with CC set, $SRC the sources;
# then link_NAME, if there is such a function, which is not measured.  Both are
# in the same folder, one after the other.
configured() {
  local name=$1 kind cc a b
  shift
  for kind in plain escc; do
    cc=$plain
    [ $kind = plain ] || cc=$behind
    rm -rf "$TOP/build"
    mkdir "$TOP/build"
    (cd "$TOP/build" && export CC=$cc && processor_time "$@" &&
      { ! declare -F "link_$name" >/dev/null || "link_$name"; }) ||
      { say "$name: $kind: does not configure"; status=1; return; }
    drop_binaries "$TOP/build"
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
project_busybox() {
  # shellcheck disable=SC2016
  configured busybox sh -c \
    'make -C "$0" O="$PWD" CC="$CC" HOSTCC=cc defconfig prepare' "$SRC"
}
# The link line is found by trying libraries: awk's functions need one of three.
link_busybox() {
  local log=make.log
  mkdir few
  make -C "$SRC" O="$PWD/few" CC="$CC" HOSTCC=cc allnoconfig >$log 2>&1 &&
    sed -i 's/^# CONFIG_\(AWK\|FEATURE_AWK_LIBM\) is not set/CONFIG_\1=y/' \
      few/.config &&
    { yes '' || :; } | make -C few CC="$CC" HOSTCC=cc oldconfig >>$log 2>&1 &&
    make -C few -j "$J" CC="$CC" HOSTCC=cc busybox_unstripped >>$log 2>&1 ||
    { tail -n 20 $log; return 1; }
  sed -n 2p few/busybox_unstripped.out >few/link.line
  grep -q -e '-lm ' few/link.line || { cat few/link.line; return 1; }
  rm few/busybox_unstripped.{out,map}
}

[ $# -gt 0 ] || set -- libxml2 curl libjpeg-turbo libdrm busybox
for project; do
  corpus_source "$project"
  "project_$project"
  rm -rf "$SRC"
done
exit $status
