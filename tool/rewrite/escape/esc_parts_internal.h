/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_parts_internal.h - what esc_parts.c and esc_parts_collect.c share. */
#ifndef ESCC_ESC_PARTS_INTERNAL_H
#define ESCC_ESC_PARTS_INTERNAL_H

#include "esc_cells.h"
#include "esc_parts.h"
#include "esc_prov.h"
#include "esc_query.h"

#include "util/map.h"

struct esc_parts {
    const struct esc_prov *prov;
    struct map cells;           /* symbol, field, record, call -> cell */
    struct cell *held;          /* memory of pointers */
    struct cell *unknown;       /* behind a `void *` from outside */
    struct cell *pointed;       /* behind pointers that are behind pointers */
    struct cell *variadic;      /* what is passed as variable arguments */
    struct cell *indirect;      /* what pointers to functions are called
                                   with */
    VEC_TYPE(parts_cells, struct cell *) numbers;   /* required of */
    struct map moving;          /* pointers that are added to: -> itself */
    struct symbol *function;    /* while collecting */
};

/* Memory that an expression reads or writes. */
struct parts_place {
    struct cell *cell;
    bool alone;                 /* only HELD matters */
    bool number;                /* [inv.parts.number] */
};
VEC_TYPE(parts_places, struct parts_place);

/* Whether a pointer, or an integer as wide as one, is declared in it. */
bool parts_holds(const struct type *);

struct cell *parts_symbol(struct esc_parts *, const struct symbol *);
struct cell *parts_field(struct esc_parts *, const struct field *);
struct cell *parts_record(struct esc_parts *, const struct record *);

/* What a pointer expression leads to; NULL: nothing that matters. */
struct cell *parts_pointer(struct esc_parts *, const struct node *);
/* The same for the pointer that an lvalue holds. */
struct cell *parts_stored_pointer(struct esc_parts *, const struct node *);
/* What a library function returns. */
struct cell *parts_call(struct esc_parts *, const struct node *call);
/* Adds the cells of the memory that an lvalue designates; of one that holds
 * a pointer: also those of what that points to. */
void parts_places(struct esc_parts *, const struct node *lvalue,
                   struct parts_places *);
/* Adds the cells that the value, no word, may be a copy from; `width`: in
 * bytes, of what is copied, if it is an integer [inv.parts.width]. */
void parts_sources(struct esc_parts *, const struct node *value,
                   int64_t width, struct parts_places *);
/* Whether it is an integer that has no place in memory: a variable whose
 * address is not taken, or the result of a function. */
bool parts_is_register(const struct symbol *);
/* The cell of such a variable for pieces of this width. */
struct cell *parts_register(struct esc_parts *, const struct symbol *,
                            int64_t width);

#endif
