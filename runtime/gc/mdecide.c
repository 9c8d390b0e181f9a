/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mdecide.c - decides where locals live, for the process as it was loaded.
 *
 * A unit says which parameters its functions keep if others keep theirs, and
 * has a decision byte for each of its locals that moves only for such a reason
 * (escc/facts.h).  Here the facts of all loaded objects are put together
 * (base/rt_modules.c) and solved (base/rt_facts.c), and the bytes of those
 * locals whose addresses nobody keeps are set to 0.  Before, and where nothing
 * is known, the local is on the heap.
 *
 * This happens when the first constructor of an object with such bytes runs,
 * and again when one runs, or dlopen has returned, and something has been
 * loaded meanwhile (base/rt_decided.S).  At that time what is loaded is
 * relocated.
 *
 * Code reads a byte once for each local.  What is called by its name with the
 * local's address stays [inv.decided]; but what was loaded may put functions of
 * its own where the program calls them through pointers [inv.slots].  Then the
 * byte is set back: locals that are made from then on are on the heap.
 *
 * [inv.decided.initial]  dlopen allocates before it adds to the list of
 * objects.  So the objects that are in the list when the runtime starts are
 * those that the process began with, and they stay the first of it.
 *
 * Locks: the dynamic linker's, around all of it, so that two threads do not
 * decide at once and nothing is unloaded; the calling thread is BLOCKED and
 * touches no object of the heap.  Memory is mapped and given back.
 */
#include "mdecide.h"

#include "base/os.h"
#include "base/rt_atomic.h"
#include "base/rt_export.h"
#include "base/rt_modules.h"
#include "base/rt_options.h"
#include "base/rt_print.h"
#include "base/rt_process.h"
#include "base/rt_syscall.h"
#include "base/rt_tls.h"
#include "thread/mthread.h"

#include <escc/rt.h>

#include <errno.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

extern char **environ;

/* Objects that the process began with. */
static size_t ninitial;
/* The linker's count of all objects ever loaded when it was last decided. */
static unsigned long long decided_at;

/* ---- all objects --------------------------------------------------------- */

static int count_object(struct dl_phdr_info *info, size_t size,
                        void *argument)
{
    (void)size;
    rt_modules_count(argument, info);
    return 0;
}

static int add_object(struct dl_phdr_info *info, size_t size, void *argument)
{
    (void)size;
    rt_modules_add(argument, info);
    return 0;
}

/* ---- the decision -------------------------------------------------------- */

struct tally {
    size_t frames, heap, units, modules;
    uint64_t microseconds;      /* without what is printed */
};

/* What is said of a local that is on the heap is said once: to the code every
 * other value than 0 is as good as the first one. */
enum { AT_LOAD_FRAME, AT_LOAD_HEAP, AT_LOAD_TOLD };

static void decide_local(const struct rt_facts *f,
                         const struct rt_facts_unit *u, uint32_t i)
{
    char line[512];
    unsigned was = rt_load_relaxed(&u->at_load[i]);
    bool frame = rt_facts_is_frame(f, u, i);
    if (frame != (was == AT_LOAD_FRAME))
        rt_store_relaxed(&u->at_load[i], frame ? AT_LOAD_FRAME
                                               : AT_LOAD_HEAP);
    if (!rt_options.decisions || (frame && was == AT_LOAD_FRAME) ||
        (!frame && was == AT_LOAD_TOLD))
        return;
    rt_facts_describe(f, u, i, line, sizeof line);
    rt_print("%s\n", line);
    if (!frame)
        rt_store_relaxed(&u->at_load[i], AT_LOAD_TOLD);
}

static void decide_unit(const struct rt_facts *f,
                        const struct rt_facts_unit *u, struct tally *tally)
{
    uint32_t n = rt_facts_nlocals(u);
    for (uint32_t i = 0; i < n; i++) {
        decide_local(f, u, i);
        bool frame = !rt_load_relaxed(&u->at_load[i]);
        tally->frames += frame;
        tally->heap += !frame;
    }
}

static void decide_all(const struct rt_facts *f, struct tally *tally)
{
    for (size_t i = 0; i < f->nunits; i++) {
        const struct rt_facts_unit *u = &f->units[i];
        tally->units += u->is_known;
        tally->modules += !i || u->module != u[-1].module;
        decide_unit(f, u, tally);
    }
}

