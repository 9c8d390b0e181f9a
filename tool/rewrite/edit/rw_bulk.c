/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_bulk.c - library calls that copy or store pointers.
 *
 * memcpy and its family move words the collector may be looking for.  A copy
 * of a small constant size is a struct assignment and done like one, through
 * a pinned temporary (rw_barrier.c); any other goes to the runtime, which
 * publishes the destination as a hazard range before it copies.
 *
 * A call stays as it is when no pointer to an object can be in it: a string
 * literal or a constant variable as source; or fewer than 8 bytes, or both
 * operands, before their conversion to void *, pointing to types that hold no
 * pointers, unless pointers or pieces of them may be in the source
 * (esc_parts.c); or if the destination is in this function's frame
 * [inv.frame.last], among integers that hold none (esc_words.c) or in an object
 * that never holds any (esc_words_plain.c).  By type alone char and void say
 * nothing about the memory.
 *
 * _FORTIFY_SOURCE.  A call of a checking function, or of one that the
 * library's header defines inline with such a check, compares the size with
 * that of the destination first, and leaves what fails to the library's own
 * checking function, which ends the program.
 */
#include "rw_check.h"
#include "rw_passes.h"

#include "util/arena.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_BYTES = 8 };

struct copier {
    const char *name;
    int to, from;               /* argument numbers; the size is number 2 */
    bool overlap;               /* the two may overlap */
    int result_offset;          /* 0: `to`; 1: behind the copy; -1: none */
};

static const struct copier copiers[] = {
    {"memcpy", 0, 1, false, 0},
    {"memmove", 0, 1, true, 0},
    {"mempcpy", 0, 1, false, 1},
    {"bcopy", 1, 0, true, -1},
};

/* Whether memory that the program sees as this type may hold a pointer. */
static bool may_hold(const struct type *type)
{
    switch (type->kind) {
    case T_FLOAT:
        return false;
    case T_INTEGER:
        return type->size != 2 && type->size != 4;
    case T_ARRAY:
        return may_hold(type->target);
    case T_COMPLEX:
        return type_may_hold_pointer(type);
    case T_RECORD:
        return type->size < 0 || type_may_hold_pointer(type);
    default:
        return true;
    }
}

static bool holds_none(struct node *argument)
{
    while (argument->kind == N_CONVERT || argument->kind == N_PAREN ||
           argument->kind == N_CAST) {
        if (argument->type->kind == T_POINTER &&
            argument->type->target->kind != T_VOID &&
            may_hold(argument->type->target))
            return false;
        argument = argument->kids[0];
    }
    if (argument->kind == N_DECAY && argument->kids[0]->kind == N_STRING)
        return true;
    return argument->type->kind == T_POINTER &&
        !may_hold(argument->type->target);
}

/* Pointers in static storage that is constant are those of its initialiser,
 * and none of these is an object's. */
static bool is_constant_data(struct node *argument)
{
    struct node *plain = node_strip(argument);
    if (plain->kind == N_STRING)
        return true;
    if (plain->kind == N_ADDRESS)
        plain = plain->kids[0];
    else if (!plain->type || plain->type->kind != T_ARRAY)
        return false;
    const struct symbol *root = rw_root(plain);
    if (!root || root->kind != S_VARIABLE || root->is_local)
        return false;
    const struct type *type = root->type;
    while (type->kind == T_ARRAY)
        type = type->target;
    return (type->qualifiers & (Q_CONST | Q_VOLATILE)) == Q_CONST;
}

/* ---- _FORTIFY_SOURCE ----------------------------------------------------- */

enum check {
    CHECK_NONE,
    CHECK_GIVEN,                /* the limit is the call's last argument */
    CHECK_INLINE                /* the header's definition would ask for it */
};

static enum check check_of(const struct node *call, bool checked)
{
    const struct symbol *callee = node_callee(call);
    return checked ? CHECK_GIVEN
        : callee && callee->definition && callee->is_system ? CHECK_INLINE
        : CHECK_NONE;
}

/* Compares `size` with the limit; the operands are in __escc_d and __escc_s,
 * a given limit in __escc_l.  To gcc the copy that follows would make the
 * failing one a dead store, but for the asm. */
static const char *check_text(unsigned n, enum check check,
                              const struct copier *c, const char *size)
{
    const char *name = c->result_offset < 0 ? "memmove" : c->name;
    const char *limit = check == CHECK_GIVEN
        ? arena_printf("__escc_l%u", n)
        : arena_printf("__builtin_object_size(__escc_d%u,0)", n);
    if (check == CHECK_NONE)
        return "";
    return arena_printf("if(__builtin_expect(%s>%s,0)){__builtin___%s_chk("
                        "__escc_d%u,__escc_s%u,%s,%s);" RW_ORDER "}",
                        size, limit, name, n, n, size, limit);
}

/* ---- the two forms ------------------------------------------------------- */

/* `({ void *d = (A); const void *s = (B); <before_size> size`, then, if it is
 * given, `); unsigned long l = (limit`: all operands where they were, since
 * names in them may have to be changed. */
