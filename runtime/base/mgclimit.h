/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgclimit.h - how much of the program's time collecting may take.  See
 * mgclimit.c. */
#ifndef ESCC_MGCLIMIT_H
#define ESCC_MGCLIMIT_H

#include <stdbool.h>
#include <stdint.h>

/* Processor time, in ns. */
struct mgclimit {
    uint64_t fill, capacity;
    bool is_limiting;           /* the bucket is full; atomic */
};

/* An empty bucket for a program on `nprocs` processors. */
void mgclimit_init(struct mgclimit *limit, unsigned nprocs);

/* Accounts what passed since the last call: `gc_ns` of processor time went
 * to collecting, `program_ns` to the program (time in which a processor was
 * idle is neither).  Returns is_limiting. */
bool mgclimit_account(struct mgclimit *limit, uint64_t gc_ns,
                      uint64_t program_ns);

/* Whether a collection that takes `gc_ns` would still fit. */
bool mgclimit_has_room(const struct mgclimit *limit, uint64_t gc_ns);

#endif /* ESCC_MGCLIMIT_H */
