/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mdecide.c - decides where locals live, for the process as it was loaded.
 *
 * A unit says which parameters its functions keep if others keep theirs, and
 * has a decision byte for each of its locals that moves only for such a reason
 * (escc/facts.h).  Here the facts of all loaded objects are put together
 * (base/rt_facts.c solves them), and the bytes of those locals whose addresses
 * nobody keeps are set to 0.  Before, and where nothing is known, they are 1:
 * the local is on the heap.
 *
 * This happens when the first constructor of an object with such bytes runs,
 * and again when one runs and something has been loaded meanwhile
 * (base/rt_decided.S).  At that time what is loaded is relocated.  Objects of
 * which the driver did not say where their bytes are have no part.
 *
 * [inv.decided]  A byte is only ever set to 0.  Code reads it once for each
 * local, and whoever could be called by then with its address is bound for as
 * long as both are loaded:
 *
 *   - An executable's references to its own functions are bound when it is
 *     linked; so are a library's to functions that are not among its dynamic
 *     symbols.
 *   - All others are the dynamic linker's.  Exactly one loaded object may
 *     export the name, and not as an old version.  What was loaded when the
 *     process began comes first in the order of every look-up and is never
 *     unloaded: that will be called, whenever it is bound.  A definition
 *     loaded later counts only for an object that was bound when it was loaded
 *     itself, and that keeps it from being unloaded.
 *   - What the driver would not vouch for, has no note: links in which
 *     references go elsewhere (tool/driver/decided.c).
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
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_export.h"
#include "base/rt_facts.h"
#include "base/rt_object.h"
#include "base/rt_options.h"
#include "base/rt_print.h"
#include "base/rt_process.h"
#include "base/rt_tls.h"
#include "thread/mthread.h"

#include <elf.h>
#include <escc/facts.h>
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

/* A loaded object. */
struct module {
    struct rt_object object;
    const uintptr_t *from, *to; /* its entries; NULL: none */
    uint64_t *undefined;        /* hashes of names that it takes from others */
    size_t undefined_mask;
};

/* All that is decided at one time. */
struct deciding {
    struct module *modules;
    size_t nmodules;
    uint64_t *undefined;        /* room for the modules' */
    struct rt_facts facts;
    /* How much there is, before there is room for it. */
    size_t units, locals, hashes;
    bool binds_now;             /* all objects: by the environment */
    bool is_audited;
};

/* ---- entries ------------------------------------------------------------- */

/* The entries of a module: those of its units, and words that are 0. */
struct entry {
    const uint32_t *words;      /* up to the end of their segment */
    const uint32_t *words_end;
    volatile unsigned char *at_load;
    uint32_t locals;
};

/* What is behind `at` in its segment; NULL: it is in none. */
static const uint32_t *end_of_segment(const struct dl_phdr_info *info,
                                      uintptr_t at)
{
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *h = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + h->p_vaddr;
        if (h->p_type == PT_LOAD && h->p_flags & PF_R && at >= start &&
            at - start < h->p_filesz)
            return (const uint32_t *)
                ((start + h->p_filesz) & ~(uintptr_t)3);
    }
    return NULL;
}

/* Steps over the next entry; false: there is none.  An entry that does not
 * lead to facts is the last one: how long it is nobody knows. */
static bool next_entry(const struct dl_phdr_info *info,
                       const uintptr_t **from, const uintptr_t *to,
                       struct entry *entry)
{
    while (*from < to && !**from)
        ++*from;
    if (*from >= to || **from % sizeof(uint32_t))
        return false;
    struct rt_facts_unit unit = {.words = (const uint32_t *)**from};
    unit.words_end = end_of_segment(info, **from);
    if (!unit.words_end || unit.words_end < unit.words ||
        !rt_facts_has_head(&unit))
        return false;
    entry->words = unit.words;
    entry->words_end = unit.words_end;
    entry->at_load = (unsigned char *)(*from + 1);
    entry->locals = rt_facts_nlocals(&unit);
    size_t bytes = ESCC_DECIDED_BYTES(entry->locals);
    if (bytes > (size_t)((const char *)to - (const char *)*from))
        return false;
    *from += bytes / sizeof **from;
    return true;
}

