/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* archive.h - the members of an archive (ar(5)), GNU's form, also thin. */
#ifndef ESCC_ARCHIVE_H
#define ESCC_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

struct archive_member {
    const char *name;           /* long ones looked up; "": damaged */
    const char *path;           /* the file that a thin archive's member is,
                                 * which may be an archive; else NULL */
    uint64_t at, bytes;         /* where it is in the archive, if it is */
};

/* What to do with a member; false: no more. */
typedef bool archive_visit(void *context, const struct archive_member *);

enum archive_sort {
    ARCHIVE_NONE,               /* the file is no archive */
    ARCHIVE_WHOLE,
    ARCHIVE_THIN                /* names files, and has none in it */
};

/* By the first bytes of an open file. */
enum archive_sort archive_sort(int file);

/* All members of the archive `path`, which is open as `file`, in their order,
 * but for its tables.  False: it is not understood, or damaged; some members
 * may have been visited.  Names live in the arena. */
bool archive_each(int file, const char *path, archive_visit *, void *context);

#endif
