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
 *       asm volatile("if (marking) shade(t)"                    the check
 *                    :: "m"(__escc_tls.marking), "r"(t), "m"(*s));
 *       t; })                             not where the value is unused
 *
 * [inv.barrier.order]  the flag is read after the store is done and before the
 * value dies: a plain `if` is moved in front of the store by gcc and out of
 * loops by clang.  The check reads the slot (so the store is before it) and
 * the value (so it is in a register until then).  Where what is shaded is not
 * one word, an empty asm statement with the same operands does that, the pin,
 * and a plain `if` behind it reads the volatile flag.  test/Rewrite/codegen
 * looks at the instructions.
 * [inv.barrier.value]  what is shaded is the value stored; the slot is never
 * read again (another thread may have overwritten it).  Of an aggregate the
 * compiler may read the source twice, for the slot and for the shade; they
 * differ only if another thread writes the source meanwhile, which is a data
 * race unless the copy is thrown away (as a seqlock does).
 *
 * [inv.barrier.unoptimized] code that clang does not optimise (-O0) runs in
 * the order of the text, with every variable in its stack slot: there the pin
 * is left out, and so is KEEP, and flag and slow path are a call of the
 * prologue's __escc_stored, for an asm statement costs clang a third of a
 * millisecond even there.  With no pin to name the slot, a left side that
 * nobody reads the value of is assigned to where it stands:
 * `({ t = (v); p->f = t; __escc_stored(t); })`.
 *
 * [inv.barrier.check] the check of a word is one asm statement, so that the
 * optimizers see a block without branches.  The slow path lies behind the
 * section's functions and calls one that keeps every register: an ordinary
 * call would make leaf functions save registers on the fast path.  It steps
 * over the red zone, which the compiler does not know to be in danger.  The
 * flags need no mention, on x86 every asm statement may change them.  The
 * labels are numbers that other asm statements hardly use; `{a|b}` is what
 * -masm=att and -masm=intel read.  How it is written matters: clang reads the
 * string again from its start for each line and each operand in it, and all
 * names of registers for each clobber; with ten lines and four operands
 * clang needed 5 % more instructions for lapi.c of Lua (as cachegrind counts
 * them).
 *
 * [inv.barrier.pieces] what is no word (bytes, halves, floats, records of
 * these) and may be a part of a pointer (esc_parts.c) completes a word in
 * memory, sooner or later: each such store shades the words that it is a part
 * of, at every address where the collector looks for one, and these are read
 * from memory behind the store.  That is no exception to [inv.barrier.value]:
 * there the slot may be an atomic object, which others read and overwrite at
 * any time.  Memory that is written in pieces can be read or overwritten by
 * another thread only after it has synchronised with this one, and then the
 * shade, which is in front of that in this thread's order, is done.  Until the
 * last piece is there the words read are whatever pieces make; shading too
 * much is never wrong.  A double is shaded by its bits, from a register.
 *
 * [inv.barrier.omp]  `#pragma omp atomic` prescribes the form of the assignment
 * behind it; only its right side can be another expression.  There the value
 * is checked before the store.  Where the right side is prescribed as well
 * (`x = x + e`, `v = x`) there is no barrier: x stays in its object, and what
 * a read gives to v was stored in x with a barrier.  So has the head of a loop
 * that OpenMP distributes.
 *
 * Misaligned slots (members of packed records) are stored through a packed
 * struct that may alias anything.  Aggregates go through a temporary, which
 * the pin keeps in memory, and are shaded from it; above 64 bytes through
 * __escc_memmove, which publishes its destination.  Of an aggregate in which
 * at most two words can be pointers those words are pinned instead, so that
 * the temporary stays in registers.
 */
#include "rw.h"

#include "escape/esc_parts.h"
#include "util/arena.h"

#include <string.h>

/* A copy of this size costs less than publishing a hazard range. */
enum { INLINE_COPY_BYTES = 64, WORD_BYTES = 8, WORD_BITS = 64 };

/* User-space addresses have this many, less those that alignment saves. */
enum { ADDRESS_BITS = 44 };

/* ---- what to shade ------------------------------------------------------- */

static enum shade_kind list_kind(const struct rewrite *r,
                                 const struct node *list)
{
    for (int i = 0; i < list->kid_count; i++) {
        const struct node *item = list->kids[i];
        if (rw_shade_kind(r, item->type, item->kids[0]) != SHADE_NONE)
            return SHADE_RANGE;
    }
    return SHADE_NONE;
}