/* Where the driver's note says that the entries are. */
static void find_entries(const struct dl_phdr_info *info, struct module *m)
{
    size_t bytes;
    const char *note = rt_object_note(info, RT_NOTE_DECIDED, &bytes);
    int64_t offsets[2];
    m->from = m->to = NULL;
    if (!note || bytes < sizeof offsets)
        return;
    memcpy(offsets, note, sizeof offsets);
    uintptr_t from = (uintptr_t)note + (uintptr_t)offsets[0];
    uintptr_t to = (uintptr_t)note + sizeof *offsets +
                   (uintptr_t)offsets[1];
    if (from % sizeof *m->from || from < m->object.from || from > to ||
        to > m->object.to)
        return;
    m->from = (const uintptr_t *)from;
    m->to = (const uintptr_t *)(to - to % sizeof *m->to);
}

/* ---- names that an object takes from others ------------------------------ */

static size_t mask_for(size_t n)
{
    size_t mask = 15;
    while (mask < 2 * n)
        mask = mask * 2 + 1;
    return mask;
}

static void add_undefined(struct module *m)
{
    const struct rt_object *o = &m->object;
    size_t n = rt_object_nsymbols(o);
    for (size_t i = 1; i < n; i++) {
        const ElfW(Sym) *symbol = &o->symbols[i];
        if (symbol->st_shndx != SHN_UNDEF || !symbol->st_name ||
            symbol->st_name >= o->string_bytes)
            continue;
        uint64_t hash = escc_facts_hash(o->strings + symbol->st_name);
        size_t at = hash & m->undefined_mask;
        while (m->undefined[at])
            at = (at + 1) & m->undefined_mask;
        m->undefined[at] = hash;
    }
}

static bool is_undefined(const struct module *m, uint64_t hash)
{
    size_t at = hash & m->undefined_mask;
    for (; m->undefined[at]; at = (at + 1) & m->undefined_mask)
        if (m->undefined[at] == hash)
            return true;
    return false;
}

/* ---- who is called ------------------------------------------------------- */

/* The only object that exports the name, or an enum rt_facts_why. */
static int exporter(const struct deciding *d, const char *name)
{
    int found = RT_FACTS_NOT_KNOWN;
    for (size_t i = 0; i < d->nmodules; i++) {
        const struct rt_object *o = &d->modules[i].object;
        uint32_t at = rt_object_find(o, name, 0);
        if (!at)
            continue;
        const ElfW(Sym) *symbol = &o->symbols[at];
        bool is_old = o->versions && o->versions[at] & 0x8000;
        if (found >= 0 || is_old || rt_object_find(o, name, at) ||
            ELF64_ST_TYPE(symbol->st_info) != STT_FUNC ||
            ELF64_ST_BIND(symbol->st_info) != STB_GLOBAL)
            return RT_FACTS_AMBIGUOUS;
        found = (int)i;
    }
    return found;
}

/* [inv.decided] */
static int bind(void *context, unsigned module, const char *name,
                uint64_t hash, bool has_own)
{
    const struct deciding *d = context;
    const struct module *m = &d->modules[module];
    bool undefined = is_undefined(m, hash);
    if (undefined && has_own)
        return RT_FACTS_AMBIGUOUS;
    if (!undefined && (module == 0 || !rt_object_find(&m->object, name, 0)))
        return has_own ? (int)module : RT_FACTS_NOT_KNOWN;
    int found = exporter(d, name);
    if (found >= 0 &&
        (d->is_audited ||
         ((size_t)found >= ninitial && !d->binds_now &&
          !m->object.binds_now)))
        return RT_FACTS_LATE;
    return found;
}

/* ---- all objects --------------------------------------------------------- */

static int count_object(struct dl_phdr_info *info, size_t size,
                        void *argument)
{
    struct deciding *d = argument;
    struct module m;
    struct entry entry;
    (void)size;
    d->nmodules++;
    rt_object_read(&m.object, info);
    find_entries(info, &m);
    if (!m.from)
        return 0;
    d->hashes += mask_for(rt_object_nsymbols(&m.object)) + 1;
    while (next_entry(info, &m.from, m.to, &entry)) {
        d->units++;
        d->locals += entry.locals;
    }
    return 0;
}

