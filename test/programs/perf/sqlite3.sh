#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# sqlite3: a deterministic SQL script in the shell, in memory (about 6 s with gcc -O2).
D=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd); CORPUS_MODE=build; SQLITE_TARGETS='sqlite3.c shell.c'
. "$D/../sqlite3.sh"
cd "$SRC" || exit 2
"$CC" $CFLAGS -DSQLITE_THREADSAFE=1 -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_RTREE -o psqlite shell.c sqlite3.c -lm -ldl -lpthread || exit 1
PERF_SUM=${PERF_SUM-3613217668} perf_run ./psqlite -batch :memory: ".read $D/sqlite3.sql"
