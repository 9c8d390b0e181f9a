/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_expr.c - flows of expressions.
 *
 * Each expression is evaluated once, into a hole: where its value goes, after
 * how many dereferences.  `p->next` evaluated into a hole is `p` evaluated
 * into the same hole with one dereference more; `&x` is x with one less.
 *
 * Structures and arrays are one location: a member access adds nothing, a
 * store to a member is a store to the whole.  That never misses a flow.
 *
 * What holds no pointer (integers without pointer provenance, see esc_prov.c;
 * what is no word and copied from memory without pointers, esc_parts.c) is
 * evaluated into nowhere.
 */
#include "esc_build.h"
#include "esc_special.h"

#include "esc_parts.h"

#include <string.h>

const struct esc_hole esc_nowhere = {NULL, 0, NULL};

struct esc_hole esc_shift(struct esc_hole hole, int derefs)
{
    hole.derefs += derefs;
    return hole;
}

struct esc_hole esc_noted(struct esc_hole hole, const struct node *where,
                          enum esc_reason reason)
{
    if (hole.to) {
        struct esc_note *note = arena_new(struct esc_note);
        *note = (struct esc_note){hole.notes, where, reason};
        hole.notes = note;
    }
    return hole;
}

struct esc_hole esc_into(struct esc_location *location)
{
    return (struct esc_hole){location, 0, NULL};
}

void esc_flow(struct esc_builder *b, struct esc_hole hole,
              struct esc_location *from)
{
    if (hole.to && from)
        esc_graph_flow(b->graph, hole.to, from, hole.derefs, hole.notes);
}

bool esc_carries(const struct esc_builder *b, const struct node *n)
{
    const struct type *type = n->type;
    if (!type)
        return true;
    if (n->flags & NODE_NULL_POINTER || type->kind == T_VOID ||
        type->kind == T_FUNCTION || type->kind == T_BOOL)
        return false;
    /* Bytes of a character array may be words as well. */
    if (esc_parts_is_piece(type))
        return (type_is_aggregate(type) && type_may_hold_pointer(type)) ||
               esc_prov_may_carry(b->context->prov, n);
    if (type_is_integer(type) && !(n->flags & NODE_LVALUE))
        return esc_prov_may_carry(b->context->prov, n);
    return true;
}

/* Or is part of one that is divided [inv.prov.quotient]. */
static bool may_flow(const struct esc_builder *b, const struct node *n)
{
    return esc_carries(b, n) || esc_prov_is_quotient(b->context->prov, n);
}

void esc_discard(struct esc_builder *b, const struct node *n)
{
    esc_value(b, esc_nowhere, n);
}

struct esc_location *esc_evaluate(struct esc_builder *b,
                                  const struct node *n)
{
    struct esc_location *temporary = esc_new_temporary(b);
    esc_value(b, esc_into(temporary), n);
    return temporary;
}

static void discard_kids(struct esc_builder *b, const struct node *n)
{
    for (int i = 0; i < n->kid_count; i++)
        esc_discard(b, n->kids[i]);
}

static bool is_array_designator(const struct node *n)
{
    return n->kind == N_DECAY && n->kids[0]->type &&
           n->kids[0]->type->kind != T_FUNCTION &&
           n->kids[0]->flags & NODE_LVALUE;
}

/* `((char *)0)[n]`: what is added is the pointer. */
static const struct node *index_base(const struct esc_builder *b,
                                     const struct node *n)
{
    bool object = esc_prov_may_be_object(b->context->prov, n->kids[0]);
    return n->kids[object ? 0 : 1];
}

static bool is_vector_index(const struct node *n)
{
    return n->kids[0]->type && n->kids[0]->type->kind == T_VECTOR;
}

static bool is_function(const struct node *n)
{
    return n->type && n->type->kind == T_FUNCTION;
}

/* ---- lvalues ------------------------------------------------------------- */

