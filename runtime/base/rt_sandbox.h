/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_sandbox.h - filters of system calls.
 * See rt_sandbox.c. */
#ifndef ESCC_RT_SANDBOX_H
#define ESCC_RT_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

struct sock_fprog;

/* The number of filters; atomic. */
extern uint32_t rt_nfilters;

/* There is one that the program has not installed, and that may end it for a
 * call.  Constant from rt_sandbox_init on, which is called at start-up. */
extern bool rt_sandbox_is_inherited;
void rt_sandbox_init(void);

/* Whether it is in a container, whose filter makes calls fail. */
bool rt_sandbox_is_container(void);

/* Whether the process survives that call, its six arguments given.  Signal-
 * safe. */
bool rt_sandbox_allows(long number, const long *arguments);
/* The same for a call of libc's, whatever the arguments. */
bool rt_sandbox_allows_any(long number);

/* Whether a thread can be stopped: what that takes of who stops it, and of its
 * handler, which may put the program's signals off.  Signal-safe. */
bool rt_sandbox_lets_stop(void);

/* The program is about to install a filter; NULL: SECCOMP_MODE_STRICT.
 * Copies it; false if there is no memory or room for it. */
bool rt_sandbox_prepare(const struct sock_fprog *program);
/* rt_sandbox_lets_stop, when that is in force. */
bool rt_sandbox_will_let_stop(void);
/* What was prepared counts from here on, which is just before it is in force:
 * the first call after it may be one of a signal's handler. */
void rt_sandbox_enter(void);
/* It is not: the system did not take it. */
void rt_sandbox_refused(void);

#endif /* ESCC_RT_SANDBOX_H */
