/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* variables.c - see variables.h.  Whoever needs a variable reads it. */
#include "variables.h"

#include "util/arena.h"
#include "util/diag.h"

#include <stdbool.h>
#include <string.h>

/* ESCC_DISABLED=1 does nothing; whoever set it believes otherwise.  The
 * runtime's variables are for programs, which complain themselves. */
void variables_check(void)
{
    enum { OURS = 4 };
    static const char *const names[] = {
        "CC", "DISABLE", "FLAGS", "REWRITE_FOR_TESTS",
        "GC", "MEMLIMIT", "HEAP_MIN", "PROCS", "FREE", "FOREIGN", "SIGNAL",
        "DEBUG", NULL};
    static const char prefix[] = "ESCC_";
    extern char **environ;
    for (char **at = environ; *at; at++) {
        if (strncmp(*at, prefix, sizeof prefix - 1))
            continue;
        const char *rest = *at + sizeof prefix - 1;
        const char *name = arena_strndup(rest, strcspn(rest, "="));
        const char *near = diag_nearest(name, names);
        bool ours = false;
        for (int i = 0; i < OURS; i++)
            ours |= near == names[i];
        if (ours && strcmp(near, name))
            diag_warning("escc-environment", "unknown variable %s%s; did you "
                         "mean %s%s?", prefix, name, prefix, near);
    }
}
