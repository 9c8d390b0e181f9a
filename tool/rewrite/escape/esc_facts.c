/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_facts.c - what the unit says of its functions, and what it leaves to be
 * decided when the program is loaded: from solved graphs to the rows of
 * include/escc/facts.h.
 *
 * A local whose address goes only to functions of other units has conditions
 * [inv.esc.atom].  Its row names a *node*, and so does the state of a
 * function's parameter of which the same is true.  There is a node for each
 * location with conditions and for each parameter of a function of the unit
 * with some, as far as they are needed; its edges are its conditions, of which
 * those that are functions of other units become references.
 *
 * [inv.facts.exact]  an atom of a function of this unit says what its callers
 * in other units may assume.  They know no way from an argument into what
 * another argument leads to, nor to a result that is no pointer; so a parameter
 * with such a flow counts as kept.  Callers in this unit follow those, and
 * only what else may happen to the argument is in the node that they share.
 *
 * What slots hold (esc_slots.h) are rows as well [inv.slots.rows].  A function
 * that others know by no name, a static one or the C library's, has a
 * definition of its own there.
 *
 * [inv.facts.defined]  a function has facts only if the definition in this
 * unit is what its symbol means: external linkage, not weak, not inline (C has
 * another definition elsewhere), not defined twice, known by its name; and if
 * its body is C.
 */
#include "esc_facts.h"

#include "esc_names.h"

#include "escc/facts.h"
#include "util/strbuf.h"

#include <string.h>

VEC_TYPE(words, uint32_t);

_Static_assert((int)ESC_RETURNED == (int)ESCC_RETURNED &&
                   (int)ESC_LEVELS == (int)ESCC_LEVELS,
               "the levels of atoms are those of facts");

/* The conditions that a node stands for; those of so many levels before it
 * make it true as well.  Or the joint. */
struct node_source {
    const struct esc_conditions *conditions;
    int nearer;
    const struct esc_location *joint;
};

struct table {
    const struct esc *esc;
    struct strbuf text;
    struct map offsets;         /* string -> offset in the text + 1 */
    struct map name_rows;       /* name -> its row + 1 */
    struct map ref_rows;        /* its words as text -> row + 1 */
    struct map node_rows;       /* struct esc_conditions, or a joint
                                   -> row + 1 */
    VEC_TYPE(node_sources, struct node_source) nodes;
    struct map def_rows;        /* function -> its row + 1 */
    struct words names, defs, states, refs, firsts, edges, locals, slots;
};

/* ---- rows ---------------------------------------------------------------- */

static void *as_value(size_t row)
{
    return (void *)(uintptr_t)(row + 1);
}

/* False: there is none. */
static bool find(const struct map *rows, const void *key, uint32_t *row)
{
    uintptr_t found = (uintptr_t)map_get(rows, key);
    *row = (uint32_t)(found - 1);
    return found;
}

static bool find_string(const struct map *rows, const char *key,
                        uint32_t *row)
{
    uintptr_t found = (uintptr_t)map_get_string(rows, key);
    *row = (uint32_t)(found - 1);
    return found;
}

static void push(struct words *words, size_t word)
{
    vec_push(words, (uint32_t)word);
}

static uint32_t text_of(struct table *t, const char *string)
{
    uint32_t offset;
    if (!*string || find_string(&t->offsets, string, &offset))
        return *string ? offset : 0;
    offset = (uint32_t)t->text.bytes;
    strbuf_add(&t->text, string, strlen(string) + 1);
    map_put_string(&t->offsets, arena_strndup(string, strlen(string)),
                   as_value(offset));
    return offset;
}

/* `key` is what is hashed, `name` what people see. */
static uint32_t name_by_key(struct table *t, const char *key,
                            const char *name)
{
    uint32_t row;
    if (find_string(&t->name_rows, key, &row))
        return row;
    uint64_t hash = escc_facts_hash(key);
    row = (uint32_t)(t->names.count / ESCC_NAME_WORDS);
    push(&t->names, (uint32_t)hash);
    push(&t->names, (uint32_t)(hash >> 32));
    push(&t->names, text_of(t, name));
    map_put_string(&t->name_rows, key, as_value(row));
    return row;
}

