#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Tcl: an allocator per thread that carves blocks and links free ones, values whose
# representation is a union of two pointers, doubles and integers, hash tables keyed by pointers
# and by text, an evaluation stack of its own, reference counts, pointers shown as text.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init tcl "$@"
corpus_deps zlib1g-dev
corpus_source tcl8.6
build() { cd unix; ./configure --disable-shared; make -j "$J" tclsh tcltest; }
# no network, no user interface, nothing that measures time
SAMPLE='append appendComp apply assemble assocd async basic binary case chan chanio cmdAH cmdIL
cmdInfo cmdMZ compExpr-old compExpr compile concat coroutine dcall dict dstring encoding error
eval event execute expr-old expr fCmd fileName fileSystem for-old for foreach format get history
if-old if incr-old incr indexObj info init interp io ioCmd ioTrans iogt join lindex link linsert
list listObj llength lmap load lrange lrepeat lreplace lsearch lset lsetComp main mathop misc
namespace-old namespace nre obj oo ooNext2 opt package parse parseExpr parseOld proc-old proc
pwd reg regexp regexpComp rename resolver result safe scan set-old set source split stack string
stringComp stringObj subst switch tailcall tcltest thread trace unknown uplevel upvar utf util
var while-old while zlib clock'
suite() {
  cd unix
  for t in $SAMPLE; do
    # cmdMZ-6 wants commands to take the time that they took before
    limit 120 make test-tcl TESTFLAGS="-file $t.test -verbose pe -skip cmdMZ-6.*" >"$t.log" 2>&1
    # an interpreter that died, or one that never began
    if grep -q 'exiting with errors' "$t.log" || ! grep -q '^all.tcl:' "$t.log"; then fail "$t"; fi
    sed -n 's/^++++ \([^ ]*\) PASSED$/PASS \1/p; s/^==== \([^ ]*\) .*FAILED$/FAIL \1/p' "$t.log" |
      sort -u >>"$RESULTS"
    tail -n 3 "$t.log"
  done
}
# interp-36.7 fails when the tests before it have run
BASE_PASS=29900 BASE_FAIL=interp-36.7
corpus_run
