/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_barrier.c - assignments and initialisations of possible pointers.
 *
 * The barrier is Dijkstra's, checked after the store:
 *
 *     p->f = v    becomes
 *     __extension__({
 *       __auto_type t = (v);              right side first: p->a[i] = grow(p)
 *       __auto_type s = &(p->f);          left side once; not typeof(p->f),
 *       *s = t;                           which evaluates `*pp++` twice if
 *                                         that is variably modified
 *       check                             if (marking) shade t (rw_check.h)
 *       t; })                             not where the value is unused
 *
 * Of stores in a row the last has the check for all (rw_group.c), of
 * `a = b = v` the inner one for both.
 *
 * All stores are written by write_store from a struct store, which has the
 * parts of this that differ.  Where a slot has no address, only its new value
 * is put into such an expression (write_value).
 *
 * [inv.barrier.value]  what is shaded is the value stored; the slot is never
 * read again (another thread may have overwritten it).  Of an aggregate the
 * compiler may read the source twice, for the slot and for the shade; they
 * differ only if another thread writes the source meanwhile, which is a data
 * race unless the copy is thrown away (as a seqlock does).
 *
 * [inv.barrier.omp]  `#pragma omp atomic` prescribes the form of the assignment
 * behind it; only its right side can be another expression.  There the value
 * is checked before the store.  Where the right side is prescribed as well
 * (`x = x + e`, `v = x`) there is no barrier, nor in the head of a loop that
 * OpenMP distributes, the variable of which is each thread's own.  If v is in
 * no frame the unit is open: x may have been given its value before marking
 * began, and have another one when it is read.
 *
 * Misaligned slots (members of packed records) are stored through a packed
 * struct that may alias anything.  Aggregates go through a temporary and are
 * shaded from it; above 64 bytes they go through __escc_memmove, which
 * publishes its destination.
 */
#include "rw_check.h"
#include "rw_passes.h"
#include "rw_stores.h"

#include "util/arena.h"

#include <string.h>

enum { WORD_BITS = 64 };

/* ---- the texts of a store ------------------------------------------------ */

/* `left op right` becomes
 *
 *     __extension__({<first> __auto_type <value>=<right_open> right);
 *       <left_open> left <left_close> <store> <check> <result>})
 *
 * All are C text, and "" where there is nothing to say. */
struct store {
    const char *first;
    const char *value;          /* the variable that has the right side's */
    const char *right_open;     /* `(`, and what makes a value of that */
    const char *left_open, *left_close;
    const char *slot;           /* the lvalue that left has become */
    const char *store, *check;
    const char *result;         /* of the whole expression */
    unsigned serial;            /* the number in its names */
};

/* What stands before the right side's text so that __auto_type takes its
 * value; a `)` closes it.  The unary plus makes a value of a bit-field, which
 * __auto_type refuses; the comma one of an _Atomic object, whose type clang
 * would keep. */
static const char *opening(struct node *right)
{
    const struct node *written = rw_written(right);
    if (written->kind == N_LOAD &&
        written->kids[0]->type->qualifiers & Q_ATOMIC)
        return "((void)0,";
    bool number = written->type && (type_is_integer(written->type) ||
                                    written->type->kind == T_OTHER);
    return number && written->kind == N_LOAD &&
        rw_is_bit_field(node_unparenthesize(written->kids[0])) ? "+(" : "(";
}

static struct store new_store(struct rewrite *r, struct node *n)
{
    unsigned serial = ++r->serial;
    return (struct store){
        .first = "", .value = arena_printf("__escc_t%u", serial),
        .right_open = opening(n->kids[1]), .left_open = "",
        .left_close = "", .slot = "", .store = "", .check = "",
        .result = "", .serial = serial};
}

static void take_address(struct store *s)
{
    s->left_open = arena_printf("__auto_type __escc_s%u=&(", s->serial);
    s->slot = arena_printf("*__escc_s%u", s->serial);
    s->left_close = ");";
}

