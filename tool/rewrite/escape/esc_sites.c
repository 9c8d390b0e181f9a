/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_sites.c - what allocations are made for.
 *
 * The C library's functions return void *.  What is allocated shows where that
 * becomes another pointer, at the call or later:
 *
 *     struct node *n = malloc(sizeof *n);       objects of struct node
 *     void *p = calloc(n, 8);  long *l = p;     elements of long
 *     void *make(size_t n) { return malloc(n); }        its callers' to say
 *
 * A pointer is in a *holder*: what a call returns, a variable, a member of all
 * objects of its record, a function's result, what a parameter of type void **
 * points to.  Holders know to which others they are assigned, and those of
 * type void * as which types they are used.  Flow-insensitive, unit-wide.
 *
 * A call allocates if it is one of the library's allocating functions, or
 *
 *  - of a function here that returns as void * what such a call returned, by
 *    way of local variables: malloc, then its size is stored in front of the
 *    block, then return.  Not if the call got a sizeof of its object's type:
 *    who hides that from callers, makes handles;
 *  - through a pointer, or a member, in which such a function was stored;
 *  - of a function, pointer or member that other code defines and that is
 *    once used like one: an argument has a sizeof in it that is the size of
 *    what the result becomes a pointer to; or it takes sizes alone (size_t),
 *    and perhaps the block to be changed.  So the wrappers of other files are
 *    known by what goes in and what comes out.
 *
 * Memory is used as bytes, too, whatever it is for: a type of one byte counts
 * where there is no other.
 *
 * Nothing in the program depends on this; reports say it.  What holds no
 * pointer is proven elsewhere (esc_words_plain.c).
 */
#include "esc_sites.h"

#include "esc_build.h"
#include "esc_query.h"

#include "util/map.h"

#include <string.h>

struct holder {
    bool is_new;                /* may be what an allocating call returned */
    bool passes_new;            /* that goes to what it is assigned to, too */
    bool leaves;                /* a function's result, or *parameter */
    bool allocates;             /* of a function, or a pointer to one */
    bool is_void;
    unsigned seen;              /* in which search */
    VEC_TYPE(holder_types, const struct type *) types;
    VEC_TYPE(holder_holders, struct holder *) to;
};

/* A function that is stored where pointers to functions are. */
struct stored {
    struct holder *in;
    const struct symbol *function;
};

struct sites {
    struct map holders;         /* node of a call, symbol, field */
    struct map contents;        /* parameter -> holder of *parameter */
    VEC_TYPE(site_calls, struct node *) calls;
    VEC_TYPE(site_stores, struct stored) stores;
    unsigned searches;
};

/* ---- the library's functions --------------------------------------------- */

struct allocator {
    const char *name;
    int size_argument;          /* whose value is the size, or -1 */
    int result_argument;        /* where the address goes, or -1 */
    bool is_text;               /* the object is a string */
};

static const struct allocator allocators[] = {
    {"malloc", 0, -1, false}, {"calloc", -1, -1, false},
    {"realloc", -1, -1, false}, {"reallocarray", -1, -1, false},
    {"aligned_alloc", 1, -1, false}, {"memalign", 1, -1, false},
    {"valloc", 0, -1, false}, {"pvalloc", -1, -1, false},
    {"posix_memalign", 2, 0, false}, {"strdup", -1, -1, true},
    {"strndup", -1, -1, true}, {"asprintf", -1, 0, true},
    {"vasprintf", -1, 0, true}
};

static const struct allocator *find_allocator(const struct symbol *callee)
{
    static const char prefix[] = "__builtin_";
    if (!callee || callee->definition || !symbol_is_library(callee))
        return NULL;
    const char *name = callee->name;
    bool builtin = strncmp(name, prefix, sizeof prefix - 1) == 0;
    if (builtin)
        name += sizeof prefix - 1;
    if ((builtin || callee->is_system) && strncmp(name, "__", 2) == 0)
        name += 2;
    for (size_t i = 0; i < sizeof allocators / sizeof *allocators; i++)
        if (strcmp(allocators[i].name, name) == 0)
            return &allocators[i];
    return NULL;
}