static uint32_t name_of(struct table *t, const char *name)
{
    return name_by_key(t, name, name);
}

static uint32_t name_of_slot(struct table *t, const struct esc_slot *slot)
{
    return name_by_key(t, slot->key, slot->name);
}

/* `function`: one of another unit's, or what stands for a slot. */
static uint32_t reference(struct table *t, const struct symbol *function,
                          int parameter, int level)
{
    const struct esc_slot *slot =
        function ? esc_slot_of_symbol(t->esc->slots, function) : NULL;
    const char *name = slot ? slot->key : function ? function->name : "";
    const char *key = arena_printf("%d %d %s", parameter, level, name);
    uint32_t row;
    if (!find_string(&t->ref_rows, key, &row)) {
        row = (uint32_t)(t->refs.count / ESCC_REF_WORDS);
        push(&t->refs, slot ? name_of_slot(t, slot) : name_of(t, name));
        push(&t->refs, (size_t)parameter);
        push(&t->refs, (size_t)level | (slot ? ESCC_REF_SLOT : 0));
        map_put_string(&t->ref_rows, key, as_value(row));
    }
    return row | ESCC_EDGE_REF;
}

/* ---- nodes --------------------------------------------------------------- */

static uint32_t node_for(struct table *t, const void *key,
                         struct node_source source)
{
    uint32_t row;
    if (find(&t->node_rows, key, &row))
        return row;
    row = (uint32_t)t->nodes.count;
    vec_push(&t->nodes, source);
    map_put(&t->node_rows, key, as_value(row));
    return row;
}

static uint32_t node_of(struct table *t,
                        const struct esc_conditions *conditions, int nearer)
{
    struct node_source source = {conditions, nearer, NULL};
    return node_for(t, conditions, source);
}

static uint32_t node_of_joint(struct table *t,
                              const struct esc_location *joint)
{
    struct node_source source = {NULL, 0, joint};
    return node_for(t, joint, source);
}

static const struct esc_conditions *kept_at(const struct esc_function *f,
                                            int parameter, int level)
{
    return &f->graph->kept[parameter * ESC_LEVELS + level];
}

/* What is kept is kept with all that it leads to, and so it is returned. */
static int nearest(int level)
{
    return level < ESC_RETURNED ? 0 : ESC_RETURNED;
}

static uint32_t node_of_parameter(struct table *t,
                                  const struct esc_function *f, int parameter,
                                  int level)
{
    return node_of(t, kept_at(f, parameter, level), level - nearest(level));
}

static uint32_t edge_of(struct table *t, const struct esc_location *root)
{
    if (root->joined[0])
        return node_of_joint(t, root);
    if (root->kind == LOC_ATOM) {
        const struct esc_function *f =
            map_get(&t->esc->functions, root->callee);
        return f ? node_of_parameter(t, f, root->parameter, root->level)
                 : reference(t, root->callee, root->parameter, root->level);
    }
    /* Nobody's name: true. */
    return root->escapes ? reference(t, NULL, 0, 0)
                         : node_of(t, &root->conditions, 0);
}

static void put_edges(struct table *t, const struct esc_conditions *conditions)
{
    for (size_t i = 0; i < conditions->count; i++)
        push(&t->edges, edge_of(t, conditions->items[i].root));
}

/* Of all nodes, more of which are met on the way. */
static void put_nodes(struct table *t)
{
    for (size_t i = 0; i < t->nodes.count; i++) {
        struct node_source source = t->nodes.items[i];
        const struct esc_location *joint = source.joint;
        push(&t->firsts, t->edges.count | (joint ? ESCC_FIRST_ALL : 0));
        if (joint)
            push(&t->edges, edge_of(t, joint->joined[0]));
        if (joint && esc_graph_needs_both(joint))
            push(&t->edges, edge_of(t, joint->joined[1]));
        for (int level = 0; !joint && level <= source.nearer; level++)
            put_edges(t, source.conditions - level);
    }
    push(&t->firsts, t->edges.count);
}

/* ---- functions ----------------------------------------------------------- */

