/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mthread.c - the list of threads, their births, states and ends.
 *
 * A thread registers at its first call into the runtime, whoever created
 * it: our pthread_create wrapper does it before any code of the program
 * runs, all others are caught by their first allocation.
 *
 * States and who may change them:
 *
 *   RUN       -> BLOCKED    the thread, before it waits in the kernel
 *   BLOCKED   -> RUN        the thread; waits while SCANNING   [inv.claim]
 *   BLOCKED   <-> SCANNING  a stopper (mhandshake.c)
 *
 * Publishing.  mthread_block_begin stores the stack pointer and the
 * callee-saved registers and then, sequentially consistent, the state: a
 * stopper that sees BLOCKED sees what was published.  Between begin and
 * end the thread runs no code of the program, so that nothing it could do
 * matters to a collector.  The caller keeps arguments that the kernel
 * still uses in variables that are live after the call.
 *
 * Inside the runtime (in_rt) a thread may be BLOCKED too: where it waits
 * for the collection or list lock, or for the dynamic linker.  A handshake
 * is then answered for it, or by its handler, at once: it holds no other
 * lock and is in no critical section.
 *
 * Birth: the thread takes the barrier flag's value and joins the list under
 * the list lock; a collector holds that lock from before it asks the first
 * thread until the threads go on, so a thread is either asked or not born.
 *
 * End: a TSD destructor of ours re-arms itself until the last round that
 * POSIX promises, so that destructors of the program run in a registered
 * thread, and unregisters then.  What runs even later (libc's own clean-up
 * calls free) may register the thread once more; nobody unregisters that,
 * but the next handshake finds the thread dead, and a new thread with the
 * same id or the same TLS block finds the old entry, and either reaps it.  What
 * is in its TLS block is read with care (is_late).
 *
 * Memory of a struct mthread is never unmapped and only ever a struct
 * mthread: a stale pointer in a signal handler stays readable.
 */
#include "mthread.h"

#include "base/mcontext.h"
#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_fatal.h"
#include "base/rt_lock.h"
#include "base/rt_process.h"
#include "base/rt_syscall.h"
#include "heap/mcache.h"
#include "mhandshake.h"
#include "msignal.h"
#include "mstack.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/uio.h>
#include <unistd.h>

static struct rt_lock list_lock = RT_LOCK_INIT(RT_RANK_MTHREAD);
/* Under list_lock; read without it by handlers (on_signal). */
static struct mthread *first;
static struct mthread *free_threads;    /* linked by next */
static unsigned nthreads;
static struct mthread_barriers at_birth;

uint32_t mthread_no_block;

static pthread_key_t exit_key;
static bool has_exit_key;
static void (*on_end)(struct passage *passage);
static void (*on_alone)(void);
static void (*on_unlink)(struct mthread *thread);

static bool can_read_gs;

/* ---- states -------------------------------------------------------------- */

bool mthread_block_begin_at(const uintptr_t *registers, uintptr_t sp)
{
    struct mthread *self = __escc_tls.thread;
    if (!self || rt_load_seq(&self->state) != MTHREAD_RUN)
        return false;
    /* Who has the collection lock is stopped by nobody [inv.nolockstop]. */
    rt_assert((rt_locks_held() & ~(1u << RT_RANK_GC)) == 0);
    memcpy(self->registers, registers, sizeof self->registers);
    self->sp = sp;
    self->frame = self->frame_end = 0;
    mthread_publish_gs(self);
    rt_store_seq(&self->state, MTHREAD_BLOCKED);
    if (__builtin_expect(__escc_tls.pending, 0))
        mhandshake_blocked();
    return true;
}

/* Where the kernel lets programs read the register (Linux 5.9) they may have
 * written it, too. */
void mthread_publish_gs(struct mthread *self)
{
    if (can_read_gs)
        self->gs_base = mcontext_gs_base();
}

void mthread_note_gs(uintptr_t base)
{
    mthread_self()->gs_base = base;
}

bool mthread_wait_begin(void)
{
    if (rt_load_relaxed(&mthread_no_block) || !mthread_block_begin())
        return false;
    /* Who cancels sets the flag and then wakes all that are BLOCKED. */
    if (!rt_load_seq(&mthread_no_block))
        return true;
    mthread_block_end();
    return false;
}

