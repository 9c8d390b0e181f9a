/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* deep_stack.h - running on a stack that deep recursion does not exhaust. */
#ifndef ESCC_UTIL_DEEP_STACK_H
#define ESCC_UTIL_DEEP_STACK_H

/* Calls function(argument) on a stack of up to a gibibyte and returns its
 * result.  Blocks until it returns. */
int deep_stack_run(int (*function)(void *), void *argument);

#endif
