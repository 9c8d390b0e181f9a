/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_model.c - the words of a report.
 *
 * They are Go's:
 *
 *     moved to heap: x                          a local or a parameter
 *     malloc(n) escapes to heap                 an allocation or a compound
 *     malloc(n) does not escape                 literal
 *     malloc(24) does not escape: promoted to the frame
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
 * An explanation goes on inside the functions of the unit that are called:
 *
 *     flow: {heap} = &x:
 *       from &x (address-of)
 *       from keep(&x) (call parameter)
 *         in keep: flow: {heap} = p:
 *           from global = p (assign)
 */
#include "report.h"
#include "report_model.h"

#include "util/map.h"
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

const struct report_rule_text report_rules[REPORT_RULES] = {
    [REPORT_MOVED] = {"moved-to-heap", "A local may outlive its block and "
                                       "lives on the heap."},
    [REPORT_AT_LOAD] = {"decided-at-load", "A local lives on the heap if "
                                           "functions of other units keep "
                                           "its address."},
    [REPORT_ESCAPES] = {"escapes", "An allocation or a compound literal may "
                                   "outlive the function."},
    [REPORT_STAYS] = {"stays-on-stack", "A local may outlive its block, but "
                                        "stays on the stack."},
    [REPORT_LOCAL] = {"does-not-escape", "An object or a parameter does not "
                                         "outlive the call."},
    [REPORT_LEAKS] = {"leaking-param", "A parameter, or what it points to, "
                                       "outlives the call."},
    [REPORT_ADVICE] = {"advice", "What would take less memory or time."}
};

struct maker {
    const struct unit *unit;
    struct report *report;
    bool explains;
    VEC_TYPE(report_steps, const struct report_step *) steps;
    struct map inside;          /* struct esc_flow -> struct known_steps */
    struct map deeper;          /* step -> the same two deeper */
    struct map sites;           /* call -> struct esc_site */
};

/* What is said of a flow inside a callee, which many calls lead to. */
struct known_steps {
    const struct report_step **steps;
    size_t count;
};

/* ---- objects ------------------------------------------------------------- */

static bool is_marker(const char *text, const char *end)
{
    return end - text > 2 && text[0] == '#' && text[1] == ' ';
}

/* The source text of a construct on one line. */
static const char *source_text(const struct maker *m, const struct node *n)
{
    const char *at = m->unit->text + n->begin;
    const char *end = m->unit->text + n->end;
    bool blank = false, line_start = false;
    char line[MOST_EXPRESSION_BYTES + 2];       /* a blank, NUL */
    int bytes = 0;
    while (at < end && bytes < MOST_EXPRESSION_BYTES) {
        if (line_start && is_marker(at, end)) {
            while (at < end && *at != '\n')
                at++;
        } else if (isspace((unsigned char)*at)) {
            line_start = *at++ == '\n';
            blank = true;
        } else {
            if (blank && bytes)
                line[bytes++] = ' ';
            blank = line_start = false;
            line[bytes++] = *at++;
        }
    }
    while (bytes && line[bytes - 1] == ';')
        bytes--;
    line[bytes] = '\0';
    return arena_join(line, at < end ? "..." : "", NULL);
}

/* An object as the end of a flow. */
static const char *storage(const struct maker *m,
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
                            source_text(m, object->call));
    case ESC_OBJECT_KEPT:
        return arena_printf("{kept by %s}", object->symbol->name);
    case ESC_OBJECT_ARGUMENTS: case ESC_OBJECT_NONE:
        break;
    }
    return "...";
}

