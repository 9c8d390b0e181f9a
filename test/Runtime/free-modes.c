/* ESCC_FREE: what free does.  The same program, whose frees are right apart
 * from what it says it does wrong, in each mode, by environment and by the
 * program's own default.
 *
 * RUN: %escc_verify -w -I %source_root/include -O1 %s -o %t -pthread
 * RUN: timeout 60 %t ignore right stale double interior
 * RUN: env ESCC_FREE=drop timeout 60 %t drop right stale double interior
 * RUN: env ESCC_FREE=trust timeout 60 %t trust right
 * RUN: env ESCC_FREE=ignore ESCC_DEBUG=gcstress=50,clobber=1,verify=1 \
 * RUN:   timeout 300 %t ignore right stale double interior
 * RUN: env ESCC_FREE=drop ESCC_DEBUG=gcstress=50,clobber=1,verify=1 \
 * RUN:   timeout 300 %t drop right stale double interior
 * RUN: env ESCC_FREE=trust ESCC_DEBUG=gcstress=50,clobber=1,verify=1 \
 * RUN:   timeout 300 %t trust right
 *
 * What malloc would abort on, trust aborts on, with a message.
 * RUN: (env ESCC_FREE=trust %t trust double 2>&1; echo "status $?") \
 * RUN:   | FileCheck %s --check-prefix=DOUBLE
 * DOUBLE: escc: fatal: free(0x{{[0-9a-f]+}}): freed before
 * DOUBLE-NEXT: escc: called here: addr2line -fpe /{{.*}} 0x{{[0-9a-f]+}}
 * DOUBLE-NOT: freed before here
 * DOUBLE: ESCC_FREE=ignore makes this harmless
 * DOUBLE: status 134
 * RUN: (env ESCC_FREE=trust %t trust interior 2>&1; echo "status $?") \
 * RUN:   | FileCheck %s --check-prefix=INTERIOR
 * INTERIOR: escc: fatal: free(0x{{[0-9a-f]+}}): not the start of a block
 * INTERIOR: status 134
 *
 * The program's default, and the environment that wins over it.
 * RUN: %escc -w -I %source_root/include %s -o %t.trust -pthread \
 * RUN:   -fescc-free=trust
 * RUN: timeout 60 %t.trust trust right
 * RUN: env ESCC_FREE=ignore timeout 60 %t.trust ignore stale double
 * RUN: %escc -w -I %source_root/include %s -o %t.drop -pthread -static \
 * RUN:   -fescc-free=drop
 * RUN: timeout 60 %t.drop drop right stale double
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <escc/gc.h>

#include "Inputs/condition.h"

enum { NNODES = 3000 };

struct node {
    struct node *next;
    char *name;
    long value;
    void *own;
};

static int trusts, drops;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct node *shared;

static struct node *make(struct node *next, long value)
{
    struct node *node = malloc(sizeof *node);
    node->next = next;
    node->name = malloc(20);
    snprintf(node->name, 20, "node %ld", value);
    node->value = value;
    return node;
}

static void check(const struct node *node, long value)
{
    char name[20];
    snprintf(name, sizeof name, "node %ld", value);
    CHECK(node->value == value && !strcmp(node->name, name));
}

/* Every thread takes nodes that others made and frees them. */
static void *work(void *argument)
{
    unsigned seed = (unsigned)(uintptr_t)argument;
    struct node *mine = NULL;
    for (int i = 0; i < NNODES; i++) {
        pthread_mutex_lock(&lock);
        if (shared && rand_r(&seed) % 2) {
            struct node *taken = shared;
            shared = taken->next;
            pthread_mutex_unlock(&lock);
            check(taken, taken->value);
            free(taken->name);
            free(taken);
        } else {
            shared = make(shared, i);
            pthread_mutex_unlock(&lock);
        }
        mine = make(mine, i);
        if (i % 3 == 2)
            for (int k = 0; k < 2; k++) {
                struct node *next = mine->next;
                check(mine, i - k);
                free(mine->name);
                free(mine);
                mine = next;
            }
        char *block = calloc(1 + rand_r(&seed) % 300, 7);
        CHECK(!block[0] && !block[6]);
        block = realloc(block, 5000);
        memset(block, 1, 5000);
        free(block);
    }
    for (long i = NNODES / 3; mine; mine = mine->next)
        check(mine, --i * 3);
    return NULL;
}

static uint64_t frees(void)
{
    struct escc_stats stats;
    escc_stats_get(&stats, sizeof stats);
    return stats.heap_frees_objects;
}

/* Right programs do not notice the mode, but for the memory. */
static void test_right(void)
{
    pthread_t threads[3];
    for (uintptr_t i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, work, (void *)(i + 1));
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    /* Large blocks too; and what libc allocated. */
    uint64_t before = frees();
    for (int i = 0; i < 100; i++) {
        char *large = malloc(1000000), *line = NULL;
        size_t room = 0;
        memset(large, i, 1000000);
        free(large);
        FILE *file = fmemopen("text\n", 5, "r");
        CHECK(getline(&line, &room, file) == 5 && !strcmp(line, "text\n"));
        free(line);
        fclose(file);
        void *aligned;
        CHECK(posix_memalign(&aligned, 256, 100) == 0);
        CHECK((uintptr_t)aligned % 256 == 0);
        free(aligned);
    }
    if (trusts)
        CHECK(frees() - before >= 300);
    /* A leak is collected in each mode. */
    before = frees();
    for (int i = 0; i < 1000; i++)
        make(NULL, i);
    escc_gc();
    CHECK(frees() - before > 900);
}

static void test_stale(void)
{
    struct node *list = NULL;
    for (int i = 0; i < 10; i++)
        list = make(list, i);
    struct node *second = list->next;
    void *own = list->own = __builtin_frame_address(0);
    free(list->name);
    free(list);
    escc_gc();
    CHECK(list->value == 9);
    if (drops) {
        CHECK(!list->next && !list->name && !list->own);
        /* What is stored after the free is seen all the same. */
        list->next = make(NULL, 7);
        escc_gc();
        free(malloc(sizeof *list));
        check(list->next, 7);
    } else {
        CHECK(list->next == second && list->own == own);
        check(list, 9);
    }
    check(second, 8);
}

static void test_double(void)
{
    struct node *node = make(NULL, 1);
    free(node);
    free(node);
    CHECK(node->value == 1);
}

static void test_interior(void)
{
    struct node *node = make(NULL, 1);
    free(&node->value);
    check(node, 1);
}

int main(int argc, char **argv)
{
    trusts = !strcmp(argv[1], "trust");
    drops = !strcmp(argv[1], "drop");
    for (int i = 2; i < argc; i++)
        (!strcmp(argv[i], "right")    ? test_right
         : !strcmp(argv[i], "stale")  ? test_stale
         : !strcmp(argv[i], "double") ? test_double
                                      : test_interior)();
    return 0;
}
