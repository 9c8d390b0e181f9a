/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_local.c - moved locals and parameters: declarator surgery.
 *
 * In the declarator of a moved local the name `x` becomes `(*p)`, where p is
 * `__escc_pN_x`, and so it does in every use: whatever the declarator is
 * (arrays, function pointers, variable lengths, anonymous types, several of
 * them in one declaration), p is a pointer to what x was, and `(*p)` what it
 * was.  An initialiser becomes a statement expression that makes the object,
 * builds the value in a temporary of the same type, as the source says, and
 * copies it.
 *
 *     int a = f(), *b = &a;
 *     int (*p) = ({ __auto_type n = (p = new); typeof(*p) t = f();
 *                   *n = t; n; }), *b = &(*p);
 *
 * (p itself is set first: an initialiser may name its own object.)
 * `new` is __escc_new with a site and the local's room (rw_room.c), or that
 * room itself [inv.local.decided].
 *
 * [inv.local.poison]  behind the declaration the name `x` is declared again: as
 * a copy of p, for debuggers, that no code may use.  A use that escaped the
 * rewriter [inv.account] does not compile, instead of meaning a pointer or
 * another x outside.  Of the copy, which is known by a type that is named
 * `__escc_mN`, the driver makes a reference, which is x for debuggers
 * (tool/driver/dwarf.c).  Where that may not come to pass the copy is in a
 * struct: then debuggers take no expression in which x stands for a value.
 * In the head of a `for` the copy is a declarator of the same declaration,
 * where the declarator is nothing but a name; the one for debuggers is in the
 * body, round what is there.  A parameter keeps its name, and the copy is in
 * a block of its own inside the function's, but for one that va_start may
 * name.
 *
 * The object may also be made by the uses of the local (rw_lazy.c).
 *
 * The copy is shaded like any store: objects that are made while the
 * collector marks are black, it does not look into them.
 *
 * Alignment attributes stay on the declarator (an over-aligned pointer is
 * harmless) and are also passed to the allocator; only _Alignas may have to be
 * raised to a pointer's alignment.
 *
 * Objects with a holder (rw_plan.c) keep `T (*p)` as the carrier of the type:
 * uses are `(*(__typeof__(p))__escc_hN)`.
 */
#include "rw_check.h"
#include "rw_moved.h"
#include "rw_passes.h"

#include "util/arena.h"
#include "util/diag.h"

#include <ctype.h>
#include <string.h>

/* What malloc guarantees; __escc_new's default. */
enum { DEFAULT_ALIGNMENT = 16, POINTER_BYTES = 8 };

/* [inv.local.decided]  a local that may have to be on the heap has a decision
 * byte (esc_decision), which is read where its object is made, once: so it has
 * one place for its whole life, whatever is written to the byte meanwhile.  In
 * its frame it is the room's, and all stores keep their barriers: it is as
 * visible to others as on the heap. */
static const char *decide(struct rewrite *r, const struct symbol *symbol,
                          const char *object, const char *room, bool zero)
{
    int decision = esc_decision(r->esc, symbol);
    if (decision < 0)
        return object;
    diag_check(strcmp(room, "0") != 0);
    return arena_printf(zero ? "(__escc_decided.at_load[%d]?%s"
                               ":__builtin_memset(%s,0,%lld))"
                             : "(__escc_decided.at_load[%d]?%s:(void*)%s)",
                        decision, object, room,
                        (long long)symbol->type->size);
}

/* What makes a new object.  `zero`: the program relies on it that every byte
 * is. */
static const char *make_text(struct rewrite *r, const struct symbol *symbol,
                             const struct node *place, const char *pointer,
                             bool zero)
{
    const struct type *type = symbol->type;
    bool literal = !*symbol->name;
    const char *what = literal ? r->unit->text + place->begin : symbol->name;
    size_t bytes = literal ? place->end - place->begin : strlen(what);
    /* Too small for a pointer: nothing to scan [inv.noscan]. */
    bool small = type->size >= 0 && type->size < POINTER_BYTES;
    bool registers = r->check_escapes && rw_holds_registers(type);
    const char *site = rw_site(r, place, what, bytes,
                               (small ? SITE_NOSCAN : SITE_SCAN)
                               | (zero ? SITE_ZERO : 0)
                               | (registers ? SITE_REGISTERS : 0));
    const char *size = type->size >= 0
        ? arena_printf("%lld", (long long)type->size)
        : arena_printf("sizeof(*%s)", pointer);
    int64_t alignment = type->alignment > symbol->alignment
        ? type->alignment : symbol->alignment;
    /* The alignment of a typedef is not part of the canonical type: ask the
     * back end where there is something to ask about. */
    const char *align = alignment > DEFAULT_ALIGNMENT
        ? arena_printf("%lld", (long long)alignment)
        : pointer ? arena_printf("__alignof__(*%s)", pointer) : "0";
    return arena_printf("__escc_new(%s,%s,%s,%s)", size, align, site,
                        rw_room(r, symbol));
}

