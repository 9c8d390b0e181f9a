/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* What the programs about the language share: objects of the heap with a
 * number, a place that keeps addresses, and collections. */
#ifndef COMMON_H
#define COMMON_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node { struct node *next; long number; };

/* An object that only the caller's pointer keeps. */
static inline struct node *make(long number)
{
    struct node *n = malloc(sizeof *n);
    n->next = 0;
    n->number = number;
    return n;
}

/* Enough memory that collections happen. */
static inline void churn(void)
{
    for (int i = 0; i < 90; i++) {
        char *volatile waste = malloc(1 << 16);
        waste[i] = 1;
        free(waste);
    }
}

static void *kept[256];
static int keeps;

/* Lets the address outlive the call, so that a local moves. */
static inline void *keep(const volatile void *p)
{
    kept[keeps++ % 256] = (void *)p;
    return (void *)p;
}

#endif
