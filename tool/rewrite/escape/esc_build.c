/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_build.c - functions and statements: scopes, loops, declarations.
 *
 * The order of statements does not matter (flow-insensitive); what matters is
 * where each object is declared.  Scopes follow C11 6.8: a block, a `for`
 * with its declarations, and the substatements of `if`, `switch` and loops
 * are blocks even without braces (that is where compound literals die).
 *
 * Loop depth counts loops and, from the label on, labels that a goto further
 * down leads back to.
 */
#include "esc_build.h"
#include "esc_special.h"

static void statement(struct esc_builder *b, const struct node *n);

/* ---- scopes -------------------------------------------------------------- */

static struct esc_scope *enter(struct esc_builder *b, int loops)
{
    struct esc_scope *outer = b->scope;
    struct esc_scope *inner = arena_new(struct esc_scope);
    inner->parent = outer;
    inner->loop_depth = (outer ? outer->loop_depth : 1) + loops;
    b->scope = inner;
    return outer;
}

struct esc_location *esc_new_temporary(struct esc_builder *b)
{
    return esc_graph_add(b->graph, LOC_TEMPORARY, NULL);
}

/* The members that are objects are one location, to which the variable points
 * [inv.split]. */
static void split(struct esc_builder *b, struct esc_location *whole)
{
    struct esc_location *members =
        esc_graph_add(b->graph, LOC_VARIABLE, whole->scope);
    members->symbol = whole->symbol;
    members->whole = whole;
    whole->members = members;
    esc_graph_flow(b->graph, whole, members, -1, NULL);
}

/* The location is the symbol's. */
static struct esc_location *bind(struct esc_builder *b,
                                 struct esc_location *location,
                                 struct symbol *symbol)
{
    location->symbol = symbol;
    symbol->escape = location;
    vec_push(&b->function->variables, location);
    if (esc_private_is_split(b->context->private, symbol->type))
        split(b, location);
    if (symbol->is_given_in_pragma) {   /* [inv.openmp.calls] */
        esc_flow(b, esc_into(b->graph->heap), location);
        esc_graph_release(b->graph, location, 0);
        b->function->calls_unknown = true;
    }
    return location;
}

struct esc_location *esc_variable(struct esc_builder *b,
                                  struct symbol *symbol)
{
    if (symbol && map_get(b->context->compared, symbol)) {
        struct esc_location *measured = esc_new_temporary(b);
        esc_graph_release(b->graph, measured, 0);
        return measured;
    }
    if (!symbol || !symbol->is_local || symbol->is_thread_local)
        return b->graph->heap;
    if (symbol->escape)
        return symbol->escape;
    return bind(b, esc_graph_add(b->graph, LOC_VARIABLE, b->scope), symbol);
}

/* ---- declarations -------------------------------------------------------- */

void esc_type_parts(struct esc_builder *b, const struct node *n)
{
    for (int i = 0; i < n->type_part_count; i++)
        esc_discard(b, n->type_parts[i]);
}

static void variable(struct esc_builder *b, const struct node *n)
{
    esc_type_parts(b, n);
    if (!n->symbol || !n->symbol->is_local)
        return;         /* a static's initialiser is a constant */
    struct esc_location *location = esc_variable(b, n->symbol);
    /* Some function gets its address when the block ends. */
    b->function->calls_unknown |= n->symbol->has_cleanup;
    if (n->symbol->has_cleanup)
        esc_flow(b, esc_noted(esc_into(b->graph->heap), n, ESC_BY_CLEANUP),
                 location);
    if (n->kid_count && n->kids[0])
        esc_value(b, esc_noted(esc_into(location), n, ESC_BY_ASSIGN),
                  n->kids[0]);
}

static void declaration(struct esc_builder *b, const struct node *n)
{
    for (int i = 0; i < n->kid_count; i++) {
        const struct node *kid = n->kids[i];
        if (kid && kid->kind == N_VAR)
            variable(b, kid);
        else if (kid)
            esc_type_parts(b, kid);
    }
}

/* ---- statements ---------------------------------------------------------- */

/* Those of a block, from one on, but for those that do not run where
 * parameters have known values [inv.esc.special].  Declarations count wherever
 * they are. */
static void statements(struct esc_builder *b, const struct node *block,
                       int first, int end, bool in_switch)
{
    const struct map *constants = b->function->constants;
    bool runs = false;
    for (int i = 0; i < end; i++) {
        const struct node *n = block->kids[i];
        runs |= i == first ||
                (constants && esc_has_label(n, in_switch));
        if (runs || !constants || (n && n->kind == N_DECL))
            statement(b, n);
        runs &= !constants || !esc_ends(constants, n);
    }
}

void esc_block(struct esc_builder *b, const struct node *block,
               struct esc_hole value)
{
    struct esc_scope *outer = enter(b, 0);
    b->scope->block = block;
    const struct node *last = value.to ? esc_block_value(block) : NULL;
    statements(b, block, 0, block->kid_count - (last ? 1 : 0), false);
    if (last)
        esc_value(b, value, last);
    b->scope = outer;
}

static void substatement(struct esc_builder *b, const struct node *n)
{
    struct esc_scope *outer = enter(b, 0);
    statement(b, n);
    b->scope = outer;
}

