/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* record.h - which code of an object has barriers for all of its stores.
 *
 * The rewriter lets such a unit have a record in its object
 * [inv.unit.record]; here are read, and completed, the records of objects.
 */
#ifndef ESCC_RECORD_H
#define ESCC_RECORD_H

#include <stdbool.h>
#include <stdint.h>

/* Has the rewritten text a record? */
bool record_is_in_text(const char *path);

/* The object was made of such a text alone, or by `ld -r` of objects that are
 * covered and such texts: its records, if there are any, now speak for all of
 * its code.  Nothing happens to other files, nor if it cannot be done. */
void record_complete(const char *path);

/* The object was made of a text that the rewriter would not have changed
 * (untouched.h): adds the record, and the name of gdb's script if that is not
 * NULL, as the text would have brought them.  Nothing happens to other files;
 * if it cannot be done the object is as it was. */
void record_add(const char *path, const char *debug_script);

/* Whether the records of the object that begins at byte `at` of an open file
 * speak for all of its code.  Not of one for the link-time optimizer, which
 * holds other code than will run, nor of what is no object. */
bool record_covers(int file, uint64_t at);

#endif
