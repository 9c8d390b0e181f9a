/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_facts_slots.c - which functions calls through pointers may reach.
 *
 * Of each slot (escc/facts.h) there is one *pool* in the process: the rows of
 * all units that name it.  An atom of a pool is true if that of one of its
 * functions is, or of a pool that is part of it.
 *
 * [inv.slots]  A pool has all functions that its slot may ever hold, as long as
 * nothing else is loaded, if every object has units that say so: then only
 * they store there.  While there is a stranger, an object that is neither
 * known to the runtime nor has facts of all its code, nothing is known of any
 * slot.
 *
 * Which atoms somebody asks for is found first, from the units' references
 * along the rows: only these are nodes.  They are bits of a word: what is
 * asked of later parameters is true.
 */
#include "rt_facts.h"

#include <escc/facts.h>

enum {
    /* Calls with more arguments are rare. */
    MOST_PARAMETERS = 64 / ESCC_LEVELS,
    FIRST_MASK = 255
};

struct rt_facts_pool {
    uint64_t key;
    uint64_t wanted;            /* atoms: bit parameter * ESCC_LEVELS + level */
    uint32_t first_row;         /* + 1 */
    uint32_t first_atom;        /* of all pools' */
    uint32_t next_waiting;      /* pool + 1; its own + 1: the last one */
};

/* ---- pools --------------------------------------------------------------- */

static uint64_t key_of(const struct rt_facts_unit *u, uint32_t name)
{
    const uint32_t *row = rt_facts_name(u, name);
    return row[ESCC_NAME_LOW] | (uint64_t)row[ESCC_NAME_HIGH] << 32;
}

/* Where the pool of the key is, or could be. */
static uint32_t *place_of(const struct rt_facts_slots *s, uint64_t key)
{
    uint32_t at = (uint32_t)key & s->table_mask;
    while (s->table[at] && s->pools[s->table[at] - 1].key != key)
        at = (at + 1) & s->table_mask;
    return &s->table[at];
}

/* NULL: no row names it, so nothing is there. */
static struct rt_facts_pool *pool_of(const struct rt_facts *f,
                                     const struct rt_facts_unit *u,
                                     uint32_t name)
{
    const struct rt_facts_slots *s = &f->slots;
    uint32_t pool = s->table_mask ? *place_of(s, key_of(u, name)) : 0;
    return pool ? &s->pools[pool - 1] : NULL;
}

static bool has_rows(const struct rt_facts *f)
{
    return f->nslots && !f->stranger;
}

/* 3/4: searches end after two or three entries. */
static bool is_full(uint32_t mask, uint32_t npools)
{
    return mask / 4 * 3 < npools;
}

size_t rt_facts_slots_words(const struct rt_facts *f)
{
    return has_rows(f) ? f->nslots : 0;
}

/* As if each row named a slot of its own; a program's name the same ones over
 * and over. */
size_t rt_facts_slots_most_bytes(const struct rt_facts *f)
{
    uint32_t mask = FIRST_MASK;
    if (!has_rows(f))
        return 0;
    while (is_full(mask, f->nslots))
        mask = mask * 2 + 1;
    return f->nslots * sizeof *f->slots.pools +
        (mask + (size_t)1) * sizeof(uint32_t);
}

static void grow_table(struct rt_facts_slots *s)
{
    for (uint32_t i = 0; i <= s->table_mask; i++)
        s->table[i] = 0;
    s->table_mask = s->table_mask * 2 + 1;
    for (uint32_t i = 0; i < s->npools; i++)
        *place_of(s, s->pools[i].key) = i + 1;
}

static uint32_t nrows(const struct rt_facts_unit *u)
{
    return u->is_known ? u->words[ESCC_FACTS_W_SLOTS] : 0;
}

static void add_rows(struct rt_facts *f, const struct rt_facts_unit *u)
{
    struct rt_facts_slots *s = &f->slots;
    const uint32_t *row = u->slots;
    uint32_t n = nrows(u);
    for (uint32_t i = 0; i < n; i++, row += ESCC_SLOT_WORDS) {
        uint64_t key = key_of(u, row[ESCC_SLOT_NAME]);
        uint32_t *place = place_of(s, key);
        if (!*place) {
            s->pools[s->npools].key = key;
            *place = ++s->npools;
            if (is_full(s->table_mask, s->npools)) {
                grow_table(s);
                place = place_of(s, key);
            }
        }
        struct rt_facts_pool *pool = &s->pools[*place - 1];
        s->next[u->slot_base + i] = pool->first_row;
        pool->first_row = u->slot_base + i + 1;
    }
}

