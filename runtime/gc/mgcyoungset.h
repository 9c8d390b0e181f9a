/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcyoungset.h - what barriers have told of young blocks.
 * See mgcyoungset.c. */
#ifndef ESCC_MGCYOUNGSET_H
#define ESCC_MGCYOUNGSET_H

#include "heap/mheap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is known of an object of a span that may have young ones: a set. */
enum {
    MGCYOUNG_OLD = 1,           /* it is not young */
    MGCYOUNG_SURVIVED = 2,      /* a collection, the first */
    MGCYOUNG_REACHED = 4        /* by the one that is under way */
};

/* By the address of an object in the window, 8 bytes each; above MGCYOUNG_SITE
 * bits the number of its site.  In a stop, or within the runtime. */
enum { MGCYOUNG_SITE = 8 };
extern uint16_t *mgcyoung_states __attribute__((visibility("hidden")));

static inline uint16_t *mgcyoung_state(uintptr_t base)
{
    return &mgcyoung_states[(base - mheap.base) / 8];
}

/* By the page of the window: whether its span may have young objects, and
 * whether it has no others; for mbarrier_amd64.S. */
enum { MGCYOUNG_PAGE_YOUNG = 1, MGCYOUNG_PAGE_ONLY = 2 };
enum { MGCYOUNG_PAGES = (64 << 20) / PAGE_BYTES };
extern uint8_t mgcyoung_pages[MGCYOUNG_PAGES]
    __attribute__((visibility("hidden")));
/* Sets that, and span->has_young. */
void mgcyoung_set_pages(struct mspan *span, unsigned flags);

/* A set of words, in the order in which they came. */
struct mgcyoung_words {
    uintptr_t *words;
    size_t n, most;
};
/* In a stop, all threads' having been added: addresses of slots that may lead
 * to young objects, and words that were stored where nobody knows. */
extern struct mgcyoung_words mgcyoung_slots, mgcyoung_kept;

struct mthread;
/* The thread leaves the list: what it has noted stays.  Under the list's
 * lock. */
void mgcyoungset_leave(struct mthread *thread);
/* In a stop: adds what threads have to themselves. */
void mgcyoungset_collect(void);
/* In a stop: each slot once, if there are many. */
void mgcyoungset_drop_doubles(void);
/* Something may have been stored that nobody told, or there was no room for
 * it, since the last reset.  In a stop. */
bool mgcyoungset_is_lost(void);
void mgcyoungset_lose(void);
/* In a stop: forgets all. */
void mgcyoungset_reset(void);
/* Takes the memory for it; false: there is none. */
bool mgcyoungset_init(void);
/* Adds one; general registers only. */
void mgcyoungset_add(struct mgcyoung_words *set, uintptr_t word);

#endif /* ESCC_MGCYOUNGSET_H */