/* The object of a compound literal, which is initialised here. */
static struct esc_location *literal(struct esc_builder *b,
                                    const struct node *n)
{
    struct esc_location *location = esc_variable(b, n->symbol);
    esc_value(b, esc_noted(esc_into(location), n, ESC_BY_ELEMENT),
              n->kids[0]);
    return location;
}

/* A pointer's value in a location. */
static struct esc_location *pointer_location(struct esc_builder *b,
                                             const struct node *n)
{
    while (n->kind == N_PAREN || (n->kind == N_CAST &&
                                  type_is_pointer(n->kids[0]->type)))
        n = n->kids[0];
    if (n->kind == N_LOAD && n->kids[0]->kind == N_REF &&
        n->kids[0]->symbol->kind != S_FUNCTION)
        return esc_variable(b, n->kids[0]->symbol);
    return esc_evaluate(b, n);
}

static struct esc_place place_through(struct esc_builder *b,
                                      const struct node *pointer)
{
    const struct node *n = node_unparenthesize((struct node *)pointer);
    if (is_array_designator(n) ||
        (n->kind == N_ADDRESS && n->kids[0]->flags & NODE_LVALUE &&
            !is_function(n->kids[0])))
        return esc_place(b, n->kids[0]);
    struct esc_location *base = pointer_location(b, n);
    return (struct esc_place){base, base != b->graph->heap};
}

/* A member that is an object of its own, to which the place's points. */
static bool is_split(const struct esc_builder *b, const struct node *n)
{
    return n->field && esc_private_splits(b->context->private, n->field);
}

static struct esc_place place_in(struct esc_builder *b,
                                 struct esc_place around)
{
    if (around.base == b->graph->heap)
        return around;
    if (!around.derefs && around.base->members)
        return (struct esc_place){around.base->members, 0};
    if (!around.derefs)
        return (struct esc_place){around.base, 1};
    struct esc_location *pointer = esc_new_temporary(b);
    esc_flow(b, esc_shift(esc_into(pointer), 1), around.base);
    return (struct esc_place){pointer, 1};
}

static struct esc_place place_around(struct esc_builder *b,
                                     const struct node *n)
{
    return n->kind == N_MEMBER ? esc_place(b, n->kids[0])
                               : place_through(b, n->kids[0]);
}

struct esc_place esc_place(struct esc_builder *b, const struct node *n)
{
    switch (n->kind) {
    case N_REF:
        if (esc_is_object(n->symbol))
            return (struct esc_place){esc_variable(b, n->symbol), 0};
        break;
    case N_PAREN:
    case N_UNARY:                       /* __real__ */
        return esc_place(b, n->kids[0]);
    case N_MEMBER: case N_ARROW:
        if (n->kind == N_MEMBER && !(n->kids[0]->flags & NODE_LVALUE))
            break;
        return is_split(b, n) ? place_in(b, place_around(b, n))
                              : place_around(b, n);
    case N_DEREF:
        return place_through(b, n->kids[0]);
    case N_INDEX:
        esc_discard(b, n->kids[1]);
        return is_vector_index(n) ? esc_place(b, n->kids[0])
                                  : place_through(b, index_base(b, n));
    case N_COMPOUND_LITERAL:
        return (struct esc_place){literal(b, n), 0};
    default:
        break;
    }
    return (struct esc_place){esc_evaluate(b, n), 0};
}

struct esc_hole esc_store(struct esc_builder *b, struct esc_place place)
{
    return esc_into(place.derefs
                    ? esc_graph_store(b->graph, place.base, false)
                    : place.base);
}

/* The value of a member that is an object of its own, or its address. */
static bool split_member(struct esc_builder *b, struct esc_hole hole,
                         const struct node *n)
{
    if ((n->kind != N_MEMBER && n->kind != N_ARROW) || !is_split(b, n))
        return false;
    struct esc_place place = esc_place(b, n);
    esc_flow(b, esc_shift(hole, place.derefs), place.base);
    return true;
}

