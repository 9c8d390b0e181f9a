/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_plan.c - how each moved local of a function is reached.
 *
 * A moved local is a new object each time its block is entered, as in C.  In
 * most blocks the declaration is passed exactly once per entry: then the
 * object is made there, and the pointer that is declared is a pointer to it.
 * Two things break that:
 *
 *  - a `goto` back over the declaration inside the block: C keeps the object;
 *  - a jump (goto, case, computed goto) past the declaration into its scope:
 *    the declaration is not passed at all.
 *
 * Then the object is made where the block is entered, and a pointer of its
 * own, the holder `__escc_hN`, has it: at the block's `{`, and if jumps lead
 * into the block also behind each such case and in front of each such goto
 * (rw_entry.c), with the holder declared at the function's entry.  A computed
 * goto cannot be told where it leads; for its targets the function's entry
 * makes one object, which the passes through the block share (C allows it:
 * the lifetimes do not overlap).
 *
 * A variable length array begins its life at its declaration, not with the
 * block, and cannot be jumped over: always the simple form.
 */
#include "rw_moved.h"
#include "rw_passes.h"

#include "util/vec.h"

struct jump_case {
    struct node *label;         /* N_CASE or N_DEFAULT */
    struct node *head;          /* its N_SWITCH */
};

struct jumps {
    VEC_TYPE(jump_nodes, struct node *) gotos, labels;
    struct { VEC(struct jump_case); } cases;
    struct { VEC(struct symbol *); } addressed;    /* by && */
    struct { VEC(struct symbol *); } objects;      /* declared */
    bool computed;              /* goto *p, asm goto */
};

/* ---- collecting ---------------------------------------------------------- */

/* Labels in a row are each the parent of the next: the last one collected
 * knows the answer, which a search of each would take long to find. */
static struct node *switch_of(const struct jumps *jumps, struct node *label)
{
    size_t count = jumps->cases.count;
    struct node *n = label->parent;
    if (count && jumps->cases.items[count - 1].label == n)
        return jumps->cases.items[count - 1].head;
    while (n && n->kind != N_SWITCH)
        n = n->parent;
    return n;
}

static bool collect(struct node *n, void *context)
{
    struct jumps *jumps = context;
    switch (n->kind) {
    case N_VAR:
    case N_PARAM:
    case N_COMPOUND_LITERAL:
        if (n->symbol)
            vec_push(&jumps->objects, n->symbol);
        break;
    case N_GOTO:
        vec_push(&jumps->gotos, n);
        break;
    case N_LABEL:
        vec_push(&jumps->labels, n);
        break;
    case N_CASE:
    case N_DEFAULT: {
        struct jump_case label = {n, switch_of(jumps, n)};
        vec_push(&jumps->cases, label);
        break;
    }
    case N_LABEL_ADDRESS:
        vec_push(&jumps->addressed, n->symbol);
        break;
    case N_GOTO_COMPUTED:
        jumps->computed = true;
        break;
    case N_ASM:
        jumps->computed |= n->asm_ && n->asm_->is_goto;
        break;
    default:
        break;
    }
    return true;
}

/* ---- ranges -------------------------------------------------------------- */

struct range { uint32_t begin, end; };

static bool contains(struct range range, const struct node *n)
{
    return n->begin >= range.begin && n->begin < range.end;
}

static struct node *label_of(const struct jumps *jumps,
                             const struct symbol *symbol)
{
    for (size_t i = 0; i < jumps->labels.count; i++)
        if (jumps->labels.items[i]->symbol == symbol)
            return jumps->labels.items[i];
    return NULL;
}

/* Some goto outside `from` (inside, if `within`) leads to a label in `to`. */
static bool goto_leads(const struct jumps *jumps, struct range from,
                       bool within, struct range to)
{
    for (size_t i = 0; i < jumps->gotos.count; i++) {
        struct node *label = label_of(jumps, jumps->gotos.items[i]->symbol);
        if (label && contains(to, label) &&
            contains(from, jumps->gotos.items[i]) == within)
            return true;
    }
    return false;
}

/* Some case in `to` belongs to a switch that begins before it. */
static bool case_leads(const struct jumps *jumps, struct range to)
{
    for (size_t i = 0; i < jumps->cases.count; i++) {
        const struct jump_case *c = &jumps->cases.items[i];
        if (c->head && contains(to, c->label) && c->head->begin < to.begin)
            return true;
    }
    return false;
}

/* A goto of unknown target may lead to a label in `to`.  asm goto names its
 * labels where the tree does not show them: any label will do. */
