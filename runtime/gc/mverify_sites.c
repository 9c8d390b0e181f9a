/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mverify_sites.c - each object's allocation site, in a side table.
 *
 * It is as large as a part of the heap's reservation but costs only what is
 * touched, and lies outside of the executable's segments, else it would be
 * read as roots.  An object's entry is written by the thread that allocates it
 * and read in stops.
 */
#include "mverify_sites.h"

#include "base/rt_assert.h"
#include "base/rt_fatal.h"
#include "base/rt_print.h"
#include "base/rt_process.h"
#include "base/rt_syscall.h"
#include "heap/mheap.h"

#include <sys/mman.h>

/* The least slot. */
enum { GRANULE_BYTES = 8 };

bool mverify_sites;
static const struct __escc_site **sites;

void *mverify_sparse(size_t bytes)
{
    long memory = rt_syscall(SYS_mmap, NULL, bytes, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                             0l);
    if (memory == -1)
        rt_fatal_hint("this mode needs twice the address space",
                      "verify: no address space for its tables");
    return (void *)memory;
}

void mverify_sites_init(void)
{
    if (sites)
        return;
    sites = mverify_sparse((mheap.end - mheap.base) / GRANULE_BYTES *
                           sizeof *sites);
    mverify_sites = true;
    rt_is_unusual(RT_UNUSUAL_SITES);
}

static size_t granule_of(uintptr_t object)
{
    rt_assert(mheap_contains(object));
    return (object - mheap.base) / GRANULE_BYTES;
}

void mverify_sites_record(uintptr_t object, const struct __escc_site *site)
{
    if (sites && mheap_contains(object))
        sites[granule_of(object)] = site;
}

const struct __escc_site *mverify_site_of(uintptr_t object)
{
    return sites ? sites[granule_of(object)] : NULL;
}

void mverify_format_site(char *out, size_t bytes,
                         const struct __escc_site *site)
{
    if (!site)
        rt_format(out, bytes, "an object of unknown site");
    else
        rt_format(out, bytes, "%s (%s:%u, %s)", site->what, site->file,
                  site->line, *site->function ? site->function : "?");
}
