/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mprotected.c - memory that the program made unreadable or read-only.
 *
 * Programs put guard pages around buffers and stacks, lock tables against
 * stray stores, hide secrets, keep memory that a device writes to out of
 * children.  They do so to pages of any kind: of the heap (posix_memalign),
 * of variables, of a stack.  The collector reads such memory without asking,
 * and the allocator uses it again.  So the calls that do it are wrapped
 * (wrap/mwrap_map.c), and what they did is noted here.
 *
 * [inv.protected]  A range is noted before it loses its access, and both
 * happen under the collection lock: whoever reads under that lock, and asks
 * first, does not fault.  Noting too much costs a detour in reading.
 *
 * Reading.  The kernel copies (base/mpeek.c), page by page.  A page that is
 * inaccessible just now holds its words all the same: it is the program's
 * vault.  /proc/self/mem shows them; a descriptor for it is kept from the
 * first time on, as it may not be had later (setuid, chroot).  Where it cannot
 * be had at all the addresses are noted before they become unreadable.
 * Guard pages of madvise have no contents.
 *
 * Objects in such ranges are not collected, for their memory could not be
 * used again: the program gives back what it has changed, or frees the block,
 * which changes it back.
 *
 * fork.  Pages of the heap that a child does not get are replaced by empty
 * ones in it.
 *
 * Mappings of the program are not noted: they are read by way of mpeek.c
 * always.
 *
 * Lock: the collection lock.
 */
#include "mprotected.h"

#include "base/mpeek.h"
#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_lock.h"
#include "heap/mbitmap.h"
#include "heap/mheap.h"

#include <string.h>

enum { SYSTEM_PAGE_BYTES = 4096, FIRST_ROOM = 128 };

struct range {
    uintptr_t from, to;
    unsigned how;               /* of enum mprotected_how, not 0 */
};

/* A word that was in the page. */
struct noted {
    uintptr_t page, word;
};

/* Growing arrays outside of the heap; superseded storage goes back. */
static struct range *ranges;    /* sorted, disjoint */
static size_t nranges, ranges_room;
static struct noted *noted;
static size_t nnoted, noted_room;

uintptr_t mprotected_from, mprotected_to;

/* ---- the table ----------------------------------------------------------- */

static bool reserve(void **array, size_t *room, size_t wanted, size_t bytes)
{
    if (wanted <= *room)
        return true;
    size_t more = *room ? *room * 2 : FIRST_ROOM;
    while (more < wanted)
        more *= 2;
    void *bigger = os_alloc(more * bytes);
    if (!bigger)
        return false;
    if (*array) {
        memcpy(bigger, *array, *room * bytes);
        os_release(*array, *room * bytes);
    }
    *array = bigger;
    *room = more;
    return true;
}

/* Index of the first range that ends behind `address`. */
static size_t find(uintptr_t address)
{
    size_t low = 0, high = nranges;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ranges[middle].to > address)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void insert_at(size_t at, struct range range)
{
    rt_assert(nranges < ranges_room && range.from < range.to);
    memmove(ranges + at + 1, ranges + at, (nranges - at) * sizeof *ranges);
    ranges[at] = range;
    nranges++;
}

static void split_at(uintptr_t address)
{
    size_t at = find(address);
    if (at == nranges || ranges[at].from >= address)
        return;
    struct range rest = {address, ranges[at].to, ranges[at].how};
    ranges[at].to = address;
    insert_at(at + 1, rest);
}

/* Puts equal neighbours together and drops what is ordinary again. */
static void tidy(void)
{
    size_t n = 0;
    for (size_t i = 0; i < nranges; i++) {
        struct range *last = n ? &ranges[n - 1] : NULL;
        if (!ranges[i].how)
            continue;
        if (last && last->to == ranges[i].from && last->how == ranges[i].how)
            last->to = ranges[i].to;
        else
            ranges[n++] = ranges[i];
    }
    nranges = n;
    rt_store_relaxed(&mprotected_from, n ? ranges[0].from : 0);
    rt_store_relaxed(&mprotected_to, n ? ranges[n - 1].to : 0);
}

bool mprotected_overlaps(uintptr_t from, uintptr_t to)
{
    rt_assert(rt_holds_lock(RT_RANK_GC));       /* [inv.protected] */
    size_t at = find(from);
    return at < nranges && ranges[at].from < to;
}

/* Each range may be followed by a gap that becomes one, and two are split. */
static bool make_room(void)
{
    return reserve((void **)&ranges, &ranges_room, 2 * nranges + 4,
                   sizeof *ranges);
}

bool mprotected_add(uintptr_t from, uintptr_t to, unsigned how)
{
    rt_assert(rt_holds_lock(RT_RANK_GC) && from < to && how);
    if (!make_room())
        return false;
    mheap_await_touching();
    split_at(from);
    split_at(to);
    for (size_t at = find(from); from < to; at++) {
        uintptr_t next = at < nranges && ranges[at].from < to
            ? ranges[at].from : to;
        if (from < next) {
            insert_at(at, (struct range){from, next, how});
            from = next;
        } else {
            ranges[at].how |= how;
            from = ranges[at].to;
        }
    }
    tidy();
    return true;
}

static void forget_words(uintptr_t from, uintptr_t to)
{
    size_t n = 0;
    for (size_t i = 0; i < nnoted; i++)
        if (noted[i].page < from || noted[i].page >= to)
            noted[n++] = noted[i];
    nnoted = n;
}

