/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mlibrary.c - which strdup is the library's?
 *
 * ISO C leaves the names strdup, asprintf, valloc and some others to the
 * program.  Rewritten code therefore hands over, with its call of our
 * function, the address of what the linkers made of the name at that place:
 * that takes in static and shared libraries, hidden and interposed symbols,
 * --wrap and LD_PRELOAD, as no search by name could.  Here that address is
 * compared with those that the library's function has:
 *
 *   - in libc.so.6, whatever the order of search is;
 *   - in an executable that is not position-independent: the address of the
 *     executable's own entry in its procedure linkage table, which then stands
 *     for the function in all objects.  Such a symbol is not defined where it
 *     has its address, and the next definition is libc's;
 *   - in a static executable: libc's second, reserved name for the function;
 *   - of those that the runtime replaces for the whole process (intercept.c):
 *     our own, unless we hide another one by that: the next definition is
 *     then a shared library's, which would have been called without us.
 *
 * Any other function is the program's.  In doubt that is the answer, too: to
 * call what the program calls is never wrong, its block is only one that is
 * not collected.
 *
 * No lock: what is found is the same whoever finds it.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "mlibrary.h"

#include "base/rt_real.h"
#include "intercept.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

mlibrary_function mlibrary_known[MLIBRARY_NAMES];

extern __typeof__(dlsym) dlsym __attribute__((weak));
extern __typeof__(dladdr1) dladdr1 __attribute__((weak));
extern __typeof__(asprintf) __asprintf __attribute__((weak));
extern __typeof__(strdup) __strdup __attribute__((weak));
extern __typeof__(strndup) __strndup __attribute__((weak));
extern __typeof__(vasprintf) __vasprintf __attribute__((weak));

#define FUNCTION(f) ((mlibrary_function)(f))

/* The names, and what is known at link time: our own function, or libc's in
 * a static executable. */
static const struct {
    const char *name;
    mlibrary_function linked;
    bool ours;
} names[MLIBRARY_NAMES] = {
    [MLIBRARY_ASPRINTF] = {"asprintf", FUNCTION(__asprintf), false},
    [MLIBRARY_MEMALIGN] = {"memalign", FUNCTION(intercept_memalign), true},
    [MLIBRARY_POSIX_MEMALIGN] =
        {"posix_memalign", FUNCTION(intercept_posix_memalign), true},
    [MLIBRARY_PVALLOC] = {"pvalloc", FUNCTION(intercept_pvalloc), true},
    [MLIBRARY_REALLOCARRAY] =
        {"reallocarray", FUNCTION(intercept_reallocarray), true},
    [MLIBRARY_STRDUP] = {"strdup", FUNCTION(__strdup), false},
    [MLIBRARY_STRNDUP] = {"strndup", FUNCTION(__strndup), false},
    [MLIBRARY_VALLOC] = {"valloc", FUNCTION(intercept_valloc), true},
    [MLIBRARY_VASPRINTF] = {"vasprintf", FUNCTION(__vasprintf), false},
};

/* What a search found; `done` is set last. */
static struct {
    mlibrary_function libc, table_entry, hidden;
    bool done;
} found[MLIBRARY_NAMES];

static mlibrary_function look_up(void *where, const char *name)
{
    void *symbol = dlsym(where, name);
    mlibrary_function function;
    memcpy(&function, &symbol, sizeof function);
    return function;
}

/* Whether the executable that has the address there does not define the
 * function. */
static bool is_table_entry(mlibrary_function function)
{
    Dl_info info;
    void *address, *symbol = NULL;
    memcpy(&address, &function, sizeof address);
    return dladdr1 && dladdr1(address, &info, &symbol, RTLD_DL_SYMENT) != 0 &&
        symbol && ((const ElfW(Sym) *)symbol)->st_shndx == SHN_UNDEF;
}

/* Where the object is loaded that has the function, or NULL. */
static const void *object_of(mlibrary_function function)
{
    Dl_info info;
    void *address;
    memcpy(&address, &function, sizeof address);
    return function && dladdr1 && dladdr1(address, &info, NULL, 0) != 0
        ? info.dli_fbase : NULL;
}

/* Whether it is from another copy of the runtime, which has stepped back. */
static bool is_copy_of_ours(mlibrary_function function)
{
    const void *copy = object_of(look_up(RTLD_NEXT, "__escc_malloc"));
    return copy && copy == object_of(function);
}

static void find(enum mlibrary_name name)
{
    void *libc = rt_real_libc();
    mlibrary_function real = libc ? look_up(libc, names[name].name) : NULL;
    mlibrary_function first = look_up(RTLD_DEFAULT, names[name].name);
    mlibrary_function next = look_up(RTLD_NEXT, names[name].name);
    rt_store_relaxed(&found[name].libc, real);
    if (real && next == real && first && first != real &&
        is_table_entry(first))
        rt_store_relaxed(&found[name].table_entry, first);
    if (names[name].ours && real && next != real && !is_copy_of_ours(next))
        rt_store_relaxed(&found[name].hidden, next);
    rt_store_release(&found[name].done, true);
}

mlibrary_function mlibrary_search(enum mlibrary_name name,
                                  mlibrary_function called)
{
    bool is_static = rt_real_is_static();
    bool linked = (names[name].ours || is_static) &&
        called == names[name].linked;
    if (!is_static && !rt_load_acquire(&found[name].done))
        find(name);
    if (linked && rt_load_relaxed(&found[name].hidden))
        return rt_load_relaxed(&found[name].hidden);
    if (!linked &&
        (is_static || (called != rt_load_relaxed(&found[name].libc) &&
                       called != rt_load_relaxed(&found[name].table_entry))))
        return called;
    rt_store_relaxed(&mlibrary_known[name], called);
    return NULL;
}
