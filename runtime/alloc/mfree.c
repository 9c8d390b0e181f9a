/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mfree.c - giving blocks back, and realloc.
 *
 * Owns what free and realloc mean for each kind of block and caller:
 *
 *                      freed by rewritten code     freed by other code
 *   collectable        ESCC_FREE                   ESCC_FREE
 *   foreign            released                    free at once
 *   outside the heap   next allocator              next allocator
 *   a thread's stack   ignored                     ignored
 *   a loaded object    ESCC_FREE: ignored, or with trust fatal (mwrong.c)
 *
 * ESCC_FREE says what a free of a collectable object means (whatever it
 * says, that the program had printed its address no longer counts,
 * mprinted.c):
 *
 *   ignore   Nothing.  An object lives while it is reachable, so use after
 *            free and double free are harmless.  (The pad, the address
 *            still in a variable of the caller, and the collection's own
 *            accounting are all that such a free could change.)  A big
 *            one brings the next collection nearer.
 *   drop     The words in it that point into the heap, or to locals of the
 *            thread, become zero; the object itself stays as in `ignore`.  A
 *            stale pointer to one node of a list keeps that node, not the
 *            list.  The object is still scanned: what a program stores in it
 *            after the free is seen.
 *   trust    Its memory is reused at once, as malloc's: the program is
 *            trusted to have no pointer to it left.  Frees that malloc
 *            would abort on are fatal.  The collector is there for what
 *            nobody frees.  All spans have free_bits then, and released
 *            blocks there are none: a foreign block is freed at once, too.
 *
 * In `ignore` and `drop` a foreign block that rewritten code frees (what
 * getline or strdup inside a library returned) may still be used by it
 * afterwards, so it must not be reused at once: it is released, that is, no
 * longer a root, and collected like any object.  Code that was not
 * rewritten was written for malloc and gets malloc's behaviour for its own
 * blocks: reuse at once.
 *
 * [inv.reuse]  Where the rewriter has proven that at a free nobody has the
 * object's address any more, neither the program nor code that it calls
 * (tool/rewrite/escape/esc_reuse.c), a free in `ignore` and `drop` makes the
 * slot free at once, as a sweep would, when that costs nothing: if the slot
 * is one of the word that the thread takes slots from, or the object is
 * large.  All others stay for the sweep, as do all while the heap is marked
 * (free slots are marked then [inv.black], and the marker may be looking at the
 * span [inv.recycle]).  Words that happen to lead there, in registers and dead
 * variables, lead to a free slot, and later to another object, as words do that
 * are no pointers.
 *
 * Stack addresses come here because the rewriter promotes allocations to
 * the stack without removing a free that it cannot see the end of.
 *
 * realloc keeps the old block whole while it is reachable.  The new one
 * inherits whether it is collectable from the old block, whoever calls: libc
 * reallocates buffers that belong to the program (getline) and must not
 * turn them into blocks that nobody frees.  A block that may hold pointers
 * stays scanned.  It grows in place where it can, into the slack of its
 * slot or the free pages behind it, since loops of realloc(p, n + 1) would
 * otherwise leave a quadratic amount of garbage.  It never loses pages in
 * place; a block that shrinks below half of its room moves.  So does a young
 * one (gc/mgcyoung.c): what grows is no longer that.
 *
 * [inv.moved]  From MHEAP_GROWN_BYTES on a block that moves to grow leaves
 * nothing behind: what has been copied goes back to the system, so that growing
 * takes the memory that the block has, and no more.  Its former address leads
 * to zeros then.  Pages that are zero are not copied, since the new block's
 * are, too: what nobody has touched does not become resident.
 */
#include "mfree.h"

#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_options.h"
#include "gc/mbarrier.h"
#include "gc/mgc.h"
#include "gc/mgcmark.h"
#include "gc/mprotected.h"
#include "heap/mcache.h"
#include "heap/mcentral.h"
#include "heap/mheap.h"
#include "intercept.h"
#include "mcaller.h"
#include "mprinted.h"
#include "mwrong.h"
#include "rt_malloc.h"
#include "thread/mthread.h"

