/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* facts_maker.h - units' facts, made by hand (escc/facts.h). */
#ifndef ESCC_TEST_FACTS_MAKER_H
#define ESCC_TEST_FACTS_MAKER_H

#include <escc/facts.h>

#include <stdlib.h>
#include <string.h>

#include "base/rt_facts.h"

enum { MOST = 4096 };

/* A unit in the making; rows are counted in rows, but for states. */
struct maker {
    uint32_t names[MOST * 3], defs[MOST * 4], states[MOST], refs[MOST * 3];
    uint32_t edges[MOST], node_of_edge[MOST], all[MOST], locals[MOST * 5];
    uint32_t slots[MOST * 3], nslots;
    uint32_t nnames, ndefs, nstates, nrefs, nedges, nlocals, nnodes;
    char text[MOST * 8];
    uint32_t ntext;
};

static struct maker *maker;

static uint32_t add_text(const char *text)
{
    uint32_t at = maker->ntext;
    strcpy(maker->text + at, text);
    maker->ntext += (uint32_t)strlen(text) + 1;
    return at;
}

static void begin(const char *file)
{
    free(maker);
    maker = calloc(1, sizeof *maker);
    assert_non_null(maker);
    add_text("");
    add_text(file);             /* at 1 */
}

static uint32_t name(const char *text)
{
    uint64_t hash = escc_facts_hash(text);
    for (uint32_t i = 0; i < maker->nnames; i++)
        if (maker->names[i * 3] == (uint32_t)hash)
            return i;
    uint32_t *row = &maker->names[maker->nnames * 3];
    row[ESCC_NAME_LOW] = (uint32_t)hash;
    row[ESCC_NAME_HIGH] = (uint32_t)(hash >> 32);
    row[ESCC_NAME_TEXT] = add_text(text);
    return maker->nnames++;
}

static uint32_t node(void)
{
    return maker->nnodes++;
}

static uint32_t node_of_all(void)
{
    maker->all[maker->nnodes] = ESCC_FIRST_ALL;
    return maker->nnodes++;
}

/* A function, its flags, and a state for each parameter and the first two
 * levels; the third is as the second, and nothing is returned. */
static void def(const char *text, uint32_t flags, uint32_t parameters,
                const uint32_t *states)
{
    uint32_t *row = &maker->defs[maker->ndefs++ * 4];
    row[ESCC_DEF_NAME] = name(text);
    row[ESCC_DEF_FIRST] = maker->nstates;
    row[ESCC_DEF_PARAMETERS] = parameters;
    row[ESCC_DEF_FLAGS] = flags;
    for (uint32_t i = 0; i < ESCC_LEVELS * parameters; i++) {
        uint32_t level = i % ESCC_LEVELS;
        maker->states[maker->nstates++] =
            level >= ESCC_RETURNED ? ESCC_STATE_NEVER
            : states[i / ESCC_LEVELS * 2 + (level > 0)];
    }
}

#define DEF(text, flags, ...)                                               \
    def(text, flags, sizeof((uint32_t[]){__VA_ARGS__}) / 8,                 \
        (uint32_t[]){__VA_ARGS__})
#define IF(n) (ESCC_STATE_NODE + (n))
enum { NEVER = ESCC_STATE_NEVER, ALWAYS = ESCC_STATE_ALWAYS };

static void edge(uint32_t from, uint32_t to)
{
    maker->node_of_edge[maker->nedges] = from;
    maker->edges[maker->nedges++] = to;
}

static void edge_ref(uint32_t from, const char *text, uint32_t parameter,
                     uint32_t level)
{
    uint32_t *row = &maker->refs[maker->nrefs * 3];
    row[ESCC_REF_NAME] = name(text);
    row[ESCC_REF_PARAMETER] = parameter;
    row[ESCC_REF_LEVEL] = level;
    edge(from, ESCC_EDGE_REF | maker->nrefs++);
}

static void local(const char *text, uint32_t at)
{
    uint32_t *row = &maker->locals[maker->nlocals++ * 5];
    row[ESCC_LOCAL_NODE] = at;
    row[ESCC_LOCAL_TEXT] = add_text(text);
    row[ESCC_LOCAL_FUNCTION] = add_text("main");
    row[ESCC_LOCAL_FILE] = 1;
    row[ESCC_LOCAL_LINE] = 10 + maker->nlocals;
}

/* A local of which only one call has the address. */
static void local_for(const char *text, const char *function,
                      uint32_t parameter, uint32_t level)
{
    uint32_t n = node();
    edge_ref(n, function, parameter, level);
    local(text, n);
}

/* A local that calls through a slot have the address of. */
static void local_in_slot(const char *text, const char *slot,
                          uint32_t parameter)
{
    local_for(text, slot, parameter, ESCC_REF_SLOT | ESCC_KEPT);
}

static void slot_row(const char *slot, enum escc_slot_kind kind,
                     uint32_t source)
{
    uint32_t *row = &maker->slots[maker->nslots++ * 3];
    row[ESCC_SLOT_NAME] = name(slot);
    row[ESCC_SLOT_KIND] = kind;
    row[ESCC_SLOT_SOURCE] = source;
}

static uint32_t *put(uint32_t *to, const uint32_t *rows, size_t n)
{
    memcpy(to, rows, n * sizeof *to);
    return to + n;
}

static uint32_t *put_nodes(uint32_t *to)
{
    uint32_t first = 0;
    for (uint32_t n = 0; n <= maker->nnodes; n++) {
        *to++ = first | maker->all[n];
        for (uint32_t e = 0; e < maker->nedges; e++)
            first += maker->node_of_edge[e] == n;
    }
    for (uint32_t n = 0; n < maker->nnodes; n++)
        for (uint32_t e = 0; e < maker->nedges; e++)
            if (maker->node_of_edge[e] == n)
                *to++ = maker->edges[e];
    return to;
}

/* The words; the test's until its end. */
static struct rt_facts_unit end(unsigned module)
{
    struct maker *m = maker;
    uint32_t *words = calloc(1, sizeof *m);
    assert_non_null(words);
    uint32_t *at = words + ESCC_FACTS_HEAD_WORDS;
    at = put(at, m->names, m->nnames * 3);
    at = put(at, m->defs, m->ndefs * 4);
    at = put(at, m->states, m->nstates);
    at = put(at, m->refs, m->nrefs * 3);
    at = put_nodes(at);
    at = put(at, m->locals, m->nlocals * 5);
    at = put(at, m->slots, m->nslots * 3);
    const uint32_t head[ESCC_FACTS_HEAD_WORDS] = {
        ESCC_FACTS_MAGIC, ESCC_FACTS_VERSION, m->nlocals,
        (uint32_t)(at - words), m->ntext, 1, m->nnames, m->ndefs,
        m->nstates, m->nrefs, m->nnodes, m->nedges, m->nslots};
    put(words, head, ESCC_FACTS_HEAD_WORDS);
    memcpy(at, m->text, m->ntext);
    return (struct rt_facts_unit){
        .words = words, .words_end = at + (m->ntext + 3) / 4,
        .module = module};
}

#endif /* ESCC_TEST_FACTS_MAKER_H */