/* ---- which atoms are asked for ------------------------------------------- */

static uint64_t bit_of(uint32_t parameter, uint32_t level)
{
    return (uint64_t)1 << (parameter * ESCC_LEVELS + level);
}

/* Adds to what is asked of a pool; `waiting`: the first pool of which more is
 * asked than has been handed on, + 1. */
static uint32_t want(const struct rt_facts *f, struct rt_facts_pool *pool,
                     uint64_t atoms, uint32_t waiting)
{
    if (!pool || !(atoms & ~pool->wanted))
        return waiting;
    uint32_t number = (uint32_t)(pool - f->slots.pools) + 1;
    pool->wanted |= atoms;
    if (pool->next_waiting)
        return waiting;
    pool->next_waiting = waiting ? waiting : number;
    return number;
}

static uint32_t want_refs(const struct rt_facts *f,
                          const struct rt_facts_unit *u, uint32_t waiting)
{
    const uint32_t *ref = u->refs;
    uint32_t n = u->is_known ? u->words[ESCC_FACTS_W_REFS] : 0;
    for (; n; n--, ref += ESCC_REF_WORDS)
        if (ref[ESCC_REF_LEVEL] & ESCC_REF_SLOT &&
            ref[ESCC_REF_PARAMETER] < MOST_PARAMETERS)
            waiting = want(f, pool_of(f, u, ref[ESCC_REF_NAME]),
                           bit_of(ref[ESCC_REF_PARAMETER],
                                  ref[ESCC_REF_LEVEL] & ~ESCC_REF_SLOT),
                           waiting);
    return waiting;
}

static const struct rt_facts_unit *unit_of_row(const struct rt_facts *f,
                                               uint32_t row)
{
    size_t low = 0, high = f->nunits;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (f->units[middle].slot_base <= row)
            low = middle;
        else
            high = middle;
    }
    return &f->units[low];
}

static const uint32_t *row_of(const struct rt_facts_unit *u, uint32_t row)
{
    return u->slots + (size_t)(row - u->slot_base) * ESCC_SLOT_WORDS;
}

static uint32_t want_parts(const struct rt_facts *f,
                           const struct rt_facts_pool *pool, uint32_t waiting)
{
    for (uint32_t at = pool->first_row; at; at = f->slots.next[at - 1]) {
        const struct rt_facts_unit *u = unit_of_row(f, at - 1);
        const uint32_t *row = row_of(u, at - 1);
        if (row[ESCC_SLOT_KIND] == ESCC_SLOT_SLOT)
            waiting = want(f, pool_of(f, u, row[ESCC_SLOT_SOURCE]),
                           pool->wanted, waiting);
    }
    return waiting;
}

static void find_wanted(const struct rt_facts *f)
{
    uint32_t waiting = 0;
    for (size_t i = 0; i < f->nunits; i++)
        waiting = want_refs(f, &f->units[i], waiting);
    while (waiting) {
        struct rt_facts_pool *pool = &f->slots.pools[waiting - 1];
        uint32_t next = pool->next_waiting;
        uint32_t rest = next == waiting ? 0 : next;
        pool->next_waiting = 0;
        waiting = want_parts(f, pool, rest);
    }
}

static uint32_t nbits(uint64_t bits)
{
    return (uint32_t)__builtin_popcountll(bits);
}

void rt_facts_slots_join(struct rt_facts *f, uint32_t *words, void *most)
{
    struct rt_facts_slots *s = &f->slots;
    s->table_mask = 0;
    if (!has_rows(f))
        return;
    s->next = words;
    s->pools = most;
    s->table = (uint32_t *)(s->pools + f->nslots);
    s->table_mask = FIRST_MASK;
    for (size_t i = 0; i < f->nunits; i++)
        add_rows(f, &f->units[i]);
    find_wanted(f);
    for (uint32_t i = 0; i < s->npools; i++) {
        struct rt_facts_pool *pool = &s->pools[i];
        uint32_t atoms = nbits(pool->wanted), rows = 0;
        pool->first_atom = s->natoms;
        for (uint32_t at = pool->first_row; at; at = s->next[at - 1])
            rows++;
        s->natoms += atoms;
        s->nedges += rows * atoms;
    }
}

