#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# jimtcl: Tcl interpreter; reference-counted values in unions, its own garbage collector that finds
# references by their text, loadable modules, an event loop with call-backs.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init jimtcl "$@"
corpus_source jimtcl
build() { ./configure --full --without-ext="ssl zlib readline redis sdl sqlite3 mk tk"; make -j "$J"; }
suite() {
  local f b
  for f in tests/*.test; do
    b=${f##*/}; b=${b%.test}
    ( cd tests; limit 60 ../jimsh "$b.test" ) >t.log 2>&1 || echo "exit $?" >>t.log
    # 'NAME.test: Total N Passed N Skipped N Failed N' is a file's last line
    awk -v b="$b" '/--- skipped/{skipped=1} /Total *[0-9]+ +Passed *[0-9]+/{for(i=1;i<NF;i++){if($i=="Passed")p=$(i+1);if($i=="Failed")f=$(i+1)} done=1}
      END{for(i=1;i<=p;i++)print "PASS " b "#" i; for(i=1;i<=f;i++)print "FAIL " b "#f" i; if(!done)print (skipped ? "SKIP " : "FAIL ") b}' t.log >>"$RESULTS"
    grep -q Failed.*[1-9] t.log && tail -20 t.log
  done
}
# ssl.test finds no ssl
BASE_PASS=5350 BASE_FAIL='ssl#f1 ssl#f2 ssl#f3'
corpus_run
