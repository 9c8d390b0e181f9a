/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mroots.c - roots outside of stacks.
 *
 *   segments    the writable segments of every loaded object, whole: data
 *               of instrumented and of plain objects alike, and the GOT;
 *               minus those globals of the runtime that hold addresses of
 *               the heap (mroots_exclude).
 *   TLS         other threads' static TLS lies at the end of their stacks
 *               (mstack.c); the main thread's lies wherever the loader put
 *               it, around its thread pointer, as far below as the objects
 *               so far have variables.  Blocks that the loader allocates
 *               later come from malloc: foreign blocks, roots by themselves.
 *   heap        what the program takes with sbrk.
 *   mappings    anonymous or private mappings that the program makes with
 *               mmap (mwrap_map.c tells us): pools of custom allocators,
 *               stacks of coroutines, private file mappings.  Where one that
 *               grows begins by now the kernel is asked.
 *
 * Thread-specific values lie in struct pthread (on the stack's mapping) or
 * in blocks that libc callocs; environ, atexit arguments and stdio buffers
 * are in libc's segments or foreign blocks.
 *
 * The list of loaded objects.  dl_iterate_phdr takes a lock of the dynamic
 * linker that a stopped thread may hold, and its callers' callbacks may
 * allocate and so want to collect.  So the list is read with no lock held,
 * in BLOCKED state, and kept.
 *
 * [inv.objects]  Nothing is marked unless, with threads stopped, the linker's
 * own list (struct r_debug, which debuggers read without locks too) is still
 * the one that was read.  Else the collector lets the threads go on and
 * starts over.  One that was unloaded and another one in its place, a new
 * version of a plugin, look the same there but are told apart by what they
 * begin with: program headers, which say how far variables go, and notes.
 *
 * Memory that may vanish is read by way of mpeek.c: mappings, since not
 * every munmap goes through the symbol; segments while the linker is in
 * the middle of a change (r_state).
 *
 * Lock: RT_RANK_ROOTS guards both tables.  The collector reads them
 * without it: threads that held it have left the runtime.
 */
#include "mroots.h"

#include "base/mcontext.h"
#include "base/mpeek.h"
#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_fatal.h"
#include "base/rt_lock.h"
#include "base/rt_process.h"
#include "base/rt_sandbox.h"
#include "base/rt_syscall.h"
#include "mgc.h"
#include "msleep.h"
#include "mworld.h"
#include "thread/mstack.h"
#include "thread/mthread.h"

#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct range {
    uintptr_t from, to;
    bool is_aliased;            /* mappings: see mroots_alias_mapping */
    bool grows;                 /* mappings: below `from` there may be more */
};

/* A growing array outside the heap.  Superseded storage is not given back:
 * sizes double, so it is less than what is in use. */
struct table {
    struct range *ranges;
    size_t n, room;
    size_t nfirst;              /* segments: those of the executable */
};

enum {
    FIRST_ROOM = 256,           /* one system page of ranges */
    /* struct pthread: see mstack.c. */
    STRUCT_PTHREAD_BYTES = 4096,
    /* What libc keeps for objects that are loaded later is 2 KiB unless a
     * tunable says more. */
    LATER_TLS_BYTES = 1 << 20
};

static struct rt_lock lock = RT_LOCK_INIT(RT_RANK_ROOTS);
static struct table segments, spare_segments;
static struct table mappings;   /* sorted, disjoint */
static struct table moved;      /* mappings, while the heap is marked */
static uint64_t objects_hash;   /* of the linker's list when it was read */
/* Of objects that the process did not begin with, and so may lose. */
static struct table beginnings, spare_beginnings;
static uint64_t beginnings_hash;
static size_t ninitial = SIZE_MAX;
static size_t static_tls_bytes; /* below any thread's thread pointer */
static uintptr_t break_start;
/* Sorted; see mroots_exclude. */
static struct range excluded[5];
static size_t nexcluded;
static uint32_t being_read;     /* a thread fills in spare_segments */

extern struct r_debug _r_debug __attribute__((weak));
extern char **environ;