/* The value of the object that an lvalue designates. */
static void load(struct esc_builder *b, struct esc_hole hole,
                 const struct node *n)
{
    if (split_member(b, esc_noted(hole, n, ESC_BY_MEMBER), n))
        return;
    struct esc_function *member = esc_member(b->context->members, n);
    if (member && hole.to) {
        esc_member_read(b, esc_noted(hole, n, ESC_BY_ARROW), member,
                        esc_place(b, n));
        return;
    }
    switch (n->kind) {
    case N_REF:
        if (esc_is_object(n->symbol))
            esc_flow(b, hole, esc_variable(b, n->symbol));
        return;
    case N_MEMBER:
        esc_value(b, esc_noted(hole, n, ESC_BY_MEMBER), n->kids[0]);
        return;
    case N_ARROW:
        esc_value(b, esc_noted(esc_shift(hole, 1), n, ESC_BY_ARROW),
                  n->kids[0]);
        return;
    case N_DEREF:
        /* A va_list stands for the arguments, wherever it is. */
        if (n->type && n->type->kind == T_VA_LIST)
            esc_value(b, hole, n->kids[0]);
        else
            esc_value(b, esc_noted(esc_shift(hole, 1), n, ESC_BY_INDIRECTION),
                      n->kids[0]);
        return;
    case N_INDEX:
        esc_discard(b, n->kids[1]);
        if (is_vector_index(n))
            esc_value(b, hole, n->kids[0]);
        else
            esc_value(b, esc_noted(esc_shift(hole, 1), n, ESC_BY_INDIRECTION),
                      index_base(b, n));
        return;
    case N_COMPOUND_LITERAL:
        esc_flow(b, hole, literal(b, n));
        return;
    default:
        return;
    }
}

/* The address of the object that an lvalue designates; `derefs` of the hole
 * count from the address. */
static void address(struct esc_builder *b, struct esc_hole hole,
                    const struct node *n)
{
    if (split_member(b, esc_shift(hole, -1), n))
        return;
    switch (n->kind) {
    case N_PAREN:
    case N_UNARY:                       /* __real__ */
        address(b, hole, n->kids[0]);
        return;
    case N_REF:
        if (esc_is_object(n->symbol))
            esc_flow(b, esc_shift(hole, -1), esc_variable(b, n->symbol));
        return;
    case N_MEMBER:
        if (n->kids[0]->flags & NODE_LVALUE) {
            address(b, hole, n->kids[0]);
            return;
        }
        break;
    case N_ARROW: case N_DEREF:
        esc_value(b, hole, n->kids[0]);
        return;
    case N_INDEX:
        esc_discard(b, n->kids[1]);
        if (is_vector_index(n))
            address(b, hole, n->kids[0]);
        else
            esc_value(b, hole, index_base(b, n));
        return;
    case N_STRING: case N_LABEL_ADDRESS:
        return;
    case N_COMPOUND_LITERAL:
        esc_flow(b, esc_shift(hole, -1), literal(b, n));
        return;
    default:
        break;
    }
    /* A structure that is no object of its own (`f().array`): its content
     * flows, its address dies with the expression. */
    esc_flow(b, esc_shift(hole, -1), esc_evaluate(b, n));
}

/* ---- operands ------------------------------------------------------------ */

static void release(struct esc_builder *b, struct esc_hole hole,
                    const struct node *n)
{
    struct esc_location *value = esc_evaluate(b, n);
    esc_graph_release(b->graph, value, 0);
    esc_flow(b, hole, value);
}

/* An operand of arithmetic.  What is computed from an address may be any part
 * of it, from which others make it again [inv.promote.release]. */
static void operand(struct esc_builder *b, struct esc_hole hole,
                    const struct node *n)
{
    bool number = n->type && !type_is_pointer(n->type) &&
                  n->type->kind != T_ARRAY && n->type->kind != T_RECORD;
    if (!number || !esc_carries(b, n)) {
        esc_value(b, hole, n);
        return;
    }
    release(b, hole, n);
}

