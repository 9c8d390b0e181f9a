/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_fatal.h - ending the program because going on would corrupt it. */
#ifndef ESCC_RT_FATAL_H
#define ESCC_RT_FATAL_H

/* Prints `escc: fatal: ` and the message, and aborts (SIGABRT with its
 * default action).
 * `format` is a constant, as rt_print understands it; a broken invariant is
 * named in it by its tag, as [inv.pagesum].  Async-signal-safe; takes no
 * lock; never returns.  A fatal error while one is being printed ends the
 * process at once. */
void rt_fatal(const char *format, ...)
    __attribute__((format(printf, 1, 2), noreturn, cold));

/* The same, followed by a line that tells the user what to do. */
void rt_fatal_hint(const char *hint, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn, cold));

#endif /* ESCC_RT_FATAL_H */
