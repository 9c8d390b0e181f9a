/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_explain.c - what is said about a decision, in Go's words.
 *
 *     moved to heap: x                          a local or a parameter
 *     malloc(n) escapes to heap                 an allocation or a compound
 *     malloc(n) does not escape                 literal
 *     leaking param: p                          to the heap
 *     leaking param content: p                  what it points to, to there
 *     leaking param: p to result ~r0 level=0
 *     p does not escape                         a parameter
 *
 * and one that Go has no need of, because there a store through a pointer is
 * an escape:
 *
 *     leaking param: p to content of q level=0
 *
 * "does not escape" of an allocation says what was proven, not where the
 * object is: it still comes from the heap.
 */
#include "esc_explain.h"

#include "esc_build.h"

#include "util/strbuf.h"

#include <ctype.h>
#include <string.h>

enum {
    /* Long expressions (a table as a compound literal) are cut: a message is
     * a line that people read. */
    MOST_EXPRESSION_BYTES = 120
};

struct explanation {
    const struct esc *esc;
    const struct esc_function *function;
    struct esc_messages *messages;
    int level;
};

/* ---- texts --------------------------------------------------------------- */

static bool is_marker(const char *text, const char *end)
{
    return end - text > 2 && text[0] == '#' && text[1] == ' ';
}

/* The source text of a construct on one line. */
static const char *source_text(const struct esc *esc, const struct node *n)
{
    struct strbuf line = {0};
    const char *at = esc->unit->text + n->begin;
    const char *end = esc->unit->text + n->end;
    bool blank = false, line_start = false;
    while (at < end && line.bytes < MOST_EXPRESSION_BYTES) {
        if (line_start && is_marker(at, end)) {
            while (at < end && *at != '\n')
                at++;
        } else if (isspace((unsigned char)*at)) {
            line_start = *at++ == '\n';
            blank = true;
        } else {
            if (blank && line.bytes)
                strbuf_putc(&line, ' ');
            blank = line_start = false;
            strbuf_putc(&line, *at++);
        }
    }
    while (line.bytes && line.text[line.bytes - 1] == ';')
        line.text[--line.bytes] = '\0';
    const char *text = arena_printf("%s%s", line.text ? line.text : "",
                                    at < end ? "..." : "");
    strbuf_free(&line);
    return text;
}

static bool is_literal(const struct symbol *symbol)
{
    return symbol->declaration &&
           symbol->declaration->kind == N_COMPOUND_LITERAL;
}

static const char *describe(const struct explanation *e,
                            const struct esc_location *l)
{
    switch (l->kind) {
    case LOC_HEAP:
        return "{heap}";
    case LOC_RESULT:
        return "~r0";
    case LOC_VARIABLE:
        if (!l->symbol)
            return "...";
        if (is_literal(l->symbol))
            return arena_printf("{storage for (%s){...}}",
                                l->symbol->type->spelling);
        return l->symbol->name;
    case LOC_CONTENT:
        return arena_printf(
            "{content of %s}",
            describe(e, e->function->graph->parameters[l->parameter]));
    case LOC_ALLOCATION:
        return arena_printf("{storage for %s}",
                            source_text(e->esc, l->node));
    case LOC_STORE:
        return arena_printf("*%s", describe(e, l->pointer));
    case LOC_TEMPORARY:
        break;
    }
    return "{temp}";
}

/* ---- messages ------------------------------------------------------------ */

VEC_TYPE(lines, const char *);

static void add_notes(const struct explanation *e, struct lines *lines,
                      const struct esc_note *n)
{
    for (; n; n = n->next) {
        struct place at = unit_place(e->esc->unit, n->where->begin);
        vec_push(lines, arena_printf("    from %s (%s) at %s:%u:%u",
                                     source_text(e->esc, n->where), n->why,
                                     at.file, at.line, at.column));
    }
}

/* A temporary is no place that a reader knows: steps that lead into one are
 * joined with the next. */
static bool is_between(const struct esc_location *l)
{
    return l->kind == LOC_TEMPORARY || l->kind == LOC_STORE;
}

