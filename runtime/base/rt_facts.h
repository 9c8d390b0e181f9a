/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_facts.h - solves what units say of their functions (escc/facts.h): which
 * locals live in frames.  See rt_facts.c.
 *
 * Pure: it reads the units' words, calls `bind` and writes into memory that
 * the caller brings.  The runtime and escc-tables are compiled with it. */
#ifndef ESCC_RT_FACTS_H
#define ESCC_RT_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a reference cannot be followed to, instead of a module; the atom is
 * then true. */
enum rt_facts_why {
    RT_FACTS_NOT_KNOWN = -1,    /* no unit with facts defines the function */
    RT_FACTS_AMBIGUOUS = -2,    /* several modules, or units of one, do */
    RT_FACTS_LATE = -3          /* what will be called is not certain yet */
};

struct rt_facts_unit {
    /* By the caller. */
    const uint32_t *words;
    const uint32_t *words_end;  /* nothing is read from here on */
    volatile unsigned char *at_load; /* not read here */
    unsigned module;            /* number of what was linked together */
    /* By rt_facts_begin. */
    const uint32_t *defs, *states, *refs, *firsts, *edges, *locals, *slots;
    const char *text;
    bool is_known;              /* of this version, and whole */
    /* By rt_facts_solve: where the unit's rows are among those of all. */
    uint32_t name_base, def_base, node_base, slot_base;
};

/* Which module's definition runs when `module` calls the function: its number,
 * or an enum rt_facts_why.  `hash` is escc_facts_hash(name);
 * `has_own`: a unit of the module itself defines it.
 * Called once for each name that a unit has references to. */
typedef int rt_facts_bind(void *context, unsigned module, const char *name,
                          uint64_t hash, bool has_own);

/* All units' slots, see rt_facts_slots.c; pools are numbered from 0. */
struct rt_facts_pool;
struct rt_facts_slots {
    uint32_t table_mask, npools;
    uint32_t *table;            /* pool + 1 by its key; 0: free */
    struct rt_facts_pool *pools;
    uint32_t *next;             /* by row: the pool's next one + 1 */
    uint32_t natoms, nedges;
};

struct rt_facts {
    /* By the caller. */
    struct rt_facts_unit *units;
    size_t nunits;
    rt_facts_bind *bind;
    void *context;
    const char *stranger;       /* an object that may have functions of which
                                   no unit says where they are; NULL: none */
    /* Its own. */
    uint32_t nnames, ndefs, nnodes, nedges, nslots;
    uint32_t table_mask;
    struct rt_facts_entry *table;
    struct rt_facts_def *defs;
    uint32_t *bound;            /* by name of a unit; enum bound */
    struct rt_facts_slots slots;
    uint32_t *causes;           /* by node: why it is true, a source */
    uint32_t *missing;          /* by node: edges that must still come true */
    uint32_t *work;
    uint32_t *sources;          /* by edge, those of slots behind the others */
    uint32_t *dependents;       /* nodes */
    uint32_t *firsts;           /* by source: its first dependent */
};

/* Looks whether the units are of this version and whole; counts.  Returns how
 * many bytes of memory rt_facts_join needs. */
size_t rt_facts_begin(struct rt_facts *);
/* And of how many, at its end, hardly any will be touched. */
size_t rt_facts_sparse_bytes(const struct rt_facts *);

/* Puts definitions and slots together.  Returns how many bytes rt_facts_solve
 * needs.  `memory`: so many bytes, zero, aligned for words; in use as long as
 * answers are asked for. */
size_t rt_facts_join(struct rt_facts *, void *memory);
void rt_facts_solve(struct rt_facts *, void *memory);

/* ---- answers ------------------------------------------------------------- */

/* These two also before rt_facts_begin and of any version. */
bool rt_facts_has_head(const struct rt_facts_unit *);
/* How many decision bytes a unit has. */
uint32_t rt_facts_nlocals(const struct rt_facts_unit *);

/* Local i of the unit may live in its frame. */
bool rt_facts_is_frame(const struct rt_facts *, const struct rt_facts_unit *,
                       uint32_t local);

/* For people: "FILE:LINE: FUNCTION: LOCAL: frame", or "...: heap: " and the
 * first reason, without a newline; cut off where the room ends.  Returns its
 * length.  (rt_facts_text.c) */
size_t rt_facts_describe(const struct rt_facts *,
                         const struct rt_facts_unit *, uint32_t local,
                         char *out, size_t bytes);

/* ---- for rt_facts_slots.c and rt_facts_text.c ---------------------------- */

/* Where the truth of a condition comes from: never true, always true, or as a
 * node is (its number + RT_FACTS_NODE).  The codes are those of states
 * (escc/facts.h). */
enum { RT_FACTS_NEVER, RT_FACTS_ALWAYS, RT_FACTS_NODE };

uint32_t rt_facts_source(const struct rt_facts *,
                         const struct rt_facts_unit *, uint32_t edge);
/* Of a definition's parameter; `def` may be an enum rt_facts_why. */
uint32_t rt_facts_source_of(const struct rt_facts *, int64_t def,
                            uint32_t parameter, uint32_t level);
const uint32_t *rt_facts_name(const struct rt_facts_unit *, uint32_t name);
/* The first edge of the unit's node, by its number there. */
uint32_t rt_facts_first(const struct rt_facts_unit *, uint32_t node);
/* An enum rt_facts_why, or the function's row of all. */
int64_t rt_facts_definition(const struct rt_facts *,
                            const struct rt_facts_unit *, uint32_t name);
const struct rt_facts_unit *rt_facts_unit_of_def(const struct rt_facts *,
                                                 uint32_t def);
const struct rt_facts_unit *rt_facts_unit_of_node(const struct rt_facts *,
                                                  uint32_t node);

/* ---- rt_facts_slots.c ---------------------------------------------------- */

/* Memory that rt_facts_slots_join needs: words of 4 bytes, and what is used
 * from its beginning on, as far as rows name different slots; aligned for
 * words. */
size_t rt_facts_slots_words(const struct rt_facts *);
size_t rt_facts_slots_most_bytes(const struct rt_facts *);
void rt_facts_slots_join(struct rt_facts *, uint32_t *words, void *most);
/* What the unit's reference to a slot's atom means. */
uint32_t rt_facts_slot_source(const struct rt_facts *,
                              const struct rt_facts_unit *,
                              const uint32_t *ref);
/* Calls back for each edge of an atom of a slot, always in the same order;
 * `sources` has a word for each, which the first pass fills in. */
typedef void rt_facts_slot_edge(struct rt_facts *, uint32_t node,
                                uint32_t source);
void rt_facts_for_each_slot_edge(struct rt_facts *, rt_facts_slot_edge *,
                                 uint32_t *sources, bool is_first);

/* One of the node's edges: the row of its unit that has this source. */
struct rt_facts_slot_row {
    const struct rt_facts_unit *unit;
    const uint32_t *row;
    uint32_t parameter, level;
};
struct rt_facts_slot_row rt_facts_slot_row(const struct rt_facts *,
                                           uint32_t node, uint32_t source);

#endif /* ESCC_RT_FACTS_H */
