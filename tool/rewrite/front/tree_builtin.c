/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_builtin.c - expressions with a keyword: builtins, atomics, sizeof,
 * _Generic, and the GNU `a ?: b`.
 *
 * libclang shows most of them as unexposed expressions.
 *
 * [inv.builtin.keyword]  the keyword in the text names such an expression, if
 * the bracket after it closes where the expression ends: in
 * `__builtin_va_arg(ap, int) ?: 3` it does not.  What is neither a keyword's
 * nor an implicit conversion is `a ?: b`, whose left operand libclang visits
 * three times.
 *
 * [inv.builtin.chosen]  what libclang chooses is what is compiled, but for what
 * gcc has a mind of its own about: whether what is no literal is constant
 * (__builtin_constant_p), the type of a bit-field, which to gcc is as wide as
 * that, the class of a type (__builtin_classify_type), and that _Float64 is
 * another type than double (shim.c).  With gcc behind it a choice that may
 * depend on one is N_OTHER_EXPR: each of its operands may be the chosen one.
 */
#define _GNU_SOURCE
#include "tree_expr.h"

#include <stdlib.h>
#include <string.h>

/* ---- child lists --------------------------------------------------------- */

/* Drops children that repeat an earlier one's extent and kind, which is how
 * libclang shows shared subexpressions, and those that have the extent of the
 * whole (an operand that was not written). */
static void drop_repeated(struct front *f, size_t first, struct extent whole)
{
    size_t out = first;
    for (size_t i = first; i < f->cursors.count; i++) {
        struct extent x = extent_of(f, f->cursors.items[i]);
        bool drop = x.begin == whole.begin && x.end == whole.end;
        for (size_t k = first; k < out && !drop; k++) {
            struct extent y = extent_of(f, f->cursors.items[k]);
            drop = x.begin == y.begin && x.end == y.end;
        }
        if (!drop)
            f->cursors.items[out++] = f->cursors.items[i];
    }
    f->cursors.count = out;
}

static int by_begin(const void *a, const void *b)
{
    const struct node *const *m = a, *const *n = b;
    return ((*m)->begin > (*n)->begin) - ((*m)->begin < (*n)->begin);
}

/* All operands' values in the order of the text. */
static void set_operands(struct front *f, struct node *n, CXCursor c)
{
    struct extent whole = {n->begin, n->end, false};
    size_t first = expr_children(f, c), base = f->nodes.count;
    drop_repeated(f, first, whole);
    size_t count = f->cursors.count;
    for (size_t i = first; i < count; i++)
        vec_push(&f->nodes, expr_value_of(f, f->cursors.items[i]));
    front_pop(f, first);
    if (f->nodes.count > base)
        qsort(f->nodes.items + base, f->nodes.count - base,
              sizeof *f->nodes.items, by_begin);
    node_take_kids(f, n, base);
}

struct node *tree_other(struct front *f, CXCursor c, struct extent x)
{
    struct node *n = node_at(f, N_OTHER_EXPR, x);
    n->type = expr_value_type(f, c);
    set_operands(f, n, c);
    return n;
}

/* ---- builtins ------------------------------------------------------------ */

static struct node *atomic(struct front *f, CXCursor c, struct extent x)
{
    struct node *n = node_at(f, N_ATOMIC, x);
    n->type = expr_value_type(f, c);
    n->text = text_word(f, x.begin);
    set_operands(f, n, c);
    return n;
}

static struct node *variable_argument(struct front *f, CXCursor c,
                                      struct extent x)
{
    struct node *n = node_at(f, N_VA_ARG, x);
    n->type = expr_value_type(f, c);
    size_t first = expr_children(f, c), count = f->cursors.count;
    struct node *kid = count > first
        ? tree_expression(f, f->cursors.items[first]) : NULL;
    size_t base = f->nodes.count;
    for (size_t i = first + 1; i < count; i++) {
        CXCursor each = f->cursors.items[i];
        vec_push(&f->nodes, n->type && n->type->variably_modified
                 ? tree_expression(f, each) : tree_unevaluated(f, each));
    }
    front_pop(f, first);
    node_take_type_parts(f, n, base);
    node_set_kids(n, &kid, 1);
    return n;
}

