/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_alloc.c - the allocation family: `malloc(n)` becomes
 * `__escc_malloc(n, &__escc_sites[k])`.
 *
 * Direct calls only.  A family name used as a value (`hooks.alloc = malloc`)
 * stays the library's, whose blocks the runtime never collects: who gets such
 * a pointer may keep it where nobody looks.  A unit's own function of that
 * name is its own business, too.
 *
 * Nothing that the back end could recognise as an allocation function is
 * emitted: it would delete "unused" allocations and stores before `free`.
 */
#include "rw.h"

#include "util/arena.h"

#include <string.h>

struct allocator {
    const char *name;           /* as the C library calls it */
    int arguments;              /* written in the call; -1: at least 2 */
    int size_argument;          /* whose value is the size, or -1 */
    int site_after;             /* the site follows this argument; -1: the
                                   last one; -2: there is no site */
};

static const struct allocator allocators[] = {
    {"malloc", 1, 0, -1},
    {"calloc", 2, -1, -1},
    {"realloc", 2, -1, -1},
    {"reallocarray", 3, -1, -1},
    {"aligned_alloc", 2, 1, -1},
    {"memalign", 2, 1, -1},
    {"valloc", 1, 0, -1},
    {"pvalloc", 1, -1, -1},
    {"posix_memalign", 3, 2, -1},
    {"strdup", 1, -1, -1},
    {"strndup", 2, -1, -1},
    {"asprintf", -1, -1, 0},
    {"vasprintf", 3, -1, 0},
    {"free", 1, -1, -2},
    {"cfree", 1, -1, -2},
};

static const struct allocator *find(const char *name, int arguments)
{
    for (size_t i = 0; i < sizeof allocators / sizeof *allocators; i++) {
        const struct allocator *a = &allocators[i];
        if (strcmp(a->name, name) == 0
            && (a->arguments == arguments
                || (a->arguments < 0 && arguments >= 2)))
            return a;
    }
    return NULL;
}

/* A block that is too small for a pointer is not scanned. */
static enum site_scan scan_of(const struct allocator *a,
                              const struct node *call)
{
    if (a->size_argument < 0)
        return SITE_SCAN;
    const struct node *size = call->kids[1 + a->size_argument];
    return size->flags & NODE_CONSTANT && size->value >= 0
        && size->value < 8 ? SITE_NOSCAN : SITE_SCAN;
}

/* The library's result type, so that a unit's unrelated function of the same
 * name (declared, defined elsewhere) is left alone. */
static bool fits(const struct allocator *a, const struct node *call)
{
    bool pointer = call->type && call->type->kind == T_POINTER;
    if (strcmp(a->name, "free") == 0 || strcmp(a->name, "cfree") == 0)
        return call->type && call->type->kind == T_VOID;
    if (strstr(a->name, "asprintf") || strcmp(a->name, "posix_memalign") == 0)
        return call->type && call->type->kind == T_INTEGER;
    return pointer;
}

bool rw_allocation(struct rewrite *r, struct node *call)
{
    bool checked;
    const char *name = rw_library_callee(call, &checked);
    const struct allocator *a =
        name ? find(name, call->kid_count - 1) : NULL;
    if (!a || checked || !fits(a, call))
        return false;
    struct node *callee = call->kids[0];
    const char *replacement = strcmp(name, "cfree") == 0
        ? "__escc_free" : arena_printf("__escc_%s", name);
    edits_replace(&r->edits, callee->begin, callee->end, replacement);
    if (a->site_after == -2)
        return true;
    const char *site = rw_site(r, call, r->unit->text + call->begin,
                               call->end - call->begin, scan_of(a, call));
    int last = a->site_after >= 0 ? 1 + a->site_after : call->kid_count - 1;
    edits_after(&r->edits, call->kids[last]->end, arena_printf(",%s", site));
    return true;
}
