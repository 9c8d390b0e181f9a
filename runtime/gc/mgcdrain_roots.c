/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcdrain_roots.c - from words of roots to candidates.
 *
 * Root words are looked up at once and count twice: as an address in an
 * object and as one just past the end of an object, since compilers leave
 * only such an address in a register while a loop runs.  Words in objects
 * count once: allocation sizes leave room for the end address (malloc.c,
 * [inv.pad]).
 *
 * In the same way objects are read again for which the queue had no room.
 */
#include "mgcdrain.h"

#include "base/mpeek.h"
#include "base/rt_atomic.h"
#include "heap/mbitmap.h"
#include "heap/mheap.h"
#include "mprotected.h"

enum {
    WORD_BYTES = MGCDRAIN_WORD_BYTES,
    /* As many words as a chunk of the queue has, and as few bytes as are worth
     * the filter's call. */
    PART_BYTES = 4096,
    FILTER_BYTES = 256
};

/* ---- words of roots ------------------------------------------------------ */

/* Chunks of the queue after which root scanning marks what it has found:
 * few enough that a collection for want of memory needs hardly any. */
enum { ROOT_CHUNKS = 8 };

/* Nothing is to be done for it. */
static inline bool is_settled(const struct marker *m, const struct mspan *span,
                              uint32_t index)
{
    return m->settles ? mbitmap_is_marked_by_marker(span, index)
                      : mbitmap_is_marked(span, index);
}

static void root_word(struct marker *m, uintptr_t word)
{
    struct mspan *span;
    uint32_t index;
    if (word - m->heap_base > m->heap_bytes)
        return;
    /* What is marked is left out, so that a pass after an overflow gets
     * further than the last. */
    if (mbitmap_find_marking(word, &span, &index) &&
        !is_settled(m, span, index))
        mgcwork_push(&m->candidates, mbitmap_base(span, index));
    if (!m->no_ends && mbitmap_find_past(word, &span, &index) &&
        !is_settled(m, span, index))
        mgcwork_push(&m->candidates, mbitmap_base(span, index));
    /* The queue's memory grows with the depth of the heap, not with the
     * number of roots. */
    if (m->candidates.nchunks >= ROOT_CHUNKS && !m->only_queues)
        mgcdrain_all(m);
}

static void root_fields(struct marker *m, uintptr_t word)
{
    uint32_t readings = m->fields;
    uintptr_t field;
    while (mgcmark_next_field(&readings, word, &field))
        if (field - m->heap_base <= m->heap_bytes)
            root_word(m, field);
}

/* Most words lead nowhere, and are passed over in blocks.  Returns how far that
 * went.  What is followed on the way may be roots, too (scan_foreign): whoever
 * is inner takes what is left of the outer's. */
static uintptr_t root_blocks(struct marker *m, uintptr_t from, uintptr_t to)
{
    uintptr_t at = from, word;
    if (m->fields || !m->filter)
        return from;
    while (to - at >= FILTER_BYTES && !m->hits.overflowed) {
        uintptr_t end = to - at > PART_BYTES ? at + PART_BYTES : to;
        uintptr_t next = m->filter(&m->hits, at, end, m->heap_base,
                                   m->heap_bytes + 1, m->stride);
        while (mgcwork_pop(&m->hits, &word))
            root_word(m, word);
        if (m->hits.overflowed)
            return at;
        at = next;
    }
    return at;
}

static void root_part(uintptr_t from, uintptr_t to, void *m)
{
    mgcdrain_root_words(m, from, to);
}

/* Following these at once would lead to other such parts. */
static void root_protected(struct marker *m, uintptr_t from, uintptr_t to)
{
    bool only_queues = m->only_queues;
    m->only_queues = true;
    mgcdrain_begin_detour(m);
    mprotected_read(from, to, root_part, m);
    mgcdrain_end_detour(m);
    m->only_queues = only_queues;
}

void mgcdrain_root_words(struct marker *m, uintptr_t from, uintptr_t to)
{
    uintptr_t mask = WORD_BYTES - 1;
    unsigned step = m->stride;
    from = (from + mask) & ~mask;
    if (to < from + WORD_BYTES)
        return;
    if (mprotected_may_overlap(from, to) && mprotected_overlaps(from, to)) {
        root_protected(m, from, to);
        return;
    }
    *m->root_bytes += to - from;
    for (uintptr_t at = root_blocks(m, from, to); at <= to - WORD_BYTES;
         at += step) {
        uintptr_t word = mgcdrain_read_word(at);
        if (word - m->heap_base <= m->heap_bytes)
            root_word(m, word);
        if (__builtin_expect(m->fields, 0))
            root_fields(m, word);
    }
}

/* ---- after an overflow --------------------------------------------------- */

/* Reads what is marked already for something that the queue had no room for.
 * Of an object with more pointers than that most may be marked by now: these
 * are left out, or no pass would ever get further [inv.overflow]. */
void mgcdrain_reread_object(struct marker *m, struct mspan *span,
                            uint32_t index)
{
    uintptr_t from = mbitmap_base(span, index);
    uintptr_t to = from + mbitmap_bytes(span);
    bool only_queues = m->only_queues, no_ends = m->no_ends;
    uint64_t *root_bytes = m->root_bytes;
    if (rt_load_acquire(&span->clearing))
        return;
    m->only_queues = true;
    m->no_ends = !span->foreign;
    m->root_bytes = &m->read_again;
    if (to - from < MGCDRAIN_SPARSE_BYTES) {
        mgcdrain_root_words(m, from, to);
    } else {
        mpeek_begin_touched(from, to);
        while (mpeek_next_touched(&from, &to))
            mgcdrain_root_words(m, from, to);
    }
    m->only_queues = only_queues;
    m->no_ends = no_ends;
    m->root_bytes = root_bytes;
}
