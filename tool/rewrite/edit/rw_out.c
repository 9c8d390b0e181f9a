/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_out.c - library functions that store pointers through an argument.
 *
 * The library has no barriers, and a thread may be stopped in it or on its way
 * back.  So until the shade behind the call a stop has to find what was stored
 * [inv.window]:
 *
 *   put=N:M   what is stored points into the same object as argument M (the
 *             end that strtol found).  That is pinned across the call, and
 *             shaded in place of what was stored: to the collector it is the
 *             same, and whether, where and as what the library stored it does
 *             not matter.
 *
 *                 strtol(s, e, b)   becomes
 *                 ({ __auto_type p = (s); __auto_type v = strtol(p, e, b);
 *                    asm volatile("" ::: "memory");
 *                    if (marking) shade(p); v; })
 *
 *   put=N:*M  is a copy of what M leads to, where it still is, or a pointer
 *             into the same object; M is pinned until what was stored has been
 *             shaded.  How much that is stands in the table `copies`.
 *
 *   put=N:heap  memory of the library is a root as long as it is not freed.
 *             What else it may be (getline's buffer, the program's own if that
 *             was large enough) was in the slot before, or is a new object,
 *             which is marked or on the stack at its birth.  It is shaded
 *             for the checks (verify=barrier).
 *
 * A slot that comes to point elsewhere in the object to which it pointed
 * (strsep, iconv, mbsrtowcs) needs nothing, as `p++` does not: such functions
 * have no put= in the table.
 *
 * Overflow builtins store what they compute: they get a slot in the frame, and
 * from that it is stored like any value.  setjmp stores registers, maybe the
 * only places of a pointer that only the path after longjmp uses; it and what
 * moves words in pieces (wmemmove) stand in torn code [inv.torn], as does what
 * a check cannot follow otherwise.
 */
#include "rw_check.h"
#include "rw_passes.h"

#include "util/arena.h"

#include <string.h>

/* ---- copies -------------------------------------------------------------- */

/* Where and how much is to be read after the call: */
enum extent {
    POINTED,                    /* what the argument's type points to */
    UNTIL,                      /* up to the result, or if that is null as many
                                   bytes as argument `size` says */
    WIDE,                       /* so many wchar_t */
    FOUND                       /* so many bytes at the result, if any */
};

enum { WCHAR_BYTES = 4 };

/* A row of libc.tags whose put= is no put=N:M. */
struct copy {
    const char *name;
    int to;                     /* a pointer, maybe null */
    int from;                   /* is pinned; NONE: nothing */
    enum extent extent;
    int size;
    bool torn;
};

enum { NONE = -1 };

static const struct copy copies[] = {
    {"memccpy", 0, 1, UNTIL, 3, false},
    {"wmemcpy", 0, 1, WIDE, 2, false},
    {"wmempcpy", 0, 1, WIDE, 2, false},
    {"wmemmove", 0, 1, WIDE, 2, true},
    {"lsearch", 1, 0, FOUND, 3, false},
    {"getsubopt", 2, 0, POINTED, NONE, false},
    {"pthread_attr_getstack", 1, 0, POINTED, NONE, false},
    {"sigaltstack", 1, NONE, POINTED, NONE, true},
    {"getline", 0, NONE, POINTED, NONE, false},
    {"getdelim", 0, NONE, POINTED, NONE, false},
    {"pthread_tryjoin_np", 1, NONE, POINTED, NONE, false},
    {"pthread_timedjoin_np", 1, NONE, POINTED, NONE, false},
    {"pthread_clockjoin_np", 1, NONE, POINTED, NONE, false},
};

/* ---- a call with something around it ------------------------------------- */

enum { MOST_ARGUMENTS = 8 };

struct around {
    struct rewrite *r;
    struct node *call;
    const char *names[MOST_ARGUMENTS];  /* of named arguments */
    struct strbuf after;
    const char *value;          /* the result's name */
    bool torn;
};

static void open_call(struct around *a, struct rewrite *r, struct node *call)
{
    *a = (struct around){.r = r, .call = call};
    a->value = arena_printf("__escc_v%u", ++r->serial);
    edits_before(&r->edits, call->begin, "__extension__({");
}

/* A name for the value of argument `i`; `cast`: "", or what it is cast to. */
static const char *name_as(struct around *a, int i, const char *cast)
{
    struct rewrite *r = a->r;
    if (!a->names[i]) {
        a->names[i] = arena_printf("__escc_o%u", ++r->serial);
        rw_name_operand(r, a->call, a->call->kids[1 + i], a->names[i],
                        arena_printf("%s(", cast),
                        a->names[i]);
    }
    return a->names[i];
}

static const char *name_of(struct around *a, int i)
{
    return name_as(a, i, "");
}

