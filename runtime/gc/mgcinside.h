/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcinside.h - what lies inside of large marked objects.  See mgcinside.c.
 *
 * Under the collection lock. */
#ifndef ESCC_MGCINSIDE_H
#define ESCC_MGCINSIDE_H

#include "base/rt_atomic.h"
#include "heap/mheap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MGCINSIDE_SHIFT = 11,       /* a byte of the table for each 2 KiB */
    /* Objects have this many at least: on average half of what they have is
     * told. */
    MGCINSIDE_LEAST = MHEAP_INSIDE_BYTES
};

struct mgcinside {
    uint8_t *table;             /* the number of the cycle: inside */
    size_t n;                   /* 0: nothing is told in this cycle */
    size_t room;
    uint8_t number;
};

/* A cycle begins, threads being stopped.  `wanted`: there are large objects, as
 * far as is known; `keeps`: it begins with all marks of the last. */
void mgcinside_begin(struct mgcinside *inside, size_t heap_bytes, bool wanted,
                     bool keeps);

/* The object at this offset of the heap has been marked. */
void mgcinside_add(const struct mgcinside *inside, uintptr_t offset,
                   size_t bytes);

/* True: all that lies at this offset is marked.  False: nothing is known. */
static inline bool mgcinside_has(const struct mgcinside *inside,
                                 uintptr_t offset)
{
    size_t at = offset >> MGCINSIDE_SHIFT;
    return at < inside->n &&
           rt_load_relaxed(&inside->table[at]) == inside->number;
}

#endif /* ESCC_MGCINSIDE_H */
