# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Sourced by scripts that need a Debian 12 of their own.  Needs root and
# debootstrap.  The packages come from the apt sources of this machine; what it
# has configured for apt (sources, keys, proxy) is copied, no host name is
# written here.

chroot_suite=bookworm
chroot_mounted=()

# The first URI that apt has for this release, in either format.
chroot_mirror() {
  sed -n '/^Types:/,/^$/s/^URIs:[[:space:]]*\([^[:space:]]*\).*/\1/p' \
    /etc/apt/sources.list.d/*.sources 2>/dev/null
  sed -n "s/^deb .*\(https\{0,1\}:[^ ]*\) $chroot_suite .*/\1/p" \
    /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null
}

# chroot_make DIRECTORY [PACKAGE,…]: a minimal system there, unless there is
# one, with this machine's way to packages and /proc, /sys, /dev.
chroot_make() {
  local top=$1 point
  if [ ! -x "$top/usr/bin/apt-get" ]; then
    debootstrap --variant=minbase \
      --include="ca-certificates${2:+,$2}" \
      "$chroot_suite" "$top" "$(chroot_mirror | head -n 1)" >"$top.log" 2>&1 ||
      { tail -n 20 "$top.log" >&2; return 1; }
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
    chroot_mounted=("$top/$point" "${chroot_mounted[@]}")
  done
}

# chroot_run DIRECTORY FOLDER COMMAND: the shell command in FOLDER there, with
# only what a login shell would have, and the proxy of this machine.
chroot_run() {
  chroot "$1" /usr/bin/env -i HOME=/root TERM=dumb LC_ALL=C \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    ${http_proxy:+http_proxy="$http_proxy"} \
    ${https_proxy:+https_proxy="$https_proxy"} \
    ${no_proxy:+no_proxy="$no_proxy"} \
    bash -c "cd $2 && $3" </dev/null
}

chroot_unmount() {
  local point
  for point in "${chroot_mounted[@]}"; do
    umount -l "$point" 2>/dev/null || true
  done
  chroot_mounted=()
}
