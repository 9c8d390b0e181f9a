/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_facts_text.c - why a local lives where it does, for people.
 *
 * A node that is true has one cause, found first; from cause to cause leads to
 * an atom that is true by itself.  Of the way are named the functions that
 * other units define.
 */
#include "rt_facts.h"

#include "rt_print.h"

#include <escc/facts.h>

/* Of a long way so many functions are named. */
enum { MOST_NAMED = 4 };

struct way {
    const struct rt_facts_unit *units[MOST_NAMED + 1];
    const uint32_t *refs[MOST_NAMED + 1];
    unsigned nrefs;             /* the last of them is the end's */
    bool is_cut;
};

static const char *text(const struct rt_facts_unit *u, uint32_t at)
{
    return at < u->words[ESCC_FACTS_W_TEXT] ? u->text + at : "?";
}

static const char *name_of(const struct rt_facts_unit *u,
                           const uint32_t *ref)
{
    const uint32_t *name = u->words + ESCC_FACTS_HEAD_WORDS +
                           (size_t)ref[ESCC_REF_NAME] * ESCC_NAME_WORDS;
    return text(u, name[ESCC_NAME_TEXT]);
}

static void add_ref(struct way *way, const struct rt_facts_unit *u,
                    uint32_t edge)
{
    unsigned at = way->nrefs;
    if (at == MOST_NAMED + 1) {
        way->is_cut = true;
        at--;
    } else {
        way->nrefs++;
    }
    way->units[at] = u;
    way->refs[at] = u->refs + (size_t)(edge & ~ESCC_EDGE_REF) *
                                  ESCC_REF_WORDS;
}

/* The edge that has this source. */
static uint32_t edge_from(const struct rt_facts *f,
                          const struct rt_facts_unit *u, uint32_t node,
                          uint32_t source)
{
    uint32_t e = rt_facts_first(u, node - u->node_base);
    while (rt_facts_source(f, u, u->edges[e]) != source)
        e++;
    return u->edges[e];
}

static void follow(const struct rt_facts *f, uint32_t node, struct way *way)
{
    for (uint32_t cause; (cause = f->causes[node]) != RT_FACTS_NEVER;
         node = cause - RT_FACTS_NODE) {
        const struct rt_facts_unit *u = rt_facts_unit_of_node(f, node);
        uint32_t edge = edge_from(f, u, node, cause);
        if (edge & ESCC_EDGE_REF)
            add_ref(way, u, edge);
        if (cause == RT_FACTS_ALWAYS)
            return;
    }
}

static size_t describe_unknown(const char *name, int64_t why, char *out,
                               size_t bytes)
{
    switch (why) {
    case RT_FACTS_AMBIGUOUS:
        return rt_format(out, bytes, "%s is defined more than once", name);
    case RT_FACTS_LATE:
        return rt_format(out, bytes, "which %s is called is not certain",
                         name);
    default:
        return rt_format(out, bytes, "%s is not known", name);
    }
}

static size_t describe_end(const struct rt_facts *f, const struct way *way,
                           char *out, size_t bytes)
{
    const struct rt_facts_unit *u = way->units[way->nrefs - 1];
    const uint32_t *ref = way->refs[way->nrefs - 1];
    const char *name = name_of(u, ref);
    int64_t def = rt_facts_definition(f, u, ref[ESCC_REF_NAME]);
    if (def < 0)
        return describe_unknown(name, def, out, bytes);
    const struct rt_facts_unit *other =
        rt_facts_unit_of_def(f, (uint32_t)def);
    const uint32_t *row =
        other->defs + ((size_t)def - other->def_base) * ESCC_DEF_WORDS;
    const char *file = text(other, other->words[ESCC_FACTS_W_UNIT]);
    uint32_t parameter = ref[ESCC_REF_PARAMETER];
    if (parameter >= row[ESCC_DEF_PARAMETERS] &&
        !(row[ESCC_DEF_FLAGS] & ESCC_DEF_VARIADIC))
        return rt_format(out, bytes, "%s of %s has no parameter %u", name,
                         file, parameter + 1);
    uint32_t level = ref[ESCC_REF_LEVEL];
    bool behind = level != ESCC_KEPT && level != ESCC_RETURNED;
    return rt_format(out, bytes, "%s of %s %s %s argument %u%s", name, file,
                     level < ESCC_RETURNED ? "keeps" : "returns",
                     behind ? "what its" : "its", parameter + 1,
                     behind ? " leads to" : "");
}

size_t rt_facts_describe(const struct rt_facts *f,
                         const struct rt_facts_unit *u, uint32_t local,
                         char *out, size_t bytes)
{
    struct way way = {.nrefs = 0};
    if (!u->is_known)
        return rt_format(out, bytes, "a unit of another version");
    const uint32_t *row = u->locals + (size_t)local * ESCC_LOCAL_WORDS;
    bool frame = rt_facts_is_frame(f, u, local);
    size_t n = rt_format(out, bytes, "%s:%u: %s: %s: %s",
                         text(u, row[ESCC_LOCAL_FILE]), row[ESCC_LOCAL_LINE],
                         text(u, row[ESCC_LOCAL_FUNCTION]),
                         text(u, row[ESCC_LOCAL_TEXT]),
                         frame ? "frame" : "heap: ");
    follow(f, u->node_base + row[ESCC_LOCAL_NODE], &way);
    if (frame || !way.nrefs)
        return n;
    n += describe_end(f, &way, out + n, bytes - n);
    for (unsigned i = 0; i + 1 < way.nrefs; i++)
        n += rt_format(out + n, bytes - n, "%s%s",
                       i ? ", " : ", by way of ",
                       name_of(way.units[i], way.refs[i]));
    if (way.is_cut)
        n += rt_format(out + n, bytes - n, ", ...");
    return n;
}