/* Whether its body is what runs, whoever calls it. */
static bool has_body(const struct esc *esc, const struct esc_function *f)
{
    return !esc->options.unknown_stays && !f->ambiguous &&
           !f->symbol->is_inline && !f->symbol->is_naked &&
           !f->symbol->is_weak && f->graph->parameter_count > 0 &&
           f->symbol->definition == f->node;
}

/* [inv.facts.defined] */
static bool has_facts(const struct esc *esc, const struct esc_function *f)
{
    return has_body(esc, f) && esc_is_linked_by_name(esc->names, f->symbol);
}

/* An alias is another name of the function's. */
static bool has_facts_as(const struct esc *esc, const struct esc_function *f,
                         const struct symbol *alias)
{
    struct symbol named = *alias;
    named.is_renamed = false;
    return alias->alias_of && !alias->has_asm_label &&
           alias->type->unqualified == f->symbol->type->unqualified &&
           strcmp(alias->alias_of, f->symbol->name) == 0 &&
           has_body(esc, f) && esc_is_linked_by_name(esc->names, &named);
}

static bool returns_pointer(const struct symbol *function)
{
    return type_is_pointer(function->type->target);
}

/* The last level stands for all that are deeper. */
static bool is_within(int derefs, int level, int levels)
{
    return derefs != ESC_NO_FLOW && (derefs <= level || level == levels - 1);
}

static bool is_kept(int derefs, int level)
{
    return is_within(derefs, level, ESC_ATOM_LEVELS);
}

/* Whether one with this tag keeps the parameter [inv.facts.exact]. */
static bool tag_keeps(const struct esc_tag *tag, bool pointer, int from,
                      int level)
{
    bool kept = is_kept(tag->to_heap[from], level) ||
                (!pointer && is_kept(tag->to_result[from], level));
    for (int to = 0; to < tag->parameter_count; to++)
        for (int deep = 1; deep <= ESC_CONTENT_LEVELS; deep++)
            kept |= is_kept(*esc_tag_content(tag, to, deep, from), level);
    return kept;
}

static bool tag_returns(const struct esc_tag *tag, bool pointer, int from,
                        int level)
{
    return pointer &&
           is_within(tag->to_result[from], level, ESC_RETURN_LEVELS);
}

static bool is_always(const struct esc_tag *tag, bool pointer, int from,
                      int level)
{
    return level < ESC_RETURNED
        ? tag_keeps(tag, pointer, from, level)
        : tag_returns(tag, pointer, from, level - ESC_RETURNED);
}

/* The same of a function with a body. */
static bool is_always_kept(const struct esc_function *f, int from, int level)
{
    bool pointer = returns_pointer(f->symbol);
    bool kept = is_always(f->tag, pointer, from, level);
    for (int returned = ESC_RETURNED; returned < ESC_LEVELS; returned++)
        kept |= level < ESC_RETURNED && !pointer &&
                kept_at(f, from, returned)->count;
    return kept;
}

static uint32_t state_of(struct table *t, const struct esc_function *f,
                         int parameter, int level)
{
    if (is_always_kept(f, parameter, level))
        return ESCC_STATE_ALWAYS;
    bool depends = false;
    for (int nearer = nearest(level); nearer <= level; nearer++)
        depends |= kept_at(f, parameter, nearer)->count > 0;
    return !depends ? ESCC_STATE_NEVER
        : ESCC_STATE_NODE + node_of_parameter(t, f, parameter, level);
}

/* The states from `first` on are its. */
static uint32_t put_def(struct table *t, const struct symbol *function,
                        size_t first, unsigned flags)
{
    uint32_t row = (uint32_t)(t->defs.count / ESCC_DEF_WORDS);
    push(&t->defs, name_of(t, function->name));
    push(&t->defs, first);
    push(&t->defs, (t->states.count / ESCC_STATE_WORDS - first)
                   / ESCC_LEVELS);
    push(&t->defs, flags);
    return row;
}

