/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* farm.c - see farm.h.
 *
 * icecream preprocesses with the compiler that it was given, escc, and compiles
 * on another machine with what it finds behind that, unless its environment is
 * one of ours (share/escc/icecream-env): the object would be one of the plain
 * compiler, and nobody would miss escc in it.  distcc starts escc there by its
 * name, which fails where there is none.
 */
#include "farm.h"

#include "util/diag.h"

#include <stdlib.h>
#include <string.h>

/* icecream's words when it preprocesses for others; what somebody else asks
 * of `icecc escc -E` has none, unless all preprocessing is done here. */
static bool is_for_others(int argc, char **argv)
{
    const char *there = getenv("ICECC_REMOTE_CPP");
    bool is_here = there && !strcmp(there, "0");
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "-fdirectives-only") ||
            !strcmp(argv[i], "-frewrite-includes") ||
            (is_here && !strcmp(argv[i], "-E")))
            return true;
    return false;
}

bool farm_loses(int argc, char **argv)
{
    const char *version = getenv("ICECC_VERSION");
    if (!getenv("_ICECC_SAFEGUARD") || !is_for_others(argc, argv) ||
        (version && strstr(version, "escc")))
        return false;
    diag_error("escc-farm", "icecream would compile this without escc: its "
               "environment in ICECC_VERSION is not escc's");
    diag_note("share/escc/icecream-env makes one (docs/build-systems.md)");
    return true;
}
