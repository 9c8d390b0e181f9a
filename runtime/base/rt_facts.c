/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_facts.c - the least solution of the conditions of all units.
 *
 * Rows of all units together (names, definitions, nodes) are numbered unit by
 * unit.  A reference is followed to the definition that `bind` says will run,
 * and from there to that unit's state of the parameter, which is a *source*:
 * never, always, or a node.  Every edge thus has a source; one that is always
 * true, or a true node, makes the edge's node true, or one edge less is
 * missing there.  One pass from "always" finds all, in time linear in what
 * there is: each node makes its dependents true once.  Atoms of slots that are
 * asked for are nodes behind those of all units (rt_facts_slots.c).
 *
 * [inv.facts]  What is not known is true: a local that is said to live in its
 * frame has no way to a reference that was not followed, nor to a parameter
 * that its function does not have.
 *
 * Units come from files: each is looked through once, before anything in it is
 * believed.
 */
#include "rt_facts.h"

#include <escc/facts.h>

enum {
    /* A unit with more words is damaged; so many rows of all fit into 32
     * bits with the codes below. */
    MOST_WORDS = 1 << 27,
    MOST_ROWS = 1 << 30
};

/* What a name of a unit is bound to; 3 codes for the enum rt_facts_why. */
enum bound { BOUND_NOT_ASKED, BOUND_DEF = 4 };

/* A definition in the table. */
struct rt_facts_entry {
    uint64_t key;               /* of module and name */
    uint32_t def;               /* def + 1; 0: free */
};
static const uint32_t ambiguous = 0x80000000;   /* a bit of an entry's def */

/* A definition by its number: what its parameters' states mean. */
struct rt_facts_def {
    const uint32_t *states;     /* of its first parameter */
    uint32_t parameters;        /* with their number, `variadic` */
    uint32_t node_base;         /* of its unit */
};
static const uint32_t variadic = 0x80000000;

static const char another_version[] = "a unit of another version";

/* ---- units --------------------------------------------------------------- */

static uint32_t count(const struct rt_facts_unit *u, enum escc_facts_word w)
{
    return u->words[w];
}

bool rt_facts_has_head(const struct rt_facts_unit *u)
{
    return u->words_end - u->words >= ESCC_FACTS_HEAD &&
        u->words[ESCC_FACTS_W_MAGIC] == ESCC_FACTS_MAGIC;
}

uint32_t rt_facts_nlocals(const struct rt_facts_unit *u)
{
    return rt_facts_has_head(u) ? count(u, ESCC_FACTS_W_LOCALS) : 0;
}

/* Where the arrays are; false: they do not fill the words. */
static bool find_arrays(struct rt_facts_unit *u)
{
    uint64_t words = count(u, ESCC_FACTS_W_WORDS);
    uint64_t text = count(u, ESCC_FACTS_W_TEXT);
    uint64_t room = (uint64_t)(u->words_end - u->words);
    if (words > MOST_WORDS || words > room || !text ||
        text > (room - words) * sizeof *u->words)
        return false;
    const uint64_t sizes[] = {
        (uint64_t)count(u, ESCC_FACTS_W_NAMES) * ESCC_NAME_WORDS,
        (uint64_t)count(u, ESCC_FACTS_W_DEFS) * ESCC_DEF_WORDS,
        count(u, ESCC_FACTS_W_STATES),
        (uint64_t)count(u, ESCC_FACTS_W_REFS) * ESCC_REF_WORDS,
        (uint64_t)count(u, ESCC_FACTS_W_NODES) + 1,
        count(u, ESCC_FACTS_W_EDGES),
        (uint64_t)count(u, ESCC_FACTS_W_LOCALS) * ESCC_LOCAL_WORDS,
        (uint64_t)count(u, ESCC_FACTS_W_SLOTS) * ESCC_SLOT_WORDS};
    const uint32_t *starts[sizeof sizes / sizeof *sizes];
    uint64_t at = ESCC_FACTS_HEAD_WORDS;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (sizes[i] > words)
            return false;
        starts[i] = u->words + at;
        at += sizes[i];
    }
    u->defs = starts[1];
    u->states = starts[2];
    u->refs = starts[3];
    u->firsts = starts[4];
    u->edges = starts[5];
    u->locals = starts[6];
    u->slots = starts[7];
    u->text = (const char *)(u->words + words);
    return at == words && u->text[text - 1] == 0;
}

