/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_collector.c - a remark on what looks like a collector of the
 * program's own.
 *
 * A program that scans the machine's stack for its roots does not find them
 * in locals that moved.  What it does with an address cannot be decided, but
 * how it begins can be seen: it takes the address of its frame, or it has the
 * registers written to a local (setjmp, getcontext, __builtin_unwind_init) and
 * uses the address of that for something else than to jump back.  The same
 * address of a structure with a jmp_buf in it is no sign, nor is that of a
 * jmp_buf which stays one of a jmp_buf: that is how errors are handled.  Who
 * looks for pointers reads words.
 *
 * It is said once a unit, and not if the user has chosen which locals move, or
 * has marked the local with ESCC_ON_STACK.
 */
#include "report.h"

#include "util/diag.h"
#include "util/map.h"

#include <string.h>

struct search {
    const struct unit *unit;
    struct map spills;          /* locals with registers in them */
    const struct node *where;   /* the first sign, or NULL */
    const char *what;
};

/* The variable whose object the lvalue is: itself, or a member of it if it is
 * a union, which is there to see the registers as words. */
static struct symbol *variable_of(const struct node *n)
{
    while (n->kind == N_PAREN || n->kind == N_MEMBER) {
        const struct type *type = n->kids[0]->type;
        if (n->kind == N_MEMBER &&
            !(type && type->kind == T_RECORD && type->record->is_union))
            return NULL;
        n = n->kids[0];
    }
    return n->kind == N_REF && n->symbol->kind == S_VARIABLE &&
           n->symbol->is_local && !n->symbol->on_stack ? n->symbol : NULL;
}

static bool collect_spill(struct node *n, void *context)
{
    struct search *s = context;
    const struct symbol *callee = node_callee(n);
    if (n->flags & NODE_UNEVALUATED)
        return false;
    if (!callee || !callee->returns_twice || n->kid_count < 2)
        return true;
    const struct node *argument = node_strip(n->kids[1]);
    if (argument->kind == N_ADDRESS)
        argument = argument->kids[0];
    struct symbol *variable = variable_of(argument);
    if (variable)
        map_put(&s->spills, variable, variable);
    return true;
}

static bool jumps_back(const struct symbol *callee)
{
    static const char *const names[] = {
        "longjmp", "_longjmp", "siglongjmp", "__longjmp_chk",
        "__builtin_longjmp", "setcontext", "swapcontext", "makecontext"
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(callee->name, names[i]) == 0)
            return true;
    return callee->returns_twice;
}

/* What the pointer leads to, if that is a structure or an array of them. */
static const struct record *record_behind(const struct type *pointer)
{
    const struct type *type = pointer ? pointer->target : NULL;
    while (type && type->kind == T_ARRAY)
        type = type->target;
    return type && type->kind == T_RECORD ? type->record : NULL;
}

/* Whether an address in the variable, converted to that type, is still the one
 * of a jmp_buf, which has its registers in a structure of the system's. */
static bool is_of_jump_buffer(const struct symbol *variable,
                              const struct type *type)
{
    return variable->type && variable->type->kind == T_ARRAY &&
           type && type->kind == T_POINTER && record_behind(type) &&
           record_behind(type) == record_behind(variable->type);
}

/* Whether the address is passed to a function that saves registers there or
 * takes them back, is kept for one, or is only a step to a part of the
 * object. */
static bool is_for_jumps(const struct node *address,
                         const struct symbol *variable)
{
    const struct node *n = address, *up = n->parent;
    while (up && (up->kind == N_PAREN || up->kind == N_CONVERT ||
                  up->kind == N_CAST)) {
        n = up;
        up = up->parent;
    }
    if (up && (up->kind == N_INDEX || up->kind == N_ARROW ||
               up->kind == N_DEREF))
        return up->kids[0] == n;
    const struct symbol *callee = up ? node_callee(up) : NULL;
    return (callee && jumps_back(callee)) ||
           is_of_jump_buffer(variable, n->type);
}

static void note(struct search *s, const struct node *n, const char *what)
{
    if (n->flags & NODE_SYSTEM || (s->where && s->where->begin <= n->begin))
        return;
    s->where = n;
    s->what = what;
}

static bool find_sign(struct node *n, void *context)
{
    struct search *s = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    if (n->kind == N_CALL && node_callee(n)) {
        const char *name = node_callee(n)->name;
        if (strcmp(name, "__builtin_frame_address") == 0)
            note(s, n, "the address of a frame is taken");
        else if (strcmp(name, "__builtin_unwind_init") == 0)
            note(s, n, "registers are written to the stack");
    } else if (n->kind == N_ADDRESS ||
               (n->kind == N_DECAY && n->kids[0]->flags & NODE_LVALUE)) {
        const struct symbol *variable = variable_of(n->kids[0]);
        if (variable && map_get(&s->spills, variable) &&
            !is_for_jumps(n, variable))
            note(s, n, "registers are saved in a local and its address is "
                       "used");
    }
    return true;
}

void report_own_collector(const struct unit *unit)
{
    struct search s = {.unit = unit};
    if (unit->has_setjmp)
        node_walk(unit->root, collect_spill, &s);
    node_walk(unit->root, find_sign, &s);
    if (!s.where)
        return;
    struct place at = unit_place(unit, s.where->begin);
    struct diag_place place = {at.file, at.line, at.column};
    diag_print(DIAG_REMARK, "escc-own-collector", place,
               "%s: if the program looks for its roots on the stack, compile "
               "it with -fescc-locals=none", s.what);
}
