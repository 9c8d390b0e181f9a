/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_atomic.c - atomic builtins and inline asm that store pointers.
 *
 *     __atomic_exchange_n(p, v, o)    becomes
 *     ({ __auto_type t = (v); __auto_type r = __atomic_exchange_n(p, t, o);
 *        pin(t); if (marking) shade(t); r; })
 *
 * The pin clobbers memory here, because nothing else keeps a relaxed atomic
 * store in front of the flag's read.  A compare-and-exchange shades its new
 * value whether it was stored or not: too much is never wrong.
 *
 * What the generic forms take or give through a pointer goes through a copy in
 * the frame, byte by byte, for padding is compared too: where others may
 * overwrite the atomic object, nothing else would hold what was read from it
 * until it is shaded [inv.window], and the object that is stored may be that
 * for the old value.
 *
 *     __atomic_compare_exchange_n(p, e, v, w, o, q)   becomes, if *e may hold
 *     ({ __auto_type o = (e); T t; memcpy(&t, o, sizeof t);   pointers,
 *        __auto_type r = __atomic_compare_exchange_n(p, &t, v, w, o, q);
 *        if (!r) { memcpy(o, &t, sizeof t); pin(t); if (marking) shade(t); }
 *        r; })
 *
 * asm outputs that are no private locals are shaded after the statement, and
 * there is no stop in between [inv.torn].
 */
#include "rw_check.h"
#include "rw_passes.h"

#include "escape/esc_parts.h"
#include "util/arena.h"

#include <string.h>

/* How an operation's arguments 1, 2 and 3 matter: */
enum role {
    NO_ROLE,
    VALUE,                      /* is stored */
    SOURCE,                     /* points to what is stored */
    TARGET,                     /* points to where an old value goes */
    EXPECTED                    /* the same, if it is not what is there */
};

struct operation {
    const char *name;           /* without __c11_atomic_, __atomic_, __sync_ */
    enum role roles[3];
};

/* Longer names first where one begins another. */
static const struct operation operations[] = {
    {"init", {VALUE}},
    {"store_n", {VALUE}},
    {"exchange_n", {VALUE}},
    {"compare_exchange_n", {EXPECTED, VALUE}},
    {"lock_test_and_set", {VALUE}},
    {"swap", {VALUE}},
    {"bool_compare_and_swap", {NO_ROLE, VALUE}},
    {"val_compare_and_swap", {NO_ROLE, VALUE}},
};
/* __c11_: values; __atomic_: pointers to values. */
static const struct operation c11_operations[] = {
    {"store", {VALUE}},
    {"exchange", {VALUE}},
    {"compare_exchange_strong", {EXPECTED, VALUE}},
    {"compare_exchange_weak", {EXPECTED, VALUE}},
};
static const struct operation gnu_operations[] = {
    {"store", {SOURCE}},
    {"load", {TARGET}},
    {"exchange", {SOURCE, TARGET}},
    {"compare_exchange", {EXPECTED, SOURCE}},
};

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static const struct operation *find(const struct operation *table,
                                    size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        size_t bytes = strlen(table[i].name);
        /* libclang names __sync_ calls with their width: …_and_swap_8. */
        if (strncmp(table[i].name, name, bytes) == 0 &&
            (!name[bytes] ||
                (name[bytes] == '_' && name[bytes + 1] >= '1' &&
                    name[bytes + 1] <= '9')))
            return &table[i];
    }
    return NULL;
}

/* Arithmetic stores a pointer when its operand comes from one. */
static const struct operation *arithmetic(const char *name)
{
    static const struct operation any = {"", {VALUE}};
    bool fetch = strncmp(name, "fetch_", 6) == 0 || strstr(name, "_fetch") ||
        strstr(name, "_and_fetch");
    return fetch ? &any : NULL;
}

static const struct operation *operation_of(const char *text)
{
    static const char c11[] = "__c11_atomic_", gnu[] = "__atomic_",
                      sync[] = "__sync_", scoped[] = "__scoped_atomic_";
    const struct operation *o = NULL;
    const char *name;
    if (strncmp(text, c11, sizeof c11 - 1) == 0) {
        name = text + sizeof c11 - 1;
        o = find(c11_operations, LENGTH(c11_operations), name);
    } else if (strncmp(text, gnu, sizeof gnu - 1) == 0) {
        name = text + sizeof gnu - 1;
        o = find(gnu_operations, LENGTH(gnu_operations), name);
    } else if (strncmp(text, scoped, sizeof scoped - 1) == 0) {
        name = text + sizeof scoped - 1;
        o = find(gnu_operations, LENGTH(gnu_operations), name);
    } else if (strncmp(text, sync, sizeof sync - 1) == 0) {
        name = text + sizeof sync - 1;
    } else {
        return NULL;
    }
    if (!o)
        o = find(operations, LENGTH(operations), name);
    return o ? o : arithmetic(name);
}

/* How to shade what argument `n` stores; SHADE_NONE: not at all. */
static enum shade_kind argument_kind(const struct rewrite *r, struct node *n,
                                     enum role role)
{
    if (role == NO_ROLE || n->flags & NODE_MACRO)
        return SHADE_NONE;
    if (role == VALUE) {
        enum shade_kind kind = rw_shade_kind(r, n->type, n);
        return kind == SHADE_PIECES ? SHADE_NONE : kind;
    }
    if (n->type->kind != T_POINTER ||
        (role != SOURCE && rw_is_lent_local(n)))
        return SHADE_NONE;
    return rw_shade_kind(r, n->type->target, NULL);
}

