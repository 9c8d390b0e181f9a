/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mprinted.h - objects whose address the program has as text, or not at all.
 * See mprinted.c. */
#ifndef ESCC_MPRINTED_H
#define ESCC_MPRINTED_H

#include "base/rt_atomic.h"

#include <stddef.h>
#include <stdint.h>

/* Number of entries. */
extern size_t mprinted_count
    __attribute__((visibility("hidden")));

/* As mprinted_forget, when there are entries. */
void mprinted_take(uintptr_t address);

/* The collectable object at `address` was freed: its text keeps it no
 * longer.  In the runtime; no lock held.  Keeps errno. */
static inline void mprinted_forget(uintptr_t address)
{
    if (__builtin_expect(rt_load_relaxed(&mprinted_count) != 0, 0))
        mprinted_take(address);
}

#endif /* ESCC_MPRINTED_H */