static bool computed_leads(const struct jumps *jumps, struct range to)
{
    if (!jumps->computed)
        return false;
    for (size_t i = 0; i < jumps->labels.count; i++) {
        if (!contains(to, jumps->labels.items[i]))
            continue;
        if (!jumps->addressed.count)
            return true;
        for (size_t k = 0; k < jumps->addressed.count; k++)
            if (jumps->addressed.items[k] == jumps->labels.items[i]->symbol)
                return true;
    }
    return false;
}

/* ---- decisions ----------------------------------------------------------- */

static bool entered_by_jump(const struct jumps *jumps, struct range block)
{
    return goto_leads(jumps, block, false, block) ||
        case_leads(jumps, block) || computed_leads(jumps, block);
}

static void decide_local(struct rewrite *r, struct moved *m)
{
    const struct symbol *symbol = m->symbol;
    const struct jumps *jumps = r->jumps;
    const struct node *declaration = symbol->declaration;
    bool literal = declaration->kind == N_COMPOUND_LITERAL;
    const struct node *block =
        symbol->block ? symbol->block : node_block(declaration);
    if (!literal)
        declaration = declaration->parent;          /* the N_DECL */
    struct range all = {block->begin, block->end};
    struct range head = {block->begin, declaration->begin};
    struct range scope = {declaration->end, block->end};
    struct range tail = {declaration->begin, block->end};
    bool twice = goto_leads(jumps, tail, true, head) ||
        computed_leads(jumps, head);
    bool skipped = !literal &&
        (goto_leads(jumps, scope, false, scope) ||
            case_leads(jumps, scope) || computed_leads(jumps, scope));
    if (symbol->type->size < 0 || (!twice && !skipped))
        return;
    m->holder = ++r->serial;
    m->holder_in_function =
        block->kind == N_FOR || entered_by_jump(jumps, all);
    m->allocate_at_start = computed_leads(jumps, all);
}

const struct node *rw_case_of(const struct rewrite *r, const struct node *n,
                              size_t *index)
{
    for (; *index < r->jumps->cases.count; ++*index)
        if (r->jumps->cases.items[*index].head == n)
            return r->jumps->cases.items[*index].label;
    return NULL;
}

const struct node *rw_case_into(const struct rewrite *r, const struct node *n,
                                const struct node *block, size_t *index)
{
    struct range range = {block->begin, block->end};
    const struct node *label = NULL;
    if (n->begin >= block->begin)
        return NULL;
    for (; (label = rw_case_of(r, n, index)); ++*index)
        if (contains(range, label))
            break;
    return label;
}

bool rw_goto_enters(const struct rewrite *r, const struct node *n,
                    const struct node *block)
{
    struct range range = {block->begin, block->end};
    const struct node *label = label_of(r->jumps, n->symbol);
    return label && contains(range, label) && !contains(range, n);
}

bool rw_is_jumped_into(const struct rewrite *r, const struct node *block)
{
    struct range range = {block->begin, block->end};
    return r->jumps->computed || entered_by_jump(r->jumps, range);
}

bool rw_jumps_over(const struct rewrite *r, const struct node *n)
{
    struct range before = {0, n->begin}, behind = {n->begin, UINT32_MAX};
    return r->jumps->computed || goto_leads(r->jumps, behind, true, before);
}

size_t rw_object_count(const struct rewrite *r)
{
    return r->jumps->objects.count;
}

struct symbol *rw_object(const struct rewrite *r, size_t index)
{
    return r->jumps->objects.items[index];
}

static bool can_move(const struct symbol *symbol)
{
    if (symbol->kind != S_VARIABLE && symbol->kind != S_PARAMETER)
        return false;
    const struct node *declaration = symbol->declaration;
    return symbol->is_local && declaration &&
        !(declaration->flags & NODE_MACRO) &&
        (symbol->name_begin < symbol->name_end ||
            declaration->kind == N_COMPOUND_LITERAL);
}

void rw_plan(struct rewrite *r, struct node *function)
{
    struct moved **last = &r->moved;
    r->jumps = arena_new(struct jumps);
    node_walk(function, collect, r->jumps);
    for (size_t i = 0; i < r->jumps->objects.count; i++) {
        struct symbol *symbol = r->jumps->objects.items[i];
        if (symbol->rewrite || !can_move(symbol) ||
            !esc_is_moved(r->esc, symbol))
            continue;
        struct moved *m = arena_new(struct moved);
        m->symbol = symbol;
        symbol->rewrite = m;
        if (*symbol->name && symbol->kind == S_VARIABLE)
            m->pointer = arena_printf("__escc_p%u_%s", ++r->serial,
                                      symbol->name);
        if (symbol->kind == S_PARAMETER)
            m->holder = ++r->serial;
        else
            decide_local(r, m);
        m->lazy = rw_is_lazy(r, m);
        *last = m;
        last = &m->next;
    }
    *last = NULL;
}
