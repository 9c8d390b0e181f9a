/* Threads whose stacks are blocks of malloc's collect on them: the collector's
 * own frames, which change while it marks a second time, hold nothing that it
 * could have missed.
 *
 * RUN: %escc -w -O0 -pthread %s -o %t
 * RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=64 %t | grep -x kept
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum { STACK_BYTES = 1 << 17, BLOCKS = 10000, THREADS = 6 };

static void *churn(void *unused)
{
    char *kept = strcpy(malloc(30), "kept");
    for (int i = 0; i < BLOCKS; i++) {
        char *volatile block = malloc(30);
        memset(block, 'z', 30);
        free(block);
    }
    return strcmp(kept, "kept") ? "lost" : "kept";
}

static pthread_t start(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    void *stack;
    pthread_attr_init(&attributes);
    if (posix_memalign(&stack, 4096, STACK_BYTES) ||
        pthread_attr_setstack(&attributes, memset(stack, 0, STACK_BYTES),
                              STACK_BYTES) ||
        pthread_create(&thread, &attributes, churn, NULL))
        exit(1);
    return thread;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    ucontext_t context;
    void *result;
    /* There may be code without barriers: such a stack is read by pages. */
    getcontext(&context);
    if (argc > 5)
        swapcontext(&context, &context);
    for (int i = 0; i < THREADS; i++)
        threads[i] = start();
    for (int i = 0; i < THREADS; i++)
        if (pthread_join(threads[i], &result) || strcmp(result, "kept"))
            return 1;
    puts(result);
    return 0;
}