static uint32_t put_function(struct table *t, const struct esc_function *f,
                             const struct symbol *name, unsigned flags)
{
    const struct esc_graph *graph = f->graph;
    size_t first = t->states.count / ESCC_STATE_WORDS;
    for (int i = 0; i < graph->parameter_count; i++) {
        const struct symbol *symbol = graph->parameters[i]->symbol;
        for (int n = symbol ? esc_slots(symbol->type) : 1; n > 0; n--)
            for (int level = 0; level < ESC_LEVELS; level++)
                push(&t->states, state_of(t, f, i, level));
    }
    return put_def(t, name, first,
                   flags | (f->tag->variadic ? ESCC_DEF_VARIADIC : 0));
}

static void put_aliases(struct table *t, const struct esc_function *f)
{
    const struct unit *unit = t->esc->unit;
    for (int i = 0; f->symbol->is_aliased && i < unit->symbol_count; i++)
        if (has_facts_as(t->esc, f, unit->symbols[i]))
            put_function(t, f, unit->symbols[i], 0);
}

/* ---- slots --------------------------------------------------------------- */

/* A function of the library: what it calls back, and what moves objects, is
 * more than states say. */
static bool is_plain_tag(const struct esc_tag *tag)
{
    return tag->callback < 0 && tag->handler < 0 &&
           tag->allocates != ESC_REALLOCATES;
}

static uint32_t put_library(struct table *t, const struct symbol *function,
                            const struct esc_tag *tag)
{
    size_t first = t->states.count / ESCC_STATE_WORDS;
    bool pointer = returns_pointer(function);
    for (int i = 0; i < tag->parameter_count; i++)
        for (int level = 0; level < ESC_LEVELS; level++)
            push(&t->states, is_always(tag, pointer, i, level)
                             ? ESCC_STATE_ALWAYS : ESCC_STATE_NEVER);
    return put_def(t, function, first,
                   ESCC_DEF_UNNAMED |
                       (tag->variadic ? ESCC_DEF_VARIADIC : 0));
}

/* The definition that a row of slots refers to; false: by its name, or not at
 * all. */
static bool def_of(struct table *t, const struct symbol *function,
                   uint32_t *row)
{
    const struct esc_tag *tag = esc_known_tag(function);
    const struct esc_function *f = map_get(&t->esc->functions, function);
    bool own = f && function->storage == ST_STATIC && !f->ambiguous &&
               !function->is_naked && function->definition == f->node;
    if (find(&t->def_rows, function, row))
        return true;
    if (!own && !(tag && is_plain_tag(tag)))
        return false;
    *row = own ? put_function(t, f, function, ESCC_DEF_UNNAMED)
               : put_library(t, function, tag);
    map_put(&t->def_rows, function, as_value(*row));
    return true;
}

static void put_slot_row(struct table *t, const struct esc_slot *slot,
                         struct esc_slot_row row)
{
    uint32_t kind = ESCC_SLOT_ANY, source = 0, def;
    if (row.slot) {
        kind = ESCC_SLOT_SLOT;
        source = name_of_slot(t, row.slot);
    } else if (row.function && def_of(t, row.function, &def)) {
        kind = ESCC_SLOT_DEF;
        source = def;
    } else if (row.function && !esc_known_tag(row.function) &&
               esc_is_linked_by_name(t->esc->names, row.function)) {
        kind = ESCC_SLOT_FUNCTION;
        source = name_of(t, row.function->name);
    }
    push(&t->slots, name_of_slot(t, slot));
    push(&t->slots, kind);
    push(&t->slots, source);
}

static void put_slots(struct table *t)
{
    const struct esc_slot_vec *all = &t->esc->slots->all;
    for (size_t i = 0; i < all->count; i++)
        for (size_t r = 0; r < all->items[i]->rows.count; r++)
            put_slot_row(t, all->items[i], all->items[i]->rows.items[r]);
}

/* ---- locals -------------------------------------------------------------- */

static void put_local(struct table *t, const struct esc_function *f,
                      struct esc_location *l)
{
    const struct symbol *symbol = l->symbol;
    bool literal = !*symbol->name;
    struct place place = unit_place(
        t->esc->unit, literal ? symbol->declaration->begin
                              : symbol->name_begin);
    push(&t->locals, node_of(t, &l->conditions, 0));
    push(&t->locals, text_of(t, literal
                                ? arena_printf("(%s){...}",
                                               symbol->type->spelling)
                                : symbol->name));
    push(&t->locals, text_of(t, f->symbol->name));
    push(&t->locals, text_of(t, place.file ? place.file : ""));
    push(&t->locals, place.line);
    l->decision = (int)(t->locals.count / ESCC_LOCAL_WORDS);
}