static void read_environment(struct rt_modules *modules)
{
    for (char **e = environ; e && *e; e++) {
        modules->binds_now |= strncmp(*e, "LD_BIND_NOW=", 12) == 0 &&
                              (*e)[12];
        modules->is_audited |= strncmp(*e, "LD_AUDIT=", 9) == 0 && (*e)[9];
    }
}

static uint64_t microseconds(void)
{
    struct timespec t;
    rt_syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* One after the other, each as large as the one before says. */
struct areas {
    void *memory[3];
    size_t bytes[3], n;
};

/* Of which `sparse`, at the end, is hardly touched. */
static void *map_area(struct areas *a, size_t bytes, size_t sparse)
{
    size_t page = os_page_bytes();
    size_t present = (bytes - sparse + page - 1) & ~(page - 1);
    bytes = (bytes + page - 1) & ~(page - 1);
    void *memory = os_map_present(bytes, present);
    if (memory) {
        a->memory[a->n] = memory;
        a->bytes[a->n++] = bytes;
    }
    return memory;
}

static bool solve_in(struct areas *a, struct rt_modules *modules)
{
    struct rt_facts *f = &modules->facts;
    void *memory = map_area(a, rt_modules_bytes(modules), 0);
    if (!memory)
        return false;
    rt_modules_begin(modules, memory);
    dl_iterate_phdr(add_object, modules);
    size_t bytes = rt_facts_begin(f);
    memory = map_area(a, bytes, rt_facts_sparse_bytes(f));
    if (!memory)
        return false;
    memory = map_area(a, rt_facts_join(f, memory), 0);
    if (memory)
        rt_facts_solve(f, memory);
    return memory;
}

/* Without memory everything stays where it is. */
static void solve(struct rt_modules *modules, uint64_t start,
                  struct tally *tally)
{
    struct areas areas = {.n = 0};
    if (solve_in(&areas, modules)) {
        tally->microseconds = microseconds() - start;
        decide_all(&modules->facts, tally);
    }
    while (areas.n--)
        os_release(areas.memory[areas.n], areas.bytes[areas.n]);
}

/* For the first object; the list does not change before it returns. */
static int decide_with_list(struct dl_phdr_info *info, size_t size,
                            void *argument)
{
    struct rt_modules modules = {.ninitial = ninitial};
    struct tally tally = {0};
    (void)argument;
    bool counts = size >= offsetof(struct dl_phdr_info, dlpi_adds) +
                              sizeof info->dlpi_adds;
    if (counts && info->dlpi_adds == decided_at)
        return 1;
    decided_at = counts ? info->dlpi_adds : 0;
    uint64_t start = microseconds();
    dl_iterate_phdr(count_object, &modules);
    if (modules.nlocals) {
        read_environment(&modules);
        solve(&modules, start, &tally);
    }
    if (rt_options.decisions)
        rt_print("decisions: %zu in frames, %zu on the heap; %zu objects, "
                 "%zu units, %lu us\n", tally.frames, tally.heap,
                 tally.modules, tally.units,
                 (unsigned long)tally.microseconds);
    return 1;
}

/* Asked for by the constructors of objects with decisions
 * (base/rt_decided.S). */
RT_EXPORT void __escc_decide(void);
RT_EXPORT void __escc_decide(void)
{
    rt_enter();
    rt_init();
    if (!rt_is_guest()) {
        bool blocked = __escc_tls.thread && mthread_block_begin();
        dl_iterate_phdr(decide_with_list, NULL);
        if (blocked)
            mthread_block_end();
    }
    rt_leave();
}

/* What the program's calls of dlopen tell (tool/rewrite/edit/rw_dlsym.c). */
RT_EXPORT void __escc_opened(const void *library)
{
    int saved = errno;
    if (library)
        __escc_decide();
    errno = saved;
}

/* ---- start-up ------------------------------------------------------------ */

static int count_initial(struct dl_phdr_info *info, size_t size,
                         void *argument)
{
    size_t *n = argument;
    (void)info;
    (void)size;
    ++*n;
    return 0;
}

/* [inv.decided.initial] */
void mdecide_init(void)
{
    size_t n = 0;
    dl_iterate_phdr(count_initial, &n);
    ninitial = n;
}
