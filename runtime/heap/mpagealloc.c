/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mpagealloc.c - which pages are free.
 *
 * Owns one bit per page (in use or not), one more (may hold old bytes), and
 * summaries that find a free run fast.  Owns neither the pages' memory
 * (mheap.c commits it) nor the lock: all state is behind a pointer, there
 * are no globals, and test/unit/test_mpagealloc.c runs it against a plain
 * model.
 *
 * Policy: first fit by address, as Go's.  It keeps the heap dense at its
 * start, so whole areas at the end become free and can go back to the
 * system, and huge pages are used fully.
 *
 * Go's radix tree has a fan-out of 8 per level; here it is a binary tree
 * over chunks of 512 pages, simpler to get right, and deep enough: 18
 * levels for 1 TiB.  Every node summarises its part of the arena by three
 * numbers, the free run at its start, the longest one, the one at its end,
 * so a run that straddles parts is seen where their parent joins them:
 *
 *     longest = max(left.longest, right.longest, left.end + right.start)
 *
 * [inv.pagesum]  A node's numbers are exact, for known pages, between
 * calls.  [inv.dirty]  A page in use is dirty.
 */
#include "mpagealloc.h"

#include "base/rt_assert.h"

/* Pages of a chunk, and the bitmap words that they fill.  The value is
 * rt_types.h's CHUNK_PAGES (mheap.c asserts it); stated here so that this
 * file stands alone. */
enum { PAGES = 512, WORDS = PAGES / 64 };

size_t pagealloc_table_bytes(size_t nchunks_max)
{
    return nchunks_max * (2 * sizeof(struct pagealloc_summary) +
                          2 * WORDS * sizeof(uint64_t));
}

bool pagealloc_init(struct pagealloc *pa, size_t nchunks_max, void *tables,
                    bool (*commit)(void *start, size_t bytes))
{
    size_t nwords = nchunks_max * WORDS;
    rt_check(nchunks_max != 0 && (nchunks_max & (nchunks_max - 1)) == 0);
    pa->nchunks_max = nchunks_max;
    pa->npages = pa->nfree = pa->nfree_dirty = 0;
    pa->used = tables;
    pa->dirty = pa->used + nwords;
    pa->tree = (struct pagealloc_summary *)(pa->dirty + nwords);
    pa->commit = commit;
    /* Growth touches a prefix of each level: the levels are scattered, so
     * the whole tree is made writable at once.  Untouched parts cost
     * nothing. */
    return commit(pa->tree, 2 * nchunks_max * sizeof *pa->tree);
}

/* ---- bitmaps ------------------------------------------------------------- */

/* The bits of word `word` that belong to pages [first, end). */
static uint64_t word_mask(size_t word, size_t first, size_t end)
{
    uint64_t mask = ~UINT64_C(0);
    if (word == first / 64)
        mask <<= first % 64;
    if (word == (end - 1) / 64)
        mask &= ~UINT64_C(0) >> (63 - (end - 1) % 64);
    return mask;
}

static size_t count_bits(const uint64_t *bits, size_t first, size_t end)
{
    size_t n = 0;
    for (size_t word = first / 64; word <= (end - 1) / 64; word++)
        n += (size_t)__builtin_popcountll(bits[word] &
                                          word_mask(word, first, end));
    return n;
}

static void set_bits(uint64_t *bits, size_t first, size_t end)
{
    for (size_t word = first / 64; word <= (end - 1) / 64; word++)
        bits[word] |= word_mask(word, first, end);
}

static void clear_bits(uint64_t *bits, size_t first, size_t end)
{
    for (size_t word = first / 64; word <= (end - 1) / 64; word++)
        bits[word] &= ~word_mask(word, first, end);
}

/* ---- summaries ----------------------------------------------------------- */

