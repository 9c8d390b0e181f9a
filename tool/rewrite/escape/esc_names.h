/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_names.h - what functions and units are called, and whether the linker
 * knows a function by its name in C. */
#ifndef ESCC_ESC_NAMES_H
#define ESCC_ESC_NAMES_H

#include "front/tree.h"

struct map;

/* The words of the unit's assembly and of its pragmas about symbols; what it
 * defines under one of these is_named_elsewhere. */
struct map *esc_names_new(const struct unit *);

/* Whether the function has external linkage and its assembler name is the one
 * in C, of a symbol about which the unit says nothing more: that it is weak,
 * an alias, versioned.  In doubt not. */
bool esc_is_linked_by_name(const struct map *names, const struct symbol *);
/* The same of a variable with external linkage. */
bool esc_is_shared_by_name(const struct map *names, const struct symbol *);

/* The unit's main source file, as its text says. */
const char *esc_unit_name(const struct unit *);

#endif
