/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcmachine.c - what the process may have of the machine, and has.
 *
 * Processors: those of its affinity mask, or fewer if the container's share
 * of processor time is smaller (base/mcgroup.c).
 *
 * The memory limit is the user's (ESCC_MEMLIMIT), or the container's if the
 * user says nothing.  Other runtimes differ here: Go and C have none, Java
 * and .NET size their heaps by the container.  Ours is like GOMEMLIMIT, soft:
 * it makes no allocation fail and takes no more than half of the time, so a
 * program that fits loses nothing, and one that does not would be killed.
 * Where there is no container nothing changes.
 *
 * What counts against it is what the process has of the machine's memory,
 * as /proc and `top` show it (RSS): the heap, the runtime's tables, stacks,
 * mappings, code.  Memory that other processes of the container have is not
 * seen, nor is what the kernel has on behalf of them all; that is why a
 * container's limit is not used up (CONTAINER_PERCENT).
 *
 * And whether a filter of system calls leaves what a collection needs.
 */
#include "mgcmachine.h"

#include "base/mcgroup.h"
#include "base/os.h"
#include "base/rt_atomic.h"
#include "base/rt_options.h"
#include "base/rt_print.h"
#include "base/rt_sandbox.h"
#include "base/rt_syscall.h"
#include "heap/mheap.h"
#include "thread/mthread.h"

#include <sched.h>
#include <sys/sysinfo.h>

/* What is taken of a container's limit if nobody says how much.  The rest is
 * for page tables, buffers of sockets, and files in use: what users of Go
 * settled on (automemlimit). */
enum { CONTAINER_PERCENT = 90 };

/* Resident pages of the heap end so far below the limit: what may be touched
 * between two looks at them. */
#define SLACK_BYTES ((uint64_t)512 * 1024)

static struct mcgroup_limits container = {MCGROUP_NONE, MCGROUP_NONE};
static uint64_t first_resident; /* bytes besides the heap, at first */

static uint64_t subtract(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

unsigned mgcmachine_processors(void)
{
    cpu_set_t set;
    if (rt_options.procs > 0)
        return (unsigned)rt_options.procs;
    unsigned n = 1;
    CPU_ZERO(&set);
    if (rt_syscall(SYS_sched_getaffinity, 0, sizeof set, &set) > 0)
        n = (unsigned)CPU_COUNT(&set);
    return container.processors < n ? (unsigned)container.processors : n;
}

/* The machine's memory, as the kernel of this process tells it. */
static uint64_t machine_bytes(void)
{
    struct sysinfo info;
    if (rt_syscall(SYS_sysinfo, &info) != 0)
        return MGCPACER_NEVER;
    return (uint64_t)info.totalram * info.mem_unit;
}

uint64_t mgcmachine_memory_limit(void)
{
    const struct rt_amount *amount = &rt_options.memory_limit;
    uint64_t machine = machine_bytes();
    bool is_contained = container.memory < machine;
    uint64_t all = is_contained ? container.memory : machine;
    switch (amount->kind) {
    case RT_AMOUNT_BYTES:
        return amount->n;
    case RT_AMOUNT_PERCENT:
        return all == MGCPACER_NEVER ? all : all / 100 * amount->n;
    case RT_AMOUNT_AUTO:
        return is_contained ? all / 100 * CONTAINER_PERCENT : MGCPACER_NEVER;
    default:
        return MGCPACER_NEVER;
    }
}

/* Free slots of spans: at the end of a collection, before the sweep, all that
 * can be filled are, and what is left is lost to the program's mix of sizes.
 * Later most of the slots that are free will be filled again. */
static void note_slots(struct mgcpacer_memory *memory, bool at_end,
                       uint64_t span_bytes)
{
    static uint64_t lost;       /* under the collection lock */
    if (at_end)
        lost = subtract(span_bytes, memory->heap_used);
    else if (span_bytes > memory->heap_used + lost)
        memory->heap_used = span_bytes - lost;
}

static struct mgcpacer_memory look(bool at_end)
{
    struct mgcpacer_memory memory;
    struct mheap_stats heap;
    mheap_read_stats(&heap);
    uint64_t span_bytes = heap.span_pages * PAGE_BYTES;
    uint64_t resident = heap.resident_pages * PAGE_BYTES;
    /* Pages that were handed out and not yet touched count: they will be. */
    uint64_t least = first_resident + heap.metadata_bytes + resident;
    uint64_t used = os_resident_bytes();
    memory.used = used > least ? used : least;
    memory.heap_free = subtract(resident, span_bytes);
    memory.heap_used = subtract(heap.counts.alloc_bytes,
                                heap.counts.free_bytes +
                                    heap.counts.foreign_bytes);
    note_slots(&memory, at_end,
               subtract(span_bytes, heap.counts.foreign_bytes));
    return memory;
}

/* Tells the heap how much of it may be resident below the limit; true if it
 * gave memory back for that. */
static bool bound_heap(uint64_t limit, uint64_t used)
{
    size_t pages = rt_load_relaxed(&mheap.stats.resident_pages);
    uint64_t outside = subtract(used, (uint64_t)pages * PAGE_BYTES);
    uint64_t bytes = subtract(limit, outside + SLACK_BYTES);
    mheap_bound((size_t)(bytes / PAGE_BYTES));
    return rt_load_relaxed(&mheap.stats.resident_pages) < pages;
}

struct mgcpacer_memory mgcmachine_measure(uint64_t limit, bool at_end)
{
    if (limit == MGCPACER_NEVER) {
        mheap_bound(SIZE_MAX);
        return (struct mgcpacer_memory){0};
    }
    struct mgcpacer_memory memory = look(at_end);
    return bound_heap(limit, memory.used) ? look(at_end) : memory;
}

void mgcmachine_learn(void)
{
    int kind = rt_options.memory_limit.kind;
    if (kind == RT_AMOUNT_AUTO || kind == RT_AMOUNT_PERCENT ||
        rt_options.procs == 0)
        mcgroup_read(rt_options.cgroup.path, &container);
    first_resident = subtract(os_resident_bytes(),
                              mheap.stats.resident_pages * PAGE_BYTES);
}

bool mgcmachine_is_locked_in(void)
{
    static uint32_t told;
    bool reads = rt_sandbox_allows_any(SYS_process_vm_readv) ||
                 rt_sandbox_allows_any(SYS_rt_sigprocmask);
    bool stops = mthread_count() < 2 || rt_sandbox_lets_stop();
    if ((!reads || !stops) && rt_cas(&told, 0, 1))
        rt_print("escc: a filter forbids system calls that a collection "
                 "needs: memory is not collected\n");
    return !reads || !stops;
}
