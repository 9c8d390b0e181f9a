#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# test/fresh-chroot.sh [DIRECTORY] [COMMAND…]: does a newcomer's first hour
# work?  Builds a minimal Debian 12 in DIRECTORY (default: a temporary folder,
# removed at the end), clones this repository's HEAD into it and runs there
# `./bootstrap.sh demo` and `./bootstrap.sh test`, or COMMAND instead.
#
# Needs root and debootstrap.  The packages come from the apt sources of this
# machine; what it has configured for apt (sources, keys, proxy) is copied, no
# host name is written here.  What is not committed is not tested.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
suite=bookworm
top=${1:-}
[ $# = 0 ] || shift
[ "$(id -u)" = 0 ] || { echo 'fresh-chroot.sh: needs root' >&2; exit 2; }
command -v debootstrap >/dev/null ||
  { echo 'fresh-chroot.sh: needs debootstrap' >&2; exit 2; }

# The first URI that apt has for this release, in either format.
mirror() {
  sed -n '/^Types:/,/^$/s/^URIs:[[:space:]]*\([^[:space:]]*\).*/\1/p' \
    /etc/apt/sources.list.d/*.sources 2>/dev/null
  sed -n "s/^deb .*\(https\{0,1\}:[^ ]*\) $suite .*/\1/p" \
    /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null
}

keep=yes
if [ -z "$top" ]; then
  top=$(mktemp -d)
  keep=no
fi
mounted=()
finish() {
  local point
  for point in "${mounted[@]}"; do umount -l "$point" 2>/dev/null || true; done
  [ "$keep" = yes ] || rm -rf --one-file-system "$top"
}
trap finish EXIT
trap 'exit 130' INT TERM

if [ ! -x "$top/usr/bin/apt-get" ]; then
  debootstrap --variant=minbase --include=ca-certificates,git \
    "$suite" "$top" "$(mirror | head -n 1)" >"$top.log" 2>&1 ||
    { tail -n 20 "$top.log" >&2; exit 1; }
  rm -f "$top.log"
fi
rm -f "$top/etc/apt/sources.list"
cp -a /etc/apt/sources.list.d/. "$top/etc/apt/sources.list.d/"
[ ! -f /etc/apt/sources.list ] ||
  cp /etc/apt/sources.list "$top/etc/apt/sources.list"
cp -a /etc/apt/apt.conf.d/. "$top/etc/apt/apt.conf.d/"
cp -a /etc/apt/trusted.gpg.d/. "$top/etc/apt/trusted.gpg.d/"
cp /etc/resolv.conf "$top/etc/resolv.conf" 2>/dev/null || true
# Certificates that were added to this machine, for a proxy.
cp -a /usr/local/share/ca-certificates/. \
  "$top/usr/local/share/ca-certificates/" 2>/dev/null || true
chroot "$top" update-ca-certificates >/dev/null 2>&1 || true

for point in proc sys dev dev/pts; do
  mkdir -p "$top/$point"
  case $point in
    proc) mount -t proc proc "$top/proc" ;;
    *) mount --bind "/$point" "$top/$point" ;;
  esac
  mounted=("$top/$point" "${mounted[@]}")
done

rm -rf "$top/root/escc"
git clone -q --no-local "$root" "$top/root/escc"

inside() {
  # Only what a login shell would have, and the proxy of this machine.
  chroot "$top" /usr/bin/env -i HOME=/root TERM=dumb LC_ALL=C \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    ${http_proxy:+http_proxy="$http_proxy"} \
    ${https_proxy:+https_proxy="$https_proxy"} \
    ${no_proxy:+no_proxy="$no_proxy"} \
    bash -c "cd /root/escc && $1" </dev/null
}

if [ $# -gt 0 ]; then
  inside "$*"
else
  inside './bootstrap.sh demo'
  inside './bootstrap.sh test'
fi
