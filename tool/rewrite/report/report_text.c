/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_text.c - -report-escapes: findings as lines on stderr.
 *
 * A decision is a remark in clang's form, so that editors parse it; the flow
 * that explains it (level 2) is a note per line at the same place, with Go's
 * indentation inside the text:
 *
 *     list.c:7:9: remark: x escapes to heap: [escape]
 *     list.c:7:9: note:   flow: {heap} = &x:
 *     list.c:7:9: note:     from &x (address-of) at list.c:9:12
 *
 * The words are Go's:
 *
 *     moved to heap: x                          a local or a parameter
 *     malloc(n) escapes to heap                 an allocation or a compound
 *     malloc(n) does not escape                 literal
 *     leaking param: p                          to the heap
 *     leaking param content: p                  what it points to, to there
 *     leaking param: p to result ~r0 level=0
 *     p does not escape                         a parameter
 *
 * What depends on functions of other units is decided when the program is
 * loaded, and says so behind the words:
 *
 *     moved to heap: x, unless f and g keep nothing (decided at load)
 *
 * and one that Go has no need of, because there a store through a pointer is
 * an escape:
 *
 *     leaking param: p to content of q level=0
 *
 * A header's function that was parsed twice speaks once: equal lines at one
 * place are printed once.
 */
#include "report.h"

#include "util/diag.h"
#include "util/strbuf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* Long expressions (a table as a compound literal) are cut: a message is
     * a line that people read. */
    MOST_EXPRESSION_BYTES = 120,
    MOST_FUNCTIONS = 4          /* likewise; more than these are counted */
};

/* One remark, and the notes behind it. */
struct message {
    struct place place;
    const char *text;
    const struct esc_flow *flow;        /* or NULL */
};

struct report {
    const struct unit *unit;
    int level;
    VEC_TYPE(messages, struct message) messages;
};

/* ---- objects ------------------------------------------------------------- */

static bool is_marker(const char *text, const char *end)
{
    return end - text > 2 && text[0] == '#' && text[1] == ' ';
}

