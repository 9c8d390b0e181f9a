/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_init.h - start-up of the runtime.  See rt_init.c for the order. */
#ifndef ESCC_RT_INIT_H
#define ESCC_RT_INIT_H

#include <stdbool.h>

/* Starts the runtime on the calling thread if that has not happened.  The
 * caller is in the runtime.  Returns at once when it is running or when
 * this very thread is just starting it. */
void rt_init(void);

/* Start-up is complete. */
bool rt_is_running(void);

/* The process's malloc is not ours; nothing is collected (mguest.c). */
bool rt_is_guest(void);

/* An address that tells this copy of the runtime from another one in the
 * same process [inv.onecopy].  Exported; signal-safe. */
const void *__escc_copy(void);

#endif /* ESCC_RT_INIT_H */
