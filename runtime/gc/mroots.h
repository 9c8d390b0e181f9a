/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mroots.h - roots outside of stacks: global variables, thread-local
 * storage, mappings of the program.  See mroots.c. */
#ifndef ESCC_MROOTS_H
#define ESCC_MROOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void mroots_range(uintptr_t from, uintptr_t to, bool trusted);

/* Start-up, on the first thread. */
void mroots_init(void);

/* A global of the runtime that is no root: it holds addresses of the heap
 * that are not pointers to objects.  Start-up only. */
void mroots_exclude(const void *start, size_t bytes);
/* Whether the address lies in a range given to mroots_exclude. */
bool mroots_is_excluded(uintptr_t address);

/* Reads the list of loaded objects.  Waits for the dynamic linker's lock:
 * the caller holds no lock of the runtime and no thread is stopped.  The
 * caller is in the runtime; a collection may run meanwhile. */
void mroots_refresh(void);

/* True if objects were loaded or unloaded since the last refresh.  With
 * threads stopped; takes no lock. */
bool mroots_is_stale(void);

/* So many objects, the first ones of the list, are what the process began
 * with: these are never unloaded. */
size_t mroots_initial_objects(void);

/* Calls `range` for all that may hold roots, with threads stopped: what
 * lasts longer than threads (segments, the program's mappings), and what
 * is theirs, but for stacks. */
void mroots_for_each_lasting(mroots_range *range);
void mroots_for_each_of_threads(mroots_range *range);

/* The same for the array that `environ` leads to, be it the program's own:
 * unsetenv moves what is there, and no barrier tells. */
void mroots_for_each_of_environment(mroots_range *range);

/* What any thread has of it below its thread pointer. */
size_t mroots_static_tls_bytes(void);

/* The address lies in a mapping of the program.  Takes a lock. */
bool mroots_is_mapping(uintptr_t address);

/* Calls `range` for those parts of [from, to) in a loaded object that were
 * not given to mroots_exclude.  With threads stopped. */
void mroots_without_excluded(uintptr_t from, uintptr_t to,
                             mroots_range *range);

/* The writable segments of the executable itself: the globals that
 * instrumented code writes with barriers.  With threads stopped. */
void mroots_for_each_own_segment(void (*segment)(uintptr_t from,
                                                  uintptr_t to));

/* The program mapped or unmapped memory.  mroots_lock is held around the
 * system call and these, so that the list never misses a mapping. */
void mroots_lock(void);
void mroots_unlock(void);
void mroots_add_mapping(uintptr_t from, uintptr_t to);
/* The same for one that grows downwards when it is used (MAP_GROWSDOWN). */
void mroots_add_growing_mapping(uintptr_t from, uintptr_t to);
void mroots_remove_mapping(uintptr_t from, uintptr_t to);
/* Something of [from, to) is in a writable segment of a loaded object.  Takes
 * a lock. */
bool mroots_is_static(uintptr_t from, uintptr_t to);
/* Whether all of [from, to) is in the list. */
bool mroots_has_mapping(uintptr_t from, uintptr_t to);

/* The same for one that the kernel has moved, with what it holds: nobody has
 * shaded that. */
void mroots_add_moved_mapping(uintptr_t from, uintptr_t to);
/* [from, to) can also be written at another address.  From then on nothing
 * that the kernel tells of pages at this one says that they were not. */
void mroots_alias_mapping(uintptr_t from, uintptr_t to);
/* Whether a part of it can.  Under the lock, or with threads stopped. */
bool mroots_is_aliased(uintptr_t from, uintptr_t to);

/* Those that were moved since mroots_forget_moved, in stops. */
void mroots_forget_moved(void);
void mroots_for_each_moved(mroots_range *range);

/* In the child of fork. */
void mroots_fork_child(void);

#endif /* ESCC_MROOTS_H */