static const char *new_text(struct rewrite *r, const struct symbol *symbol,
                            const struct node *place, const char *pointer,
                            bool zero)
{
    const char *object = make_text(r, symbol, place, pointer, zero);
    return decide(r, symbol, object, rw_room(r, symbol), zero);
}

const char *rw_new_text(struct rewrite *r, const struct symbol *symbol,
                        const struct node *place, const char *pointer)
{
    return new_text(r, symbol, place, pointer, false);
}

/* What names the object of a local that is made by its uses; a name that is
 * never evaluated makes none. */
static const char *lazy_text(struct rewrite *r, struct moved *m,
                             const struct node *use)
{
    const char *p = m->pointer;
    if (!m->object)
        m->object = make_text(r, m->symbol, m->symbol->declaration, p, false);
    return use->flags & NODE_MENTION
        ? arena_printf("(*%s)", p)
        : arena_printf("(*__extension__({if(!%s)%s=%s;%s;}))", p, p,
                       m->object, p);
}

/* ---- uses ---------------------------------------------------------------- */

/* va_start names the last parameter itself. */
static bool is_va_start_operand(const struct node *n)
{
    const struct node *call = n->parent;
    while (call && call->flags & NODE_IMPLICIT)
        call = call->parent;
    if (!call || call->kind != N_CALL)
        return false;
    const struct symbol *callee = node_callee(call);
    return callee && strstr(callee->name, "va_start");
}

void rw_rename(struct rewrite *r, struct node *n)
{
    struct moved *m = n->symbol ? n->symbol->rewrite : NULL;
    if (r->leaves_mentions && n->flags & NODE_MENTION)
        return;
    if (!m || (n->symbol->kind != S_VARIABLE &&
               n->symbol->kind != S_PARAMETER))
        return;
    const char *text;
    if (m->lazy)
        text = lazy_text(r, m, n);
    else if (!m->holder)
        text = arena_printf("(*%s)", m->pointer);
    else if (n->symbol->kind == S_PARAMETER)
        text = arena_printf("(*__escc_h%u)", m->holder);
    else
        text = arena_printf("(*(__typeof__(%s))__escc_h%u)", m->pointer,
                            m->holder);
    if (n->symbol->kind == S_PARAMETER && is_va_start_operand(n)) {
        m->kept++;
        return;
    }
    void *key = (void *)(uintptr_t)(n->begin + 1u);
    if (map_get(&r->renamed, key))
        return;
    map_put(&r->renamed, key, m);
    edits_replace(&r->edits, n->begin, n->end, text);
}

/* `__alignof__ x` is the alignment of the variable, which its type may not
 * have, and which a buffer gets from us: true when the number was put in its
 * place. */
bool rw_alignof(struct rewrite *r, struct node *n)
{
    if (!n->kids[0] || !(n->flags & NODE_CONSTANT) ||
        strcmp(n->text, "sizeof") == 0)
        return false;
    struct node *kid = node_unparenthesize(n->kids[0]);
    if (kid->kind != N_REF ||
        (!kid->symbol->rewrite && !rw_is_word_buffer(kid->symbol)))
        return false;
    edits_replace(&r->edits, n->begin, n->end,
                  arena_printf("(__typeof__(sizeof 0))%lld",
                               (long long)n->value));
    return true;
}

/* ---- declarations -------------------------------------------------------- */

bool rw_insert_bound(struct rewrite *r, const struct type *type,
                     uint32_t begin, uint32_t end)
{
    const char *text = r->unit->text;
    if (type->kind != T_ARRAY || type->count < 0)
        return false;
    for (uint32_t at = begin; at < end; at++) {
        if (text[at] != '[')
            continue;
        uint32_t close = at + 1;
        while (close < end && isspace((unsigned char)text[close]))
            close++;
        if (text[close] != ']')
            return false;
        edits_before(&r->edits, close,
                     arena_printf("%lld", (long long)type->count));
        return true;
    }
    return false;
}