/* For a left side that may be misaligned. */
static void take_packed_address(struct store *s)
{
    s->left_open = arena_printf("__auto_type __escc_a%u=&(", s->serial);
    s->slot = arena_printf("__escc_s%u->v", s->serial);
    s->left_close = arena_printf(
        ");struct{__typeof__(*__escc_a%u) v;}__attribute__((__packed__,"
        "__may_alias__))*__escc_s%u=(void*)__escc_a%u;",
        s->serial, s->serial, s->serial);
}

static void find_slot(struct store *s, struct node *left)
{
    if (rw_is_stored_misaligned(left))
        take_packed_address(s);
    else
        take_address(s);
}

/* By the function called `copier`. */
static const char *copy_to_slot(const struct store *s, const char *copier)
{
    return rw_copy_text(copier, arena_printf("__escc_s%u", s->serial),
                        s->value);
}

/* Moves the left side behind the right one, as [inv.rw.once] asks; `rest`
 * follows. */
static void cut_left(struct rewrite *r, struct node *n, const struct store *s,
                     const char *rest)
{
    struct node *left = n->kids[0];
    uint32_t op_end = n->op_begin;
    while (r->unit->text[op_end] != '=')
        op_end++;
    edit_cut cut = edits_cut(&r->edits, left->begin, left->end, "");
    edits_replace(&r->edits, n->op_begin, op_end + 1, "");
    edits_after_cut(&r->edits, n->end, arena_printf(");%s", s->left_open),
                    cut, rest);
}

/* Right side first. */
static void write_store(struct rewrite *r, struct node *n,
                        const struct store *s)
{
    edits_before(&r->edits, n->begin,
                 arena_printf("__extension__({%s__auto_type %s=%s", s->first,
                              s->value, s->right_open));
    cut_left(r, n, s, arena_printf("%s%s%s%s})", s->left_close, s->store,
                                   s->check, s->result));
    rw_wrap(r, n);
}

static bool find_code(struct node *n, void *found)
{
    switch (n->kind) {
    case N_CALL: case N_ATOMIC: case N_ASM: case N_STMT_EXPR: case N_VA_ARG:
    case N_OTHER_EXPR:
        *(bool *)found = true;
        break;
    default:
        break;
    }
    return !(n->flags & NODE_UNEVALUATED);
}

/* Of pieces the word is whole in memory before it is shaded, and what they
 * were taken from may be forgotten: no stop in between, from where the last
 * one is read unless other code runs on the way [inv.window]. */
static void tear_store(const struct node *n, enum shade_kind kind,
                       struct store *s)
{
    bool code = false;
    if (kind != SHADE_PIECES)
        return;
    node_walk(n->kids[0], find_code, &code);
    node_walk(n->kids[1], find_code, &code);
    const char *outer = arena_printf("__escc_k%u", s->serial);
    if (code)
        s->store = arena_printf("%s%s", rw_tear_text(outer), s->store);
    else
        s->first = rw_tear_text(outer);
    s->check = arena_printf("%s%s", s->check, rw_mend_text(outer));
}

/* `value` becomes `({ name = <open> value); <check> name; })`. */
static void write_value(struct rewrite *r, struct node *value,
                        const char *name, const char *open,
                        const char *check)
{
    edits_before(&r->edits, value->begin,
                 arena_printf("__extension__({__auto_type %s=%s", name,
                              open));
    edits_after(&r->edits, value->end,
                arena_printf(");%s%s;})", check, name));
    rw_wrap(r, value);
}

/* ---- assignments --------------------------------------------------------- */

/* One of several with one check: its variables are the block's that is round
 * all of them [inv.group]. */
