/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcgroup.h - what the process's container lets it have.  See mcgroup.c. */
#ifndef ESCC_MCGROUP_H
#define ESCC_MCGROUP_H

#include <stdint.h>

#define MCGROUP_NONE UINT64_MAX

struct mcgroup_limits {
    uint64_t memory;            /* bytes; MCGROUP_NONE */
    uint64_t processors;        /* rounded up; MCGROUP_NONE */
};

/* Reads the limits of the calling process's control groups and of all their
 * ancestors that can be seen; the smallest count.  `root`: a folder that
 * stands for the file system's root, "" for that itself.  What cannot be
 * read sets no limit.  System calls only, and little stack; errno is not
 * kept. */
void mcgroup_read(const char *root, struct mcgroup_limits *limits);

#endif /* ESCC_MCGROUP_H */
