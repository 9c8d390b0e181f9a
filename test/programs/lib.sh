# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# shellcheck shell=bash
# Shared functions of the recipes.  A recipe is
#
#   . "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
#   corpus_init NAME "$@"             # $1 of the recipe: the work dir (default: a temp dir)
#   corpus_deps DEBIAN_PACKAGE...     # build dependencies, installed only when missing
#   corpus_source DEBIAN_SOURCE       # apt-get source, unpacked at $SRC
#   build() { ... }                   # set -e, in $SRC; uses "$CC" and $CFLAGS
#   suite() { ... }                   # in $SRC; appends 'PASS|FAIL|SKIP name' lines to $RESULTS
#   BASE_PASS=N BASE_FAIL='names'     # the gcc baseline
#   corpus_run
#
# and prints as its last line
#   RESULT name=NAME build=ok|fail tests_pass=N tests_fail=N seconds_build=N seconds_test=N
#
# Environment:
#   CC            compiler (default gcc); CFLAGS (default -O2); CORPUS_JOBS (default nproc)
#   CORPUS_CACHE  folder that keeps downloaded source packages between runs (default: none)
#   CORPUS_KEEP=1 keep the temporary work dir
#   CORPUS_MODE   'all' (default), 'build' (no tests; used by perf/*.sh)
#   CORPUS_SCALE  multiplies every time limit (default 1); use 5-10 for a slow compiler or runtime
#   CORPUS_WITHIN a command that runs the program's tests in another place: CORPUS_WITHIN bash FILE
set -u
export LC_ALL=C LANG=C TZ=UTC0 DEBIAN_FRONTEND=noninteractive FORCE_UNSAFE_CONFIGURE=1
unset MAKEFLAGS MFLAGS MAKELEVEL CDPATH LANGUAGE POSIXLY_CORRECT DISPLAY CXX CPPFLAGS LDFLAGS LIBS 2>/dev/null
: "${CC:=gcc}" "${CFLAGS:=-O2}" "${CORPUS_MODE:=all}" "${CORPUS_SCALE:=1}" "${CORPUS_CACHE:=}" "${CORPUS_KEEP:=}"
J=${CORPUS_JOBS:-$(nproc)}
# a relative path to the compiler must survive cd
case ${CC%% *} in
  /*) ;;
  */*) _cc0=${CC%% *}; CC="$(cd "${_cc0%/*}" && pwd)/${_cc0##*/}${CC#"$_cc0"}" ;;
esac
# a compiler with arguments (CC='escc -fescc-locals=all') becomes a one-line script, so that every build system takes it whole
case $CC in
  *' '*) _ccdir=$(mktemp -d "${TMPDIR:-/tmp}/corpus-cc.XXXXXX")
    printf '#!/bin/sh\nexec %s "$@"\n' "$CC" >"$_ccdir/cc" && chmod +x "$_ccdir/cc" && CC=$_ccdir/cc ;;
esac
export CC CFLAGS

say() { printf '%s\n' "$*"; }
die() { say "corpus: $*" >&2; exit 2; }

# limit SECONDS CMD...: run CMD with a (scaled) time limit, no stdin
limit() { local s=$1; shift; timeout -k 10 "$((s * CORPUS_SCALE))" "$@" </dev/null; }

corpus_init() {
  NAME=$1
  if [ -n "${2:-}" ]; then
    mkdir -p "$2" || die "cannot create $2"
    WORK=$(cd "$2" && pwd)
  else
    WORK=$(mktemp -d "${TMPDIR:-/tmp}/corpus.XXXXXX") || die mktemp
    [ -n "$CORPUS_KEEP" ] || trap 'rm -rf "$WORK"' EXIT
  fi
  TOP=$WORK/$NAME
  rm -rf "$TOP"; mkdir -p "$TOP/tmp"
  RESULTS=$TOP/results; : >"$RESULTS"
  BUILD_LOG=$TOP/build.log; TEST_LOG=$TOP/test.log
  BASE_PASS=1; BASE_FAIL=''

  export HOME=$TOP/tmp TMPDIR=$TOP/tmp
}

