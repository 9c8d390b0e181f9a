/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_compared.c - variables that hold an address only to measure.
 *
 *     static char *bottom;
 *     if (!bottom) bottom = &here;
 *     depth = bottom - &here;
 *
 * That is how programs find out how deep they are.  `here` must not move:
 * the distance of two heap objects says nothing.  Nor is there a reason, for
 * nobody gets to the local through `bottom`.
 *
 * All uses of such a variable are in the unit: it has internal linkage, or the
 * unit is the whole program, as a configure script's that asks which way the
 * stack grows; then it must be measured somewhere, for a debugger or a reader
 * of an example may look at one that is only assigned to.  Its address is not
 * taken.  It may be assigned anything.  Its
 * value may be compared, tested, converted to what is too narrow for an
 * address, or subtracted from an address or that from it: the difference of two
 * is no address [inv.prov.lost].
 */
#include "esc_compared.h"

#include "util/arena.h"

struct search {
    bool alone;
    struct map others;          /* variables with another use */
    struct map read;            /* that are not only assigned to */
};

static bool is_candidate(const struct search *search, const struct symbol *s)
{
    return s && s->kind == S_VARIABLE &&
           (s->storage == ST_STATIC ? !s->is_local
                                    : search->alone && s->storage == ST_NONE &&
                                      !s->is_local && !s->is_weak &&
                                      !s->is_renamed) &&
           !s->address_taken && !s->is_named_elsewhere &&
           (type_is_pointer(s->type) ||
               type_is_pointer_wide_integer(s->type));
}

/* Whether the operand is the address of something: a pointer, or one that
 * was cast to a number; not null or another constant. */
static bool is_address(const struct node *n)
{
    while (n->kind == N_PAREN || n->kind == N_CONVERT || n->kind == N_CAST) {
        if (n->flags & (NODE_CONSTANT | NODE_NULL_POINTER))
            return false;
        if (type_is_pointer(n->type))
            break;
        n = n->kids[0];
    }
    return type_is_pointer(n->type) &&
           !(n->flags & (NODE_CONSTANT | NODE_NULL_POINTER));
}

static bool is_comparison(int op)
{
    return op == '<' || op == '>' || op == OP_LE || op == OP_GE ||
           op == OP_EQ || op == OP_NE;
}

static bool only_measures(const struct node *value);

static bool operand_measures(const struct node *operation,
                             const struct node *value)
{
    const struct node *other = operation->kids[operation->kids[0] == value];
    return is_comparison(operation->op) ||
           (operation->op == '-' && type_is_integer(operation->type) &&
               is_address(other));
}

/* What happens to the value of a node, which is the variable's. */
static bool only_measures(const struct node *value)
{
    const struct node *up = value->parent;
    switch (up ? up->kind : N_UNIT) {
    case N_EXPR_STMT:
        return node_value_unused(value);
    case N_LOGICAL: case N_IF: case N_WHILE: case N_DO: case N_FOR:
        return true;
    case N_UNARY:
        return up->op == '!';
    case N_BINARY:
        return operand_measures(up, value);
    case N_COMMA:
        return up->kids[0] == value || only_measures(up);
    case N_CONDITIONAL:
        return (up->kids[0] == value && up->kids[1]) || only_measures(up);
    case N_CONVERT: case N_CAST:
        return up->type->kind == T_VOID || up->type->kind == T_BOOL ||
               (type_is_integer(up->type) && up->type->size < 8) ||
               only_measures(up);
    case N_PAREN: case N_LOAD:
        return only_measures(up);
    case N_ASSIGN:
        if (up->kids[0] == value)       /* as the place assigned to */
            return only_measures(up);
        return false;
    default:
        return false;
    }
}

static bool is_only_assigned(const struct node *n)
{
    return n->parent && n->parent->kind == N_ASSIGN &&
           n->parent->kids[0] == n && node_value_unused(n->parent);
}

static bool visit(struct node *n, void *context)
{
    struct search *search = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    if (n->kind == N_REF && is_candidate(search, n->symbol) &&
        !only_measures(n))
        map_put(&search->others, n->symbol, n->symbol);
    if (n->kind == N_REF && is_candidate(search, n->symbol) &&
        !is_only_assigned(n))
        map_put(&search->read, n->symbol, n->symbol);
    return true;
}

struct map *esc_compared_find(const struct unit *unit, bool alone)
{
    struct map *compared = arena_new(struct map);
    struct search search = {.alone = alone};
    node_walk(unit->root, visit, &search);
    for (int i = 0; i < unit->symbol_count; i++) {
        struct symbol *s = unit->symbols[i];
        if (is_candidate(&search, s) && !map_get(&search.others, s) &&
            (s->storage == ST_STATIC || map_get(&search.read, s)))
            map_put(compared, s, s);
    }
    map_free(&search.others);
    map_free(&search.read);
    return compared;
}