/* ---- tables -------------------------------------------------------------- */

static void reserve(struct table *table)
{
    if (table->n < table->room)
        return;
    size_t room = table->room ? table->room * 2 : FIRST_ROOM;
    struct range *ranges = os_alloc(room * sizeof *ranges);
    if (!ranges)
        rt_fatal("no memory for the table of roots (%zu ranges)", room);
    if (table->n)
        memcpy(ranges, table->ranges, table->n * sizeof *ranges);
    table->ranges = ranges;
    table->room = room;
}

/* Index of the first range that ends behind `address`. */
static size_t find(const struct table *table, uintptr_t address)
{
    size_t low = 0, high = table->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->ranges[middle].to > address)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void insert_at(struct table *table, size_t at, struct range range)
{
    reserve(table);
    rt_assert(at <= table->n && range.from <= range.to);
    memmove(table->ranges + at + 1, table->ranges + at,
            (table->n - at) * sizeof *table->ranges);
    table->ranges[at] = range;
    table->n++;
}

static void delete_at(struct table *table, size_t at)
{
    rt_assert(at < table->n);
    table->n--;
    memmove(table->ranges + at, table->ranges + at + 1,
            (table->n - at) * sizeof *table->ranges);
}

/* ---- mappings ------------------------------------------------------------ */

void mroots_lock(void)
{
    rt_lock(&lock);
}

void mroots_unlock(void)
{
    rt_unlock(&lock);
}

void mroots_remove_mapping(uintptr_t from, uintptr_t to)
{
    rt_assert(rt_holds_lock(RT_RANK_ROOTS));
    size_t at = find(&mappings, from);
    while (at < mappings.n && mappings.ranges[at].from < to) {
        struct range *range = &mappings.ranges[at];
        if (range->from < from && range->to > to) {
            struct range rest = {to, range->to, range->is_aliased, false};
            range->to = from;
            insert_at(&mappings, at + 1, rest);
            return;
        }
        if (range->from >= from && range->to <= to) {
            delete_at(&mappings, at);
            continue;
        }
        if (range->from < from) {
            range->to = from;
        } else {
            range->from = to;
            range->grows = false;
        }
        at++;
    }
}

void mroots_add_mapping(uintptr_t from, uintptr_t to)
{
    if (from >= to)
        return;
    mroots_remove_mapping(from, to);
    size_t at = find(&mappings, from);
    rt_assert(at == mappings.n || mappings.ranges[at].from >= to);
    struct range *before = at > 0 ? &mappings.ranges[at - 1] : NULL;
    if (before && before->to == from && !before->is_aliased)
        before->to = to;        /* the usual growing pool */
    else
        insert_at(&mappings, at, (struct range){from, to, false, false});
}

void mroots_add_growing_mapping(uintptr_t from, uintptr_t to)
{
    if (from >= to)
        return;
    mroots_remove_mapping(from, to);
    insert_at(&mappings, find(&mappings, from),
              (struct range){from, to, false, true});
}

void mroots_alias_mapping(uintptr_t from, uintptr_t to)
{
    rt_assert(rt_holds_lock(RT_RANK_ROOTS));
    for (size_t at = find(&mappings, from);
         at < mappings.n && mappings.ranges[at].from < to; at++)
        mappings.ranges[at].is_aliased = true;
}

bool mroots_is_aliased(uintptr_t from, uintptr_t to)
{
    for (size_t at = find(&mappings, from);
         at < mappings.n && mappings.ranges[at].from < to; at++)
        if (mappings.ranges[at].is_aliased)
            return true;
    return false;
}

void mroots_add_moved_mapping(uintptr_t from, uintptr_t to)
{
    mroots_add_mapping(from, to);
    if (mgc_phase() != MGC_OFF)
        insert_at(&moved, moved.n, (struct range){from, to, false, false});
}

void mroots_forget_moved(void)
{
    rt_assert(mgc_phase() == MGC_STOPPED);
    moved.n = 0;
}