static void open_copy(struct rewrite *r, struct node *call, unsigned n,
                      const struct copier *c, const char *before_size)
{
    struct node *first = call->kids[1], *second = call->kids[2];
    struct node *size = call->kids[3];
    const char *to = arena_printf("void*__escc_d%u=(void*)(", n);
    const char *from = arena_printf("const void*__escc_s%u=(const void*)(",
                                    n);
    edits_replace(&r->edits, call->begin, first->begin,
                  arena_printf("__extension__({%s", c->to == 0 ? to : from));
    edits_replace(&r->edits, first->end, second->begin,
                  arena_printf(");%s", c->to == 0 ? from : to));
    edits_replace(&r->edits, second->end, size->begin, before_size);
    if (call->kid_count == 5)
        edits_replace(&r->edits, size->end, call->kids[4]->begin,
                      arena_printf(");unsigned long __escc_l%u=(", n));
    rw_wrap(r, call);
}

/* Behind the last operand. */
static void close_copy(struct rewrite *r, struct node *call,
                       const char *text)
{
    edits_replace(&r->edits, call->kids[call->kid_count - 1]->end, call->end,
                  text);
}

/* A struct assignment: ({ …; check; struct { char b[N]; } t = *s; *d = t;
 * check; d; }). */
static void copy_inline(struct rewrite *r, struct node *call,
                        const struct copier *c, enum check check, long bytes)
{
    unsigned n = ++r->serial;
    const char *result = node_value_unused(call) || c->result_offset < 0
        ? "" : c->result_offset
        ? arena_printf("(void*)((char*)__escc_d%u+%ld);", n, bytes)
        : arena_printf("__escc_d%u;", n);
    const char *slot = arena_printf("*(struct __escc_b%u*)__escc_d%u", n, n);
    open_copy(r, call, n, c, ");(void)(");
    close_copy(
        r, call,
        arena_printf(");%sstruct __escc_b%u{char b[%ld];}__attribute__(("
                     "__may_alias__));struct __escc_b%u __escc_t%u "
                     "__attribute__((__aligned__(%d)))=*(const struct "
                     "__escc_b%u*)__escc_s%u;%s=__escc_t%u;%s%s})",
                     check_text(n, check, c, arena_printf("%ldul", bytes)),
                     n, bytes, n, n, WORD_BYTES, n, n, slot, n,
                     rw_check_text(r, slot, SHADE_RANGE,
                                   arena_printf("__escc_t%u", n)),
                     result));
}

/* A call of the runtime, behind a check. */
static void copy_checked(struct rewrite *r, struct node *call,
                         const struct copier *c, enum check check)
{
    unsigned n = ++r->serial;
    const char *size = arena_printf("__escc_n%u", n);
    open_copy(r, call, n, c, arena_printf(");unsigned long %s=(", size));
    close_copy(r, call,
               arena_printf(");%s__escc_%s(__escc_%c%u,__escc_%c%u,%s);})",
                            check_text(n, check, c, size), c->name,
                            c->to == 0 ? 'd' : 's', n,
                            c->to == 0 ? 's' : 'd', n, size));
}

static const struct copier *find_copier(const struct node *call,
                                        bool *checked)
{
    const char *name = rw_library_callee(call, checked);
    for (size_t i = 0; name && i < sizeof copiers / sizeof *copiers; i++)
        if (strcmp(copiers[i].name, name) == 0 &&
            call->kid_count == (*checked ? 5 : 4))
            return &copiers[i];
    return NULL;
}

bool rw_bulk(struct rewrite *r, struct node *call)
{
    bool checked;
    const struct copier *c = find_copier(call, &checked);
    if (!c)
        return false;
    struct node *to = call->kids[1 + c->to], *from = call->kids[1 + c->from];
    struct node *size = call->kids[3];
    bool constant = size->flags & NODE_CONSTANT;
    enum check check = check_of(call, checked);
    bool small = constant && size->value < WORD_BYTES;
    bool in_line = constant && size->value <= INLINE_COPY_BYTES;
    bool pieces = !is_constant_data(from) &&
        esc_leads_to_pointers(r->esc, from) && !rw_is_lent_local(to);
    if (is_constant_data(from) || esc_are_numbers(r->esc, to) ||
        esc_leads_to_plain(r->esc, to) ||
        (in_line && !c->overlap && !small && rw_is_lent_local(to)) ||
        (!pieces && (small || (holds_none(to) && holds_none(from)))))
        return true;
    bool separate = call->kids[1]->end < call->kids[2]->begin &&
        call->kids[2]->end < size->begin;
    if (in_line && separate && !small) {
        copy_inline(r, call, c, check, (long)size->value);
    } else if (check != CHECK_NONE && separate) {
        copy_checked(r, call, c, check);
    } else {
        edits_replace(&r->edits, call->kids[0]->begin, call->kids[0]->end,
                      arena_printf("__escc_%s", c->name));
        if (checked) {          /* the limit, not evaluated */
            edits_replace(&r->edits, call->kids[2]->end, size->begin, ",(");
            edits_replace(&r->edits, size->end, call->kids[4]->begin,
                          ")+0*sizeof(");
            edits_after(&r->edits, call->kids[4]->end, ")");
        }
    }
    return true;
}