/* An index in the member designator may be any expression, and act even if its
 * value is constant: `[(n++, 2)]`. */
static struct node *offset_of_member(struct front *f, CXCursor c,
                                     struct extent x)
{
    struct node *n = node_at(f, N_OFFSETOF, x);
    n->type = expr_value_type(f, c);
    constant_evaluate(n, c);
    size_t first = expr_children(f, c), base = f->nodes.count;
    size_t count = f->cursors.count;
    for (size_t i = first; i < count; i++)
        vec_push(&f->nodes, tree_expression(f, f->cursors.items[i]));
    front_pop(f, first);
    node_take_type_parts(f, n, base);
    return n;
}

/* The node is the one that was chosen out of the cursors from `first` on; its
 * other parts are nodes already.  Drops the cursors. */
static struct node *become(struct front *f, struct node *n, size_t first,
                           size_t chosen)
{
    struct node *kid = tree_expression(f, f->cursors.items[chosen]);
    front_pop(f, first);
    n->type = kid->type;
    n->flags |= kid->flags & NODE_LVALUE;
    node_set_kids(n, &kid, 1);
    constant_fold(f, n);
    return n;
}

static bool is_literal(const struct node *n)
{
    n = node_strip((struct node *)n);
    return n->kind == N_NUMBER || n->kind == N_STRING ||
           (n->kind == N_REF && n->symbol->kind == S_ENUMERATOR);
}

/* Or what leads to one. */
static bool is_floating(const struct type *type)
{
    while (type && (type->kind == T_POINTER || type->kind == T_ARRAY ||
                    type->kind == T_COMPLEX))
        type = type->target;
    return type && type->kind == T_FLOAT;
}

static bool look_for_difference(struct node *n, void *context)
{
    const struct symbol *callee = node_callee(n);
    bool *found = context;
    *found |= is_floating(n->type);
    if (callee && !strcmp(callee->name, "__builtin_constant_p"))
        *found |= n->kid_count < 2 || !is_literal(n->kids[1]);
    else if (callee && !strcmp(callee->name, "__builtin_classify_type"))
        *found = true;
    else if (n->kind == N_MEMBER || n->kind == N_ARROW)
        *found |= !n->field || n->field->bit_width >= 0;
    return !*found;
}

/* [inv.builtin.chosen] */
static bool may_differ(const struct front *f, struct node *by)
{
    bool found = false;
    if (f->has_shim)
        node_walk(by, look_for_difference, &found);
    return found;
}

/* Of a condition, which may compare types. */
static bool names_floating(const struct front *f, const struct node *n)
{
    const char *text = f->text + n->begin;
    size_t bytes = n->end - n->begin;
    return f->has_shim && (memmem(text, bytes, "loat", 4) ||
                           memmem(text, bytes, "double", 6));
}

static struct node *choose(struct front *f, CXCursor c, struct extent x)
{
    struct node *n = node_at(f, N_PAREN, x);
    size_t first = expr_children(f, c), base = f->nodes.count;
    if (f->cursors.count - first != 3) {
        front_pop(f, first);
        return tree_other(f, c, x);
    }
    CXCursor condition = f->cursors.items[first];
    struct node *which = tree_unevaluated(f, condition);
    if (may_differ(f, which) || names_floating(f, which)) {
        front_pop(f, first);
        return tree_other(f, c, x);
    }
    if (!(which->flags & NODE_CONSTANT))
        constant_evaluate(which, condition);
    size_t chosen = first + (which->value ? 1 : 2);
    vec_push(&f->nodes, which);
    vec_push(&f->nodes, tree_unevaluated(
        f, f->cursors.items[first + (which->value ? 2 : 1)]));
    node_take_type_parts(f, n, base);
    return become(f, n, first, chosen);
}

static struct node *elvis(struct front *f, CXCursor c, struct extent x)
{
    struct node *n = node_at(f, N_CONDITIONAL, x);
    n->type = expr_value_type(f, c);
    size_t first = expr_children(f, c);
    drop_repeated(f, first, x);
    if (f->cursors.count - first != 2) {
        front_pop(f, first);
        return tree_other(f, c, x);
    }
    CXCursor right = f->cursors.items[first + 1];
    struct node *kids[3] = {0};
    kids[0] = expr_value_of(f, f->cursors.items[first]);
    kids[2] = expr_value_of(f, right);
    front_pop(f, first);
    node_set_kids(n, kids, 3);
    return n;
}