# corpus_locals_stay: for a program that reads the machine stack itself, its
# locals have to stay there (docs/programs.md)
corpus_locals_stay() {
  # a compiler that does not know the option refuses it
  "$CC" -fescc-locals=none -c -x c /dev/null -o /dev/null 2>/dev/null &&
    CFLAGS="$CFLAGS -fescc-locals=none"
  return 0
}

_apt_updated=
_apt_update() { [ -n "$_apt_updated" ] || apt-get update -qq >/dev/null 2>&1; _apt_updated=1; }

corpus_deps() {
  local p missing=''
  for p; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
  done
  [ -z "$missing" ] && return 0
  # shellcheck disable=SC2086
  apt-get install -y -qq --no-install-recommends $missing >"$TOP/apt.log" 2>&1 && return 0
  _apt_update
  # shellcheck disable=SC2086
  apt-get install -y -qq --no-install-recommends $missing >"$TOP/apt.log" 2>&1 ||
    { tail -5 "$TOP/apt.log" >&2; die "cannot install:$missing"; }
}

# corpus_locales NAME...: build UTF-8 locales (en_US ...) in the work dir and make them available
corpus_locales() {
  local l
  corpus_deps locales
  export LOCPATH=$TOP/locales; mkdir -p "$LOCPATH"
  for l; do localedef --no-archive -c -i "$l" -f UTF-8 "$LOCPATH/$l.UTF-8" >/dev/null 2>&1; done
}