void mthread_block_end(void)
{
    struct mthread *self = __escc_tls.thread;
    int saved = errno;
    /* Of the locks only the two that a thread waits for BLOCKED. */
    rt_assert(rt_locks_held() >> (RT_RANK_MTHREAD + 1) == 0);
    while (!rt_cas(&self->state, MTHREAD_BLOCKED, MTHREAD_RUN) &&
           rt_load_seq(&self->state) != MTHREAD_RUN)
        rt_syscall(SYS_futex, &self->state, FUTEX_WAIT_PRIVATE,
                   MTHREAD_SCANNING, NULL, NULL, 0);
    rt_assert(self->state == MTHREAD_RUN);      /* [inv.claim] */
    errno = saved;
}

/* ---- the list ------------------------------------------------------------ */

struct mthread *mthread_first(void)
{
    return first;
}

unsigned mthread_count(void)
{
    return nthreads;
}

unsigned mthread_count_of_program(void)
{
    unsigned n = 0;
    for (struct mthread *t = first; t; t = t->next)
        n += !t->is_helper;
    return n;
}

void mthread_list_lock(void)
{
    bool blocked = mthread_block_begin();
    rt_lock(&list_lock);
    if (blocked)
        mthread_block_end();
}

void mthread_list_lock_to_stop(void)
{
    rt_lock(&list_lock);
}

bool mthread_list_try_lock(void)
{
    return rt_try_lock(&list_lock);
}

void mthread_list_unlock(void)
{
    rt_unlock(&list_lock);
}

static void set_barriers(struct __escc_tls *tls,
                         const struct mthread_barriers *barriers)
{
    tls->marking = barriers->on;
    tls->shade_from = barriers->from;
    tls->shade_to = barriers->to;
}

void mthread_set_barriers(const struct mthread_barriers *barriers)
{
    at_birth = *barriers;
    for (struct mthread *t = first; t; t = t->next)
        if (!t->gone && !t->adopted)
            set_barriers(t->tls, barriers);
}

void mthread_widen_barriers(void)
{
    rt_assert(rt_holds_lock(RT_RANK_MTHREAD));
    at_birth.from = 0;
    at_birth.to = UINTPTR_MAX;
    for (struct mthread *t = first; t; t = t->next) {
        if (t->gone || t->adopted)
            continue;
        t->tls->shade_from = 0;
        t->tls->shade_to = UINTPTR_MAX;
    }
}

static void link_thread(struct mthread *thread)
{
    rt_assert(rt_holds_lock(RT_RANK_MTHREAD));
    rt_assert(thread->tid && thread->state == MTHREAD_RUN);
    rt_assert(!first == !nthreads && (!first || !first->prev));
    thread->prev = NULL;
    thread->next = first;
    if (first)
        first->prev = thread;
    rt_store_release(&first, thread);
    nthreads++;
}

static void unlink_thread(struct mthread *thread)
{
    rt_assert(rt_holds_lock(RT_RANK_MTHREAD) && nthreads > 0);
    rt_assert(thread->prev ? thread->prev->next == thread
                           : first == thread);
    if (on_unlink)
        on_unlink(thread);
    if (thread->prev)
        thread->prev->next = thread->next;
    else
        first = thread->next;
    if (thread->next)
        thread->next->prev = thread->prev;
    nthreads--;
}

/* A record with its alternate stack in front of it and a guard page, which
 * is never made accessible, in front of that.  NULL: no memory. */
static struct mthread *make_record(void)
{
    size_t page = os_page_bytes();
    size_t record = (sizeof(struct mthread) + page - 1) / page * page;
    size_t bytes = page + MSTACK_ALTSTACK_BYTES + record;
    char *memory = os_reserve(bytes, page, false);
    if (!memory)
        return NULL;
    if (!os_commit(memory + page, bytes - page)) {
        os_release(memory, bytes);
        return NULL;
    }
    os_name(memory, bytes, "escc thread");
    struct mthread *thread =
        (struct mthread *)(memory + page + MSTACK_ALTSTACK_BYTES);
    thread->own_altstack = (uintptr_t)(memory + page);
    return thread;
}

static struct mthread *new_record(void)
{
    struct mthread *thread = free_threads;
    rt_assert(rt_holds_lock(RT_RANK_MTHREAD));
    if (!thread) {
        thread = make_record();
        if (!thread)
            rt_fatal("no memory for the runtime's record of a thread");
        return thread;
    }
    uintptr_t altstack = thread->own_altstack;
    free_threads = thread->next;
    memset(thread, 0, sizeof *thread);
    thread->own_altstack = altstack;
    return thread;
}

static void free_record(struct mthread *thread)
{
    thread->tls = NULL;
    thread->tid = 0;
    thread->next = free_threads;
    free_threads = thread;
}

