/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mfree.c - giving blocks back, and realloc.
 *
 * Owns what free and realloc mean for each kind of block and caller:
 *
 *                      freed by rewritten code     freed by other code
 *   collectable        ignored                     ignored
 *   foreign            released                    free at once
 *   outside the heap   next allocator              next allocator
 *   a thread's stack   ignored                     ignored
 *
 * "Ignored" is Go's meaning: an object lives while it is reachable, so use
 * after free and double free by rewritten code are harmless.  Only that the
 * program had printed its address no longer counts (mprinted.c).  (The pad, the
 * address still in a variable of the caller, and the collection's own
 * accounting are all that such a free could change, so it changes nothing.)
 *
 * A foreign block that rewritten code frees (what getline or strdup inside
 * a library returned) may still be used by it afterwards, so it must not be
 * reused at once: it is released, that is, no longer a root, and collected
 * like any object.  Code that was not rewritten was written for malloc and
 * gets malloc's behaviour for its own blocks: reuse at once.
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
 * place; a block that shrinks below half of its room moves.
 */
#include "mfree.h"

#include "intercept.h"
#include "mcache.h"
#include "mcentral.h"
#include "mgc.h"
#include "mheap.h"
#include "mprinted.h"
#include "mthread.h"
#include "rt_assert.h"
#include "rt_fatal.h"
#include "rt_malloc.h"

#include <errno.h>
#include <string.h>

/* Up to this size a block that shrinks does not move: what it could save
 * is less than the copy costs. */
enum { SHRINK_LEAST = 128 };

/* ---- outside of the heap -------------------------------------------- */

/* Whether an address is on a thread's stack. */
static bool is_on_stack(uintptr_t address)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    struct mthread *self = mthread_self(), *thread;
    bool found = false;

    if (address >= here && address < self->stack_end)
        return true;
    mthread_list_lock();
    for (thread = mthread_first(); thread != NULL && !found;
         thread = thread->next)
        found = (address >= thread->stack && address < thread->stack_end) ||
                (address >= thread->user_altstack &&
                 address < thread->user_altstack_end);
    mthread_list_unlock();
    return found;
}

static void free_outside(void *block)
{
    if (!is_on_stack((uintptr_t)block))
        intercept_next_free(block);
}

/* ---- free ----------------------------------------------------------- */

static void count_ignored(void)
{
    struct mcache *cache = __escc_tls.mcache;

    if (cache != NULL)
        cache->nfree_ignored++;
    else
        mheap_count(&mheap.stats.ignored_frees, 1);
}

static void count_foreign_free(size_t bytes)
{
    struct mcache *cache = __escc_tls.mcache;

    if (cache != NULL) {
        cache->nforeign_frees++;
        cache->foreign_free_bytes += bytes;
    } else {
        mheap_count(&mheap.stats.free_objects, 1);
        mheap_count(&mheap.stats.free_bytes, bytes);
        rt_sub_relaxed(&mheap.stats.foreign_bytes, bytes);
    }
}

static void wrong_free(const void *block, const char *what)
{
    rt_fatal_hint("a library that was not compiled by escc corrupts its "
                  "memory; run the program without escc under valgrind",
                  "free(%p): %s", block, what);
}

/* Makes the slot free, at once for whoever merges it. */
static void free_slot(struct mspan *span, uint32_t index)
{
    uint64_t bit = (uint64_t)1 << index % 64;
    struct mcache *cache = __escc_tls.mcache;
    unsigned spanclass = span->spanclass;
    bool own = cache != NULL && cache->alloc[spanclass] == span;
    uint32_t pending = 0, allocated;

    /* Count, set the bit, read the state: see mcentral.c.  Not needed for
     * the thread's own span, which it alone can put back. */
    if (!own)
        pending = rt_add_seq(&span->pending_frees, 1) + 1;
    allocated = rt_load_relaxed(&span->alloc_count);
    if (__atomic_fetch_or(&span->free_bits[index / 64], bit,
                          __ATOMIC_SEQ_CST) & bit)
        wrong_free((void *)mspan_object_base(span, index), "freed twice");
    if (!own && rt_load_seq(&span->state) != SPAN_CACHED &&
        (pending == 1 || pending == allocated))
        mcentral_after_free(span, spanclass);
    mheap_trim();
}

