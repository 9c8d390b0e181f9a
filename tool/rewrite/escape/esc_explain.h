/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_explain.h - the decisions of the analysis as messages. */
#ifndef ESCC_ESC_EXPLAIN_H
#define ESCC_ESC_EXPLAIN_H

#include "esc.h"

#include "util/vec.h"

struct esc_message {
    struct place place;
    const char *text;               /* Go's words */
    const char **flow;              /* level 2: lines that explain it */
    int flow_count;
    size_t number;                  /* order of creation */
};

VEC_TYPE(esc_messages, struct esc_message);

/* Adds every decision about the user's functions (not those of system
 * headers) to `messages`, in no particular order; with flows if `level` is 2
 * or more.  Texts live as long as the process. */
void esc_explain(const struct esc *, int level,
                 struct esc_messages *messages);

#endif
