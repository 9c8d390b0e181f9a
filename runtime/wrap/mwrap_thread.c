/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_thread.c - creating, ending and joining threads.
 *
 * A new thread must be registered before any code of the program runs in
 * it.  And two pointers of the program are, for a while, in no place that
 * a collector reads:
 *
 *   the start argument, between the moment that the creator forgets it and
 *   the moment that the new thread has it on its own stack;
 *   the result, between the end of the thread and pthread_join: it lies in
 *   struct pthread, in the stack of a thread that is not registered any
 *   more.
 *
 * So both are kept in a `passage`, a block of the foreign kind, which is a
 * root as long as it exists: from pthread_create until the thread has been
 * joined, or has ended detached.  Passages are in a list, to be found by
 * pthread_t.  A thread that is joined in a way that is not wrapped
 * (pthread_tryjoin_np) leaves its passage behind until a new thread gets
 * the same pthread_t; its result is shaded then, since libc stored it without
 * a barrier.
 *
 * The result goes to where pthread_join is told by a store with a barrier, in
 * the runtime: callers need none [inv.window].
 *
 * Lock: `lock`, a leaf; blocks are freed outside of it.
 */
#include "mwrap_thread.h"

#include "base/mcontext.h"
#include "base/rt_export.h"
#include "base/rt_lock.h"
#include "base/rt_real.h"
#include "base/rt_sandbox.h"
#include "base/rt_syscall.h"
#include "gc/mbarrier.h"
#include "thread/mthread.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <threads.h>

struct passage {
    void *(*function)(void *);
    int (*int_function)(void *);        /* of thrd_create; or NULL */
    void *argument;
    void *result;
    /* Under lock, from the thread's start on. */
    struct passage *next, *prev;
    pthread_t thread;
    bool detached, ended;
};

static struct rt_lock lock = RT_LOCK_INIT(RT_RANK_LEAF);
static struct passage *first;

/* Of a stack whose bounds cannot be had: what libc makes unasked. */
enum { USUAL_STACK_BYTES = 8 << 20 };

/* ---- the list ------------------------------------------------------------ */

static void lock_list(void)
{
    rt_enter();
    rt_lock(&lock);
}

static void unlock_list(void)
{
    rt_unlock(&lock);
    rt_leave();
}

static void link_passage(struct passage *passage)
{
    passage->prev = NULL;
    passage->next = first;
    if (first)
        first->prev = passage;
    first = passage;
}

static void unlink_passage(struct passage *passage)
{
    if (passage->prev)
        passage->prev->next = passage->next;
    else
        first = passage->next;
    if (passage->next)
        passage->next->prev = passage->prev;
}

static struct passage *find(pthread_t thread)
{
    for (struct passage *p = first; p; p = p->next)
        if (pthread_equal(p->thread, thread))
            return p;
    return NULL;
}

/* ---- in the new thread --------------------------------------------------- */

static void tell_stack(void)
{
    pthread_attr_t attributes;
    void *stack;
    size_t bytes;
    /* It asks for the processors, too. */
    if (!rt_sandbox_allows_any(SYS_sched_getaffinity)) {
        uintptr_t end = mcontext_thread_pointer();
        mthread_set_stack(end - USUAL_STACK_BYTES, end);
        return;
    }
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return;
    if (pthread_attr_getstack(&attributes, &stack, &bytes) == 0)
        mthread_set_stack((uintptr_t)stack, (uintptr_t)stack + bytes);
    pthread_attr_destroy(&attributes);
}

static void enter_list(struct passage *passage)
{
    passage->thread = pthread_self();
    lock_list();
    struct passage *old = find(passage->thread);
    if (old && old->ended)
        unlink_passage(old);
    link_passage(passage);
    unlock_list();
    if (old && old->ended) {
        mbarrier_shade((uintptr_t)old->result);
        free(old);
    }
}

static void *start_thread(void *argument)
{
    struct passage *passage = argument;
    rt_enter();
    mthread_register_new()->passage = passage;
    rt_leave();
    tell_stack();
    enter_list(passage);
    void *result;
    if (passage->int_function)
        result = (void *)(intptr_t)passage->int_function(passage->argument);
    else
        result = passage->function(passage->argument);
    passage->result = result;
    return result;
}

void mwrap_thread_ended(struct passage *passage)
{
    lock_list();
    passage->ended = true;
    passage->argument = NULL;
    bool detached = passage->detached;
    if (detached)
        unlink_passage(passage);
    unlock_list();
    if (detached)
        free(passage);
}

RT_EXPORT void pthread_exit(void *result)
{
    struct mthread *self = __escc_tls.thread;
    if (self && self->passage)
        self->passage->result = result;
    RT_REAL(pthread_exit)(result);
    __builtin_unreachable();
}

/* ---- in others ----------------------------------------------------------- */

static int create(pthread_t *thread, const pthread_attr_t *attributes,
                  struct passage start)
{
    int detached = PTHREAD_CREATE_JOINABLE;
    struct passage *passage = malloc(sizeof *passage);
    if (!passage)
        return EAGAIN;
    if (attributes)
        pthread_attr_getdetachstate(attributes, &detached);
    *passage = start;
    passage->detached = detached == PTHREAD_CREATE_DETACHED;
    int error = RT_REAL(pthread_create)(thread, attributes, start_thread,
                                        passage);
    if (error)
        free(passage);
    return error;
}

RT_EXPORT int pthread_create(pthread_t *restrict thread,
                             const pthread_attr_t *restrict attributes,
                             void *(*function)(void *),
                             void *restrict argument)
{
    return create(thread, attributes,
                  (struct passage){.function = function,
                                   .argument = argument});
}

RT_EXPORT int thrd_create(thrd_t *thread, thrd_start_t function,
                          void *argument)
{
    int error = create(thread, NULL,
                       (struct passage){.int_function = function,
                                        .argument = argument});
    return error == 0 ? thrd_success
         : error == ENOMEM || error == EAGAIN ? thrd_nomem : thrd_error;
}

/* The thread has been joined: nobody will ask for its result again. */
static void forget(pthread_t thread)
{
    lock_list();
    struct passage *passage = find(thread);
    if (passage)
        unlink_passage(passage);
    unlock_list();
    free(passage);
}

RT_EXPORT int pthread_join(pthread_t thread, void **value)
{
    void *result = NULL;
    int error = mwrap_block_join(thread, &result);
    if (error)
        return error;
    if (value) {
        rt_enter();
        *value = result;
        mbarrier_shade((uintptr_t)result);
        rt_leave();
    }
    forget(thread);
    return 0;
}

RT_EXPORT int thrd_join(thrd_t thread, int *value)
{
    void *result;
    if (pthread_join(thread, &result) != 0)
        return thrd_error;
    if (value)
        *value = (int)(intptr_t)result;
    return thrd_success;
}

RT_EXPORT int pthread_detach(pthread_t thread)
{
    int error = RT_REAL(pthread_detach)(thread);
    if (error)
        return error;
    lock_list();
    struct passage *passage = find(thread);
    bool ended = passage && passage->ended;
    if (ended)
        unlink_passage(passage);
    else if (passage)
        passage->detached = true;
    unlock_list();
    if (ended)
        free(passage);
    return 0;
}

RT_EXPORT int thrd_detach(thrd_t thread)
{
    return pthread_detach(thread) == 0 ? thrd_success : thrd_error;
}
