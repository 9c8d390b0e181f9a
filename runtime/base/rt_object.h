/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_object.h - what a loaded object says of itself: its notes, its dynamic
 * section, its dynamic symbols.  See rt_object.c.
 *
 * Nothing here takes a lock, allocates or calls libc but for string
 * functions.  The object stays loaded meanwhile: that is the caller's matter.
 */
#ifndef ESCC_RT_OBJECT_H
#define ESCC_RT_OBJECT_H

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The types of the notes whose owner is "escc". */
enum {
    RT_NOTE_CLOSED = 1,         /* base/rt_closed.S */
    RT_NOTE_DECIDED = 2,        /* base/rt_decided.S */
    RT_NOTE_REWRITTEN = 3       /* base/rt_rewritten.S */
};

struct rt_object {
    uintptr_t base;             /* what is added to the file's addresses */
    uintptr_t from, to;         /* the segments, with what is between them */
    const char *name;           /* the linker's */
    /* Of the dynamic section; NULL or 0 what is not there. */
    const ElfW(Sym) *symbols;
    const char *strings;
    size_t string_bytes;
    const uint32_t *gnu_hash, *hash;
    const uint16_t *versions;   /* a word for each symbol */
    const ElfW(Rela) *relocations;
    size_t nrelocations, nrelative;
    const char *soname;
    const ElfW(Dyn) *dynamic;
    bool binds_now;             /* no function is bound at its first call */
};

/* Reads the program headers and the dynamic section. */
void rt_object_read(struct rt_object *, const struct dl_phdr_info *);

/* What escc's note of this type holds, and of how many bytes; NULL: there is no
 * such note. */
const void *rt_object_note(const struct dl_phdr_info *, uint32_t type,
                           size_t *bytes);

/* The object's own dynamic symbols of this name that are definitions: the
 * index of the first one, or of the next one behind `previous`; 0: none. */
uint32_t rt_object_find(const struct rt_object *, const char *name,
                        uint32_t previous);

/* Whether it is the C library, a part of it, the compiler's library or the
 * runtime; not for executables. */
bool rt_object_is_system(const struct rt_object *);

/* Whether it is a library that puts no functions into objects of others
 * [inv.slots.apart]. */
bool rt_object_is_apart(const struct rt_object *);

/* How many symbols there are up to the last one without a definition; 0: not
 * known. */
size_t rt_object_nsymbols(const struct rt_object *);

#endif /* ESCC_RT_OBJECT_H */
