/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* preload.h - libraries of ours in the back end's runs.
 *
 * twice.so and pages.so make those runs cheaper.  What they do to a program
 * that they were not made for, or that is loaded in another way, nobody can
 * say: they are preloaded only where neither can be.
 */
#ifndef ESCC_PRELOAD_H
#define ESCC_PRELOAD_H

#include "steps.h"

/* The file that is run as `program`, if `library` can be preloaded into it: its
 * name begins with, or has behind a machine's, `kind` (clang, gcc), it has the
 * dynamic linker that we have, the library is there, and nobody else preloads
 * anything.  NULL otherwise: it is a script, a cache, of another machine, … */
const char *preload_target(const char *program, const char *kind,
                           const char *library);

/* Is it such a program, and no script of that name? */
bool preload_is_compiler(const char *program, const char *kind);

/* "LD_PRELOAD=…" for that library. */
const char *preload_word(const char *library);

/* Large pages for all that is started from here on, unless the user has said
 * otherwise: in malloc, and in the allocator that gcc's compiler proper has
 * beside it. */
void preload_large_pages(const struct backend *,
                         const struct installation *);

#endif
