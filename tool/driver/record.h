/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* record.h - which code of an object is the rewriter's, and has barriers for
 * all of its stores.
 *
 * The rewriter lets a unit have a record in its object that says so
 * [inv.unit.record]; here are read, and completed, the records of objects.
 */
#ifndef ESCC_RECORD_H
#define ESCC_RECORD_H

#include <stdbool.h>
#include <stdint.h>

/* What records say of code, from the least on. */
enum record_sort {
    RECORD_NONE,
    RECORD_REWRITTEN,           /* what it says of functions is all */
    RECORD_CLOSED               /* and its stores have barriers */
};

/* Of a rewritten text. */
enum record_sort record_in_text(const char *path);

/* The object was made of such a text alone, or by `ld -r` of objects that are
 * covered and such texts: its records, if there are any, now speak for all of
 * its code.  Nothing happens to other files, nor if it cannot be done. */
void record_complete(const char *path);

/* The object was made of a text that the rewriter would not have changed
 * (untouched.h): adds the record, and the name of gdb's script if that is not
 * NULL, as the text would have brought them.  Nothing happens to other files;
 * if it cannot be done the object is as it was. */
void record_add(const char *path, const char *debug_script);

/* What the records of the object that begins at byte `at` of an open file say
 * of all of its code.  None of one for the link-time optimizer, which holds
 * other code than will run, nor of what is no object; an object without code
 * is closed. */
enum record_sort record_of(int file, uint64_t at);

#endif