void mfree_foreign(void *block)
{
    uintptr_t address = (uintptr_t)block;
    struct mspan *span = mheap_span_of(address);
    int saved = errno;
    uint32_t index;

    if (block == NULL)
        return;
    if (span == NULL) {
        if (mheap_contains(address))
            wrong_free(block, "no block there, or freed before");
        free_outside(block);
        errno = saved;
        return;
    }
    if (!span->foreign) {
        count_ignored();
        mprinted_forget(address);
        return;
    }
    index = mspan_object_index(span, address - span->base);
    if (index >= span->nelems || mspan_object_base(span, index) != address)
        wrong_free(block, "not the start of a block");
    if (!mspan_is_allocated(span, index) && mspan_is_surely_free(span, index))
        wrong_free(block, "freed before");
    if (rt_options.clobber)
        memset(block, 0xdb, span->elemsize);
    count_foreign_free(span->elemsize);
    free_slot(span, index);
    errno = saved;
}

void mfree_rewritten(void *block)
{
    uintptr_t address = (uintptr_t)block;
    struct mspan *span = mheap_span_of(address);
    int saved = errno;
    uint32_t index;
    uint64_t bit;

    if (block == NULL)
        return;
    if (span == NULL && !mheap_contains(address)) {
        free_outside(block);
        errno = saved;
        return;
    }
    count_ignored();
    if (span == NULL || !span->foreign) {
        mprinted_forget(address);
        return;
    }
    index = mspan_object_index(span, address - span->base);
    if (index >= span->nelems || mspan_object_base(span, index) != address ||
        (!mspan_is_allocated(span, index) &&
         mspan_is_surely_free(span, index)))
        return;
    bit = (uint64_t)1 << index % 64;
    if (rt_or_relaxed(&span->released_bits[index / 64], bit) & bit)
        return;
    /* Possible garbage from now on: it counts like an allocation. */
    mgc_maybe_start(span->elemsize);
    errno = saved;
}

/* ---- realloc -------------------------------------------------------- */

/* Extends a large block in place to hold `bytes`. */
static bool grow_large(struct mspan *span, size_t bytes)
{
    size_t old = span->elemsize;
    size_t npages = (bytes + PAGE_BYTES - 1) / PAGE_BYTES;

    if (span->spanclass >> SPAN_KIND_BITS != 0 || npages > UINT32_MAX ||
        npages <= span->npages || !mheap_grow_span(span, (uint32_t)npages))
        return false;
    mheap_count(&mheap.stats.alloc_bytes, span->elemsize - old);
    if (span->foreign)
        mheap_count(&mheap.stats.foreign_bytes, span->elemsize - old);
    else
        mgc_maybe_start(span->elemsize - old);
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
        block = malloc_object(bytes + bytes / 8, kind, false);
    return block != NULL ? block : malloc_object(bytes, kind, false);
}

static void *realloc_outside(void *block, size_t bytes)
{
    if (mheap_contains((uintptr_t)block) || is_on_stack((uintptr_t)block))
        wrong_free(block, "realloc of what is no block");
    return intercept_next_realloc(block, bytes);
}

void *mfree_realloc(void *block, size_t bytes, unsigned kind, size_t pad,
                    bool rewritten, bool *exhausted)
{
    uintptr_t address = (uintptr_t)block;
    struct mspan *span = mheap_span_of(address);
    unsigned old_kind;
    size_t usable, wanted;
    void *moved;

    *exhausted = false;
    if (span == NULL)
        return realloc_outside(block, bytes);
    if (bytes == 0) {
        (rewritten ? mfree_rewritten : mfree_foreign)(block);
        return NULL;
    }
    *exhausted = true;
    if (bytes > PTRDIFF_MAX - pad)
        return NULL;
    /* Collectable or not as the old one; scanned if either is. */
    old_kind = mspan_kind(span);
    kind = (old_kind & SPAN_FOREIGN) | (kind & old_kind & SPAN_NOSCAN);
    if (kind & SPAN_FOREIGN)
        pad = 0;
    else if (!rewritten)
        pad = 1;
    usable = malloc_usable(span, address);
    wanted = bytes + pad;
    /* The size of a tiny object is exact and has its pad behind it. */
    if (kind == old_kind &&
        ((wanted <= usable &&
          (usable <= SHRINK_LEAST || wanted > usable / 2)) ||
         (span->tiny_ends != NULL && bytes == usable) ||
         (address == span->base && grow_large(span, wanted)))) {
        *exhausted = false;
        return block;
    }
    moved = move_target(wanted, usable, kind);
    if (moved == NULL)
        return NULL;
    *exhausted = false;
    __escc_memcpy(moved, block, usable < bytes ? usable : bytes);
    if (rewritten)
        mfree_rewritten(block);
    else
        mfree_foreign(block);
    return moved;
}

size_t mfree_usable_size(const void *block)
{
    struct mspan *span = mheap_span_of((uintptr_t)block);

    if (span != NULL)
        return malloc_usable(span, (uintptr_t)block);
    if (mheap_contains((uintptr_t)block) || is_on_stack((uintptr_t)block))
        return 0;
    return intercept_next_usable_size(block);
}
