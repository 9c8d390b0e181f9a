/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_torn.c - the statements during which words may be in pieces.
 *
 * An exchange of pieces (esc_flow.c) is over when the words are whole again,
 * and only the program knows when that is: a rotation by bytes goes over the
 * array eight times.  So what is bracketed is as much as can be: exchanges
 * that follow each other are taken together (eight assignments in a row are
 * one exchange of words), and then the outermost loop round them, as long as
 * nothing in it is a call that is not *short*.
 *
 * Short are calls of functions of this unit that only call short ones, and
 * not themselves, and of a few functions of the library: those that neither
 * wait nor allocate nor call back.
 *
 * A function with such statements is torn.  Calls of it that follow each
 * other are taken together as well: three reversals are a rotation, in
 * between no word stands as it should.  If its statements contain no loop and
 * move less than a word it exchanges single pieces, and the loop is its
 * caller's.
 *
 * What is left out: exchanges with another call between reading and storing,
 * and what the rewriter cannot bracket (rw_torn.c).
 */
#include "esc_torn.h"

#include "esc_query.h"

#include "util/map.h"

#include <string.h>

enum { WORD_BYTES = 8 };

enum shortness { UNKNOWN, IN_PROGRESS, SHORT, LONG };

struct analysis {
    const struct unit *unit;
    enum shortness *shortness;  /* of functions, by symbol id */
    bool *torn, *piecewise;     /* the same */
    struct esc_torn_list *out;
};

/* ---- short calls --------------------------------------------------------- */

static bool is_short_library(const struct symbol *callee)
{
    static const char *const names[] = {
        "__assert_fail", "__ctype_b_loc", "abort", "abs", "bcmp", "bcopy",
        "bzero", "isalnum", "isalpha", "isdigit", "isspace", "labs",
        "memccpy", "memchr", "memcmp", "memcpy", "memmove", "mempcpy",
        "memset", "strcasecmp", "strcat", "strchr", "strcmp", "strcpy",
        "strlen", "strncasecmp", "strncat", "strncmp", "strncpy", "strnlen",
        "strrchr", "tolower", "toupper", NULL};
    static const char *const builtins[] = {
        "__builtin_assume", "__builtin_bswap16", "__builtin_bswap32",
        "__builtin_bswap64", "__builtin_clz", "__builtin_constant_p",
        "__builtin_ctz", "__builtin_expect", "__builtin_memcmp",
        "__builtin_memcpy", "__builtin_memmove", "__builtin_memset",
        "__builtin_object_size", "__builtin_prefetch", "__builtin_trap",
        "__builtin_unreachable", "__builtin_assume_aligned", NULL};
    for (const char *const *p = names; *p; p++)
        if (!strcmp(*p, callee->name))
            return true;
    for (const char *const *p = builtins; *p; p++)
        if (!strcmp(*p, callee->name))
            return true;
    return strstr(callee->name, "_chk") && callee->is_builtin;
}

static bool is_short(struct analysis *, struct node *);

static bool is_short_call(struct analysis *a, const struct node *call)
{
    const struct symbol *callee = node_callee(call);
    if (!callee)
        return false;
    if (!callee->definition || callee->is_system)
        return is_short_library(callee);
    if (callee->is_weak)
        return false;
    enum shortness *known = &a->shortness[callee->id];
    if (*known == UNKNOWN) {
        struct node *definition = callee->definition;
        *known = IN_PROGRESS;
        *known = is_short(a, definition->kids[definition->kid_count - 1])
            ? SHORT : LONG;
    }
    return *known == SHORT;
}

struct search { struct analysis *analysis; bool found; };

static bool find_long_call(struct node *n, void *context)
{
    struct search *search = context;
    if (search->found || n->flags & NODE_UNEVALUATED)
        return false;
    if (n->kind == N_CALL && !is_short_call(search->analysis, n))
        search->found = true;
    return true;
}

static bool is_short(struct analysis *a, struct node *n)
{
    struct search search = {a, false};
    node_walk(n, find_long_call, &search);
    return !search.found;
}

