/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_own.c - what a program finds by the name of a replaced function.
 *
 * A function of the program's that stands in front of one of the C library's
 * looks for the next one, by dlsym(RTLD_NEXT, "mmap").  In an executable that
 * has the runtime in it that is the C library's: a mapping that it makes, or
 * a wait in it, would be unknown.  So rewritten code asks here whether what it
 * found is one that the runtime replaces, and gets the runtime's.
 *
 * Allocating functions are not among them: who looks for malloc has one of its
 * own (alloc/mguest.c).
 */
#include "base/rt_export.h"
#include "base/rt_process.h"
#include "base/rt_real.h"
#include "thread/mthread.h"

#include <escc/rt.h>

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

extern __typeof__(dlsym) dlsym __attribute__((weak));

/* Weak: tests of parts have no such names (CMakeLists.txt). */
#define OWN(name)                                                           \
    extern const char __escc_own_##name[]                                   \
        __attribute__((weak, visibility("default")));
#include "rt_own_names.def"
#undef OWN

static const struct {
    const char *name;
    const char *function;
} own[] = {
#define OWN(name) {#name, __escc_own_##name},
#include "rt_own_names.def"
#undef OWN
};

static const char *find_own(const char *name)
{
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(own[i].name, name) == 0)
            return own[i].function;
    return NULL;
}

/* Whether it is what comes after the runtime, or libc's. */
static bool is_replaced(const char *name, const void *found)
{
    if (found == dlsym(RTLD_NEXT, name))
        return true;
    void *libc = rt_real_libc();
    return libc && found == dlsym(libc, name);
}

RT_EXPORT void *__escc_replaced_symbol(const char *name, void *found)
{
    int saved = errno;
    const char *function = found && name ? find_own(name) : NULL;
    if (!function || found == (const void *)function || rt_is_guest() ||
        rt_real_is_static())
        return found;
    rt_enter();
    /* The dynamic linker has locks: see mgcworker_make_thread. */
    bool blocked = mthread_block_begin();
    if (is_replaced(name, found))
        found = (void *)(uintptr_t)function;
    if (blocked)
        mthread_block_end();
    rt_leave();
    errno = saved;
    return found;
}