static void assign_in_group(struct rewrite *r, struct node *n,
                            struct store_group *group)
{
    struct store s = new_store(r, n);
    const char *declare = "", *names[RW_OBJECT_WORDS] = {s.value};
    int offsets[RW_OBJECT_WORDS] = {0};
    take_address(&s);
    rw_object_words(n->kids[0]->type, s.value, s.serial, &declare, names,
                    offsets);
    s.first = n == group->first && !group->hoisted ? "__extension__({" : "";
    if (group->hoisted)
        s.result = arena_printf(
            ";__escc_g%u_%d=(unsigned long)%s;"
            "__escc_h%u_%d=(char(*)[8])((unsigned long)__escc_s%u+%d)",
            group->hoisted, group->count, names[0], group->hoisted,
            group->count, s.serial, offsets[0]);
    group->values[group->count] = names[0];
    group->slots[group->count++] = rw_word_in(s.slot, offsets[0]);
    /* What is behind it comes before it: edits.h. */
    if (n == group->last && !group->hoisted)
        edits_after(&r->edits, group->comma
                                   ? group->comma->end
                                   : rw_statement_end(r, n->parent),
                    arena_printf("%s%s})%s", group->comma ? ";" : "",
                                 rw_words_check_text(group->slots,
                                                     group->values,
                                                     group->count),
                                 group->comma ? "" : ";"));
    edits_before(&r->edits, n->begin,
                 arena_printf("%s__auto_type %s=%s", s.first, s.value,
                              s.right_open));
    cut_left(r, n, &s, arena_printf("%s%s%s=%s%s", s.left_close, declare,
                                    s.slot, s.value, s.result));
}

/* The value of the whole expression; "" where nobody looks. */
static const char *result_text(struct node *n, const struct store *s)
{
    if (node_value_unused(n))
        return "";
    const struct type *left = n->kids[0]->type->unqualified;
    const struct type *right = rw_written(n->kids[1])->type;
    if (right && right->unqualified == left)
        return arena_printf("%s;", s->value);
    /* The comma drops qualifiers and _Atomic. */
    return arena_printf("(__typeof__(((void)0,%s)))%s;", s->slot, s->value);
}

/* [inv.barrier.unoptimized] */
static bool assigns_in_place(const struct rewrite *r, struct node *n,
                             enum shade_kind kind)
{
    return r->unoptimized && kind == SHADE_WORD && node_value_unused(n) &&
        !rw_is_stored_misaligned(n->kids[0]);
}

static void assign_in_place(struct rewrite *r, struct node *n)
{
    struct store s = new_store(r, n);
    s.store = arena_printf("=%s;", s.value);
    s.check = rw_check_text(r, NULL, SHADE_WORD, s.value);
    write_store(r, n, &s);
}

static bool is_stored_again(const struct rewrite *r, struct node *n);

static void assign_by_copy(struct rewrite *r, struct node *n,
                           enum shade_kind kind)
{
    struct node *left = n->kids[0];
    struct store s = new_store(r, n);
    bool scalar = kind == SHADE_WORD || kind == SHADE_BITS ||
        kind == SHADE_PIECES;
    find_slot(&s, left);
    /* A number may be narrower than the slot: 64 bits for an __int128. */
    s.store = !scalar && rw_is_stored_misaligned(left) &&
            left->type->kind == T_RECORD
        ? copy_to_slot(&s, "__builtin_memcpy")
        : arena_printf("%s=%s;", s.slot, s.value);
    /* [inv.barrier.value] */
    s.check = kind == SHADE_WORD && is_stored_again(r, n)
        ? arena_printf("__asm__ volatile(\"\"::\"m\"(%s));%s", s.slot,
                       rw_check_text(r, NULL, kind, s.value))
        : rw_object_check_text(r, s.slot, kind, s.value, left->type,
                               s.serial);
    s.result = result_text(n, &s);
    tear_store(n, kind, &s);
    write_store(r, n, &s);
}

