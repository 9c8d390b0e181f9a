/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_real.c - finds the C library's versions of replaced functions.
 *
 * The runtime defines, say, sigaction itself; every call in the process
 * that goes through the symbol table lands here.  The real one is found in
 * one of two ways:
 *
 *   dynamic executable   dlsym(RTLD_NEXT, ...), next after the object that
 *                        the runtime was linked into;
 *   static executable    the strong internal name of glibc's archive
 *                        (rt_real.def).  A weak reference does not pull a
 *                        member out of an archive, so the link adds
 *                        `-u __escc_static_libc`, whose member
 *                        (rt_static.c) refers to all of them strongly.
 *
 * Whether that member is there tells the two cases apart.  dlsym itself is
 * referred to weakly, so that a static executable does not get the dynamic
 * loader on our account; if it has one for other reasons, RTLD_NEXT finds
 * nothing there.
 *
 * All names are looked up at once at start-up (some 30 us), because several
 * of them are called from signal handlers, where dlsym must not run.
 */
#include "rt_real.h"

#include "rt_atomic.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

struct rt_real rt_real;

extern __typeof__(dlsym) dlsym __attribute__((weak));
extern const void *const __escc_static_libc[] __attribute__((weak));

#define REAL(name, alias)                                                   \
    extern __typeof__(name) alias __attribute__((weak));
#define REAL_DYNAMIC(name)
#include "rt_real.def"
#undef REAL
#undef REAL_DYNAMIC

bool rt_real_is_static(void)
{
    return __escc_static_libc || !dlsym;
}

/* The linker warns of a dlopen in a static program, were it only a weak
 * reference: so it is looked up, too. */
void *rt_real_libc(void)
{
    void *opener = rt_real_is_static() ? NULL
                                       : dlsym(RTLD_DEFAULT, "dlopen");
    __typeof__(&dlopen) open_library;
    if (!opener)
        return NULL;
    memcpy(&open_library, &opener, sizeof open_library);
    return open_library("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
}

/* Where libesccrt.so comes after libc in the search order (a plain program
 * that links an instrumented library), nothing is next: libc is asked by
 * name. */
static void *look_up(const char *name, void *alias)
{
    if (rt_real_is_static())
        return alias;
    void *found = dlsym(RTLD_NEXT, name);
    void *libc = found ? NULL : rt_real_libc();
    return libc ? dlsym(libc, name) : found;
}

#define LOOK_UP(name, alias)                                                \
    {                                                                       \
        void *found = look_up(#name, (void *)alias);                        \
        __typeof__(&name) function;                                         \
        memcpy(&function, &found, sizeof function);                         \
        rt_store_release(&rt_real.name, function);                          \
    }

void rt_real_init(void)
{
#define REAL(name, alias) LOOK_UP(name, alias)
#define REAL_DYNAMIC(name) LOOK_UP(name, NULL)
#include "rt_real.def"
#undef REAL
#undef REAL_DYNAMIC
}
