/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* msignal.c - user signal handlers in a collected program.
 *
 * A handler of the program is ordinary compiled code: it stores pointers,
 * may allocate (a local of it may have moved to the heap even in source
 * that calls nothing) and may leave by siglongjmp.  Three things would go
 * wrong if the kernel called it directly, so the kernel calls `trampoline`
 * and that calls the handler:
 *
 *   over the runtime    A handler that interrupts malloc would enter malloc
 *                       half-way.  An asynchronous signal that arrives with
 *                       in_rt set is put off: its siginfo is kept, it is
 *                       blocked in the interrupted context, and the
 *                       outermost rt_leave has it sent to the thread again
 *                       (mdeferred.c).  The program sees a signal that came a
 *                       microsecond later.  A synchronous fault (SIGSEGV
 *                       and the like, raised by the kernel for this
 *                       instruction) cannot wait and runs at once.
 *   over a BLOCKED call The thread's state becomes RUN for the time of the
 *                       handler, else the collector would scan above the
 *                       handler's frames.
 *   siglongjmp          Nothing is left to undo: the state is RUN, in_rt
 *                       is 0 (the signal would have been put off), and the
 *                       published context is rewritten by the next block.
 *                       A count of torn code is put aside for the handler
 *                       and so does not survive it.  But the code that was
 *                       interrupted may have stored a pointer and not yet
 *                       shaded it.
 *
 * [inv.left]  Who relies on barriers has to know that a handler was left so.
 * No place is passed on the way: a jump may lead to code that goes deeper than
 * the handler did, to another coroutine, into an outer handler, or to the end
 * of the thread.  So each handler is noted while it runs, with its number, and
 * what is still noted has been left, or has not returned yet, which nobody can
 * tell apart.  It does not matter where it began before the barriers were on,
 * or over a wait in the kernel: no store was under way.
 *
 * SA_RESETHAND is done here and not by the kernel, which would reset the
 * action before a put-off signal is delivered.
 *
 * A child that shares our memory (vfork, clone with CLONE_VM) has actions and
 * stacks of its own: what it sets goes to the kernel as it is, and nothing of
 * it is noted here, where its parent would find it.  Its handlers run without
 * the trampoline.
 *
 * The alternate stack.  Every thread has one of ours, since a signal frame
 * may not fit a coroutine's stack.  The program's own sigaltstack calls
 * see their own settings only.  A handler that asks for SA_ONSTACK in a thread
 * for which the program has set no stack runs where it was interrupted, and
 * may need as much as is there: the trampoline goes back to that stack
 * (`parked`).  The kernel forgets our alternate stack for as long
 * (SS_AUTODISARM), or the next signal would overwrite the frame that is there.
 *
 * The handshake signal is invisible: setting a handler for it is recorded
 * and has no effect, and it is removed from every set (mwrap_signal.c).
 *
 * Lock: none in the trampoline.  The table entry of a signal is read with
 * a sequence count, since sigaction may be called while a handler starts.
 */
#include "msignal.h"

#include "base/mcontext.h"
#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_export.h"
#include "base/rt_lock.h"
#include "base/rt_process.h"
#include "base/rt_real.h"
#include "base/rt_sandbox.h"
#include "base/rt_syscall.h"
#include "mdeferred.h"
#include "mhandshake.h"
#include "mstack.h"
#include "mwake.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What the program believes to have installed for one signal. */
struct user_action {
    uint32_t sequence;          /* odd while the rest is being written */
    struct sigaction action;
};

enum { NSIGNALS = 65 };

static struct user_action actions[NSIGNALS];
static struct rt_lock actions_lock = RT_LOCK_INIT(RT_RANK_SIGNAL);

typedef void handler_with_info(int, siginfo_t *, void *);

/* A page that a copy of the process finds empty; NULL if the system has no
 * such pages. */
static uint32_t *own_memory;
static pid_t process;

/* The caller is another process than the one whose memory this is.  A copy of
 * it, made by a bare system call, is not. */
static bool is_borrowed(void)
{
    return own_memory && *own_memory && process && rt_getpid() != process;
}

bool msignal_is_copy(void)
{
    return own_memory && !*own_memory;
}

static void read_action(int signal, struct sigaction *out)
{
    struct user_action *entry = &actions[signal];
    uint32_t before;
    rt_assert(signal >= 1 && signal < NSIGNALS);
    do {
        before = rt_load_acquire(&entry->sequence);
        *out = entry->action;
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
    } while ((before & 1) || rt_load_relaxed(&entry->sequence) != before);
}

