/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* os.h - memory from the operating system: the allocator's port contract.
 *
 * A page here is the system's.  Every function is async-signal-safe, takes
 * no lock and keeps errno.  One file per system implements it (os_linux.c).
 */
#ifndef ESCC_OS_H
#define ESCC_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reserves `bytes` of address space, inaccessible, costing no memory, at a
 * multiple of `align` (a power of two, a multiple of the page size).
 * `random_base`: at an address that an attacker, and a conservative scan of
 * ordinary numbers, is unlikely to guess.  NULL if the system refuses. */
void *os_reserve(size_t bytes, size_t align, bool random_base);
/* Gives address space back. */
void os_release(void *start, size_t bytes);

/* Makes reserved pages readable, writable and zero.  False if the system
 * refuses (limits, strict overcommit): nothing happened. */
bool os_commit(void *start, size_t bytes);
/* The memory of committed pages goes back to the system; they stay
 * writable and read as zero.  Where the system refuses (pages that are locked
 * in memory, a filter of system calls) they are zeroed. */
void os_discard(void *start, size_t bytes);
/* Zeroes whole pages, of which those that nobody has touched stay as they are:
 * they would be made for it, which costs ten times as much. */
void os_clear(void *start, size_t bytes);
/* Other memory takes the place of what is there, whatever that is: readable,
 * writable and zero.  False if the system refuses. */
bool os_replace(void *start, size_t bytes);
/* Takes back what the program advised of committed pages: guard pages, and
 * what a child of fork gets. */
void os_undo_advice(void *start, size_t bytes);
/* A child of fork finds zeros there.  False if the system cannot. */
bool os_wipe_in_children(void *start, size_t bytes);
/* Zeroed memory for a short while, whole pages, of which the first are present
 * at once: that is cheaper than page by page when all of them are going to be
 * used.  NULL if the system refuses; to be given back by os_release. */
void *os_map_present(size_t bytes, size_t present);
/* Makes the memory of committed pages present by touching them, page by page:
 * the table of mappings is not locked meanwhile, so that no other thread's mmap
 * or brk waits.  What is in it stays. */
void os_touch(void *start, size_t bytes);
/* Whether whole pages hold nothing but zeros. */
bool os_is_zero(const void *start, size_t bytes);
/* Sets touched[i] to 0 if page i of committed memory holds nothing yet, and so
 * would be zero, else to 1.  False: the system does not tell. */
bool os_find_touched(const void *start, size_t npages,
                     unsigned char *touched);
/* False: nothing is mapped at the address. */
bool os_may_be_mapped(uintptr_t address);
/* Prefers huge pages for a committed range that is aligned to them. */
void os_advise_huge(void *start, size_t bytes);
/* Wants none there.  Ranges with and without are apart in the table of
 * mappings, which has an end. */
void os_advise_small(void *start, size_t bytes);

/* Zeroed memory for the runtime's structures, page-aligned; NULL if the
 * system refuses.  Not given back, or by os_release. */
void *os_alloc(size_t bytes);
/* Hands os_alloc a reserved range to take from first: what is reserved
 * already can be had when a limit on address space (setrlimit) forbids new
 * mappings, and a collection needs memory just when there is none.  Once,
 * at start-up. */
void os_set_aside(void *start, size_t bytes);

size_t os_page_bytes(void);

/* Address space that the process may use at most; SIZE_MAX: no limit. */
size_t os_address_space_limit(void);
/* Address space that the process uses; 0 if unknown. */
size_t os_address_space_used(void);

/* Memory that the process has, as others see it; 0 if unknown. */
size_t os_resident_bytes(void);

/* Names a mapping in /proc/self/maps where the system can.  `name` is a
 * constant. */
void os_name(void *start, size_t bytes, const char *name);

#endif /* ESCC_OS_H */