bool mthread_provide(void)
{
    rt_assert(__escc_tls.in_rt && rt_locks_held() == 0);
    mthread_list_lock();
    struct mthread *thread = free_threads ? NULL : make_record();
    if (thread)
        free_record(thread);
    bool has_some = free_threads;
    mthread_list_unlock();
    return has_some;
}

/* Removes a thread that no longer exists and gives back what it had. */
static void reap(struct mthread *thread)
{
    rt_assert(thread != __escc_tls.thread);
    unlink_thread(thread);
    mstack_leave(thread, 0);
    if (thread->cache)
        mcache_free(thread->cache);
    free_record(thread);
}

struct mthread *mthread_adopt(int tid)
{
    struct mthread *thread = new_record();
    rt_assert(rt_holds_lock(RT_RANK_GC));
    thread->tid = tid;
    thread->adopted = true;
    link_thread(thread);
    return thread;
}

void mthread_reap_gone(void)
{
    struct mthread *next;
    for (struct mthread *t = first; t; t = next) {
        next = t->next;
        if (t->gone || t->adopted)
            reap(t);
    }
}

/* Entries of threads that ended without telling: they had the id or the
 * TLS block that the new thread has now.  A filter may keep its id from it. */
static void reap_predecessors(const struct mthread *self)
{
    struct mthread *next;
    for (struct mthread *t = first; t; t = next) {
        next = t->next;
        if (t != self && ((t->tid == self->tid && t->tid > 0) ||
                          t->tls == self->tls))
            reap(t);
    }
}

/* Of the calling thread: it was unregistered. */
static unsigned char *has_ended(void)
{
    return &__escc_tls.reserved[1];
}

/* ---- birth --------------------------------------------------------------- */

/* All signals of the program are blocked: a handler that allocates would
 * register the thread, too, and one that came with in_rt set could not be put
 * off without a record.  Not that of handshakes, which may have been: who
 * stops the threads meanwhile holds the list's lock, for which this one waits,
 * and adopts it. */
static struct mthread *add_to_list(bool stack_follows)
{
    rt_lock(&list_lock);
    struct mthread *self = new_record();
    rt_unlock(&list_lock);
    self->tls = &__escc_tls;
    self->is_late = *has_ended();
    self->tid = (int)rt_syscall(SYS_gettid);
    mstack_init_thread(self, (uintptr_t)__builtin_frame_address(0),
                       stack_follows);
    if (!rt_is_guest()) {
        msignal_install_altstack(self);
        msignal_unblock();
    }

    rt_lock(&list_lock);
    reap_predecessors(self);
    set_barriers(&__escc_tls, &at_birth);
    /* Not before: the handler of a thread that waits for the lock must see
     * that it is not in the list. */
    __escc_tls.thread = self;
    link_thread(self);
    rt_unlock(&list_lock);
    return self;
}

static struct mthread *register_thread(bool stack_follows)
{
    unsigned long ours = rt_is_guest() ? 0
        : 1ul << (mhandshake_signal() - 1);
    unsigned long others = ~ours, saved;
    rt_assert(__escc_tls.in_rt && rt_locks_held() == 0);
    rt_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &others, &saved, sizeof saved);
    struct mthread *self = __escc_tls.thread;   /* a handler was faster */
    if (!self)
        self = add_to_list(stack_follows);
    saved &= ~ours;
    rt_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &saved, NULL, sizeof saved);
    return self;
}

struct mthread *mthread_register(void)
{
    rt_init();
    struct mthread *self = __escc_tls.thread;
    if (!self) {
        self = register_thread(false);
        if (has_exit_key)
            pthread_setspecific(exit_key, self);
    }
    return self;
}

struct mthread *mthread_register_new(void)
{
    struct mthread *self = register_thread(true);
    if (has_exit_key)
        pthread_setspecific(exit_key, self);
    return self;
}

void mthread_set_stack(uintptr_t stack, uintptr_t stack_end)
{
    struct mthread *self = __escc_tls.thread;
    rt_assert(self && stack < stack_end);
    if (self->is_main)
        return;
    rt_enter();                 /* the two change together */
    self->stack = stack;
    self->stack_end = stack_end;
    rt_leave();
}

/* ---- end ----------------------------------------------------------------- */

static bool are_all_helpers(void)
{
    for (struct mthread *t = first; t; t = t->next)
        if (!t->is_helper && !t->gone)
            return false;
    return first;
}

