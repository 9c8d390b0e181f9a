/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* deep_stack.c - see deep_stack.h.
 *
 * Parser, converter, analysis and rewriter recurse as deep as the text nests,
 * and generated code has sums of ten thousand terms: the main thread's 8 MiB
 * are not enough.  The work therefore runs on one thread with a stack of its
 * own, while the main thread waits.  Its pages are only reserved; where even
 * that is refused (ulimit -v), smaller stacks are tried, and the caller's own
 * in the end.
 */
#include "deep_stack.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct job {
    int (*function)(void *);
    void *argument;
    int result;
};

static void *start(void *argument)
{
    struct job *job = argument;
    job->result = job->function(job->argument);
    return NULL;
}

static bool run_with(struct job *job, size_t bytes)
{
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    bool started = !pthread_attr_setstacksize(&attributes, bytes) &&
                   !pthread_create(&thread, &attributes, start, job);
    pthread_attr_destroy(&attributes);
    if (started)
        pthread_join(thread, NULL);
    return started;
}

int deep_stack_run(int (*function)(void *), void *argument)
{
    struct job job = {function, argument, 0};
    for (size_t bytes = (size_t)1 << 30; bytes >= (size_t)64 << 20;
         bytes /= 4)
        if (run_with(&job, bytes))
            return job.result;
    start(&job);
    return job.result;
}
