/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_prov.c - provenance of integers, unit-wide and flow-insensitive.
 *
 * A pointer may travel through integers: `(uintptr_t)p | 1`, hash tables of
 * `unsigned long`, the parent word of a red-black tree.  Whoever decides on
 * a barrier or follows an address has to know.  A value of a pointer's width
 * may carry if a pointer's value can reach it:
 *
 *   - a pointer that is converted carries; so do sums, masks, shifts and other
 *     combinations with what carries, but for those that are named below;
 *   - variables whose address is not taken and that only this unit can name
 *     (locals, statics): the join of everything assigned to them;
 *   - parameters of static functions that are only called directly: the join
 *     of the arguments;
 *   - results of functions defined here: the join of what they return;
 *   - words in memory, by variable, member and what a pointer leads to: the
 *     join of all that is stored there by this unit, in whatever type, and
 *     "may" where other code can store something (esc_words.c);
 *   - parameters of functions that others may call, results of those that are
 *     not defined here, objects of atomic types: may.
 *
 * All start with "no" and are raised until nothing changes.
 *
 * [inv.prov.lost]  quotients, remainders, comparisons, results of floating
 * arithmetic and what is cut off a word do not carry: compressed pointers are
 * not supported (docs/limits.md).  What is no word by itself (narrow integers,
 * floats) carries if it is copied from a pointer's memory: esc_parts.c.
 *
 * [inv.prov.quotient]  a product carries if a factor is the quotient of a
 * carrying value, which is how an address is rounded: `(x + a - 1) / a * a`.
 * So variables and results are followed for quotients as well.
 *
 * [inv.prov.difference]  the difference of two pointers into objects is a
 * number.  That of a pointer and a null pointer, or another constant, is the
 * pointer; a variable counts as a constant if it is assigned nothing else.
 */
#include "esc_prov.h"

#include "esc_parts.h"
#include "esc_query.h"
#include "esc_words.h"

#include <string.h>

/* `to` may take the value of `from`. */
struct assignment {
    const struct symbol *to;
    const struct node *from;
};

struct esc_prov {
    bool *carries;                      /* by symbol id */
    bool *quotients;                    /* [inv.prov.quotient] */
    bool *objects;                      /* [inv.prov.difference] */
    struct esc_parts *parts;           /* NULL: not known yet */
    struct esc_words *words;
    struct symbol *function;            /* while collecting */
    VEC_TYPE(assignments, struct assignment) assignments;
};

/* A mask below this keeps the tag of a pointer or its low half, not the
 * pointer. */
static const int64_t LOW_MASK_END = (int64_t)1 << 32;

static bool wide_enough(const struct type *type)
{
    return type_is_integer(type) && type->size >= 8;
}

/* A variable all of whose assignments are in this unit's text. */
static bool is_followed(const struct symbol *symbol)
{
    if (symbol->address_taken || symbol->type->qualifiers & Q_ATOMIC ||
        symbol->has_asm_register ||
        !(wide_enough(symbol->type) || type_is_pointer(symbol->type)))
        return false;
    return esc_assigned_here(symbol);
}

static const struct symbol *referenced(const struct node *lvalue)
{
    while (lvalue->kind == N_PAREN || lvalue->kind == N_LOAD ||
           lvalue->kind == N_UNARY)     /* __real__ */
        lvalue = lvalue->kids[0];
    return lvalue->kind == N_REF ? lvalue->symbol : NULL;
}

/* In memory, not where it changes by itself. */
static bool is_plain_memory(const struct node *lvalue)
{
    const struct symbol *symbol = referenced(lvalue);
    return wide_enough(lvalue->type) && !type_is_opaque(lvalue->type) &&
           !(lvalue->type->qualifiers & Q_ATOMIC) &&
           !(symbol && symbol->has_asm_register);
}

static bool variable_carries(const struct esc_prov *prov,
                             const struct node *lvalue)
{
    const struct symbol *symbol = referenced(lvalue);
    if (symbol && symbol->kind == S_ENUMERATOR)
        return false;
    if (symbol && is_followed(symbol))
        return prov->carries[symbol->id];
    return !is_plain_memory(lvalue) || esc_words_hold(prov->words, lvalue);
}

