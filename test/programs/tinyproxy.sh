#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# tinyproxy: an HTTP proxy with a detached thread for each connection; configuration and filters are
# replaced on SIGHUP while threads run.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init tinyproxy "$@"
corpus_deps libhttp-daemon-perl
corpus_source tinyproxy
build() { ./configure --disable-manpage_support; make -C src -j "$J"; }
suite() {
  # upstream's suite against a web server on 127.0.0.3; it prints 'what... ok' or 'what...ERROR'
  limit 60 sh tests/scripts/run_tests.sh >t.log 2>&1; cat t.log
  sed -n 's/^\([a-z][a-z ]*\)\.\.\. *ok.*/PASS \1/p; s/^\([a-z][a-z ]*\)\.\.\. *\(ERROR\|error\|fail\).*/FAIL \1/p' t.log |
    awk '{k=$1; sub(/^[A-Z]+ /,""); gsub(/ /,"-"); print k, $0 "#" ++n[$0]}' >>"$RESULTS"
}
BASE_PASS=13 BASE_FAIL=''
corpus_run
