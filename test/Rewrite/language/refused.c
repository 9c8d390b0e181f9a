// What clang takes and escc does not: with the place and the construct. gcc
// has no blocks and refuses -fblocks itself.
// REQUIRES: backend-clang
// RUN: not %escc -fblocks -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %escc -fblocks -fescc-on-unsupported=plain -c %s -o %t.o
int f(int n)
{
    // CHECK: refused.c:[[@LINE+1]]:26: error: escc cannot rewrite this: a block (^{ … }) [escc-unsupported]
    int (^block)(void) = ^{ return n; };
    return block();
}
