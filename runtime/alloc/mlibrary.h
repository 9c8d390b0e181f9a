/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mlibrary.h - whether a function that the program calls by an allocation
 * function's name is the C library's.  See mlibrary.c. */
#ifndef ESCC_MLIBRARY_H
#define ESCC_MLIBRARY_H

#include "base/rt_atomic.h"

#include <stddef.h>

enum mlibrary_name {
    MLIBRARY_ASPRINTF, MLIBRARY_MEMALIGN, MLIBRARY_POSIX_MEMALIGN,
    MLIBRARY_PVALLOC, MLIBRARY_REALLOCARRAY, MLIBRARY_STRDUP,
    MLIBRARY_STRNDUP, MLIBRARY_VALLOC, MLIBRARY_VASPRINTF,
    MLIBRARY_NAMES
};

typedef void (*mlibrary_function)(void);

/* As which the library's function was known last, by name. */
extern mlibrary_function mlibrary_known[MLIBRARY_NAMES];

/* Looks further.  May allocate, takes the dynamic linker's lock. */
mlibrary_function mlibrary_search(enum mlibrary_name name,
                                  mlibrary_function called);

/* The program's function that a call of `called`, by that name, is a call of;
 * NULL if it is one of the library's, as `called` NULL is.  Not while the
 * thread is in runtime code. */
static inline mlibrary_function mlibrary_own(enum mlibrary_name name,
                                             mlibrary_function called)
{
    return !called || called == rt_load_relaxed(&mlibrary_known[name])
        ? NULL : mlibrary_search(name, called);
}

#endif /* ESCC_MLIBRARY_H */