static bool call_carries(const struct esc_prov *prov, const struct node *call)
{
    const struct symbol *callee = node_callee(call);
    if (!callee)
        return true;
    if (esc_runs_here(callee))
        return prov->carries[callee->id];
    const struct esc_tag *tag = esc_library_tag(callee);
    if (!tag || !(library_reserves(callee->name) || esc_is_number(call->type)))
        return true;            /* [inv.library.replaced] */
    for (int i = 0; i < tag->parameter_count; i++)
        if (tag->to_result[i] != ESC_NO_FLOW)
            return true;
    return tag->result_unknown || tag->allocates == ESC_ALLOCATES_RESULT ||
           tag->allocates == ESC_ALLOCATES_FRAME;
}

/* [inv.prov.difference] */
bool esc_prov_may_be_object(const struct esc_prov *prov,
                            const struct node *n)
{
    for (;;) {
        if (n->flags & (NODE_NULL_POINTER | NODE_CONSTANT))
            return false;
        switch (n->kind) {
        case N_PAREN: case N_CONVERT: case N_CAST:
            n = n->kids[0];
            break;
        case N_COMMA: case N_ASSIGN:
            n = n->kids[1];
            break;
        case N_BINARY:
            if (!type_is_pointer(n->type))
                return true;
            n = n->kids[!type_is_pointer(n->kids[0]->type)];
            break;
        case N_COMPOUND_ASSIGN: case N_INCDEC:
            n = n->kids[0];
            break;
        case N_LOAD: case N_REF: {
            const struct symbol *symbol = referenced(n);
            return !symbol || prov->objects[symbol->id];
        }
        default:
            return true;
        }
    }
}

static bool is_low_mask(const struct node *n)
{
    n = node_strip((struct node *)n);
    return n->flags & NODE_CONSTANT && n->value >= 0 &&
           n->value < LOW_MASK_END;
}

static const struct node *without_casts(const struct node *n)
{
    while (n->kind == N_PAREN || n->kind == N_CONVERT || n->kind == N_CAST)
        n = n->kids[0];
    return n;
}

static bool is_power(const struct node *n, const struct node *shift)
{
    return shift->value >= 0 && shift->value < 63 &&
           n->value == (int64_t)1 << shift->value;
}

/* Whether the product with a quotient is known to be another number. */
static bool is_other_multiple(const struct node *quotient,
                              const struct node *factor)
{
    quotient = without_casts(quotient);
    if (quotient->kind != N_BINARY || !(factor->flags & NODE_CONSTANT) ||
        !(quotient->kids[1]->flags & NODE_CONSTANT))
        return false;
    const struct node *divisor = quotient->kids[1];
    return (quotient->op == '/' && divisor->value != factor->value) ||
           (quotient->op == OP_SHR && !is_power(factor, divisor));
}

/* [inv.prov.quotient] */
static bool product_carries(const struct esc_prov *prov,
                            const struct node *left,
                            const struct node *right)
{
    return (esc_prov_is_quotient(prov, left) &&
            !is_other_multiple(left, right)) ||
           (esc_prov_is_quotient(prov, right) &&
               !is_other_multiple(right, left));
}

static bool operation_carries(const struct esc_prov *prov, int op,
                              const struct node *left,
                              const struct node *right)
{
    switch (op) {
    case '-':
        if (type_is_pointer(left->type) && type_is_pointer(right->type) &&
            esc_prov_may_be_object(prov, left) &&
            esc_prov_may_be_object(prov, right))
            return false;
        break;
    case '*':
        return product_carries(prov, left, right);
    case '&':
        if (is_low_mask(left) || is_low_mask(right))
            return false;
        break;
    case '+': case '|': case '^':
        break;
    case OP_SHL: case OP_SHR:
        return esc_prov_may_carry(prov, left);
    default:
        return false;                   /* [inv.prov.lost] */
    }
    return esc_prov_may_carry(prov, left) || esc_prov_may_carry(prov, right);
}