#include <errno.h>
#include <string.h>

/* Up to this size a block that shrinks does not move: what it could save
 * is less than the copy costs. */
enum { SHRINK_LEAST = 128 };

/* ---- outside of the heap ------------------------------------------------- */

/* Whether an address is on a thread's stack. */
static bool is_on_stack(uintptr_t address)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    struct mthread *self = mthread_self();
    bool found = false;
    if (address >= here && address < self->stack_end)
        return true;
    mthread_list_lock();
    for (struct mthread *thread = mthread_first(); thread && !found;
         thread = thread->next)
        found = (address >= thread->stack && address < thread->stack_end) ||
                (address >= thread->user_altstack &&
                 address < thread->user_altstack_end);
    mthread_list_unlock();
    return found;
}

/* The rewriter puts what is freed on the stack where it sees that this is
 * right: so that is never wrong. */
static void free_outside(void *block)
{
    if (is_on_stack((uintptr_t)block)) {
        mwrong_tell(block, "the address of a local");
        return;
    }
    const char *what = mwrong_of_object((uintptr_t)block);
    if (!what)
        intercept_next_free(block);
    else if (rt_options.free == RT_FREE_TRUST)
        mwrong_fatal("free", block, what);
    else
        mwrong_tell(block, what);
}

/* ---- free ---------------------------------------------------------------- */

/* A free may be the first that the thread does: it has no cache then. */
static inline void count_ignored(size_t bytes)
{
    struct mcache *cache = __escc_tls.mcache;
    struct mheap_counts n = {.ignored_bytes = bytes};
    if (cache)
        mheap_counts_add(&cache->counts, n);
    else
        mheap_count(n);
}

/* With ESCC_FREE=trust the heap is smaller by what is freed, wherever that
 * waits until it is used again.  In parts, since all threads count there.
 * While the heap is marked not all of it can be used [inv.recycle]: there it is
 * freed as in `ignore`. */
static inline void count_not_live(struct mcache *cache, uint64_t bytes)
{
    enum { PART_BYTES = 32 * 1024 };
    if (rt_load_relaxed(&mheap.allocate_black)) {
        cache->counts.ignored_bytes += bytes;
        return;
    }
    cache->freed_live += bytes;
    if (__builtin_expect(cache->freed_live >= PART_BYTES, 0)) {
        mheap_sub_live(cache->freed_live);
        cache->freed_live = 0;
    }
}

static inline void count_freed(const struct mspan *span, struct mcache *cache)
{
    struct mheap_counts n = mspan_freed_counts(span, 1);
    if (__builtin_expect(!cache, 0)) {
        mheap_count(n);
        if (!span->foreign && !rt_load_relaxed(&mheap.allocate_black))
            mheap_sub_live(n.free_bytes);
        return;
    }
    cache->counts.free_objects++;
    cache->counts.free_bytes += n.free_bytes;
    cache->counts.foreign_bytes += n.foreign_bytes;
    if (!span->foreign)
        count_not_live(cache, n.free_bytes);
}

static const char not_start[] = "not the start of a block";