static void add_flow(const struct explanation *e, struct esc_message *m,
                     const struct esc_path *path)
{
    struct lines lines = {0};
    for (int i = 0, last; i < path->count; i = last + 1) {
        int derefs = path->steps[i].derefs;
        for (last = i; last + 1 < path->count &&
                       is_between(path->steps[last].to); last++) {
            int so_far = derefs < 0 && path->steps[last + 1].derefs < 0
                         ? 0 : derefs;
            derefs = so_far + path->steps[last + 1].derefs;
        }
        char operators[16] = "&";
        if (derefs >= 0)
            memset(operators, '*', sizeof operators);
        operators[derefs < 0 ? 1 : derefs < 15 ? derefs : 15] = '\0';
        vec_push(&lines, arena_printf("  flow: %s = %s%s:",
                                      describe(e, path->steps[last].to),
                                      operators,
                                      describe(e, path->steps[i].from)));
        for (int j = i; j <= last; j++)
            add_notes(e, &lines, path->steps[j].notes);
    }
    m->flow = lines.items;
    m->flow_count = (int)lines.count;
}

static void add(const struct explanation *e, uint32_t offset,
                const struct esc_path *path, const char *text)
{
    struct esc_message message = {
        .place = unit_place(e->esc->unit, offset), .text = text,
        .number = e->messages->count};
    if (path && e->level >= 2)
        add_flow(e, &message, path);
    vec_push(e->messages, message);
}

static void explain_variable(const struct explanation *e,
                             const struct esc_location *l)
{
    const struct symbol *symbol = l->symbol;
    bool literal = is_literal(symbol);
    uint32_t at = literal ? symbol->declaration->begin : symbol->name_begin;
    const char *name = literal
        ? arena_printf("(%s){...}", symbol->type->spelling) : symbol->name;
    switch (esc_verdict(e->esc, symbol)) {
    case ESC_MOVES:
        if (e->level >= 2)
            add(e, at, &l->path, arena_printf("%s escapes to heap:", name));
        add(e, at, NULL,
            arena_printf(literal ? "%s escapes to heap" : "moved to heap: %s",
                         name));
        break;
    case ESC_STAYS_IN_HANDLER:
        add(e, at, &l->path, arena_printf(
            "%s escapes but stays on the stack: it is a signal handler's",
            name));
        break;
    case ESC_STAYS_AS_PROBE:
        add(e, at, &l->path, arena_printf(
            "%s escapes but stays on the stack: only its address is used",
            name));
        break;
    case ESC_STAYS_UNFOLLOWED: {
        struct place place = unit_place(e->esc->unit, symbol->unfollowed);
        add(e, at, NULL, arena_printf(
            "stays: %s is named at %s:%u:%u in a position that escc does not "
            "follow", name, place.file, place.line, place.column));
        break;
    }
    case ESC_STAYS_BY_MARK:
        add(e, at, &l->path, arena_printf(
            "%s escapes but stays on the stack: ESCC_ON_STACK", name));
        break;
    case ESC_STAYS_BY_OPTION:
        add(e, at, &l->path, arena_printf(
            "%s escapes but stays on the stack: -fescc-locals=none", name));
        break;
    case ESC_STAYS:
        if (l->escapes)
            add(e, at, &l->path, arena_printf(
                "%s escapes but stays on the stack: it cannot be moved",
                name));
        else if (literal && symbol->address_taken)
            add(e, at, NULL, arena_printf("%s does not escape", name));
        break;
    }
}

static void explain_allocation(const struct explanation *e,
                               const struct esc_location *l)
{
    const char *call = source_text(e->esc, l->node);
    if (l->in_frame) {
        if (l->escapes)
            add(e, l->node->begin, &l->path, arena_printf(
                "%s escapes but stays on the stack: it cannot be moved",
                call));
        return;
    }
    if (!l->escapes) {
        add(e, l->node->begin, NULL,
            arena_printf("%s does not escape", call));
        return;
    }
    if (e->level >= 2)
        add(e, l->node->begin, &l->path,
            arena_printf("%s escapes to heap:", call));
    add(e, l->node->begin, NULL, arena_printf("%s escapes to heap", call));
}