static enum shade_kind aggregate_kind(const struct rewrite *r,
                                      const struct type *type,
                                      struct node *value)
{
    if (!type_may_hold_pointer(type))
        return SHADE_NONE;
    struct node *plain = value;
    while (plain && (plain->kind == N_LOAD || plain->kind == N_PAREN ||
                     plain->kind == N_CONVERT))
        plain = plain->kids[0];
    if (plain && plain->kind == N_COMPOUND_LITERAL)
        plain = plain->kids[0];
    if (plain && plain->kind == N_INIT_LIST)
        return list_kind(r, plain);
    if (plain && plain->kind == N_STRING)
        return SHADE_NONE;
    return SHADE_RANGE;
}

static enum shade_kind scalar_kind(const struct rewrite *r,
                                   const struct type *type,
                                   struct node *value)
{
    if (type->size < WORD_BYTES)
        return SHADE_NONE;
    enum shade_kind kind =
        type->size == WORD_BYTES ? SHADE_WORD : SHADE_RANGE;
    if (!value)
        return type_is_opaque(type) ? SHADE_OPAQUE : kind;
    if (value->kind == N_INIT_LIST)
        return list_kind(r, value) == SHADE_NONE ? SHADE_NONE : kind;
    if (rw_is_harmless(value))
        return SHADE_NONE;
    const struct type *written = rw_written(value)->type;
    if (written && written->size > 0 && written->size < WORD_BYTES)
        return SHADE_NONE;
    if (written && written->size > WORD_BYTES)
        kind = SHADE_RANGE;
    if (type_is_opaque(type) || (written && type_is_opaque(written)))
        kind = SHADE_OPAQUE;
    if (!type_is_pointer(type) && !esc_may_carry_pointer(r->esc, value))
        return SHADE_NONE;
    return kind;
}

/* [inv.barrier.pieces] */
static enum shade_kind piece_kind(const struct rewrite *r,
                                  const struct type *type,
                                  struct node *value)
{
    if (!value || rw_is_harmless(value) ||
        !esc_may_carry_pointer(r->esc, value))
        return SHADE_NONE;
    const struct type *written = rw_written(value)->type;
    return type->kind == T_FLOAT && type->size == WORD_BYTES && written &&
           written->unqualified == type->unqualified
           ? SHADE_BITS : SHADE_PIECES;
}

enum shade_kind rw_shade_kind(const struct rewrite *r,
                              const struct type *type, struct node *value)
{
    if (esc_parts_is_piece(type) && !type_may_hold_pointer(type))
        return piece_kind(r, type, value);
    switch (type->kind) {
    case T_POINTER:
    case T_INTEGER:
    case T_ENUM:
        return scalar_kind(r, type, value);
    case T_RECORD:
    case T_ARRAY:
    case T_VECTOR:
    case T_COMPLEX:             /* of integers, a GNU extension */
        return aggregate_kind(r, type, value);
    case T_OTHER:               /* _BitInt and the like */
        return value && rw_is_harmless(value) ? SHADE_NONE
            : type->size >= WORD_BYTES ? SHADE_OPAQUE : SHADE_NONE;
    default:
        return SHADE_NONE;
    }
}

static const char *range_text(const char *name)
{
    return arena_printf("if(__builtin_expect(__escc_tls.marking,0))"
                        "__escc_shade_range((const void*)&%s,sizeof %s);",
                        name, name);
}

/* [inv.barrier.check] */
static const char *word_text(const char *slot, const char *value)
{
    static const char check[] =
        "{cmpb $0,|cmp byte ptr }%0{|,0};jne 7340f;7341:"
        ".subsection 1;7340:"
        "{add $-128,%%rsp|add rsp,-128};push %1;"
        "{call *__escc_shade_pushed@GOTPCREL(%%rip)"
        "|call [rip+__escc_shade_pushed@GOTPCREL]};"
        "{sub $-128,%%rsp|sub rsp,-128};jmp 7341b;.previous";
    return arena_printf(
        "__asm__ volatile __inline__(\"%s\"::\"m\"(__escc_tls.marking),"
        "\"r\"(%s)%s%s%s);", check, value,
        slot ? ",\"m\"(" : "", slot ? slot : "", slot ? ")" : "");
}

