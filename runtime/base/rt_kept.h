/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_kept.h - descriptors that the runtime keeps open.  See rt_kept.c. */
#ifndef ESCC_RT_KEPT_H
#define ESCC_RT_KEPT_H

#include <stdbool.h>
#include <stdint.h>

struct rt_kept {
    int fd;                     /* -1: none */
    uint64_t device, inode;     /* what it is */
};

#define RT_KEPT_NONE {.fd = -1}

/* Takes over a fresh descriptor, -1 included, and moves it out of the
 * program's way.  False, and it is closed, if that cannot be. */
bool rt_keep(struct rt_kept *kept, int fd);
/* Whether the number is still that of the file that was kept: the program may
 * have closed it, and opened another. */
bool rt_kept_is_ours(const struct rt_kept *kept);
/* The number of its links, -1 if it is not. */
long rt_kept_links(const struct rt_kept *kept);
/* Closes it if it is. */
void rt_kept_drop(struct rt_kept *kept);

#endif /* ESCC_RT_KEPT_H */