static bool is_comparison(int op)
{
    return op == OP_EQ || op == OP_NE || op == '<' || op == '>' ||
           op == OP_LE || op == OP_GE;
}

/* Whether the conversion may cut bits off, or makes other bits of them. */
static bool cuts(const struct node *n)
{
    const struct type *from = n->kids[0]->type, *to = n->type;
    if (!from || !to || to->kind == T_VOID || to->kind == T_BOOL)
        return false;
    return from->size != to->size ||
           (from->kind == T_FLOAT) != (to->kind == T_FLOAT);
}

/* ---- assignments --------------------------------------------------------- */

static bool is_handler_field(const struct node *n)
{
    if (!n->field)
        return false;
    const char *name = n->field->name;
    return !strcmp(name, "sa_handler") || !strcmp(name, "sa_sigaction") ||
           !strcmp(name, "sv_handler");
}

/* The right side goes into the place and, as the value of the assignment, into
 * the hole: it is evaluated once. */
static void store_right(struct esc_builder *b, struct esc_hole hole,
                        struct esc_place place, const struct node *n)
{
    struct esc_function *member = esc_member(
        b->context->members, node_unparenthesize(n->kids[0]));
    struct esc_hole store = esc_noted(
        member ? esc_member_hole(b, member, place) : esc_store(b, place), n,
        ESC_BY_ASSIGN);
    if (!hole.to && !member) {
        esc_value(b, store, n->kids[1]);
        return;
    }
    struct esc_location *right = esc_evaluate(b, n->kids[1]);
    esc_flow(b, store, right);
    esc_flow(b, hole, right);
    if (member)
        esc_member_store(b, member, right, store.notes);
}

static void assign(struct esc_builder *b, struct esc_hole hole,
                   const struct node *n)
{
    if (is_handler_field(n->kids[0]))
        esc_note_handler(b, n->kids[1]);
    struct esc_place place = esc_place(b, n->kids[0]);
    bool to_variable = node_unparenthesize(n->kids[0])->kind == N_REF &&
                       place.base != b->graph->heap;
    if ((to_variable ? may_flow : esc_carries)(b, n->kids[1]))
        store_right(b, hole, place, n);
    else
        esc_discard(b, n->kids[1]);
}

static void compound_assign(struct esc_builder *b, struct esc_hole hole,
                            const struct node *n)
{
    struct esc_place place = esc_place(b, n->kids[0]);
    struct esc_function *member = esc_member(
        b->context->members, node_unparenthesize(n->kids[0]));
    if (member)
        esc_member_read(b, hole, member, place);
    else
        esc_flow(b, esc_shift(hole, place.derefs), place.base);
    if (!type_is_pointer(n->kids[0]->type))
        esc_graph_release(b->graph, place.base, place.derefs);
    bool is_offset = type_is_pointer(n->kids[0]->type) &&
                     esc_prov_may_be_object(b->context->prov,
                                               n->kids[0]);
    if (is_offset)
        esc_discard(b, n->kids[1]);     /* p += n points where p did */
    else if (!esc_carries(b, n->kids[1]) || !esc_carries(b, n))
        operand(b, esc_nowhere, n->kids[1]);
    else
        store_right(b, hole, place, n);
}

/* ---- values -------------------------------------------------------------- */

