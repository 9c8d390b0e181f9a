/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcdrain.h - from words to marked objects.  See mgcdrain.c.
 *
 * Used by mgcmark.c and mgcgang.c.  A marker is used by one thread at a
 * time. */
#ifndef ESCC_MGCDRAIN_H
#define ESCC_MGCDRAIN_H

#include "mgcfilter.h"
#include "mgcinside.h"
#include "mgcmark.h"
#include "mgcshare.h"
#include "mgcwork.h"

enum {
    MGCDRAIN_GROUPS = 3,
    MGCDRAIN_GROUP_WORDS = 8,
    MGCDRAIN_RECENT = 128,      /* a KiB; twice as many find hardly more */
    /* Of objects from here on only the pages that the system has given are
     * read.  Asking for the pages of it costs a hundredth of reading it. */
    MGCDRAIN_SPARSE_BYTES = 1024 * 1024,
    MGCDRAIN_WORD_BYTES = sizeof(uintptr_t)
};

/* A candidate on its way. */
struct mgcdrain_arrival {
    uintptr_t word;
    struct mspan *span;         /* NULL: none, or no object; stays what it is
                                   while it is here [inv.recycle] */
    uint32_t index;             /* valid from the second step on */
};

struct mgcdrain_group {
    unsigned n;
    struct mgcdrain_arrival arrivals[MGCDRAIN_GROUP_WORDS];
};

struct marker {
    struct mgcwork candidates;
    struct mgcwork pieces;      /* pairs: end pushed first, then start */
    struct mgcwork greys;       /* bases of objects that threads marked */
    struct mgcwork hits;        /* words of a root that are addresses of the
                                   heap or its end, for a moment */
    struct mgcdrain_group groups[MGCDRAIN_GROUPS];
    unsigned newest;            /* of the groups; the oldest follows it */
    uintptr_t recent[MGCDRAIN_RECENT];  /* [inv.recent]; 0: none */
    uintptr_t heap_base;        /* copies for the inner loops */
    uintptr_t heap_bytes;
    unsigned stride;            /* mgcmark_stride */
    uint32_t fields;            /* mgcmark_fields */
    struct mgcinside inside;
    mgcfilter *filter;          /* NULL: words are looked at one by one */
    uint64_t read_again;        /* counter of what has been counted before */
    bool scan_all;              /* ESCC_DEBUG=conservative=1 */
    bool has_skipped;           /* a root could not be read */
    bool no_ends;               /* roots: an address just past the end of an
                                   object is none in it */
    bool keeps;                 /* the cycle began with the marks of the last */
    bool is_check;              /* mgcmark_again: one marker, without help */
    bool fetches;               /* objects: most are not marked yet */
    bool settles;               /* open world: marks what was born, too, where
                                   something leads to it [inv.kept] */
    bool only_queues;           /* in a short stop: roots are not followed */
    struct mgcshare *share;     /* NULL: this marker alone marks now */
    struct mgcmark_stats *stats;
    uint64_t *root_bytes;       /* counter of the kind of root being read */
};

/* One load: other threads may be writing.  Not atomic in C's sense, as it
 * need not be aligned; an aligned one is whole. */
static inline uintptr_t mgcdrain_read_word(uintptr_t address)
{
    typedef uintptr_t __attribute__((may_alias, aligned(1))) loose_word;
    return *(const volatile loose_word *)address;
}

/* Around what needs the kernel to be read [inv.detour]. */
void mgcdrain_begin_detour(const struct marker *m);
void mgcdrain_end_detour(const struct marker *m);

/* Queues what the words in [from, to) may point to. */
void mgcdrain_scan_words(struct marker *m, uintptr_t from, uintptr_t to);
/* The same for roots; adds to *root_bytes. */
void mgcdrain_root_words(struct marker *m, uintptr_t from, uintptr_t to);
/* The same for a range of an object that is too long to be read at once. */
void mgcdrain_scan_later(struct marker *m, uintptr_t from, uintptr_t to);
/* The same for a marked object that was read before, when the queue
 * overflowed. */
void mgcdrain_reread_object(struct marker *m, struct mspan *span,
                            uint32_t index);

/* Looks up `nwords` candidates, or what costs as much; true if nothing is
 * left that this marker or the threads have queued. */
bool mgcdrain_some(struct marker *m, size_t nwords);
/* Until nothing is left, with the help of others if that is much. */
void mgcdrain_all(struct marker *m);

/* The same as mgcdrain_some in a step that several markers share, in each of
 * them: until nothing is left, one of them has done `nwords`, or the step
 * ends.  False: it has something in hand.  The caller closes or leaves the
 * step. */
bool mgcdrain_together(struct marker *m, struct mgcshare *share,
                       size_t nwords);
/* Another marker does as that of the owner does; what it did goes to
 * *stats. */
void mgcdrain_follow(struct marker *m, const struct marker *owner,
                     struct mgcmark_stats *stats);
/* What it has in hand goes back to its queue. */
void mgcdrain_put_back(struct marker *m);

/* Whether something was dropped for want of memory, and forgets it.  The
 * queue is empty. */
bool mgcdrain_take_overflow(struct marker *m);
/* Drops what there is to do. */
void mgcdrain_reset(struct marker *m);
/* Nothing is left; for assertions. */
bool mgcdrain_is_idle(struct marker *m);

#endif /* ESCC_MGCDRAIN_H */
