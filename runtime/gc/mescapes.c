/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mescapes.c - does anything refer to what the analysis left in a frame?
 *
 * Where the compiler says that a local's address does not outlive it, the local
 * stays in its frame.  If that were wrong the program would use a dangling
 * pointer, and nobody would know.  With -fescc-check-escapes a block that is
 * left has a record of such locals (tool/rewrite/edit/rw_frame.c), and here all
 * live memory is searched for words that lead into them.
 *
 * [inv.escapes.live]  Only words that the program can still come to count, for
 * dead memory is full of dead addresses:
 *
 *   static memory     of loaded objects with such records, and of the C library
 *   thread-local      of the first thread, and of the calling one
 *   objects           that are reached from static memory, other threads, this
 *                     thread's stack above the dying frame, and so on
 *   locals            of blocks around this one, in this function and in those
 *                     that called it, which have records themselves and live
 *                     as long as these; a callee gets to no other of a caller
 *
 * What is reached from the dying frame or from registers alone counts as well,
 * because a register may be the caller's; but not if the object's site is one
 * whose objects the analysis takes for the function's own (__ESCC_OWN): in
 * those it may keep addresses of its locals, which die with them.
 *
 * Not searched are other stacks, mappings and registers, which hold what was
 * left there by whomever; nor what code that is not rewritten has in its own
 * memory, which may be a stack, too, with addresses of its own locals, long
 * dead.  It gets to no local that stays: whoever passes one to unknown code has
 * it moved.
 *
 * What is reached is found by a marking of its own, which has nothing to do
 * with that of collections and leaves no trace: bits in a table, and a list of
 * objects to be read.  In a stop of all threads.
 *
 * Looking is dear, so a block is looked at at about its exits 1, 2, 4, 8 and so
 * on up to a number, and then once in about so many exits: not exactly, for
 * programs have periods, too.  An exit before the first declaration does not
 * count.  A block that was found out is not looked at again.  What was found is
 * printed at once, and makes the exit status MVERIFY_EXIT_STATUS.
 *
 * free clears what the program gives back (RT_FREE_DROP), for an address in
 * there is no use of it.
 *
 * State: everything but what a check finds, which is its thread's, is used
 * under the collection lock.
 */
#include "base/mpeek.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_export.h"
#include "base/rt_options.h"
#include "base/rt_print.h"
#include "base/rt_process.h"
#include "heap/mbitmap.h"
#include "heap/mheap.h"
#include "mgc.h"
#include "mgcmark.h"
#include "mprotected.h"
#include "mroots.h"
#include "mverify.h"
#include "mverify_sites.h"
#include "thread/mstack.h"
#include "thread/mthread.h"

#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    WORD_BYTES = sizeof(uintptr_t),
    MOST_FINDINGS = 8,          /* of one exit: there is one for each local */
    MOST_TOLD = 256,
    MOST_SEGMENTS = 256,
    MOST_FRAMES = 10000,        /* records around one, that are looked into */
    PEEK_BYTES = 64 * 1024,
    NEVER = -1
};

/* Where words are being read; what they mean if they lead to a local. */
enum place {
    PLACE_UNKNOWN,              /* nothing: they only lead to objects */
    PLACE_STATIC,
    PLACE_THREAD,
    PLACE_OBJECT,
    PLACE_LOCAL
};

struct finding {
    const struct __escc_left *local;
    enum place place;
    uintptr_t at;               /* the word's address */
    uintptr_t holder;           /* start of its object */
    const struct __escc_site *site;     /* the object's, the local's, or NULL */
};

/* One exit of a block. */
struct mescapes_check {
    const struct __escc_frame *frame;
    const struct __escc_left *locals;
    uintptr_t low, high;        /* of all locals */
    uintptr_t top;
    enum place place;
    uintptr_t holder, held;     /* the object that is read, and its bytes */
    const struct __escc_site *site;
    bool only_own;              /* reached from the dying frame alone */
    struct finding findings[MOST_FINDINGS];
    size_t nfindings;
};

RT_EXPORT __thread struct __escc_frame *__escc_frames
    __attribute__((tls_model("initial-exec")));

/* Bits, one for each 8 bytes of the heap, and the objects to be read. */
static uint64_t *reached;
static uintptr_t *todo;
static size_t ntodo;