/* Whether &(value) is possible: the lvalue, or NULL. */
static struct node *addressable(struct node *value)
{
    value = rw_written(value);
    if (value->kind != N_LOAD)
        return NULL;
    struct node *lvalue = value->kids[0];
    const struct symbol *root = rw_root(lvalue);
    if (root && (root->storage == ST_REGISTER || root->has_asm_register))
        return NULL;
    struct node *plain = node_unparenthesize(lvalue);
    switch (plain->kind) {
    case N_REF:
    case N_DEREF:
    case N_ARROW:
    case N_INDEX:
        return lvalue;
    case N_MEMBER:
        return root || plain->kids[0]->flags & NODE_LVALUE ? lvalue : NULL;
    default:
        return NULL;
    }
}

/* Above INLINE_COPY_BYTES. */
static void assign_large(struct rewrite *r, struct node *n)
{
    struct store s = new_store(r, n);
    bool unused = node_value_unused(n);
    bool direct = unused && addressable(n->kids[1]);
    take_address(&s);
    s.right_open = direct ? "&(" : "(";
    s.store = direct
        ? arena_printf("__escc_memmove((void*)__escc_s%u,(const void*)%s,"
                       "sizeof %s);", s.serial, s.value, s.slot)
        : copy_to_slot(&s, "__escc_memcpy");
    if (!unused)
        s.result = arena_printf("%s;", s.value);
    write_store(r, n, &s);
}

/* ---- values of slots without an address ---------------------------------- */

/* What to add to the name of a value that was stored in such a slot, to get
 * the word that the collector will read: the address in a bit-field may stand
 * above a few bits of a tag, without its own lowest bits.  What is the whole
 * address is found in such a word by its place (rw_note_field). */
static const char *word_shift(struct node *left)
{
    left = node_unparenthesize(left);
    return rw_is_bit_field(left)
        ? arena_printf("<<%d", (int)(left->field->bit_offset % WORD_BITS))
        : "";
}

static const char *check_shifted(struct rewrite *r, enum shade_kind kind,
                                 const char *name, const char *shift)
{
    if (kind != SHADE_WORD || !*shift)
        return rw_check_text(r, NULL, kind, name);
    const char *word = arena_printf("__escc_w%u", ++r->serial);
    return arena_printf("unsigned long %s=(unsigned long)%s%s;%s", word, name,
                        shift, rw_check_text(r, NULL, kind, word));
}

/* The check is in front of the store. */
static void wrap_value(struct rewrite *r, struct node *value,
                       enum shade_kind kind, const char *shift)
{
    const char *name = arena_printf("__escc_t%u", ++r->serial);
    write_value(r, value, name, opening(value),
                check_shifted(r, kind, name, shift));
}

/* Whether a word is stored that another store of the same expression has
 * shaded: `left = slot = value`.  If marking begins between the two, the word
 * is in a register [inv.window]; no other code runs there. */
static bool is_shaded_already(const struct rewrite *r, struct node *left,
                              struct node *right)
{
    bool code = false;
    right = node_unparenthesize(right);
    if (right->kind != N_ASSIGN || right->flags & NODE_MACRO ||
        right->kids[0]->type->unqualified != left->type->unqualified ||
        right->kids[0]->type->qualifiers & (Q_VOLATILE | Q_ATOMIC) ||
        !type_is_pointer(left->type))
        return false;
    node_walk(left, find_code, &code);
    return !code &&
           (rw_store_form(r, right) == STORE_WORD ||
               is_shaded_already(r, right->kids[0], right->kids[1]));
}

/* Whether the same holds the other way round: there the slot is not named,
 * since it is not the only one.  The empty statement keeps the store in
 * front. */
static bool is_stored_again(const struct rewrite *r, struct node *n)
{
    struct node *outer = n->parent;
    while (outer && outer->kind == N_PAREN)
        outer = outer->parent;
    return outer && outer->kind == N_ASSIGN &&
           node_unparenthesize(outer->kids[1]) == n &&
           is_shaded_already(r, outer->kids[0], outer->kids[1]);
}

/* Pieces are shaded there, too: a byte may be all that is left of a word
 * [inv.window]. */
