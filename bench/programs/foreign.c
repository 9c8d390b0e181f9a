/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* foreign.c - a library by a compiler without barriers: it keeps pointers into
 * the program's memory in memory of its own, and writes pointers into the
 * program's objects.  A program that calls it (-DBENCH_FOREIGN) is marked as an
 * open world.
 */
#include <pthread.h>
#include <stdlib.h>

enum { KEPT = 4096 };

struct kept { void **member, *value; };

void foreign_note(void **member);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct kept **ring;
static unsigned long count;

/* Keeps where the pointer is, and what it was, until KEPT others have come;
 * meanwhile the object has it by the library's own store. */
void foreign_note(void **member)
{
    pthread_mutex_lock(&lock);
    if (!ring)
        ring = calloc(KEPT, sizeof *ring);
    struct kept *entry = malloc(sizeof *entry);
    entry->member = member;
    entry->value = *member;
    *member = NULL;
    free(ring[count % KEPT]);
    ring[count++ % KEPT] = entry;
    *member = entry->value;
    pthread_mutex_unlock(&lock);
}
