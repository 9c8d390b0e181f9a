/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_decide.c - which statements run where parameters have known values
 * [inv.esc.special].
 *
 * Only expressions that have the value in every call are decided about; what
 * cannot be followed is not known, and what is not known may run.  A statement
 * that is not come to from the one before may be come to by a label in it; then
 * it counts as one that runs.
 */
#include "esc_decide.h"

#include "esc_query.h"

enum { WIDEST = 8 };

/* ---- values -------------------------------------------------------------- */

static bool is_plain(const struct type *type)
{
    return type && type->size <= WIDEST &&
           (type_is_integer(type) || type_is_pointer(type));
}

static bool converted(const struct node *n, int64_t value, int64_t *out)
{
    if (!is_plain(n->type))
        return false;
    *out = type_is_integer(n->type) ? type_wrap(n->type, value) : value;
    return true;
}

static bool unary(const struct map *constants, const struct node *n,
                  int64_t *value)
{
    int64_t v;
    if (!esc_constant(constants, n->kids[0], &v))
        return false;
    switch (n->op) {
    case '!': return converted(n, !v, value);
    case '~': return converted(n, ~v, value);
    case '+': return converted(n, v, value);
    case '-': return converted(n, (int64_t)(0 - (uint64_t)v), value);
    default: return false;
    }
}

static bool binary(const struct map *constants, const struct node *n,
                   int64_t *value)
{
    int64_t a, b, out;
    const struct type *type = n->kids[0]->type;
    if (type_is_pointer(n->type) || (n->op == '-' && type_is_pointer(type)))
        return false;           /* the elements' size counts */
    return type && esc_constant(constants, n->kids[0], &a) &&
           esc_constant(constants, n->kids[1], &b) &&
           node_arithmetic(n->op, a, b,
                           type->is_unsigned || type_is_pointer(type),
                           &out) &&
           converted(n, out, value);
}

static bool logical(const struct map *constants, const struct node *n,
                    int64_t *value)
{
    int64_t a = 0, b = 0;
    bool is_or = n->op == OP_OR;
    bool left = esc_constant(constants, n->kids[0], &a);
    bool right = esc_constant(constants, n->kids[1], &b);
    if ((left && !a == !is_or) || (right && !b == !is_or))
        *value = is_or;
    else if (left && right)
        *value = !is_or;
    else
        return false;
    return true;
}

static bool reference(const struct map *constants, const struct node *n,
                      int64_t *value)
{
    const int64_t *known =
        constants && n->symbol ? map_get(constants, n->symbol) : NULL;
    if (known)
        *value = *known;
    return known;
}

bool esc_constant(const struct map *constants, const struct node *n,
                  int64_t *value)
{
    if (!n || !is_plain(n->type))
        return false;
    if (n->flags & (NODE_CONSTANT | NODE_NULL_POINTER)) {
        *value = n->flags & NODE_CONSTANT ? n->value : 0;
        return true;
    }
    int64_t of;
    switch (n->kind) {
    case N_PAREN: case N_LOAD:
        return esc_constant(constants, n->kids[0], value);
    case N_CONVERT: case N_CAST:
        return esc_constant(constants, n->kids[0], &of) &&
               converted(n, of, value);
    case N_REF:
        return reference(constants, n, value);
    case N_UNARY:
        return unary(constants, n, value);
    case N_BINARY:
        return binary(constants, n, value);
    case N_LOGICAL:
        return logical(constants, n, value);
    default:
        return false;
    }
}

/* ---- statements ---------------------------------------------------------- */

struct labels {
    const struct node *top;
    bool any;
};

static bool find_label(struct node *n, void *context)
{
    struct labels *labels = context;
    if (n->kind == N_SWITCH && n != labels->top) {
        struct labels inside = {n, false};      /* has its own cases */
        for (int i = 0; i < n->kid_count; i++)
            if (n->kids[i])
                node_walk(n->kids[i], find_label, &inside);
        labels->any |= inside.any;
        return false;
    }
    labels->any |= n->kind == N_LABEL ||
                   (!labels->top &&
                       (n->kind == N_CASE || n->kind == N_DEFAULT));
    return !labels->any;
}

bool esc_has_label(const struct node *n, bool in_switch)
{
    struct labels labels = {in_switch ? n : NULL, false};
    if (n)
        node_walk((struct node *)n, find_label, &labels);
    return labels.any;
}

