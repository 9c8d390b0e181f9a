#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# jq: JSON interpreter; reference counted jv values (tag + pointer union), fork-point stack, flex/bison.
# Links Debian's libonig, i.e. a library that the compiler under test did not build.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init jq "$@"
corpus_deps autoconf automake libtool libonig-dev bison flex
corpus_source jq
# without _GNU_SOURCE configure finds no strptime with a compiler that rejects implicit declarations
build() { autoreconf -fi; ./configure --disable-docs --disable-maintainer-mode --disable-shared CPPFLAGS=-D_GNU_SOURCE; make -j "$J"; }
suite() {
  export NO_VALGRIND=1
  cd tests
  for f in jq onig optional base64; do
    [ -f $f.test ] || continue
    limit 120 ../jq -L modules --run-tests $f.test >$f.log 2>&1
    tail -3 $f.log
    # per test: 'Test #N: ...' lines, failures are marked with '***'
    awk -v f=$f '/^Testing /{if(n)print (bad?"FAIL":"PASS"),f n; n++; bad=0} /^\*\*\*/{bad=1}
      /tests passed/{done=1} END{if(n)print (bad||!done?"FAIL":"PASS"),f n}' $f.log >>"$RESULTS"
  done
  check shtest limit 300 sh ./shtest
  check utf8test limit 60 sh ./utf8test
  perl -e 'print "["; for(1..20000){print "," if $_>1; print "{\"id\":$_,\"name\":\"n$_\",\"tags\":[\"a$_\",\"b\"],\"v\":",$_*1.5,"}"} print "]\n"' >big.json
  s() { local n=$1 e=$2 c; shift 2; c=$(limit 60 ../jq "$@" big.json | cksum); c=${c%% *}; if [ "$c" = "$e" ]; then pass "$n"; else fail "$n"; echo "$n: cksum $c, expected $e"; fi; }
  s group 1444960126 -c 'group_by(.id%7)|map({k:.[0].id,n:length,s:(map(.v)|add)})'
  s sort 3773443930 -c 'sort_by(-.v)|.[:50]'
  s reduce 140667451 -c 'reduce .[] as $x ({}; .[$x.name]=$x.tags)|to_entries|map(.value[0])|join(",")|length'
  s paths 3185551503 -c '[paths(type=="number")]|length'
  s gsub 3337862321 -c '[.[]|.name|gsub("(?<d>[0-9])";"<\(.d)>")]|.[100:140]'
  s stream 1416798771 -c --stream 'select(.[0][1]=="v")|.[1]'
}
BASE_PASS=380 BASE_FAIL=''
corpus_run
