/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcaller.h - where the program called the allocator, for messages.
 * See mcaller.c. */
#ifndef ESCC_MCALLER_H
#define ESCC_MCALLER_H

#include <stddef.h>

/* Of a function that the program calls: free and its like. */
#define MCALLER_ENTRY __attribute__((section("escc_entry")))

/* Notes where the block is being freed, for ESCC_DEBUG=free=1.  Called below an
 * entry; takes no lock. */
void mcaller_note_free(const void *block);

/* Lines, each with a newline in front, that say where an entry was called, and
 * where the block was freed before if that was noted.  Empty if nothing is
 * known.  Waits for the dynamic linker's lock: without a lock of ours. */
void mcaller_describe(char *out, size_t bytes, const void *block);

#endif /* ESCC_MCALLER_H */