/* Words that were reported: while they stay they are no other local's. */
struct told {
    uintptr_t at, word;
};
static struct told *told;
static size_t ntold;

/* Writable segments of loaded objects, in which words count. */
static struct segment {
    uintptr_t from, to;
} segments[MOST_SEGMENTS];
static size_t nsegments;        /* atomic */

static uint32_t every;          /* at most so many exits apart; 0: not yet */
static uint32_t is_ready;       /* atomic */
static uint32_t nfound;         /* atomic */
static uint64_t nchecks, nblocks;       /* atomic */

static const struct __escc_left *locals_of(const struct __escc_frame *frame)
{
    return (const void *)(frame + 1);
}

/* ---- what is found ------------------------------------------------------- */

/* The runtime's own words: the end of the last copy stays there. */
static bool is_of_runtime(uintptr_t at)
{
    for (const struct mthread *t = mthread_first(); t; t = t->next)
        if (at - (uintptr_t)t->tls < sizeof *t->tls)
            return true;
    return false;
}

static void find(struct mescapes_check *c, uintptr_t at, uintptr_t word)
{
    const struct __escc_left *local = NULL;
    for (size_t i = 0; i < c->frame->count && !local; i++)
        if (word - (uintptr_t)c->locals[i].at < c->locals[i].bytes)
            local = &c->locals[i];
    if (!local || c->nfindings == MOST_FINDINGS ||
        (c->place == PLACE_THREAD && is_of_runtime(at)))
        return;
    if (c->place == PLACE_OBJECT && c->only_own &&
        (!c->site || c->site->scan & __ESCC_OWN))
        return;                                 /* [inv.escapes.live] */
    for (size_t i = 0; i < c->nfindings; i++)
        if (c->findings[i].local == local)
            return;
    for (size_t i = 0; i < ntold; i++)
        if (told[i].at == at && told[i].word == word)
            return;
    if (ntold < MOST_TOLD)
        told[ntold++] = (struct told){at, word};
    c->findings[c->nfindings++] = (struct finding){
        local, c->place, at, c->holder, c->site};
}

/* ---- reading ------------------------------------------------------------- */

static void reach(uintptr_t word)
{
    struct mspan *span;
    uint32_t index;
    if (word - mheap.base >= mheap.end - mheap.base ||
        !mbitmap_find(word, &span, &index))
        return;
    uintptr_t base = mbitmap_base(span, index);
    size_t bit = (base - mheap.base) / WORD_BYTES;
    if (reached[bit / 64] >> bit % 64 & 1)
        return;
    reached[bit / 64] |= (uint64_t)1 << bit % 64;
    if (span->scan)
        todo[ntodo++] = base;
}

static uintptr_t load(uintptr_t address)
{
    uintptr_t word;
    memcpy(&word, (const void *)address, sizeof word);
    return word;
}

/* [from, to) is a copy of what is at `at`. */
static void read_copy(struct mescapes_check *c, uintptr_t from, uintptr_t to,
                      uintptr_t at)
{
    unsigned stride = mgcmark_stride();
    /* Half words apart are only looked at for the sake of objects: two halves
     * of other words make no address of a local. */
    unsigned exact = stride < WORD_BYTES / 2 ? stride : WORD_BYTES;
    uintptr_t skip = -from & (stride - 1);
    for (from += skip, at += skip; from + WORD_BYTES <= to;
         from += stride, at += stride) {
        uintptr_t word = load(from), field;
        uint32_t readings = mgcmark_fields();
        if (c->place != PLACE_UNKNOWN && word - c->low < c->high - c->low &&
            at % exact == 0)
            find(c, at, word);
        reach(word);
        while (mgcmark_next_field(&readings, word, &field))
            reach(field);                       /* [inv.fields] */
    }
}

static void read_words(struct mescapes_check *c, uintptr_t from, uintptr_t to)
{
    if (!mprotected_may_overlap(from, to) || !mprotected_overlaps(from, to))
        read_copy(c, from, to, from);
}