static bool conditional_carries(const struct esc_prov *prov,
                                const struct node *n)
{
    const struct node *then = n->kids[1] ? n->kids[1] : n->kids[0];
    return esc_prov_may_carry(prov, then) ||
           esc_prov_may_carry(prov, n->kids[2]);
}

static bool kind_carries(const struct esc_prov *prov, const struct node *n)
{
    switch (n->kind) {
    case N_NUMBER: case N_SIZEOF: case N_OFFSETOF: case N_LOGICAL:
        return false;
    case N_PAREN: case N_CONVERT: case N_CAST:
        return esc_prov_may_carry(prov, n->kids[0]);
    case N_LOAD: case N_INCDEC:
        return variable_carries(prov, n->kids[0]);
    case N_REF: case N_INDEX: case N_DEREF: case N_MEMBER: case N_ARROW:
        return variable_carries(prov, n);
    case N_UNARY:
        return n->op != '!' && esc_prov_may_carry(prov, n->kids[0]);
    case N_BINARY: case N_COMPOUND_ASSIGN:
        return operation_carries(prov, n->op, n->kids[0], n->kids[1]);
    case N_COMMA: case N_ASSIGN:
        return esc_prov_may_carry(prov, n->kids[1]);
    case N_CONDITIONAL:
        return conditional_carries(prov, n);
    case N_CALL:
        return call_carries(prov, n);
    case N_STMT_EXPR: {
        const struct node *last = esc_block_value(n->kids[0]);
        return !last || esc_prov_may_carry(prov, last);
    }
    default:
        return true;
    }
}

bool esc_prov_may_carry(const struct esc_prov *prov, const struct node *n)
{
    if (!n || n->flags & (NODE_NULL_POINTER | NODE_CONSTANT))
        return false;
    const struct type *type = n->type;
    if (!type)
        return true;
    if (type->kind == T_VOID || type->kind == T_BOOL)
        return false;
    if (esc_parts_is_piece(type))
        return prov->parts && esc_parts_carry(prov->parts, n, false);
    return !type_is_integer(type) || kind_carries(prov, n);
}

struct esc_parts *esc_prov_parts(const struct esc_prov *prov)
{
    return prov->parts;
}

struct esc_words *esc_prov_words(const struct esc_prov *prov)
{
    return prov->words;
}

/* ---- quotients ----------------------------------------------------------- */

static bool operation_is_quotient(const struct esc_prov *prov,
                                  const struct node *n)
{
    const struct node *left = n->kids[0], *right = n->kids[1];
    switch (n->op) {
    case '/': case OP_SHR:
        return esc_prov_may_carry(prov, left) ||
               esc_prov_is_quotient(prov, left);
    case '+': case '-': case '|': case '&':
        return esc_prov_is_quotient(prov, left) ||
               esc_prov_is_quotient(prov, right);
    default:
        return false;
    }
}

static bool kind_is_quotient(const struct esc_prov *prov,
                             const struct node *n)
{
    switch (n->kind) {
    case N_PAREN: case N_CONVERT: case N_CAST:
        return esc_prov_is_quotient(prov, n->kids[0]);
    case N_REF: case N_LOAD: case N_INCDEC: {
        const struct symbol *symbol =
            referenced(n->kind == N_REF ? n : n->kids[0]);
        return symbol && prov->quotients[symbol->id];
    }
    case N_BINARY: case N_COMPOUND_ASSIGN:
        return operation_is_quotient(prov, n);
    case N_COMMA: case N_ASSIGN:
        return esc_prov_is_quotient(prov, n->kids[1]);
    case N_CONDITIONAL:
        return esc_prov_is_quotient(prov, n->kids[1] ? n->kids[1]
                                                     : n->kids[0]) ||
               esc_prov_is_quotient(prov, n->kids[2]);
    case N_CALL: {
        const struct symbol *callee = node_callee(n);
        return callee && prov->quotients[callee->id];
    }
    case N_STMT_EXPR: {
        const struct node *last = esc_block_value(n->kids[0]);
        return last && esc_prov_is_quotient(prov, last);
    }
    default:
        return false;
    }
}