/* Whether a call-like keyword reaches from begin to end
 * [inv.builtin.keyword]. */
static bool is_keyword_call(const struct front *f, struct extent x)
{
    uint32_t open = text_skip_space(f, text_token_end(f, x.begin));
    return f->text[x.begin] == '_' && f->text[open] == '(' &&
           text_close(f, open) == x.end;
}

static struct node *constant_builtin(struct front *f, CXCursor c,
                                     struct extent x)
{
    struct node *n = tree_other(f, c, x);
    if (type_is_integer(n->type))
        constant_evaluate(n, c);
    return n;
}

struct node *tree_builtin(struct front *f, CXCursor c, struct extent x)
{
    size_t first = expr_children(f, c), count = f->cursors.count - first;
    front_pop(f, first);
    if (!is_keyword_call(f, x))
        return count >= 2 ? elvis(f, c, x) : constant_builtin(f, c, x);
    const char *word = text_word(f, x.begin);
    if (!strcmp(word, "__builtin_va_arg"))
        return variable_argument(f, c, x);
    if (!strcmp(word, "__builtin_offsetof"))
        return offset_of_member(f, c, x);
    if (!strcmp(word, "__builtin_choose_expr"))
        return choose(f, c, x);
    if (strstr(word, "_atomic_"))
        return atomic(f, c, x);
    return count ? tree_other(f, c, x) : constant_builtin(f, c, x);
}

/* ---- builtins of gcc's text ---------------------------------------------- */

struct shim_search { struct front *front; uint32_t begin; CXCursor found; };

/* The call in what the macro at `begin` became [inv.shim.atomic], not that of
 * another macro in an argument of it. */
static enum CXChildVisitResult find_shim_call(CXCursor c, CXCursor parent,
                                              CXClientData data)
{
    (void)parent;
    struct shim_search *search = data;
    if (clang_getCursorKind(c) == CXCursor_CallExpr) {
        CXString name = clang_getCursorSpelling(c);
        bool found = !strcmp(clang_getCString(name), "__escc_atomic") &&
            extent_of(search->front, c).begin == search->begin;
        clang_disposeString(name);
        if (found) {
            search->found = c;
            return CXChildVisit_Break;
        }
    }
    return CXChildVisit_Recurse;
}

/* Without the parentheses that the shim's body put around an argument. */
static struct node *written_argument(struct node *n)
{
    while (n->flags & NODE_MACRO && n->kid_count == 1 &&
           (n->kind == N_PAREN || n->flags & NODE_IMPLICIT))
        n = n->kids[0];
    return n;
}

struct node *tree_shim_builtin(struct front *f, CXCursor c, struct extent x)
{
    const char *word = text_word(f, x.begin);
    bool is_atomic = strstr(word, "__atomic_");
    if (!is_atomic && !strstr(word, "_overflow_p"))
        return NULL;
    struct shim_search search = {f, x.begin, clang_getNullCursor()};
    clang_visitChildren(c, find_shim_call, &search);
    if (clang_Cursor_isNull(search.found))
        return NULL;
    struct node *n = node_new(f, is_atomic ? N_ATOMIC : N_OTHER_EXPR, x.begin,
                              x.end);
    n->type = expr_value_type(f, c);
    n->text = is_atomic ? word : NULL;
    /* Callee and a leading 0 for the prototype come before the arguments. */
    size_t first = expr_children(f, search.found), base = f->nodes.count;
    size_t count = f->cursors.count;
    for (size_t i = first + 2; i < count; i++) {
        struct node *kid = tree_expression(f, f->cursors.items[i]);
        vec_push(&f->nodes, tree_value(f, written_argument(kid)));
    }
    front_pop(f, first);
    node_take_kids(f, n, base);
    if (!is_atomic)
        constant_evaluate(n, c);
    return n;
}

/* ---- sizeof, _Generic ---------------------------------------------------- */

