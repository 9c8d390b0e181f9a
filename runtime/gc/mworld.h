/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mworld.h - whether all code of the process has barriers.  See mworld.c. */
#ifndef ESCC_MWORLD_H
#define ESCC_MWORLD_H

#include "mroots.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dl_phdr_info;

/* ---- what the list of loaded objects, as last read, says ----------------- */

/* Every loaded object has barriers for all of its stores of pointers, or is the
 * C library's and does what is known.  No locks; any context of gc/. */
bool mworld_is_closed(void);

/* Why not, a text for people; "" if it is.  It stays valid until the list has
 * been read twice more. */
const char *mworld_reason(void);

/* It would be if libraries without barriers, that is, all objects of this kind
 * but the executable, had no code; nothing else opens it.  The same. */
bool mworld_is_closed_without_libraries(void);

/* Code of such a library, a segment. */
struct mworld_code {
    uintptr_t from, to;
    const char *name;           /* the linker's; valid while it is loaded */
    size_t number;              /* the library's place in the linker's list */
    uintptr_t offset;           /* in its file */
    bool is_writable;
};

/* All of that, with mroots' lock; and how many segments it is. */
size_t mworld_libraries(const struct mworld_code **code);
/* All of it lies in one loaded object.  With mroots' lock. */
bool mworld_is_loaded(uintptr_t from, uintptr_t to);

/* Calls `range` for what code without barriers writes in a closed world, with
 * threads stopped: the writable segments of objects that have none, and what
 * is the library's in those that have (copies of its variables).  Not for
 * foreign blocks and thread-local storage, which are not objects'. */
void mworld_for_each_unbarriered(mroots_range *range);

/* ---- reading the list; only mroots_refresh ------------------------------- */

/* One thread at a time, with none of the runtime's locks.  The objects in the
 * linker's order, the executable first. */
void mworld_begin(void);
void mworld_read_object(const struct dl_phdr_info *info);
/* All objects have been read, and none can be unloaded meanwhile; `complete`:
 * none was since. */
void mworld_judge(bool complete);
/* What was read is what the list says; in mroots' lock. */
void mworld_publish(void);

#endif /* ESCC_MWORLD_H */
