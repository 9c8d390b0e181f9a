/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_modules.c - loaded objects with facts, and what their references are
 * bound to.
 *
 * Only objects with the driver's note have units (base/rt_decided.S): for
 * others nobody says that a name stands for its definition.  Such an object
 * may still export a function, and then it is that one which is called.
 *
 * [inv.decided]  Whoever could be called by its name with the address of a
 * local in its frame must be certain, for as long as both are loaded:
 *
 *   - An executable's references to its own functions are bound when it is
 *     linked; so are a library's to functions that are not among its dynamic
 *     symbols.
 *   - All others are the dynamic linker's.  Exactly one loaded object may
 *     export the name, and not as an old version.  What was loaded when the
 *     process began comes first in the order of every look-up and is never
 *     unloaded: that will be called, whenever it is bound.  A definition
 *     loaded later counts only for an object whose references were bound when
 *     it was loaded itself, which also keeps the definition from being
 *     unloaded.
 *   - What the driver would not vouch for, has no note: links in which
 *     references go elsewhere (tool/driver/decided.c).
 */
#include "rt_modules.h"

#include <elf.h>
#include <escc/facts.h>
#include <string.h>

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
static void find_entries(const struct dl_phdr_info *info, struct rt_module *m)
{
    size_t bytes;
    const char *note = rt_object_note(info, RT_NOTE_DECIDED, &bytes);
    int64_t offsets[2];
    rt_object_read(&m->object, info);
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

/* Whether units say which functions the object's code puts where: all of them
 * have been compiled by escc, and it has been linked by it.  The C library has
 * no objects of the program's with functions in them, but what its table says;
 * nor has a library that is apart.  [inv.slots] */
static bool is_stranger(const struct dl_phdr_info *info,
                        const struct rt_module *m, bool is_program)
{
    size_t bytes;
    bool covered = m->from &&
                   (rt_object_note(info, RT_NOTE_CLOSED, &bytes) ||
                       rt_object_note(info, RT_NOTE_REWRITTEN, &bytes));
    return !covered && (is_program || !(rt_object_is_system(&m->object) ||
                                        rt_object_is_apart(&m->object)));
}

static void found_stranger(struct rt_modules *d, const struct rt_module *m)
{
    const char *name = m->object.soname ? m->object.soname : m->object.name;
    const char *base = name ? strrchr(name, '/') : NULL;
    if (!d->facts.stranger)
        d->facts.stranger = base ? base + 1
            : name && *name ? name : "the program";
}

/* ---- names that an object takes from others ------------------------------ */

static size_t mask_for(size_t n)
{
    size_t mask = 15;
    while (mask < 2 * n)
        mask = mask * 2 + 1;
    return mask;
}

static void add_undefined(struct rt_module *m)
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

static bool is_undefined(const struct rt_module *m, uint64_t hash)
{
    size_t at = hash & m->undefined_mask;
    for (; m->undefined[at]; at = (at + 1) & m->undefined_mask)
        if (m->undefined[at] == hash)
            return true;
    return false;
}

/* ---- who is called ------------------------------------------------------- */

/* The only object that exports the name, or an enum rt_facts_why. */
static int exporter(const struct rt_modules *d, const char *name)
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
    const struct rt_modules *d = context;
    const struct rt_module *m = &d->modules[module];
    bool undefined = is_undefined(m, hash);
    if (undefined && has_own)
        return RT_FACTS_AMBIGUOUS;
    if (!undefined && (module == 0 || !rt_object_find(&m->object, name, 0)))
        return has_own ? (int)module : RT_FACTS_NOT_KNOWN;
    int found = exporter(d, name);
    if (found >= 0 &&
        (d->is_audited ||
         ((size_t)found >= d->ninitial && !d->binds_now &&
          !m->object.binds_now)))
        return RT_FACTS_LATE;
    return found;
}

/* ---- all objects --------------------------------------------------------- */

void rt_modules_count(struct rt_modules *d, const struct dl_phdr_info *info)
{
    struct rt_module m;
    struct entry entry;
    d->nmodules++;
    find_entries(info, &m);
    if (!m.from)
        return;
    d->nhashes += mask_for(rt_object_nsymbols(&m.object)) + 1;
    while (next_entry(info, &m.from, m.to, &entry)) {
        d->nunits++;
        d->nlocals += entry.locals;
    }
}

size_t rt_modules_bytes(const struct rt_modules *d)
{
    return d->nmodules * sizeof *d->modules +
           d->nunits * sizeof *d->facts.units +
           d->nhashes * sizeof *d->undefined;
}

void rt_modules_begin(struct rt_modules *d, void *memory)
{
    d->modules = memory;
    d->facts = (struct rt_facts){
        .units = (struct rt_facts_unit *)(d->modules + d->nmodules),
        .bind = bind, .context = d};
    d->undefined = (uint64_t *)(d->facts.units + d->nunits);
    d->nmodules = 0;
}

void rt_modules_add(struct rt_modules *d, const struct dl_phdr_info *info)
{
    struct rt_module *m = &d->modules[d->nmodules];
    struct entry entry;
    find_entries(info, m);
    if (m->from) {
        m->undefined = d->undefined;
        m->undefined_mask = mask_for(rt_object_nsymbols(&m->object));
        d->undefined += m->undefined_mask + 1;
        add_undefined(m);
    }
    const uintptr_t *at = m->from;
    while (m->from && next_entry(info, &at, m->to, &entry))
        d->facts.units[d->facts.nunits++] = (struct rt_facts_unit){
            .words = entry.words, .words_end = entry.words_end,
            .at_load = entry.at_load, .module = (unsigned)d->nmodules};
    if (at != m->to || is_stranger(info, m, !d->nmodules))
        found_stranger(d, m);
    d->nmodules++;
}