static bool needs_none(const struct rewrite *r, struct node *left,
                       struct node *right, enum shade_kind kind)
{
    if (kind == SHADE_WORD && right && is_shaded_already(r, left, right))
        return true;
    if (kind == SHADE_WORD && right && rw_is_self_store(left, right))
        return true;
    return kind == SHADE_NONE || rw_is_private(left) || rw_is_narrow(left) ||
        (kind != SHADE_PIECES && rw_is_in_frame(left));
}

enum store_form rw_store_form(const struct rewrite *r, struct node *n)
{
    struct node *left = n->kids[0];
    const struct type *type = left->type;
    enum shade_kind kind = rw_shade_kind(r, type, n->kids[1]);
    if (needs_none(r, left, n->kids[1], kind))
        return STORE_PLAIN;
    const char *declare, *names[RW_OBJECT_WORDS];
    int offsets[RW_OBJECT_WORDS];
    bool word = kind == SHADE_WORD ||
        (kind == SHADE_RANGE && type->size <= INLINE_COPY_BYTES &&
            rw_object_words(type, "", 0, &declare, names, offsets) == 1);
    return word && !map_get(&r->copied, n) &&
           !(n->flags & (NODE_OMP_FIXED | NODE_OMP_FORM)) &&
           !(type->qualifiers & Q_ATOMIC) && !type->variably_modified &&
           !rw_has_no_address(left) && !rw_is_stored_misaligned(left)
           ? STORE_WORD : STORE_OTHER;
}

bool rw_compound_is_plain(const struct rewrite *r, struct node *n)
{
    return needs_none(r, n->kids[0], NULL, rw_compound_kind(r, n));
}

static bool is_same_text(const struct rewrite *r, const struct node *a,
                         const struct node *b)
{
    const char *text = r->unit->text;
    size_t bytes = a->end - a->begin;
    return bytes == b->end - b->begin &&
           memcmp(text + a->begin, text + b->begin, bytes) == 0;
}

/* `x = x + e` or `x = e + x`, and e is no pointer. */
static bool stays_in_object(const struct rewrite *r, struct node *left,
                            struct node *right)
{
    right = node_strip(right);
    for (int i = 0; right->kind == N_BINARY && i < 2; i++) {
        struct node *other = right->kids[1 - i];
        if (is_same_text(r, left, node_strip(right->kids[i])))
            return rw_is_harmless(other) ||
                   !esc_may_carry_pointer(r->esc, other);
    }
    return false;
}

bool rw_lacks_barrier(const struct rewrite *r, struct node *n)
{
    struct node *left = n->kids[0], *right = n->kids[1];
    const struct symbol *root = rw_root(left);
    if (!(n->flags & NODE_OMP_FIXED) || n->parent->kind == N_FOR ||
        (root && root->is_local && !root->rewrite) ||
        stays_in_object(r, left, right))
        return false;
    return !needs_none(r, left, right, rw_shade_kind(r, left->type, right));
}

void rw_assign(struct rewrite *r, struct node *n)
{
    struct node *left = n->kids[0], *right = n->kids[1];
    enum shade_kind kind = rw_shade_kind(r, left->type, right);
    rw_note_store(r, left, right, kind);
    if (needs_none(r, left, right, kind) || map_get(&r->copied, n))
        return;
    if (n->flags & NODE_OMP_FIXED)
        return;                 /* [inv.barrier.omp] */
    bool value_only = rw_has_no_address(left) || n->flags & NODE_OMP_FORM;
    if (value_only && kind == SHADE_PIECES)
        return;
    if (value_only)
        wrap_value(r, right, kind, word_shift(left));
    else if (map_get(&r->groups, n))
        assign_in_group(r, n, map_get(&r->groups, n));
    else if (left->type->size > INLINE_COPY_BYTES)
        assign_large(r, n);
    else if (assigns_in_place(r, n, kind))
        assign_in_place(r, n);
    else
        assign_by_copy(r, n, kind);
}

/* ---- compound assignments ------------------------------------------------ */