/* Makes the slot free, at once for whoever merges it. */
static inline void free_slot(struct mspan *span, uint32_t index)
{
    uint64_t bit = (uint64_t)1 << index % 64;
    struct mcache *cache = __escc_tls.mcache;
    unsigned spanclass = span->spanclass;
    bool own = cache && cache->alloc[spanclass] == span;
    if (own && rt_options.free == RT_FREE_TRUST &&
        mspan_reuse_fast(span, index)) {
        cache->nreused++;
        cache->reused_bytes += span->elemsize;
        return;
    }
    count_freed(span, cache);
    /* What is read behind the bit must not be of the span's next life. */
    struct mspan_frees frees = mspan_frees_of(span);
    uint64_t freed = __atomic_fetch_or(&frees.free_bits[index / 64], bit,
                                       __ATOMIC_SEQ_CST);
    if (freed & bit)
        mwrong_fatal("free", (void *)mspan_object_base(span, index),
                     "freed twice");
    /* Set the bit, then read the state: see mcentral.c. */
    if (!own) {
        unsigned state = rt_load_seq(&span->state);
        if (state != SPAN_CACHED &&
            (state != SPAN_PARTIAL ||
             mspan_is_all_freed(&frees, index / 64, freed | bit)))
            mcentral_after_free(span, spanclass);
    }
    mheap_trim();
}

/* Whether it is the start of a block in use; a free while other threads
 * run may have to ask twice to know that it is not. */
static inline bool is_block(const struct mspan *span, uintptr_t address,
                     uint32_t index)
{
    return index < span->nelems &&
           mspan_object_base(span, index) == address &&
           (mspan_is_allocated(span, index) ||
            !mspan_is_surely_free(span, index));
}

/* The block of a freeable span is free. */
static inline void free_block(struct mspan *span, void *block)
{
    uintptr_t address = (uintptr_t)block;
    uint32_t index = mspan_object_index(span, address - span->base);
    if (index >= span->nelems || mspan_object_base(span, index) != address)
        mwrong_fatal("free", block, not_start);
    if (!is_block(span, address, index))
        mwrong_fatal("free", block, "freed before");
    if (rt_options.clobber)
        mspan_clobber(span, index);
    free_slot(span, index);
    if (__builtin_expect(rt_options.tell_free, 0))
        mcaller_note_free(block);
}

/* Makes the pointers in an object that was freed lead nowhere.  Another
 * thread that stores to it meanwhile breaks C's rules. */
static void drop_pointers(const struct mspan *span, uintptr_t address)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    uintptr_t stack_end = mthread_self()->stack_end;
    uint32_t index = mspan_object_index(span, address - span->base);
    uintptr_t end = address + span->elemsize - sizeof(uintptr_t);
    unsigned stride = mgcmark_stride();
    if (!span->scan || !is_block(span, address, index))
        return;
    for (uintptr_t at = address; at <= end; at += stride) {
        uintptr_t word;
        memcpy(&word, (const void *)at, sizeof word);
        if (mheap_contains(word) || (word >= here && word < stack_end))
            memset((void *)at, 0, sizeof word);
    }
}

static bool is_start(const struct mspan *span, uintptr_t address)
{
    uint32_t index = mspan_object_index(span, address - span->base);
    return index < span->nelems && mspan_object_base(span, index) == address;
}

/* What a big block leaves is worth a collection soon: it counts like another
 * one, which was allocated and freed. */
static void owe(size_t bytes)
{
    mheap_count((struct mheap_counts){.ignored_bytes = bytes});
    mgc_owe(bytes);
}

static void free_ignored(const struct mspan *span)
{
    size_t bytes = rt_load_relaxed(&span->elemsize);
    count_ignored(bytes);
    mgcyoung_note_free(bytes);
    if (bytes >= MHEAP_EMPTY_BYTES)
        owe(bytes);
}

static inline void free_collectable(struct mspan *span, void *block)
{
    mprinted_forget((uintptr_t)block);
    if (rt_options.free == RT_FREE_TRUST) {
        free_block(span, block);
        return;
    }
    if (__builtin_expect(rt_options.tell_free, 0) &&
        !is_start(span, (uintptr_t)block))
        mwrong_tell(block, not_start);
    if (rt_options.free == RT_FREE_DROP)
        drop_pointers(span, (uintptr_t)block);
    free_ignored(span);
}