static void if_(struct esc_builder *b, const struct node *n)
{
    const struct map *constants = b->function->constants;
    const struct node *otherwise = n->kid_count > 2 ? n->kids[2] : NULL;
    int64_t value;
    bool known = constants && esc_constant(constants, n->kids[0], &value);
    esc_discard(b, n->kids[0]);
    if (!known || value || esc_has_label(n->kids[1], false))
        substatement(b, n->kids[1]);
    if (!known || !value || esc_has_label(otherwise, false))
        substatement(b, otherwise);
}

static void switch_(struct esc_builder *b, const struct node *n)
{
    const struct map *constants = b->function->constants;
    const struct node *body = n->kids[1];
    int entry;
    esc_discard(b, n->kids[0]);
    if (!constants || !esc_switch_entry(constants, n, &entry)) {
        substatement(b, body);
        return;
    }
    struct esc_scope *outer = enter(b, 0);
    enter(b, 0);
    b->scope->block = body;
    statements(b, body, entry, body->kid_count, true);
    b->scope = outer;
}

static void loop(struct esc_builder *b, const struct node *n)
{
    struct esc_scope *outer = enter(b, 0);
    const struct node *body = n->kids[n->kid_count - 1];
    int first = 0;
    if (n->kind == N_DO)
        body = n->kids[0];
    else if (n->kind == N_FOR) {
        statement(b, n->kids[0]);
        first = 1;
    }
    enter(b, 1);
    for (int i = first; i < n->kid_count; i++)
        if (n->kids[i] != body)
            esc_discard(b, n->kids[i]);
    substatement(b, body);
    b->scope = outer;
}

static void label(struct esc_builder *b, const struct node *n)
{
    if (map_get(&b->looping_labels, n->symbol)) {
        /* Not left before the block ends: what follows may be repeated.
         * Objects of this block stay what they are, so the scope's identity
         * for lifetimes has to stay too. */
        b->scope->loop_depth++;
    }
    statement(b, n->kids[0]);
}

static void return_(struct esc_builder *b, const struct node *n)
{
    if (n->kid_count && n->kids[0])
        esc_value(b, esc_noted(esc_into(b->graph->result), n, ESC_BY_RETURN),
                  n->kids[0]);
}

static void statement(struct esc_builder *b, const struct node *n)
{
    if (!n || n->flags & NODE_UNEVALUATED)
        return;
    switch (n->kind) {
    case N_DECL:
        declaration(b, n);
        break;
    case N_VAR:
        variable(b, n);
        break;
    case N_OTHER_DECL:
        esc_type_parts(b, n);
        break;
    case N_BLOCK:
        esc_block(b, n, esc_nowhere);
        break;
    case N_EXPR_STMT: case N_GOTO_COMPUTED:
        esc_discard(b, n->kids[0]);
        break;
    case N_EMPTY: case N_GOTO: case N_BREAK: case N_CONTINUE:
    case N_ASM_TOP:
        break;
    case N_IF:
        if_(b, n);
        break;
    case N_SWITCH:
        switch_(b, n);
        break;
    case N_WHILE: case N_DO: case N_FOR:
        loop(b, n);
        break;
    case N_CASE:
        statement(b, n->kids[n->kid_count - 1]);
        break;
    case N_DEFAULT:
        statement(b, n->kid_count ? n->kids[0] : NULL);
        break;
    case N_LABEL:
        label(b, n);
        break;
    case N_RETURN:
        return_(b, n);
        break;
    case N_ASM:
        esc_build_asm(b, n);
        break;
    default:
        esc_discard(b, n);
    }
}

/* ---- functions ----------------------------------------------------------- */

struct labels {
    struct map *looping;
    bool any;                   /* looping ones, or unknown jumps */
    struct map seen;            /* labels whose text came already */
};

/* In the order of the text: a goto after its label leads back. */
static bool find_looping(struct node *n, void *context)
{
    struct labels *labels = context;
    if (n->kind == N_LABEL)
        map_put(&labels->seen, n->symbol, n->symbol);
    if (n->kind == N_LABEL_ADDRESS ||
        (n->kind == N_GOTO && map_get(&labels->seen, n->symbol))) {
        map_put(labels->looping, n->symbol, n->symbol);
        labels->any = true;
    }
    labels->any |= n->kind == N_GOTO_COMPUTED ||
                   (n->kind == N_ASM && n->asm_ && n->asm_->is_goto);
    return true;
}

static void declare_parameters(struct esc_builder *b,
                               const struct node *function, int count)
{
    for (int i = 0; i < count; i++)
        esc_graph_parameter(b->graph, i, b->scope);
    for (int i = 0; i < function->kid_count - 1; i++) {
        struct symbol *symbol = function->kids[i]->symbol;
        if (symbol)
            bind(b, b->graph->parameters[i], symbol);
    }
}

void esc_build_function(const struct esc_build_context *context,
                        struct esc_function *function)
{
    const struct node *n = function->node;
    const struct type *type = function->symbol->type;
    int named = n->kid_count - 1;
    int count = named + type->variadic;
    struct esc_builder b = {.context = context, .function = function};
    struct labels labels = {.looping = &b.looping_labels};
    node_walk(function->node, find_looping, &labels);
    function->jumps_back = labels.any;
    b.graph = function->graph = esc_graph_new(count);
    function->tag = esc_tag_new(count, type->variadic);
    enter(&b, 0);
    b.scope->block = n->kids[named];
    declare_parameters(&b, n, count);
    for (int i = 0; i < named; i++)
        esc_type_parts(&b, n->kids[i]);
    /* The body's block is the parameters' scope. */
    const struct node *body = n->kids[named];
    if (body)
        statements(&b, body, 0, body->kid_count, false);
}
