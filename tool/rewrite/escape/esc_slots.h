/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_slots.h - places for pointers to functions of which the program knows
 * what they hold (escc/facts.h), where a unit does not. */
#ifndef ESCC_ESC_SLOTS_H
#define ESCC_ESC_SLOTS_H

#include "front/tree.h"

#include "util/map.h"
#include "util/vec.h"

struct esc_slot;

/* What a slot may hold: a function, all that another slot holds, or, if both
 * are NULL, any function at all. */
struct esc_slot_row {
    const struct symbol *function;
    const struct esc_slot *slot;
};

struct esc_slot {
    const char *key;            /* what units hash */
    const char *name;           /* for people */
    struct symbol *symbol;      /* stands in graphs for what it holds */
    struct esc_slot *arguments; /* all pointers to functions that it is called
                                   with; NULL: nobody asked, itself: of these
                                   as well */
    int depth;                  /* arguments of arguments … */
    VEC_TYPE(esc_slot_rows, struct esc_slot_row) rows;
    struct map has;             /* what there are rows of */
};

VEC_TYPE(esc_slot_vec, struct esc_slot *);

struct esc_slots {
    const struct unit *unit;
    struct map by_key, by_symbol, by_field, signatures;
    struct map converted;       /* record -> the map of those that it was seen
                                   as */
    struct esc_slot_vec all;    /* in the order in which they were asked for */
};

/* Lives as long as the process. */
struct esc_slots *esc_slots_new(const struct unit *);

/* Of a pointer to a function that is a member of a structure. */
struct esc_slot *esc_slot_of_field(struct esc_slots *, const struct field *);

/* Of parameter `i` of a function, from 0; -1: of all that it gets where the
 * function may not be known by its name. */
struct esc_slot *esc_slot_of_parameter(struct esc_slots *,
                                       const struct symbol *function, int i);

struct esc_slot *esc_slot_arguments(struct esc_slots *, struct esc_slot *);

/* Of a variable with external linkage. */
struct esc_slot *esc_slot_of_variable(struct esc_slots *,
                                      const struct symbol *variable);

/* Of all such variables for pointers of the type, where they are not stored to
 * by their names: one that dlsym finds is through a pointer.  NULL: of any
 * type. */
struct esc_slot *esc_slot_of_variables(struct esc_slots *,
                                       const struct type *pointer);

/* Of all pointers to functions of the type that there are in the program: what
 * may be found where a pointer leads to [inv.slots.values].  Without prototype:
 * of those that fit any type. */
struct esc_slot *esc_slot_of_values(struct esc_slots *,
                                    const struct type *function);

/* Adds a row; the second one of the same does nothing.  NULL: any function. */
void esc_slot_add_function(struct esc_slots *, struct esc_slot *to,
                           const struct symbol *);
void esc_slot_add_slot(struct esc_slots *, struct esc_slot *to,
                       struct esc_slot *);
void esc_slot_add_any(struct esc_slots *, struct esc_slot *to);

/* Other code may read and write it. */
void esc_slot_expose(struct esc_slots *, struct esc_slot *);

/* Whether a library that is apart, as the runtime has it, calls a function of
 * this name with functions [inv.slots.apart]. */
bool esc_is_called_by_others(const struct symbol *);

/* The slot that the symbol stands for, or NULL. */
const struct esc_slot *esc_slot_of_symbol(const struct esc_slots *,
                                          const struct symbol *);

/* Whether the type is a pointer to a function. */
bool esc_is_function_pointer(const struct type *);
/* Whether the member is one that has a slot. */
bool esc_has_slot(const struct field *);
/* Whether it is a variable for a pointer to a function that other units may
 * have as well; it has a slot if they know it by its name.  Not if its type
 * has no prototype, which fits stores of several. */
bool esc_is_shared_pointer(const struct symbol *);

struct esc_pointers;
struct esc_private;

/* Adds the rows that the unit's text says. */
void esc_slots_collect(struct esc_slots *, const struct esc_pointers *,
                       const struct esc_private *, const struct map *names);

/* ---- esc_slots_types.c --------------------------------------------------- */

/* All slots in objects of the type may hold anything. */
void esc_slots_expose_type(struct esc_slots *, const struct type *);
/* An object of one type is looked at as one of the other. */
void esc_slots_convert(struct esc_slots *, const struct type *from,
                       const struct type *to);

#endif
