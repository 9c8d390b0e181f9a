/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mverify_sites.h - which call made an object, for the reports of mverify.c
 * and mverify_plain.c. */
#ifndef ESCC_MVERIFY_SITES_H
#define ESCC_MVERIFY_SITES_H

#include <escc/rt.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* They are kept, which verify=barrier and verify=noscan ask for.  Constant
 * after start-up.  Then all memory is cleared that rewritten calls allocate:
 * what an object had before it was freed is nobody's store. */
extern bool mverify_sites;

/* At start-up, once or twice; fatal if there is no address space. */
void mverify_sites_init(void);

/* The site of the object that begins there; NULL: not known. */
void mverify_sites_record(uintptr_t object, const struct __escc_site *site);
const struct __escc_site *mverify_site_of(uintptr_t object);

/* "malloc(n) (a.c:3, f)", or that it is not known. */
void mverify_format_site(char *out, size_t bytes,
                         const struct __escc_site *site);

/* Address space that costs memory only where it is touched.  Fatal if there
 * is none. */
void *mverify_sparse(size_t bytes);

#endif /* ESCC_MVERIFY_SITES_H */
