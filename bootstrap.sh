#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# From a clean clone to a running escc on Debian 12:
#
#   ./bootstrap.sh build              install what is missing, build into build/
#   ./bootstrap.sh demo               build, then show a small program
#   ./bootstrap.sh test [LIT-OPTION…] build, then run every test
#   ./bootstrap.sh install [PREFIX]   build, then install (default /usr/local)
#
# build/bin/escc works from where it is; installing is optional.  Packages
# come from the apt sources that the machine already has, with sudo where the
# user is not root; on another system the script says which programs it needs.
#
# Environment: ESCC_JOBS (build and test jobs; default: number of processors),
# ESCC_BUILD_DIR (default: build).
set -eu

root=$(cd "$(dirname "$0")" && pwd)
build=${ESCC_BUILD_DIR:-$root/build}
jobs=${ESCC_JOBS:-$(nproc)}

# What building needs, what only the tests need, and one program or file of
# each by which it is recognised on a system without dpkg.
build_packages=(clang-19 libclang-19-dev libjansson-dev cmake ninja-build)
test_packages=(llvm-19-tools libclang-rt-19-dev python3 python3-psutil
               libcmocka-dev pkg-config gcc g++ libc6-dev make perl file
               binutils ccache gdb lldb-19 valgrind csmith libcsmith-dev
               autoconf meson spin dpkg-dev dwz time man-db libmimalloc-dev
               libjemalloc-dev libgc-dev)
programs=(clang-19 cmake ninja)

die() { printf 'bootstrap.sh: %s\n' "$*" >&2; exit 1; }
say() { printf '\n== %s\n' "$*"; }

usage() { sed -n '3,16s/^# \{0,1\}//p' "$0"; exit "$1"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "not root and no sudo; as root: $*"
  fi
}

# need PACKAGE…: installs those that are missing.
need() {
  local package missing=()
  if ! command -v dpkg-query >/dev/null; then
    for package in "${programs[@]}"; do
      command -v "$package" >/dev/null ||
        die "$package is missing; on Debian 12 this script installs: $*"
    done
    return 0
  fi
  for package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
      grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return 0
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq
  as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >/dev/null
}

do_build() {
  need "${build_packages[@]}" "$@"
  say "building into $build"
  cmake --preset release -S "$root" -B "$build"
  cmake --build "$build" -j "$jobs"
}

do_demo() {
  local work
  work=$(mktemp -d)
  # shellcheck disable=SC2064
  trap "rm -rf '$work'" EXIT
  say 'escc -report-escapes examples/demo.c -o demo'
  (cd "$root" && "$build/bin/escc" -report-escapes examples/demo.c \
    -o "$work/demo" 2>&1)
  say 'ESCC_DEBUG=gctrace=1 ./demo'
  ESCC_DEBUG=gctrace=1 "$work/demo" 2>&1
}

# count_results FILE: why tests were skipped, then lit's results as
# `N passed, N failed, N skipped`; exit 1 if one failed or none passed.
count_results() {
  /usr/bin/python3 - "$1" <<'END'
import json
import sys

PASSED = ('PASS', 'XFAIL', 'FLAKYPASS')
SKIPPED = ('UNSUPPORTED', 'SKIPPED', 'EXCLUDED')
with open(sys.argv[1]) as handle:
    tests = json.load(handle)['tests']
passed = sum(t['code'] in PASSED for t in tests)
skipped = [t for t in tests if t['code'] in SKIPPED]
failed = len(tests) - passed - len(skipped)
for test in sorted(skipped, key=lambda t: t['name']):
    print('skipped %s: %s' % (test['name'], ' '.join(test['output'].split())))
print('%d passed, %d failed, %d skipped' % (passed, failed, len(skipped)))
sys.exit(1 if failed or not passed else 0)
END
}

do_test() {
  local python=/usr/bin/python3 results=$build/test-results.json
  local lit=/usr/lib/llvm-19/build/utils/lit/lit.py
  say 'testing'
  rm -f "$results"
  "$python" "$lit" -sv --timeout 900 -j "$jobs" -o "$results" \
    "$@" "$build/test" || true
  [ -s "$results" ] || die 'lit wrote no results'
  count_results "$results"
}

do_install() {
  local prefix=${1:-/usr/local} parent
  parent=$prefix
  while [ ! -e "$parent" ]; do parent=$(dirname "$parent"); done
  if [ -w "$parent" ]; then cmake --install "$build" --prefix "$prefix"
  else as_root cmake --install "$build" --prefix "$prefix"
  fi
}

case ${1:-} in
  build) do_build ;;
  demo) do_build; do_demo ;;
  test) shift; do_build "${test_packages[@]}"; do_test "$@" ;;
  install) do_build; do_install "${2:-}" ;;
  -h | --help | help) usage 0 ;;
  *) usage 2 >&2 ;;
esac