/* Memory that may not be there. */
static void read_loose(struct mescapes_check *c, uintptr_t from, uintptr_t to)
{
    static char buffer[PEEK_BYTES] __attribute__((aligned(16)));
    while (from < to) {
        uintptr_t at = from, end = to;
        if (!mpeek_next_run(&at, &end))
            return;
        while (at < end) {
            size_t bytes = end - at < PEEK_BYTES ? end - at : PEEK_BYTES;
            size_t got = mpeek_copy(buffer, at, bytes);
            read_copy(c, (uintptr_t)buffer, (uintptr_t)buffer + got, at);
            at = got == bytes ? at + got
                              : ((at + got + 4096) & ~(uintptr_t)4095);
        }
        from = end;
    }
    memset(buffer, 0, sizeof buffer);
}

/* All that is reached from what was read. */
static void follow(struct mescapes_check *c)
{
    while (ntodo > 0) {
        uintptr_t base = todo[--ntodo];
        const struct mspan *span = mheap_span_of(base);
        c->site = mverify_site_of(base);
        bool loose = span->foreign ||
                     (c->site && c->site->scan & __ESCC_REGISTERS);
        c->place = loose ? PLACE_UNKNOWN : PLACE_OBJECT;
        c->holder = base;
        read_words(c, base, base + mbitmap_bytes(span));
    }
}

/* ---- roots --------------------------------------------------------------- */

static struct mescapes_check *current(void)
{
    return mthread_self()->check;
}

static void read_place(enum place place, uintptr_t from, uintptr_t to,
                       bool trusted)
{
    struct mescapes_check *c = current();
    c->place = place;
    c->holder = 0;
    c->site = NULL;
    if (trusted)
        read_words(c, from, to);
    else
        read_loose(c, from, to);
}

static bool is_searched(uintptr_t address)
{
    for (size_t i = 0; i < rt_load_acquire(&nsegments); i++)
        if (address - segments[i].from < segments[i].to - segments[i].from)
            return true;
    return false;
}

static void lasting(uintptr_t from, uintptr_t to, bool trusted)
{
    /* Mappings are not trusted. */
    bool counts = trusted && is_searched(from);
    read_place(counts ? PLACE_STATIC : PLACE_UNKNOWN, from, to, trusted);
}

static void of_thread(uintptr_t from, uintptr_t to, bool trusted)
{
    read_place(PLACE_THREAD, from, to, trusted);
}

static void of_other(uintptr_t from, uintptr_t to, bool trusted, void *unused)
{
    (void)unused;
    read_place(PLACE_UNKNOWN, from, to, trusted);
}

/* The part of this thread's memory that is not the dying frame, nor below. */
static void of_callers(uintptr_t from, uintptr_t to, bool trusted,
                       void *unused)
{
    uintptr_t top = current()->top;
    (void)unused;
    if (top > from && top < to)
        read_place(PLACE_UNKNOWN, top, to, trusted);
}

static void foreign_block(struct mspan *span, uint32_t index, void *unused)
{
    uint64_t released = rt_load_relaxed(&span->released_bits[index / 64]);
    uintptr_t base = mbitmap_base(span, index);
    size_t bit = (base - mheap.base) / WORD_BYTES;
    (void)unused;
    if (released >> index % 64 & 1)
        return;
    reached[bit / 64] |= (uint64_t)1 << bit % 64;
    read_words(current(), base, base + mbitmap_bytes(span));
}

static void foreign_span(struct mspan *span, void *unused)
{
    if (span->foreign && span->scan)
        mbitmap_for_each_object(span, foreign_block, unused);
}

static bool is_on_stack(const struct mthread *self, uintptr_t address)
{
    return address >= self->sp && address < self->stack_end;
}

/* Records that a longjmp left behind are not what they were, or if they still
 * are so is what they describe. */
static void read_outer(struct mescapes_check *c, const struct mthread *self)
{
    const struct __escc_frame *frame = c->frame->outer;
    const struct __escc_frame *before = c->frame;
    for (int i = 0; i < MOST_FRAMES && frame > before &&
         is_on_stack(self, (uintptr_t)(frame + 1)) && frame->self == frame;
         i++, before = frame, frame = frame->outer) {
        const struct __escc_left *locals = locals_of(frame);
        for (size_t k = 0; k < frame->lasting; k++) {
            uintptr_t at = (uintptr_t)locals[k].at;
            if (!is_on_stack(self, at) ||
                !is_on_stack(self, at + locals[k].bytes - 1))
                continue;
            c->place = PLACE_LOCAL;
            c->site = locals[k].site;
            read_words(c, at, at + locals[k].bytes);
        }
    }
}