/* `slot` is `*name` or `name->v`. */
static const char *pieces_text(const struct rewrite *r, const char *slot)
{
    const char *name = *slot == '*' ? slot + 1
        : arena_strndup(slot, strcspn(slot, "-"));
    return arena_printf("%s%s%sif(__builtin_expect(__escc_tls.marking,0))"
                        "__escc_shade_pieces((const void*)%s,sizeof(%s));",
                        r->unoptimized ? "" : "__asm__ volatile(\"\"::\"m\"(",
                        r->unoptimized ? "" : slot,
                        r->unoptimized ? "" : "));", name, slot);
}

static const char *bits_text(const struct rewrite *r, const char *slot,
                             const char *value)
{
    const char *word = arena_printf("__escc_b_%s", value + 7);
    return arena_printf("unsigned long %s;__builtin_memcpy(&%s,&%s,%d);%s",
                        word, word, value, WORD_BYTES,
                        rw_check_text(r, slot, SHADE_WORD, word));
}

const char *rw_check_text(const struct rewrite *r, const char *slot,
                          enum shade_kind kind, const char *value)
{
    if (kind == SHADE_PIECES)
        return slot ? pieces_text(r, slot) : "";
    if (kind == SHADE_BITS)
        return bits_text(r, slot, value);
    if (kind == SHADE_WORD)
        return r->unoptimized
            ? arena_printf("__escc_stored((const void*)%s);", value)
            : word_text(slot, value);
    if (r->unoptimized)
        return range_text(value);
    if (kind == SHADE_OPAQUE)
        return arena_printf("__asm__ volatile(\"\"::\"r\"(&%s):\"memory\");"
                            "%s", value, range_text(value));
    return arena_printf("__asm__ volatile(\"\"::%s%s%s\"m\"(%s));%s",
                        slot ? "\"m\"(" : "", slot ? slot : "",
                        slot ? ")," : "", value, range_text(value));
}

/* ---- slots --------------------------------------------------------------- */

static bool is_bit_field(const struct node *n)
{
    return (n->kind == N_MEMBER || n->kind == N_ARROW) && n->field &&
        n->field->bit_width >= 0;
}

/* A bit-field or an element of a vector: what has no address. */
static bool has_no_address(struct node *n)
{
    n = node_unparenthesize(n);
    return is_bit_field(n) ||
        (n->kind == N_INDEX && n->kids[0]->type->kind == T_VECTOR);
}

/* What to add to the name of a value that was stored in such a slot, to get
 * the word that the collector will read: the address in a bit-field may stand
 * above a few bits of a tag, without its own lowest bits.  What is the whole
 * address is found in such a word by its place (rw_note_field). */
static const char *word_shift(struct node *left)
{
    left = node_unparenthesize(left);
    return is_bit_field(left)
        ? arena_printf("<<%d", (int)(left->field->bit_offset % WORD_BITS))
        : "";
}

void rw_note_field(struct rewrite *r, const struct field *field,
                   struct node *value)
{
    if (!field || field->bit_width < ADDRESS_BITS || rw_is_harmless(value) ||
        !esc_may_carry_pointer(r->esc, value))
        return;
    unsigned begin = (unsigned)(field->bit_offset % WORD_BITS);
    if (begin)
        r->fields |= 1u << begin;
    if (begin + (unsigned)field->bit_width < WORD_BITS)
        r->fields |= 1;                 /* other bits stand above it */
}

static void note_field(struct rewrite *r, struct node *left,
                       struct node *right)
{
    left = node_unparenthesize(left);
    if (is_bit_field(left))
        rw_note_field(r, left->field, right);
}

/* Narrower bit-fields hold no address. */
static bool is_narrow(struct node *left)
{
    left = node_unparenthesize(left);
    return is_bit_field(left) && left->field->bit_width < ADDRESS_BITS;
}

/* Whether the slot may stand at an address that its type does not allow. */
static bool is_misaligned(struct node *n)
{
    int64_t alignment = n->type->alignment;
    for (;;) {
        if (n->kind == N_PAREN) {
            n = n->kids[0];
        } else if (n->kind == N_MEMBER || n->kind == N_ARROW) {
            if (n->field && n->field->parent &&
                n->field->parent->alignment < alignment)
                return true;
            if (n->kind == N_ARROW)
                return false;
            n = n->kids[0];
        } else if (n->kind == N_INDEX && n->kids[0]->kind == N_DECAY) {
            n = n->kids[0]->kids[0];
        } else {
            return false;
        }
    }
}

static bool is_pointer_cast(struct node *n, void *found)
{
    if ((n->kind == N_CAST || n->kind == N_CONVERT) &&
        type_is_integer(n->type) && n->kids[0]->type &&
        n->kids[0]->type->kind == T_POINTER)
        *(bool *)found = true;
    return true;
}

