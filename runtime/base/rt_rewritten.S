/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_rewritten.S - the note of a program or library of which all code is the
 * rewriter's, so that its units say all that there is to say of its functions
 * (escc/facts.h), but not all stores have barriers: else it has that of
 * rt_closed.S, which says this as well.
 *
 * The driver adds this object to a link when it has looked at everything else
 * (tool/driver/closed.c); the runtime finds the note in the loaded object
 * (base/rt_modules.c).
 */
#include "rt_note.inc"

    NOTE 3, 4
    .long 1                     /* version of the record of units */

    ALL_PROPERTIES