/* One past the bracket that closes the one at `at`. */
static uint32_t close_bracket(const char *text, uint32_t at, uint32_t end)
{
    int depth = 0;
    do {
        depth += (text[at] == '[') - (text[at] == ']');
        at++;
    } while (depth > 0 && at < end);
    return at;
}

/* Behind the name and the `[[attributes]]` that belong to it. */
static uint32_t declared_end(const struct rewrite *r,
                             const struct symbol *symbol)
{
    const char *text = r->unit->text;
    uint32_t end = symbol->name_end, at = end;
    for (;;) {
        while (isspace((unsigned char)text[at]))
            at++;
        uint32_t inner = at + 1;
        while (isspace((unsigned char)text[inner]))
            inner++;
        if (text[at] != '[' || text[inner] != '[')
            return end;
        end = at = close_bracket(text, at, symbol->declarator_end);
    }
}

/* The word in [begin, end) outside of braces, or end. */
static uint32_t find_word(const char *text, uint32_t begin, uint32_t end,
                          const char *word)
{
    size_t bytes = strlen(word);
    int depth = 0;
    for (uint32_t at = begin; at + bytes <= end; at++) {
        depth += (text[at] == '{') - (text[at] == '}');
        bool starts = at == begin ||
            !(isalnum((unsigned char)text[at - 1]) || text[at - 1] == '_');
        char next = text[at + bytes];
        if (depth == 0 && starts && memcmp(text + at, word, bytes) == 0 &&
            !(isalnum((unsigned char)next) || next == '_'))
            return at;
    }
    return end;
}

/* _Alignas may be less than a pointer needs, which is an error on one; of
 * several the strictest counts. */
static void raise_alignment(struct rewrite *r, const struct symbol *symbol)
{
    static const char *const words[] = {"_Alignas", "alignas"};
    uint32_t end = symbol->name_begin;
    for (int i = 0; symbol->has_alignment && i < 2; i++) {
        uint32_t at = find_word(r->unit->text, symbol->specifiers_begin, end,
                                words[i]);
        if (at < end) {
            edits_before(&r->edits, at, "_Alignas(8) ");
            return;
        }
    }
}

static const char *copy_text(struct rewrite *r, const struct symbol *symbol,
                             const char *pointer, const char *value,
                             struct node *initialiser)
{
    const struct type *type = symbol->type;
    enum shade_kind kind = rw_shade_kind(r, type, initialiser);
    const char *store = type_is_aggregate(type) || type->qualifiers
        ? rw_copy_text("__builtin_memcpy", pointer, value)
        : arena_printf("*%s=%s;", pointer, value);
    if (kind == SHADE_NONE)
        return store;
    return arena_printf("%s%s", store,
                        rw_check_text(r, arena_printf("*%s", pointer), kind,
                                      value));
}

/* The holder's object, made here if the block is the head of a loop. */
static const char *holder_text(struct rewrite *r, const struct node *n)
{
    const struct moved *m = n->symbol->rewrite;
    const struct node *block = n->symbol->block;
    if (!block || block->kind != N_FOR)
        return arena_printf("__escc_h%u", m->holder);
    return arena_printf("(__escc_h%u=%s)", m->holder,
                        rw_new_text(r, n->symbol, n, NULL));
}

static void declare_auto(struct rewrite *r, struct node *n)
{
    struct symbol *symbol = n->symbol;
    const struct moved *m = symbol->rewrite;
    unsigned serial = ++r->serial;
    const char *value = arena_printf("__escc_t%u", serial);
    const char *object = arena_printf("__escc_n%u", serial);
    struct node *init = n->kids[0];
    const char *storage = !m->holder ? rw_new_text(r, symbol, n, object)
                                     : holder_text(r, n);
    edits_replace(&r->edits, symbol->name_begin, symbol->name_end,
                  m->pointer);
    edits_before(&r->edits, init->begin,
                 arena_printf("__extension__({__auto_type %s=(", value));
    edits_after(&r->edits, init->end,
                arena_printf(");__typeof__(%s)*%s=%s;%s%s;})", value, object,
                             storage,
                             copy_text(r, symbol, object, value, init),
                             object));
    rw_wrap(r, init);
}