/* A set of the signals whose handlers end system calls; atomic. */
static uint64_t ending;

static void note_ending(int signal, const struct sigaction *action)
{
    uint64_t bit = UINT64_C(1) << (signal - 1);
    if (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN &&
        !(action->sa_flags & SA_RESTART))
        __atomic_fetch_or(&ending, bit, __ATOMIC_RELAXED);
    else
        __atomic_fetch_and(&ending, ~bit, __ATOMIC_RELAXED);
}

uint64_t msignal_that_end_calls(void)
{
    return __atomic_load_n(&ending, __ATOMIC_RELAXED);
}

static void write_action(int signal, const struct sigaction *action)
{
    struct user_action *entry = &actions[signal];
    rt_assert(signal >= 1 && signal < NSIGNALS && __escc_tls.in_rt);
    rt_store_seq(&entry->sequence, entry->sequence + 1);
    entry->action = *action;
    rt_store_seq(&entry->sequence, entry->sequence + 1);
    note_ending(signal, action);
}

static bool is_synchronous(int signal, const siginfo_t *info)
{
    switch (signal) {
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGTRAP:
    case SIGSYS:
        return info->si_code > 0;       /* else sent by kill and friends */
    default:
        return false;
    }
}

/* ---- the trampoline ------------------------------------------------------ */

static void reset_to_default(int signal)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    rt_enter();                 /* nobody may read a half-written entry */
    if (!is_borrowed())
        write_action(signal, &action);
    RT_REAL(sigaction)(signal, &action, NULL);
    rt_leave();
}

/* The mask that a handler leaves in its context may have every signal. */
static void call(int signal, siginfo_t *info, void *context)
{
    struct sigaction action;
    read_action(signal, &action);
    if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN)
        return;                 /* the program has just changed its mind */
    if (action.sa_flags & (int)SA_RESETHAND)
        reset_to_default(signal);
    if (sigismember(&action.sa_mask, SIGSEGV))
        mwake_now("a handler's mask of signals");
    if (action.sa_flags & SA_SIGINFO)
        action.sa_sigaction(signal, info, context);
    else
        action.sa_handler(signal);
    if (mcontext_blocks(context, SIGSEGV))
        mwake_forbid("the mask that a handler left");
    mcontext_set_blocked(context, mhandshake_signal(), false);
}

/* The interrupted code may be in the middle of a word [inv.torn.handler]. */
static void call_over(struct mthread *self, int signal, siginfo_t *info,
                      void *context)
{
    unsigned char torn = __escc_tls.torn;
    if (!torn) {
        call(signal, info, context);
        return;
    }
    rt_store_seq(&self->torn_below, self->torn_below + 1);
    __escc_tls.torn = 0;
    call(signal, info, context);
    __escc_tls.torn = torn;
    if (self->torn_below)
        rt_store_seq(&self->torn_below, self->torn_below - 1);
}

/* Whether the kernel can forget an alternate stack while it is in use. */
static uint32_t disarms;

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1u << 31)
#endif

void msignal_call_on(uintptr_t top, void (*function)(void *), void *argument);

static stack_t our_altstack(const struct mthread *self)
{
    return (stack_t){.ss_sp = (void *)self->own_altstack,
                     .ss_size = MSTACK_ALTSTACK_BYTES};
}

/* Atomic: a thread that is not in the list ran a handler. */
static uint32_t unknown_signalled;

/* The handler was left if the thread is further up on the same stack. */
void msignal_rearm_altstack(struct mthread *self, void *context)
{
    ucontext_t *frame = context;
    if (!self->parked)
        return;
    uintptr_t sp = mcontext_interrupted_sp(frame);
    uintptr_t bytes = self->stack_end - self->stack;
    if (sp - self->stack >= bytes || self->parked_sp - self->stack >= bytes ||
        sp <= self->parked_sp || !(frame->uc_stack.ss_flags & SS_DISABLE))
        return;
    self->parked = 0;
    frame->uc_stack = our_altstack(self);
    frame->uc_stack.ss_flags = (int)SS_AUTODISARM;
}

/* What began before the barriers were on does not matter: neither did what it
 * interrupted. */
static bool matters(const struct mthread *thread)
{
    return thread->handler && (int32_t)(thread->handler_number -
                                        thread->known_signals) > 0;
}