bool esc_prov_is_quotient(const struct esc_prov *prov, const struct node *n)
{
    return n && !(n->flags & NODE_CONSTANT) && n->type &&
           wide_enough(n->type) && kind_is_quotient(prov, n);
}

/* ---- collecting ---------------------------------------------------------- */

static void add(struct esc_prov *prov, const struct symbol *to,
                const struct node *from)
{
    if (!to || !from)
        return;
    const struct type *type = esc_type_held(to);
    if (!wide_enough(type) && !type_is_pointer(type))
        return;
    struct assignment assignment = {to, from};
    vec_push(&prov->assignments, assignment);
}

static void add_call(struct esc_prov *prov, const struct node *call)
{
    const struct symbol *callee = node_callee(call);
    if (!callee || callee->storage != ST_STATIC)
        return;
    for (int i = 1; i < call->kid_count; i++)
        add(prov, esc_parameter(callee, i), call->kids[i]);
}

static void add_asm(struct esc_prov *prov, const struct node *n)
{
    for (int i = 0; n->asm_ && i < n->asm_->outputs && i < n->kid_count; i++) {
        const struct symbol *symbol = referenced(n->kids[i]);
        if (symbol)
            prov->carries[symbol->id] = prov->quotients[symbol->id] =
                prov->objects[symbol->id] = true;
    }
}

static bool collect(struct node *n, void *context)
{
    struct esc_prov *prov = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    switch (n->kind) {
    case N_FUNCTION:
        prov->function = n->symbol;
        break;
    case N_VAR:
        add(prov, n->symbol, n->kids[0]);
        break;
    case N_ASSIGN:
        add(prov, referenced(n->kids[0]), n->kids[1]);
        break;
    case N_COMPOUND_ASSIGN:
        add(prov, referenced(n->kids[0]), n);
        break;
    case N_RETURN:
        if (n->kid_count)
            add(prov, prov->function, n->kids[0]);
        break;
    case N_CALL:
        add_call(prov, n);
        break;
    case N_ASM:
        add_asm(prov, n);
        break;
    default:
        break;
    }
    return true;
}

static bool raise(bool *slot, bool value)
{
    bool changed = value && !*slot;
    *slot |= value;
    return changed;
}

static bool apply(struct esc_prov *prov, const struct assignment *a)
{
    int id = a->to->id;
    if (type_is_pointer(a->from->type))
        return raise(&prov->objects[id],
                     esc_prov_may_be_object(prov, a->from));
    bool changed = raise(&prov->carries[id],
                         esc_prov_may_carry(prov, a->from));
    return raise(&prov->quotients[id], esc_prov_is_quotient(prov, a->from)) ||
           changed;
}

/* Whether anything was new. */
static bool solve(struct esc_prov *prov)
{
    bool any = false, changed;
    do {
        changed = esc_words_update(prov->words, prov);
        for (size_t i = 0; i < prov->assignments.count; i++)
            changed |= apply(prov, &prov->assignments.items[i]);
        any |= changed;
    } while (changed);
    return any;
}

struct esc_prov *esc_prov_new(const struct unit *unit)
{
    struct esc_prov *prov = arena_new(struct esc_prov);
    prov->carries = arena_array(bool, unit->symbol_count);
    prov->quotients = arena_array(bool, unit->symbol_count);
    prov->objects = arena_array(bool, unit->symbol_count);
    for (int i = 0; i < unit->symbol_count; i++) {
        const struct symbol *symbol = unit->symbols[i];
        if (esc_is_object(symbol))
            prov->carries[i] = prov->objects[i] = !is_followed(symbol);
    }
    node_walk(unit->root, collect, prov);
    prov->words = esc_words_new(unit);
    /* Words are put together from pieces, pieces are found where words were
     * stored: each round knows what the one before found. */
    do {
        solve(prov);
        prov->parts = esc_parts_new(unit, prov);
    } while (solve(prov));
    return prov;
}
