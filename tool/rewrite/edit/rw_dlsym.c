/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_dlsym.c - symbols that the program asks for by name.
 *
 * Plugins are how dlsym is used: what it finds is in an object that the runtime
 * has looked at when it was loaded.  It may as well find a function of the C
 * library that stores pointers where no barrier is.  Which one it is only the
 * name says, and the name is computed.  So the runtime is told of what was
 * found; the call itself stays in the program's code, since RTLD_NEXT and
 * RTLD_DEFAULT mean the caller:
 *
 *     ({ const char *n; void *a = dlsym(H, n = (NAME));
 *        __escc_found_symbol(n, a); __escc_replaced_symbol(n, a); })
 *
 * Whoever has dlsym's address gets that of a function that does the same.
 *
 * A name that is a constant was judged when the unit was compiled
 * (rw_world.c).  In both cases what was found may be a function that the
 * runtime replaces, in front of which the program has one of its own: it gets
 * the runtime's.
 *
 * Of what dlopen has brought the runtime is told as well: it may decide
 * otherwise where locals live from then on (runtime/gc/mdecide.c).
 */
#include "rw_passes.h"

#include "util/arena.h"

#include <string.h>

static bool is_constant_name(struct node *name)
{
    const struct node *plain = node_strip(name);
    return (plain->kind == N_DECAY ? plain->kids[0] : plain)->kind == N_STRING;
}

/* A call that can be rewritten. */
static bool is_call_of(const struct node *call, const char *name)
{
    const struct symbol *callee = node_callee(call);
    bool macro = call->flags & NODE_MACRO;
    if (!callee || !symbol_is_library(callee) || call->kid_count < 3 ||
        strcmp(callee->name, name))
        return false;
    for (int i = 0; i < call->kid_count; i++)
        macro |= call->kids[i]->flags & NODE_MACRO;
    return !macro;
}

static bool is_call(const struct node *call)
{
    return is_call_of(call, "dlsym") || is_call_of(call, "dlvsym");
}

bool rw_is_look_up(const struct node *call)
{
    return is_call(call) && !is_constant_name(call->kids[2]);
}

static void tell_opened(struct rewrite *r, struct node *call)
{
    unsigned n = ++r->serial;
    edits_before(&r->edits, call->begin,
                 arena_printf("__extension__({void*__escc_a%u=", n));
    edits_after(&r->edits, call->end,
                arena_printf(";__escc_opened(__escc_a%u);__escc_a%u;})", n,
                             n));
    rw_wrap(r, call);
}

bool rw_look_up(struct rewrite *r, struct node *call)
{
    if (is_call_of(call, "dlopen")) {
        tell_opened(r, call);
        return true;
    }
    if (!is_call(call))
        return false;
    unsigned n = ++r->serial;
    const struct node *name = call->kids[2];
    edits_before(&r->edits, call->begin,
                 arena_printf("__extension__({const char*__escc_n%u;"
                              "void*__escc_a%u=", n, n));
    edits_before(&r->edits, name->begin,
                 arena_printf("__escc_n%u=(", n));
    edits_after(&r->edits, name->end, ")");
    const char *tell = "";
    if (rw_is_look_up(call))
        tell = arena_printf("__escc_found_symbol(__escc_n%u,__escc_a%u);", n,
                            n);
    edits_after(&r->edits, call->end,
                arena_printf(";%s__escc_replaced_symbol(__escc_n%u,"
                             "__escc_a%u);})", tell, n, n));
    rw_wrap(r, call);
    return true;
}

bool rw_is_look_up_name(const struct node *name)
{
    return name->symbol && name->symbol->kind == S_FUNCTION &&
           symbol_is_library(name->symbol) &&
           !strcmp(name->symbol->name, "dlsym") && !node_is_called(name) &&
           !(name->flags & NODE_MACRO);
}

void rw_name_look_up(struct rewrite *r, const struct node *name)
{
    if (!rw_is_look_up_name(name) || (name->flags & NODE_UNEVALUATED))
        return;
    edits_replace(&r->edits, name->begin, name->end, "__escc_dlsym");
    r->looks_up = true;
}