/* A pointer that is cast to an integer on its way into a packed member: the
 * type of the member does not say that pointers stand there (rw.c looks at
 * those), the cast does. */
static void note_misaligned(struct rewrite *r, struct node *left,
                            struct node *right)
{
    bool found = false;
    if (type_is_pointer(left->type) || !is_misaligned(left))
        return;
    node_walk(right, is_pointer_cast, &found);
    if (found)
        r->stride = 1;
}

/* The same for what is stored: of a typedef with a lesser alignment the type
 * says nothing here, and above 8 bytes processors do mind. */
static bool is_stored_misaligned(struct node *n)
{
    return n->type->alignment > WORD_BYTES || is_misaligned(n);
}

/* Declares `__escc_sN` from the left side's address: *before the left side's
 * text and *after it.  *slot is the lvalue. */
static void slot_text(unsigned serial, struct node *left,
                      const char **before, const char **after,
                      const char **slot)
{
    if (!is_stored_misaligned(left)) {
        *before = arena_printf(");__auto_type __escc_s%u=&(", serial);
        *slot = arena_printf("*__escc_s%u", serial);
        *after = ");";
        return;
    }
    *before = arena_printf(");__auto_type __escc_a%u=&(", serial);
    *slot = arena_printf("__escc_s%u->v", serial);
    *after = arena_printf(
        ");struct{__typeof__(*__escc_a%u) v;}__attribute__((__packed__,"
        "__may_alias__))*__escc_s%u=(void*)__escc_a%u;",
        serial, serial, serial);
}

static const char *store_text(unsigned serial, struct node *left,
                              enum shade_kind kind, const char *slot)
{
    if (kind != SHADE_WORD && kind != SHADE_BITS && kind != SHADE_PIECES &&
        is_stored_misaligned(left))
        return arena_printf("__builtin_memcpy((void*)__escc_s%u,(const void*)"
                            "&__escc_t%u,sizeof __escc_t%u);",
                            serial, serial, serial);
    return arena_printf("%s=__escc_t%u;", slot, serial);
}

/* ---- aggregates with few pointers ---------------------------------------- */

enum { MAX_WORDS = 2, ALL_WORDS = INLINE_COPY_BYTES / WORD_BYTES };

/* The words of an object that may be pointers: bit i for offset 8 * i. */
struct words { unsigned mask; bool misaligned; };

static void add_words(struct words *words, int64_t offset, int64_t bytes)
{
    words->misaligned |= offset % WORD_BYTES != 0;
    int64_t first = offset / WORD_BYTES;
    for (int64_t i = first; (i + 1) * WORD_BYTES <= offset + bytes; i++)
        if (i < ALL_WORDS)
            words->mask |= 1u << i;
}

static void find_words(struct words *words, const struct type *type,
                       int64_t offset)
{
    if (type->size < 0)
        return;                 /* a flexible array: not copied */
    if (type->kind != T_RECORD || type->record->is_union) {
        if (type_may_hold_pointer(type))
            add_words(words, offset, type->size);
        return;
    }
    for (int i = 0; i < type->record->field_count; i++) {
        const struct field *field = &type->record->fields[i];
        if (field->bit_width < 0)
            find_words(words, field->type, offset + field->bit_offset / 8);
        else
            words->misaligned = true;
    }
}

/* Declares the words of `value` that may be pointers and checks them; or NULL
 * when there are too many. */
static const char *check_words_text(const struct type *type, const char *slot,
                                    const char *value, unsigned serial)
{
    struct words words = {0};
    find_words(&words, type, 0);
    if (type->kind != T_RECORD || words.misaligned || !words.mask ||
        __builtin_popcount(words.mask) > MAX_WORDS)
        return NULL;
    const char *declare = "", *check = "";
    for (int i = 0; i < ALL_WORDS; i++) {
        if (!(words.mask >> i & 1))
            continue;
        const char *word = arena_printf("__escc_w%u_%d", serial, i);
        declare = arena_printf(
            "%sunsigned long %s;__builtin_memcpy(&%s,(const char*)&%s+%d,%d);",
            declare, word, word, value, i * WORD_BYTES, WORD_BYTES);
        check = arena_printf("%s%s", check, word_text(slot, word));
    }
    return arena_printf("%s%s", declare, check);
}

/* ---- assignments --------------------------------------------------------- */

