/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwake.c - code that is not executable, and what comes before it runs again.
 *
 * [inv.asleep]  Of code that is not executable no instruction has run since it
 * was made so, as long as `mwake_state` is MWAKE_ASLEEP: the first one faults.
 * The thread that it happened to calls `woken`, makes all of that code
 * executable, and goes on where it was.  So what relies on the sleep has ended
 * before: what `woken` stores comes before the system call that lets the code
 * run, in the thread that runs it as in any other.
 *
 *      NEVER --> BEGINS --> ASLEEP --> WAKING --> AWAKE
 *        ^         |  `--------------------------^
 *        `---------'
 *
 * Which code that is, and whether the process is one in which it can be done,
 * gc/msleep.c knows.  It sleeps once in the life of a process.
 *
 * Faults.  Nothing sleeps but where SIGSEGV's action is the default one, and no
 * thread blocks it.  Then the kernel has a handler of ours, and the program
 * does not see it: msignal.c tells it SIG_DFL, and what is no fault of code
 * that sleeps ends the process as SIG_DFL does, at the same instruction.
 * Whoever changes that wakes first: SIGSEGV's action (msignal.c), a mask of
 * signals (msignal_mask, and the threads that begin with one), rights to change
 * the protection of memory (wrap/mwrap_sandbox.c), the memory itself.  What
 * else could do so opens the world, or runs in a library that is then awake.
 *
 * The handler stays when all are awake: another thread may have faulted just
 * before, and have its signal still before it.  That happens to a thread once;
 * it notes that it did, or one that jumps to where code was would try for ever.
 * For the same reason a handler of the program for SIGSEGV is called for what
 * is left.  (A thread whose signal has not come when another one ignores
 * SIGSEGV ends the process; to wait for it would take a stop.)
 *
 * No lock: whoever changes the state from ASLEEP does all the rest with its
 * signals blocked, and others wait for it.  A copy of the process, in which who
 * was at it does not exist, does it itself.
 */
#include "mwake.h"

#include "base/mcontext.h"
#include "base/rt_assert.h"
#include "base/rt_fatal.h"
#include "base/rt_real.h"
#include "base/rt_syscall.h"
#include "msignal.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

uint32_t mwake_state;
static uint32_t forbidden;

static const struct mwake_code *code;   /* constant from BEGINS on */
static size_t ncode;
static void (*on_woken)(void);
static unsigned long saved_mask;        /* from BEGINS to its end */

static const char *cause_of_waking;
static uintptr_t waking_address;

/* A page that is tried, and by whom. */
enum { PAGE_BYTES = 4096 };
static uintptr_t tried;
static const struct __escc_tls *trying; /* NULL: nobody */
static unsigned nfaults, nright;

/* ---- masks and memory ---------------------------------------------------- */

static unsigned long block_signals(bool faults_too)
{
    unsigned long all = ~0ul, saved = 0;
    if (!faults_too)
        all &= ~(1ul << (SIGSEGV - 1));
    rt_syscall_raw(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all, (long)&saved,
                   sizeof all, 0, 0);
    return saved;
}

static void unblock_signals(unsigned long saved)
{
    rt_syscall_raw(SYS_rt_sigprocmask, SIG_SETMASK, (long)&saved, 0,
                   sizeof saved, 0, 0);
}

static bool protect(const struct mwake_code *c, int protection)
{
    return rt_syscall_raw(SYS_mprotect, (long)c->from, (long)(c->to - c->from),
                          protection, 0, 0, 0) == 0;
}

static void advise(const struct mwake_code *c, int advice)
{
    rt_syscall_raw(SYS_madvise, (long)c->from, (long)(c->to - c->from), advice,
                   0, 0, 0);
}

/* The advice keeps the kernel from making one mapping of the code and of
 * constants beside it: to divide them again takes room in its table, which may
 * be full. */
static bool let_sleep(const struct mwake_code *c)
{
    advise(c, MADV_RANDOM);
    if (protect(c, PROT_READ))
        return true;
    advise(c, MADV_NORMAL);
    return false;
}

