/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_expr.h - what tree_expr.c and tree_builtin.c share. */
#ifndef ESCC_REWRITE_TREE_EXPR_H
#define ESCC_REWRITE_TREE_EXPR_H

#include "front.h"

/* The cursor's type, and the type of its value (decayed, unqualified). */
struct type *expr_type(struct front *, CXCursor);
struct type *expr_value_type(struct front *, CXCursor);

/* Like front_children, expressions only. */
size_t expr_children(struct front *, CXCursor);
/* The expressions inside tags defined by the cursor's type operand, pushed on
 * f->nodes. */
void expr_push_tag_parts(struct front *, CXCursor);
struct node *expr_value_of(struct front *, CXCursor);

/* -- tree_builtin.c -- */

/* An unexposed expression that is no implicit conversion. */
struct node *tree_builtin(struct front *, CXCursor, struct extent);
struct node *tree_generic(struct front *, CXCursor);
struct node *tree_sizeof(struct front *, CXCursor);
/* N_OTHER_EXPR with the values of all operands. */
struct node *tree_other(struct front *, CXCursor, struct extent);
/* The N_ATOMIC or question for overflow that a shim macro stands for, or
 * NULL. */
struct node *tree_shim_builtin(struct front *, CXCursor, struct extent);

#endif
