/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mpagesize.h - huge pages or small ones.  See mpagesize.c. */
#ifndef ESCC_MPAGESIZE_H
#define ESCC_MPAGESIZE_H

#include <stdbool.h>
#include <stdint.h>

/* All zero: nothing was measured. */
struct mpagesize {
    bool is_small;              /* the pages that are asked for */
    unsigned nseen;             /* areas whose time is known */
    unsigned next_try;          /* nseen from which on the other is tried */
    unsigned nrow;              /* with these pages, in a row; huge: dear */
    uint64_t least_ns;          /* the least of that row */
    uint64_t huge_ns;           /* what huge ones took when they were left */
};

/* The first touch of an area of the size of a huge page took so long, with the
 * pages that are asked for.  True: from now on it is the other kind. */
bool mpagesize_note(struct mpagesize *size, uint64_t ns);

#endif /* ESCC_MPAGESIZE_H */