/* The value of the whole expression; "" where nobody looks. */
static const char *value_text(struct node *n, unsigned serial,
                              const char *slot)
{
    if (node_value_unused(n))
        return "";
    const struct type *left = n->kids[0]->type->unqualified;
    const struct type *right = rw_written(n->kids[1])->type;
    if (right && right->unqualified == left)
        return arena_printf("__escc_t%u;", serial);
    /* The comma drops qualifiers and _Atomic. */
    return arena_printf("(__typeof__(((void)0,%s)))__escc_t%u;", slot,
                        serial);
}

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
        is_bit_field(node_unparenthesize(written->kids[0])) ? "+(" : "(";
}

/* [inv.barrier.unoptimized] */
static bool assigns_in_place(const struct rewrite *r, struct node *n,
                             enum shade_kind kind)
{
    return r->unoptimized && kind == SHADE_WORD && node_value_unused(n) &&
        !is_stored_misaligned(n->kids[0]);
}

/* `left = right` becomes `({ t = (right) <behind> left <behind the left>`,
 * whose ends the caller gives. */
static void evaluate_right_first(struct rewrite *r, struct node *n,
                                 unsigned serial, const char *behind_right,
                                 const char *behind_left)
{
    struct node *left = n->kids[0];
    edits_before(&r->edits, n->begin,
                 arena_printf("__extension__({__auto_type __escc_t%u=%s",
                              serial, opening(n->kids[1])));
    edit_cut cut = edits_cut(&r->edits, left->begin, left->end, "");
    edits_replace(&r->edits, n->op_begin, n->op_begin + 1, "");
    edits_after_cut(&r->edits, n->end, behind_right, cut, behind_left);
    rw_wrap(r, n);
}

static void assign_in_place(struct rewrite *r, struct node *n,
                            unsigned serial)
{
    const char *value = arena_printf("__escc_t%u", serial);
    evaluate_right_first(
        r, n, serial, ");",
        arena_printf("=%s;%s})", value,
                     rw_check_text(r, NULL, SHADE_WORD, value)));
}