/* ---- the table ----------------------------------------------------------- */

static void put_head(const struct table *t, struct words *out,
                     size_t unit_name)
{
    uint32_t head[ESCC_FACTS_HEAD_WORDS] = {
        [ESCC_FACTS_W_MAGIC] = ESCC_FACTS_MAGIC,
        [ESCC_FACTS_W_VERSION] = ESCC_FACTS_VERSION,
        [ESCC_FACTS_W_LOCALS] = (uint32_t)(t->locals.count
                                           / ESCC_LOCAL_WORDS),
        [ESCC_FACTS_W_TEXT] = (uint32_t)t->text.bytes,
        [ESCC_FACTS_W_UNIT] = (uint32_t)unit_name,
        [ESCC_FACTS_W_NAMES] = (uint32_t)(t->names.count / ESCC_NAME_WORDS),
        [ESCC_FACTS_W_DEFS] = (uint32_t)(t->defs.count / ESCC_DEF_WORDS),
        [ESCC_FACTS_W_STATES] = (uint32_t)(t->states.count
                                           / ESCC_STATE_WORDS),
        [ESCC_FACTS_W_REFS] = (uint32_t)(t->refs.count / ESCC_REF_WORDS),
        [ESCC_FACTS_W_NODES] = (uint32_t)t->nodes.count,
        [ESCC_FACTS_W_EDGES] = (uint32_t)(t->edges.count / ESCC_EDGE_WORDS),
        [ESCC_FACTS_W_SLOTS] = (uint32_t)(t->slots.count / ESCC_SLOT_WORDS),
    };
    head[ESCC_FACTS_W_WORDS] = (uint32_t)(
        ESCC_FACTS_HEAD_WORDS + t->names.count + t->defs.count +
        t->states.count + t->refs.count + t->firsts.count + t->edges.count +
        t->locals.count + t->slots.count);
    for (int i = 0; i < ESCC_FACTS_HEAD_WORDS; i++)
        push(out, head[i]);
}

static void add_all(struct words *out, struct words *from)
{
    for (size_t i = 0; i < from->count; i++)
        push(out, from->items[i]);
    vec_free(from);
}

static struct esc_facts *finish(struct table *t)
{
    struct esc_facts *facts = arena_new(struct esc_facts);
    struct words words = {0};
    size_t unit_name = text_of(t, esc_unit_name(t->esc->unit));
    facts->local_count = (int)(t->locals.count / ESCC_LOCAL_WORDS);
    put_head(t, &words, unit_name);
    struct words *const arrays[] = {&t->names, &t->defs, &t->states, &t->refs,
                                    &t->firsts, &t->edges, &t->locals,
                                    &t->slots};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        add_all(&words, arrays[i]);
    facts->words = words.items;
    facts->word_count = words.count;
    facts->text = t->text.text;
    facts->text_bytes = t->text.bytes;
    map_free(&t->offsets);
    map_free(&t->name_rows);
    map_free(&t->ref_rows);
    map_free(&t->node_rows);
    map_free(&t->def_rows);
    vec_free(&t->nodes);
    return facts;
}

const struct esc_facts *esc_facts_make(const struct esc *esc)
{
    struct table t = {.esc = esc};
    strbuf_putc(&t.text, '\0');
    for (size_t i = 0; i < esc->all.count; i++) {
        const struct esc_function *f = esc->all.items[i];
        if (has_facts(esc, f))
            put_function(&t, f, f->symbol, 0);
        put_aliases(&t, f);
        for (size_t v = 0; v < f->variables.count; v++)
            if (esc_verdict(esc, f->variables.items[v]->symbol)
                == ESC_DECIDED_AT_LOAD)
                put_local(&t, f, f->variables.items[v]);
    }
    put_slots(&t);
    put_nodes(&t);
    bool empty = !t.defs.count && !t.locals.count && !t.slots.count;
    const struct esc_facts *facts = finish(&t);
    return empty ? NULL : facts;
}