/* The declarator is nothing but the name. */
static bool is_plain_declarator(const struct rewrite *r,
                                const struct symbol *symbol)
{
    const char *text = r->unit->text;
    if (symbol->infers_type || symbol->declarator_end != symbol->name_end)
        return false;
    uint32_t at = symbol->name_begin;
    while (at > symbol->specifiers_begin && text[at - 1] != ',')
        if (strchr("*([", text[--at]))
            return false;
    return true;
}

static const char unavailable[] =
    "__attribute__((unavailable(\"by escc\")))";

/* `pointer` is a name [inv.local.poison].  Members have no type of variable
 * size.  Of a pointer that has no value yet there is no copy: debuggers call
 * the local optimized out [inv.lazy]. */
static const char *poison_text(struct rewrite *r, const struct symbol *symbol,
                               const char *pointer)
{
    const struct moved *m = symbol->rewrite;
    if (symbol->type->variably_modified && !r->references)
        return arena_printf("__extension__ struct{void*moved;}%s %s={%s};",
                            symbol->name, unavailable, pointer);
    unsigned serial = ++r->serial;
    const char *type = arena_printf("__escc_m%u", serial);
    const char *value = m->lazy ? ""
        : arena_printf(r->references ? "=%s" : "={%s}", pointer);
    return arena_printf(
        r->references
            ? "__extension__ typedef __typeof__(*%s) %s;%s*%s %s%s;"
            : "__extension__ typedef __typeof__(*%s) %s;"
              "__extension__ struct{%s*moved;}%s %s%s;",
        pointer, type, type, symbol->name, unavailable, value);
}

/* What is in the block is put into a block in it, behind the text: there its
 * declarations may have the names that the text declares. */
static void enclose(struct rewrite *r, const struct node *block,
                    const char *text)
{
    edits_entry(&r->edits, rw_block_entry(r, block),
                arena_printf("%s{", text));
    edits_before(&r->edits, block->end - 1, "}");
}

static void poison(struct rewrite *r, const struct node *n)
{
    const struct symbol *symbol = n->symbol;
    const struct moved *m = symbol->rewrite;
    const struct node *declaration = n->parent, *loop = declaration->parent;
    if (loop->kind != N_FOR) {
        edits_after(&r->edits, declaration->end,
                    poison_text(r, symbol, m->pointer));
        return;
    }
    if (is_plain_declarator(r, symbol))
        edits_after(&r->edits, declaration->end - 1,
                    arena_printf(",(*%s) %s=%s", symbol->name, unavailable,
                                 m->pointer));
    const struct node *body = loop->kids[loop->kid_count - 1];
    if (body && body->kind == N_BLOCK)
        enclose(r, body, poison_text(r, symbol, m->pointer));
}

/* Every byte of the value is zero, as the new object's are, and nothing in
 * the text is to be edited. */
static bool is_zero(const struct node *n)
{
    if (n->type_part_count)
        return false;
    if (n->kind == N_INIT_LIST) {
        for (int i = 0; i < n->kid_count; i++)
            if (!is_zero(n->kids[i]))
                return false;
        return true;
    }
    if (n->kind == N_INIT_ITEM)
        return is_zero(n->kids[0]);
    while (n->kind == N_CONVERT)
        n = n->kids[0];
    return n->kind == N_NUMBER && n->type && type_is_integer(n->type) &&
        n->value == 0;
}

void rw_declare(struct rewrite *r, struct node *n)
{
    struct symbol *symbol = n->symbol;
    const struct moved *m = symbol->rewrite;
    const char *name = m->pointer;
    struct node *init = n->kids[0];
    poison(r, n);
    if (init && symbol->infers_type) {
        declare_auto(r, n);
        return;
    }
    /* An object that a second pass meets again has an old value. */
    bool zero = init && !m->holder && is_zero(init);
    const char *object = m->holder ? holder_text(r, n)
        : m->lazy ? decide(r, symbol, "0", rw_room(r, symbol), false)
        : new_text(r, symbol, n, name, zero);
    if (m->room && symbol->type->size < 0)
        object = rw_variable_room(symbol, name, object);
    uint32_t name_end = declared_end(r, symbol);
    edits_replace(&r->edits, symbol->name_begin, symbol->name_end,
                  arena_printf("(*%s%s", name,
                               name_end == symbol->name_end ? ")" : ""));
    if (name_end > symbol->name_end)
        edits_replace(&r->edits, name_end - 1, name_end, "])");
    raise_alignment(r, symbol);
    rw_insert_bound(r, symbol->type, name_end,
                    init ? init->begin : symbol->declarator_end);
    if (!init) {
        edits_after(&r->edits, symbol->declarator_end,
                    arena_printf("=%s", object));
        return;
    }
    if (zero) {
        edits_replace(&r->edits, init->begin, init->end, object);
        return;
    }
    unsigned serial = ++r->serial;
    const char *value = arena_printf("__escc_t%u", serial);
    const char *fresh = arena_printf("__escc_n%u", serial);
    edits_before(&r->edits, init->begin,
                 arena_printf("__extension__({__auto_type %s=(%s=%s);"
                              "__typeof__(*%s) %s=",
                              fresh, name, object, name, value));
    edits_after(&r->edits, init->end,
                arena_printf(";%s%s;})",
                             copy_text(r, symbol, fresh, value, init),
                             fresh));
    rw_wrap(r, init);
}