/* What is to be written around an operation. */
struct around {
    struct strbuf before, after;
    const char *outcome;        /* the result's name; NULL: nothing to do */
    bool asked;                 /* `after` reads the result */
};

/* `name` is a copy of what argument `pointer` leads to. */
static void use_copy(struct rewrite *r, struct around *around, enum role role,
                     enum shade_kind kind, const char *name,
                     const char *pointer)
{
    strbuf_printf(&around->before, "__typeof__(((void)0,*%s)) %s;", pointer,
                  name);
    if (role != TARGET)
        strbuf_puts(&around->before,
                    arena_printf("__builtin_memcpy((void*)&%s,"
                                 "(const void*)%s,sizeof %s);",
                                 name, pointer, name));
    const char *slot = role == SOURCE ? NULL : arena_printf("*%s", pointer);
    const char *check = rw_check_text(r, slot, kind, name);
    if (role == SOURCE)
        strbuf_printf(&around->after, RW_ORDER "%s", check);
    else
        strbuf_printf(&around->after, "%s{%s%s}",
                      role == EXPECTED
                      ? arena_printf("if(!%s)", around->outcome) : "",
                      rw_copy_text("__builtin_memcpy", pointer, name), check);
    around->asked |= role == EXPECTED;
}

static void use_argument(struct rewrite *r, struct node *n,
                         struct node *argument, struct around *around,
                         enum role role, enum shade_kind kind)
{
    unsigned serial = ++r->serial;
    if (!around->outcome) {
        edits_before(&r->edits, n->begin, "__extension__({");
        around->outcome = arena_printf("__escc_v%u", serial);
    }
    const char *name = arena_printf("__escc_t%u", serial);
    if (role == VALUE) {
        rw_name_operand(r, n, argument, name, "(", name);
        strbuf_printf(&around->after, RW_ORDER "%s",
                      rw_check_text(r, NULL, kind, name));
        return;
    }
    const char *pointer = arena_printf("__escc_o%u", serial);
    rw_name_operand(r, n, argument, pointer, "(", arena_printf("&%s", name));
    use_copy(r, around, role, kind, name, pointer);
}

/* `first`: the index of argument 0 among the kids. */
static bool wrap_operation(struct rewrite *r, struct node *n, const char *name,
                           int first)
{
    const struct operation *o = operation_of(name);
    struct around around = {0};
    for (int i = 0; o && i < 3; i++) {
        int index = first + 1 + i;
        if (index >= n->kid_count)
            break;
        struct node *argument = n->kids[index];
        enum shade_kind kind = argument_kind(r, argument, o->roles[i]);
        if (kind != SHADE_NONE)
            use_argument(r, n, argument, &around, o->roles[i], kind);
    }
    if (!around.outcome)
        return o;
    bool wanted = n->type->kind != T_VOID && !node_value_unused(n);
    if (around.before.bytes)
        edits_before(&r->edits, n->begin, arena_strdup(around.before.text));
    if (wanted || around.asked)
        edits_before(&r->edits, n->begin,
                     arena_printf("__auto_type %s=", around.outcome));
    edits_after(&r->edits, n->end,
                arena_printf(";%s%s%s})", around.after.text,
                             wanted ? around.outcome : "",
                             wanted ? ";" : ""));
    strbuf_free(&around.before);
    strbuf_free(&around.after);
    rw_wrap(r, n);
    return true;
}

void rw_atomic(struct rewrite *r, struct node *n)
{
    wrap_operation(r, n, n->text, 0);
}

bool rw_sync_call(struct rewrite *r, struct node *call)
{
    const struct symbol *callee = node_callee(call);
    return callee && strncmp(callee->name, "__sync_", 7) == 0 &&
        wrap_operation(r, call, callee->name, 1);
}

/* ---- asm ----------------------------------------------------------------- */

void rw_asm(struct rewrite *r, struct node *n)
{
    if (!n->asm_ || n->asm_->is_goto)
        return;
    struct strbuf after = {0};
    for (int i = 0; i < n->asm_->outputs && i < n->kid_count; i++) {
        struct node *output = n->kids[i];
        bool piece = *n->asm_->template_text &&
            esc_parts_is_piece(output->type) &&
            esc_may_carry_pointer(r->esc, output);
        if ((rw_shade_kind(r, output->type, NULL) == SHADE_NONE && !piece) ||
            rw_is_private(output) || output->flags & NODE_MACRO)
            continue;
        if (!after.bytes)
            edits_before(&r->edits, n->begin, "{");
        const char *address = arena_printf("__escc_s%u", ++r->serial);
        const char *slot = arena_printf("*%s", address);
        rw_name_operand(r, n, output, address, "&(", slot);
        strbuf_printf(&after, "__asm__ volatile(\"\"::\"m\"(%s));%s", slot,
                      rw_memory_check_text(
                          "", piece ? "slots" : "range", address,
                          arena_printf("sizeof %s", slot)));
    }
    if (!after.bytes)
        return;
    edits_before(&r->edits, n->begin, RW_TEAR);
    edits_after(&r->edits, rw_statement_end(r, n),
                arena_printf("%s" RW_MEND "}", after.text));
    strbuf_free(&after);
}
