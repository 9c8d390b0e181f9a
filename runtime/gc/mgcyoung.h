/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcyoung.h - young blocks, and collections of these alone.
 * See mgcyoung.c. */
#ifndef ESCC_MGCYOUNG_H
#define ESCC_MGCYOUNG_H

#include "base/rt_atomic.h"
#include "base/rt_options.h"
#include "heap/mspan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Blocks from here on are born young if those of their size are freed soon,
 * with ESCC_DEBUG=young=2 all.  So are moved locals, of any size. */
enum { MGCYOUNG_LEAST_BYTES = 1024, MGCYOUNG_ALWAYS = 2 };

/* What to add to an enum span_kind of a block that is born young: SPAN_YOUNG
 * while there is a window for them, else 0.  Atomic. */
extern uint32_t mgcyoung_kind __attribute__((visibility("hidden")));

/* Sites whose blocks of a size live on have no young ones.  By a number of a
 * site and size, which others may have, too; 0 is nobody's. */
enum { MGCYOUNG_NSITES = 256 };
/* What became of blocks of a size, lately: of four sizes between a power of two
 * and the next.  A free means nothing, but it says that the program is done
 * with the block.  Counted by all threads, and not exactly. */
struct mgcyoung_fate { uint64_t made, freed; };
enum { MGCYOUNG_NFATES = 64, MGCYOUNG_LEAST_FREED = 4, MGCYOUNG_LATELY = 64 };
extern struct mgcyoung_fate mgcyoung_fates[MGCYOUNG_NFATES]
    __attribute__((visibility("hidden")));

static inline struct mgcyoung_fate *mgcyoung_fate_of(size_t bytes)
{
    unsigned power = 63 - (unsigned)__builtin_clzll(bytes |
                                                    MGCYOUNG_LEAST_BYTES);
    unsigned index = (power - 10) * 4 + (bytes >> (power - 2) & 3);
    return &mgcyoung_fates[index < MGCYOUNG_NFATES ? index
                                                   : MGCYOUNG_NFATES - 1];
}

static inline unsigned mgcyoung_site(const void *site, size_t bytes)
{
    uintptr_t size = (uintptr_t)(mgcyoung_fate_of(bytes) - mgcyoung_fates);
    return (uint8_t)(((uintptr_t)site / 32 + size * 37) %
                     (MGCYOUNG_NSITES - 1) + 1);
}

/* `bytes`: of the slot. */
static inline void mgcyoung_note_free(size_t bytes)
{
    if (__builtin_expect(bytes >= MGCYOUNG_LEAST_BYTES, 0))
        rt_count(&mgcyoung_fate_of(bytes)->freed, 1);
}

/* Whether half of such blocks are freed. */
static inline bool mgcyoung_is_short_lived(size_t bytes)
{
    if (bytes < MGCYOUNG_LEAST_BYTES)
        return false;
    const struct mgcyoung_fate *fate = mgcyoung_fate_of(bytes);
    uint64_t freed = rt_load_relaxed(&fate->freed);
    return freed >= MGCYOUNG_LEAST_FREED &&
           freed >= rt_load_relaxed(&fate->made) / 2;
}

/* Of a block that is about to be made, of a slot of `bytes`. */
unsigned mgcyoung_kind_of(size_t bytes, const void *site);
/* A block of such a kind was made there.  In the runtime. */
void mgcyoung_note_site(void *block, size_t bytes, const void *site);

/* `bytes` are about to be taken from the central lists; young_bytes of blocks
 * that are or might be young were since the last call.  Begins with such a
 * window, or collects what is in it, if that is due.  In the runtime, with no
 * lock held; the caller's cache is consistent, and spans and bits that were
 * read before are stale on return. */
void mgcyoung_before_refill(size_t bytes, size_t young_bytes);
/* So many were. */
void mgcyoung_took(size_t bytes);
/* The span was taken from there, with its free slots. */
void mgcyoung_begin_span(struct mspan *span);

/* ---- for barriers (mgcyoungset.c); general registers only ---------------- */

/* A word was stored in the slot, or, 0, somewhere.  In the runtime. */
void mgcyoung_tell(uintptr_t word, uintptr_t slot);

/* ---- for the collector --------------------------------------------------- */

/* The notes of handlers that were left are about to be forgotten
 * (msignal_forget_left).  In a stop. */
void mgcyoung_before_forgetting(void);

/* What has been done so far. */
struct mgcyoung_stats {
    uint64_t ncollections, freed_bytes, survived_bytes;
    uint32_t survivors[MGCYOUNG_NSITES], dead[MGCYOUNG_NSITES];
};

/* Start-up; in the child of fork. */
void mgcyoung_init(void);
void mgcyoung_fork_child(void);

#endif /* ESCC_MGCYOUNG_H */
