/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_special.c - functions where parameters have known values.
 *
 * [inv.esc.special]  a function that does one thing or another, as a parameter
 * says, is to a caller who gives that one a constant only what it does then:
 *
 *     static void set(struct s *s, const char *text, int mode)
 *     {
 *         switch (mode) {
 *         case KEEP: s->text = text; break;
 *         case COPY: s->text = strdup(text); break;
 *         }
 *     }
 *     set(s, buffer, COPY);
 *
 * So such a call is one of a function of its own, `set where mode is COPY`,
 * with a graph of what runs there.  The parameter has that value whenever it
 * is read: nobody assigns to it or takes its address.  The locals of the
 * function are decided by the graph of its whole body, which has all flows;
 * the other one is there for its tag alone.  It stands for a function of the
 * unit by a symbol of its own, as members do.
 *
 * It is made when a call is applied, and only if the callee is solved and does
 * something with an argument.  One that is recursive has none.
 */
#include "esc_special.h"

#include "esc_query.h"

#include "util/strbuf.h"

#include <inttypes.h>

enum {
    /* Further ones say little; each costs what its function does. */
    MOST_OF_FUNCTION = 8, MOST_OF_UNIT = 1024,
    MOST_PARAMETERS = 64
};

struct esc_specials {
    struct map selectors;       /* function -> struct selectors */
    struct map by_key;          /* function and values -> the special one */
    int count;
};

/* ---- which parameters select --------------------------------------------- */

/* Bits by the parameter's number. */
struct selectors {
    const struct esc *esc;
    const struct symbol *function;
    uint64_t changed;           /* by some text */
    uint64_t tested;            /* decide what runs, here or in a callee */
    int specials;               /* of the function */
    bool done;                  /* false: it is being looked at */
};

static struct selectors *selectors_of(const struct esc *,
                                      const struct esc_function *);

static uint64_t bit_of(const struct selectors *s, const struct node *n)
{
    const struct symbol *symbol = n->kind == N_REF ? n->symbol : NULL;
    if (!symbol || symbol->kind != S_PARAMETER ||
        symbol->function != s->function ||
        symbol->parameter_index >= MOST_PARAMETERS)
        return 0;
    return (uint64_t)1 << symbol->parameter_index;
}

static bool find_tested(struct node *n, void *context)
{
    struct selectors *s = context;
    s->tested |= bit_of(s, n);
    return !(n->flags & NODE_UNEVALUATED);
}

/* A parameter that is handed on selects what a parameter there does. */
static void look_at_call(struct selectors *s, const struct node *call)
{
    const struct esc_function *callee =
        map_get(&s->esc->functions, node_callee(call));
    if (!callee || !callee->node || !esc_runs_here(callee->symbol))
        return;
    for (int i = 1; i < call->kid_count && i <= MOST_PARAMETERS; i++) {
        uint64_t bit = bit_of(s, node_strip(call->kids[i]));
        if (bit && selectors_of(s->esc, callee)->tested >> (i - 1) & 1)
            s->tested |= bit;
    }
}

static bool look(struct node *n, void *context)
{
    struct selectors *s = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    switch (n->kind) {
    case N_IF: case N_SWITCH: case N_CONDITIONAL: case N_LOGICAL:
        node_walk(n->kids[0], find_tested, s);
        break;
    case N_ASSIGN: case N_COMPOUND_ASSIGN: case N_INCDEC:
        s->changed |= bit_of(s, node_unparenthesize(n->kids[0]));
        break;
    case N_CALL:
        if (node_callee(n))
            look_at_call(s, n);
        break;
    default:
        break;
    }
    return true;
}

static bool is_fixed(const struct symbol *p)
{
    return !p->address_taken && !p->in_asm && !p->in_pragma &&
           !(p->type->qualifiers & Q_VOLATILE) && p->type->size <= 8 &&
           (type_is_integer(p->type) || type_is_pointer(p->type));
}

static struct selectors *selectors_of(const struct esc *esc,
                                      const struct esc_function *f)
{
    struct selectors *s = map_get(&esc->specials->selectors, f->symbol);
    if (s)
        return s;
    s = arena_new(struct selectors);
    s->esc = esc;
    s->function = f->symbol;
    map_put(&esc->specials->selectors, f->symbol, s);
    node_walk(f->node, look, s);
    for (int i = 0; i < f->node->kid_count - 1 && i < MOST_PARAMETERS; i++) {
        const struct symbol *p = f->node->kids[i]->symbol;
        if (!p || !is_fixed(p))
            s->tested &= ~((uint64_t)1 << i);
    }
    s->tested &= ~s->changed;
    s->done = true;
    return s;
}

