/* Threads end by return, pthread_exit, cancellation in a wrapped wait and
 * detached; destructors of thread-specific data and clean-up handlers
 * allocate.  Collections go on, and no thread stays registered.
 *
 * RUN: %rtcc %s -o %t -pthread && env ESCC_DEBUG=clobber=1,verify=1 %t
 */
#include "Inputs/check.h"

#include <pthread.h>
#include <threads.h>
#include <unistd.h>

static pthread_key_t keys[3];
static int ndestroyed, ncleaned;

static void destroy(void *value)
{
    struct node *list = value;
    check_list(list, 10);
    check_list(new_list(100), 100);
    escc_gc();
    __atomic_add_fetch(&ndestroyed, 1, __ATOMIC_SEQ_CST);
}

static void clean_up(void *value)
{
    check_list(value, 10);
    new_list(100);
    escc_gc();
    check_list(value, 10);
    __atomic_add_fetch(&ncleaned, 1, __ATOMIC_SEQ_CST);
}

static void *run(void *argument)
{
    struct node *id = argument;
    struct node *list = new_list(10);
    for (int i = 0; i < 3; i++)
        pthread_setspecific(keys[i], new_list(10));
    pthread_cleanup_push(clean_up, list);
    if (id->value % 4 == 1)
        pthread_exit(id);
    if (id->value % 4 == 2)
        for (;;)
            usleep(100000);
    pthread_cleanup_pop(1);
    return id;
}

static int run_c11(void *argument)
{
    struct node *id = argument;
    new_list(1000);
    escc_gc();
    return (int)id->value;
}

static void many(int detached)
{
    enum { N = 16 };
    pthread_t threads[N];
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    if (detached)
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    for (int i = 0; i < N; i++)
        CHECK(pthread_create(&threads[i], &attributes, run,
                             new_node(NULL, i)) == 0);
    for (int i = 2; i < N; i += 4)
        CHECK(pthread_cancel(threads[i]) == 0);
    for (int i = 0; i < N && !detached; i++) {
        void *result;
        CHECK(pthread_join(threads[i], &result) == 0);
        if (i % 4 == 2)
            CHECK(result == PTHREAD_CANCELED);
        else
            check_node(result, i);
    }
}

int main(void)
{
    thrd_t c11;
    int result;
    for (int i = 0; i < 3; i++)
        pthread_key_create(&keys[i], destroy);
    CHECK(thrd_create(&c11, run_c11, new_node(NULL, 9)) == thrd_success);
    CHECK(thrd_join(c11, &result) == thrd_success && result == 9);
    for (int i = 0; i < 5; i++)
        many(0);
    CHECK(ndestroyed == 5 * 16 * 3 && ncleaned == 5 * 16);
    many(1);
    struct escc_stats stats;
    do {
        escc_gc();
        usleep(1000);
        escc_stats_get(&stats, sizeof stats);
    } while (stats.threads > 1 || __atomic_load_n(&ndestroyed,
                                      __ATOMIC_SEQ_CST) < 6 * 16 * 3);
    CHECK(ndestroyed == 6 * 16 * 3 && ncleaned == 6 * 16);
    return 0;
}