static void compound_value(struct rewrite *r, struct node *n,
                           enum shade_kind kind)
{
    const char *name = arena_printf("__escc_v%u", ++r->serial);
    const char *check = check_shifted(r, kind, name, word_shift(n->kids[0]));
    write_value(r, n, name, "+(", arena_printf("%s%s", RW_ORDER, check));
}

static void compound_store(struct rewrite *r, struct node *n,
                           enum shade_kind kind)
{
    struct store s = new_store(r, n);
    const char *op = r->unit->text + n->op_begin;
    const char *sum = arena_printf("__escc_v%u", s.serial);
    find_slot(&s, n->kids[0]);
    s.store = arena_printf("__auto_type %s=(%s%s=%s);", sum, s.slot,
                           arena_strndup(op, strcspn(op, "=")), s.value);
    s.check = rw_check_text(r, s.slot, kind, sum);
    s.result = arena_printf("%s;", sum);
    tear_store(n, kind, &s);
    write_store(r, n, &s);
}

/* `slot |= (uintptr_t)p`, `slot += offset_from_a_pointer`: the result is
 * shaded. */
void rw_compound_assign(struct rewrite *r, struct node *n)
{
    struct node *left = n->kids[0], *right = n->kids[1];
    enum shade_kind kind = rw_compound_kind(r, n);
    rw_note_store(r, left, right, kind);
    if (needs_none(r, left, NULL, kind))
        return;
    if (n->flags & NODE_OMP_FORM)       /* [inv.barrier.omp] */
        wrap_value(r, right, kind, word_shift(left));
    else if (rw_has_no_address(left))
        compound_value(r, n, kind);
    else
        compound_store(r, n, kind);
}

/* ---- initialisers -------------------------------------------------------- */

/* `[a ... b] = value`.  clang takes no value there that has a side effect, as
 * a statement expression counts. */
static bool is_range(const struct node *item)
{
    return item->index_last > item->index;
}

static bool find_range(struct node *n, void *found)
{
    if (n->kind == N_INIT_ITEM && is_range(n))
        *(bool *)found = true;
    return n->kind == N_INIT_LIST || n->kind == N_INIT_ITEM;
}

/* Then the whole object is shaded behind its declaration.  (One in the head
 * of a `for` has nothing behind it; it is read like any local.) */
static void shade_ranges(struct rewrite *r, struct node *n)
{
    bool found = false;
    node_walk(n->kids[0], find_range, &found);
    if (!found || n->parent->parent->kind != N_BLOCK ||
        rw_shade_kind(r, n->symbol->type, n->kids[0]) == SHADE_NONE)
        return;
    edits_after(&r->edits, n->parent->end,
                rw_check_text(r, n->symbol->name, SHADE_RANGE,
                              n->symbol->name));
}

/* Each value of an initialiser that may be a pointer is checked when it is
 * computed, before it is stored.  That is enough for an object that nobody
 * has an address of yet: until the store the value is in this thread's
 * registers or frame, after it in this thread's frame, both of which the
 * thread's own scans read; it can become visible to others only later, when
 * marking was already on (and it was shaded here) or the scan has seen it. */
static void shade_leaves(struct rewrite *r, const struct type *type,
                         struct node *value)
{
    if (value->kind == N_INIT_LIST) {
        for (int i = 0; i < value->kid_count; i++)
            if (!is_range(value->kids[i]))
                shade_leaves(r, value->kids[i]->type,
                             value->kids[i]->kids[0]);
        return;
    }
    enum shade_kind kind = rw_shade_kind(r, type, value);
    if (kind != SHADE_NONE && kind != SHADE_PIECES &&
        !(value->flags & NODE_MACRO))
        wrap_value(r, value, kind, "");
}

void rw_initialise(struct rewrite *r, struct node *n)
{
    const struct symbol *symbol = n->symbol;
    if (symbol->is_local && symbol->is_shared &&
        !(n->flags & (NODE_UNEVALUATED | NODE_MACRO))) {
        shade_leaves(r, symbol->type, n->kids[0]);
        shade_ranges(r, n);
    }
}