static void close_call(struct around *a)
{
    struct edits *edits = &a->r->edits;
    bool result = a->call->type->kind != T_VOID;
    if (a->torn)
        edits_before(edits, a->call->begin, RW_TEAR);
    if (result)
        edits_before(edits, a->call->begin,
                     arena_printf("__auto_type %s=", a->value));
    edits_after(edits, a->call->end,
                arena_printf(";" RW_ORDER "%s%s%s%s})", a->after.text,
                             a->torn ? RW_MEND : "", result ? a->value : "",
                             result ? ";" : ""));
    strbuf_free(&a->after);
    rw_wrap(a->r, a->call);
}

static void put_copy(struct around *a, const struct copy *c)
{
    const char *to = name_of(a, c->to);
    const char *from = c->from == NONE ? NULL : name_of(a, c->from);
    const char *size = c->size == NONE ? arena_printf("sizeof *%s", to)
        : name_as(a, c->size, "(unsigned long)");
    const char *at = c->extent == FOUND ? a->value : to;
    if (c->extent == WIDE)
        size = arena_printf("%s*%d", size, WCHAR_BYTES);
    if (c->extent == UNTIL)
        size = arena_printf("%s?(unsigned long)((char*)%s-(char*)%s):%s",
                            a->value, a->value, to, size);
    strbuf_puts(&a->after,
                rw_memory_check_text(arena_printf("%s&&", at), "slots", at,
                                     size));
    if (from)
        strbuf_printf(&a->after, "__asm__ volatile(\"\"::\"r\"(%s));", from);
    a->torn |= c->torn;
}

/* ---- what is stored through arguments ------------------------------------ */

/* Whether something that others see may be stored through the argument. */
static bool is_stored_through(const struct node *call, int i)
{
    struct node *argument = call->kids[1 + i];
    return !(argument->flags & NODE_MACRO) &&
        argument->type->kind == T_POINTER && !rw_is_lent_local(argument);
}

static bool is_pinned(const struct rewrite *r, const struct node *call, int i)
{
    struct node *argument = call->kids[1 + i];
    if (argument->flags & NODE_MACRO ||
        rw_shade_kind(r, argument->type, argument) != SHADE_WORD)
        return false;
    for (int to = 0; to < call->kid_count - 1 && to < MOST_ARGUMENTS; to++)
        if (esc_library_stores(call, i, 0, to) && is_stored_through(call, to))
            return true;
    return false;
}

static const struct copy *find_copy(const char *name,
                                    const struct node *call)
{
    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) {
        const struct copy *c = &copies[i];
        if (strcmp(c->name, name) == 0 && call->kid_count > c->to + 1 &&
            call->kid_count > c->from + 1 && call->kid_count > c->size + 1 &&
            is_stored_through(call, c->to))
            return c;
    }
    return NULL;
}

static bool shade_stored(struct rewrite *r, struct node *call,
                         const char *name)
{
    struct around a = {0};
    const struct copy *c = find_copy(name, call);
    if (c && c->extent == POINTED &&
        call->kids[1 + c->to]->type->target->size < 0)
        c = NULL;
    for (int i = 0; i < call->kid_count - 1 && i < MOST_ARGUMENTS; i++) {
        if (!is_pinned(r, call, i))
            continue;
        if (!a.call)
            open_call(&a, r, call);
        strbuf_puts(&a.after, rw_check_text(r, NULL, SHADE_WORD,
                                            name_of(&a, i)));
    }
    if (c && !a.call)
        open_call(&a, r, call);
    if (c)
        put_copy(&a, c);
    if (a.call)
        close_call(&a);
    return a.call;
}

/* ---- builtins that compute ----------------------------------------------- */

static bool is_number(const struct rewrite *r, const struct node *call)
{
    return !esc_may_carry_pointer(r->esc, call->kids[1]) &&
        !esc_may_carry_pointer(r->esc, call->kids[2]);
}

/* Add and subtract; what else checks for overflow makes no pointers. */
static bool is_computed(const char *name)
{
    size_t bytes = strlen(name);
    return bytes > 9 && strcmp(name + bytes - 9, "_overflow") == 0;
}

/* f(a, b, OUT) becomes ({ auto o = OUT; T t; auto v = f(a, b, &t); *o = t;
 * shade t; v; }). */
