// memcpy and memmove of rewritten code do what libc's do, at every length and
// place, and whatever is copied is found while the heap is marked beside it.
// RUN: for cc in %clang %gcc; do for level in -O0 -O2; do \
// RUN:   ESCC_CC=$cc %escc -w $level %s -o %t || exit 1; \
// RUN:   %t | grep -x fine || exit 1; \
// RUN:   ESCC_DEBUG=verify=barrier %t | grep -x fine || exit 1; \
// RUN:   ESCC_DEBUG=concurrent=1,gcstress=64,clobber=1 %t | grep -x fine \
// RUN:     || exit 1; done; done
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 80, ROOM = 3 * LONGEST + 16, COUNT = 64 };

// Called through pointers that a compiler knows nothing of.
static void *(*volatile copy)(void *, const void *, size_t);

static void *by_memcpy(void *to, const void *from, size_t bytes)
{
    return memcpy(to, from, bytes);
}

static void *by_memmove(void *to, const void *from, size_t bytes)
{
    return memmove(to, from, bytes);
}

static void fill(unsigned char *bytes)
{
    for (int i = 0; i < ROOM; i++)
        bytes[i] = (unsigned char)(i * 7 + 1);
}

static void check(int to, int from, int length)
{
    unsigned char *got = malloc(ROOM), expected[ROOM];
    fill(got), fill(expected);
    for (int i = 0; i < length; i++)
        expected[to + i] = (unsigned char)((from + i) * 7 + 1);
    void *result = copy(got + to, got + from, (size_t)length);
    if (result != got + to || memcmp(got, expected, ROOM) != 0) {
        printf("%d bytes from %d to %d\n", length, from, to);
        exit(1);
    }
}

static void check_lengths(void)
{
    for (int length = 0; length <= LONGEST; length++)
        for (int place = 0; place < 9; place++) {
            copy = by_memcpy;
            check(2 * LONGEST, place, length);
            check(place, 2 * LONGEST + 3, length);
            copy = by_memmove;
            check(LONGEST + place, LONGEST, length);
            check(LONGEST, LONGEST + place, length);
        }
}

// Pointers with nothing else that leads to what they point to.
static int sum_of_moved(int count)
{
    int **from = calloc(COUNT, sizeof *from), sum = 0;
    int **to = calloc(COUNT + 1, sizeof *to);
    for (int i = 0; i < count; i++) {
        from[i] = malloc(sizeof **from);
        *from[i] = i;
    }
    copy = by_memcpy;
    copy(to, from, (size_t)count * sizeof *to);
    copy = by_memmove;
    copy(to + 1, to, (size_t)count * sizeof *to);
    for (int i = 0; i < COUNT; i++)
        from[i] = 0;
    for (int i = 0; i < 40; i++)
        free(malloc(1000));
    for (int i = 0; i < count; i++)
        sum += *to[i + 1];
    return sum;
}

int main(void)
{
    check_lengths();
    for (int count = 1; count < COUNT; count++)
        if (sum_of_moved(count) != count * (count - 1) / 2)
            return printf("of %d pointers\n", count), 1;
    puts("fine");
    return 0;
}