static bool names_are_whole(const struct rt_facts_unit *u)
{
    const uint32_t *name = u->words + ESCC_FACTS_HEAD_WORDS;
    for (uint32_t n = count(u, ESCC_FACTS_W_NAMES); n;
         n--, name += ESCC_NAME_WORDS)
        if (name[ESCC_NAME_TEXT] >= count(u, ESCC_FACTS_W_TEXT))
            return false;
    return true;
}

static bool defs_are_whole(const struct rt_facts_unit *u)
{
    uint64_t states = count(u, ESCC_FACTS_W_STATES);
    const uint32_t *def = u->defs;
    for (uint32_t n = count(u, ESCC_FACTS_W_DEFS); n;
         n--, def += ESCC_DEF_WORDS)
        if (def[ESCC_DEF_NAME] >= count(u, ESCC_FACTS_W_NAMES) ||
            def[ESCC_DEF_FIRST] +
                    ESCC_LEVELS * (uint64_t)def[ESCC_DEF_PARAMETERS] >
                states)
            return false;
    for (uint32_t i = 0; i < states; i++)
        if (u->states[i] >= ESCC_STATE_NODE &&
            u->states[i] - ESCC_STATE_NODE >= count(u, ESCC_FACTS_W_NODES))
            return false;
    return true;
}

uint32_t rt_facts_first(const struct rt_facts_unit *u, uint32_t node)
{
    return u->firsts[node] & ~ESCC_FIRST_ALL;
}

/* How many of its edges must be true for the node to be; one of none is never
 * true. */
static uint32_t needed(const struct rt_facts_unit *u, uint32_t node)
{
    uint32_t edges = rt_facts_first(u, node + 1) - rt_facts_first(u, node);
    return u->firsts[node] & ESCC_FIRST_ALL ? edges : 1;
}

static bool nodes_are_whole(const struct rt_facts_unit *u)
{
    uint32_t nodes = count(u, ESCC_FACTS_W_NODES);
    uint32_t edges = count(u, ESCC_FACTS_W_EDGES);
    for (uint32_t i = 0; i < nodes; i++)
        if (rt_facts_first(u, i) > rt_facts_first(u, i + 1) ||
            !needed(u, i))
            return false;
    for (uint32_t i = 0; i < edges; i++) {
        uint32_t edge = u->edges[i];
        if (edge & ESCC_EDGE_REF
                ? (edge & ~ESCC_EDGE_REF) >= count(u, ESCC_FACTS_W_REFS)
                : edge >= nodes)
            return false;
    }
    return rt_facts_first(u, 0) == 0 && u->firsts[nodes] == edges;
}

static bool rest_is_whole(const struct rt_facts_unit *u)
{
    const uint32_t *ref = u->refs, *local = u->locals;
    for (uint32_t n = count(u, ESCC_FACTS_W_REFS); n;
         n--, ref += ESCC_REF_WORDS)
        if (ref[ESCC_REF_NAME] >= count(u, ESCC_FACTS_W_NAMES) ||
            (ref[ESCC_REF_LEVEL] & ~ESCC_REF_SLOT) >= ESCC_LEVELS)
            return false;
    for (uint32_t n = count(u, ESCC_FACTS_W_LOCALS); n;
         n--, local += ESCC_LOCAL_WORDS)
        if (local[ESCC_LOCAL_NODE] >= count(u, ESCC_FACTS_W_NODES))
            return false;
    return true;
}

static bool slots_are_whole(const struct rt_facts_unit *u)
{
    const uint32_t limits[ESCC_SLOT_KINDS] = {
        [ESCC_SLOT_ANY] = 1,
        [ESCC_SLOT_FUNCTION] = count(u, ESCC_FACTS_W_NAMES),
        [ESCC_SLOT_DEF] = count(u, ESCC_FACTS_W_DEFS),
        [ESCC_SLOT_SLOT] = count(u, ESCC_FACTS_W_NAMES)};
    const uint32_t *row = u->slots;
    for (uint32_t n = count(u, ESCC_FACTS_W_SLOTS); n;
         n--, row += ESCC_SLOT_WORDS)
        if (row[ESCC_SLOT_NAME] >= count(u, ESCC_FACTS_W_NAMES) ||
            row[ESCC_SLOT_KIND] >= ESCC_SLOT_KINDS ||
            row[ESCC_SLOT_SOURCE] >= limits[row[ESCC_SLOT_KIND]])
            return false;
    return true;
}

