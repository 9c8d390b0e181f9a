/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_points.h - what pointers may point to, in one graph. */
#ifndef ESCC_ESC_POINTS_H
#define ESCC_ESC_POINTS_H

#include "esc_graph.h"

#include <stddef.h>

struct search;

/* To be freed. */
struct search *esc_search_new(struct esc_graph *);
void esc_search_free(struct search *);

/* Lets stored values flow into the targets of their pointers, and what is
 * found in members come from there, until nothing is new.  May add locations:
 * parts of objects. */
void esc_resolve(struct search *);

/* Notes on locations, by index: zeroed, on all that there are; to be freed. */
void *esc_notes_on(const struct esc_graph *, size_t bytes_each);
/* The same with room for one on the location: there are `*count`, of so many
 * bytes each. */
void *esc_notes_room(const struct esc_location *, void *notes, size_t *count,
                     size_t bytes_each);

#endif
