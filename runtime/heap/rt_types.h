/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_types.h - the allocator's structures, and the words it is told in.
 *
 * Glossary (Go's words, Go's meaning where there is one):
 *
 *   page        8 KiB of the reservation, the unit of the page allocator;
 *               not the system's page.
 *   arena       the part of the reservation that is committed, from its
 *               start up to mheap.arena_used.
 *   span        a run of pages that holds objects of one size, or one large
 *               object; described by a struct mspan outside the arena.
 *   slot        the room of one object of a span; slots are numbered.
 *   size class  the slot size of a span (sizeclasses.h); 0: large.
 *   kind        what the collector does with the objects of a span:
 *               scanned or not, collectable or foreign.
 *   span class  size class and kind in one number; everything that is kept
 *               per sort of object is indexed by it.
 *   collectable asked for by rewritten code; lives while it is reachable.
 *   foreign     asked for by uninstrumented code (libc, libraries) by the
 *               plain C functions; lives until it is freed and is a root
 *               while it lives.
 *   released    a foreign block that rewritten code has freed: no longer a
 *               root, lives while it is reachable.
 *   mcache      a thread's own spans, one per span class: allocation
 *               without locks.
 *   mcentral    the spans of one span class that no thread has.
 *   mheap       all pages and spans.
 *
 * [inv.spanstate]  The life of a span:
 *
 *   NONE     not in use: no page of the arena leads to it; or fresh: pages
 *            lead to it, but none of its slots is allocated.
 *   CACHED   in exactly one slot of exactly one mcache, whose thread alone
 *            changes alloc_cache and alloc_word.
 *   PARTIAL  in a mcentral's list of spans that may have free slots.
 *   FULL     in a mcentral's list of spans without free slots; large spans
 *            in use are always here.
 *
 * Transitions happen under the lock of the span's mcentral.
 *
 * [inv.slot]  The state of a slot.  Let word = index / 64.  A slot is
 * allocated if
 *     word <  alloc_word, or
 *     word == alloc_word and its bit in alloc_cache is clear, or
 *     word >  alloc_word and its bit in alloc_bits is set;
 * and, in a foreign span, its bit in free_bits is clear.  So taking a slot
 * is one store (to alloc_cache), and alloc_bits is exact only for words
 * behind alloc_word.  Bits of slots that do not exist are set in alloc_bits
 * and clear in all other bitmaps.
 *
 * [inv.sweepgen]  With h = mheap.sweepgen: span.sweepgen == h: the span is
 * swept; == h - 2: its mark bits wait to become its alloc_bits.  h grows by
 * 2 per collection.  A cached span is always swept, because caches are
 * emptied before a collection.
 */
#ifndef ESCC_RT_TYPES_H
#define ESCC_RT_TYPES_H

#include "base/rt_lock.h"
#include "sizeclasses.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PAGE_SHIFT = 13,
    PAGE_BYTES = 1 << PAGE_SHIFT,
    /* What one bitmap chunk of the page allocator covers, and the least
     * that the arena grows by: 4 MiB. */
    CHUNK_PAGES = 512,
    CHUNK_BYTES = CHUNK_PAGES * PAGE_BYTES,
    /* The unit in which memory goes back to the system: a huge page, so
     * that none is ever split. */
    SCAVENGE_PAGES = 256,
    SCAVENGE_BYTES = SCAVENGE_PAGES * PAGE_BYTES,
    /* malloc's promise: alignof(max_align_t) on the supported ABIs. */
    MALLOC_ALIGN = 16,
    /* A long span of objects up to so many bytes has so many times the pages
     * of its class (mcentral.c). */
    LONG_ELEMSIZE = 512,
    LONG_TIMES = 8,
    /* The same of young blocks. */
    YOUNG_ELEMSIZE = 2048
};

/* The low bits of a span class. */
enum span_kind {
    SPAN_SCAN = 0,              /* collectable, read conservatively */
    SPAN_NOSCAN = 1,            /* collectable, proven without pointers */
    SPAN_FOREIGN = 2,           /* lives until free, a root */
    SPAN_FOREIGN_NOSCAN = 3,    /* lives until free, not read */
    SPAN_YOUNG = 4              /* with SCAN or NOSCAN: in the window of young
                                   blocks (mheap.h) */
};

enum {
    SPAN_KIND_BITS = 3,
    SPANCLASS_COUNT = SIZECLASS_COUNT << SPAN_KIND_BITS
};

/* The span class of a size class and a kind. */
#define SPANCLASS(sizeclass, kind)                                          \
    ((unsigned)(sizeclass) << SPAN_KIND_BITS | (unsigned)(kind))

enum span_state { SPAN_NONE, SPAN_CACHED, SPAN_PARTIAL, SPAN_FULL };

struct mspan_list {
    struct mspan *first;
};

/* A span.  Off-heap, and its memory never becomes anything but a struct
 * mspan again: a stale pointer to one may be read.  "Constant" means: from
 * the moment that pages lead to the span until they no longer do. */
