/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kernel.h - what this machine's kernel does for compiled programs. */
#ifndef ESCC_KERNEL_H
#define ESCC_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

struct kernel_facility {
    const char *name;
    const char *without;        /* what programs do where it is missing */
    bool (*is_there)(void);
};

/* What the runtime uses, if it may: all of it, ended by a name of NULL. */
const struct kernel_facility *kernel_facilities(void);

/* What the first write to a page costs whose writes the kernel notes, in
 * microseconds; -1 if it cannot note them. */
double kernel_noted_write_cost(void);

#endif