static void make_executable(const struct mwake_code *c)
{
    if (!protect(c, PROT_READ | PROT_EXEC))
        rt_fatal("the system does not let code run again at %p",
                 (void *)c->from);
    advise(c, MADV_NORMAL);
}

bool mwake_is_code(uintptr_t from, uintptr_t to)
{
    for (size_t i = 0; i < ncode; i++)
        if (from < code[i].to && to > code[i].from)
            return true;
    return false;
}

/* ---- waking -------------------------------------------------------------- */

static void finish(void)
{
    if (on_woken)
        on_woken();
    for (size_t i = 0; i < ncode; i++)
        make_executable(&code[i]);
    rt_store_seq(&mwake_state, MWAKE_AWAKE);
}

/* Until nobody is at it. */
static uint32_t await(void)
{
    static const struct timespec moment = {.tv_nsec = 50000};
    for (;;) {
        uint32_t state = rt_load_seq(&mwake_state);
        if (state != MWAKE_BEGINS && state != MWAKE_WAKING)
            return state;
        if (msignal_is_copy())
            finish();
        else
            rt_syscall_raw(SYS_nanosleep, (long)&moment, 0, 0, 0, 0, 0);
    }
}

/* A handler of the program must not run code that sleeps here. */
static void wake(const char *cause, uintptr_t address)
{
    unsigned long mask = block_signals(true);
    while (await() == MWAKE_ASLEEP) {
        if (!rt_cas(&mwake_state, MWAKE_ASLEEP, MWAKE_WAKING))
            continue;
        cause_of_waking = cause;
        waking_address = address;
        finish();
    }
    unblock_signals(mask);
}

void mwake_now_slow(const char *cause)
{
    int saved = errno;
    wake(cause, 0);
    errno = saved;
}

void mwake_forbid(const char *cause)
{
    if (!rt_load_seq(&forbidden))
        rt_store_seq(&forbidden, 1);
    mwake_now(cause);
}

void mwake_look_at_mask(void)
{
    unsigned long mask = 0;
    if (rt_load_seq(&forbidden) || rt_load_seq(&mwake_state) == MWAKE_AWAKE)
        return;
    rt_syscall_raw(SYS_rt_sigprocmask, 0, 0, (long)&mask, sizeof mask, 0, 0);
    if (mask >> (SIGSEGV - 1) & 1)
        mwake_forbid("a thread's mask of signals");
}

void mwake_before(uintptr_t from, uintptr_t to)
{
    uint32_t state = rt_load_seq(&mwake_state);
    if (state == MWAKE_NEVER || state == MWAKE_AWAKE)
        return;
    await();
    if (mwake_is_code(from, to))
        mwake_now("a change of its memory");
}

bool mwake_cause(const char **cause, uintptr_t *address)
{
    if (rt_load_seq(&mwake_state) != MWAKE_AWAKE ||
        !(cause_of_waking || waking_address))
        return false;
    *cause = cause_of_waking;
    *address = waking_address;
    return true;
}

void mwake_fork_child(void)
{
    if (rt_load_seq(&mwake_state) == MWAKE_WAKING)
        finish();
}

/* ---- faults -------------------------------------------------------------- */

/* That a thread has been late: a byte of those that the ABI reserves for the
 * runtime. */
static volatile unsigned char *late(void)
{
    return &__escc_tls.reserved[2];
}

static bool is_fetch(const siginfo_t *info, uintptr_t at)
{
    return info->si_code == SEGV_ACCERR && (uintptr_t)info->si_addr == at;
}

/* Once for each call of mwake_try; more often, or otherwise, is wrong. */
static void end_try(const siginfo_t *info, uintptr_t at)
{
    nfaults++;
    nright += is_fetch(info, at) && at - tried < PAGE_BYTES;
    struct mwake_code page = {tried, tried + PAGE_BYTES};
    if (!protect(&page, PROT_READ | PROT_EXEC))
        rt_fatal("the system does not let code run again at %p",
                 (void *)tried);
}

