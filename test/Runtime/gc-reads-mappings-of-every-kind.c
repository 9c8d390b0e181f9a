/* A pointer that is only in memory that the program has mapped keeps its
 * object: private and shared anonymous memory, a private mapping of a file
 * that was written to.  (A shared mapping of a file is none of ours:
 * docs/limits.md.)
 *
 * RUN: %rtcc %s -o %t && env ESCC_DEBUG=clobber=1,verify=1 %t
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <sys/mman.h>
#include <unistd.h>

enum { BYTES = 1 << 16, SLOT = 1000 };

struct kind { int flags, file; };

static struct node **map(struct kind kind)
{
    void *memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, kind.flags,
                        kind.file, 0);
    CHECK(memory != MAP_FAILED);
    return memory;
}

int main(void)
{
    int file = memfd_create("words", 0);
    CHECK(file >= 0 && ftruncate(file, BYTES) == 0);
    const struct kind kinds[] = {
        {MAP_PRIVATE | MAP_ANONYMOUS, -1},
        {MAP_SHARED | MAP_ANONYMOUS, -1},
        {MAP_PRIVATE, file},
    };
    enum { KINDS = sizeof kinds / sizeof *kinds };
    struct node **memory[KINDS];
    for (int i = 0; i < KINDS; i++) {
        memory[i] = map(kinds[i]);
        memory[i][SLOT] = new_list(10 + i);
    }
    for (int i = 0; i < 5; i++) {
        wipe_stack();
        new_list(5000);
        escc_gc();
    }
    for (int i = 0; i < KINDS; i++)
        check_list(memory[i][SLOT], 10 + i);
    return 0;
}
