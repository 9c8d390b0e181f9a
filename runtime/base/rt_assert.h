/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_assert.h - the three levels of run-time assertion.
 *
 *   rt_check   always on; for cold paths, where a broken invariant would
 *              corrupt the program's memory;
 *   rt_assert  debug builds (NDEBUG not defined) only;
 *   rt_verify  for checks that cost as much as the work that they check:
 *              debug builds, or any build with ESCC_DEBUG=verify=1.
 *
 * A failed one is fatal (rt_fatal.c): the condition's text, file and line,
 * then abort().  All are async-signal-safe.
 */
#ifndef ESCC_RT_ASSERT_H
#define ESCC_RT_ASSERT_H

#include <stdbool.h>

/* Never returns; `condition` and `file` are string constants. */
void rt_assert_failed(const char *condition, const char *file, int line)
    __attribute__((noreturn, cold));

/* ESCC_DEBUG=verify=1 was given; set once by rt_options.c. */
extern bool rt_verify_enabled;

#define rt_check(condition)                                                 \
    ((condition) ? (void)0                                                  \
                 : rt_assert_failed(#condition, __FILE_NAME__, __LINE__))

#ifdef NDEBUG
#define RT_DEBUG 0
#define rt_assert(condition) ((void)(0 && (condition)))
#else
#define RT_DEBUG 1
#define rt_assert(condition) rt_check(condition)
#endif

#define rt_verify(condition)                                                \
    ((void)((RT_DEBUG || rt_verify_enabled) && (rt_check(condition), 0)))

#ifndef __FILE_NAME__
#define __FILE_NAME__ __FILE__
#endif

#endif /* ESCC_RT_ASSERT_H */