void mroots_for_each_moved(mroots_range *range)
{
    rt_assert(mgc_phase() == MGC_MARKING);
    for (size_t i = 0; i < moved.n; i++)
        range(moved.ranges[i].from, moved.ranges[i].to, false);
}

bool mroots_is_mapping(uintptr_t address)
{
    mroots_lock();
    size_t at = find(&mappings, address);
    bool found = at < mappings.n && mappings.ranges[at].from <= address;
    mroots_unlock();
    return found;
}

bool mroots_has_mapping(uintptr_t from, uintptr_t to)
{
    size_t at = find(&mappings, from);
    while (at < mappings.n && mappings.ranges[at].from <= from) {
        if (mappings.ranges[at].to >= to)
            return true;
        from = mappings.ranges[at++].to;
    }
    return false;
}

/* ---- loaded objects ------------------------------------------------------ */

/* Over the linker's list, which the caller keeps from changing or, with
 * threads stopped, at least from being changed further. */
static uint64_t hash_objects(void)
{
    uint64_t hash = 14695981039346656037u;      /* FNV-1a, by words */
    if (!&_r_debug)
        return hash;            /* static executable: nothing is loaded */
    for (struct link_map *map = _r_debug.r_map; map; map = map->l_next) {
        hash = (hash ^ map->l_addr) * 1099511628211u;
        hash = (hash ^ (uintptr_t)map->l_ld) * 1099511628211u;
    }
    return hash;
}

static bool linker_is_at_rest(void)
{
    return !&_r_debug || _r_debug.r_state == RT_CONSISTENT;
}

struct reading {
    struct table *table;
    uint64_t hash;
    size_t tls_bytes;
    size_t tls_most_bytes;      /* what static TLS may take so far */
    uintptr_t thread_pointer;
    bool first;
    size_t nobjects;
    uint64_t beginnings_hash;
};

/* What an object begins with: less than a system page of its first segment. */
enum { BEGINNING_BYTES = 1024 };

/* Adds one to the hash, by way of the kernel: something else may be there by
 * now, or nothing. */
static uint64_t hash_beginning(uint64_t hash, const struct range *range)
{
    char bytes[BEGINNING_BYTES];
    size_t n = mpeek_copy(bytes, range->from, range->to - range->from);
    hash ^= n;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 1099511628211u;
    return hash;
}

/* Keeps in mind where that is of an object that may be unloaded. */
static void read_beginning(const struct dl_phdr_info *info,
                           struct reading *reading)
{
    struct table *table = &spare_beginnings;
    uintptr_t at = (uintptr_t)info->dlpi_phdr;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t from = info->dlpi_addr + header->p_vaddr;
        size_t offset = at - from;
        if (header->p_type != PT_LOAD || offset >= header->p_filesz)
            continue;
        size_t rest = header->p_filesz - offset;
        size_t bytes = rest < BEGINNING_BYTES ? rest : BEGINNING_BYTES;
        struct range range = {at, at + bytes, false, false};
        insert_at(table, table->n, range);
        reading->beginnings_hash = hash_beginning(reading->beginnings_hash,
                                                  &range);
    }
}

static bool has_other_beginnings(void)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < beginnings.n; i++)
        hash = hash_beginning(hash, &beginnings.ranges[i]);
    return hash != beginnings_hash;
}

/* The loader lays blocks out one below the other in this order, and keeps some
 * room for objects that are loaded later.  What is further off than all that
 * takes is no static TLS. */
static void read_tls(const struct dl_phdr_info *info, struct reading *reading)
{
    size_t below = reading->thread_pointer - (uintptr_t)info->dlpi_tls_data;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_TLS)
            reading->tls_most_bytes += info->dlpi_phdr[i].p_memsz +
                                       info->dlpi_phdr[i].p_align;
    if (info->dlpi_tls_data && below < reading->tls_most_bytes &&
        below > reading->tls_bytes)
        reading->tls_bytes = below;
}

