/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcyoungread.c - which words lead to the window of young blocks.
 *
 * A collection of young blocks reads some 100 KB of roots, and few of their
 * words lead to the window.  All addresses of the window have the same upper
 * half, since the arena begins at a multiple of 1 GiB (mheap.c).  So halves are
 * compared with that, 16 at once; only where one is equal the word that it is
 * the upper half of is looked at.
 *
 * Memory that may not be readable is copied first, several small ranges by one
 * system call: to ask which of their pages hold data would take longer.
 */
#include "mgcyoungread.h"

#include "base/mpeek.h"
#include "base/os.h"
#include "heap/mheap.h"

#include <stddef.h>

enum { HALF_BYTES = 4, WORD_BYTES = 8 };

/* ---- words --------------------------------------------------------------- */

typedef uint32_t half_word __attribute__((may_alias, aligned(1)));
typedef uint32_t four_halves __attribute__((vector_size(16), may_alias,
                                            aligned(1)));
enum { STEP_BYTES = 4 * sizeof(four_halves) };

static inline bool has_equal(uintptr_t at, four_halves high)
{
    typedef uint64_t two_words __attribute__((vector_size(16)));
    const four_halves *of = (const four_halves *)at;
    four_halves equal = (four_halves)(of[0] == high) |
                        (four_halves)(of[1] == high) |
                        (four_halves)(of[2] == high) |
                        (four_halves)(of[3] == high);
    two_words both = (two_words)equal;
    return both[0] | both[1];
}

uintptr_t mgcyoungread_find(uintptr_t from, uintptr_t to)
{
    const uint32_t high = (uint32_t)(mheap.base >> 32);
    const four_halves highs = {high, high, high, high};
    while (to - from >= STEP_BYTES && !has_equal(from, highs))
        from += STEP_BYTES;
    while (from < to && *(const half_word *)from != high)
        from += HALF_BYTES;
    return from;
}

void mgcyoungread_words(uintptr_t from, uintptr_t to,
                        mgcyoungread_found *found)
{
    typedef uintptr_t __attribute__((may_alias, aligned(1))) loose_word;
    const uintptr_t mask = HALF_BYTES - 1;
    uintptr_t at = ((from + mask) & ~mask) + HALF_BYTES;
    to &= ~mask;
    while (at < to && (at = mgcyoungread_find(at, to)) < to) {
        uintptr_t word = *(const loose_word *)(at - HALF_BYTES);
        if (word - mheap.base <= mheap.window_npages * PAGE_BYTES)
            found(word);
        at += HALF_BYTES;
    }
}

/* ---- roots --------------------------------------------------------------- */

/* Larger ranges may be mostly untouched: there it is asked first. */
enum { LARGE_BYTES = 128 * 1024, BUFFER_BYTES = 2 * LARGE_BYTES };

static char *buffer;            /* not a variable: those are roots */
static struct mpeek_range ranges[MPEEK_RANGES];
static size_t nranges, nbytes;

bool mgcyoungread_init(void)
{
    if (!buffer)
        buffer = os_alloc(BUFFER_BYTES);
    return buffer;
}

/* What can be read of it.  A word may lie across the end of what is copied at
 * once; the page that could not be read is stepped over. */
static void peek(uintptr_t from, uintptr_t to, mgcyoungread_found *found)
{
    const uintptr_t mask = 4095;
    while (from < to) {
        size_t bytes = to - from < BUFFER_BYTES ? to - from : BUFFER_BYTES;
        size_t got = mpeek_copy_all(buffer, from, bytes);
        mgcyoungread_words((uintptr_t)buffer, (uintptr_t)buffer + got, found);
        if (got < bytes)
            from = (from + got + mask + 1) & ~mask;
        else if (from + bytes < to)
            from += bytes - WORD_BYTES;
        else
            from = to;
    }
}

static void flush_each(mgcyoungread_found *found)
{
    for (size_t i = 0; i < nranges; i++)
        peek(ranges[i].from, ranges[i].from + ranges[i].bytes, found);
}

void mgcyoungread_flush(mgcyoungread_found *found)
{
    uintptr_t at = (uintptr_t)buffer;
    bool is_all = nranges > 0 && mpeek_gather(buffer, ranges, nranges, nbytes);
    for (size_t i = 0; is_all && i < nranges; i++) {
        mgcyoungread_words(at, at + ranges[i].bytes, found);
        at += ranges[i].bytes;
    }
    if (!is_all)
        flush_each(found);
    nranges = nbytes = 0;
}

static void read_large(uintptr_t from, uintptr_t to, mgcyoungread_found *found)
{
    while (from < to) {
        uintptr_t start = from, end = to;
        if (!mpeek_next_run(&start, &end))
            return;
        peek(start, end, found);
        from = end;
    }
}

void mgcyoungread_root(uintptr_t from, uintptr_t to, bool trusted,
                       mgcyoungread_found *found)
{
    size_t bytes;
    if (trusted) {
        mgcyoungread_words(from, to, found);
        return;
    }
    from &= ~(uintptr_t)(WORD_BYTES - 1);
    to &= ~(uintptr_t)(HALF_BYTES - 1);
    if (from >= to)
        return;
    bytes = to - from;
    if (nranges == MPEEK_RANGES || nbytes + bytes > BUFFER_BYTES)
        mgcyoungread_flush(found);
    if (bytes > LARGE_BYTES) {
        mgcyoungread_flush(found);
        read_large(from, to, found);
        return;
    }
    ranges[nranges++] = (struct mpeek_range){from, bytes};
    nbytes += bytes;
}