static void read_others(const struct mthread *self)
{
    for (struct mthread *t = mthread_first(); t; t = t->next)
        if (t != self && !t->gone)
            mstack_ranges(t, of_other, NULL);
}

/* Of the calling thread, if it is not the first: that is in its stack. */
static void read_own_tls(const struct mthread *self)
{
    uintptr_t end = self->thread_pointer, bytes = mroots_static_tls_bytes();
    if (!self->is_main && end - bytes >= self->stack &&
        end < self->stack_end)
        read_place(PLACE_THREAD, end - bytes, end, true);
}

static void check_stopped(void)
{
    struct mthread *self = mthread_self();
    struct mescapes_check *c = self->check;
    uintptr_t used = rt_load_acquire(&mheap.arena_used);
    memset(reached, 0, (used / WORD_BYTES / 64 + 1) * sizeof *reached);
    ntodo = 0;
    mpeek_begin();
    mroots_for_each_lasting(lasting);
    mroots_for_each_of_threads(of_thread);
    read_own_tls(self);
    mprotected_for_each_root(lasting);
    c->place = PLACE_UNKNOWN;
    mheap_for_each_span(foreign_span, NULL);
    read_outer(c, self);
    read_others(self);
    mstack_ranges(self, of_callers, NULL);
    follow(c);
    c->only_own = true;
    mstack_ranges(self, of_other, NULL);
    follow(c);
    mpeek_end();
}

static void nothing(void)
{
}

/* ---- reports ------------------------------------------------------------- */

/* An address in a loaded object as debuggers want it. */
struct asked {
    uintptr_t address;
    char *out;
    size_t bytes;
};

static int name_object(struct dl_phdr_info *info, size_t size, void *argument)
{
    struct asked *asked = argument;
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t from = info->dlpi_addr + header->p_vaddr;
        if (header->p_type != PT_LOAD ||
            asked->address - from >= header->p_memsz)
            continue;
        const char *name = info->dlpi_name && *info->dlpi_name
            ? info->dlpi_name : "the program";
        rt_format(asked->out, asked->bytes, "static memory, at 0x%lx of %s",
                  (unsigned long)(asked->address - info->dlpi_addr), name);
        return 1;
    }
    return 0;
}

static void format_place(const struct finding *f, char *out, size_t bytes)
{
    char site[256];
    struct asked asked = {f->at, out, bytes};
    switch (f->place) {
    case PLACE_OBJECT:
        mverify_format_site(site, sizeof site, f->site);
        rt_format(out, bytes, "%s, offset %lu", site,
                  (unsigned long)(f->at - f->holder));
        break;
    case PLACE_LOCAL:
        mverify_format_site(site, sizeof site, f->site);
        rt_format(out, bytes, "the local %s", site);
        break;
    case PLACE_THREAD:
        rt_format(out, bytes, "thread-local memory, at %p", (void *)f->at);
        break;
    default:
        rt_format(out, bytes, "static memory, at %p", (void *)f->at);
        dl_iterate_phdr(name_object, &asked);
    }
}

static void print_finding(const struct finding *f)
{
    const struct __escc_site *site = f->local->site;
    char where[512];
    format_place(f, where, sizeof where);
    rt_print("escc: check-escapes: %s:%u: %s of %s is left, and something "
             "refers to it: %s\n",
             site->file, site->line, site->what,
             *site->function ? site->function : "?", where);
}

static void at_exit(void)
{
    if (rt_options.gctrace)
        rt_print("escc: check-escapes: looked at %lu exits of %lu blocks\n",
                 (unsigned long)rt_load_relaxed(&nchecks),
                 (unsigned long)rt_load_relaxed(&nblocks));
    unsigned found = rt_load_relaxed(&nfound);
    if (!found)
        return;
    if (found == 1)
        rt_print("escc: check-escapes: 1 local was referred to when its block "
                 "had been left\n");
    else
        rt_print("escc: check-escapes: %u locals were referred to when their "
                 "blocks had been left\n", found);
    fflush(NULL);
    _exit(MVERIFY_EXIT_STATUS);
}

/* ---- entries ------------------------------------------------------------- */