static bool are_short(struct analysis *a, const struct esc_torn *t)
{
    if (t->block->kind != N_BLOCK)
        return is_short(a, t->block);
    for (int i = t->first; i <= t->last; i++)
        if (!is_short(a, t->block->kids[i]))
            return false;
    return true;
}

/* ---- statements ---------------------------------------------------------- */

static bool is_loop(const struct node *n)
{
    return n->kind == N_FOR || n->kind == N_WHILE || n->kind == N_DO;
}

static bool is_statement(const struct node *n)
{
    return (n->kind >= N_BLOCK && n->kind <= N_ASM) || n->kind == N_DECL;
}

static int index_in(const struct node *block, const struct node *kid)
{
    for (int i = 0; i < block->kid_count; i++)
        if (block->kids[i] == kid)
            return i;
    return -1;
}

/* The statement that n is in or is, as one of a block if it can be. */
static struct esc_torn statement_of(struct node *n)
{
    while (n->parent && (!is_statement(n) || n->kind == N_CASE ||
                         n->kind == N_DEFAULT || n->kind == N_LABEL ||
                         (n->parent->kind == N_FOR &&
                             n != n->parent->kids[3])))
        n = n->parent;
    struct node *block = n->parent;
    if (block && block->kind == N_BLOCK) {
        int i = index_in(block, n);
        return (struct esc_torn){block, i, i};
    }
    return (struct esc_torn){n, 0, 0};
}

/* The least statements with both. */
static struct esc_torn cover(struct node *from, struct node *to)
{
    struct node *common = esc_common(from, to);
    if (common->kind != N_BLOCK || common == from || common == to)
        return statement_of(common);
    while (from->parent != common)
        from = from->parent;
    while (to->parent != common)
        to = to->parent;
    int i = index_in(common, from), k = index_in(common, to);
    return (struct esc_torn){common, i < k ? i : k, i < k ? k : i};
}

static struct node *first_of(const struct esc_torn *t)
{
    return t->block->kind == N_BLOCK ? t->block->kids[t->first] : t->block;
}

static struct node *last_of(const struct esc_torn *t)
{
    return t->block->kind == N_BLOCK ? t->block->kids[t->last] : t->block;
}

static struct node *behind_labels(struct node *n)
{
    while ((n->kind == N_CASE || n->kind == N_DEFAULT || n->kind == N_LABEL) &&
           n->kid_count && n->kids[n->kid_count - 1])
        n = n->kids[n->kid_count - 1];
    return n;
}

struct node *esc_torn_first(const struct esc_torn *t)
{
    return behind_labels(first_of(t));
}

struct node *esc_torn_last(const struct esc_torn *t)
{
    struct node *last = last_of(t);
    return last == first_of(t) ? behind_labels(last) : last;
}

/* Makes the statements more until control enters them at the beginning only;
 * false if something long is among them then. */
static bool enclose(struct analysis *a, struct esc_torn *t)
{
    struct node *function = node_function(t->block);
    struct node *body = function->kids[function->kid_count - 1];
    while (are_short(a, t)) {
        if (!esc_find_jumps(body, esc_torn_first(t),
                            esc_torn_last(t)).enters)
            return true;
        if (t->block == body && t->first == 0 &&
            t->last == body->kid_count - 1)
            return true;        /* entered at its beginning only */
        if (t->block == body) {
            t->first = 0;
            t->last = body->kid_count - 1;
        } else {
            *t = statement_of(t->block->kind == N_BLOCK
                              ? t->block : t->block->parent);
        }
    }
    return false;
}

static struct esc_torn cover_both(const struct esc_torn *a,
                                  const struct esc_torn *b)
{
    struct esc_torn ends[] = {cover(first_of(a), first_of(b)),
                              cover(last_of(a), last_of(b))};
    struct esc_torn all = cover(first_of(&ends[0]), last_of(&ends[1]));
    struct esc_torn more = cover(first_of(&ends[1]), last_of(&ends[0]));
    if (all.block == more.block && all.block->kind == N_BLOCK) {
        all.first = more.first < all.first ? more.first : all.first;
        all.last = more.last > all.last ? more.last : all.last;
    }
    return all;
}

