/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_modules.h - loaded objects with facts, and what their references are
 * bound to.  See rt_modules.c.
 *
 * Pure, as rt_facts.h; the objects are loaded and relocated, or look so. */
#ifndef ESCC_RT_MODULES_H
#define ESCC_RT_MODULES_H

#include "rt_facts.h"
#include "rt_object.h"

/* A loaded object.  Its number is its place in the linker's list; 0 is the
 * executable. */
struct rt_module {
    struct rt_object object;
    const uintptr_t *from, *to; /* its entries; NULL: none */
    uint64_t *undefined;        /* hashes of names that it takes from others */
    size_t undefined_mask;
};

struct rt_modules {
    /* By the caller, zero to begin with. */
    size_t ninitial;            /* so many are what the process began with */
    bool binds_now;             /* all objects: by the environment */
    bool is_audited;            /* a library of the user's binds them */
    /* How much there is. */
    size_t nmodules, nunits, nlocals;
    /* Its own. */
    size_t nhashes;
    struct rt_module *modules;
    uint64_t *undefined;        /* room for the modules' */
    struct rt_facts facts;
};

/* First counts every object, in the linker's order.  Then rt_modules_bytes is
 * how much memory they need, and rt_modules_begin takes it, zero and aligned
 * for words.  Then each is added, in the same order. */
void rt_modules_count(struct rt_modules *, const struct dl_phdr_info *);
size_t rt_modules_bytes(const struct rt_modules *);
void rt_modules_begin(struct rt_modules *, void *memory);
void rt_modules_add(struct rt_modules *, const struct dl_phdr_info *);

/* Then modules->facts is solved as rt_facts.h says. */

#endif /* ESCC_RT_MODULES_H */