# Source packages without a change to the machine: its own Debian stanza (or
# one-line entry) with Types: deb-src in a private apt configuration, lists and
# cache next to the downloads.  No root needed, no host name written here.
# Sets APT_SOURCE, the words that start every apt command about sources.
corpus_enable_src() {
  local code f apt=${CORPUS_CACHE:-$TOP}/apt
  APT_SOURCE=()
  apt-cache showsrc bzip2 2>/dev/null | grep -q '^Package: bzip2' && return 0
  code=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/parts"
  # recipes that run at the same time may share the cache
  exec 9>"$apt/lock"
  flock 9
  for f in /etc/apt/sources.list.d/*.sources; do
    [ -f "$f" ] || continue
    # stanzas are blank-line separated; keep those whose Suites name the release itself
    awk -v code="$code" 'BEGIN{RS="";ORS="\n\n"} {
      n=split($0,l,"\n"); ok=0; deb=0; o=""
      for(i=1;i<=n;i++){
        if(l[i]~/^#/)continue
        if(l[i]~/^Types:/){ if(l[i]~/(^|[ \t])deb([ \t]|$)/)deb=1; l[i]="Types: deb-src" }
        if(l[i]~/^Suites:/){ m=split(l[i],s,/[ \t]+/); for(j=2;j<=m;j++)if(s[j]==code)ok=1; l[i]="Suites: " code }
        o=o l[i] "\n"
      }
      if(ok&&deb)print o }' "$f"
  done >"$apt/parts/src.sources"
  sed -n "s/^deb\([[:space:]].*[[:space:]]$code[[:space:]].*\)/deb-src\1/p" \
    /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null >"$apt/parts/src.list"
  [ -s "$apt/parts/src.sources" ] || rm "$apt/parts/src.sources"
  [ -s "$apt/parts/src.list" ] || rm "$apt/parts/src.list"
  ls "$apt/parts"/src.* >/dev/null 2>&1 || die 'no Debian apt source to derive deb-src from'
  APT_SOURCE=(-o "Dir::Etc::SourceList=/dev/null" -o "Dir::Etc::SourceParts=$apt/parts"
    -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o "APT::Sandbox::User=")
  if [ -z "$(find "$apt/lists" -name '*Sources*' -mtime -1)" ]; then
    apt-get "${APT_SOURCE[@]}" update -qq >"$TOP/apt.log" 2>&1 ||
      { tail -3 "$TOP/apt.log" >&2; die 'apt-get update failed'; }
  fi
  exec 9>&-
}

# corpus_source PKG: sets SRC and VERSION
corpus_source() {
  local pkg=$1 dl dsc
  if [ -n "$CORPUS_CACHE" ]; then dl=$CORPUS_CACHE/$pkg; else dl=$TOP/dl; fi
  mkdir -p "$dl"
  dsc=$(ls "$dl"/*.dsc 2>/dev/null | tail -1)
  corpus_deps dpkg-dev
  if [ -z "$dsc" ]; then
    corpus_enable_src
    # twice: a busy mirror drops a connection now and then
    (cd "$dl" && { apt-get "${APT_SOURCE[@]}" source -qq --download-only "$pkg" ||
      apt-get "${APT_SOURCE[@]}" source -qq --download-only "$pkg"; }) \
      >"$TOP/source.log" 2>&1 || { tail -3 "$TOP/source.log" >&2; die "cannot fetch source $pkg"; }
    dsc=$(ls "$dl"/*.dsc | tail -1)
  fi
  SRC=$TOP/src
  dpkg-source --no-check -x "$dsc" "$SRC" >>"$TOP/source.log" 2>&1 || die "cannot unpack $pkg"
  VERSION=$(sed -n 's/^Version: //p' "$dsc" | head -1)

}

# ---- recording results -----------------------------------------------------
pass() { printf 'PASS %s\n' "$1" >>"$RESULTS"; }
fail() { printf 'FAIL %s\n' "$1" >>"$RESULTS"; }
skip() { printf 'SKIP %s\n' "$1" >>"$RESULTS"; }
# check NAME CMD...: one test = one command
check() { local n=$1; shift; if "$@"; then pass "$n"; else fail "$n"; echo "FAILED: $n: $*"; fi; }
# same NAME EXPECTED_FILE CMD...: one test = output equals a file
same() {
  local n=$1 e=$2; shift 2
  if "$@" >"$TOP/tmp/out.$$" 2>&1 </dev/null && cmp "$e" "$TOP/tmp/out.$$"; then pass "$n"
  else fail "$n"; echo "FAILED: $n: $*"; diff "$e" "$TOP/tmp/out.$$" | head -20; fi
}
# automake's *.trs files below a folder
trs() {
  local f r
  while IFS= read -r f; do
    r=$(sed -n 's/^:test-result: *\([A-Z]*\).*/\1/p' "$f")
    f=${f#"$SRC"/}; f=${f#./}; f=${f%.trs}
    # a TAP driver writes one line per subtest
    if [ "$(printf '%s\n' "$r" | wc -l)" -gt 1 ]; then
      printf '%s\n' "$r" | awk -v f="$f" '{n++; s=$1; if(s=="XFAIL")s="PASS"; if(s=="ERROR"||s=="XPASS")s="FAIL"; print s, f "#" n}' >>"$RESULTS"
      continue
    fi
    case $r in PASS|XFAIL) pass "$f" ;; SKIP) skip "$f" ;; *) fail "$f" ;; esac
  done < <(find "${1:-.}" -name '*.trs' | sort)
}
# 'PASS: name' / 'FAIL: name' lines of automake's serial driver (and look-alikes) in a log
serial() { sed -n 's/^\(PASS\|FAIL\|SKIP\): *\([^ ]*\).*/\1 \2/p; s/^XFAIL: *\([^ ]*\).*/PASS \1/p; s/^ERROR: *\([^ ]*\).*/FAIL \1/p' "$1" | sort -u >>"$RESULTS"; }
# ctest's lines in a log
ctest_log() { sed -n 's/^ *[0-9]*\/[0-9]* Test *#[0-9]*: \([^ ]*\) \.* *\(Passed\|\*\*\*\).*/\2 \1/p' "$1" | sed 's/^Passed/PASS/; s/^\*\*\*/FAIL/' >>"$RESULTS"; }

cmake_build() { # cmake_build BUILD_DIR OPTIONS...
  local d=$1; shift
  cmake -S . -B "$d" -DCMAKE_C_COMPILER="${CC%% *}" -DCMAKE_C_FLAGS="$CFLAGS" -DCMAKE_BUILD_TYPE=None "$@"
  cmake --build "$d" -j "$J"
}

_now() { date +%s.%N; }
_dt() { awk -v a="$1" -v b="$2" 'BEGIN{printf "%.1f", b-a}'; }

