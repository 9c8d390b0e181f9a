/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_words_internal.h - what esc_words.c and esc_words_collect.c share. */
#ifndef ESCC_ESC_WORDS_INTERNAL_H
#define ESCC_ESC_WORDS_INTERNAL_H

#include "esc_cells.h"
#include "esc_prov.h"
#include "esc_query.h"
#include "esc_words.h"

#include "util/map.h"

/* If the value carries, the fact is true of the cell: a pointer is stored
 * there, or the pointer to it is another one, to which the value was added. */
struct words_store {
    struct cell *to;
    const struct node *value;
    enum fact fact;             /* WRITTEN or UNKNOWN */
};

/* What lies behind so many words is one place. */
enum { WORDS_SLOTS = 64 };

struct esc_words {
    struct map cells;           /* symbol, field, node of a pointer -> cell */
    struct map records;         /* record -> cell of its objects */
    struct map views;           /* record -> of them as other memory */
    struct map puns;            /* "record record" -> itself */
    struct map leaving, entering;   /* records that become other memory, or
                                   come from it -> itself */
    /* What is in their members, by place, in words [inv.words.view]. */
    struct cell *given[WORDS_SLOTS + 1], *taken[WORDS_SLOTS + 1];
    struct cell *slot_targets[WORDS_SLOTS + 1];     /* what pointers there
                                   lead to */
    struct map values;          /* symbol -> cell [inv.words.plain] */
    struct map fresh;           /* functions that return new objects ->
                                   itself [inv.words.fresh] */
    struct cell *outside;       /* memory of other code */
    struct cell *pointers;      /* memory that is declared to hold pointers */
    struct cell *pointed;       /* what pointers lead to that are behind
                                   pointers, or are read or written as other
                                   than what they are */
    struct cell *integers;      /* UNKNOWN: integers become pointers */
    struct cell *entered;       /* FULL: so are records that other memory
                                   becomes [inv.words.plain] */
    struct map raw;             /* records of which the pointers are in
                                   `pointed` -> itself */
    struct symbol *function;    /* while collecting */
    VEC_TYPE(words_stores, struct words_store) stores;
};

/* A cell of which other code may have a pointer: if that is so, it may have
 * stored pointers there. */
struct cell *words_cell(void);

/* The value is stored in `to`: of what is read for it [inv.words.plain]. */
void words_plain_value(struct esc_words *, struct cell *to,
                       const struct node *value);
/* Likewise in a variable, or it is a function's result. */
void words_plain_symbol(struct esc_words *, const struct symbol *,
                        const struct node *value);
/* A pointer value comes to where the type is that of another pointer. */
void words_plain_flow(struct esc_words *, const struct type *,
                      const struct node *value);
/* A conversion of one pointer to another; of one to a new object, and as an
 * argument of a function that copies nothing. */
void words_plain_cast(struct esc_words *, const struct node *, bool is_new,
                      bool is_left_alone);
/* Whether what such pointers lead to has a cell for each pointer: words or
 * bytes, or what is no pointer. */
bool words_follows(const struct type *pointer);

/* What is done with memory through one pointer is done to what the other leads
 * to, which `to` was assigned from. */
void words_link(struct cell *to, struct cell *from);

/* The cell of the memory that an lvalue designates, which is neither a pointer
 * nor a record; NULL: a string. */
struct cell *words_place(struct esc_words *, const struct node *lvalue);
/* Of what a pointer expression leads to; NULL: code, or null. */
struct cell *words_target(struct esc_words *, const struct node *pointer);
/* Of what the pointer leads to that an lvalue of such a type designates. */
struct cell *words_stored_target(struct esc_words *,
                                 const struct node *lvalue);
struct cell *words_symbol(struct esc_words *, const struct symbol *);
struct cell *words_field(struct esc_words *, const struct field *);
struct cell *words_record(struct esc_words *, const struct record *);
/* Its objects as what they are not declared as. */
struct cell *words_view(struct esc_words *, const struct record *);
/* Other code may have pointers to objects that the type is or leads to. */
void words_expose(struct esc_words *, const struct type *);
/* Its objects may be read or written as words or bytes, and its pointers so
 * become others [inv.words.raw]. */
void words_raw(struct esc_words *, const struct record *);
/* The record's objects are used through a pointer to no record, or, not
 * `leaves`, what such a pointer leads to is used as the record. */
void words_meet(struct esc_words *, const struct record *, bool leaves);
/* One record's objects are used as the other's, which is another one. */
void words_pun(struct esc_words *, const struct record *,
               const struct record *);

#endif
