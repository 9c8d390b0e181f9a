#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# young-blocks.sh ESCC SOURCES: builds each program with and without
# optimization, and runs it with collections of young blocks as often as can be:
# with what they free filled, and with all that they free checked.  Prints what
# each program says, once if that is always the same.
escc=$1 sources=$2
for source in "$sources"/*.c; do
    name=$(basename "$source" .c)
    for way in -O0:clobber=1 -O2:clobber=1 -O2:checkmark=1; do
        "$escc" ${way%:*} "$source" -o "$name" -lpthread || exit 1
        echo "$name: $(ESCC_DEBUG=young=2,${way#*:} timeout 100 "./$name" 2>&1)"
    done | uniq
done
