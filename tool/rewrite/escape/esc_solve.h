/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_solve.h - finds what escapes in one graph. */
#ifndef ESCC_ESC_SOLVE_H
#define ESCC_ESC_SOLVE_H

#include "esc_graph.h"
#include "esc_tags.h"

/* Sets `escapes` and `path` of every location whose address may outlive it,
 * `conditions` of those of which it depends on other functions, and lowers
 * `tag` (of as many parameters as the graph has) to what the graph shows.  May
 * be called again after flows were added; results only grow.  Returns whether
 * the tag changed. */
bool esc_solve(struct esc_graph *, struct esc_tag *tag);

/* After esc_solve: whether all that the result can point to are objects that
 * the function allocated and that nobody else has an address of. */
bool esc_returns_new(struct esc_graph *);

#endif
