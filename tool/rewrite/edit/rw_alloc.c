/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_alloc.c - the allocation family: `malloc(n)` becomes
 * `__escc_malloc(n, &__escc_sites[k])`.
 *
 * Direct calls only.  A family name used as a value (`hooks.alloc = malloc`)
 * stays the library's, whose blocks the runtime never collects: who gets such
 * a pointer may keep it where nobody looks.  A unit's own function of that
 * name is its own business, too.
 *
 * malloc, calloc, realloc, aligned_alloc and free are names that ISO C
 * reserves: who defines them replaces the allocator, which the runtime finds
 * out (mguest.c).
 *
 * [inv.alloc.names]  An object refers to those of them that its functions
 * call, though no code does: the linker is to find who defines them where it
 * would without escc, also in an archive.  An inline function does not count,
 * since it may never be compiled, and its program have no malloc at all.
 *
 * The others a program may define as it likes, in another
 * unit or in a shared library, to do something else [inv.library.replaced].
 * So `strdup(s)` becomes `__escc_strdup_as(s, &__escc_sites[k], strdup)`: the
 * last argument is what the linker made of the name, and if that is not the
 * library's function, it is called.  Arguments that vary in number cannot be
 * handed on: `asprintf(&p, f, x)` becomes
 * `__escc_asprintf_for(asprintf, noscan)(&p, f, x)`, which returns a function
 * to be called, the runtime's or the program's.  Where the library's header
 * defines the function inline, with the checks of _FORTIFY_SOURCE, nothing
 * else would be called, and 0 stands for the name.
 *
 * Nothing that the back end could recognise as an allocation function is
 * emitted: it would delete "unused" allocations and stores before `free`.
 */
#include "rw_passes.h"

#include "escape/esc_sites.h"
#include "util/arena.h"
#include "util/strbuf.h"

#include <string.h>

enum allocator_form {
    WITH_SITE,                  /* __escc_f(…, site) */
    WITHOUT_SITE,               /* __escc_f(…) */
    WITH_NAME,                  /* __escc_f_as(…, site, f) */
    CHOSEN                      /* __escc_f_for(f, noscan)(…) */
};

struct allocator {
    const char *name;           /* as the C library calls it */
    int arguments;              /* written in the call; -1: at least 2 */
    enum allocator_form form;
};

static const struct allocator allocators[] = {
    {"malloc", 1, WITH_SITE},
    {"calloc", 2, WITH_SITE},
    {"realloc", 2, WITH_SITE},
    {"reallocarray", 3, WITH_NAME},
    {"aligned_alloc", 2, WITH_SITE},
    {"memalign", 2, WITH_NAME},
    {"valloc", 1, WITH_NAME},
    {"pvalloc", 1, WITH_NAME},
    {"posix_memalign", 3, WITH_NAME},
    {"strdup", 1, WITH_NAME},
    {"strndup", 2, WITH_NAME},
    {"asprintf", -1, CHOSEN},
    {"vasprintf", 3, WITH_NAME},
    {"free", 1, WITHOUT_SITE},
};

static const struct allocator *find(const char *name, int arguments)
{
    for (size_t i = 0; i < sizeof allocators / sizeof *allocators; i++) {
        const struct allocator *a = &allocators[i];
        if (strcmp(a->name, name) == 0 &&
            (a->arguments == arguments ||
                (a->arguments < 0 && arguments >= 2)))
            return a;
    }
    return NULL;
}

/* The library's result type, so that a unit's unrelated function of the same
 * name (declared, defined elsewhere) is left alone. */
static bool fits(const struct allocator *a, const struct node *call)
{
    bool pointer = call->type && call->type->kind == T_POINTER;
    if (strcmp(a->name, "free") == 0)
        return call->type && call->type->kind == T_VOID;
    if (strstr(a->name, "asprintf") || strcmp(a->name, "posix_memalign") == 0)
        return call->type && call->type->kind == T_INTEGER;
    return pointer;
}

const char *rw_called_text(const char *name, const struct symbol *callee)
{
    bool is_inline = callee->definition || callee->is_inline;
    return arena_printf("(void(*)(void))%s", is_inline ? "0" : name);
}

/* [inv.alloc.names] */
static void refer(struct rewrite *r, const struct allocator *a)
{
    if (r->function && !r->function->is_inline)
        r->allocators |= 1u << (a - allocators);
}

const char *rw_allocator_names(const struct rewrite *r)
{
    struct strbuf names = {0};
    for (size_t i = 0; i < sizeof allocators / sizeof *allocators; i++)
        if (r->allocators & 1u << i)
            strbuf_printf(&names, "%s%s", names.bytes ? "," : "",
                          allocators[i].name);
    const char *copy = names.bytes ? arena_strdup(names.text) : NULL;
    strbuf_free(&names);
    return copy;
}

bool rw_allocation(struct rewrite *r, struct node *call)
{
    bool checked;
    const char *name = rw_library_callee(call, &checked);
    const struct allocator *a =
        name ? find(name, call->kid_count - 1) : NULL;
    const struct symbol *symbol = node_callee(call);
    bool named = a && (a->form == WITH_NAME || a->form == CHOSEN);
    /* `__builtin_strdup` calls strdup, which the unit need not declare. */
    if (!a || checked || !fits(a, call) ||
        (named && strcmp(symbol->name, a->name) != 0))
        return false;
    struct node *callee = call->kids[0];
    enum site_scan scan =
        esc_is_noscan(r->esc, call) ? SITE_NOSCAN : SITE_SCAN;
    enum site_scan own = r->check_escapes && esc_is_own(r->esc, call)
        ? SITE_OWN : 0;
    const char *replacement = arena_printf(
        "__escc_%s%s", name, esc_is_reused(r->esc, call) ? "_now" : "");
    if (a->form == WITH_NAME)
        replacement = arena_printf("%s_as", replacement);
    else if (a->form == CHOSEN)
        replacement = arena_printf("%s_for(%s,%d)", replacement,
                                   rw_called_text(a->name, symbol),
                                   scan == SITE_NOSCAN);
    edits_replace(&r->edits, callee->begin, callee->end, replacement);
    if (a->form == WITH_SITE || a->form == WITHOUT_SITE)
        refer(r, a);
    if (a->form == WITHOUT_SITE || a->form == CHOSEN)
        return true;
    const char *site = rw_site(r, call, r->unit->text + call->begin,
                               call->end - call->begin, scan | own);
    if (a->form == WITH_NAME)
        site = arena_printf("%s,%s", site, rw_called_text(a->name, symbol));
    edits_after(&r->edits, call->kids[call->kid_count - 1]->end,
                arena_printf(",%s", site));
    return true;
}
