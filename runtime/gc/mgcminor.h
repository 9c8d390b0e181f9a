/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcminor.h - whether the next collection keeps the marks of the last.  See
 * mgcminor.c.  All under the collection lock. */
#ifndef ESCC_MGCMINOR_H
#define ESCC_MGCMINOR_H

#include "mtrace.h"

#include <stdbool.h>
#include <stdint.h>

/* The next one beside the threads in an open world may be minor: what was
 * alive when the last one ended is marked, and the pages of it that were not
 * written since are protected. */
bool mgcminor_is_next(void);

/* And had better be in one stop, since it is expected to take so little time.
 * Any context. */
bool mgcminor_is_short(void);

/* The last one that ended was. */
bool mgcminor_was_last(void);

/* Bytes of collectable objects that are marked before it begins. */
uint64_t mgcminor_kept_bytes(void);

/* In the stop that ends one in an open world, everything being marked: decides
 * on the next, and with it what the sweep does with marks.  Sets what the next
 * one is expected to read. */
void mgcminor_decide(struct mtrace_cycle *trace);
/* Afterwards: it took `ns` of a processor to mark. */
void mgcminor_note_mark(const struct mtrace_cycle *trace, uint64_t ns);

/* The next one is not minor, whatever is marked.  The sweep, too, keeps no
 * marks. */
void mgcminor_forget(void);

#endif /* ESCC_MGCMINOR_H */
