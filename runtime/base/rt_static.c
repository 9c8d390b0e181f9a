/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_static.c - makes a static link contain the functions that the runtime
 * calls by their second names (rt_real.c).
 *
 * A member of its own in the archive: `-u __escc_static_libc`, which the
 * driver passes with -static, pulls it in.  In a dynamic link nothing asks for
 * it, and not all of its references could be resolved.
 */
#include "rt_export.h"

#define REAL_DYNAMIC(name)
#define REAL_BRIEF_DYNAMIC(name)
#define REAL_FOREIGN(name)
#define REAL(name, alias) extern char alias[];
#define REAL_BRIEF(name, alias) extern char alias[];
#include "rt_real.def"
#undef REAL
#undef REAL_BRIEF

RT_EXPORT const void *const __escc_static_libc[] = {
#define REAL(name, alias) alias,
#define REAL_BRIEF(name, alias) alias,
#include "rt_real.def"
#undef REAL
#undef REAL_BRIEF
};