static bool if_ends(const struct map *constants, const struct node *n)
{
    int64_t value;
    const struct node *otherwise = n->kid_count > 2 ? n->kids[2] : NULL;
    if (esc_constant(constants, n->kids[0], &value)) {
        const struct node *runs = value ? n->kids[1] : otherwise;
        const struct node *other = value ? otherwise : n->kids[1];
        return esc_ends(constants, runs) && (!esc_has_label(other, false) ||
                                             esc_ends(constants, other));
    }
    return esc_ends(constants, n->kids[1]) && esc_ends(constants, otherwise);
}

/* Whether the part of a loop or a switch has a `break` (if `breaks`) or a
 * `continue` that is about that, not about what is inside of the part. */
static bool has_way_out(const struct node *n, bool breaks)
{
    if (!n)
        return false;
    if (n->kind == N_BREAK || n->kind == N_CONTINUE)
        return breaks || n->kind == N_CONTINUE;
    bool is_loop = n->kind == N_WHILE || n->kind == N_DO || n->kind == N_FOR;
    const struct node *body = !is_loop ? NULL
        : n->kind == N_DO ? n->kids[0] : n->kids[n->kid_count - 1];
    for (int i = 0; i < n->kid_count; i++)
        if (n->kids[i] != body &&
            has_way_out(n->kids[i], breaks && n->kind != N_SWITCH))
            return true;
    return false;
}

static bool switch_ends(const struct map *constants, const struct node *n)
{
    int entry;
    if (!esc_switch_entry(constants, n, &entry))
        return false;
    const struct node *body = n->kids[1];
    for (int i = entry; i < body->kid_count; i++) {
        if (has_way_out(body->kids[i], true))
            return false;
        if (esc_ends(constants, body->kids[i]))
            return true;
    }
    return false;
}

bool esc_ends(const struct map *constants, const struct node *n)
{
    if (!n)
        return false;
    switch (n->kind) {
    case N_RETURN: case N_GOTO: case N_GOTO_COMPUTED: case N_BREAK:
    case N_CONTINUE:
        return true;
    case N_BLOCK: {
        bool ends = false;
        for (int i = 0; i < n->kid_count; i++)
            if (!ends || esc_has_label(n->kids[i], false))
                ends = esc_ends(constants, n->kids[i]);
        return ends;
    }
    case N_IF:
        return if_ends(constants, n);
    case N_DO:
        return esc_ends(constants, n->kids[0]) &&
               !has_way_out(n->kids[0], true);
    case N_SWITCH:
        return switch_ends(constants, n);
    case N_CASE: case N_DEFAULT: case N_LABEL:
        return n->kid_count &&
               esc_ends(constants, n->kids[n->kid_count - 1]);
    default:
        return false;
    }
}

/* ---- switch -------------------------------------------------------------- */

/* Cases are at the beginning of the block's statements alone. */
static bool is_regular(const struct node *body)
{
    for (int i = 0; i < body->kid_count; i++) {
        const struct node *n = body->kids[i];
        while (n && (n->kind == N_CASE || n->kind == N_DEFAULT)) {
            if (n->kind == N_CASE &&
                (!(n->kids[0]->flags & NODE_CONSTANT) || n->kids[1]))
                return false;
            n = n->kid_count ? n->kids[n->kid_count - 1] : NULL;
        }
        if (esc_has_label(n, false))
            return false;
    }
    return true;
}

static bool is_case_of(const struct node *n, const struct type *type,
                       int64_t value, bool *is_default)
{
    for (; n && (n->kind == N_CASE || n->kind == N_DEFAULT);
         n = n->kid_count ? n->kids[n->kid_count - 1] : NULL) {
        *is_default |= n->kind == N_DEFAULT;
        if (n->kind == N_CASE && type_wrap(type, n->kids[0]->value) == value)
            return true;
    }
    return false;
}

bool esc_switch_entry(const struct map *constants, const struct node *n,
                      int *entry)
{
    const struct node *body = n->kids[1];
    int64_t value;
    if (!esc_constant(constants, n->kids[0], &value) || !body ||
        body->kind != N_BLOCK || !is_regular(body))
        return false;
    *entry = body->kid_count;
    for (int i = body->kid_count; i-- > 0;) {
        bool is_default = false;
        if (is_case_of(body->kids[i], n->kids[0]->type, value, &is_default)) {
            *entry = i;
            return true;
        }
        if (is_default)
            *entry = i;
    }
    return true;
}
