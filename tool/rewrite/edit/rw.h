/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw.h - rewriting a unit: the layer edit.
 *
 * The layer edit owns the text that the back end gets: the edits, what is
 * emitted in front of them, and the passes that make them.  It may use front
 * and escape, and asks of both without changing an answer.
 *
 * rw.c walks the tree once, in pre-order, and offers every node to the pass
 * that knows its kind (rw_passes.h); the passes only add edits (edits.h).
 * What a pass has to know before the walk reaches a place (which locals move
 * and how their blocks are entered) rw_plan.c has put into symbol->rewrite.
 * No pass knows the walk.  What passes ask and tell each other is in
 * rw_shared.h; about stores in rw_shade.h (what has to be shaded) and
 * rw_check.h (the text that does it); about moved locals in rw_moved.h.
 */
#ifndef ESCC_RW_H
#define ESCC_RW_H

#include "emit.h"
#include "escape/esc.h"
#include "front/tree.h"
#include "util/strbuf.h"

#include <stdbool.h>

struct rw_options {
    bool unoptimized;           /* for clang at -O0 */
    bool forgets;               /* for a compiler that does not optimise
                                   [inv.forget] */
    bool no_record;             /* [inv.unit.record] */
    bool references;            /* [inv.local.poison] */
    bool warns_of_falls;        /* [inv.entry.fall] */
    bool lazy;                  /* for a compiler that optimises [inv.lazy] */
    const char *debug_script;   /* for gdb, a path in plain characters; NULL:
                                   name none */
    unsigned check_escapes;     /* -fescc-check-escapes=N; 0: not asked for */
    bool leaves_mentions;       /* wrongly, for a test of verify.c: what is
                                   NODE_MENTION stays as it is */
};

/* Rewrites the whole unit into `out`; whether and why not every store of a
 * pointer has a barrier then. */
struct open_reason rw_unit(const struct unit *, const struct esc *,
                           const struct rw_options *, struct strbuf *out);

#endif