static bool is_known(struct rt_facts_unit *u)
{
    return rt_facts_has_head(u) &&
        u->words_end - u->words >= ESCC_FACTS_HEAD_WORDS &&
        count(u, ESCC_FACTS_W_VERSION) == ESCC_FACTS_VERSION &&
        find_arrays(u) && names_are_whole(u) && defs_are_whole(u) &&
        nodes_are_whole(u) && rest_is_whole(u) && slots_are_whole(u);
}

/* Of what rt_facts_join needs: what is used in full. */
static size_t dense_bytes(const struct rt_facts *f)
{
    size_t words = f->nnames + rt_facts_slots_words(f);
    return (f->table_mask + (size_t)1) * sizeof *f->table +
        f->ndefs * sizeof *f->defs + (words + words % 2) * sizeof(uint32_t);
}

size_t rt_facts_begin(struct rt_facts *f)
{
    uint64_t names = 0, defs = 0, nodes = 0, edges = 0, slots = 0;
    for (size_t i = 0; i < f->nunits; i++) {
        struct rt_facts_unit *u = &f->units[i];
        u->name_base = (uint32_t)names;
        u->def_base = (uint32_t)defs;
        u->node_base = (uint32_t)nodes;
        u->slot_base = (uint32_t)slots;
        u->is_known = is_known(u) &&
            names + defs + nodes + edges + slots +
                    count(u, ESCC_FACTS_W_WORDS) <
                MOST_ROWS;
        if (!u->is_known) {
            f->stranger = f->stranger ? f->stranger : another_version;
            continue;
        }
        names += count(u, ESCC_FACTS_W_NAMES);
        defs += count(u, ESCC_FACTS_W_DEFS);
        nodes += count(u, ESCC_FACTS_W_NODES);
        edges += count(u, ESCC_FACTS_W_EDGES);
        slots += count(u, ESCC_FACTS_W_SLOTS);
    }
    f->nnames = (uint32_t)names;
    f->ndefs = (uint32_t)defs;
    f->nnodes = (uint32_t)nodes;
    f->nedges = (uint32_t)edges;
    f->nslots = (uint32_t)slots;
    f->table_mask = 15;
    /* 3/4: searches end after two or three entries, and tables are small */
    while (f->table_mask / 4 * 3 < defs)
        f->table_mask = f->table_mask * 2 + 1;
    return dense_bytes(f) + rt_facts_slots_most_bytes(f);
}

size_t rt_facts_sparse_bytes(const struct rt_facts *f)
{
    return rt_facts_slots_most_bytes(f);
}

/* ---- definitions --------------------------------------------------------- */

/* The last unit whose rows begin at `row` or before: `base` is the offset of
 * that field.  Units without rows begin where the next one does. */
static const struct rt_facts_unit *unit_at(const struct rt_facts *f,
                                           size_t base, uint32_t row)
{
    size_t low = 0, high = f->nunits;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        const char *unit = (const char *)&f->units[middle];
        if (*(const uint32_t *)(unit + base) <= row)
            low = middle;
        else
            high = middle;
    }
    return &f->units[low];
}

const struct rt_facts_unit *rt_facts_unit_of_def(const struct rt_facts *f,
                                                 uint32_t def)
{
    return unit_at(f, offsetof(struct rt_facts_unit, def_base), def);
}

const struct rt_facts_unit *rt_facts_unit_of_node(const struct rt_facts *f,
                                                  uint32_t node)
{
    return unit_at(f, offsetof(struct rt_facts_unit, node_base), node);
}

const uint32_t *rt_facts_name(const struct rt_facts_unit *u, uint32_t name)
{
    return u->words + ESCC_FACTS_HEAD_WORDS + (size_t)name * ESCC_NAME_WORDS;
}

/* 0x9e37...: an odd number without a pattern, for the few modules. */
static uint64_t key_of(unsigned module, const uint32_t *name)
{
    return (name[ESCC_NAME_LOW] | (uint64_t)name[ESCC_NAME_HIGH] << 32) +
        module * UINT64_C(0x9e3779b97f4a7c15);
}

