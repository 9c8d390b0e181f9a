/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mworld.c - whether all code of the process has barriers.
 *
 * [inv.world]  A process is closed if
 *
 *   - the executable and every other loaded object is closed or the system's.
 *     Closed: it has the note that escc gives to links in which everything has
 *     barriers (tool/driver/closed.c, base/rt_closed.S).  The system's: the C
 *     library, its parts and the compiler's library, by their sonames.  Of its
 *     loadable modules those that only convert or look up text;
 *   - each symbol that a closed object takes from elsewhere is another closed
 *     object's, or on the list of what is known to be harmless
 *     (made of libc.tags and gc/mworld.names when the runtime is built).  Which
 *     functions of the library are harmful, the rewriter knows as well
 *     (tool/rewrite/edit/rw_world.c): here also those are found that no table
 *     has;
 *   - the process's malloc is ours.
 *
 * What the system's code does with the program's pointers is then known.  It
 * stores them in the program's memory only where the caller shades them behind
 * the call; what it keeps is in its own segments, in thread control blocks, or
 * in blocks that it allocates, which are foreign.  The runtime's own globals
 * hold addresses of foreign blocks only.
 *
 * The executable has variables of the library (environ, stdout, optarg): the
 * linker copied them, with relocations that say so.
 *
 * The list is read where no lock of the runtime is held, and is compared
 * before it is used [inv.objects].  Two copies: one is read while the other one
 * says what is so.
 */
#include "mworld.h"

#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_export.h"
#include "base/rt_fatal.h"
#include "base/rt_object.h"
#include "base/rt_process.h"
#include "base/rt_tls.h"
#include "mworld_names.h"
#include "thread/mwake.h"

#include <escc/rt.h>

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    FIRST_ROOM = 64,
    REASON_BYTES = 160
};

enum sort { SORT_CLOSED, SORT_SYSTEM, SORT_FOREIGN };

struct object {
    enum sort sort;
    struct rt_object loaded;
};

/* Writable memory that no closed object's code writes alone. */
struct range {
    uintptr_t from, to;
};

struct world {
    struct object *objects;     /* valid while the list is */
    size_t nobjects, objects_room;
    struct range *ranges;
    size_t nranges, ranges_room;
    struct mworld_code *code;   /* of libraries without barriers */
    size_t ncode, code_room;
    bool closed;
    bool closed_without;        /* if these had no code */
    bool hides_faults;          /* closed objects call what may */
    char reason[REASON_BYTES];
};

static struct world worlds[2] = {
    {.reason = "the list of objects has not been read"}
};
/* One of them; the other one is being read. */
static struct world *current = &worlds[0];

/* For good: the program has a function of the library's that may do harm, by a
 * name that it computed.  Atomic. */
static uint32_t found_harmful;

static struct world *reading(void)
{
    return current == &worlds[0] ? &worlds[1] : &worlds[0];
}

/* Room for one more.  Superseded storage is not given back: sizes double. */
static void *with_room(void *items, size_t n, size_t *room, size_t bytes)
{
    if (n < *room)
        return items;
    size_t more = *room ? *room * 2 : FIRST_ROOM;
    void *larger = os_alloc(more * bytes);
    if (!larger)
        rt_fatal("no memory for the table of objects (%zu)", more);
    if (n)
        memcpy(larger, items, n * bytes);
    *room = more;
    return larger;
}

static void add_range(struct world *w, uintptr_t from, uintptr_t to)
{
    w->ranges = with_room(w->ranges, w->nranges, &w->ranges_room,
                          sizeof *w->ranges);
    w->ranges[w->nranges++] = (struct range){from, to};
}

static char *append(char *to, const char *end, const char *text)
{
    size_t bytes = strnlen(text, (size_t)(end - to));
    memcpy(to, text, bytes);
    return to + bytes;
}

static void add_code(struct world *w, const struct rt_object *o,
                     const ElfW(Phdr) *h)
{
    uintptr_t start = o->base + h->p_vaddr;
    w->code = with_room(w->code, w->ncode, &w->code_room, sizeof *w->code);
    w->code[w->ncode++] = (struct mworld_code){
        .from = start, .to = start + h->p_memsz, .name = o->name,
        .number = w->nobjects, .offset = h->p_offset,
        .is_writable = h->p_flags & PF_W};
}

/* Keeps the first reason.  `library`: it is one for the code of libraries
 * alone. */