corpus_run() {
  local t0 t1 rc sb=0 st=0 np nf new='' n
  say "INFO name=$NAME version=$VERSION cc=$CC work=$TOP"
  t0=$(_now)
  ( set -e; cd "$SRC"; build ) >"$BUILD_LOG" 2>&1 </dev/null; rc=$?
  t1=$(_now); sb=$(_dt "$t0" "$t1")
  if [ "$rc" != 0 ]; then
    tail -15 "$BUILD_LOG"
    say "RESULT name=$NAME build=fail tests_pass=0 tests_fail=0 seconds_build=$sb seconds_test=0"
    exit 1
  fi
  if [ "$CORPUS_MODE" = build ]; then SECONDS_BUILD=$sb; return 0; fi
  t0=$(_now)
  if [ -n "${CORPUS_WITHIN:-}" ]; then
    { declare -f; declare -p SRC TOP RESULTS J CORPUS_HERE 2>/dev/null; echo 'cd "$SRC"; suite'; } >"$TOP/suite.sh"
    # shellcheck disable=SC2086
    CORPUS_SCALE=$CORPUS_SCALE $CORPUS_WITHIN bash "$TOP/suite.sh" >"$TEST_LOG" 2>&1 </dev/null
  else
    ( cd "$SRC"; suite ) >"$TEST_LOG" 2>&1 </dev/null
  fi
  t1=$(_now); st=$(_dt "$t0" "$t1")
  np=$(grep -c '^PASS ' "$RESULTS"); nf=$(grep -c '^FAIL ' "$RESULTS")
  while read -r _ n; do
    case " $(echo $BASE_FAIL) " in *" $n "*) ;; *) new="$new $n" ;; esac
  done < <(grep '^FAIL ' "$RESULTS")
  rc=0
  if [ -n "$new" ]; then rc=1; say "NEW-FAILURES name=$NAME:$(echo "$new" | cut -c1-2000)"; fi
  if [ "$np" -lt "$BASE_PASS" ]; then rc=1; say "TOO-FEW name=$NAME: $np tests passed, the gcc baseline is $BASE_PASS"; fi
  if [ "$rc" = 0 ] && [ "$nf" -gt 0 ]; then say "KNOWN-FAILURES name=$NAME: $nf (also fail with gcc)"; fi
  [ -n "${CORPUS_RESULTS:-}" ] && cp "$RESULTS" "$CORPUS_RESULTS"
  say "RESULT name=$NAME build=ok tests_pass=$np tests_fail=$nf seconds_build=$sb seconds_test=$st"
  exit $rc
}

# perf_run CMD...: time CMD (its stdout goes to $TOP/perf.out); prints the PERF line
perf_run() {
  local out rss sec user sum rc
  corpus_deps time
  /usr/bin/time -o "$TOP/perf.time" -f '%e %U %M' timeout -k 10 "$((300 * CORPUS_SCALE))" "$@" \
    >"$TOP/perf.out" 2>"$TOP/perf.err" </dev/null; rc=$?
  read -r sec user rss < <(tail -1 "$TOP/perf.time")
  sum=$(cksum <"$TOP/perf.out"); sum=${sum%% *}
  [ "$rc" = 0 ] || { tail -3 "$TOP/perf.err"; sum=FAILED-rc$rc; }
  say "PERF name=${PERF_NAME:-$NAME} seconds=$sec maxrss_kb=$rss user_seconds=$user checksum=$sum"
  if [ "$rc" != 0 ] || { [ -n "${PERF_SUM:-}" ] && [ "$sum" != "$PERF_SUM" ]; }; then
    say "PERF-WRONG name=${PERF_NAME:-$NAME} checksum=$sum expected=${PERF_SUM:-}"; return 1
  fi
}

# corpus_text MEGABYTES FILE: deterministic pseudo-English text
corpus_text() {
  perl -e 'my ($mb,$x,$o)=($ARGV[0],12345,""); my @w;
    sub r { $x=($x*1103515245+12345)&0x7fffffff; return $x>>8 }
    for(1..3000){my $s="";$s.=chr(97+r()%26) for 0..(1+r()%9);push @w,$s}
    my $n=0; while($n<$mb*1048576){my $l="";for(0..(4+r()%12)){my $k=r()%3000;$k=int($k*$k/3000);$l.=($l eq""?"":" ").$w[$k]}
      $l.=" ".r() if r()%5==0; $l.="\n"; $n+=length $l; print $l }' "$1" >"$2"
}