/* The entry of the module's function of this name, or a free one. */
static struct rt_facts_entry *entry_of(const struct rt_facts *f, uint64_t key)
{
    uint32_t at = (uint32_t)key & f->table_mask;
    while (f->table[at].def && f->table[at].key != key)
        at = (at + 1) & f->table_mask;
    return &f->table[at];
}

static void add_defs(struct rt_facts *f, const struct rt_facts_unit *u)
{
    uint32_t n = u->is_known ? count(u, ESCC_FACTS_W_DEFS) : 0;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t *row = u->defs + (size_t)i * ESCC_DEF_WORDS;
        uint64_t key = key_of(u->module, rt_facts_name(u, row[ESCC_DEF_NAME]));
        struct rt_facts_entry *entry = entry_of(f, key);
        f->defs[u->def_base + i] = (struct rt_facts_def){
            u->states + row[ESCC_DEF_FIRST],
            row[ESCC_DEF_PARAMETERS] |
                (row[ESCC_DEF_FLAGS] & ESCC_DEF_VARIADIC ? variadic : 0),
            u->node_base};
        if (row[ESCC_DEF_FLAGS] & ESCC_DEF_UNNAMED)
            continue;
        if (entry->def)
            entry->def |= ambiguous;
        else
            *entry = (struct rt_facts_entry){key, u->def_base + i + 1};
    }
}

static int64_t definition(const struct rt_facts *f, unsigned module,
                          const uint32_t *name)
{
    uint32_t def = entry_of(f, key_of(module, name))->def;
    if (!def)
        return RT_FACTS_NOT_KNOWN;
    return def & ambiguous ? RT_FACTS_AMBIGUOUS : (int64_t)def - 1;
}

int64_t rt_facts_definition(const struct rt_facts *f,
                            const struct rt_facts_unit *u, uint32_t name)
{
    uint32_t *bound = &f->bound[u->name_base + name];
    if (*bound == BOUND_NOT_ASKED) {
        const uint32_t *row = rt_facts_name(u, name);
        int64_t def = definition(f, u->module, row);
        int module = f->bind(f->context, u->module,
                             u->text + row[ESCC_NAME_TEXT],
                             row[ESCC_NAME_LOW] |
                                 (uint64_t)row[ESCC_NAME_HIGH] << 32,
                             def != RT_FACTS_NOT_KNOWN);
        if (module < 0)
            def = module;
        else if ((unsigned)module != u->module)
            def = definition(f, (unsigned)module, row);
        *bound = def < 0 ? (uint32_t)-def : BOUND_DEF + (uint32_t)def;
    }
    return *bound < BOUND_DEF ? -(int64_t)*bound
                              : (int64_t)*bound - BOUND_DEF;
}

/* ---- conditions ---------------------------------------------------------- */

/* [inv.facts] */
uint32_t rt_facts_source_of(const struct rt_facts *f, int64_t def,
                            uint32_t parameter, uint32_t level)
{
    if (def < 0)
        return RT_FACTS_ALWAYS;
    const struct rt_facts_def *found = &f->defs[def];
    uint32_t parameters = found->parameters & ~variadic;
    if (parameter >= parameters) {
        if (found->parameters == parameters || !parameters)
            return RT_FACTS_ALWAYS;
        parameter = parameters - 1;
    }
    uint32_t state =
        found->states[ESCC_LEVELS * (size_t)parameter + level];
    /* The codes are the same; a branch would be guessed wrong. */
    return state + (state >= ESCC_STATE_NODE ? found->node_base : 0);
}

uint32_t rt_facts_source(const struct rt_facts *f,
                         const struct rt_facts_unit *u, uint32_t edge)
{
    if (!(edge & ESCC_EDGE_REF))
        return RT_FACTS_NODE + u->node_base + edge;
    const uint32_t *ref =
        u->refs + (size_t)(edge & ~ESCC_EDGE_REF) * ESCC_REF_WORDS;
    if (ref[ESCC_REF_LEVEL] & ESCC_REF_SLOT)
        return rt_facts_slot_source(f, u, ref);
    return rt_facts_source_of(f, rt_facts_definition(f, u,
                                                     ref[ESCC_REF_NAME]),
                              ref[ESCC_REF_PARAMETER], ref[ESCC_REF_LEVEL]);
}

static uint32_t nodes_of_all(const struct rt_facts *f)
{
    return f->nnodes + f->slots.natoms;
}