/* [inv.noscan]  A wrong answer here loses objects.  A block that is too small
 * for a pointer holds none.  The library fills a string with bytes up to the
 * first 0; an address has two such bytes at its end, so that no copy of one
 * in front of a string's end is whole.  (Who writes a pointer over such a
 * string in another unit meets docs/limits.md.)  Of others it has to be proven
 * that nobody ever stores a pointer there (esc_words_plain.c): memory of an
 * allocation has the type of what was last stored in it, so `double *` says
 * nothing about who carves it up. */
bool esc_is_noscan(const struct esc *esc, const struct node *call)
{
    const struct allocator *a = find_allocator(node_callee(call));
    if (!a)
        return false;
    if (a->is_text)
        return esc_stores_no_pointer(esc, call);
    if (esc_is_plain(esc, call))
        return true;
    if (a->size_argument < 0 || a->size_argument + 1 >= call->kid_count)
        return false;
    const struct node *size = call->kids[1 + a->size_argument];
    return size->flags & NODE_CONSTANT && size->value >= 0 &&
           size->value < 8;
}

/* ---- holders ------------------------------------------------------------- */

static bool is_void_pointer(const struct type *type)
{
    return type && type->kind == T_POINTER && type->target->kind == T_VOID;
}

static bool leads_to_function(const struct type *type)
{
    return type && type->kind == T_POINTER &&
           type->target->kind == T_FUNCTION;
}

static struct holder *holder(struct map *map, const void *key)
{
    struct holder *h = map_get(map, key);
    if (!h) {
        h = arena_new(struct holder);
        map_put(map, key, h);
    }
    return h;
}

/* What is new stays so on its way through local variables.  A member, or a
 * parameter, holds much else. */
static struct holder *symbol_holder(struct sites *s,
                                    const struct symbol *symbol)
{
    struct holder *h = holder(&s->holders, symbol);
    h->is_void = is_void_pointer(esc_type_held(symbol));
    h->leaves = symbol->kind == S_FUNCTION && h->is_void;
    h->passes_new = h->leaves ||
        (symbol->kind == S_VARIABLE && symbol->is_local);
    return h;
}

static struct holder *content_holder(struct sites *s,
                                     const struct symbol *parameter)
{
    struct holder *h = holder(&s->contents, parameter);
    const struct type *type = parameter->type;
    h->is_void = type->kind == T_POINTER && is_void_pointer(type->target);
    h->leaves = h->passes_new = h->is_void;
    return h;
}

static struct holder *field_holder(struct sites *s, const struct field *field)
{
    struct holder *h = holder(&s->holders, field);
    h->is_void = is_void_pointer(field->type);
    return h;
}

static struct holder *call_holder(struct sites *s, const struct node *call)
{
    struct holder *h = holder(&s->holders, call);
    h->is_void = is_void_pointer(call->type);
    h->passes_new = true;
    return h;
}

/* NULL: memory that nothing is known of. */
static struct holder *lvalue_holder(struct sites *s, const struct node *n)
{
    n = node_unparenthesize((struct node *)n);
    if (n->kind == N_REF)
        return symbol_holder(s, n->symbol);
    if ((n->kind == N_MEMBER || n->kind == N_ARROW) && n->field)
        return field_holder(s, n->field);
    if (n->kind == N_DEREF) {
        const struct node *pointer = node_strip(n->kids[0]);
        if (pointer->kind == N_REF && pointer->symbol->kind == S_PARAMETER)
            return content_holder(s, pointer->symbol);
    }
    return NULL;
}

/* ---- collecting ---------------------------------------------------------- */

VEC_TYPE(holders, struct holder *);

