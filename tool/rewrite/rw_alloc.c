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
    bool is_text;               /* the object is a string */
};

static const struct allocator allocators[] = {
    {"malloc", 1, 0, -1, false},
    {"calloc", 2, -1, -1, false},
    {"realloc", 2, -1, -1, false},
    {"reallocarray", 3, -1, -1, false},
    {"aligned_alloc", 2, 1, -1, false},
    {"memalign", 2, 1, -1, false},
    {"valloc", 1, 0, -1, false},
    {"pvalloc", 1, -1, -1, false},
    {"posix_memalign", 3, 2, -1, false},
    {"strdup", 1, -1, -1, true},
    {"strndup", 2, -1, -1, true},
    {"asprintf", -1, -1, 0, true},
    {"vasprintf", 3, -1, 0, true},
    {"free", 1, -1, -2, false},
    {"cfree", 1, -1, -2, false},
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

/* [inv.noscan] A wrong answer here loses objects.  A block that is too small
 * for a pointer holds none.  The library fills a string with bytes up to the
 * first 0; an address has two such bytes at its end, so that no copy of one
 * in front of a string's end is whole.  (Who writes a pointer over such a
 * string in another unit meets docs/limits.md.)
 *
 * Nothing else is proven.  Memory of an allocation has the type of what was
 * last stored in it, so `double *` says nothing about who carves it up
 * elsewhere; and where all uses are seen, a loop that copies bytes may copy
 * those of a pointer. */
static enum site_scan scan_of(const struct rewrite *r,
                              const struct allocator *a,
                              const struct node *call)
{
    if (a->is_text)
        return esc_stores_no_pointer(r->esc, call) ? SITE_NOSCAN : SITE_SCAN;
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
                               call->end - call->begin, scan_of(r, a, call));
    int last = a->site_after >= 0 ? 1 + a->site_after : call->kid_count - 1;
    edits_after(&r->edits, call->kids[last]->end, arena_printf(",%s", site));
    return true;
}
