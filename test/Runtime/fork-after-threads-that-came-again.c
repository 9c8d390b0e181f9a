/* A thread whose last destructors allocate is registered once more, and nobody
 * tells when it has gone: a fork after that does not read its variables, of
 * which the memory may have been unmapped.
 *
 * RUN: %rtcc %s -o %t -pthread && timeout 60 %t
 * RUN: env ESCC_DEBUG=gcstress=100,clobber=1 timeout 60 %t
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

/* More than libc keeps of the stacks of threads that have ended. */
enum { THREADS = 100, STACK_BYTES = 64 << 20 };

static pthread_key_t key;
static void *volatile made;

/* Comes again until libc gives up, after the runtime's. */
static void allocate(void *value)
{
    made = new_node(NULL, 1);
    CHECK(pthread_setspecific(key, value) == 0);
}

static void *work(void *unused)
{
    CHECK(pthread_setspecific(key, &key) == 0);
    made = strerror(123456);
    return unused;
}

int main(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    int status;
    struct node *kept = new_list(100);
    CHECK(pthread_key_create(&key, allocate) == 0);
    CHECK(pthread_attr_init(&attributes) == 0);
    CHECK(pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0);
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&thread, &attributes, work, NULL) == 0);
        CHECK(pthread_join(thread, NULL) == 0);
        pid_t child = fork();
        if (child == 0) {
            check_list(new_list(100), 100);
            _exit(0);
        }
        CHECK(waitpid(child, &status, 0) == child && status == 0);
    }
    escc_gc();
    check_list(kept, 100);
    return 0;
}
