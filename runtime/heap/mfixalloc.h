/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mfixalloc.h - off-heap structures of one size.  See mfixalloc.c. */
#ifndef ESCC_MFIXALLOC_H
#define ESCC_MFIXALLOC_H

#include "base/rt_lock.h"

#include <stddef.h>
#include <stdint.h>

/* Blocks of `bytes` each, taken from memory that never goes back to the
 * system nor to another fixalloc: a stale pointer to a block can be read,
 * and leads to a block of the same sort. */
struct fixalloc {
    struct rt_lock lock;        /* RT_RANK_MFIXALLOC */
    uint32_t bytes;             /* of a block; a multiple of 8 */
    struct fixalloc_free *free; /* given back */
    uintptr_t chunk, chunk_end; /* not yet handed out */
    uint64_t ntaken;            /* blocks in use */
    /* Where chunks come from: at least `bytes` zeroed bytes, 64-aligned;
     * *got is what was really given.  NULL if the system refuses. */
    void *(*more)(size_t bytes, size_t *got);
};

#define FIXALLOC_INIT(bytes_, more_)                                        \
    {.lock = RT_LOCK_INIT(RT_RANK_MFIXALLOC), .bytes = (bytes_),            \
     .more = (more_)}

/* A block, zeroed; NULL if the system gives no memory.  Takes its lock. */
void *fixalloc_alloc(struct fixalloc *fa);
/* Gives one back.  All but its first 8 bytes stay as they are until it is
 * handed out again. */
void fixalloc_free(struct fixalloc *fa, void *block);

/* [inv.beyond]  So many bytes behind a block of persistent_alloc that is not a
 * mapping of its own can be read, too: who looks at bitmaps without a lock may
 * have their place from a span, and their length from the next one that the
 * same struct describes. */
enum { PERSISTENT_BEYOND_BYTES = 1024 };

/* The runtime's source of chunks: zeroed memory that is never given back,
 * 64-aligned; *got: bytes that it has.  Small requests share mappings.
 * Takes a lock of rank RT_RANK_OS. */
void *persistent_alloc(size_t bytes, size_t *got);
/* All that persistent_alloc has from the system. */
uint64_t persistent_bytes(void);

#endif /* ESCC_MFIXALLOC_H */