struct mspan {
    /* ---- the marker's line: all that a lookup needs of a span, which is
     * rarely in a cache then; written at a sweep, if at all ---- */
    uintptr_t base;             /* first address; constant */
    size_t elemsize;            /* bytes of a slot; of a large span: all its
                                 * bytes, which grow in place (mheap lock) */
    uint32_t nelems;            /* number of slots; constant */
    uint32_t divmul;            /* see mspan_object_index; constant */
    uint16_t nwords;            /* 64-bit words of a bitmap; constant */
    uint16_t spanclass;         /* constant */
    bool scan;                  /* objects may hold pointers; constant */
    bool foreign;               /* blocks of uninstrumented code; constant */
    bool freeable;              /* free may reuse its slots: foreign, young, or
                                 * all with ESCC_FREE=trust; constant */
    bool clearing;              /* large: it holds old bytes still, and nothing
                                   of the program's; atomic */
    /* Bitmaps, one bit per slot. */
    uint64_t *alloc_bits;       /* see [inv.slot] */
    uint64_t *mark_bits;        /* reached by the running or last marking: set
                                 * by the marker, of which there is one at a
                                 * time; atomic */
    uint64_t *shade_bits;       /* likewise, set by threads: what barriers
                                 * shaded, what was born black; atomic or */
    uint64_t *free_bits;        /* freeable: freed, not yet free; atomic or;
                                 * NULL otherwise */

    /* ---- the allocating thread's line ---- */
    uint64_t alloc_cache;       /* free slots of word alloc_word, as ones */
    uintptr_t alloc_base;       /* address of slot alloc_word * 64 */
    uint32_t alloc_word;        /* nwords: no word is left */
    bool needzero;              /* free slots may hold old bytes */
    bool blackened;             /* free slots were marked when cached */
    uint64_t *released_bits;    /* freeable: released (foreign blocks that
                                 * are no roots any more); atomic or; NULL
                                 * otherwise */
    uint64_t *bits;             /* the allocation that these lie in */

    /* ---- under the lock of the span's mcentral ---- */
    uint8_t state;              /* enum span_state; read relaxed by free */
    uint8_t in_list;            /* which lists of the mcentral: 0 or 1 */
    uint32_t sweepgen;          /* [inv.sweepgen] */
    uint32_t alloc_count;       /* allocated slots when last counted: when
                                 * cached, swept or put back */
    struct mspan *next, *prev;  /* in a list of the mcentral */

    /* ---- under the heap lock ---- */
    uint32_t npages;
    bool sparse;                /* large: its pages are no huge ones */
    bool has_young;             /* may have young blocks; changes within the
                                   runtime or in a stop (gc/mgcyoung.c) */
    struct mspan *all_next, *all_prev; /* mheap.all */
} __attribute__((aligned(64)));

/* The spans of one span class that no thread has.  lists[i]: i is swept if
 * i == mheap.sweepgen / 2 % 2, else unswept; so a collection that adds 2 to
 * sweepgen makes all swept spans unswept at no cost. */
struct mcentral {
    struct rt_lock lock;        /* RT_RANK_MCENTRAL */
    struct mspan_list partial[2];
    struct mspan_list full[2];
} __attribute__((aligned(64)));

/* What was taken from the heap and given back, in objects and in bytes, which
 * are those of slots: a sum since the start, or what one step adds to it. */
struct mheap_counts {
    uint64_t alloc_objects, alloc_bytes;
    uint64_t free_objects, free_bytes;  /* by sweep or free */
    uint64_t foreign_bytes;     /* in foreign blocks, released ones too; a
                                 * step that takes some away adds -n */
    uint64_t ignored_bytes;     /* free of collectable objects; twice those of
                                 * big ones, and of released blocks (mgc_owe) */
    uint64_t local_bytes;       /* of moved locals */
    uint64_t young_bytes;       /* of free_bytes: found dead among young blocks
                                 * alone (gc/mgcyoung.c) */
};

/* A thread's spans.  Only its thread uses it, and the collector while the
 * thread is stopped. */
struct mcache {
    /* Statistics since the last mcache_flush. */
    struct mheap_counts counts; /* what spans do not tell: frees */
    uint64_t nreused, reused_bytes; /* taken and put back to the same word:
                                     * neither taken nor freed to the span */
    uint64_t local_seen;        /* of counts.local_bytes, by gc/mgcyoung.c */
    uint64_t freed_live;        /* freed, and in mheap.live_bytes still */
    struct mcache *all_next, *all_prev; /* all caches; mcache.c's lock */
    /* By span class; a span without free slots where there is none. */
    struct mspan *alloc[SPANCLASS_COUNT];
};

_Static_assert(CHUNK_PAGES % 64 == 0, "chunks are whole bitmap words");
_Static_assert(CHUNK_PAGES % SCAVENGE_PAGES == 0, "areas divide chunks");
_Static_assert(SPANCLASS_COUNT < UINT16_MAX, "mspan.spanclass holds it");
_Static_assert(SIZECLASS_MAX_OBJECTS % 64 == 0, "bitmap words");
_Static_assert(offsetof(struct mspan, alloc_cache) == 64 &&
                   offsetof(struct mspan, blackened) < 128,
               "the marker and who allocates have a cache line each");

#endif /* ESCC_RT_TYPES_H */
