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
 * [inv.passage]  Once libc has joined or detached a thread another one may have
 * its pthread_t, before the caller has done anything further.  So whose passage
 * it is is looked up before libc is called: it is in the list as soon as
 * anybody can know the pthread_t, since creator and new thread both see to
 * that; and who may look at a passage without the lock holds it, so that
 * others take it out of the list and do not free it.  (A wait that is left by
 * cancellation, or by a jump out of a handler, holds it for good: a block of
 * 80 bytes.)
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
#include "thread/mwake.h"

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
    bool detached, ended, is_listed;
    bool is_over;               /* to be freed, when nobody holds it */
    unsigned nholders;
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
    passage->is_listed = true;
}

static void unlink_passage(struct passage *passage)
{
    if (passage->prev)
        passage->prev->next = passage->next;
    else
        first = passage->next;
    if (passage->next)
        passage->next->prev = passage->prev;
    passage->is_listed = false;
}

static struct passage *find(pthread_t thread)
{
    for (struct passage *p = first; p; p = p->next)
        if (pthread_equal(p->thread, thread))
            return p;
    return NULL;
}

/* Under lock: nobody will ask for it again.  Returns what is to be freed. */
static struct passage *end_passage(struct passage *passage)
{
    if (passage->is_listed)
        unlink_passage(passage);
    passage->is_over = true;
    passage->argument = NULL;
    return passage->nholders ? NULL : passage;
}

/* The same of who gives up the hold. */
static struct passage *let_go(struct passage *passage)
{
    passage->nholders--;
    return passage->is_over && !passage->nholders ? passage : NULL;
}

/* The passage of a thread that is about to be joined or detached; NULL: it
 * has none. */
static struct passage *hold(pthread_t thread)
{
    lock_list();
    struct passage *passage = find(thread);
    if (passage)
        passage->nholders++;
    unlock_list();
    return passage;
}

/* Under lock: enters it under that pthread_t.  Returns the passage of a former
 * thread of that, which is over, held. */
static struct passage *enter(struct passage *passage, pthread_t thread)
{
    struct passage *old = find(thread);
    passage->thread = thread;
    if (old && !old->ended)
        old = NULL;
    if (old) {
        unlink_passage(old);
        old->nholders++;
    }
    link_passage(passage);
    return old;
}

/* Outside of the lock. */
static void forget_former(struct passage *old)
{
    if (!old)
        return;
    mbarrier_shade((uintptr_t)old->result);
    lock_list();
    end_passage(old);
    struct passage *unused = let_go(old);
    unlock_list();
    free(unused);
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
    struct passage *old = NULL;
    lock_list();
    if (!passage->is_listed)
        old = enter(passage, pthread_self());
    unlock_list();
    forget_former(old);
}

static void *start_thread(void *argument)
{
    struct passage *passage = argument;
    rt_enter();
    mthread_register_new()->passage = passage;
    rt_leave();
    tell_stack();
    enter_list(passage);
    mwake_look_at_mask();
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
    struct passage *unused = passage->detached ? end_passage(passage) : NULL;
    unlock_list();
    free(unused);
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

/* As long as the thread has not entered it [inv.passage], it runs nothing of
 * the program's, and `*thread` is what libc has stored. */
static void enter_created(struct passage *passage, const pthread_t *thread)
{
    struct passage *old = NULL;
    lock_list();
    if (!passage->is_listed && !passage->ended && !passage->is_over)
        old = enter(passage, *thread);
    struct passage *unused = let_go(passage);
    unlock_list();
    free(unused);
    forget_former(old);
}

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
    passage->nholders = 1;
    int error = RT_REAL(pthread_create)(thread, attributes, start_thread,
                                        passage);
    if (error)
        free(passage);
    else
        enter_created(passage, thread);
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
static void forget(struct passage *passage)
{
    lock_list();
    passage->result = NULL;
    end_passage(passage);
    struct passage *unused = let_go(passage);
    unlock_list();
    free(unused);
}

static void let_go_alone(struct passage *passage)
{
    lock_list();
    struct passage *unused = let_go(passage);
    unlock_list();
    free(unused);
}

RT_EXPORT int pthread_join(pthread_t thread, void **value)
{
    void *result = NULL;
    struct passage *passage = hold(thread);
    int error = mwrap_block_join(thread, &result);
    if (error) {
        if (passage)
            let_go_alone(passage);
        return error;
    }
    if (value) {
        rt_enter();
        *value = result;
        mbarrier_shade((uintptr_t)result);
        rt_leave();
    }
    if (passage)
        forget(passage);
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
    struct passage *passage = hold(thread);
    int error = RT_REAL(pthread_detach)(thread);
    if (!passage)
        return error;
    lock_list();
    if (!error && passage->ended)
        end_passage(passage);
    else if (!error)
        passage->detached = true;
    struct passage *unused = let_go(passage);
    unlock_list();
    free(unused);
    return error;
}

RT_EXPORT int thrd_detach(thrd_t thread)
{
    return pthread_detach(thread) == 0 ? thrd_success : thrd_error;
}