static bool shade_computed(struct rewrite *r, struct node *call)
{
    struct node *out = call->kids[3];
    if (!is_stored_through(call, 2) || is_number(r, call) ||
        !(esc_library_stores(call, 0, 0, 2) ||
            esc_library_stores(call, 1, 0, 2)))
        return false;
    enum shade_kind kind = rw_shade_kind(r, out->type->target, NULL);
    if (kind == SHADE_NONE)
        return false;
    unsigned n = ++r->serial;
    const char *pointer = arena_printf("__escc_o%u", n);
    const char *value = arena_printf("__escc_t%u", n);
    const char *slot = arena_printf("*%s", pointer);
    edits_before(&r->edits, call->begin, "__extension__({");
    rw_name_operand(r, call, out, pointer, "(", arena_printf("&%s", value));
    edits_before(&r->edits, call->begin,
                 arena_printf("__typeof__(((void)0,*%s)) %s;"
                              "__auto_type __escc_v%u=", pointer, value, n));
    edits_after(&r->edits, call->end,
                arena_printf(";%s=%s;%s__escc_v%u;})", slot, value,
                             rw_check_text(r, slot, kind, value), n));
    rw_wrap(r, call);
    return true;
}

/* ---- setjmp -------------------------------------------------------------- */

static bool is_setjmp(const char *name)
{
    return strcmp(name, "setjmp") == 0 || strcmp(name, "_setjmp") == 0 ||
        strcmp(name, "sigsetjmp") == 0;
}

/* A return that comes from longjmp finds the published range of a copy that
 * never ends (qsort's, if its order function jumped), and `torn` as it is
 * where longjmp was called.  Both are put back to what they were here; the
 * temporaries do not change, so they have their values then.  A range is
 * changed by its beginning. */
static const char save_range[] =
    "const void*__escc_f%u=__escc_tls.hazard;"
    "const void*__escc_e%u=__escc_tls.hazard_end;";
static const char restore_range[] =
    "if(__escc_tls.hazard!=__escc_f%u){__escc_tls.hazard=0;"
    "__escc_tls.hazard_end=__escc_e%u;__escc_tls.hazard=__escc_f%u;}";

/* A program may declare it as it likes. */
static bool returns_nothing(const struct node *call)
{
    return call->type->kind == T_VOID;
}

static const char *take_result(const struct node *call, unsigned serial)
{
    return returns_nothing(call)
        ? "" : arena_printf("__auto_type __escc_v%u=", serial);
}

static const char *give_result(const struct node *call, unsigned serial)
{
    return returns_nothing(call) ? "" : arena_printf("__escc_v%u;", serial);
}

/* What is stored in the frame is seen there. */
static void call_setjmp(struct rewrite *r, struct node *call)
{
    unsigned n = ++r->serial;
    edits_before(&r->edits, call->begin,
                 arena_printf("__extension__({%s%s",
                              arena_printf(save_range, n, n),
                              take_result(call, n)));
    edits_after(&r->edits, call->end,
                arena_printf(";%s%s})", arena_printf(restore_range, n, n, n),
                             give_result(call, n)));
    rw_wrap(r, call);
}

static void call_setjmp_torn(struct rewrite *r, struct node *call)
{
    unsigned n = ++r->serial;
    const char *name = arena_printf("__escc_o%u", n);
    const char *size = arena_printf("sizeof *%s", name);
    edits_before(&r->edits, call->begin, "__extension__({");
    rw_name_operand(r, call, call->kids[1], name, "(", name);
    edits_before(&r->edits, call->begin,
                 arena_printf("unsigned char __escc_k%u=__escc_tls.torn;%s"
                              "__escc_tls.torn=(unsigned char)"
                              "(__escc_k%u+1);" RW_ORDER "%s", n,
                              arena_printf(save_range, n, n), n,
                              take_result(call, n)));
    edits_after(&r->edits, call->end,
                arena_printf(";" RW_ORDER "%s%s" RW_ORDER
                             "__escc_tls.torn=__escc_k%u;"
                             "if(!__escc_k%u&&__builtin_expect("
                             "__escc_tls.pending,0))__escc_whole();%s})",
                             rw_memory_check_text("", "range", name, size),
                             arena_printf(restore_range, n, n, n), n, n,
                             give_result(call, n)));
    rw_wrap(r, call);
}

static bool save_registers(struct rewrite *r, struct node *call)
{
    struct node *buffer = call->kids[1];
    if (buffer->flags & NODE_MACRO || buffer->type->kind != T_POINTER ||
        buffer->type->target->size < 0)
        return false;
    if (rw_is_lent_local(buffer))
        call_setjmp(r, call);
    else
        call_setjmp_torn(r, call);
    return true;
}

/* ---- which calls --------------------------------------------------------- */

bool rw_out_parameter(struct rewrite *r, struct node *call)
{
    bool checked;
    const char *name = rw_library_callee(call, &checked);
    if (!name || call->kid_count < 2)
        return false;
    if (is_setjmp(name))
        return save_registers(r, call);
    if (is_computed(name))
        return call->kid_count == 4 && shade_computed(r, call);
    return shade_stored(r, call, name);
}
