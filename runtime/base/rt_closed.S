/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_closed.S - the note of a program or library in which every store of a
 * pointer has a barrier, but for those of shared libraries that it loads.
 *
 * The driver adds this object to a link when it has looked at everything else
 * (tool/driver/closed.c); the runtime finds the note in the loaded object
 * (gc/mworld.c).
 */
#include "rt_note.inc"

    NOTE 1, 4
    .long 1                     /* version of the record of units */

    ALL_PROPERTIES
