/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrong.h - addresses that are given to free and are no block's.
 * See mwrong.c. */
#ifndef ESCC_MWRONG_H
#define ESCC_MWRONG_H

#include <stdbool.h>
#include <stdint.h>

/* What an address outside of the heap is, if it is surely no block of any
 * allocator: of a variable, of code or a constant.  NULL: it may be one's.
 * Waits for the dynamic linker's lock: in the runtime, without a lock; may
 * collect meanwhile. */
const char *mwrong_of_object(uintptr_t address);

/* Ends the program: `call` was given a wrong address. */
void mwrong_fatal(const char *call, const void *block, const char *what)
    __attribute__((noreturn, cold));

/* A call that does nothing for that: a line, if ESCC_DEBUG=free=1 wants it. */
void mwrong_tell(const void *block, const char *what);

#endif /* ESCC_MWRONG_H */