/* The program made pages of the block read-only, or something like it. */
static void make_ordinary(const struct mspan *span, uintptr_t address)
{
    uintptr_t pages = ~(uintptr_t)(os_page_bytes() - 1);
    uintptr_t end = address + span->elemsize;
    int saved = errno;
    if (!mgc_hold())
        return;
    if (mprotected_overlaps(address, end))
        mprotected_restore(address & pages, (end + ~pages) & pages);
    mgc_release();
    errno = saved;
}

static inline bool is_protected(const struct mspan *span, uintptr_t address)
{
    return span && mprotected_may_overlap(address, address + span->elemsize);
}

/* What is no block of the heap. */
static void free_other(void *block)
{
    int saved = errno;
    if (mheap_contains((uintptr_t)block))
        mwrong_fatal("free", block, "no block there, or freed before");
    free_outside(block);
    errno = saved;
}

void mfree_foreign(void *block)
{
    uintptr_t address = (uintptr_t)block;
    struct mspan *span = mheap_span_of(address);
    if (is_protected(span, address))
        make_ordinary(span, address);
    if (span && span->foreign)
        free_block(span, block);
    else if (span)
        free_collectable(span, block);
    else if (block)
        free_other(block);
}

/* The foreign block is no root any more. */
static void release(struct mspan *span, uintptr_t address)
{
    uint32_t index = mspan_object_index(span, address - span->base);
    uint64_t bit = (uint64_t)1 << index % 64;
    count_ignored(0);
    if (!is_block(span, address, index)) {
        mwrong_tell((void *)address, "not the start of a block, or freed "
                                     "before");
        return;
    }
    if (rt_options.free == RT_FREE_DROP)
        drop_pointers(span, address);
    if (rt_or_relaxed(&span->released_bits[index / 64], bit) & bit)
        return;
    /* Possible garbage from now on: it counts like one that was allocated and
     * freed. */
    if (span->elemsize >= MHEAP_EMPTY_BYTES) {
        owe(span->elemsize);
    } else {
        mheap_count((struct mheap_counts){.ignored_bytes = span->elemsize});
        mgc_maybe_start(span->elemsize);
    }
}

/* With ESCC_DEBUG=free=1 each free is looked at, and none does anything. */
bool mfree_reuse(void *block)
{
    uintptr_t address = (uintptr_t)block;
    struct mspan *span = mheap_span_of(address);
    if (!span || span->freeable || rt_options.tell_free)
        return false;
    uint32_t index = mspan_object_index(span, address - span->base);
    if (index >= span->nelems || mspan_object_base(span, index) != address ||
        is_protected(span, address))
        return false;
    mprinted_forget(address);
    if (mspan_is_large(span)) {
        if (rt_options.clobber)
            mspan_clobber(span, 0);
        return mcentral_reuse_large(span);
    }
    if (!__escc_tls.mcache || !mfree_reuse_cached(block, span))
        return false;
    if (rt_options.clobber)
        mspan_clobber(span, index);
    return true;
}

static void free_rewritten(void *block)
{
    uintptr_t address = (uintptr_t)block;
    struct mspan *span = mheap_span_of(address);
    if (is_protected(span, address))
        make_ordinary(span, address);
    if (span && span->foreign)
        release(span, address);
    else if (span)
        free_collectable(span, block);
    else if (mheap_contains(address))
        count_ignored(0);
    else if (block)
        free_other(block);
}

void mfree_rewritten(void *block)
{
    if (rt_options.free == RT_FREE_TRUST)
        mfree_foreign(block);
    else
        free_rewritten(block);
}

/* ---- realloc ------------------------------------------------------------- */

/* Extends a large block in place to hold `bytes`. */
static bool grow_large(struct mspan *span, size_t bytes)
{
    size_t old = span->elemsize;
    size_t npages = (bytes + PAGE_BYTES - 1) / PAGE_BYTES;
    if (!mspan_is_large(span) || npages > UINT32_MAX ||
        npages <= span->npages || !mheap_grow_span(span, (uint32_t)npages))
        return false;
    size_t more = span->elemsize - old;
    mheap_count((struct mheap_counts){
        .alloc_bytes = more, .foreign_bytes = span->foreign ? more : 0});
    if (!span->foreign)
        mgc_maybe_start(more);
    return true;
}