static int read_object(struct dl_phdr_info *info, size_t size, void *argument)
{
    struct reading *reading = argument;
    struct table *table = reading->table;
    bool first = reading->first;
    if (first)
        reading->hash = hash_objects();
    reading->first = false;
    mworld_read_object(info);
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type != PT_LOAD || !(header->p_flags & PF_W))
            continue;
        uintptr_t from = info->dlpi_addr + header->p_vaddr;
        insert_at(table, table->n,
                  (struct range){from, from + header->p_memsz, false, false});
    }
    if (first)
        table->nfirst = table->n;
    if (reading->nobjects++ >= ninitial)
        read_beginning(info, reading);
    if (size >= offsetof(struct dl_phdr_info, dlpi_tls_data) +
                    sizeof info->dlpi_tls_data)
        read_tls(info, reading);
    return 0;
}

bool mroots_is_static(uintptr_t from, uintptr_t to)
{
    bool found = false;
    mroots_lock();
    for (size_t i = 0; i < segments.n && !found; i++)
        found = segments.ranges[i].from < to && segments.ranges[i].to > from;
    mroots_unlock();
    return found;
}

/* Once, for the first object: none is unloaded meanwhile. */
static int judge_objects(struct dl_phdr_info *info, size_t size,
                         void *argument)
{
    const struct reading *reading = argument;
    (void)info;
    (void)size;
    mworld_judge(hash_objects() == reading->hash);
    return 1;
}

/* One thread reads at a time: two would mix their results. */
static bool start_reading(void)
{
    static const struct timespec moment = {.tv_nsec = 100000};
    if (rt_cas(&being_read, 0, 1))
        return true;
    rt_syscall(SYS_nanosleep, &moment, NULL);
    return false;
}

void mroots_refresh(void)
{
    struct reading reading = {.table = &spare_segments,
                              .tls_most_bytes = LATER_TLS_BYTES,
                              .thread_pointer = mcontext_thread_pointer(),
                              .first = true};
    rt_assert(rt_locks_held() == 0);
    bool blocked = __escc_tls.thread && mthread_block_begin();
    /* When another thread is reading, the caller finds out whether that was
     * enough by looking again. */
    bool mine = start_reading();
    if (mine) {
        spare_segments.n = spare_beginnings.n = 0;
        mworld_begin();
        dl_iterate_phdr(read_object, &reading);
        dl_iterate_phdr(judge_objects, &reading);
    }
    if (blocked)
        mthread_block_end();
    if (!mine)
        return;
    rt_lock(&lock);
    struct table old = segments;
    segments = spare_segments;
    spare_segments = old;
    old = beginnings;
    beginnings = spare_beginnings;
    spare_beginnings = old;
    beginnings_hash = reading.beginnings_hash;
    if (ninitial == SIZE_MAX)
        ninitial = reading.nobjects;
    objects_hash = reading.hash;
    static_tls_bytes = reading.tls_bytes;
    mworld_publish();
    rt_unlock(&lock);
    rt_store_seq(&being_read, 0);
    msleep_look();
}

size_t mroots_initial_objects(void)
{
    return ninitial;
}

bool mroots_is_stale(void)
{
    rt_assert(mgc_phase() == MGC_STOPPED);      /* [inv.objects] */
    return hash_objects() != objects_hash || has_other_beginnings();
}

/* ---- enumeration --------------------------------------------------------- */

void mroots_exclude(const void *start, size_t bytes)
{
    uintptr_t from = (uintptr_t)start;
    rt_assert(!rt_is_running());
    size_t at = nexcluded++;
    rt_check(nexcluded <= sizeof excluded / sizeof *excluded);
    for (; at > 0 && excluded[at - 1].from > from; at--)
        excluded[at] = excluded[at - 1];
    excluded[at] = (struct range){from, from + bytes, false, false};
}

bool mroots_is_excluded(uintptr_t address)
{
    for (size_t e = 0; e < nexcluded; e++)
        if (address - excluded[e].from < excluded[e].to - excluded[e].from)
            return true;
    return false;
}