/* ---- atoms --------------------------------------------------------------- */

static uint32_t source_of_atom(const struct rt_facts *f,
                               const struct rt_facts_pool *pool,
                               uint32_t parameter, uint32_t level)
{
    if (!pool)
        return RT_FACTS_NEVER;
    uint64_t before = bit_of(parameter, level) - 1;
    return RT_FACTS_NODE + f->nnodes + pool->first_atom +
        nbits(pool->wanted & before);
}

/* [inv.slots] */
uint32_t rt_facts_slot_source(const struct rt_facts *f,
                              const struct rt_facts_unit *u,
                              const uint32_t *ref)
{
    uint32_t parameter = ref[ESCC_REF_PARAMETER];
    if (f->stranger || parameter >= MOST_PARAMETERS)
        return RT_FACTS_ALWAYS;
    return source_of_atom(f, pool_of(f, u, ref[ESCC_REF_NAME]), parameter,
                          ref[ESCC_REF_LEVEL] & ~ESCC_REF_SLOT);
}

static uint32_t source_of_row(const struct rt_facts *f,
                              const struct rt_facts_unit *u,
                              const uint32_t *row, uint32_t parameter,
                              uint32_t level)
{
    uint32_t source = row[ESCC_SLOT_SOURCE];
    switch (row[ESCC_SLOT_KIND]) {
    case ESCC_SLOT_FUNCTION:
        return rt_facts_source_of(f, rt_facts_definition(f, u, source),
                                  parameter, level);
    case ESCC_SLOT_DEF:
        return rt_facts_source_of(f, u->def_base + source, parameter, level);
    case ESCC_SLOT_SLOT:
        return source_of_atom(f, pool_of(f, u, source), parameter, level);
    default:
        return RT_FACTS_ALWAYS;
    }
}

/* Of all atoms of a pool. */
static void find_sources(const struct rt_facts *f,
                         const struct rt_facts_unit *u, const uint32_t *row,
                         uint64_t wanted, uint32_t *sources)
{
    for (; wanted; wanted &= wanted - 1) {
        uint32_t bit = (uint32_t)__builtin_ctzll(wanted);
        *sources++ = source_of_row(f, u, row, bit / ESCC_LEVELS,
                                   bit % ESCC_LEVELS);
    }
}

void rt_facts_for_each_slot_edge(struct rt_facts *f, rt_facts_slot_edge *edge,
                                 uint32_t *sources, bool is_first)
{
    const struct rt_facts_slots *s = &f->slots;
    for (uint32_t i = 0; i < s->npools; i++) {
        const struct rt_facts_pool *pool = &s->pools[i];
        uint32_t node = f->nnodes + pool->first_atom;
        uint32_t atoms = nbits(pool->wanted);
        for (uint32_t at = pool->first_row; at && atoms;
             at = s->next[at - 1]) {
            const struct rt_facts_unit *u =
                is_first ? unit_of_row(f, at - 1) : NULL;
            if (is_first)
                find_sources(f, u, row_of(u, at - 1), pool->wanted, sources);
            for (uint32_t k = 0; k < atoms; k++)
                edge(f, node + k, *sources++);
        }
    }
}

struct rt_facts_slot_row rt_facts_slot_row(const struct rt_facts *f,
                                           uint32_t node, uint32_t source)
{
    const struct rt_facts_slots *s = &f->slots;
    struct rt_facts_slot_row found = {0};
    uint32_t i = 0, atom = node - f->nnodes;
    while (atom - s->pools[i].first_atom >= nbits(s->pools[i].wanted))
        i++;
    uint64_t wanted = s->pools[i].wanted;
    for (atom -= s->pools[i].first_atom; atom; atom--)
        wanted &= wanted - 1;
    uint32_t bit = (uint32_t)__builtin_ctzll(wanted);
    found.parameter = bit / ESCC_LEVELS;
    found.level = bit % ESCC_LEVELS;
    for (uint32_t at = s->pools[i].first_row; at; at = s->next[at - 1]) {
        found.unit = unit_of_row(f, at - 1);
        found.row = row_of(found.unit, at - 1);
        if (source_of_row(f, found.unit, found.row, found.parameter,
                          found.level) == source)
            break;
    }
    return found;
}