bool msignal_may_have_left(const struct mthread *thread)
{
    return thread->left_handler || matters(thread);
}

static bool unknown_may_have_left(void)
{
    return rt_load_seq(&unknown_signalled);
}

bool msignal_any_may_have_left(void)
{
    bool left = unknown_may_have_left();
    for (struct mthread *t = mthread_first(); t; t = t->next)
        left |= msignal_may_have_left(t);
    return left;
}

void msignal_forget_left(void)
{
    for (struct mthread *t = mthread_first(); t; t = t->next) {
        t->left_handler = false;
        t->known_signals = t->nuser_signals;
    }
    rt_store_seq(&unknown_signalled, 0);
}

/* Notes the handler while it runs, and for good if it is left by a jump.  One
 * that finds another's frame there when it returns was jumped into. */
static void call_noted(struct mthread *self, int signal, siginfo_t *info,
                       void *context)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    uintptr_t outer = self->handler;
    uint32_t outer_number = self->handler_number;
    self->handler_number = self->nuser_signals;
    rt_signal_fence();
    self->handler = here;
    rt_signal_fence();
    call_over(self, signal, info, context);
    rt_signal_fence();
    if (self->handler != here)
        self->left_handler = true;
    self->handler = outer;
    rt_signal_fence();
    self->handler_number = outer_number;
}

/* The handler over a thread that waits in a system call. */
static void call_over_wait(struct mthread *self, int signal, siginfo_t *info,
                           void *context)
{
    uintptr_t sp = self->sp;
    uintptr_t registers[MCONTEXT_NREGISTERS];
    bool is_leaving = self->is_leaving;
    memcpy(registers, self->registers, sizeof registers);
    mthread_block_end();
    self->is_leaving = false;
    call(signal, info, context);
    self->is_leaving = is_leaving;
    rt_assert(self->state == MTHREAD_RUN);
    self->sp = sp;
    self->frame = self->frame_end = 0;
    memcpy(self->registers, registers, sizeof registers);
    if (is_leaving || !rt_load_seq(&mthread_no_block))
        rt_store_seq(&self->state, MTHREAD_BLOCKED);
}

struct delivery {
    int signal;
    siginfo_t *info;
    void *context;
};

static void deliver(void *argument)
{
    const struct delivery *delivery = argument;
    int signal = delivery->signal;
    siginfo_t *info = delivery->info;
    void *context = delivery->context;
    struct mthread *self = __escc_tls.thread;
    self->nuser_signals++;
    if (rt_load_seq(&self->state) == MTHREAD_RUN)
        call_noted(self, signal, info, context);
    else
        call_over_wait(self, signal, info, context);
}

/* On our alternate stack: the handler runs below what was interrupted. */
static void deliver_below(struct mthread *self, struct delivery *delivery)
{
    uintptr_t sp = mcontext_interrupted_sp(delivery->context);
    self->parked_sp = (sp - MCONTEXT_RED_ZONE_BYTES) & ~(uintptr_t)15;
    self->parked = (uintptr_t)delivery->context;
    rt_signal_fence();
    msignal_call_on(self->parked_sp, deliver, delivery);
    rt_signal_fence();
    self->parked = 0;
}

static void trampoline(int signal, siginfo_t *info, void *context)
{
    struct mthread *self = __escc_tls.thread;
    struct delivery delivery = {signal, info, context};
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    if (signal == SIGSEGV && mwake_is_over(info, context))
        return;
    if (!self) {
        rt_store_seq(&unknown_signalled, 1);
        call(signal, info, context);
        return;
    }
    if (__escc_tls.in_rt && !is_synchronous(signal, info) &&
        mdeferred_put_off(self, signal, info, context))
        return;
    msignal_rearm_altstack(self, context);
    if (here - self->own_altstack < MSTACK_ALTSTACK_BYTES &&
        rt_load_relaxed(&disarms))
        deliver_below(self, &delivery);
    else
        deliver(&delivery);
}

/* ---- sigaction and signal ------------------------------------------------ */

static void to_kernel(const struct sigaction *user, struct sigaction *out)
{
    *out = *user;
    msignal_strip(&user->sa_mask, &out->sa_mask);
    if (user->sa_handler == SIG_DFL || user->sa_handler == SIG_IGN)
        return;
    out->sa_sigaction = trampoline;
    out->sa_flags = (user->sa_flags | SA_SIGINFO) & ~(int)SA_RESETHAND;
}