static struct pagealloc_summary summarise_chunk(const uint64_t *used)
{
    /* PAGES: no page in use seen yet. */
    struct pagealloc_summary result = {.start = PAGES};
    uint32_t run = 0;           /* free pages just before the position */
    for (uint32_t word = 0; word < WORDS; word++) {
        uint32_t at = 0;
        while (at < 64) {
            uint64_t rest = used[word] >> at;
            if (rest == 0) {
                run += 64 - at;
                break;
            }
            uint32_t zeros = (uint32_t)__builtin_ctzll(rest);
            run += zeros;
            if (result.start == PAGES)
                result.start = run;
            if (run > result.longest)
                result.longest = run;
            run = 0;
            rest >>= zeros;
            at += zeros + (~rest == 0 ? 64
                                      : (uint32_t)__builtin_ctzll(~rest));
        }
    }
    result.end = run;
    if (run > result.longest)
        result.longest = run;
    return result;
}

/* Joins two neighbours of `npages` each. */
static struct pagealloc_summary join(struct pagealloc_summary left,
                                     struct pagealloc_summary right,
                                     size_t npages)
{
    uint32_t middle = left.end + right.start;
    struct pagealloc_summary both;
    both.start = left.start == npages ? left.start + right.start
                                      : left.start;
    both.end = right.end == npages ? right.end + left.end : right.end;
    both.longest = left.longest > right.longest ? left.longest
                                                : right.longest;
    if (middle > both.longest)
        both.longest = middle;
    return both;
}

/* Makes [inv.pagesum] true again after bits of the chunks were changed. */
static void update(struct pagealloc *pa, size_t first_page, size_t end_page)
{
    size_t low = first_page / PAGES, high = (end_page - 1) / PAGES;
    size_t npages = PAGES;
    for (size_t chunk = low; chunk <= high; chunk++)
        pa->tree[pa->nchunks_max + chunk] =
            summarise_chunk(pa->used + chunk * WORDS);
    low += pa->nchunks_max;
    high += pa->nchunks_max;
    for (; low > 1; npages *= 2) {
        low /= 2;
        high /= 2;
        for (size_t node = low; node <= high; node++)
            pa->tree[node] = join(pa->tree[2 * node], pa->tree[2 * node + 1],
                                  npages);
    }
}

/* ---- operations ---------------------------------------------------------- */

bool pagealloc_grow(struct pagealloc *pa, size_t nchunks)
{
    size_t old_chunks = pa->npages / PAGES;
    size_t first_word = old_chunks * WORDS;
    size_t bytes = nchunks * WORDS * sizeof(uint64_t);
    size_t first = pa->npages;
    if (nchunks == 0)
        return true;
    if (nchunks > pa->nchunks_max - old_chunks ||
        !pa->commit(pa->used + first_word, bytes) ||
        !pa->commit(pa->dirty + first_word, bytes))
        return false;
    pa->npages += nchunks * PAGES;
    pa->nfree += nchunks * PAGES;
    clear_bits(pa->used, first, pa->npages);
    clear_bits(pa->dirty, first, pa->npages);
    update(pa, first, pa->npages);
    return true;
}

/* First page of the leftmost free run of at least npages. */
static size_t find_run(const struct pagealloc *pa, size_t npages)
{
    size_t node = 1, first = 0, half = pa->nchunks_max * PAGES / 2;
    size_t run = 0;
    if (pa->tree[1].longest < npages)
        return PAGEALLOC_NONE;
    for (; node < pa->nchunks_max; half /= 2) {
        const struct pagealloc_summary *left = &pa->tree[2 * node];
        node *= 2;
        if (left[0].longest >= npages)
            continue;
        if ((size_t)left[0].end + left[1].start >= npages)
            return first + half - left[0].end;
        node++;
        first += half;
    }
    for (size_t page = first; page < first + PAGES; page++) {
        uint64_t word = pa->used[page / 64];
        if (page % 64 == 0 && ~word == 0) {
            run = 0;
            page += 63;
        } else if (word >> page % 64 & 1) {
            run = 0;
        } else if (++run == npages) {
            return page + 1 - npages;
        }
    }
    rt_check(!"a free run where the summary says so [inv.pagesum]");
    return PAGEALLOC_NONE;
}

static void take(struct pagealloc *pa, size_t first, size_t npages,
                 bool *dirty, size_t *fresh)
{
    size_t end = first + npages;
    size_t ndirty = count_bits(pa->dirty, first, end);
    rt_assert(count_bits(pa->used, first, end) == 0);
    *dirty = ndirty != 0;
    *fresh = npages - ndirty;
    set_bits(pa->used, first, end);
    set_bits(pa->dirty, first, end);
    pa->nfree -= npages;
    pa->nfree_dirty -= ndirty;
    update(pa, first, end);
}