/* The outermost loop that is short. */
static struct esc_torn widen(struct analysis *a, const struct esc_torn *t)
{
    struct esc_torn wide = *t;
    for (struct node *n = t->block; n && n->kind != N_FUNCTION;
         n = n->parent) {
        if (!is_loop(n))
            continue;
        /* A loop that OpenMP distributes is run by other threads as well. */
        if (unit_openmp_about(a->unit, n) || !is_short(a, n))
            break;
        struct esc_torn wider = statement_of(n);
        if (enclose(a, &wider))
            wide = wider;
    }
    return wide;
}

static bool contains(const struct esc_torn *a, const struct esc_torn *b)
{
    return first_of(a)->begin <= first_of(b)->begin &&
        last_of(a)->end >= last_of(b)->end;
}

/* ---- functions ----------------------------------------------------------- */

struct collector {
    struct analysis *analysis;
    struct esc_torn_list torn;  /* before widening; in text order */
    VEC_TYPE(calls, struct node *) calls;
};

/* The exchanges of one function, joined where nothing long is between. */
static void join_exchanges(struct collector *c,
                           const struct esc_exchanges *exchanges)
{
    for (size_t i = 0; i < exchanges->count; i++) {
        struct esc_torn t = cover(exchanges->items[i].from,
                                  exchanges->items[i].to);
        if (!enclose(c->analysis, &t))
            continue;
        if (c->torn.count) {
            struct esc_torn both = cover_both(&vec_last(&c->torn), &t);
            if (enclose(c->analysis, &both)) {
                vec_last(&c->torn) = both;
                continue;
            }
        }
        vec_push(&c->torn, t);
    }
}

static bool is_torn_call(const struct analysis *a, const struct node *n,
                         bool piecewise)
{
    const struct symbol *callee = n->kind == N_CALL ? node_callee(n) : NULL;
    return callee && a->torn[callee->id] &&
        a->piecewise[callee->id] == piecewise;
}

static bool find_calls(struct node *n, void *context)
{
    struct collector *c = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    if (is_torn_call(c->analysis, n, true)) {
        struct esc_torn t = statement_of(n);
        t = widen(c->analysis, &t);
        if (enclose(c->analysis, &t))
            vec_push(&c->torn, t);
    }
    if (is_torn_call(c->analysis, n, false))
        vec_push(&c->calls, n);
    return true;
}

static bool is_straight(const struct esc_torn *t)
{
    for (int i = t->first; i <= t->last; i++)
        switch (t->block->kids[i]->kind) {
        case N_CASE: case N_DEFAULT: case N_LABEL:
            if (i > t->first)
                return false;
            break;
        case N_BREAK: case N_CONTINUE: case N_GOTO: case N_GOTO_COMPUTED:
        case N_RETURN:
            return false;
        default:
            break;
        }
    return true;
}

/* Calls in statements of one block. */
static void join_calls(struct collector *c)
{
    for (size_t i = 0; i + 1 < c->calls.count; i++) {
        struct esc_torn t = cover(c->calls.items[i], c->calls.items[i + 1]);
        if (t.block->kind != N_BLOCK || t.first == t.last ||
            !is_straight(&t) || !enclose(c->analysis, &t))
            continue;
        if (c->torn.count && vec_last(&c->torn).block == t.block &&
            vec_last(&c->torn).last == t.first)
            vec_last(&c->torn).last = t.last;
        else
            vec_push(&c->torn, t);
    }
}

static bool find_loop(struct node *n, void *context)
{
    struct search *search = context;
    search->found |= is_loop(n) || n->kind == N_GOTO;
    return !search->found;
}

/* Counts the bytes that are stored; of all stores, which errs towards whole
 * words, so a word's worth counts for each of two. */