/* What the kernel has for that signal is not what the program has set. */
static bool is_ours(int signal, const struct sigaction *kernel)
{
    return signal == mhandshake_signal() ||
           kernel->sa_sigaction == trampoline ||
           kernel->sa_sigaction == mwake_on_fault;
}

static bool stays_in_kernel(int signal, const struct sigaction *kernel,
                            const struct sigaction *new)
{
    return signal == mhandshake_signal() ||
           (kernel->sa_sigaction == mwake_on_fault && new &&
            new->sa_handler == SIG_DFL);
}

/* Before and after: what begins to sleep in between is found by the new
 * handler, which is ours, too. */
static void wake_for(int signal)
{
    if (signal == SIGSEGV)
        mwake_now("an action for SIGSEGV");
}

static int change(int signal, const struct sigaction *new,
                  struct sigaction *old)
{
    struct sigaction before, kernel;
    rt_assert(rt_holds_lock(RT_RANK_SIGNAL));
    if (RT_REAL(sigaction)(signal, NULL, &before) != 0)
        return -1;
    bool stays = stays_in_kernel(signal, &before, new);
    if (is_ours(signal, &before))
        before = actions[signal].action;
    if (new && !stays) {
        struct sigaction saved = actions[signal].action;
        to_kernel(new, &kernel);
        write_action(signal, new);
        wake_for(signal);
        if (RT_REAL(sigaction)(signal, &kernel, NULL) != 0) {
            write_action(signal, &saved);
            return -1;
        }
        wake_for(signal);
    } else if (new) {
        write_action(signal, new);
    }
    if (old)
        *old = before;
    return 0;
}

/* In a child that shares our memory. */
static int change_borrowed(int signal, const struct sigaction *new,
                           struct sigaction *old)
{
    struct sigaction copy, before;
    if (RT_REAL(sigaction)(signal, NULL, &before) != 0)
        return -1;
    if (new && !stays_in_kernel(signal, &before, new)) {
        copy = *new;
        msignal_mask(&new->sa_mask, &copy.sa_mask);
        wake_for(signal);
        if (RT_REAL(sigaction)(signal, &copy, NULL) != 0)
            return -1;
    }
    if (is_ours(signal, &before))
        read_action(signal, &before);
    if (old)
        *old = before;
    return 0;
}

RT_EXPORT int sigaction(int signal, const struct sigaction *restrict new,
                        struct sigaction *restrict old)
{
    if (signal < 1 || signal >= NSIGNALS) {
        errno = EINVAL;
        return -1;
    }
    struct sigaction copy, before;
    if (is_borrowed())
        return change_borrowed(signal, new, old);
    if (new)
        copy = *new;            /* faults here, not with the lock held */
    rt_enter();
    rt_init();
    if (rt_is_guest()) {
        rt_leave();
        return RT_REAL(sigaction)(signal, new, old);
    }
    rt_lock(&actions_lock);
    int result = change(signal, new ? &copy : NULL, &before);
    rt_unlock(&actions_lock);
    rt_leave();
    if (old && result == 0)
        *old = before;
    return result;
}

/* Others than what goes by the trampoline, which looks itself: handlers that
 * were set by a system call. */
static bool runs_with_faults(int signal)
{
    struct sigaction action;
    return signal == mhandshake_signal() ||
           RT_REAL(sigaction)(signal, NULL, &action) != 0 ||
           action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN ||
           is_ours(signal, &action) || !sigismember(&action.sa_mask, SIGSEGV);
}

bool msignal_has_faults(void)
{
    struct sigaction action;
    for (int signal = 1; signal < NSIGNALS; signal++)
        if (!runs_with_faults(signal))
            return false;
    return RT_REAL(sigaction)(SIGSEGV, NULL, &action) == 0 &&
           action.sa_sigaction == mwake_on_fault;
}

bool msignal_take_faults(void)
{
    struct sigaction before, action = {.sa_sigaction = mwake_on_fault,
                                       .sa_flags = SA_SIGINFO | SA_ONSTACK};
    memset(&action.sa_mask, 0xff, sizeof action.sa_mask);
    rt_lock(&actions_lock);
    bool taken = RT_REAL(sigaction)(SIGSEGV, NULL, &before) == 0 &&
                 before.sa_handler == SIG_DFL &&
                 RT_REAL(sigaction)(SIGSEGV, &action, NULL) == 0;
    rt_unlock(&actions_lock);
    return taken;
}