/* The operand is an expression if it ends where the whole ends: a type's
 * closing parenthesis comes after whatever is inside. */
static bool is_operand(struct front *f, CXCursor c, struct extent whole)
{
    return extent_of(f, c).end == whole.end;
}

struct node *tree_sizeof(struct front *f, CXCursor c)
{
    struct extent x = extent_of(f, c);
    struct node *n = node_at(f, N_SIZEOF, x);
    bool size = text_is_word(f, x.begin, "sizeof");
    n->text = text_word(f, x.begin);
    n->type = expr_value_type(f, c);
    size_t base = f->nodes.count;
    expr_push_tag_parts(f, c);
    size_t first = expr_children(f, c);
    drop_repeated(f, first, x);
    size_t count = f->cursors.count;
    struct node *kid = NULL;
    for (size_t i = first; i < count; i++) {
        CXCursor each = f->cursors.items[i];
        if (is_operand(f, each, x)) {
            bool vla = size && expr_type(f, each)->is_vla;
            kid = vla ? tree_expression(f, each) : tree_unevaluated(f, each);
        } else {
            if (i == first)
                constant_evaluate(n, c);
            bool vla = size && !(n->flags & NODE_CONSTANT);
            vec_push(&f->nodes, vla ? tree_expression(f, each)
                                    : tree_unevaluated(f, each));
        }
    }
    front_pop(f, first);
    node_take_type_parts(f, n, base);
    node_set_kids(n, &kid, 1);
    if (size && kid && kid->type && kid->type->size >= 0) {
        n->value = kid->type->size;
        n->flags |= NODE_CONSTANT;
    } else if (!(n->flags & NODE_CONSTANT)) {
        constant_evaluate(n, c);
    }
    return n;
}

/* Whether the texts are equal but for blanks. */
static bool same_spelling(const struct front *f, uint32_t begin, uint32_t end,
                          const char *spelling)
{
    uint32_t at = text_skip_space(f, begin);
    for (;; spelling++) {
        while (*spelling == ' ')
            spelling++;
        if (at >= end || !*spelling)
            return at >= end && !*spelling;
        if (f->text[at] != *spelling)
            return false;
        at = text_skip_space(f, at + 1);
    }
}

/* Among several associations whose expressions have the type of the whole:
 * the one whose type name spells the control's type; 0 if none does. */
static size_t spelled_association(struct front *f, size_t first, size_t count)
{
    CXCursor control = f->cursors.items[first];
    const char *spelling = expr_value_type(f, control)->spelling;
    uint32_t at = text_find(f, extent_of(f, control).end, ",");
    for (size_t i = first + 1; i < count; i++) {
        uint32_t colon = text_find(f, at + 1, ":");
        if (same_spelling(f, at + 1, colon, spelling))
            return i;
        at = text_find(f, colon + 1, ",)");
        if (f->text[at] != ',')
            break;
    }
    return 0;
}

/* The association that was chosen is the one whose type is the whole's; if
 * several are, the type names are compared, and if that does not tell, the
 * node becomes N_OTHER_EXPR. */
struct node *tree_generic(struct front *f, CXCursor c)
{
    struct extent x = extent_of(f, c);
    struct node *n = node_at(f, N_PAREN, x);
    struct type *t = expr_type(f, c);
    size_t first = expr_children(f, c), base = f->nodes.count;
    size_t count = f->cursors.count, chosen = 0, matches = 0;
    struct node *control = tree_unevaluated(f, f->cursors.items[first]);
    for (size_t i = first + 1; i < count; i++)
        if (expr_type(f, f->cursors.items[i]) == t) {
            chosen = i;
            matches++;
        }
    if (matches > 1)
        chosen = spelled_association(f, first, count);
    if (!chosen || may_differ(f, control)) {
        front_pop(f, first);
        return tree_other(f, c, x);
    }
    vec_push(&f->nodes, control);
    for (size_t i = first + 1; i < count; i++)
        if (i != chosen)
            vec_push(&f->nodes, tree_unevaluated(f, f->cursors.items[i]));
    node_take_type_parts(f, n, base);
    return become(f, n, first, chosen);
}