void mroots_without_excluded(uintptr_t from, uintptr_t to,
                             mroots_range *range)
{
    bool trusted = linker_is_at_rest();
    for (size_t e = 0; e < nexcluded; e++) {
        if (excluded[e].from < from || excluded[e].to > to)
            continue;
        range(from, excluded[e].from, trusted);
        from = excluded[e].to;
    }
    range(from, to, trusted);
}

static void for_each_segment(mroots_range *range)
{
    for (size_t i = 0; i < segments.n; i++)
        mroots_without_excluded(segments.ranges[i].from,
                                segments.ranges[i].to, range);
}

void mroots_for_each_own_segment(void (*segment)(uintptr_t from,
                                                  uintptr_t to))
{
    for (size_t i = 0; i < segments.nfirst; i++)
        segment(segments.ranges[i].from, segments.ranges[i].to);
}

static void for_each_static_tls(mroots_range *range)
{
    for (struct mthread *t = mthread_first(); t; t = t->next) {
        uintptr_t from = t->thread_pointer - static_tls_bytes;
        uintptr_t to = t->thread_pointer + STRUCT_PTHREAD_BYTES;
        /* Other threads' blocks are part of their stacks. */
        if (t->gone || (!t->is_main && from >= t->stack &&
                        t->thread_pointer < t->stack_end))
            continue;
        range(from, to, false);
    }
}

size_t mroots_static_tls_bytes(void)
{
    return static_tls_bytes;
}

void mroots_for_each_of_threads(mroots_range *range)
{
    uintptr_t from, to;
    for_each_static_tls(range);
    if (mstack_left(&from, &to))
        range(from, to, false);
}

/* Where what the program takes with sbrk ends; 0: nowhere.  A sandbox may
 * refuse the question, and then there will be no more than libc knows of; if
 * it has not asked before, it takes the kernel's error for an address. */
static uintptr_t find_break(void)
{
    const uintptr_t errors = (uintptr_t)-4095;
    int saved = errno;
    uintptr_t end = (uintptr_t)rt_syscall(SYS_brk, NULL);
    if (end >= errors)
        end = (uintptr_t)sbrk(0);
    errno = saved;
    return end < errors ? end : 0;
}

/* Where a mapping begins by now.  Where /proc does not tell, page by page. */
static uintptr_t begin_of(const struct range *mapping)
{
    struct mstack_mapping now;
    uintptr_t from = mapping->from;
    if (!mapping->grows)
        return from;
    if (mstack_find_mapping(from, &now))
        return now.from;
    while (os_may_be_mapped(from - 1))
        from -= os_page_bytes();
    return from;
}

void mroots_for_each_lasting(mroots_range *range)
{
    rt_assert(mgc_phase() == MGC_MARKING || mgc_phase() == MGC_STOPPED);
    for_each_segment(range);
    uintptr_t break_end = find_break();
    if (break_end > break_start)
        range(break_start, break_end, false);
    for (size_t i = 0; i < mappings.n; i++)
        range(begin_of(&mappings.ranges[i]), mappings.ranges[i].to, false);
}

/* As far as its end. */
void mroots_for_each_of_environment(mroots_range *range)
{
    enum { ENTRIES = 512 };
    char *entries[ENTRIES];
    uintptr_t from = (uintptr_t)rt_load_relaxed(&environ), to = from;
    rt_assert(mgc_phase() == MGC_MARKING);
    for (size_t n = from ? ENTRIES : 0; n == ENTRIES;) {
        size_t got = mpeek_copy(entries, to, sizeof entries);
        for (n = 0; n < got / sizeof *entries && entries[n];)
            n++;
        to += n * sizeof *entries;
    }
    if (from < to)
        range(from, to, false);
}

void mroots_init(void)
{
    uintptr_t now = find_break();
    struct mstack_mapping mapping;
    break_start = now;
    /* The loader, or a static executable, may have put TLS there. */
    bool may = now && (rt_sandbox_is_inherited || os_may_be_mapped(now - 1));
    if (may && mstack_find_mapping(now - 1, &mapping) && mapping.writable)
        break_start = mapping.from;
    mroots_refresh();
}

void mroots_fork_child(void)
{
    rt_store_seq(&being_read, 0);
}
