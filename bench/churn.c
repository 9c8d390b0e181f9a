/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* churn.c - allocates much, keeps little: does memory come back?
 *
 *     escc -O2 bench/churn.c -o churn && command time -v ./churn
 *
 * A ring of slots holds 10 MB of live objects of 24 to 1023 bytes; each step
 * replaces one of them, without free, until 10 GB were allocated.  Each object
 * is checked for what was written into it when its slot is visited again.
 * Arguments: megabytes in total, megabytes live.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct object {
    struct object *self;
    size_t bytes;
    unsigned tag;
};

/* xorshift: the same sizes in every run */
static unsigned next_random(unsigned *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    return *state ^= *state << 5;
}

int main(int argc, char **argv)
{
    size_t total = (argc > 1 ? strtoul(argv[1], NULL, 10) : 10240) << 20;
    size_t live = (argc > 2 ? strtoul(argv[2], NULL, 10) : 10) << 20;
    enum { MEAN_BYTES = 524 };  /* of 24 + 0 … 999 */
    size_t slots = live / MEAN_BYTES, done = 0, at = 0;
    struct object **ring = calloc(slots, sizeof *ring);
    unsigned random = 2463534242u;

    if (!ring)
        return 2;
    while (done < total) {
        struct object *old = ring[at];
        size_t bytes = sizeof *old + next_random(&random) % 1000;
        struct object *object = malloc(bytes);
        if (!object)
            return 2;
        if (old && (old->self != old ||
                    old->tag != (unsigned)old->bytes * 2654435761u)) {
            fprintf(stderr, "churn: object of slot %zu was damaged\n", at);
            return 1;
        }
        memset(object, 0, bytes);
        object->self = object;
        object->bytes = bytes;
        object->tag = (unsigned)bytes * 2654435761u;
        ring[at] = object;
        done += bytes;
        at = at + 1 == slots ? 0 : at + 1;
    }
    printf("%zu MB allocated, about %zu MB live\n", done >> 20, live >> 20);
    return 0;
}