/* ---- parameters and holders ---------------------------------------------- */

/* How often C text names the word; not in strings, nor as a member. */
static unsigned count_word(const char *text, const char *word)
{
    size_t bytes = strlen(word);
    unsigned count = 0;
    bool quoted = false;
    for (const char *at = text; *at; at++) {
        quoted ^= *at == '"';
        if (quoted || strncmp(at, word, bytes) != 0)
            continue;
        char before = at == text ? ' ' : at[-1], after = at[bytes];
        count += !isalnum((unsigned char)before) && !strchr("_.$", before) &&
                 !isalnum((unsigned char)after) && !strchr("_$", after);
    }
    return count;
}

static void enter_parameter(struct rewrite *r, struct moved *m,
                            uint32_t entry)
{
    const struct symbol *symbol = m->symbol;
    const char *name = symbol->name;
    const char *object = arena_printf("__escc_h%u", m->holder);
    enum shade_kind kind = rw_shade_kind(r, symbol->type, NULL);
    const char *shade = kind == SHADE_NONE ? ""
        : rw_check_text(r, arena_printf("*%s", object), kind, name);
    const char *make = rw_new_text(r, symbol, symbol->declaration, object);
    const char *text =
        arena_printf("__typeof__(%s)*%s=%s;%s%s", name, object, make,
                     rw_copy_text("__builtin_memcpy", object, name), shade);
    m->kept += count_word(text, name);
    edits_entry(&r->edits, entry, text);
}

/* In a block inside the body's: there the parameters' names are free. */
static void poison_parameters(struct rewrite *r, const struct node *function,
                              uint32_t entry)
{
    const struct type *type = function->symbol->type;
    const char *inner = NULL;
    for (const struct moved *m = r->moved; m; m = m->next) {
        const struct symbol *symbol = m->symbol;
        if (symbol->kind != S_PARAMETER ||
            (type->variadic &&
                symbol->parameter_index == type->parameter_count - 1))
            continue;
        const char *text =
            poison_text(r, symbol, arena_printf("__escc_h%u", m->holder));
        inner = arena_printf("%s%s", inner ? inner : "{", text);
    }
    if (inner) {
        edits_entry(&r->edits, entry, inner);
        edits_before(&r->edits, r->body->end - 1, "}");
    }
}

/* A parameter whose address is taken, but which stays: others may read it
 * through that address, so what the caller passed is a store too. */
static void shade_parameter(struct rewrite *r, const struct symbol *symbol,
                            uint32_t entry)
{
    enum shade_kind kind = rw_shade_kind(r, symbol->type, NULL);
    if (kind == SHADE_NONE || symbol->name_begin == symbol->name_end)
        return;
    edits_entry(&r->edits, entry,
                rw_check_text(r, symbol->name, kind, symbol->name));
}

void rw_function_entry(struct rewrite *r, struct node *function)
{
    uint32_t entry = rw_block_entry(r, r->body);
    for (struct moved *m = r->moved; m; m = m->next) {
        if (m->symbol->kind == S_PARAMETER)
            enter_parameter(r, m, entry);
        else if (m->holder_in_function)
            edits_entry(&r->edits, entry,
                        arena_printf("void*__escc_h%u=%s;", m->holder,
                                     m->allocate_at_start
                                     ? rw_new_text(r, m->symbol,
                                                   m->symbol->declaration,
                                                   NULL)
                                     : "0"));
    }
    for (int i = 0; i < function->kid_count - 1; i++) {
        const struct symbol *symbol = function->kids[i]->symbol;
        if (symbol && symbol->address_taken && !symbol->rewrite &&
            !symbol->is_va_list)
            shade_parameter(r, symbol, entry);
    }
    poison_parameters(r, function, entry);
}
