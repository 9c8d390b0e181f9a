/* What only an unmapped mapping pointed to is collected: munmap takes the
 * memory out of the roots.
 *
 * RUN: %rtcc %s -o %t && %t
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <sys/mman.h>

__attribute__((noinline)) static void **map_list(size_t bytes)
{
    void **mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(mapped != MAP_FAILED);
    mapped[bytes / sizeof(void *) - 1] = new_list(10000);
    return mapped;
}

int main(void)
{
    size_t bytes = 1 << 20;
    uint64_t empty = marked_bytes();
    void **mapped = map_list(bytes);
    uint64_t full = marked_bytes();
    CHECK(full >= empty + 10000 * sizeof(struct node));
    munmap(mapped, bytes);
    CHECK(marked_bytes() < empty + 100 * sizeof(struct node));
    return 0;
}
