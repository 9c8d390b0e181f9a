/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Four threads build lists, some tens of megabytes unless "few" is asked for,
 * drop most of them, and look at what they have kept, in variables or in a
 * mapping of which most is not touched. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { THREADS = 4, KEPT = 100 };

struct cell {
    struct cell *next;
    long number;
    char text[100];
};

#ifdef PLAIN
/* A library without barriers stores pointers. */
void link_cells(struct cell *cell, struct cell *next) { cell->next = next; }
#else
#ifdef OTHERS
void link_cells(struct cell *cell, struct cell *next);
#else
static void link_cells(struct cell *cell, struct cell *next)
{
    cell->next = next;
}
#endif

static long rounds = 40, length = 1500;

static struct cell *new_list(long number)
{
    struct cell *list = NULL;
    for (long i = 0; i < length; i++) {
        struct cell *cell = malloc(sizeof *cell);
        cell->number = number + i;
        sprintf(cell->text, "%ld", cell->number);
        link_cells(cell, list);
        list = cell;
    }
    return list;
}

static int is_right(const struct cell *cell, long number)
{
    for (long i = length - 1; i >= 0; i--, cell = cell->next)
        if (!cell || cell->number != number + i ||
            atol(cell->text) != number + i)
            return 0;
    return cell == NULL;
}

static struct cell *variables[THREADS / 2][KEPT], **mapping;

static void *work(void *argument)
{
    long first = *(long *)argument, wrong = 0, n = first / 1000000;
    struct cell **kept = n < THREADS / 2 ? variables[n]
                                         : mapping + (n << 20);
    for (long round = 0; round < rounds; round++)
        kept[round * 7 % KEPT] = new_list(first + round * 7 % KEPT);
    for (long i = 0; i < KEPT; i++)
        wrong += kept[i] && !is_right(kept[i], first + i);
    *(long *)argument = wrong;
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    long numbers[THREADS], wrong = 0;
    if (argc > 1 && strcmp(argv[1], "few") == 0) {
        rounds = 10;
        length = 40;
    }
    mapping = mmap(NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED)
        return 1;
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i * 1000000L;
        if (pthread_create(&threads[i], NULL, work, &numbers[i]))
            return 1;
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        wrong += numbers[i];
    }
    printf("%ld wrong\n", wrong);
    return wrong != 0;
}
#endif