static void open_for(struct world *w, bool library, const char *before,
                     const char *name, const char *after)
{
    const char *end = w->reason + sizeof w->reason - 1;
    if (!library)
        w->closed_without = false;
    if (!w->closed)
        return;
    char *to = append(w->reason, end, before);
    to = append(append(to, end, name), end, after);
    *to = 0;
    w->closed = false;
}

/* ---- what an object says of itself --------------------------------------- */

void mworld_begin(void)
{
    struct world *w = reading();
    w->nobjects = 0;
    w->nranges = w->ncode = 0;
    w->closed = w->closed_without = true;
    w->hides_faults = false;
    w->reason[0] = 0;
}

void mworld_read_object(const struct dl_phdr_info *info)
{
    struct world *w = reading();
    struct object o;
    size_t bytes;
    rt_object_read(&o.loaded, info);
    bool closed = rt_object_note(info, RT_NOTE_CLOSED, &bytes);
    o.sort = closed && o.loaded.symbols ? SORT_CLOSED
        : w->nobjects && rt_object_is_system(&o.loaded) ? SORT_SYSTEM
                                                        : SORT_FOREIGN;
    for (int i = 0; o.sort != SORT_CLOSED && i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *h = &info->dlpi_phdr[i];
        uintptr_t start = o.loaded.base + h->p_vaddr;
        if (h->p_type == PT_LOAD && h->p_flags & PF_W)
            add_range(w, start, start + h->p_memsz);
        if (h->p_type == PT_LOAD && h->p_flags & PF_X && w->nobjects &&
            o.sort == SORT_FOREIGN)
            add_code(w, &o.loaded, h);
    }
    w->objects = with_room(w->objects, w->nobjects, &w->objects_room,
                           sizeof *w->objects);
    w->objects[w->nobjects++] = o;
}

/* ---- symbols ------------------------------------------------------------- */

/* Names of the library, sorted (made by cmake/EsccWorldNames.cmake). */
struct list {
    const char *text;
    const unsigned short *at;   /* where each begins */
    size_t count;
};

#define LIST(name) {name, name##_at, sizeof name##_at / sizeof *name##_at}
static const struct list harmless = LIST(mworld_names);
static const struct list storing = LIST(mworld_storing);

/* The name, or nothing behind it, is on the list. */
static bool is_on(const struct list *list, const char *name, size_t bytes)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *other = list->text + list->at[middle];
        int order = strncmp(name, other, bytes);
        if (order == 0)
            order = other[bytes] ? -1 : 0;
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

