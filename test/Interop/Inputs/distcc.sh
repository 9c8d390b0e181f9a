# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# For distcc.test: a server on this machine, and objects made by it.  The
# argument is the folder of escc.
set -e
start() {
    port=$((20000 + RANDOM % 20000))
    TMPDIR=$PWD/far distccd --no-detach --daemon --allow 127.0.0.1 \
        --listen 127.0.0.1 --port $port --enable-tcp-insecure --log-stderr \
        2>server.log &
    server=$!
    trap 'kill $server' EXIT
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        (: <>/dev/tcp/127.0.0.1/$port) 2>/dev/null && return
        sleep 0.5
    done
    cat server.log
    exit 1
}
start
export DISTCC_HOSTS=127.0.0.1:$port DISTCC_FALLBACK=0 DISTCC_DIR=$PWD/state
# compile ESCC WORDS…
compile() {
    distcc "$@" -w -c expressions.c -o far.o || { cat server.log; exit 1; }
    "$@" -w -c expressions.c -o near.o
    cmp far.o near.o
}
compile "$1/escc-clang" -O2
compile "$1/escc-gcc" -O2 -g -MD -MF far.d
compile "$1/escc" -fescc-cc=gcc -fescc-locals=all
distcc "$1/escc-gcc" far.o -o program
./program