/* Where a pointer comes from. */
static void find_sources(struct sites *s, const struct node *n,
                         struct holders *found)
{
    struct holder *h = NULL;
    if (!n || !n->type || n->type->kind != T_POINTER ||
        n->flags & NODE_NULL_POINTER)
        return;
    switch (n->kind) {
    case N_PAREN: case N_CONVERT: case N_CAST:
        find_sources(s, n->kids[0], found);
        return;
    case N_COMMA: case N_ASSIGN:
        find_sources(s, n->kids[1], found);
        return;
    case N_BINARY:
        find_sources(s, n->kids[0], found);
        find_sources(s, n->kids[1], found);
        return;
    case N_CONDITIONAL:
        find_sources(s, n->kids[n->kids[1] ? 1 : 0], found);
        find_sources(s, n->kids[2], found);
        return;
    case N_STMT_EXPR:
        find_sources(s, esc_block_value(n->kids[0]), found);
        return;
    case N_CALL:
        h = call_holder(s, n);
        break;
    case N_LOAD: case N_INCDEC: case N_COMPOUND_ASSIGN:
        h = lvalue_holder(s, n->kids[0]);
        break;
    default:
        break;
    }
    if (h)
        vec_push(found, h);
}

/* Most assignments are of no pointers, or of one to another of its type, which
 * tells nothing; they are left out before anything is made for them. */
static bool matters(const struct node *value)
{
    if (!value || !value->type || value->type->kind != T_POINTER)
        return false;
    if (is_void_pointer(value->type) || leads_to_function(value->type))
        return true;
    while (value->kind == N_CONVERT || value->kind == N_CAST ||
           value->kind == N_PAREN)
        value = value->kids[0];
    return is_void_pointer(value->type);
}

static void assign(struct sites *s, struct holder *to,
                   const struct node *value)
{
    struct holders from = {0};
    if (!to || !value)
        return;
    find_sources(s, value, &from);
    for (size_t i = 0; i < from.count; i++)
        vec_push(&from.items[i]->to, to);
    vec_free(&from);
    if (!leads_to_function(value->type))
        return;
    const struct symbol *function = node_callee_of(value);
    if (function && function->kind == S_FUNCTION)
        vec_push(&s->stores, ((struct stored){to, function}));
}

static void use_as(struct sites *s, const struct node *n)
{
    const struct type *to = n->type;
    struct holders from = {0};
    if (!to || to->kind != T_POINTER || to->target->kind == T_VOID ||
        to->target->kind == T_FUNCTION ||
        !is_void_pointer(n->kids[0]->type))
        return;
    find_sources(s, n->kids[0], &from);
    for (size_t i = 0; i < from.count; i++)
        vec_push(&from.items[i]->types, to->target->unqualified);
    vec_free(&from);
}

/* `&p` for a void ** : the callee may set p. */
static void lend(struct sites *s, const struct symbol *parameter,
                 const struct node *argument)
{
    const struct node *n = node_strip((struct node *)argument);
    if (n->kind != N_ADDRESS || !is_void_pointer(n->kids[0]->type))
        return;
    struct holder *to = lvalue_holder(s, n->kids[0]);
    if (to)
        vec_push(&content_holder(s, parameter)->to, to);
}

static void pass(struct sites *s, struct node *call)
{
    const struct symbol *callee = node_callee(call);
    for (int i = 1; esc_runs_here(callee) && i < call->kid_count; i++) {
        const struct symbol *parameter = esc_parameter(callee, i);
        if (!parameter)
            break;
        if (matters(call->kids[i]))
            assign(s, symbol_holder(s, parameter), call->kids[i]);
        if (parameter->type->kind == T_POINTER &&
            is_void_pointer(parameter->type->target))
            lend(s, parameter, call->kids[i]);
    }
    if (is_void_pointer(call->type) || find_allocator(callee))
        vec_push(&s->calls, call);
}