static void binary(struct esc_builder *b, struct esc_hole hole,
                   const struct node *n)
{
    const struct node *left = n->kids[0], *right = n->kids[1];
    const struct esc_prov *prov = b->context->prov;
    bool both = false, from_left = false, from_right = false;
    switch (n->op) {
    case '+': case '-':
        from_left = type_is_pointer(left->type);
        from_right = type_is_pointer(right->type);
        if (from_left && from_right)    /* [inv.prov.difference] */
            both = true;
        else if (from_left || from_right)
            both = !esc_prov_may_be_object(prov, from_left ? left : right);
        else if (n->type && type_is_integer(n->type))
            both = true;
        else if (!from_left && !from_right)
            both = true;                /* vectors */
        break;
    case '*': case '&': case '|': case '^': case OP_SHL: case OP_SHR:
        both = true;
        break;
    case '/':
        from_left = true;
        break;
    default:
        break;
    }
    void (*evaluate)(struct esc_builder *, struct esc_hole,
                     const struct node *) =
        is_comparison(n->op) ? esc_value : operand;
    evaluate(b, both || from_left ? hole : esc_nowhere, left);
    evaluate(b, both || from_right ? hole : esc_nowhere, right);
}

static void convert(struct esc_builder *b, struct esc_hole hole,
                    const struct node *n)
{
    const struct node *from = n->kids[0];
    esc_type_parts(b, n);
    /* An address written as a number: memory of nobody we know.  One that is
     * computed from numbers: no local of ours, but of whom? */
    if (hole.to && type_is_pointer(n->type) &&
        !(n->flags & NODE_NULL_POINTER) && type_is_integer(from->type)) {
        if (from->flags & NODE_CONSTANT)
            esc_flow(b, esc_shift(hole, -1), b->graph->heap);
        else if (!esc_carries(b, from))
            esc_flow(b, esc_shift(hole, -1), b->graph->numbers);
    }
    if (from->flags & NODE_LVALUE && n->kind == N_CONVERT &&
        from->type && from->type->kind == T_ARRAY)
        address(b, hole, from);
    else if (cuts(n) && type_is_pointer(from->type))
        release(b, hole, from);
    else if (cuts(n))
        operand(b, hole, from);
    else
        esc_value(b, hole, from);
}

/* Where parameters have known values [inv.esc.special]. */
static bool is_known(const struct esc_builder *b, const struct node *n,
                     int64_t *value)
{
    const struct map *constants = b->function->constants;
    return constants && esc_constant(constants, n, value);
}

static void conditional(struct esc_builder *b, struct esc_hole hole,
                        const struct node *n)
{
    int64_t value;
    bool known = is_known(b, n->kids[0], &value);
    esc_value(b, n->kids[1] ? esc_nowhere : hole, n->kids[0]);
    if (n->kids[1] && (!known || value || esc_has_label(n->kids[1], false)))
        esc_value(b, hole, n->kids[1]);
    if (!known || !value || esc_has_label(n->kids[2], false))
        esc_value(b, hole, n->kids[2]);
}

static void logical(struct esc_builder *b, const struct node *n)
{
    int64_t value;
    bool known = is_known(b, n->kids[0], &value);
    esc_discard(b, n->kids[0]);
    if (!known || !value == (n->op == OP_OR) ||
        esc_has_label(n->kids[1], false))
        esc_discard(b, n->kids[1]);
}

static void init_list(struct esc_builder *b, struct esc_hole hole,
                      const struct node *n)
{
    for (int i = 0; i < n->kid_count; i++) {
        const struct node *item = n->kids[i];
        const struct node *value =
            item && item->kind == N_INIT_ITEM ? item->kids[0] : item;
        if (item && is_handler_field(item))
            esc_note_handler(b, value);
        bool carries = hole.to && value && value->kind != N_INIT_LIST &&
                       esc_carries(b, value);
        struct esc_function *member =
            carries ? esc_member(b->context->members, item) : NULL;
        if (!member) {
            esc_value(b, hole, value);
            continue;
        }
        struct esc_location *right = esc_evaluate(b, value);
        esc_member_init(b, hole, member, right);
    }
}

/* Nothing is known about what happens to the operands. */
static void opaque(struct esc_builder *b, struct esc_hole hole,
                   const struct node *n)
{
    struct esc_hole heap = esc_noted(esc_into(b->graph->heap), n,
                                     ESC_BY_UNKNOWN);
    for (int i = 0; i < n->kid_count; i++) {
        const struct node *kid = n->kids[i];
        if (!kid)
            continue;
        if (kid->flags & NODE_LVALUE)
            address(b, heap, kid);
        else
            esc_value(b, heap, kid);
    }
    esc_flow(b, esc_shift(hole, -1), b->graph->heap);
}