/* Until here it looked like one of the program's to whoever ended. */
void mthread_become_helper(void)
{
    struct mthread *self = mthread_self();
    mthread_list_lock();
    self->is_helper = true;
    bool alone = are_all_helpers();
    mthread_list_unlock();
    if (alone)
        on_alone();
}

/* All signals are blocked meanwhile: one that came with in_rt set and the
 * record gone could be neither run nor put off. */
static void unregister(struct mthread *self)
{
    static const struct mthread_barriers unknown = {RT_TLS_MARKING, 0,
                                                    UINTPTR_MAX};
    unsigned long all = ~0ul, saved;
    stack_t none = {.ss_flags = SS_DISABLE};
    rt_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &saved, sizeof all);
    rt_enter();
    rt_assert(self == __escc_tls.thread && self->state == MTHREAD_RUN);
    rt_assert(__escc_tls.in_rt == 1 && rt_locks_held() == 0);
    if (__escc_tls.mcache)
        mcache_free(__escc_tls.mcache);
    __escc_tls.mcache = NULL;
    self->cache = NULL;
    mthread_list_lock();
    unlink_thread(self);
    mstack_leave(self, (uintptr_t)__builtin_frame_address(0));
    __escc_tls.thread = NULL;
    *has_ended() = 1;
    set_barriers(&__escc_tls, &unknown);        /* [inv.unknown] */
    /* Also the program's: the kernel would write to what may be garbage. */
    if (!rt_is_guest())
        rt_syscall(SYS_sigaltstack, &none, NULL);
    free_record(self);
    bool alone = are_all_helpers();
    mthread_list_unlock();
    if (alone)
        on_alone();
    __escc_tls.pending = 0;     /* nobody is left to answer for */
    rt_leave();
    rt_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &saved, NULL, sizeof saved);
}

/* The TSD destructor: comes last by coming again. */
static void on_exit_round(void *argument)
{
    struct mthread *self = argument;
    if (__escc_tls.thread != self)
        return;
    __escc_tls.torn = 0;        /* cancelled in the middle of a loop */
    if (++self->exit_rounds < PTHREAD_DESTRUCTOR_ITERATIONS) {
        pthread_setspecific(exit_key, self);
        return;
    }
    if (self->passage)
        on_end(self->passage);
    unregister(self);
}

void mthread_on_end(void (*act)(struct passage *passage))
{
    on_end = act;
}

void mthread_on_unlink(void (*act)(struct mthread *thread))
{
    on_unlink = act;
}

void mthread_on_alone(void (*act)(void))
{
    on_alone = act;
}

/* ---- fork and start-up --------------------------------------------------- */

/* The count of a thread that may have ended, and taken it with it. */
static unsigned char peek_locks(const struct mthread *late)
{
    unsigned char count = 0;
    struct iovec local = {&count, 1};
    struct iovec remote = {(void *)(uintptr_t)rt_lock_count(late->tls), 1};
    if (rt_syscall(SYS_tgkill, rt_getpid(), late->tid, 0) != 0 &&
        errno == ESRCH)
        return 0;
    if (rt_syscall(SYS_process_vm_readv, rt_getpid(), &local, 1l, &remote, 1l,
                   0l) != 1)
        return 0;
    return count;
}

bool mthread_others_hold_locks(void)
{
    bool hold = false;
    int saved = errno;
    rt_assert(rt_holds_lock(RT_RANK_MTHREAD));
    for (struct mthread *t = first; t && !hold; t = t->next)
        if (t != __escc_tls.thread && !t->gone && t->tls)
            hold = t->is_late ? peek_locks(t) : *rt_lock_count(t->tls);
    errno = saved;
    return hold;
}

void mthread_fork_child(void)
{
    struct mthread *self = __escc_tls.thread, *next;
    rt_assert(self && rt_holds_lock(RT_RANK_MTHREAD));
    for (struct mthread *t = first; t; t = next) {
        next = t->next;
        if (t != self)
            reap(t);
    }
    self->tid = (int)rt_syscall(SYS_gettid);
    self->state = MTHREAD_RUN;
    self->request = self->acked;
    self->is_main = true;
    rt_assert(nthreads <= 1 && (!first || first == self));
}

void mthread_init(void)
{
    enum { FSGSBASE = 1 << 1 };  /* of AT_HWCAP2 */
    can_read_gs = (getauxval(AT_HWCAP2) & FSGSBASE) != 0;
    register_thread(false);
}

void mthread_init_exit(void)
{
    has_exit_key = pthread_key_create(&exit_key, on_exit_round) == 0;
    if (has_exit_key)
        pthread_setspecific(exit_key, __escc_tls.thread);
}