static bool begins(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

/* The same under other names: __X_chk does what X does, X64 too. */
static bool is_listed(const struct list *list, const char *name)
{
    size_t bytes = strlen(name);
    if (is_on(list, name, bytes))
        return true;
    if (bytes > 6 && begins(name, "__") &&
        strcmp(name + bytes - 4, "_chk") == 0)
        return is_on(list, name + 2, bytes - 6);
    return bytes > 2 && strcmp(name + bytes - 2, "64") == 0 &&
        is_on(list, name, bytes - 2);
}

/* Vector functions of libm compute. */
static bool is_harmless(const char *name)
{
    return is_listed(&harmless, name) || begins(name, "__escc_") ||
        begins(name, "escc_") || begins(name, "_ZGV");
}

static bool is_of(const struct world *w, enum sort sort, const char *name)
{
    for (size_t i = 0; i < w->nobjects; i++)
        if (w->objects[i].sort == sort &&
            rt_object_find(&w->objects[i].loaded, name, 0))
            return true;
    return false;
}

/* Functions of the C library by which a fault comes to nobody who waits for one
 * (msleep.c), and that the runtime does not replace. */
static bool hides_faults(const char *name)
{
    static const char *const names[] = {
        "sigblock", "sigsetmask", "sighold", "sigpause", "__sigpause",
        "__xpg_sigpause", "ptrace"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void check_symbol(struct world *w, const char *name)
{
    w->hides_faults |= hides_faults(name);
    if (!is_harmless(name) && !is_of(w, SORT_CLOSED, name))
        open_for(w, is_of(w, SORT_FOREIGN, name) &&
                        !is_of(w, SORT_SYSTEM, name),
                 "of ", name, " it is not known what it stores");
}

static void check_symbols(struct world *w, const struct object *o)
{
    const struct rt_object *d = &o->loaded;
    size_t n = rt_object_nsymbols(d);
    if (!n || !d->strings)
        open_for(w, false, "the symbols of ", o->loaded.name,
                 " cannot be read");
    for (size_t i = 1; w->closed_without && i < n; i++) {
        const ElfW(Sym) *symbol = &d->symbols[i];
        if (symbol->st_shndx != SHN_UNDEF || !symbol->st_name)
            continue;
        if (symbol->st_name >= d->string_bytes) {
            open_for(w, false, "the symbols of ", o->loaded.name,
                     " cannot be read");
            return;
        }
        check_symbol(w, d->strings + symbol->st_name);
    }
}

/* The library's variables in a closed object. */
static void add_copies(struct world *w, const struct object *o)
{
    const struct rt_object *d = &o->loaded;
    for (size_t i = d->nrelative; i < d->nrelocations; i++) {
        const ElfW(Rela) *r = &d->relocations[i];
        if (ELF64_R_TYPE(r->r_info) != R_X86_64_COPY)
            continue;
        uintptr_t at = d->base + r->r_offset;
        add_range(w, at, at + d->symbols[ELF64_R_SYM(r->r_info)].st_size);
    }
}

/* [inv.world] */
void mworld_judge(bool complete)
{
    struct world *w = reading();
    if (rt_is_guest())
        open_for(w, false, "the process has another malloc", "", "");
    if (!complete || !w->nobjects)
        open_for(w, false, "the list of objects was changing", "", "");
    for (size_t i = 0; w->closed && i < w->nobjects; i++) {
        const struct object *o = &w->objects[i];
        const char *base = strrchr(o->loaded.name, '/');
        if (o->sort == SORT_FOREIGN)
            open_for(w, i > 0,
                     i ? base ? base + 1 : o->loaded.name : "the program",
                     " has code without barriers", "");
    }
    for (size_t i = 0; w->closed_without && i < w->nobjects; i++)
        if (w->objects[i].sort == SORT_CLOSED)
            check_symbols(w, &w->objects[i]);
    for (size_t i = 0; complete && i < w->nobjects; i++)
        if (w->objects[i].sort == SORT_CLOSED)
            add_copies(w, &w->objects[i]);
}

void mworld_publish(void)
{
    rt_store_seq(&current, reading());
}

/* ---- answers ------------------------------------------------------------- */

bool mworld_is_closed(void)
{
    return rt_load_relaxed(&current)->closed && !rt_load_seq(&found_harmful);
}

bool mworld_is_closed_without_libraries(void)
{
    const struct world *w = rt_load_relaxed(&current);
    return w->closed_without && !w->hides_faults &&
           !rt_load_seq(&found_harmful);
}

size_t mworld_libraries(const struct mworld_code **code)
{
    *code = current->code;
    return current->ncode;
}

bool mworld_is_loaded(uintptr_t from, uintptr_t to)
{
    const uintptr_t page = os_page_bytes();
    const struct world *w = current;
    for (size_t i = 0; i < w->nobjects; i++) {
        const struct rt_object *o = &w->objects[i].loaded;
        if (from >= (o->from & ~(page - 1)) &&
            to <= ((o->to + page - 1) & ~(page - 1)))
            return true;
    }
    return false;
}

const char *mworld_reason(void)
{
    const struct world *w = rt_load_relaxed(&current);
    return w->closed && rt_load_seq(&found_harmful)
               ? "dlsym gave a function that may store pointers" : w->reason;
}

/* For the address in question; 1, which ends the search: it is in an object of
 * the C library. */
static int is_in_system(struct dl_phdr_info *info, size_t size, void *address)
{
    struct rt_object o;
    (void)size;
    rt_object_read(&o, info);
    return (uintptr_t)address >= o.from && (uintptr_t)address < o.to &&
           rt_object_is_system(&o);
}

RT_EXPORT void __escc_found_symbol(const char *name, void *found)
{
    int saved = errno;
    if (found && name && hides_faults(name))
        mwake_forbid("what dlsym gave");
    if (found && name && !rt_load_relaxed(&found_harmful) &&
        (!is_harmless(name) || is_listed(&storing, name)) &&
        dl_iterate_phdr(is_in_system, found)) {
        rt_store_seq(&found_harmful, 1);
        mwake_now("what dlsym gave");
    }
    errno = saved;
}

void mworld_for_each_unbarriered(mroots_range *range)
{
    const struct world *w = current;
    for (size_t i = 0; i < w->nranges; i++)
        mroots_without_excluded(w->ranges[i].from, w->ranges[i].to, range);
}

/* NULL: the process was closed when the list of objects was last read; else
 * why not.  For tests of programs; reads the list. */
RT_EXPORT const char *__escc_world(void);
RT_EXPORT const char *__escc_world(void)
{
    rt_enter();
    mroots_refresh();
    rt_leave();
    return mworld_is_closed() ? NULL : mworld_reason();
}
