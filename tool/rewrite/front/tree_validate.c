/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_validate.c - checks that a tree keeps the promises of tree.h.
 *
 * Everything the rewriter does trusts byte offsets, so a wrong one is caught
 * here, before it becomes wrong code.  Macro nodes are exempt where tree.h
 * exempts them.
 */
#include "tree.h"
#include "util/diag.h"

#include <stdio.h>
#include <string.h>

struct check {
    const struct unit *unit;
    int failures;
};

/* Enough to see a pattern; the rest would be repetition. */
enum { MAX_REPORTED = 20 };

static void fail(struct check *c, const struct node *n, const char *what)
{
    if (c->failures++ >= MAX_REPORTED)
        return;
    struct place p = unit_place(c->unit, n->begin);
    fprintf(stderr, "%s:%u:%u: invalid tree: %s %u..%u: %s\n", p.file,
            p.line, p.column, node_kind_name(n->kind), n->begin, n->end,
            what);
}

static bool is_expression(const struct node *n)
{
    return n->kind >= N_REF;
}

static void check_text(struct check *c, const struct node *n)
{
    const char *text = c->unit->text + n->begin;
    size_t bytes = n->end - n->begin;
    const char *op = c->unit->text + n->op_begin;
    switch (n->kind) {
    case N_REF:
        if (n->symbol && !n->symbol->is_builtin &&
            !memchr(text, '\\', bytes) &&     /* a universal name */
            (strlen(n->symbol->name) != bytes ||
                memcmp(text, n->symbol->name, bytes)))
            fail(c, n, "the text is not the symbol's name");
        break;
    case N_ASSIGN:
        if (op[0] != '=' || op[1] == '=')
            fail(c, n, "op_begin is not at =");
        break;
    case N_COMPOUND_ASSIGN:
        if (!strchr("+-*/%&|^<>", op[0]))
            fail(c, n, "op_begin is not at op=");
        break;
    case N_BLOCK:
        if (text[0] != '{' || text[bytes - 1] != '}')
            fail(c, n, "no braces");
        break;
    case N_DECL: case N_EXPR_STMT: case N_RETURN: case N_DO: case N_GOTO:
        if (text[bytes - 1] != ';' && text[bytes - 1] != '}')
            fail(c, n, "does not end with ;");
        break;
    case N_STRING:
        if (!strchr("\"LuU_R", text[0]))
            fail(c, n, "no string");
        break;
    default:
        break;
    }
}

static void check_variable(struct check *c, const struct node *n)
{
    const struct symbol *s = n->symbol;
    if (!s || s->declaration != n)
        return;
    const char *text = c->unit->text;
    size_t bytes = strlen(s->name), written = s->name_end - s->name_begin;
    if (!memchr(text + s->name_begin, '\\', written) &&
        (written != bytes || memcmp(text + s->name_begin, s->name, bytes)))
        fail(c, n, "name_begin is not at the name");
    if (s->declarator_end < s->name_end)
        fail(c, n, "declarator_end is before the name");
    if (n->kind == N_VAR && n->kids[0]) {
        const char *t = text + s->declarator_end;
        const char *begin = text + n->kids[0]->begin;
        while (t < begin && *t != '=')
            t++;
        if (t == begin && !(n->kids[0]->flags & NODE_MACRO))
            fail(c, n, "no = between declarator and initialiser");
    }
}

static bool is_lvalue(const struct node *n)
{
    return n && n->flags & NODE_LVALUE;
}

/* Where a value is wanted, an lvalue would be a load that is missing. */
static void check_values(struct check *c, const struct node *n)
{
    bool bad = false;
    switch (n->kind) {
    case N_BINARY: case N_LOGICAL:
        bad = is_lvalue(n->kids[0]) || is_lvalue(n->kids[1]);
        break;
    case N_ASSIGN: case N_COMPOUND_ASSIGN: case N_COMMA:
        bad = is_lvalue(n->kids[1]);
        break;
    case N_ARROW: case N_DEREF:
        bad = is_lvalue(n->kids[0]);
        break;
    case N_INDEX:
        bad = is_lvalue(n->kids[1]);
        break;
    case N_CONDITIONAL:
        bad = is_lvalue(n->kids[0]) || is_lvalue(n->kids[1]) ||
              is_lvalue(n->kids[2]);
        break;
    case N_RETURN:
        bad = is_lvalue(n->kids[0]);
        break;
    default:
        break;
    }
    if (bad)
        fail(c, n, "an lvalue where a value is wanted");
}

static void check_expression(struct check *c, const struct node *n)
{
    if (!n->type && n->kind != N_OTHER_EXPR)
        fail(c, n, "an expression without type");
    if (n->flags & NODE_IMPLICIT &&
        (n->kids[0]->begin != n->begin || n->kids[0]->end != n->end))
        fail(c, n, "an implicit node has another extent than its kid");
    if (n->kind == N_LOAD && !(n->kids[0]->flags & NODE_LVALUE))
        fail(c, n, "a load of what is no lvalue");
    if (n->kind == N_ASSIGN && !(n->kids[0]->flags & NODE_LVALUE))
        fail(c, n, "an assignment to what is no lvalue");
    if ((n->kind == N_ARROW || n->kind == N_DEREF) &&
        n->kids[0]->type->kind != T_POINTER)
        fail(c, n, "dereferences what is no pointer");
    if ((n->kind == N_MEMBER || n->kind == N_ARROW) &&
        (!n->field || n->bit_offset < 0))
        fail(c, n, "a member without place");
    if (n->kind == N_INDEX && n->kids[0]->type->kind != T_POINTER &&
        n->kids[0]->type->kind != T_VECTOR)
        fail(c, n, "indexes what is no pointer");
    if (n->kind == N_CALL && n->kids[0]->type->kind != T_POINTER)
        fail(c, n, "calls what is no pointer");
}

static bool in_text_order(const struct node *n)
{
    /* 1[a] has its kids swapped, and a K&R definition may declare its
     * parameters in any order. */
    return n->kind != N_INDEX && n->kind != N_FUNCTION;
}

static void check_kids(struct check *c, const struct node *n)
{
    uint32_t last = n->begin;
    for (int i = 0; i < n->kid_count; i++) {
        const struct node *kid = n->kids[i];
        if (!kid)
            continue;           /* [inv.tree.kids] */
        if (kid->parent != n)
            fail(c, kid, "has another parent");
        if (n->flags & NODE_MACRO)
            continue;
        if (kid->begin < n->begin || kid->end > n->end)
            fail(c, kid, "is not inside its parent");
        if (in_text_order(n) && kid->begin < last)
            fail(c, kid, "overlaps its sibling");
        last = kid->end;
    }
    for (int i = 0; i < n->type_part_count; i++)
        if (n->type_parts[i]->parent != n)
            fail(c, n->type_parts[i], "has another parent");
}

static bool check_node(struct node *n, void *context)
{
    struct check *c = context;
    if (n->begin >= n->end && n->kind != N_UNIT && n->kind != N_PARAM)
        fail(c, n, "is empty");
    else if (n->end > c->unit->bytes)
        fail(c, n, "is outside the text");
    else if (!(n->flags & NODE_MACRO) && n->kind != N_UNIT)
        check_text(c, n);
    if (is_expression(n))
        check_expression(c, n);
    if (n->kind == N_VAR || n->kind == N_PARAM)
        check_variable(c, n);
    check_values(c, n);
    check_kids(c, n);
    return true;
}

int unit_validate(const struct unit *u)
{
    struct check c = {u, 0};
    node_walk(u->root, check_node, &c);
    return c.failures;
}
