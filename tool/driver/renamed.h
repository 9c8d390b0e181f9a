/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* renamed.h - objects in which calls of malloc were given another name.
 *
 * `objcopy --redefine-sym malloc=own_malloc` changes where a compiled call of
 * malloc leads, and rewritten code calls __escc_malloc.
 */
#ifndef ESCC_RENAMED_H
#define ESCC_RENAMED_H

#include "cmdline.h"

/* Looks for such objects among the inputs of a link and in its archives, and
 * lets their calls go where they were sent: a copy in the temporary folder, by
 * objcopy, takes the place of each such input.  Warns of those for which that
 * cannot be done.  True: there are some, and jobs have begun (job.h), whose
 * job_end is to follow. */
bool renamed_follow(struct command *);

#endif
