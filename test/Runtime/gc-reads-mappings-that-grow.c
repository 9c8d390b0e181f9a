/* A mapping that grows downwards (MAP_GROWSDOWN) is read from where it begins
 * by now.
 *
 * RUN: %rtcc %s -o %t && env ESCC_DEBUG=clobber=1 %t
 * RUN: env ESCC_DEBUG=clobber=1,concurrent=1,gcstress=50 %t
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <sys/mman.h>

enum { PAGE = 4096, MOST_PAGES = 1024, GROWN_PAGES = 40 };

static struct node **slot;

/* At the upper end of address space that nobody else has. */
static char *map_growing(void)
{
    enum { PRIVATE = MAP_PRIVATE | MAP_ANONYMOUS };
    char *room = mmap(NULL, MOST_PAGES * PAGE, PROT_NONE, PRIVATE, -1, 0);
    CHECK(room != MAP_FAILED && munmap(room, MOST_PAGES * PAGE) == 0);
    char *top = room + (MOST_PAGES - 2) * PAGE;
    char *mapped = mmap(top, 2 * PAGE, PROT_READ | PROT_WRITE,
                        PRIVATE | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
    CHECK(mapped == top);
    return top;
}

static void fill(void)
{
    char *at = map_growing();
    for (int i = 0; i < GROWN_PAGES; i++)
        *(volatile char *)(at -= PAGE) = 0;
    slot = (struct node **)(void *)at + 3;
    *slot = new_list(10);
}

int main(void)
{
    run_deep(fill);
    wipe_stack();
    for (int i = 0; i < 3; i++) {
        escc_gc();
        new_list(1000);
        check_list(*slot, 10);
    }
    return 0;
}
