/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_cells.h - memory as esc_parts.c and esc_words.c see it: cells and what
 * follows from what.
 *
 * A cell stands for memory: a variable, what a variable points to, all
 * objects of a record type.  A few facts are known about one, each either yes
 * or not; rules between them only ever add.
 */
#ifndef ESCC_ESC_CELLS_H
#define ESCC_ESC_CELLS_H

#include "util/vec.h"

#include <stdbool.h>

enum fact {
    HELD,               /* pointers or pieces of them may be there */
    UNKNOWN,            /* it is behind a pointer to void from elsewhere */
    WRITTEN,            /* they are stored there through this pointer */
    HELD_AS_MEMBER,     /* for esc_words.c: in members of a record there, */
    WRITTEN_AS_MEMBER,  /* stored there as members, */
    GIVEN,              /* and the pointer to it may be from elsewhere */
    FILLED,             /* for esc_words_plain.c: pointers may be stored */
    FULL,               /* there, and be there, as whatever */
    FACTS,
    ONE_MORE = FACTS            /* consequence only, see cell_require */
};

struct cell;

struct consequence { struct cell *cell; enum fact fact; };
VEC_TYPE(consequences, struct consequence);

struct cell {
    bool known[FACTS];
    struct consequences rules[FACTS];
    unsigned missing;           /* cell_require */
};

/* Without any fact; WRITTEN makes it HELD, and so it is with members. */
struct cell *cell_new(void);

/* The fact is true of the cell, and so is all that follows. */
void cell_learn(struct cell *, enum fact);

/* If the first is true so is the second; now or later.  A NULL cell: no
 * rule. */
void cell_rule(struct cell *from, enum fact, struct cell *to, enum fact);

/* A pointer to `from` is assigned to one whose targets are `to`. */
void cell_assign(struct cell *to, struct cell *from);

/* The cell is WRITTEN when all of what it requires is HELD, but not before
 * cell_settle, once, after the last requirement. */
void cell_require(struct cell *, struct cell *required);
void cell_settle(struct cell *);

/* Whether it is HELD or UNKNOWN. */
bool cell_may_hold(const struct cell *);

#endif