static bool add_bytes(struct node *n, void *context)
{
    if (n->kind == N_ASSIGN && !esc_local_of(n->kids[0]))
        *(int64_t *)context += n->kids[0]->type->size;
    return true;
}

static bool is_piecewise(const struct esc_torn *t)
{
    struct search search = {NULL, false};
    int64_t bytes = 0;
    for (int i = t->first; i <= t->last; i++) {
        struct node *n = t->block->kind == N_BLOCK ? t->block->kids[i]
                                                   : t->block;
        node_walk(n, find_loop, &search);
        node_walk(n, add_bytes, &bytes);
    }
    return !search.found && bytes < 2 * WORD_BYTES;
}

/* Adds t unless something of the function covers it; drops what it covers. */
static bool add(struct analysis *a, size_t first, const struct esc_torn *t)
{
    for (size_t i = first; i < a->out->count; i++)
        if (contains(&a->out->items[i], t))
            return false;
    size_t kept = first;
    for (size_t i = first; i < a->out->count; i++)
        if (!contains(t, &a->out->items[i]))
            a->out->items[kept++] = a->out->items[i];
    a->out->count = kept;
    vec_push(a->out, *t);
    return true;
}

static void add_function(struct analysis *a, const struct esc_pieces *pieces,
                         struct node *function)
{
    struct esc_exchanges exchanges = {0};
    struct collector c = {.analysis = a};
    const struct symbol *symbol = function->symbol;
    size_t first = a->out->count;
    esc_find_exchanges(pieces, function, &exchanges);
    join_exchanges(&c, &exchanges);
    bool piecewise = c.torn.count > 0;
    for (size_t i = 0; i < c.torn.count; i++) {
        struct esc_torn wide = widen(a, &c.torn.items[i]);
        piecewise &= is_piecewise(&wide);
        add(a, first, &wide);
    }
    c.torn.count = 0;
    node_walk(function->kids[function->kid_count - 1], find_calls, &c);
    join_calls(&c);
    for (size_t i = 0; i < c.torn.count; i++) {
        add(a, first, &c.torn.items[i]);
        piecewise = false;
    }
    a->torn[symbol->id] = a->out->count > first;
    a->piecewise[symbol->id] = piecewise;
    vec_free(&exchanges);
    vec_free(&c.torn);
    vec_free(&c.calls);
}

/* Callees before callers, as far as they call each other in no circle. */
static void add_with_callees(struct analysis *, const struct esc_pieces *,
                             struct map *done, struct node *function);

struct visit {
    struct analysis *analysis;
    const struct esc_pieces *pieces;
    struct map *done;
};

static bool visit_callee(struct node *n, void *context)
{
    struct visit *v = context;
    const struct symbol *callee = n->kind == N_CALL ? node_callee(n) : NULL;
    if (esc_runs_here(callee))
        add_with_callees(v->analysis, v->pieces, v->done,
                         callee->definition);
    return true;
}

static void add_with_callees(struct analysis *a,
                             const struct esc_pieces *pieces,
                             struct map *done, struct node *function)
{
    struct visit v = {a, pieces, done};
    if (map_get(done, function))
        return;
    map_put(done, function, function);
    node_walk(function->kids[function->kid_count - 1], visit_callee, &v);
    add_function(a, pieces, function);
}

void esc_find_torn(const struct unit *unit, struct esc_torn_list *out)
{
    struct analysis a = {
        .unit = unit, .out = out,
        .shortness = arena_array(enum shortness, unit->symbol_count),
        .torn = arena_array(bool, unit->symbol_count),
        .piecewise = arena_array(bool, unit->symbol_count)};
    const struct esc_pieces *pieces = esc_pieces_new(unit);
    struct map done = {0};
    for (int i = 0; i < unit->root->kid_count; i++)
        if (unit->root->kids[i]->kind == N_FUNCTION)
            add_with_callees(&a, pieces, &done, unit->root->kids[i]);
}