/* Gets a block for what moves out of one of `usable` bytes. */
static void *move_target(size_t bytes, size_t usable, unsigned kind)
{
    void *block = NULL;
    /* A large block that had to move to grow will grow again: an eighth of
     * room makes the copies of a loop of reallocs linear. */
    if (bytes > usable && bytes > SIZECLASS_MAX_BYTES &&
        bytes < PTRDIFF_MAX / 2)
        block = malloc_object(bytes + bytes / 8, kind, MALLOC_TRACED);
    return block ? block : malloc_object(bytes, kind, MALLOC_TRACED);
}

/* Copies what a block holds.  As long as that takes the old one keeps it, too,
 * and is kept by the caller's stack, so a collection that comes between reads
 * it there.  When the new one is alone it is read itself: objects that are
 * born while the heap is marked are not, otherwise [inv.black]. */
static void move(char *to, const char *from, size_t bytes)
{
    enum { PIECE_BYTES = 256 * 1024, SHORT_BYTES = 4096 };
    if (bytes <= SHORT_BYTES) {
        mbarrier_copy(to, from, bytes);
        return;
    }
    for (size_t done = 0; done < bytes; done += PIECE_BYTES) {
        size_t rest = bytes - done;
        memcpy(to + done, from + done, rest < PIECE_BYTES ? rest
                                                          : PIECE_BYTES);
        rt_let_stop();
    }
    mbarrier_shade_later(to, bytes);
}

enum { SYSTEM_PAGE_BYTES = 4096, MOVED_BYTES = 1 << 20 };

/* Copies a run of pages that hold something.  It is read again before a stop
 * can come, as the old block will have it no more; a word may lie across two
 * runs. */
static void copy_run(char *to, const char *from, size_t begin, size_t end)
{
    enum { WORD_BYTES = sizeof(uintptr_t) };
    size_t before = begin ? WORD_BYTES : 0;
    memcpy(to + begin, from + begin, end - begin);
    mbarrier_shade_later(to + begin - before, end - begin + before);
}

/* The pages of [begin, end) that are not zero. */
static void copy_touched(char *to, const char *from, size_t begin, size_t end)
{
    unsigned char touched[MOVED_BYTES / SYSTEM_PAGE_BYTES];
    size_t npages = (end - begin) / SYSTEM_PAGE_BYTES, run = end;
    bool is_known = os_find_touched(from + begin, npages, touched);
    rt_assert(end - begin <= MOVED_BYTES);
    for (size_t i = 0; i < npages; i++) {
        size_t at = begin + i * SYSTEM_PAGE_BYTES;
        if ((!is_known || touched[i]) &&
            !os_is_zero(from + at, SYSTEM_PAGE_BYTES)) {
            if (run == end)
                run = at;
        } else if (run != end) {
            copy_run(to, from, run, at);
            run = end;
        }
    }
    if (run != end)
        copy_run(to, from, run, end);
}

/* [inv.moved].  `bytes`: of the old block, whole pages. */
static void move_all(char *to, char *from, size_t bytes)
{
    rt_assert(bytes % SYSTEM_PAGE_BYTES == 0);
    for (size_t done = 0; done < bytes; done += MOVED_BYTES) {
        size_t rest = bytes - done;
        size_t piece = rest < MOVED_BYTES ? rest : MOVED_BYTES;
        copy_touched(to, from, done, done + piece);
        os_discard(from + done, piece);
        rt_let_stop();
    }
}

/* Gets a block for a large one that grows, which is likely to grow again: three
 * quarters of room make the copies of a loop of reallocs linear, and cost
 * address space; where memory is bounded room counts like memory. */