void msignal_give_faults_back(void)
{
    const struct sigaction by_default = {.sa_handler = SIG_DFL};
    struct sigaction now;
    rt_lock(&actions_lock);
    if (RT_REAL(sigaction)(SIGSEGV, NULL, &now) == 0 &&
        now.sa_sigaction == mwake_on_fault)
        RT_REAL(sigaction)(SIGSEGV, &by_default, NULL);
    rt_unlock(&actions_lock);
}

/* ---- alternate stacks ---------------------------------------------------- */

void msignal_install_altstack(struct mthread *self)
{
    stack_t ours = our_altstack(self), old;
    /* What is there must not be overwritten. */
    if (!self->own_altstack || self->parked ||
        !rt_sandbox_allows_any(SYS_sigaltstack) ||
        RT_REAL(sigaltstack)(NULL, &old) != 0)
        return;
    if (!(old.ss_flags & SS_DISABLE)) {
        self->user_altstack = (uintptr_t)old.ss_sp;
        self->user_altstack_end = (uintptr_t)old.ss_sp + old.ss_size;
        return;
    }
    ours.ss_flags = (int)SS_AUTODISARM;
    if (RT_REAL(sigaltstack)(&ours, NULL) == 0) {
        rt_store_relaxed(&disarms, 1);
        return;
    }
    ours.ss_flags = 0;
    RT_REAL(sigaltstack)(&ours, NULL);
}

static void hide_ours(const struct mthread *self, stack_t *old)
{
    if (self && (uintptr_t)old->ss_sp == self->own_altstack) {
        int on_it = old->ss_flags & SS_ONSTACK;
        *old = (stack_t){.ss_flags = SS_DISABLE | on_it};
    }
}

RT_EXPORT int sigaltstack(const stack_t *restrict new, stack_t *restrict old)
{
    stack_t before;
    rt_enter();
    struct mthread *self = mthread_self();
    int result = RT_REAL(sigaltstack)(new, &before);
    if (result == 0) {
        hide_ours(self, &before);
        if (is_borrowed())
            new = NULL;
        if (new && (new->ss_flags & SS_DISABLE)) {
            self->user_altstack = self->user_altstack_end = 0;
            msignal_install_altstack(self);
        } else if (new) {
            self->user_altstack = (uintptr_t)new->ss_sp;
            self->user_altstack_end = (uintptr_t)new->ss_sp + new->ss_size;
        }
    }
    rt_leave();
    if (old && result == 0)
        *old = before;
    return result;
}

/* ---- start-up ------------------------------------------------------------ */

const sigset_t *msignal_strip(const sigset_t *set, sigset_t *copy)
{
    if (!set)
        return NULL;
    *copy = *set;
    if (mhandshake_signal())
        sigdelset(copy, mhandshake_signal());
    return copy;
}

const sigset_t *msignal_mask(const sigset_t *set, sigset_t *copy)
{
    if (set && sigismember(set, SIGSEGV))
        mwake_forbid("a mask of signals");
    return msignal_strip(set, copy);
}

void msignal_unblock(void)
{
    rt_assert(mhandshake_signal());
    unsigned long bit = 1ul << (mhandshake_signal() - 1);
    rt_syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &bit, NULL, sizeof bit);
}

static void find_own_memory(void)
{
    uint32_t *page = os_alloc(os_page_bytes());
    process = rt_getpid();
    if (page && os_wipe_in_children(page, os_page_bytes())) {
        *page = 1;
        own_memory = page;
    }
}

void msignal_fork_child(void)
{
    process = rt_getpid();
    if (own_memory)
        *own_memory = 1;
    mdeferred_fork_child(__escc_tls.thread);
}

void msignal_init(void)
{
    find_own_memory();
    /* Handlers that were installed before us (by a library's constructor
     * with a system call, or before we were dlopened) go through the
     * trampoline from now on. */
    for (int signal = 1; signal < NSIGNALS; signal++) {
        struct sigaction action, kernel;
        if (signal == mhandshake_signal() || signal == 32 || signal == 33 ||
            RT_REAL(sigaction)(signal, NULL, &action) != 0 ||
            action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN)
            continue;
        write_action(signal, &action);
        to_kernel(&action, &kernel);
        RT_REAL(sigaction)(signal, &kernel, NULL);
    }
    msignal_unblock();
    mwake_look_at_mask();
}
