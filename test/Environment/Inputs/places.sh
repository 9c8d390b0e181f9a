# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Runs cells.c, built by escc with each compiler behind it, in places of a kind.
#
#   places.sh ESCC GCC FOLDER filters|mounts
escc=$1 gcc=$2 inputs=$3 kind=$4

# alone COMMAND PROGRAM...: with a table of mounts of its own that the command
# has changed.
alone() { unshare -Urm sh -c "$1"' && exec "$@"' sh "${@:2}"; }

# The program's threads have other numbers in /proc than for themselves.
numbers() { ESCC_DEBUG=verify=1 unshare -Urpf ./program; }

filters() {
    for how in nothing service little errors; do
        ./within $how ./program "$@" || return 1
    done
}

mounts() {
    alone 'mount -o remount,ro,bind /proc /proc' ./program "$@" &&
        alone 'mount -t tmpfs none /proc' ./program "$@" &&
        alone 'mount -t tmpfs none /proc' ./within service ./program "$@"
}

"$gcc" -w -O1 "$inputs/within.c" -o within &&
    "$gcc" -w -O1 -shared -fPIC -DPLAIN "$inputs/cells.c" -o libplain.so ||
    exit 1
ESCC_CC=gcc "$escc" -w -O2 "$inputs/cells.c" -o program -lpthread &&
    $kind && ESCC_DEBUG=verify=1,clobber=1,gcstress=256 $kind few &&
    { [ $kind = filters ] || numbers; } || exit 1
# With code without barriers the kernel is asked what is written.
ESCC_CC=clang "$escc" -w -O0 -DOTHERS "$inputs/cells.c" -o program \
    ./libplain.so -lpthread &&
    $kind && ESCC_DEBUG=concurrent=1,clobber=1,gcstress=256 $kind few