bool mwake_is_over(const siginfo_t *info, const void *context)
{
    uintptr_t at = mcontext_interrupted_pc(context);
    if (rt_load_seq(&mwake_state) == MWAKE_NEVER)
        return false;
    if (trying == &__escc_tls && info->si_code > 0 && !nfaults) {
        end_try(info, at);
        return true;
    }
    if (!is_fetch(info, at) || !mwake_is_code(at, at + 1))
        return false;
    if (await() == MWAKE_ASLEEP) {
        wake(NULL, at);
        return true;
    }
    bool again = *late();
    *late() = 1;
    return !again;
}

/* Wakes the rest before: a fault need not come again, if other threads change
 * what is mapped. */
static void end_as_default(int signal, siginfo_t *info)
{
    const struct sigaction by_default = {.sa_handler = SIG_DFL};
    if (mwake_is_asleep())
        mwake_now("a fault");
    RT_REAL(sigaction)(signal, &by_default, NULL);
    if (info->si_code > 0)
        return;
    long process = rt_syscall_raw(SYS_getpid, 0, 0, 0, 0, 0, 0);
    long thread = rt_syscall_raw(SYS_gettid, 0, 0, 0, 0, 0, 0);
    if (rt_syscall_raw(SYS_rt_tgsigqueueinfo, process, thread, signal,
                       (long)info, 0, 0) != 0)
        rt_syscall_raw(SYS_tgkill, process, thread, signal, 0, 0, 0);
}

void mwake_on_fault(int signal, siginfo_t *info, void *context)
{
    int saved = errno;
    if (!mwake_is_over(info, context))
        end_as_default(signal, info);
    errno = saved;
}

/* ---- putting code to sleep ----------------------------------------------- */

bool mwake_may_sleep(void)
{
    return rt_load_seq(&mwake_state) == MWAKE_NEVER &&
           !rt_load_seq(&forbidden);
}

bool mwake_prepare(void)
{
    return msignal_take_faults();
}

bool mwake_begin(void)
{
    saved_mask = block_signals(false);
    bool blocks = saved_mask >> (SIGSEGV - 1) & 1;
    rt_store_seq(&mwake_state, MWAKE_BEGINS);
    if (!rt_load_seq(&forbidden) && msignal_has_faults() &&
        (!blocks || mthread_self()->is_helper))
        return true;
    mwake_abandon();
    return false;
}

void mwake_abandon(void)
{
    rt_assert(mwake_state == MWAKE_BEGINS);
    ncode = 0;
    rt_store_seq(&mwake_state, MWAKE_NEVER);
    unblock_signals(saved_mask);
    msignal_give_faults_back();
}

static void call(uintptr_t at)
{
    void (*function)(void);
    memcpy(&function, &at, sizeof function);
    function();
}

/* First as what it is: whatever keeps translations of code has one then. */
bool mwake_try(uintptr_t page, uintptr_t at)
{
    struct mwake_code all = {page, page + PAGE_BYTES};
    nfaults = nright = 0;
    call(at);
    if (!protect(&all, PROT_READ))
        return false;
    if (!protect(&all, PROT_READ | PROT_EXEC) || !protect(&all, PROT_READ))
        return false;
    tried = page;
    trying = &__escc_tls;
    rt_signal_fence();
    call(at);
    rt_signal_fence();
    trying = NULL;
    return nfaults == 1 && nright == 1;
}

bool mwake_complete(const struct mwake_code *list, size_t n,
                    void (*woken)(void))
{
    size_t done = 0;
    code = list;
    on_woken = woken;
    rt_store_release(&ncode, n);
    while (done < n && let_sleep(&list[done]))
        done++;
    if (done == n) {
        rt_store_seq(&mwake_state, MWAKE_ASLEEP);
        unblock_signals(saved_mask);
        return true;
    }
    on_woken = NULL;
    while (done > 0)
        make_executable(&list[--done]);
    rt_store_seq(&mwake_state, MWAKE_AWAKE);
    unblock_signals(saved_mask);
    return false;
}