/* The flow that gave a tag's entry. */
static const struct esc_leak *leak_to(const struct explanation *e,
                                      int parameter,
                                      enum esc_location_kind kind)
{
    const struct esc_leaks *leaks = &e->function->graph->leaks;
    for (size_t i = leaks->count; i-- > 0;) {
        const struct esc_location *root = leaks->items[i].root;
        if (leaks->items[i].parameter->parameter == parameter &&
            (kind == LOC_HEAP ? root->escapes : root->kind == kind))
            return &leaks->items[i];
    }
    return NULL;
}

static void explain_leak(const struct explanation *e, int parameter,
                         enum esc_location_kind kind, const char *text)
{
    const struct symbol *symbol =
        e->function->graph->parameters[parameter]->symbol;
    const struct esc_leak *leak =
        e->level >= 2 ? leak_to(e, parameter, kind) : NULL;
    if (leak)
        add(e, symbol->name_begin, &leak->path,
            arena_printf("parameter %s leaks to %s with derefs=%d:",
                         symbol->name, describe(e, leak->root),
                         leak->derefs));
    add(e, symbol->name_begin, NULL, text);
}

/* A flow is worth a line only if it is shorter than the one to the heap,
 * which says all there is to say otherwise. */
static bool is_news(int derefs, int heap)
{
    return derefs != ESC_NO_FLOW && (heap == ESC_NO_FLOW || derefs < heap);
}

static bool explain_content_leaks(const struct explanation *e, int i)
{
    const struct esc_tag *tag = e->function->tag;
    const char *name = e->function->graph->parameters[i]->symbol->name;
    bool any = false;
    for (int to = 0; to < tag->parameter_count; to++) {
        int derefs = ESC_NO_FLOW;
        for (int level = 1; level <= ESC_CONTENT_LEVELS; level++) {
            int found = *esc_tag_content(tag, to, level, i);
            if (found != ESC_NO_FLOW &&
                (derefs == ESC_NO_FLOW || found < derefs))
                derefs = found;
        }
        /* `p->a = p->b` takes nothing out of p's reach. */
        if (!is_news(derefs, tag->to_heap[i]) || (to == i && derefs > 0))
            continue;
        any = true;
        explain_leak(e, i, LOC_CONTENT,
                     arena_printf("leaking param: %s to content of %s "
                                  "level=%d", name,
                                  describe(e, e->function->graph
                                                  ->parameters[to]),
                                  derefs));
    }
    return any;
}

static void explain_parameter(const struct explanation *e, int i)
{
    const struct esc_tag *tag = e->function->tag;
    const struct symbol *symbol = e->function->graph->parameters[i]->symbol;
    if (!symbol || !*symbol->name || !type_has_pointer(symbol->type))
        return;
    bool any = false;
    if (tag->to_heap[i] != ESC_NO_FLOW) {
        any = true;
        explain_leak(e, i, LOC_HEAP,
                     arena_printf(tag->to_heap[i] ? "leaking param content: %s"
                                                  : "leaking param: %s",
                                  symbol->name));
    }
    if (is_news(tag->to_result[i], tag->to_heap[i])) {
        any = true;
        explain_leak(e, i, LOC_RESULT,
                     arena_printf("leaking param: %s to result ~r0 level=%d",
                                  symbol->name, tag->to_result[i]));
    }
    any |= explain_content_leaks(e, i);
    if (!any)
        add(e, symbol->name_begin, NULL,
            arena_printf("%s does not escape", symbol->name));
}

void esc_explain(const struct esc *esc, int level,
                 struct esc_messages *messages)
{
    for (size_t i = 0; i < esc->all.count; i++) {
        const struct esc_function *f = esc->all.items[i];
        struct explanation e = {esc, f, messages, level};
        if (f->node->flags & NODE_SYSTEM ||
            unit_place(esc->unit, f->node->begin).system)
            continue;
        for (int p = 0; p < f->graph->parameter_count; p++)
            explain_parameter(&e, p);
        for (size_t v = 0; v < f->variables.count; v++)
            explain_variable(&e, f->variables.items[v]);
        for (size_t a = 0; a < f->allocations.count; a++)
            explain_allocation(&e, f->allocations.items[a]);
    }
}
