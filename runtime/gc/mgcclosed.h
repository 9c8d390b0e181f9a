/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcclosed.h - whether a collection relies on barriers or watches pages.
 * See mgcclosed.c.  All under the collection lock, but where it says so. */
#ifndef ESCC_MGCCLOSED_H
#define ESCC_MGCCLOSED_H

#include "mtrace.h"

#include <stdbool.h>
#include <stdint.h>

/* All code that runs has barriers, or is as good as that.  Any context. */
bool mgcclosed_is_told(void);

/* The same, and the next collection had better rely on it.  Any context. */
bool mgcclosed_is_wanted(void);

/* Has libraries sleep if that is all that the world is open for.  Threads
 * run. */
void mgcclosed_try(void);

/* All that is alive was marked, in `ns` of processor time. */
void mgcclosed_note_mark(const struct mtrace_cycle *trace, uint64_t ns);

/* The system does not tell which pages are written. */
void mgcclosed_cannot_watch(void);

#endif /* ESCC_MGCCLOSED_H */
