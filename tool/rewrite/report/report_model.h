/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_model.h - what a report says, before it has a format.
 *
 * The words are chosen here, once, for all formats: an entry for each
 * decision, the steps that explain it, each at its own place, and the totals.
 * A format (report_text.c, report_json.c, report_sarif.c, report_remarks.c)
 * writes this down and knows nothing of the analysis or the tree.
 *
 * Entries are sorted by place; those that say the same of one place, as of a
 * header's function that was parsed twice, are there once.
 */
#ifndef ESCC_REPORT_MODEL_H
#define ESCC_REPORT_MODEL_H

#include "util/vec.h"

#include <stdbool.h>
#include <stdint.h>

struct unit;
struct esc_findings;

/* A part of a file.  Lines and columns count from 1, columns in bytes;
 * `character` and `end_character` are the same columns counted from 0 in
 * UTF-16 units, as editors want them. */
struct report_range {
    const char *file;
    unsigned line, column, end_line, end_column;
    unsigned character, end_character;
};

/* What kind of entry it is: a stable name, the same in every format. */
enum report_rule {
    REPORT_MOVED,               /* a local moves to the heap */
    REPORT_AT_LOAD,             /* it may; the program decides */
    REPORT_ESCAPES,             /* an allocation or literal outlives */
    REPORT_STAYS,               /* outlives, but stays in its frame */
    REPORT_LOCAL,               /* does not escape */
    REPORT_LEAKS,               /* a parameter */
    REPORT_ADVICE,              /* -report-advice */
    REPORT_RULES
};

struct report_rule_text {
    const char *id;             /* "moved-to-heap" */
    const char *title;          /* a sentence */
};
extern const struct report_rule_text report_rules[REPORT_RULES];

enum {
    REPORT_MOST_DEPTH = 24,     /* how far an explanation follows calls: two
                                   for each */
    REPORT_OWN_DEPTH = 1        /* steps that are deeper may be those of
                                   several entries */
};

/* A line of an explanation. */
struct report_step {
    struct report_range at;
    const char *text;           /* "flow: p = &x:", "from &x (address-of)" */
    bool is_cause;              /* a "from": the text form says where, too */
    int depth;                  /* indentation: 0 a flow, 1 its causes; two
                                   more for each function entered;
                                   at most REPORT_MOST_DEPTH */
};

struct report_entry {
    enum report_rule rule;
    struct report_range at;
    const char *text;           /* "moved to heap: x" */
    const char *heading;        /* of the explanation ("x escapes to heap:"),
                                   or NULL: the text is */
    const char *function;       /* in which it is; "" if in none */
    const char *object;         /* the name or the expression */
    const char *reason;         /* why it is on the heap, or NULL */
    /* Of an allocation: the type of the object, or of its elements; NULL: not
     * known. */
    const char *type;
    int64_t element_bytes;
    bool is_noscan;             /* the collector does not read it */
    const struct report_step **steps;   /* shared by entries */
    int step_count;
};

enum { REPORT_MOST_REASONS = 16 };

struct report_totals {
    unsigned taken;             /* locals whose address is taken: of them */
    unsigned moved, at_load, stay_escaping, stay;
    /* Of the allocations those in frames; of the others those whose memory
     * is reused when they are freed. */
    unsigned allocations, allocations_escape, promoted, reused;
    unsigned advices;
    /* Calls that allocate (esc_sites.h): with a type, of those of one byte,
     * with several; those that hand on what they get; the library's whose
     * objects are not read. */
    unsigned sites, typed, bytes, several, handed_on, noscan;
    /* Of what is moved or decided at load. */
    struct { const char *reason; unsigned count; } by[REPORT_MOST_REASONS];
    int reason_count;
};

struct report {
    const char *main_file;
    struct report_totals totals;
    VEC_TYPE(report_entries, struct report_entry) entries;
};

/* `explains`: with the steps.  What it points to lives as long as the
 * process. */
struct report *report_make(const struct unit *, const struct esc_findings *,
                           bool explains);

/* A range of the unit's text, from a place and the offset where it begins. */
struct place;
struct report_range report_range_of(const struct unit *,
                                    const struct place *begin,
                                    uint32_t offset, const struct place *end);

/* Sorts the entries and leaves out what is said twice; after others were
 * added. */
void report_settle(struct report *);

/* Why it is on the heap; NULL: it is not. */
struct esc_finding;
const char *report_reason(const struct esc_finding *);

void report_count(struct report_totals *, const struct esc_findings *);
/* The totals in words: of locals and allocations, and (or "") by reason and of
 * what is allocated. */
const char *report_total_line(const struct report_totals *);
const char *report_reason_line(const struct report_totals *);
const char *report_site_line(const struct report_totals *);

#endif
