#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# memcached: multi-threaded server, slab allocator with intrusive lists and pointer arithmetic,
# lock-free stats, LRU maintainer/crawler/rebalancer threads, extstore, a proxy with Lua is off.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init memcached "$@"
corpus_deps libevent-dev perl pkg-config
corpus_source memcached
build() { ./configure --disable-docs --disable-werror; make -j "$J" memcached memcached-debug sizes testapp timedrun; }
SLOW='t/restart.t t/lru-maintainer.t t/slabs-reassign2.t t/slabs-reassign-chunked.t t/idle-timeout.t t/watcher_connid.t t/misbehave.t'
suite() {
  check sizes limit 20 ./sizes
  limit 200 ./testapp >testapp.log 2>&1; tail -3 testapp.log
  sed -n 's/^ok [0-9]* - \(.*\)/PASS testapp-\1/p; s/^not ok [0-9]* - \(.*\)/FAIL testapp-\1/p' testapp.log | sed 's/ /_/2g' >>"$RESULTS"
  for f in t/*.t; do
    case " $SLOW " in *" $f "*) continue ;; esac
    case $f in t/ssl*|t/proxy*|t/00-startup.t|t/whitespace.t) continue ;; esac
    echo $f
  done >list
  limit 420 prove -j 4 $(cat list) >prove.log 2>&1; cat prove.log
  sed -n 's#^\(t/[^ ]*\) \.*.* ok$#PASS \1#p; s#^\(t/[^ ]*\) \.* skipped.*#SKIP \1#p; s#^\(t/[^ ]*\) (Wstat.*#FAIL \1#p' prove.log | sort -u >>"$RESULTS"
}
BASE_PASS=119 BASE_FAIL=''
corpus_run
