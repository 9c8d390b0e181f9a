/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mfixalloc.c - off-heap structures of one size.
 *
 * Owns blocks of fixed size cut from chunks, with a list of those given
 * back; and persistent_alloc, where all off-heap memory of the allocator
 * comes from.  Does not own objects of the program: nothing here is ever
 * scanned or swept.
 *
 * Off-heap memory lies outside of the reservation, so no word of the
 * program resolves to it.
 *
 * [inv.stable]  It is never given back: a pointer to a struct mspan that was
 * read from a table, and is stale by the time it is used, still points to a
 * struct mspan.
 *
 * A block's first word links the free list; the rest of a free block keeps
 * its last contents until fixalloc_alloc zeroes it.
 */
#include "mfixalloc.h"

#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"

#include <string.h>

struct fixalloc_free {
    struct fixalloc_free *next;
};

enum {
    /* What a fixalloc asks for at a time: small, since the bitmaps alone
     * have one fixalloc per size and a small program uses most of them. */
    FIXALLOC_CHUNK_BYTES = 16 << 10,
    /* What persistent_alloc asks of the system at a time: at first, and an
     * eighth of what it has up to so many.  Who asks waits for those who touch
     * pages, since the kernel has one lock for both. */
    PERSISTENT_CHUNK_BYTES = 256 << 10,
    PERSISTENT_CHUNK_MOST = 4 << 20
};

static struct rt_lock persistent_lock = RT_LOCK_INIT(RT_RANK_OS);
static uintptr_t persistent_chunk, persistent_chunk_end;
static uint64_t persistent_total;

static size_t round_up(size_t bytes, size_t to)
{
    return (bytes + to - 1) / to * to;
}

/* A chunk to cut from; false: the system refuses.  Under the lock. */
static bool new_persistent_chunk(void)
{
    size_t bytes = persistent_total / 8 / PERSISTENT_CHUNK_BYTES *
                   PERSISTENT_CHUNK_BYTES;
    bytes = bytes < PERSISTENT_CHUNK_BYTES ? PERSISTENT_CHUNK_BYTES
            : bytes > PERSISTENT_CHUNK_MOST ? PERSISTENT_CHUNK_MOST : bytes;
    void *chunk = os_alloc(bytes);
    if (!chunk && bytes > PERSISTENT_CHUNK_BYTES)
        chunk = os_alloc(bytes = PERSISTENT_CHUNK_BYTES);
    if (!chunk)
        return false;
    persistent_chunk = (uintptr_t)chunk;
    persistent_chunk_end = persistent_chunk + bytes -
                           PERSISTENT_BEYOND_BYTES;     /* [inv.beyond] */
    persistent_total += bytes;
    return true;
}

void *persistent_alloc(size_t bytes, size_t *got)
{
    void *block = NULL;
    /* A cache line, so that structures of different threads do not share
     * one. */
    bytes = round_up(bytes, 64);
    *got = bytes;
    rt_lock(&persistent_lock);
    if (bytes > PERSISTENT_CHUNK_BYTES - PERSISTENT_BEYOND_BYTES) {
        bytes = round_up(bytes, os_page_bytes());
        block = os_alloc(bytes);
        if (block)
            persistent_total += bytes;
    } else {
        if (persistent_chunk_end - persistent_chunk >= bytes ||
            new_persistent_chunk()) {
            block = (void *)persistent_chunk;
            persistent_chunk += bytes;
        }
    }
    rt_unlock(&persistent_lock);
    return block;
}

uint64_t persistent_bytes(void)
{
    return rt_load_relaxed(&persistent_total);
}

/* Takes a new chunk; what is left of the old one is less than a block. */
static bool more(struct fixalloc *fa)
{
    size_t wanted = FIXALLOC_CHUNK_BYTES;
    if (wanted < fa->bytes)
        wanted = fa->bytes;
    size_t got;
    void *chunk = fa->more(wanted, &got);
    if (!chunk)
        return false;
    fa->chunk = (uintptr_t)chunk;
    fa->chunk_end = fa->chunk + got;
    return true;
}

void *fixalloc_alloc(struct fixalloc *fa)
{
    void *block = NULL;
    rt_assert(fa->bytes >= sizeof(struct fixalloc_free));
    rt_assert(fa->bytes % 8 == 0);
    rt_lock(&fa->lock);
    if (fa->free) {
        block = fa->free;
        fa->free = fa->free->next;
    } else if (fa->chunk_end - fa->chunk >= fa->bytes || more(fa)) {
        block = (void *)fa->chunk;
        fa->chunk += fa->bytes;
    }
    if (block)
        fa->ntaken++;
    rt_unlock(&fa->lock);
    if (block)
        memset(block, 0, fa->bytes);
    return block;
}

void fixalloc_free(struct fixalloc *fa, void *block)
{
    struct fixalloc_free *link = block;
    rt_lock(&fa->lock);
    rt_check(fa->ntaken != 0);
    fa->ntaken--;
    link->next = fa->free;
    fa->free = link;
    rt_unlock(&fa->lock);
}