size_t pagealloc_alloc(struct pagealloc *pa, size_t npages, size_t align,
                       bool *dirty, size_t *fresh)
{
    rt_check(npages != 0 && (align & (align - 1)) == 0);
    if (npages > pa->nfree || align > pa->nfree)
        return PAGEALLOC_NONE;
    size_t first = find_run(pa, npages + align - 1);
    if (first == PAGEALLOC_NONE)
        return PAGEALLOC_NONE;
    first = (first + align - 1) & ~(align - 1);
    take(pa, first, npages, dirty, fresh);
    return first;
}

bool pagealloc_alloc_at(struct pagealloc *pa, size_t first, size_t npages,
                        bool *dirty, size_t *fresh)
{
    if (npages == 0 || npages > pa->npages || first > pa->npages - npages ||
        count_bits(pa->used, first, first + npages) != 0)
        return false;
    take(pa, first, npages, dirty, fresh);
    return true;
}

void pagealloc_free(struct pagealloc *pa, size_t first, size_t npages)
{
    size_t end = first + npages;
    rt_check(npages != 0 && end <= pa->npages);
    rt_check(count_bits(pa->used, first, end) == npages);
    rt_assert(count_bits(pa->dirty, first, end) == npages); /* [inv.dirty] */
    clear_bits(pa->used, first, end);
    pa->nfree += npages;
    pa->nfree_dirty += npages;
    update(pa, first, end);
}

void pagealloc_free_clean(struct pagealloc *pa, size_t first, size_t npages)
{
    pagealloc_free(pa, first, npages);
    clear_bits(pa->dirty, first, first + npages);
    pa->nfree_dirty -= npages;
}

size_t pagealloc_free_at_end(const struct pagealloc *pa)
{
    size_t page = pa->npages;
    while (page != 0 && !pagealloc_is_used(pa, page - 1))
        page -= page % 64 == 0 && pa->used[page / 64 - 1] == 0 ? 64 : 1;
    return pa->npages - page;
}

size_t pagealloc_scavenge(struct pagealloc *pa, size_t area, size_t below,
                          size_t *ndirty)
{
    size_t first = (below < pa->npages ? below : pa->npages) / area * area;
    while (first != 0) {
        size_t end = first;
        first -= area;
        if (count_bits(pa->used, first, end) != 0)
            continue;
        *ndirty = count_bits(pa->dirty, first, end);
        if (*ndirty == 0)
            continue;
        clear_bits(pa->dirty, first, end);
        pa->nfree_dirty -= *ndirty;
        return first;
    }
    return PAGEALLOC_NONE;
}

bool pagealloc_is_used(const struct pagealloc *pa, size_t page)
{
    return pa->used[page / 64] >> page % 64 & 1;
}

static bool same(struct pagealloc_summary a, struct pagealloc_summary b)
{
    return a.start == b.start && a.longest == b.longest && a.end == b.end;
}

bool pagealloc_is_valid(const struct pagealloc *pa)
{
    size_t nused = 0, ndirty = 0, npages = PAGES;
    if (pa->npages != 0) {
        nused = count_bits(pa->used, 0, pa->npages);
        ndirty = count_bits(pa->dirty, 0, pa->npages);
    }
    if (nused + pa->nfree != pa->npages || ndirty != nused + pa->nfree_dirty)
        return false;
    for (size_t chunk = 0; chunk < pa->npages / PAGES; chunk++)
        if (!same(pa->tree[pa->nchunks_max + chunk],
                  summarise_chunk(pa->used + chunk * WORDS)))
            return false;
    for (size_t level_end = pa->nchunks_max; level_end > 1; level_end /= 2) {
        for (size_t node = level_end / 2; node < level_end; node++)
            if (!same(pa->tree[node],
                      join(pa->tree[2 * node], pa->tree[2 * node + 1],
                           npages)))
                return false;
        npages *= 2;
    }
    return true;
}
