/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* emit.h - the output file: prologue, site table, rewritten text. */
#ifndef ESCC_EMIT_H
#define ESCC_EMIT_H

#include "edits.h"
#include "escape/esc.h"
#include "front/tree.h"

#include <stdbool.h>

/* The table `__escc_sites` of one unit. */
struct site_table {
    struct site *items;
    size_t count, capacity;
    bool by_call;               /* named by a function: OpenMP's default(none)
                                   wants each variable to be listed */
};

/* What may be done with the objects of a site: the bits of escc/rt.h. */
enum site_scan {
    SITE_SCAN, SITE_NOSCAN = 1, SITE_ZERO = 2, SITE_OWN = 4, SITE_REGISTERS = 8
};

/* Adds an allocation site: its place is that of `offset` in the unit's text,
 * `function` the name of the enclosing function, `what` a text for people of
 * `bytes` bytes (copied, put on one line, shortened).  Returns the C text of
 * a pointer to it: "&__escc_sites[3]" or "__escc_site(3)". */
const char *emit_site(struct site_table *, const struct unit *,
                      uint32_t offset, const char *function,
                      const char *what, size_t bytes, enum site_scan scan);

/* Why a unit is none in which every store of a pointer has a barrier; `why`
 * NULL: it is one, and its text says so [inv.unit.record]. */
struct open_reason {
    uint32_t where;             /* offset of what is the reason */
    const char *why;
};

/* -fescc-check-escapes=every, 0: not; how many blocks are looked at. */
struct escape_checks { unsigned every, blocks; };

/* What stands in front of the text besides declarations. */
struct emitted {
    const struct site_table *sites;
    unsigned stride;            /* of __escc_unit_stride; 8: none */
    unsigned fields;            /* those of __escc_unit_fields */
    bool unoptimized;           /* the edits call __escc_stored */
    bool torn;                  /* … __escc_mended */
    bool looks_up;              /* … __escc_dlsym */
    bool forgets;               /* … __escc_nothing */
    bool promotes;              /* … __escc_malloc_in and its relatives */
    bool has_record;            /* [inv.unit.record] */
    bool closed;                /* every store of a pointer has a barrier */
    const char *names;          /* symbols to refer to, with commas; or NULL */
    const char *debug_script;   /* gdb's; or NULL */
    const struct esc_facts *facts; /* or NULL */
    struct escape_checks checks;
};

/* The whole output: the unit's text with the edits, and the prologue behind
 * its first line marker. */
void emit_unit(struct strbuf *out, const struct unit *, struct edits *,
               const struct emitted *);

#endif
