#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# mawk: awk interpreter; cells hold pointers in unions, own zmalloc pools, setjmp, ptr_t casts.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
corpus_init mawk "$@"
corpus_source mawk
build() { ./configure; make -j "$J" mawk; }
suite() {
  ( cd test; MAWK=../mawk limit 60 sh ./mawktest .. ) >t.log 2>&1; cat t.log
  sed -n 's/^\(.*\) OK$/PASS \1/p; s/^\(.*\) had .*failure.*/FAIL \1/p' t.log | sed 's/ /-/2g' | grep -v tested- >>"$RESULTS"
  check fpe sh -c 'cd test; PROG=../mawk sh ./fpe_test ..'
  # programs of our own, with the output of the gcc build on record
  corpus_text 2 d.txt
  sum() { local n=$1 e=$2 s; shift 2; s=$(limit 60 ./mawk "$@" | cksum); s=${s%% *}; if [ "$s" = "$e" ]; then pass "$n"; else fail "$n"; echo "$n: cksum $s, expected $e"; fi; }
  sum wordfreq 2548257002 '{for(i=1;i<=NF;i++)c[$i]++} END{for(w in c)print w,c[w] | "sort"}' d.txt
  sum gsub 3919915928 '{gsub(/[aeiou]+/,"<&>"); print toupper(substr($0,1,60))}' d.txt
  sum split 95973969 '{n=split($0,a,/[b-d]/); s+=n; t=t a[n]; if(length(t)>1000)t=substr(t,500)} END{print s,t}' d.txt
  sum recurse 211201071 'function f(n){return n<2?n:f(n-1)+f(n-2)} BEGIN{for(i=0;i<24;i++)print f(i)}'
  sum concat 2730220830 'BEGIN{for(i=0;i<30000;i++)s=s i; print length(s); while(match(s,/99+/)&&k++<200){print RSTART,RLENGTH; s=substr(s,RSTART+RLENGTH)}}'
  sum delete 219046569 'BEGIN{for(r=0;r<20;r++){for(i=0;i<20000;i++)a[i,r]=i "x"; for(i=0;i<20000;i+=2)delete a[i,r]} n=0; for(k in a)n++; print n; for(i=1;i<9;i++)print a[i,i]}'
  sum getline 2568312369 'BEGIN{while(("echo a b; echo c"|getline l)>0)print l; while((getline l<"d.txt")>0)n+=length(l); print n; printf "%5.2f|%-8s|%c|%x\n",3.14159,"abc",65,255}'
}
BASE_PASS=14 BASE_FAIL=''
corpus_run
