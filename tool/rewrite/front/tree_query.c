/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_query.c - walking the tree and small questions about nodes; see
 * tree.h.  Nothing here knows libclang or changes the tree. */
#include "tree.h"

#include <string.h>

void node_walk(struct node *n, bool (*visit)(struct node *, void *),
               void *context)
{
    if (!n || !visit(n, context))
        return;
    for (int i = 0; i < n->kid_count; i++)
        node_walk(n->kids[i], visit, context);
    for (int i = 0; i < n->type_part_count; i++)
        node_walk(n->type_parts[i], visit, context);
}

struct node *node_unparenthesize(struct node *n)
{
    while (n && n->kind == N_PAREN)
        n = n->kids[0];
    return n;
}

/* Whether a cast or conversion passes a pointer's bits on. */
static bool keeps_bits(const struct node *n)
{
    const struct node *kid = n->kids[0];
    return kid && n->type && kid->type && n->type->kind == T_POINTER &&
           (kid->type->kind == T_POINTER);
}

struct node *node_strip(struct node *n)
{
    while (n) {
        switch (n->kind) {
        case N_PAREN: case N_LOAD: case N_DECAY: case N_CONVERT:
            n = n->kids[0];
            break;
        case N_CAST:
            if (!keeps_bits(n))
                return n;
            n = n->kids[0];
            break;
        default:
            return n;
        }
    }
    return n;
}

struct symbol *node_callee_of(const struct node *e)
{
    while (e) {
        switch (e->kind) {
        case N_PAREN: case N_DECAY: case N_DEREF: case N_ADDRESS:
            e = e->kids[0];
            break;
        case N_REF:
            return e->symbol && e->symbol->kind == S_FUNCTION ? e->symbol
                                                              : NULL;
        default:
            return NULL;
        }
    }
    return NULL;
}

struct symbol *node_callee(const struct node *call)
{
    if (!call || call->kind != N_CALL || !call->kid_count)
        return NULL;
    return node_callee_of(call->kids[0]);
}

struct node *node_function(const struct node *n)
{
    struct node *up = n ? n->parent : NULL;
    while (up && up->kind != N_FUNCTION)
        up = up->parent;
    return up;
}

struct node *node_block(const struct node *n)
{
    struct node *up = n ? n->parent : NULL;
    for (; up; up = up->parent) {
        if (up->kind == N_BLOCK)
            return up;
        if (up->kind == N_FOR && up->kids[0] &&
            up->kids[0]->kind == N_DECL)
            return up;
    }
    return NULL;
}

struct node *node_loop(const struct node *n)
{
    struct node *up = n ? n->parent : NULL;
    while (up && up->kind != N_FOR && up->kind != N_WHILE &&
           up->kind != N_DO)
        up = up->kind == N_FUNCTION ? NULL : up->parent;
    return up;
}

/* Whether the statement is the last of a ({ … }), whose value it is. */
static const struct node *statement_value_of(const struct node *statement)
{
    const struct node *up = statement->parent;
    while (up && (up->kind == N_LABEL || up->kind == N_CASE ||
                  up->kind == N_DEFAULT)) {
        statement = up;
        up = up->parent;
    }
    if (!up || up->kind != N_BLOCK || !up->parent ||
        up->parent->kind != N_STMT_EXPR ||
        up->kids[up->kid_count - 1] != statement)
        return NULL;
    return up->parent;
}

/* The first directive that begins at an offset or behind it. */
static size_t first_openmp(const struct unit *unit, uint32_t at)
{
    size_t first = 0, end = unit->openmp_count;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (unit->openmp[middle].begin < at)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

bool unit_has_openmp(const struct unit *unit, const struct node *n)
{
    size_t first = first_openmp(unit, n->begin);
    return first < unit->openmp_count && unit->openmp[first].begin < n->end;
}

const struct openmp *unit_openmp_about(const struct unit *unit,
                                       const struct node *statement)
{
    size_t behind = first_openmp(unit, statement->begin);
    return behind && unit->openmp[behind - 1].statement == statement->begin
        ? &unit->openmp[behind - 1] : NULL;
}

bool node_value_unused(const struct node *n)
{
    for (;;) {
        const struct node *up = n->parent;
        if (!up)
            return false;
        switch (up->kind) {
        case N_EXPR_STMT:
            n = statement_value_of(up);
            if (!n)
                return true;
            break;
        case N_FOR:
            return n == up->kids[0] || n == up->kids[2];
        case N_CAST: case N_CONVERT:
            return up->type && up->type->kind == T_VOID;
        case N_COMMA:
            if (n == up->kids[0])
                return true;
            n = up;
            break;
        case N_CONDITIONAL:
            if (n == up->kids[0])
                return false;
            n = up;
            break;
        case N_PAREN: case N_LOAD:
            n = up;
            break;
        default:
            return false;
        }
    }
}

static const char *const kind_names[] = {
    [N_UNIT] = "unit", [N_FUNCTION] = "function", [N_PARAM] = "param",
    [N_ASM_TOP] = "asm_top", [N_DECL] = "decl", [N_VAR] = "var",
    [N_OTHER_DECL] = "other_decl", [N_BLOCK] = "block",
    [N_EXPR_STMT] = "expr_stmt", [N_EMPTY] = "empty", [N_IF] = "if",
    [N_WHILE] = "while", [N_DO] = "do", [N_FOR] = "for",
    [N_SWITCH] = "switch", [N_CASE] = "case", [N_DEFAULT] = "default",
    [N_LABEL] = "label", [N_GOTO] = "goto",
    [N_GOTO_COMPUTED] = "goto_computed", [N_BREAK] = "break",
    [N_CONTINUE] = "continue", [N_RETURN] = "return", [N_ASM] = "asm",
    [N_REF] = "ref", [N_NUMBER] = "number", [N_STRING] = "string",
    [N_PAREN] = "paren", [N_LOAD] = "load", [N_DECAY] = "decay",
    [N_CONVERT] = "convert", [N_CAST] = "cast", [N_ADDRESS] = "address",
    [N_DEREF] = "deref", [N_INDEX] = "index", [N_MEMBER] = "member",
    [N_ARROW] = "arrow", [N_CALL] = "call", [N_UNARY] = "unary",
    [N_INCDEC] = "incdec", [N_BINARY] = "binary", [N_LOGICAL] = "logical",
    [N_COMMA] = "comma", [N_ASSIGN] = "assign",
    [N_COMPOUND_ASSIGN] = "compound_assign",
    [N_CONDITIONAL] = "conditional", [N_SIZEOF] = "sizeof",
    [N_OFFSETOF] = "offsetof", [N_INIT_LIST] = "init_list",
    [N_INIT_ITEM] = "init_item", [N_COMPOUND_LITERAL] = "compound_literal",
    [N_STMT_EXPR] = "stmt_expr", [N_VA_ARG] = "va_arg",
    [N_LABEL_ADDRESS] = "label_address", [N_ATOMIC] = "atomic",
    [N_OTHER_EXPR] = "other_expr"
};

const char *node_kind_name(enum node_kind kind)
{
    return kind_names[kind];
}
