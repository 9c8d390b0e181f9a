/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The external copies of inline.h's functions. */
#include "common.h"
#define gnu89 unused_gnu89
#include "inline.h"
#undef gnu89

extern struct node *c99(long n);

struct node *gnu89(long n)
{
    struct node *only = make(n + 1);
    keep(&only);
    return only;
}