static int read_object(struct dl_phdr_info *info, size_t size, void *argument)
{
    struct deciding *d = argument;
    struct module *m = &d->modules[d->nmodules];
    struct entry entry;
    (void)size;
    rt_object_read(&m->object, info);
    find_entries(info, m);
    if (m->from) {
        m->undefined = d->undefined;
        m->undefined_mask = mask_for(rt_object_nsymbols(&m->object));
        d->undefined += m->undefined_mask + 1;
        add_undefined(m);
    }
    for (const uintptr_t *at = m->from;
         m->from && next_entry(info, &at, m->to, &entry);)
        d->facts.units[d->facts.nunits++] = (struct rt_facts_unit){
            .words = entry.words, .words_end = entry.words_end,
            .at_load = entry.at_load, .module = (unsigned)d->nmodules};
    d->nmodules++;
    return 0;
}

/* ---- the decision -------------------------------------------------------- */

struct tally {
    size_t frames, heap, units, modules;
};

static void decide_unit(const struct rt_facts *f,
                        const struct rt_facts_unit *u, struct tally *tally)
{
    char line[512];
    uint32_t n = rt_facts_nlocals(u);
    for (uint32_t i = 0; i < n; i++) {
        bool frame = rt_facts_is_frame(f, u, i);
        /* What was decided stays [inv.decided]. */
        if (frame && rt_load_relaxed(&u->at_load[i]))
            rt_store_relaxed(&u->at_load[i], 0);
        tally->frames += !rt_load_relaxed(&u->at_load[i]);
        tally->heap += rt_load_relaxed(&u->at_load[i]) != 0;
        if (rt_options.decisions) {
            rt_facts_describe(f, u, i, line, sizeof line);
            rt_print("%s\n", line);
        }
    }
}

static void decide_all(const struct deciding *d, struct tally *tally)
{
    const struct rt_facts *f = &d->facts;
    for (size_t i = 0; i < f->nunits; i++) {
        const struct rt_facts_unit *u = &f->units[i];
        tally->units += u->is_known;
        tally->modules += !i || u->module != u[-1].module;
        decide_unit(f, u, tally);
    }
}

/* Zeroed, to be given back. */
static void *map(size_t bytes)
{
    void *memory = os_reserve(bytes, os_page_bytes(), false);
    if (memory && os_commit(memory, bytes))
        return memory;
    if (memory)
        os_release(memory, bytes);
    return NULL;
}

static void read_environment(struct deciding *d)
{
    for (char **e = environ; e && *e; e++) {
        d->binds_now |= strncmp(*e, "LD_BIND_NOW=", 12) == 0 && (*e)[12];
        d->is_audited |= strncmp(*e, "LD_AUDIT=", 9) == 0 && (*e)[9];
    }
}

/* Without memory everything stays where it is. */
static void solve(struct deciding *d, struct tally *tally)
{
    struct rt_facts *f = &d->facts;
    size_t page = os_page_bytes();
    size_t bytes = d->nmodules * sizeof *d->modules +
                   d->units * sizeof *f->units + d->hashes * sizeof(uint64_t);
    bytes = (bytes + page - 1) & ~(page - 1);
    char *memory = map(bytes);
    if (!memory)
        return;
    d->modules = (struct module *)memory;
    f->units = (struct rt_facts_unit *)(d->modules + d->nmodules);
    d->undefined = (uint64_t *)(f->units + d->units);
    d->nmodules = 0;
    dl_iterate_phdr(read_object, d);
    rt_assert(f->nunits == d->units);
    f->bind = bind;
    f->context = d;
    size_t more = (rt_facts_begin(f) + page - 1) & ~(page - 1);
    void *work = map(more);
    if (work) {
        rt_facts_solve(f, work);
        decide_all(d, tally);
        os_release(work, more);
    }
    os_release(memory, bytes);
}

static uint64_t microseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* For the first object; the list does not change before it returns. */
static int decide_with_list(struct dl_phdr_info *info, size_t size,
                            void *argument)
{
    struct deciding d = {.modules = NULL};
    struct tally tally = {0};
    (void)argument;
    bool counts = size >= offsetof(struct dl_phdr_info, dlpi_adds) +
                              sizeof info->dlpi_adds;
    if (counts && info->dlpi_adds == decided_at)
        return 1;
    decided_at = counts ? info->dlpi_adds : 0;
    uint64_t start = microseconds();
    dl_iterate_phdr(count_object, &d);
    if (d.locals) {
        read_environment(&d);
        solve(&d, &tally);
    }
    if (rt_options.decisions)
        rt_print("decisions: %zu in frames, %zu on the heap; %zu objects, "
                 "%zu units, %lu us\n", tally.frames, tally.heap,
                 tally.modules, tally.units,
                 (unsigned long)(microseconds() - start));
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