/* The source text of a construct on one line. */
static const char *source_text(const struct report *r, const struct node *n)
{
    struct strbuf line = {0};
    const char *at = r->unit->text + n->begin;
    const char *end = r->unit->text + n->end;
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

/* An object as the end of a flow. */
static const char *storage(const struct report *r,
                           const struct esc_object *object)
{
    switch (object->kind) {
    case ESC_OBJECT_HEAP:
        return "{heap}";
    case ESC_OBJECT_RESULT:
        return "~r0";
    case ESC_OBJECT_VARIABLE:
        return object->symbol->name;
    case ESC_OBJECT_LITERAL:
        return arena_printf("{storage for (%s){...}}",
                            object->symbol->type->spelling);
    case ESC_OBJECT_CONTENT:
        return arena_printf("{content of %s}", object->symbol
                                               ? object->symbol->name
                                               : "...");
    case ESC_OBJECT_ALLOCATION:
        return arena_printf("{storage for %s}",
                            source_text(r, object->call));
    case ESC_OBJECT_KEPT:
        return arena_printf("{kept by %s}", object->symbol->name);
    case ESC_OBJECT_ARGUMENTS: case ESC_OBJECT_NONE:
        break;
    }
    return "...";
}

/* An object that a decision is about. */
static const char *name_of(const struct report *r,
                           const struct esc_object *object)
{
    switch (object->kind) {
    case ESC_OBJECT_ALLOCATION:
        return source_text(r, object->call);
    case ESC_OBJECT_LITERAL:
        return arena_printf("(%s){...}", object->symbol->type->spelling);
    default:
        return object->symbol ? object->symbol->name : "...";
    }
}

/* ---- decisions ----------------------------------------------------------- */

static const char *kept_because(enum esc_finding_kind kind)
{
    switch (kind) {
    case ESC_KEPT_IN_HANDLER:
        return "it is a signal handler's";
    case ESC_KEPT_AS_PROBE:
        return "only its address is used";
    case ESC_KEPT_BY_MARK:
        return "ESCC_ON_STACK";
    case ESC_KEPT_BY_OPTION:
        return "-fescc-locals=none";
    default:
        return "it cannot be moved";
    }
}

/* What it depends on: ", unless f, g and 3 others keep nothing". */
static const char *unless(const struct esc_finding *f)
{
    int count = f->unless_count;
    int named = count <= MOST_FUNCTIONS ? count : MOST_FUNCTIONS - 1;
    struct strbuf text = {0};
    if (!count)
        return "";
    for (int i = 0; i < named; i++)
        strbuf_printf(&text, "%s%s", !i ? ", unless "
                                     : i == count - 1 ? " and " : ", ",
                      f->unless[i]->name);
    if (named < count)
        strbuf_printf(&text, " and %d others", count - named);
    strbuf_printf(&text, " keep%s nothing (decided at load)",
                  count == 1 ? "s" : "");
    const char *copy = arena_strndup(text.text, text.bytes);
    strbuf_free(&text);
    return copy;
}

static void add(struct report *r, const struct esc_finding *f,
                const struct esc_flow *flow, const char *text)
{
    struct message message = {f->place, text, r->level >= 2 ? flow : NULL};
    vec_push(&r->messages, message);
}

static void add_leak(struct report *r, const struct esc_finding *f)
{
    const char *name = name_of(r, &f->about);
    if (r->level >= 2 && f->flow.to.kind != ESC_OBJECT_NONE)
        add(r, f, &f->flow, arena_printf(
            f->unless_count ? "parameter %s may leak to %s with derefs=%d:"
                            : "parameter %s leaks to %s with derefs=%d:",
            name, storage(r, &f->flow.to), f->flow.derefs));
    if (f->kind == ESC_LEAKS_TO_HEAP)
        add(r, f, NULL, arena_printf(f->derefs ? "leaking param content: %s%s"
                                               : "leaking param: %s%s", name,
                                     unless(f)));
    else if (f->kind == ESC_LEAKS_TO_RESULT)
        add(r, f, NULL, arena_printf(
            "leaking param: %s to result ~r0 level=%d", name, f->derefs));
    else
        add(r, f, NULL, arena_printf(
            "leaking param: %s to content of %s level=%d", name,
            name_of(r, &f->to), f->derefs));
}

static void add_finding(struct report *r, const struct esc_finding *f)
{
    const char *name = name_of(r, &f->about);
    switch (f->kind) {
    case ESC_DOES_NOT_ESCAPE:
        add(r, f, NULL, arena_printf("%s does not escape", name));
        break;
    case ESC_ESCAPES:
        if (r->level >= 2)
            add(r, f, &f->flow, arena_printf("%s escapes to heap:", name));
        add(r, f, NULL,
            arena_printf(f->about.kind == ESC_OBJECT_VARIABLE
                         ? "moved to heap: %s" : "%s escapes to heap", name));
        break;
    case ESC_DECIDED_AT_LOAD:
        if (r->level >= 2)
            add(r, f, &f->flow, arena_printf("%s may escape to heap:",
                                             name));
        add(r, f, NULL,
            arena_printf(f->about.kind == ESC_OBJECT_VARIABLE
                         ? "moved to heap: %s%s" : "%s escapes to heap%s",
                         name, unless(f)));
        break;
    case ESC_KEPT_FIXED: case ESC_KEPT_IN_HANDLER: case ESC_KEPT_AS_PROBE:
    case ESC_KEPT_BY_MARK: case ESC_KEPT_BY_OPTION:
        add(r, f, &f->flow, arena_printf(
            "%s escapes but stays on the stack: %s", name,
            kept_because(f->kind)));
        break;
    case ESC_KEPT_UNFOLLOWED:
        add(r, f, NULL, arena_printf(
            "stays: %s is named at %s:%u:%u in a position that escc does not "
            "follow", name, f->named.file, f->named.line, f->named.column));
        break;
    case ESC_LEAKS_TO_HEAP: case ESC_LEAKS_TO_RESULT:
    case ESC_LEAKS_TO_CONTENT:
        add_leak(r, f);
        break;
    }
}

/* ---- lines --------------------------------------------------------------- */

static void print_flow(const struct report *r, struct diag_place at,
                       const struct esc_flow *flow)
{
    static const char *const words[] = {
        [ESC_BY_ASSIGN] = "assign", [ESC_BY_ADDRESS] = "address-of",
        [ESC_BY_MEMBER] = "dot", [ESC_BY_ARROW] = "dot of pointer",
        [ESC_BY_INDIRECTION] = "indirection",
        [ESC_BY_ELEMENT] = "literal element", [ESC_BY_VA_ARG] = "va_arg",
        [ESC_BY_ARGUMENT] = "call parameter",
        [ESC_BY_RESULT] = "call result", [ESC_BY_RETURN] = "return",
        [ESC_BY_CLEANUP] = "cleanup", [ESC_BY_ASM] = "asm operand",
        [ESC_BY_UNKNOWN] = "unknown construct"
    };
    static const char stars[] = "***************";
    for (int i = 0; i < flow->step_count; i++) {
        const struct esc_flow_step *step = &flow->steps[i];
        diag_print(DIAG_NOTE, NULL, at, "  flow: %s = %.*s%s:",
                   storage(r, &step->to),
                   step->derefs < 0 ? 1 : step->derefs,
                   step->derefs < 0 ? "&" : stars, storage(r, &step->from));
        for (int c = 0; c < step->cause_count; c++) {
            const struct esc_cause *cause = &step->causes[c];
            diag_print(DIAG_NOTE, NULL, at,
                       "    from %s (%s) at %s:%u:%u",
                       source_text(r, cause->where), words[cause->reason],
                       cause->place.file, cause->place.line,
                       cause->place.column);
        }
    }
}

static int compare_places(const struct place *a, const struct place *b)
{
    int files = strcmp(a->file ? a->file : "", b->file ? b->file : "");
    if (files)
        return files;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->column < b->column ? -1 : a->column > b->column;
}

/* Of two at one place the one that was found first comes first. */
static int compare(const void *left, const void *right)
{
    const struct esc_finding *a = *(const struct esc_finding *const *)left;
    const struct esc_finding *b = *(const struct esc_finding *const *)right;
    int places = compare_places(&a->place, &b->place);
    return places ? places : a < b ? -1 : a > b;
}

static bool said_before(const struct report *r, size_t i)
{
    const struct message *m = &r->messages.items[i];
    while (i-- > 0) {
        const struct message *before = &r->messages.items[i];
        if (compare_places(&before->place, &m->place) != 0)
            return false;
        if (!strcmp(before->text, m->text))
            return true;
    }
    return false;
}

static void print_messages(const struct report *r)
{
    for (size_t i = 0; i < r->messages.count; i++) {
        const struct message *m = &r->messages.items[i];
        struct diag_place at = {m->place.file, m->place.line,
                                m->place.column};
        if (said_before(r, i))
            continue;
        diag_print(DIAG_REMARK, "escape", at, "%s", m->text);
        if (m->flow)
            print_flow(r, at, m->flow);
    }
}

void report_escapes(const struct unit *unit,
                    const struct esc_findings *findings, int level)
{
    struct report r = {.unit = unit, .level = level};
    const struct esc_finding **sorted =
        arena_array(const struct esc_finding *, findings->count);
    for (size_t i = 0; i < findings->count; i++)
        sorted[i] = &findings->items[i];
    qsort(sorted, findings->count, sizeof *sorted, compare);
    for (size_t i = 0; i < findings->count; i++)
        add_finding(&r, sorted[i]);
    print_messages(&r);
    vec_free(&r.messages);
}