static bool collect(struct node *n, void *context)
{
    struct sites *s = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    switch (n->kind) {
    case N_CONVERT: case N_CAST:
        use_as(s, n);
        break;
    case N_VAR:
        if (matters(n->kids[0]))
            assign(s, symbol_holder(s, n->symbol), n->kids[0]);
        break;
    case N_ASSIGN:
        if (matters(n->kids[1]))
            assign(s, lvalue_holder(s, n->kids[0]), n->kids[1]);
        break;
    case N_INIT_ITEM:
        if (n->field && matters(n->kids[0]))
            assign(s, field_holder(s, n->field), n->kids[0]);
        break;
    case N_RETURN:
        if (matters(n->kids[0]))
            assign(s, symbol_holder(s, node_function(n)->symbol),
                   n->kids[0]);
        break;
    case N_CALL:
        pass(s, n);
        break;
    default:
        break;
    }
    return true;
}

/* ---- types --------------------------------------------------------------- */

struct answer {
    const struct type *type, *bytes;
    bool has_several;
};

static void add_type(struct answer *a, const struct type *type)
{
    if (type->size == 1 && type_is_integer(type)) {
        a->bytes = type;
        return;
    }
    if (type->size < 0)                 /* of which nothing is known here */
        return;
    a->has_several |= a->type && a->type != type;
    a->type = type;
}

static void look(struct sites *s, struct holder *h, struct answer *a)
{
    if (h->seen == s->searches || !h->is_void)
        return;
    h->seen = s->searches;
    for (size_t i = 0; i < h->types.count; i++)
        add_type(a, h->types.items[i]);
    for (size_t i = 0; i < h->to.count; i++)
        look(s, h->to.items[i], a);
}

static struct answer type_of(struct sites *s, struct holder *h)
{
    struct answer a = {0};
    s->searches++;
    look(s, h, &a);
    if (!a.type)
        a.type = a.bytes;
    return a;
}

/* Whether what the holder has gets to who called the function, as new. */
static bool find_leaving(struct sites *s, struct holder *h)
{
    bool leaves = h->leaves;
    if (h->seen == s->searches || !h->passes_new)
        return false;
    h->seen = s->searches;
    for (size_t i = 0; i < h->to.count && !leaves; i++)
        leaves = find_leaving(s, h->to.items[i]);
    return leaves;
}

static bool is_leaving(struct sites *s, struct holder *h)
{
    s->searches++;
    return find_leaving(s, h);
}

/* ---- which calls allocate ------------------------------------------------ */

static bool has_sizeof(const struct node *n, int64_t size)
{
    if (!n)
        return false;
    if (n->kind == N_SIZEOF)
        return n->flags & NODE_CONSTANT && n->value == size;
    for (int i = 0; i < n->kid_count; i++)
        if (has_sizeof(n->kids[i], size))
            return true;
    return false;
}

static bool gets_size(const struct node *call, const struct type *type)
{
    for (int i = 1; type && i < call->kid_count; i++)
        if (type_is_integer(call->kids[i]->type) &&
            has_sizeof(call->kids[i], type->size))
            return true;
    return false;
}

/* void *(size_t, …), void *(void *, size_t, …) */
static bool takes_sizes(const struct type *function)
{
    int sizes = 0;
    if (!function->has_prototype || function->variadic)
        return false;
    for (int i = 0; i < function->parameter_count; i++) {
        const struct type *type = function->parameters[i];
        if (type_is_pointer_wide_integer(type) && type->is_unsigned)
            sizes++;
        else if (i || !is_void_pointer(type))
            return false;
    }
    return sizes > 0;
}

/* What is called; NULL: an expression. */
static struct holder *callee_holder(struct sites *s, const struct node *call)
{
    const struct symbol *callee = node_callee(call);
    if (callee)
        return symbol_holder(s, callee);
    const struct node *n = node_strip(call->kids[0]);
    while (n->kind == N_DEREF)
        n = node_strip(n->kids[0]);
    return lvalue_holder(s, n);
}

static bool may_be_wrapper(const struct node *call)
{
    const struct symbol *callee = node_callee(call);
    return is_void_pointer(call->type) && !esc_runs_here(callee) &&
           !(callee && symbol_is_library(callee));
}

