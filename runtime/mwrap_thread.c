/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_thread.c - pthread_create.
 *
 * The new thread must be registered before any code of the program runs in
 * it, and its start argument must be reachable between the moment that the
 * creator forgets it and the moment that the new thread has it on its own
 * stack: nobody but the kernel and libc's unscanned registers hold it
 * then.  So function and argument travel in a block of the foreign kind,
 * which is a root until it is freed.
 *
 * libc keeps the argument in struct pthread as well, which lies in the new
 * thread's stack; but that stack belongs to no registered thread yet.
 */
#include "mthread.h"
#include "rt_export.h"
#include "rt_init.h"
#include "rt_real.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct start {
    void *(*function)(void *);
    void *argument;
};

static void tell_stack(void)
{
    pthread_attr_t attributes;
    void *stack;
    size_t bytes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return;
    if (pthread_attr_getstack(&attributes, &stack, &bytes) == 0)
        mthread_set_stack((uintptr_t)stack, (uintptr_t)stack + bytes);
    pthread_attr_destroy(&attributes);
}

static void *start_thread(void *block)
{
    struct start start = *(struct start *)block;
    rt_enter();
    mthread_register_new();
    rt_leave();
    tell_stack();
    free(block);
    return start.function(start.argument);
}

RT_EXPORT int pthread_create(pthread_t *restrict thread,
                             const pthread_attr_t *restrict attributes,
                             void *(*function)(void *),
                             void *restrict argument)
{
    struct start *start = malloc(sizeof *start);
    if (!start)
        return EAGAIN;
    *start = (struct start){function, argument};
    int error = RT_REAL(pthread_create)(thread, attributes, start_thread,
                                        start);
    if (error)
        free(start);
    return error;
}
