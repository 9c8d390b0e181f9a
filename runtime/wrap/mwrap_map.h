/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_map.h - the system calls about mappings, as mwrap_map.c and
 * mwrap_protect.c do them: what another object puts in front of the C library's
 * functions is not called.  Each as the system call, with errno. */
#ifndef ESCC_MWRAP_MAP_H
#define ESCC_MWRAP_MAP_H

#include <stddef.h>
#include <sys/types.h>

void *mwrap_map_mmap(void *address, size_t bytes, int protection, int flags,
                     int file, off_t offset);
int mwrap_map_munmap(void *address, size_t bytes);
/* `wanted`: NULL unless flags say so. */
void *mwrap_map_mremap(void *old, size_t old_bytes, size_t bytes, int flags,
                       void *wanted);
int mwrap_protect_mprotect(void *address, size_t bytes, int protection);
int mwrap_protect_madvise(void *address, size_t bytes, int advice);

#endif /* ESCC_MWRAP_MAP_H */
