/* A hundred threads build lists, hand nodes to each other through globals
 * and return them through pthread_join and pthread_exit; collections, forced
 * by one more thread and by allocation, lose none.
 *
 * RUN: %rtcc %s -o %t -pthread && %t 100
 * RUN: env ESCC_DEBUG=gcstress=300,clobber=1,verify=1 %t 20
 */
#include "Inputs/check.h"

#include <pthread.h>

enum { NSLOTS = 64, ROUNDS = 10, LENGTH = 500 };

static struct node *slots[NSLOTS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int stop;

static void exchange(struct node **mine, unsigned slot)
{
    pthread_mutex_lock(&mutex);
    struct node *theirs = slots[slot];
    slots[slot] = *mine;
    *mine = theirs;
    pthread_mutex_unlock(&mutex);
}

static void *work(void *argument)
{
    struct node *id = argument;
    long number = id->value;
    for (int round = 0; round < ROUNDS; round++) {
        struct node *list = new_list(LENGTH);
        struct node *parcel = new_list(LENGTH);
        exchange(&parcel, (unsigned)(number + round) % NSLOTS);
        if (parcel)
            check_list(parcel, LENGTH);
        check_list(list, LENGTH);
    }
    check_node(id, number);
    struct node *result = new_node(NULL, number + 1);
    if (number % 2)
        pthread_exit(result);
    return result;
}

static void *collect(void *unused)
{
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
        escc_gc();
    return unused;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 100;
    pthread_t threads[100], collector;
    pthread_create(&collector, NULL, collect, NULL);
    for (int i = 0; i < n; i++)
        CHECK(pthread_create(&threads[i], NULL, work,
                             new_node(NULL, i)) == 0);
    for (int i = 0; i < n; i++) {
        void *result;
        CHECK(pthread_join(threads[i], &result) == 0);
        check_node(result, i + 1);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    pthread_join(collector, NULL);
    struct escc_stats stats;
    escc_stats_get(&stats, sizeof stats);
    CHECK(stats.threads == 1);
    return 0;
}
