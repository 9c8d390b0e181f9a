/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_facts_text.c - why a local lives where it does, for people.
 *
 * A node that is true has one cause, found first; from cause to cause leads to
 * an atom that is true by itself.  Of the way are named the functions that
 * other units define, and the slots and what is in them.
 */
#include "rt_facts.h"

#include "rt_print.h"

#include <escc/facts.h>

/* Of a long way so many functions are named. */
enum { MOST_NAMED = 4 };

/* Of the way from a local. */
struct way {
    const char *names[MOST_NAMED + 1];
    unsigned nnames;            /* the last of them is the end's */
    bool is_cut;
    const struct rt_facts_unit *unit;   /* of the end: */
    const uint32_t *ref;        /* what it is, or NULL: */
    struct rt_facts_slot_row row;
};

static const char *text(const struct rt_facts_unit *u, uint32_t at)
{
    return at < u->words[ESCC_FACTS_W_TEXT] ? u->text + at : "?";
}

static const char *name_of(const struct rt_facts_unit *u, uint32_t name)
{
    return text(u, rt_facts_name(u, name)[ESCC_NAME_TEXT]);
}

static const uint32_t *def_row(const struct rt_facts_unit *u, uint32_t def)
{
    return u->defs + (size_t)def * ESCC_DEF_WORDS;
}

static void add_name(struct way *way, const char *name)
{
    unsigned at = way->nnames;
    if (at == MOST_NAMED + 1) {
        way->is_cut = true;
        at--;
    } else {
        way->nnames++;
    }
    way->names[at] = name;
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

/* A step from an atom of a slot. */
static void follow_row(const struct rt_facts *f, uint32_t node,
                       uint32_t cause, struct way *way)
{
    struct rt_facts_slot_row row = rt_facts_slot_row(f, node, cause);
    uint32_t source = row.row[ESCC_SLOT_SOURCE];
    switch (row.row[ESCC_SLOT_KIND]) {
    case ESCC_SLOT_FUNCTION: case ESCC_SLOT_SLOT:
        add_name(way, name_of(row.unit, source));
        break;
    case ESCC_SLOT_DEF:
        add_name(way, name_of(row.unit,
                              def_row(row.unit, source)[ESCC_DEF_NAME]));
        break;
    }
    way->unit = row.unit;
    way->ref = NULL;
    way->row = row;
}

static void follow_edge(const struct rt_facts *f, uint32_t node,
                        uint32_t cause, struct way *way)
{
    const struct rt_facts_unit *u = rt_facts_unit_of_node(f, node);
    uint32_t edge = edge_from(f, u, node, cause);
    if (!(edge & ESCC_EDGE_REF))
        return;
    way->unit = u;
    way->ref = u->refs + (size_t)(edge & ~ESCC_EDGE_REF) * ESCC_REF_WORDS;
    add_name(way, name_of(u, way->ref[ESCC_REF_NAME]));
}

static void follow(const struct rt_facts *f, uint32_t node, struct way *way)
{
    for (uint32_t cause; (cause = f->causes[node]) != RT_FACTS_NEVER;
         node = cause - RT_FACTS_NODE) {
        if (node < f->nnodes)
            follow_edge(f, node, cause, way);
        else
            follow_row(f, node, cause, way);
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

/* What a function does with an argument. */
static size_t describe_def(const struct rt_facts *f, const char *name,
                           int64_t def, uint32_t parameter, uint32_t level,
                           char *out, size_t bytes)
{
    if (def < 0)
        return describe_unknown(name, def, out, bytes);
    const struct rt_facts_unit *u = rt_facts_unit_of_def(f, (uint32_t)def);
    const uint32_t *row = def_row(u, (uint32_t)def - u->def_base);
    const char *file = text(u, u->words[ESCC_FACTS_W_UNIT]);
    if (parameter >= row[ESCC_DEF_PARAMETERS] &&
        !(row[ESCC_DEF_FLAGS] & ESCC_DEF_VARIADIC))
        return rt_format(out, bytes, "%s of %s has no parameter %u", name,
                         file, parameter + 1);
    bool behind = level != ESCC_KEPT && level != ESCC_RETURNED;
    return rt_format(out, bytes, "%s of %s %s %s argument %u%s", name, file,
                     level < ESCC_RETURNED ? "keeps" : "returns",
                     behind ? "what its" : "its", parameter + 1,
                     behind ? " leads to" : "");
}

/* A slot of which nothing is known, or too much is asked. */
static size_t describe_slot(const struct rt_facts *f, const char *name,
                            char *out, size_t bytes)
{
    return f->stranger
        ? rt_format(out, bytes, "%s may have functions of %s", name,
                    f->stranger)
        : rt_format(out, bytes, "what %s has is not followed so far", name);
}

static size_t describe_end(const struct rt_facts *f, const struct way *way,
                           char *out, size_t bytes)
{
    const struct rt_facts_unit *u = way->unit;
    const char *name = way->names[way->nnames - 1];
    if (way->ref && way->ref[ESCC_REF_LEVEL] & ESCC_REF_SLOT)
        return describe_slot(f, name, out, bytes);
    if (way->ref)
        return describe_def(f, name,
                            rt_facts_definition(f, u,
                                                way->ref[ESCC_REF_NAME]),
                            way->ref[ESCC_REF_PARAMETER],
                            way->ref[ESCC_REF_LEVEL], out, bytes);
    const struct rt_facts_slot_row *row = &way->row;
    uint32_t source = row->row[ESCC_SLOT_SOURCE];
    if (row->row[ESCC_SLOT_KIND] == ESCC_SLOT_ANY)
        return rt_format(out, bytes, "%s may have any function by %s", name,
                         text(u, u->words[ESCC_FACTS_W_UNIT]));
    return describe_def(f, name,
                        row->row[ESCC_SLOT_KIND] == ESCC_SLOT_DEF
                            ? (int64_t)u->def_base + source
                            : rt_facts_definition(f, u, source),
                        row->parameter, row->level, out, bytes);
}

size_t rt_facts_describe(const struct rt_facts *f,
                         const struct rt_facts_unit *u, uint32_t local,
                         char *out, size_t bytes)
{
    struct way way = {.nnames = 0};
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
    if (frame || !way.nnames)
        return n;
    n += describe_end(f, &way, out + n, bytes - n);
    for (unsigned i = 0; i + 1 < way.nnames; i++)
        n += rt_format(out + n, bytes - n, "%s%s",
                       i ? ", " : ", by way of ", way.names[i]);
    if (way.is_cut)
        n += rt_format(out + n, bytes - n, ", ...");
    return n;
}