/* An object that a decision is about. */
static const char *name_of(const struct maker *m,
                           const struct esc_object *object)
{
    switch (object->kind) {
    case ESC_OBJECT_ALLOCATION:
        return source_text(m, object->call);
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

/* ---- places -------------------------------------------------------------- */

/* Whether a word of characters are all of one byte. */
static bool is_ascii(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return !(word & 0x8080808080808080u);
}

/* UTF-16 units in `column` - 1 bytes of the text in front of `offset`. */
static unsigned characters(const struct unit *unit, uint32_t offset,
                           unsigned column)
{
    uint32_t bytes = column ? column - 1 : 0;
    unsigned count = bytes;
    if (bytes > offset || offset > unit->bytes)
        return count;
    for (uint32_t at = offset - bytes; at < offset; at++) {
        if (offset - at >= sizeof(uint64_t) && is_ascii(unit->text + at)) {
            at += sizeof(uint64_t) - 1;
            continue;
        }
        unsigned char byte = (unsigned char)unit->text[at];
        if ((byte & 0xc0) == 0x80)
            count--;            /* a UTF-8 character goes on, */
        else if (byte >= 0xf0)
            count++;            /* or has two units */
    }
    return count;
}

struct report_range report_range_of(const struct unit *unit,
                                    const struct place *begin,
                                    uint32_t offset, const struct place *end)
{
    struct report_range range = {
        .file = begin->file, .line = begin->line, .column = begin->column,
        .end_line = begin->line, .end_column = begin->column,
        .character = characters(unit, offset, begin->column)};
    range.end_character = range.character;
    bool one_file = begin->file && end->file &&
                    strcmp(begin->file, end->file) == 0;
    if (one_file && end->line == begin->line && end->column > begin->column) {
        range.end_column = end->column;
        range.end_character = characters(
            unit, offset + end->column - begin->column, end->column);
    } else if (one_file && end->line > begin->line) {
        range.end_line = end->line;
        range.end_column = end->column;
        range.end_character = end->column - 1;
    }
    return range;
}

/* ---- explanations -------------------------------------------------------- */

static void add_step(struct maker *m, struct report_range at, int depth,
                     bool is_cause, const char *text)
{
    struct report_step *step = arena_new(struct report_step);
    *step = (struct report_step){at, text, is_cause, depth};
    vec_push(&m->steps, step);
}

static void add_flow(struct maker *m, struct report_range otherwise,
                     const struct esc_flow *flow, const struct symbol *in);

static const struct report_step *deeper(struct maker *m,
                                        const struct report_step *step)
{
    struct report_step *copy = map_get(&m->deeper, step);
    if (!copy) {
        copy = arena_new(struct report_step);
        *copy = *step;
        copy->depth += 2;
        map_put(&m->deeper, step, copy);
    }
    return copy;
}

/* The steps two deeper, without those that are too deep then. */
static struct known_steps *all_deeper(struct maker *m,
                                      const struct report_steps *steps)
{
    struct known_steps *known = arena_new(struct known_steps);
    known->steps = arena_array(const struct report_step *, steps->count);
    for (size_t i = 0; i < steps->count; i++)
        if (steps->items[i]->depth + 2 <= REPORT_MOST_DEPTH)
            known->steps[known->count++] = deeper(m, steps->items[i]);
    return known;
}

/* The explanation inside of a function, which is made once. */
static void add_inside(struct maker *m, struct report_range at,
                       const struct esc_cause *cause)
{
    struct known_steps *known = map_get(&m->inside, cause->inside);
    if (!known) {
        struct report_steps outer = m->steps;
        m->steps = (struct report_steps){0};
        add_flow(m, at, cause->inside, cause->callee);
        known = all_deeper(m, &m->steps);
        map_put(&m->inside, cause->inside, known);
        vec_free(&m->steps);
        m->steps = outer;
    }
    for (size_t i = 0; i < known->count; i++)
        vec_push(&m->steps, known->steps[i]);
}

static void add_callee(struct maker *m, struct report_range at,
                       const struct esc_cause *cause)
{
    const char *name = cause->callee ? cause->callee->name : "";
    const char *text = NULL;
    switch (cause->callee_kind) {
    case ESC_CALLEE_NONE:
        return;
    case ESC_CALLEE_HERE:
        add_inside(m, at, cause);
        return;
    case ESC_CALLEE_OTHER:
        text = arena_printf("unknown function %s (other unit)", name);
        break;
    case ESC_CALLEE_POINTER:
        text = "unknown function (called through a pointer)";
        break;
    case ESC_CALLEE_LIBRARY:
        text = arena_printf("%s keeps it (C library)", name);
        break;
    case ESC_CALLEE_STATED:
        text = arena_printf("%s keeps it (-fescc-tags)", name);
        break;
    }
    add_step(m, at, 2, false, text);
}

static void add_cause(struct maker *m, const struct esc_cause *cause)
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
    struct report_range at = report_range_of(
        m->unit, &cause->place, cause->where->begin, &cause->end);
    add_step(m, at, 1, true,
             arena_join("from ", source_text(m, cause->where), " (",
                        words[cause->reason], ")", NULL));
    add_callee(m, at, cause);
}

/* "&", "", "*", "**", … */
static const char *operator_of(int derefs)
{
    static const char stars[] = "***************";
    int most = (int)sizeof stars - 1;
    return derefs < 0 ? "&" : stars + most - (derefs < most ? derefs : most);
}

/* A step of a flow stands where its first cause does. */
static void add_flow(struct maker *m, struct report_range otherwise,
                     const struct esc_flow *flow, const struct symbol *in)
{
    for (int i = 0; i < flow->step_count; i++) {
        const struct esc_flow_step *step = &flow->steps[i];
        const struct esc_cause *first = step->causes;
        struct report_range at =
            step->cause_count
            ? report_range_of(m->unit, &first->place, first->where->begin,
                              &first->end)
            : otherwise;
        add_step(m, at, 0, false, arena_join(
            in ? "in " : "", in ? in->name : "", in ? ": " : "", "flow: ",
            storage(m, &step->to), " = ", operator_of(step->derefs),
            storage(m, &step->from), ":", NULL));
        for (int c = 0; c < step->cause_count; c++)
            add_cause(m, &step->causes[c]);
    }
}

/* ---- decisions ----------------------------------------------------------- */

static void find_sites(struct maker *m, const struct esc_sites *sites)
{
    for (size_t i = 0; i < sites->count; i++)
        map_put(&m->sites, sites->items[i].call, &sites->items[i]);
}

static void set_type(const struct maker *m, const struct esc_finding *f,
                     struct report_entry *entry)
{
    const struct esc_site *site =
        f->about.kind == ESC_OBJECT_ALLOCATION
        ? map_get(&m->sites, f->about.call) : NULL;
    if (!site || !site->type)
        return;
    entry->type = site->type->spelling;
    entry->element_bytes = site->type->size;
    entry->is_noscan = site->is_noscan;
}

static void add(struct maker *m, const struct esc_finding *f,
                enum report_rule rule, const char *heading, const char *text)
{
    struct report_entry entry = {
        .rule = rule, .text = text, .heading = heading,
        .at = report_range_of(m->unit, &f->place, f->begin, &f->end),
        .function = f->function ? f->function->name : "",
        .object = name_of(m, &f->about),
        .reason = report_reason(f)};
    set_type(m, f, &entry);
    if (m->explains)
        add_flow(m, entry.at, &f->flow, NULL);
    if (m->steps.count) {
        entry.step_count = (int)m->steps.count;
        entry.steps = arena_array(const struct report_step *,
                                  entry.step_count);
        memcpy(entry.steps, m->steps.items,
               m->steps.count * sizeof *entry.steps);
        m->steps.count = 0;
    }
    vec_push(&m->report->entries, entry);
}

static void add_leak(struct maker *m, const struct esc_finding *f)
{
    const char *name = name_of(m, &f->about), *heading = NULL;
    if (f->flow.to.kind != ESC_OBJECT_NONE)
        heading = arena_printf(
            f->unless_count ? "parameter %s may leak to %s with derefs=%d:"
                            : "parameter %s leaks to %s with derefs=%d:",
            name, storage(m, &f->flow.to), f->flow.derefs);
    if (f->kind == ESC_LEAKS_TO_HEAP)
        add(m, f, REPORT_LEAKS, heading,
            arena_printf(f->derefs ? "leaking param content: %s%s"
                                   : "leaking param: %s%s", name, unless(f)));
    else if (f->kind == ESC_LEAKS_TO_RESULT)
        add(m, f, REPORT_LEAKS, heading,
            arena_printf("leaking param: %s to result ~r0 level=%d", name,
                         f->derefs));
    else
        add(m, f, REPORT_LEAKS, heading,
            arena_printf("leaking param: %s to content of %s level=%d", name,
                         name_of(m, &f->to), f->derefs));
}

/* What keeps a block out of the frame, and how its memory is used again. */
static void explain_block(struct maker *m, const struct esc_finding *f)
{
    if (f->unpromoted)
        add_step(m, report_range_of(m->unit, &f->place, f->begin, &f->end), 0,
                 false, arena_printf("not in the frame: %s", f->unpromoted));
    if (f->reusing && !f->is_promoted)
        add_step(m, report_range_of(m->unit, &f->reusing_place,
                                    f->reusing->begin, &f->reusing_end), 0,
                 false, arena_printf("%s: its memory is reused at once",
                                     source_text(m, f->reusing)));
}

static void add_local(struct maker *m, const struct esc_finding *f)
{
    const char *form = "%s does not escape";
    const char *name = name_of(m, &f->about);
    if (f->is_demanded && f->unpromoted) {
        add(m, f, REPORT_LOCAL, NULL,
            arena_printf("%s does not escape, but may not be in the frame: "
                         "%s", name, f->unpromoted));
        return;
    }
    if (f->is_promoted)
        form = "%s does not escape: promoted to the frame";
    if (m->explains)
        explain_block(m, f);
    add(m, f, REPORT_LOCAL, NULL, arena_printf(form, name));
}

static void add_finding(struct maker *m, const struct esc_finding *f)
{
    const char *name = name_of(m, &f->about);
    bool is_variable = f->about.kind == ESC_OBJECT_VARIABLE;
    switch (f->kind) {
    case ESC_DOES_NOT_ESCAPE:
        add_local(m, f);
        break;
    case ESC_ESCAPES:
        add(m, f, is_variable ? REPORT_MOVED : REPORT_ESCAPES,
            arena_printf("%s escapes to heap:", name),
            arena_printf(is_variable ? "moved to heap: %s"
                                     : "%s escapes to heap", name));
        break;
    case ESC_DECIDED_AT_LOAD:
        add(m, f, REPORT_AT_LOAD,
            arena_printf("%s may escape to heap:", name),
            arena_printf(is_variable ? "moved to heap: %s%s"
                                     : "%s escapes to heap%s", name,
                         unless(f)));
        break;
    case ESC_KEPT_FIXED: case ESC_KEPT_IN_HANDLER: case ESC_KEPT_AS_PROBE:
    case ESC_KEPT_BY_MARK: case ESC_KEPT_BY_OPTION:
        add(m, f, REPORT_STAYS, NULL,
            arena_printf("%s escapes but stays on the stack: %s", name,
                         kept_because(f->kind)));
        break;
    case ESC_KEPT_UNFOLLOWED:
        add(m, f, REPORT_STAYS, NULL, arena_printf(
            "stays: %s is named at %s:%u:%u in a position that escc does not "
            "follow", name, f->named.file, f->named.line, f->named.column));
        break;
    case ESC_LEAKS_TO_HEAP: case ESC_LEAKS_TO_RESULT:
    case ESC_LEAKS_TO_CONTENT:
        add_leak(m, f);
        break;
    }
}

/* ---- the whole ----------------------------------------------------------- */

static int compare_ranges(const struct report_range *a,
                          const struct report_range *b)
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
    const struct report_entry *a = *(const struct report_entry *const *)left;
    const struct report_entry *b = *(const struct report_entry *const *)right;
    int places = compare_ranges(&a->at, &b->at);
    return places ? places : a < b ? -1 : a > b;
}

