/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* intercept.h - the allocator behind ours.  See intercept.c. */
#ifndef ESCC_INTERCEPT_H
#define ESCC_INTERCEPT_H

#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>

/* For blocks that are not ours: what the program's malloc would have been
 * without us.  The caller is in the runtime and holds no lock. */
void intercept_next_free(void *block);
void *intercept_next_realloc(void *block, size_t bytes);
size_t intercept_next_usable_size(const void *block);

/* Our own definitions, whoever else defines the names. */
extern __typeof__(malloc) intercept_malloc;
extern __typeof__(malloc_usable_size) intercept_malloc_usable_size;
extern __typeof__(calloc) intercept_calloc;
extern __typeof__(realloc) intercept_realloc;
extern __typeof__(aligned_alloc) intercept_aligned_alloc;
extern __typeof__(memalign) intercept_memalign;
extern __typeof__(posix_memalign) intercept_posix_memalign;
extern __typeof__(pvalloc) intercept_pvalloc;
extern __typeof__(reallocarray) intercept_reallocarray;
extern __typeof__(valloc) intercept_valloc;

#endif /* ESCC_INTERCEPT_H */
