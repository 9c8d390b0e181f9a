#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# test/fresh-chroot.sh [DIRECTORY] [COMMAND…]: does a newcomer's first hour
# work?  Builds a minimal Debian 12 in DIRECTORY (default: a temporary folder,
# removed at the end), clones this repository's HEAD into it and runs there
# `./bootstrap.sh demo` and `./bootstrap.sh test`, or COMMAND instead.
#
# Needs root and debootstrap (chroot.sh).  What is not committed is not tested.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/test/chroot.sh"
top=${1:-}
[ $# = 0 ] || shift
[ "$(id -u)" = 0 ] || { echo 'fresh-chroot.sh: needs root' >&2; exit 2; }
command -v debootstrap >/dev/null ||
  { echo 'fresh-chroot.sh: needs debootstrap' >&2; exit 2; }

keep=yes
if [ -z "$top" ]; then
  top=$(mktemp -d)
  keep=no
fi
finish() {
  chroot_unmount
  [ "$keep" = yes ] || rm -rf --one-file-system "$top"
}
trap finish EXIT
trap 'exit 130' INT TERM

chroot_make "$top" git
rm -rf "$top/root/escc"
git clone -q --no-local "$root" "$top/root/escc"

if [ $# -gt 0 ]; then
  chroot_run "$top" /root/escc "$*"
else
  chroot_run "$top" /root/escc './bootstrap.sh demo'
  chroot_run "$top" /root/escc './bootstrap.sh test'
fi