/* Without memory to split a range it stays whole. */
void mprotected_remove(uintptr_t from, uintptr_t to, unsigned how)
{
    rt_assert(rt_holds_lock(RT_RANK_GC) && from < to);
    if (how & MPROTECTED_PAGES)
        forget_words(from, to);
    if (!mprotected_overlaps(from, to) || !make_room())
        return;
    split_at(from);
    split_at(to);
    for (size_t at = find(from); at < nranges && ranges[at].from < to; at++)
        ranges[at].how &= ~how;
    tidy();
}

/* ---- reading ------------------------------------------------------------- */

void mprotected_read(uintptr_t from, uintptr_t to,
                     void (*part)(uintptr_t from, uintptr_t to,
                                  void *argument),
                     void *argument)
{
    enum { WORD_BYTES = sizeof(uintptr_t) };
    static char buffer[WORD_BYTES + SYSTEM_PAGE_BYTES]
        __attribute__((aligned(16)));
    char *fresh = buffer + WORD_BYTES;
    bool contiguous = false;
    rt_assert(rt_holds_lock(RT_RANK_GC) && from % WORD_BYTES == 0);
    while (from < to) {
        size_t bytes = SYSTEM_PAGE_BYTES - from % SYSTEM_PAGE_BYTES;
        if (bytes > to - from)
            bytes = to - from;
        bool got = mpeek_copy_all(fresh, from, bytes) == bytes;
        uintptr_t start = (uintptr_t)(contiguous ? buffer : fresh);
        if (got)
            part(start, (uintptr_t)fresh + bytes, argument);
        contiguous = got;
        memcpy(buffer, fresh + bytes - WORD_BYTES, WORD_BYTES);
        from += bytes;
    }
    memset(buffer, 0, sizeof buffer);   /* variables are roots */
}

static bool note_word(uintptr_t page, uintptr_t word)
{
    if (!mheap_contains(word))
        return true;
    if (!reserve((void **)&noted, &noted_room, nnoted + 1, sizeof *noted))
        return false;
    noted[nnoted++] = (struct noted){page, word};
    return true;
}

/* Those of ranges that are not in the table otherwise, mappings, are entered
 * for mprotected_remove to come by. */
bool mprotected_keep_words(uintptr_t from, uintptr_t to)
{
    uintptr_t words[64];
    bool noted_all = true;
    rt_assert(rt_holds_lock(RT_RANK_GC));
    if (mpeek_keep_hidden())
        return true;
    forget_words(from, to);
    for (uintptr_t at = from; at < to;) {
        size_t got = mpeek_copy(words, at, sizeof words);
        rt_assert(got <= sizeof words);
        for (size_t i = 0; i < got / sizeof *words; i++)
            noted_all &= note_word(
                at & ~(uintptr_t)(SYSTEM_PAGE_BYTES - 1), words[i]);
        at += got == sizeof words ? got
                                  : SYSTEM_PAGE_BYTES - at % SYSTEM_PAGE_BYTES;
    }
    return noted_all && mprotected_add(from, to, MPROTECTED_PAGES);
}

/* ---- objects ------------------------------------------------------------- */

static void pin(uintptr_t from, uintptr_t to, mroots_range *range)
{
    while (from < to) {
        struct mspan *span;
        uint32_t index;
        uintptr_t next = (from / PAGE_BYTES + 1) * PAGE_BYTES;
        if (mbitmap_find_marking(from, &span, &index)) {
            uintptr_t word = mbitmap_base(span, index);
            next = word + mbitmap_bytes(span);
            range((uintptr_t)&word, (uintptr_t)(&word + 1), true);
        } else if (mheap_span_of(from)) {
            /* A free slot, the next of which may begin anywhere. */
            next = from + MALLOC_ALIGN;
        }
        from = next;
    }
}

void mprotected_for_each_root(mroots_range *range)
{
    for (size_t i = 0; i < nranges; i++)
        if (mheap_contains(ranges[i].from))
            pin(ranges[i].from, ranges[i].to, range);
    if (nnoted)
        range((uintptr_t)noted, (uintptr_t)(noted + nnoted), true);
}

/* ---- giving back --------------------------------------------------------- */

static void restore(uintptr_t from, uintptr_t to, unsigned how)
{
    void *start = (void *)from;
    size_t bytes = to - from;
    if (how & (MPROTECTED_GUARD | MPROTECTED_NO_FORK | MPROTECTED_WIPE))
        os_undo_advice(start, bytes);
    if ((how & MPROTECTED_MAPPED) || !os_commit(start, bytes))
        os_replace(start, bytes);
}

void mprotected_restore(uintptr_t from, uintptr_t to)
{
    rt_assert(mheap_contains(from));
    size_t at = find(from);
    for (; at < nranges && ranges[at].from < to; at++) {
        const struct range *range = &ranges[at];
        restore(range->from > from ? range->from : from,
                range->to < to ? range->to : to, range->how);
    }
    mprotected_remove(from, to, MPROTECTED_ALL);
}

void mprotected_fork_child(void)
{
    for (size_t i = 0; i < nranges; i++) {
        struct range *range = &ranges[i];
        if (!(range->how & MPROTECTED_NO_FORK))
            continue;
        range->how = 0;
        if (mheap_contains(range->from))
            os_replace((void *)range->from, range->to - range->from);
        else
            range->how = MPROTECTED_MAPPED;
    }
    tidy();
}