/* ---- calls --------------------------------------------------------------- */

/* Whether there is anything to gain: some argument is kept. */
static bool keeps_some(const struct esc_call *call, const struct esc_tag *tag)
{
    for (int i = 0; i < call->argument_count; i++) {
        int from = esc_tag_parameter(tag, i);
        if (!call->arguments[i] || from < 0)
            continue;
        if (tag->to_heap[from] != ESC_NO_FLOW)
            return true;
        for (int level = 0; level < ESC_ATOM_LEVELS; level++)
            if (*esc_tag_kept(tag, from, level))
                return true;
        for (int to = 0; to < tag->parameter_count; to++)
            for (int deep = 1; deep <= ESC_CONTENT_LEVELS; deep++)
                if (*esc_tag_content(tag, to, deep, from) != ESC_NO_FLOW)
                    return true;
    }
    return false;
}

static bool is_recursive(const struct esc_function *f)
{
    for (size_t i = 0; i < f->callees.count; i++)
        if (f->callees.items[i] == f)
            return true;
    return f->in_batch != 1;
}

static bool argument_value(const struct esc_function *caller,
                           const struct node *argument,
                           const struct symbol *parameter, int64_t *value)
{
    const struct type *type = parameter->type;
    if (type_is_pointer(type)) {
        *value = 0;
        return esc_constant(caller->constants, argument, value) && !*value;
    }
    return argument->type && type_is_integer(argument->type) &&
           esc_constant(caller->constants, argument, value) &&
           type_wrap(type, *value) == *value;
}

/* The values of parameters, and a text for them; NULL: of none. */
static struct map *values_of(const struct esc *esc,
                             const struct esc_function *caller,
                             const struct esc_call *call,
                             const struct esc_function *callee,
                             struct strbuf *key)
{
    uint64_t tested = selectors_of(esc, callee)->tested;
    struct map *constants = NULL;
    for (int i = 0; i < callee->node->kid_count - 1 && i < MOST_PARAMETERS &&
                    i + 1 < call->node->kid_count; i++) {
        struct symbol *parameter = callee->node->kids[i]->symbol;
        int64_t value;
        if (!(tested >> i & 1) ||
            !argument_value(caller, call->node->kids[i + 1], parameter,
                            &value))
            continue;
        if (!constants)
            constants = arena_new(struct map);
        int64_t *known = arena_new(int64_t);
        *known = value;
        map_put(constants, parameter, known);
        strbuf_printf(key, " %d=%" PRId64, i, value);
    }
    return constants;
}

static struct esc_function *make(struct esc *esc,
                                 const struct esc_function *general,
                                 const struct map *constants)
{
    struct esc_function *special = arena_new(struct esc_function);
    struct symbol *symbol = arena_new(struct symbol);
    *symbol = *general->symbol;
    special->symbol = symbol;
    special->node = general->node;
    special->index = general->index;
    special->has_openmp = general->has_openmp;
    special->general = general;
    special->constants = constants;
    map_put(&esc->functions, symbol, special);
    /* Meanwhile the locals have other locations. */
    for (size_t i = 0; i < general->variables.count; i++)
        general->variables.items[i]->symbol->escape = NULL;
    esc_build_function(&esc->context, special);
    for (size_t i = 0; i < special->variables.count; i++)
        special->variables.items[i]->symbol->escape = NULL;
    for (size_t i = 0; i < general->variables.count; i++) {
        struct esc_location *l = general->variables.items[i];
        l->symbol->escape = l;
    }
    return special;
}

struct esc_specials *esc_specials_new(void)
{
    return arena_new(struct esc_specials);
}

struct esc_function *esc_specialize(struct esc *esc,
                                    const struct esc_function *caller,
                                    const struct esc_call *call,
                                    struct esc_function *callee, bool *is_new)
{
    struct esc_specials *all = esc->specials;
    *is_new = false;
    if (!call->node || !callee->node || callee->general ||
        is_recursive(callee) || !keeps_some(call, callee->tag))
        return NULL;
    struct strbuf key = {0};
    strbuf_printf(&key, "%d", callee->index);
    const struct map *constants = values_of(esc, caller, call, callee, &key);
    struct esc_function *special =
        constants ? map_get_string(&all->by_key, key.text) : NULL;
    struct selectors *s = selectors_of(esc, callee);
    if (constants && !special && s->specials < MOST_OF_FUNCTION &&
        all->count < MOST_OF_UNIT) {
        s->specials++;
        all->count++;
        *is_new = true;
        special = make(esc, callee, constants);
        map_put_string(&all->by_key, arena_strndup(key.text, key.bytes),
                       special);
    }
    strbuf_free(&key);
    return special;
}