static void *move_large(struct mspan *span, size_t bytes, unsigned kind)
{
    bool is_bounded = rt_load_relaxed(&mheap.resident_most) != SIZE_MAX;
    size_t room = is_bounded ? bytes / 8 : bytes / 4 * 3;
    char *from = (char *)span->base, *to = NULL;
    size_t held = span->elemsize;
    if (bytes < PTRDIFF_MAX / 2)
        to = malloc_sparse(bytes + room, kind);
    if (!to)
        to = malloc_sparse(bytes, kind);
    if (!to)
        return NULL;
    move_all(to, from, held);
    if (!span->foreign && rt_options.free != RT_FREE_TRUST)
        mheap_sub_live(held);
    return to;
}

/* Whether it may leave its place as [inv.moved] says. */
static bool is_movable(const struct mspan *span, uintptr_t address,
                       size_t bytes)
{
    return mspan_is_large(span) && address == span->base &&
           bytes > span->elemsize && span->elemsize >= MHEAP_GROWN_BYTES &&
           !mprotected_may_overlap(address, address + span->elemsize);
}

static void *move_block(struct mspan *span, void *block, size_t bytes,
                        unsigned kind, size_t usable)
{
    if (is_movable(span, (uintptr_t)block, bytes))
        return move_large(span, bytes, kind);
    void *moved = move_target(bytes, usable, kind);
    if (moved)
        move(moved, block, usable < bytes ? usable : bytes);
    return moved;
}

static void *realloc_outside(void *block, size_t bytes)
{
    const char *what = NULL;
    if (mheap_contains((uintptr_t)block))
        what = "no block there, or freed before";
    else if (is_on_stack((uintptr_t)block))
        what = "the address of a local";
    else
        what = mwrong_of_object((uintptr_t)block);
    if (what)
        mwrong_fatal("realloc", block, what);
    return intercept_next_realloc(block, bytes);
}

void *mfree_realloc(void *block, size_t bytes, unsigned kind, size_t pad,
                    bool rewritten, bool *exhausted)
{
    uintptr_t address = (uintptr_t)block;
    struct mspan *span = mheap_span_of(address);
    *exhausted = false;
    if (!span)
        return realloc_outside(block, bytes);
    if (bytes == 0) {
        (rewritten ? mfree_rewritten : mfree_foreign)(block);
        return NULL;
    }
    *exhausted = true;
    if (bytes > PTRDIFF_MAX - pad)
        return NULL;
    /* Collectable or not as the old one; scanned if either is. */
    unsigned old_kind = mspan_kind(span);
    kind = (old_kind & SPAN_FOREIGN) | (kind & old_kind & SPAN_NOSCAN);
    if (kind & SPAN_FOREIGN)
        pad = 0;
    else if (!rewritten)
        pad = 1;
    size_t usable = malloc_usable(span, address);
    size_t wanted = bytes + pad;
    if (kind == old_kind &&
        ((wanted <= usable &&
          (usable <= SHRINK_LEAST || wanted > usable / 2)) ||
         (address == span->base && grow_large(span, wanted)))) {
        *exhausted = false;
        return block;
    }
    void *moved = move_block(span, block, wanted, kind, usable);
    if (!moved)
        return NULL;
    *exhausted = false;
    if (rewritten)
        mfree_rewritten(block);
    else
        mfree_foreign(block);
    return moved;
}

size_t mfree_usable_size(const void *block)
{
    struct mspan *span = mheap_span_of((uintptr_t)block);
    /* Not the last byte, which is the pad of [inv.pad]: a program that fills
     * what it may use keeps a pointer to the end as well. */
    if (span)
        return malloc_usable(span, (uintptr_t)block) -
               (span->foreign ? 0 : 1);
    if (mheap_contains((uintptr_t)block) || is_on_stack((uintptr_t)block))
        return 0;
    return intercept_next_usable_size(block);
}