static void find_wrappers(struct sites *s)
{
    for (size_t i = 0; i < s->calls.count; i++) {
        struct node *call = s->calls.items[i];
        struct holder *callee =
            may_be_wrapper(call) ? callee_holder(s, call) : NULL;
        const struct symbol *symbol = node_callee(call);
        if (callee && !callee->allocates)
            callee->allocates =
                (symbol && takes_sizes(symbol->type)) ||
                gets_size(call, type_of(s, call_holder(s, call)).type);
    }
}

static bool makes_new(struct holder *h)
{
    bool changed = !h->is_new;
    h->is_new = true;
    for (size_t i = 0; changed && i < h->to.count; i++)
        if (h->to.items[i]->passes_new)
            makes_new(h->to.items[i]);
    return changed;
}

static bool allocates(struct sites *s, const struct node *call)
{
    const struct symbol *callee = node_callee(call);
    if (find_allocator(callee))
        return true;
    if (!is_void_pointer(call->type))
        return false;
    const struct holder *h = callee_holder(s, call);
    return h && (esc_runs_here(callee) ? h->is_new : h->allocates);
}

/* A handle, if its address leaves the function. */
static bool is_of_own_type(struct sites *s, const struct node *call)
{
    return gets_size(call, type_of(s, call_holder(s, call)).type);
}

static bool spread_once(struct sites *s)
{
    bool changed = false;
    for (size_t i = 0; i < s->calls.count; i++)
        if (allocates(s, s->calls.items[i]) &&
            !is_of_own_type(s, s->calls.items[i]))
            changed |= makes_new(call_holder(s, s->calls.items[i]));
    for (size_t i = 0; i < s->stores.count; i++) {
        const struct stored *stored = &s->stores.items[i];
        const struct symbol *function = stored->function;
        if (stored->in->allocates ||
            !is_void_pointer(function->type->target) ||
            !(find_allocator(function) ||
                symbol_holder(s, function)->is_new))
            continue;
        changed = stored->in->allocates = true;
    }
    return changed;
}

/* ---- the result ---------------------------------------------------------- */

/* What `&p` in posix_memalign(&p, …) gets, or the call returns. */
static struct answer made_by(struct sites *s, const struct node *call)
{
    const struct allocator *a = find_allocator(node_callee(call));
    const struct type *type = call->type;
    struct holder *h = call_holder(s, call);
    if (a && a->result_argument >= 0 &&
        a->result_argument + 1 < call->kid_count) {
        const struct node *to = call->kids[1 + a->result_argument];
        to = node_strip((struct node *)to);
        type = to->type->target;
        h = to->kind == N_ADDRESS ? lvalue_holder(s, to->kids[0]) : NULL;
    }
    if (type && type->kind == T_POINTER && type->target->kind != T_VOID)
        return (struct answer){.type = type->target->unqualified};
    return h ? type_of(s, h) : (struct answer){0};
}

static void add_site(struct sites *s, const struct esc *esc,
                     const struct node *call, struct esc_sites *sites)
{
    struct answer made = made_by(s, call);
    struct esc_site site = {.call = call, .has_several = made.has_several,
                            .is_noscan = esc_is_noscan(esc, call)};
    sites->noscan += site.is_noscan;
    if (is_leaving(s, call_holder(s, call)) && !is_of_own_type(s, call)) {
        sites->handed_on++;
        return;
    }
    if (!made.has_several)
        site.type = made.type;
    vec_push(sites, site);
}

void esc_find_sites(const struct esc *esc, struct esc_sites *sites)
{
    struct sites s = {0};
    node_walk(esc->unit->root, collect, &s);
    find_wrappers(&s);
    while (spread_once(&s)) {
    }
    for (size_t i = 0; i < s.calls.count; i++) {
        const struct node *call = s.calls.items[i];
        if (!(call->flags & NODE_SYSTEM) && allocates(&s, call))
            add_site(&s, esc, call, sites);
    }
    map_free(&s.holders);
    map_free(&s.contents);
    vec_free(&s.calls);
    vec_free(&s.stores);
}