static void count_slot_edge(struct rt_facts *f, uint32_t node,
                            uint32_t source)
{
    f->missing[node] = 1;
    f->firsts[source]++;
}

static void add_slot_edge(struct rt_facts *f, uint32_t node, uint32_t source)
{
    f->dependents[--f->firsts[source]] = node;
}

/* Finds the sources of all edges and counts what depends on each. */
static void find_sources(struct rt_facts *f)
{
    uint32_t *source = f->sources;
    for (size_t i = 0; i < f->nunits; i++) {
        const struct rt_facts_unit *u = &f->units[i];
        uint32_t edges = u->is_known ? count(u, ESCC_FACTS_W_EDGES) : 0;
        for (uint32_t e = 0; e < edges; e++) {
            *source = rt_facts_source(f, u, u->edges[e]);
            f->firsts[*source++]++;
        }
    }
    rt_facts_for_each_slot_edge(f, count_slot_edge, source, true);
}

/* Lets each source's dependents end where the next one's begin, and then fills
 * them in from their ends. */
static void find_dependents(struct rt_facts *f)
{
    const uint32_t *source = f->sources;
    uint32_t end = 0;
    uint32_t sources = nodes_of_all(f) + RT_FACTS_NODE;
    for (uint32_t s = 0; s < sources; s++)
        f->firsts[s] = end += f->firsts[s];
    f->firsts[sources] = end;
    for (size_t i = 0; i < f->nunits; i++) {
        const struct rt_facts_unit *u = &f->units[i];
        uint32_t nodes = u->is_known ? count(u, ESCC_FACTS_W_NODES) : 0;
        for (uint32_t n = 0; n < nodes; n++) {
            uint32_t last = rt_facts_first(u, n + 1);
            f->missing[u->node_base + n] = needed(u, n);
            for (uint32_t e = rt_facts_first(u, n); e < last; e++)
                f->dependents[--f->firsts[*source++]] = u->node_base + n;
        }
    }
    rt_facts_for_each_slot_edge(f, add_slot_edge, f->sources + f->nedges,
                                false);
}

/* What depends on the source becomes true, if nothing else is missing. */
static uint32_t propagate_from(struct rt_facts *f, uint32_t source,
                               uint32_t waiting)
{
    for (uint32_t d = f->firsts[source]; d < f->firsts[source + 1]; d++) {
        uint32_t node = f->dependents[d];
        if (f->causes[node] || --f->missing[node])
            continue;
        f->causes[node] = source;
        f->work[waiting++] = node;
    }
    return waiting;
}

static void propagate(struct rt_facts *f)
{
    uint32_t waiting = propagate_from(f, RT_FACTS_ALWAYS, 0);
    while (waiting) {
        uint32_t node = f->work[--waiting];
        waiting = propagate_from(f, RT_FACTS_NODE + node, waiting);
    }
}

size_t rt_facts_join(struct rt_facts *f, void *memory)
{
    f->table = memory;
    f->defs = (struct rt_facts_def *)(f->table + f->table_mask + 1);
    f->bound = (uint32_t *)(f->defs + f->ndefs);
    for (size_t i = 0; i < f->nunits; i++)
        add_defs(f, &f->units[i]);
    rt_facts_slots_join(f, f->bound + f->nnames,
                        (char *)memory + dense_bytes(f));
    size_t edges = f->nedges + (size_t)f->slots.nedges;
    return (4 * (size_t)nodes_of_all(f) + 2 * edges + RT_FACTS_NODE + 1) *
        sizeof(uint32_t);
}

void rt_facts_solve(struct rt_facts *f, void *memory)
{
    uint32_t nodes = nodes_of_all(f);
    f->causes = memory;
    f->missing = f->causes + nodes;
    f->work = f->missing + nodes;
    f->sources = f->work + nodes;
    f->dependents = f->sources + f->nedges + f->slots.nedges;
    f->firsts = f->dependents + f->nedges + f->slots.nedges;
    find_sources(f);
    find_dependents(f);
    propagate(f);
}

bool rt_facts_is_frame(const struct rt_facts *f,
                       const struct rt_facts_unit *u, uint32_t local)
{
    return u->is_known &&
        !f->causes[u->node_base +
                   u->locals[(size_t)local * ESCC_LOCAL_WORDS +
                             ESCC_LOCAL_NODE]];
}