static void decay(struct esc_builder *b, struct esc_hole hole,
                  const struct node *n)
{
    const struct node *array = n->kids[0];
    if (is_function(array)) {
        if (array->kind != N_REF)
            esc_value(b, hole, array);
    } else if (array->type && array->type->kind == T_VA_LIST) {
        esc_value(b, hole, array);
    } else {
        address(b, esc_noted(hole, array, ESC_BY_ADDRESS), array);
    }
}

static void lvalue_or_value(struct esc_builder *b, struct esc_hole hole,
                            const struct node *n)
{
    switch (n->kind) {
    case N_REF: case N_ARROW: case N_DEREF: case N_COMPOUND_LITERAL:
    case N_MEMBER: case N_INDEX:
        load(b, hole, n);
        break;
    case N_LOAD:
        esc_value(b, hole, n->kids[0]);
        break;
    case N_DECAY:
        decay(b, hole, n);
        break;
    case N_ADDRESS:
        if (n->kids[0]->type && n->kids[0]->type->kind == T_VA_LIST)
            esc_value(b, hole, n->kids[0]);
        else
            address(b, esc_noted(hole, n, ESC_BY_ADDRESS), n->kids[0]);
        break;
    default:
        opaque(b, hole, n);
    }
}

static void operation(struct esc_builder *b, struct esc_hole hole,
                      const struct node *n)
{
    switch (n->kind) {
    case N_UNARY:
        if (n->op == OP_REAL || n->op == OP_IMAG)
            esc_value(b, hole, n->kids[0]);
        else
            operand(b, n->op == '!' ? esc_nowhere : hole, n->kids[0]);
        break;
    case N_INCDEC:
        esc_value(b, hole, n->kids[0]);
        break;
    case N_BINARY:
        binary(b, hole, n);
        break;
    case N_LOGICAL:
        logical(b, n);
        break;
    case N_COMMA:
        esc_discard(b, n->kids[0]);
        esc_value(b, hole, n->kids[1]);
        break;
    case N_ASSIGN:
        assign(b, hole, n);
        break;
    case N_COMPOUND_ASSIGN:
        compound_assign(b, hole, n);
        break;
    case N_CONDITIONAL:
        conditional(b, hole, n);
        break;
    default:
        lvalue_or_value(b, hole, n);
    }
}

void esc_value(struct esc_builder *b, struct esc_hole hole,
               const struct node *n)
{
    if (!n || n->flags & NODE_UNEVALUATED)
        return;
    if (hole.to && !may_flow(b, n) && n->kind != N_INIT_LIST)
        hole = esc_nowhere;
    switch (n->kind) {
    case N_NUMBER: case N_STRING: case N_LABEL_ADDRESS:
        break;
    case N_SIZEOF: case N_OFFSETOF:
        esc_type_parts(b, n);
        discard_kids(b, n);
        break;
    case N_PAREN:
        esc_value(b, hole, n->kids[0]);
        break;
    case N_CONVERT: case N_CAST:
        convert(b, hole, n);
        break;
    case N_CALL:
        esc_build_call(b, hole, n);
        break;
    case N_ATOMIC:
        esc_build_atomic(b, hole, n);
        break;
    case N_INIT_LIST:
        init_list(b, hole, n);
        break;
    case N_STMT_EXPR:
        esc_block(b, n->kids[0], hole);
        break;
    case N_VA_ARG:
        esc_type_parts(b, n);
        esc_value(b, esc_noted(esc_shift(hole, 1), n, ESC_BY_VA_ARG),
                  n->kids[0]);
        break;
    default:
        operation(b, hole, n);
    }
}
