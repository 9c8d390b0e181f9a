# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# For icecream.test, in a network of its own: a scheduler, a machine that asks
# and one that compiles, and objects made by it.  The argument is the folder of
# escc's build.
set -e
# What the machine that compiles would have, too.
unset ESCC_CC
here=$PWD
ip link set lo up
servers=
trap 'kill $servers; wait' EXIT
# They leave root's rights.
mkdir asks compiles && chmod 777 . && chown icecc asks compiles
icecc-scheduler -p 28767 -n loop -l $here/scheduler.log &
servers=$!
# server NAME WORDS…
server() {
    local name=$1
    shift
    ICECC_TEST_SOCKET=$here/$name.socket iceccd -s 127.0.0.1:28767 -n loop \
        -N $name -b $here/$name -l $here/$name.log -vvv -m 2 "$@" &
    servers="$servers $!"
}
server asks --no-remote
server compiles -p 20246
for cc in escc-gcc escc-clang; do
    ICECC_ENV_COMPRESSION=none sh $1/share/escc/icecream-env $1/bin/$cc
done
for _ in {1..120}; do
    [ "$(cat asks.log compiles.log | grep -c 'Connected to scheduler')" = 2 ] &&
        break
    sleep 0.5
done
grep -q 'Connected to scheduler' asks.log compiles.log ||
    { cat scheduler.log asks.log compiles.log; exit 1; }
export ICECC_TEST_SOCKET=$here/asks.socket ICECC_TEST_REMOTEBUILD=1
export ICECC_PREFERRED_HOST=compiles ICECC_LOGFILE=$here/client.log
export ICECC_DEBUG=debug ICECC_VERSION=$here/escc-gcc.tar
# compile WORDS…
compile() {
    timeout 120 icecc $1 -w -c expressions.c -o far.o "${@:2}"
    $1 -w -c expressions.c -o near.o "${@:2}"
    cmp far.o near.o
}
compile $1/bin/escc-gcc -O2
compile $1/bin/escc-gcc -O2 -MD -MF far.d
compile $1/bin/escc-gcc -fescc-locals=all
# clang does not know there what the file was called.
ICECC_VERSION=$here/escc-clang.tar timeout 120 icecc $1/bin/escc-clang -w \
    -c expressions.c -o clang.o
readelf -SW clang.o | grep -q escc_decided
$1/bin/escc-clang clang.o -o program
timeout 20 ./program
# None of them was made here after all.
echo far: $(grep -c ': got [0-9]* bytes' client.log)
if grep building_local client.log; then exit 1; fi
$1/bin/escc-gcc far.o -o program
timeout 20 ./program
