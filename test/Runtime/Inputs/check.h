/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check.h - what the runtime's test programs share.
 *
 * They play the part of rewritten code: they call the __escc_ ABI with
 * sites of their own.  An object carries a stamp made of its address, so
 * that a freed and reused or clobbered one is noticed when it is read. */
#ifndef CHECK_H
#define CHECK_H

#include <escc/gc.h>
#include <escc/rt.h>

#include "condition.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SITE(what_)                                                         \
    (__extension__({                                                        \
        static const struct __escc_site site_ = {__FILE__, "test", what_,   \
                                                 __LINE__, __ESCC_SCAN};    \
        &site_;                                                             \
    }))

struct node {
    struct node *next, *other;
    uintptr_t stamp;
    long value;
};

static inline uintptr_t stamp_of(const struct node *n)
{
    return (uintptr_t)n * 31 + 17;
}

__attribute__((noinline, unused)) static struct node *
new_node(struct node *next, long value)
{
    static const struct __escc_site site = {"check.h", "new_node", "node",
                                            1, __ESCC_SCAN};
    struct node *n = __escc_malloc(sizeof *n, &site);
    CHECK(n && !n->next && !n->other && !n->stamp && !n->value);
    n->next = next;
    n->stamp = stamp_of(n);
    n->value = value;
    return n;
}

__attribute__((noinline, unused)) static struct node *
new_list(long length)
{
    struct node *list = NULL;
    for (long i = length; i-- > 0;)
        list = new_node(list, i);
    return list;
}

__attribute__((unused)) static void check_node(const struct node *n,
                                               long value)
{
    CHECK(n->stamp == stamp_of(n));
    CHECK(n->value == value);
}

__attribute__((noinline, unused)) static void
check_list(const struct node *list, long length)
{
    for (long i = 0; i < length; i++, list = list->next)
        check_node(list, i);
    CHECK(!list);
}

/* Overwrites dead frames and registers below the caller's, so that stale
 * copies of pointers do not keep objects alive by chance. */
__attribute__((noinline, unused)) static void wipe_stack(void)
{
    volatile char junk[16384];
    for (size_t i = 0; i < sizeof junk; i++)
        junk[i] = 0;
}

/* Calls `function` so deep in the stack that wipe_stack, called from where
 * this is, overwrites all of its frame. */
__attribute__((noinline, unused)) static void
run_deep(void (*function)(void))
{
    volatile char room[4096];
    room[0] = room[4095] = 0;
    function();
    room[0] = room[4095] = 1;
}

__attribute__((noinline, unused)) static uint64_t marked_bytes_now(void)
{
    struct escc_stats stats;
    escc_gc();
    escc_stats_get(&stats, sizeof stats);
    return stats.heap_marked_bytes;
}

/* What a collection finds alive.  Two functions, because an uninitialised
 * variable of the one that collects would be a stale copy itself. */
__attribute__((noinline, unused)) static uint64_t marked_bytes(void)
{
    wipe_stack();
    return marked_bytes_now();
}

/* Addresses as numbers that a conservative scan does not recognise. */
__attribute__((unused)) static uintptr_t hide(const void *p)
{
    return ~(uintptr_t)p;
}

__attribute__((unused)) static void *reveal(uintptr_t hidden)
{
    return (void *)~hidden;
}

#endif