/* The object of which `argument` is an address. */
static int add_segments(struct dl_phdr_info *info, size_t size, void *argument)
{
    bool has = false;
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        has |= header->p_type == PT_LOAD &&
               (uintptr_t)argument - info->dlpi_addr - header->p_vaddr <
                   header->p_memsz;
    }
    for (int i = 0; has && i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t from = info->dlpi_addr + header->p_vaddr;
        size_t n = rt_load_relaxed(&nsegments);
        if (header->p_type != PT_LOAD || !(header->p_flags & PF_W) ||
            is_searched(from) || n == MOST_SEGMENTS)
            continue;
        segments[n] = (struct segment){from, from + header->p_memsz};
        rt_store_release(&nsegments, n + 1);
    }
    return has;
}

/* Once, by a constructor. */
static void get_ready(void)
{
    reached = mverify_sparse((mheap.end - mheap.base) / WORD_BYTES / 8 + 8);
    todo = mverify_sparse(mheap.end - mheap.base);
    told = mverify_sparse(MOST_TOLD * sizeof *told);
    mverify_sites_init();
    dl_iterate_phdr(add_segments, stdout);
    if (rt_options.free == RT_FREE_IGNORE) {
        rt_options.free = RT_FREE_DROP;
        rt_is_unusual(RT_UNUSUAL_DROP);
    }
    atexit(at_exit);
    rt_store_release(&is_ready, 1);
}

RT_EXPORT void __escc_check_escapes(unsigned asked, const void *here)
{
    rt_enter();
    rt_init();
    uint32_t chosen = rt_options.escapes > 0 ? (uint32_t)rt_options.escapes
                                             : asked;
    if (!rt_is_guest() && rt_options.escapes >= 0) {
        if (!every || chosen < every)
            rt_store_relaxed(&every, chosen);
        if (!rt_load_acquire(&is_ready))
            get_ready();
        dl_iterate_phdr(add_segments, (void *)here);
    }
    rt_leave();
}

/* Sets `low` and `high`; false: all locals are elsewhere. */
static bool find_bounds(struct mescapes_check *c)
{
    c->low = UINTPTR_MAX;
    c->high = 0;
    for (size_t i = 0; i < c->frame->count; i++) {
        uintptr_t at = (uintptr_t)c->locals[i].at;
        if (!at || mheap_contains(at))
            continue;
        if (at < c->low)
            c->low = at;
        if (at + c->locals[i].bytes > c->high)
            c->high = at + c->locals[i].bytes;
    }
    return c->low < c->high;
}

static void set_next(struct __escc_exits *exits)
{
    static uint32_t random = 1;
    rt_add_relaxed(&nblocks, exits->gap == 0);
    exits->gap = !exits->gap ? 1
        : exits->gap < every / 2 ? exits->gap * 2 : every;
    uint32_t next = rt_load_relaxed(&random) * 1664525u + 1013904223u;
    rt_store_relaxed(&random, next);
    exits->until = exits->gap / 2 + (next >> 8) % exits->gap;
    if (exits->gap <= 2)
        exits->until = exits->gap - 1;
}

static void check(struct mescapes_check *c)
{
    struct mthread *self = mthread_self();
    self->check = c;
    mgc_while_stopped(check_stopped, nothing);
    rt_add_relaxed(&nchecks, 1);
    self->check = NULL;
    for (size_t i = 0; i < c->nfindings; i++)
        print_finding(&c->findings[i]);
    rt_add_relaxed(&nfound, (uint32_t)c->nfindings);
}

RT_EXPORT void __escc_check_frame(struct __escc_frame *frame, const void *top)
{
    struct mescapes_check c = {.frame = frame, .locals = locals_of(frame),
                               .top = (uintptr_t)top};
    struct __escc_exits *exits = frame->exits;
    int saved = errno;
    if (!rt_load_acquire(&is_ready)) {
        exits->until = rt_options.escapes == NEVER ? UINT32_MAX : 0;
        return;
    }
    if (__escc_tls.in_rt)
        return;
    exits->until = 0;
    if (!find_bounds(&c))
        return;
    set_next(exits);
    rt_enter();
    check(&c);
    rt_leave();
    if (c.nfindings)
        exits->until = UINT32_MAX;
    errno = saved;
}
