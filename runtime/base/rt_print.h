/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_print.h - formatted output to standard error, async-signal-safe.
 * See rt_print.c for the subset of printf that is understood. */
#ifndef ESCC_RT_PRINT_H
#define ESCC_RT_PRINT_H

#include <stdarg.h>
#include <stddef.h>

/* Formats into `out`, at most `bytes` - 1 characters and a NUL; returns the
 * number of characters stored (not what an unbounded buffer would hold).
 * Understands %d %i %u %x %c %s %p %%, with l, ll, z and j, a width, a
 * leading 0 or -, and a precision for %s and %d, also as .*  Plain memory
 * only: never blocks, allocates or changes errno. */
size_t rt_format(char *out, size_t bytes, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
size_t rt_vformat(char *out, size_t bytes, const char *format, va_list list);

/* Writes one message to file descriptor 2 with a single write(2), cut off
 * at 1023 bytes.  Keeps errno; takes no lock. */
void rt_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes bytes to descriptor 2, retrying what was interrupted. */
void rt_write(const char *text, size_t bytes);

#endif /* ESCC_RT_PRINT_H */