static bool said_before(const struct report_entries *kept,
                        const struct report_entry *entry)
{
    for (size_t i = kept->count; i-- > 0;) {
        if (compare_ranges(&kept->items[i].at, &entry->at) != 0)
            return false;
        if (!strcmp(kept->items[i].text, entry->text))
            return true;
    }
    return false;
}

void report_settle(struct report *r)
{
    struct report_entries kept = {0};
    const struct report_entry **sorted =
        arena_array(const struct report_entry *, r->entries.count);
    for (size_t i = 0; i < r->entries.count; i++)
        sorted[i] = &r->entries.items[i];
    qsort(sorted, r->entries.count, sizeof *sorted, compare);
    for (size_t i = 0; i < r->entries.count; i++)
        if (!said_before(&kept, sorted[i]))
            vec_push(&kept, *sorted[i]);
    vec_free(&r->entries);
    r->entries = kept;
}

struct report *report_make(const struct unit *unit,
                           const struct esc_findings *findings,
                           bool explains)
{
    struct report *r = arena_new(struct report);
    struct maker m = {.unit = unit, .report = r, .explains = explains};
    r->main_file = unit->main_file;
    find_sites(&m, &findings->sites);
    for (size_t i = 0; i < findings->count; i++)
        add_finding(&m, &findings->items[i]);
    report_count(&r->totals, findings);
    report_settle(r);
    vec_free(&m.steps);
    map_free(&m.inside);
    map_free(&m.deeper);
    map_free(&m.sites);
    return r;
}
