#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# jq: parse, group, sort and rewrite a generated document (about 6 s with gcc -O2).
D=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd); CORPUS_MODE=build
. "$D/../jq.sh"
cd "$SRC" || exit 2
perl -e 'print "["; for(1..150000){print "," if $_>1; print "{\"id\":$_,\"name\":\"n",$_%977,"\",\"tags\":[\"a$_\",\"b\"],\"v\":",$_*1.5,",\"o\":{\"x\":[1,2,{\"y\":$_}]}}"} print "]\n"' >p.json
PERF_SUM=${PERF_SUM-3832143012} perf_run ./jq -c '[group_by(.name)[]|{k:.[0].name,n:length,s:(map(.v)|add)}] as $g
  | ($g|sort_by(-.s)|.[:20]), (map(.o.x[2].y)|add), ([paths(type=="number")]|length),
    (reduce .[] as $x ({}; .[$x.name] += $x.id)|to_entries|map(.value)|max), (map(tojson|length)|add)' p.json