static void assign_by_copy(struct rewrite *r, struct node *n,
                           enum shade_kind kind)
{
    struct node *left = n->kids[0];
    unsigned serial = ++r->serial;
    const char *before, *after, *slot;
    if (assigns_in_place(r, n, kind)) {
        assign_in_place(r, n, serial);
        return;
    }
    slot_text(serial, left, &before, &after, &slot);
    const char *value = arena_printf("__escc_t%u", serial);
    const char *check = kind == SHADE_RANGE && !r->unoptimized
        ? check_words_text(left->type, slot, value, serial) : NULL;
    if (!check)
        check = rw_check_text(r, slot, kind, value);
    evaluate_right_first(
        r, n, serial, before,
        arena_printf("%s%s%s%s})", after,
                     store_text(serial, left, kind, slot), check,
                     value_text(n, serial, slot)));
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
    struct node *left = n->kids[0], *right = n->kids[1];
    unsigned serial = ++r->serial;
    bool unused = node_value_unused(n);
    bool direct = unused && addressable(right);
    edits_before(&r->edits, n->begin,
                 arena_printf("__extension__({__auto_type __escc_t%u=%s(",
                              serial, direct ? "&" : ""));
    edit_cut cut = edits_cut(&r->edits, left->begin, left->end, "");
    edits_replace(&r->edits, n->op_begin, n->op_begin + 1, "");
    const char *move = direct
        ? arena_printf("__escc_memmove((void*)__escc_s%u,(const void*)"
                       "__escc_t%u,sizeof *__escc_s%u);", serial, serial,
                       serial)
        : arena_printf("__escc_memcpy((void*)__escc_s%u,(const void*)"
                       "&__escc_t%u,sizeof __escc_t%u);%s", serial, serial,
                       serial,
                       unused ? "" : arena_printf("__escc_t%u;", serial));
    edits_after_cut(&r->edits, n->end,
                    arena_printf(");__auto_type __escc_s%u=&(", serial), cut,
                    arena_printf(");%s})", move));
    rw_wrap(r, n);
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

/* `= value` becomes `= ({ t = value; check; t; })`: for slots whose address
 * cannot be taken, and for initialisers. */
static void wrap_value(struct rewrite *r, struct node *value,
                       enum shade_kind kind, const char *shift)
{
    unsigned serial = ++r->serial;
    const char *name = arena_printf("__escc_t%u", serial);
    edits_before(&r->edits, value->begin,
                 arena_printf("__extension__({__auto_type %s=%s", name,
                              opening(value)));
    edits_after(&r->edits, value->end,
                arena_printf(");%s%s;})",
                             check_shifted(r, kind, name, shift), name));
    rw_wrap(r, value);
}

void rw_assign(struct rewrite *r, struct node *n)
{
    struct node *left = n->kids[0], *right = n->kids[1];
    enum shade_kind kind = rw_shade_kind(r, left->type, right);
    note_field(r, left, right);
    if (kind != SHADE_NONE)
        note_misaligned(r, left, right);
    if (kind == SHADE_NONE || rw_is_private(left) || is_narrow(left) ||
        map_get(&r->copied, n))
        return;
    if (n->flags & NODE_OMP_FIXED)
        return;                 /* [inv.barrier.omp] */
    if (kind == SHADE_PIECES &&
        (has_no_address(left) || n->flags & NODE_OMP_FORM))
        return;
    if (has_no_address(left) || n->flags & NODE_OMP_FORM)
        wrap_value(r, right, kind, word_shift(left));
    else if (left->type->size > INLINE_COPY_BYTES)
        assign_large(r, n);
    else
        assign_by_copy(r, n, kind);
}

/* How the result of `left op= right` is read for pointers.  `p += n` stays in
 * its object and needs nothing. */
static enum shade_kind compound_kind(const struct rewrite *r,
                                     struct node *n)
{
    const struct type *left = n->kids[0]->type;
    struct node *right = n->kids[1];
    if (esc_parts_is_piece(left) && !type_may_hold_pointer(left))
        return !has_no_address(n->kids[0]) &&
            esc_may_carry_pointer(r->esc, n) ? SHADE_PIECES : SHADE_NONE;
    bool number = left->kind == T_FLOAT ||
        (left->kind != T_POINTER && !type_may_hold_pointer(left));
    if (number || left->size < WORD_BYTES || rw_is_harmless(right) ||
        rw_written(right)->type->size < WORD_BYTES ||
        !esc_may_carry_pointer(r->esc, right))
        return SHADE_NONE;
    return type_is_opaque(left) ? SHADE_OPAQUE
        : left->size == WORD_BYTES && left->kind != T_VECTOR
        ? SHADE_WORD : SHADE_RANGE;
}

/* `slot |= (uintptr_t)p`, `slot += offset_from_a_pointer`: the result is
 * shaded. */
void rw_compound_assign(struct rewrite *r, struct node *n)
{
    struct node *left = n->kids[0], *right = n->kids[1];
    enum shade_kind kind = compound_kind(r, n);
    note_field(r, left, right);
    if (kind != SHADE_NONE)
        note_misaligned(r, left, right);
    if (kind == SHADE_NONE || rw_is_private(left) || is_narrow(left))
        return;
    if (n->flags & NODE_OMP_FORM) {
        wrap_value(r, right, kind, word_shift(left));
        return;
    }
    unsigned serial = ++r->serial;
    const char *value = arena_printf("__escc_v%u", serial);
    if (has_no_address(left)) {
        edits_before(&r->edits, n->begin,
                     arena_printf("__extension__({__auto_type %s=+(", value));
        edits_after(&r->edits, n->end,
                    arena_printf(");__asm__ volatile(\"\":::\"memory\");"
                                 "%s%s;})",
                                 check_shifted(r, kind, value,
                                               word_shift(left)), value));
        rw_wrap(r, n);
        return;
    }
    uint32_t op_end = n->op_begin;
    while (r->unit->text[op_end] != '=')
        op_end++;
    const char *op = arena_strndup(r->unit->text + n->op_begin,
                                   op_end + 1 - n->op_begin);
    const char *before, *after, *slot;
    slot_text(serial, left, &before, &after, &slot);
    edits_before(&r->edits, n->begin,
                 arena_printf("__extension__({__auto_type __escc_t%u=%s",
                              serial, opening(right)));
    edit_cut cut = edits_cut(&r->edits, left->begin, left->end, "");
    edits_replace(&r->edits, n->op_begin, op_end + 1, "");
    edits_after_cut(&r->edits, n->end, before, cut,
                    arena_printf("%s__auto_type %s=(%s%s__escc_t%u);"
                                 "%s%s;})", after, value, slot, op, serial,
                                 rw_check_text(r, slot, kind, value),
                                 value));
    rw_wrap(r, n);
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
    if (symbol->is_local && (symbol->address_taken || symbol->is_shared) &&
        !(n->flags & (NODE_UNEVALUATED | NODE_MACRO))) {
        shade_leaves(r, symbol->type, n->kids[0]);
        shade_ranges(r, n);
    }
}
