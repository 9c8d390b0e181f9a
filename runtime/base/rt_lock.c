/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_lock.c - the mutex of the runtime, on a futex.
 *
 * pthread mutexes are out: the runtime wraps them for the program, they may
 * be cancelled into, and a fork child cannot reset them.  This is the
 * three-state futex mutex (free, held, held with waiters); an uncontended
 * pair costs two atomic instructions.
 *
 * [inv.nolockstop]  No thread is stopped for a collection, and no user
 * signal handler runs, while the thread holds a lock: locks are taken only
 * inside the runtime (in_rt), where the handshake is put off.  Therefore
 * the collector may take any lock while threads are stopped.
 *
 * [inv.lockrank]  Locks are taken in the order of enum rt_lock_rank.
 * Debug builds check it with a set of ranks per thread.
 *
 * The gate.  fork copies one thread; a lock that another thread held would
 * stay locked in the child for ever.  Stopping the other threads is no way
 * out, since a stopped one may hold a lock of libc that fork itself takes.
 * Instead the forking thread closes the gate and waits until no thread
 * holds a lock.  Each thread counts its locks in its TLS block: it
 * counts first, by an atomic instruction, and tests the gate after, the
 * forking thread closes first and reads the counts after: one of the two
 * sees the other.  [inv.gate]  Only who has counted and seen the gate open
 * touches the lock: one that was taken and given back at once would be
 * found taken in the child, if the kernel copied its page in between.  A
 * thread that already holds a lock passes the gate, since it must be able
 * to finish.
 */
#include "rt_lock.h"

#include "rt_assert.h"
#include "rt_atomic.h"
#include "rt_syscall.h"

#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>
#include <unistd.h>

enum { FREE, HELD, WAITED_FOR };

/* 100: about the 1-2 us that the longest short section takes; on one CPU
 * spinning only wastes the holder's slice, so it stays short. */
enum { NSPINS = 100 };

static uint32_t gate_closed;

/* Threads that sleep for a short lock; atomic. */
static uint32_t nsleeping;

#if RT_DEBUG
static __thread uint32_t held_ranks, lent_ranks
    __attribute__((tls_model("initial-exec")));
#endif

static void futex_wait(uint32_t *word, uint32_t value)
{
    int saved = errno;
    rt_syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
    errno = saved;
}

static void futex_wake(uint32_t *word, int nthreads)
{
    int saved = errno;
    rt_syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, nthreads, NULL, NULL, 0);
    errno = saved;
}

static void release(struct rt_lock *lock)
{
    if (rt_exchange(&lock->state, FREE) == WAITED_FOR)
        futex_wake(&lock->state, 1);
}

static void note_held(struct rt_lock *lock)
{
#if RT_DEBUG
    rt_check((held_ranks >> lock->rank) == 0);  /* [inv.lockrank] */
    held_ranks |= 1u << lock->rank;
#else
    (void)lock;
#endif
}

static bool is_gate_closed(void)
{
    return __builtin_expect(rt_load_seq(&gate_closed), 0) &&
           *rt_lock_count(&__escc_tls) == 0;
}

/* Counts a lock that is going to be taken.  False: not at a closed gate. */
static bool count_in(void)
{
    volatile unsigned char *count = rt_lock_count(&__escc_tls);
    __atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST);
    if (__builtin_expect(!rt_load_seq(&gate_closed), 1) || *count > 1)
        return true;
    --*count;
    return false;
}

/* One attempt.  The lock counts from before the atomic instruction, and a
 * thread that only waits for one counts as holding none: it may wait for
 * the forking thread. */
static bool attempt(struct rt_lock *lock, uint32_t held_as)
{
    if (!count_in())
        return false;
    bool won = held_as == HELD ? rt_cas(&lock->state, FREE, HELD)
                               : rt_exchange(&lock->state, held_as) == FREE;
    if (!won)
        --*rt_lock_count(&__escc_tls);
    return won;
}

static bool spin(struct rt_lock *lock)
{
    for (int i = 0; i < NSPINS; i++) {
        if (rt_load_relaxed(&lock->state) == FREE && attempt(lock, HELD))
            return true;
        rt_pause();
    }
    return false;
}

static void wait_at_gate(void)
{
    while (is_gate_closed())
        futex_wait(&gate_closed, 1);
}

static void acquire(struct rt_lock *lock)
{
    if (attempt(lock, HELD))
        return;
    wait_at_gate();
    if (spin(lock))
        return;
    bool is_short = lock->rank >= RT_RANK_MCENTRAL;
    rt_add_seq(&nsleeping, is_short);
    while (!attempt(lock, WAITED_FOR)) {
        futex_wait(&lock->state, WAITED_FOR);
        wait_at_gate();
    }
    rt_sub_seq(&nsleeping, is_short);
}

void rt_unlock_meanwhile(struct rt_lock *lock)
{
    ++*rt_lock_count(&__escc_tls);
    rt_unlock(lock);
}

void rt_lock_again(struct rt_lock *lock)
{
    rt_lock(lock);
    --*rt_lock_count(&__escc_tls);
}

bool rt_try_lock(struct rt_lock *lock)
{
    if (rt_load_relaxed(&lock->state) != FREE || !attempt(lock, HELD))
        return false;
    note_held(lock);
    return true;
}

void rt_lock(struct rt_lock *lock)
{
    acquire(lock);
    note_held(lock);
}

void rt_unlock(struct rt_lock *lock)
{
#if RT_DEBUG
    rt_check(held_ranks >> lock->rank & 1);
    held_ranks &= ~(1u << lock->rank);
#endif
    rt_assert(rt_load_relaxed(&lock->state) != FREE);
    release(lock);
    --*rt_lock_count(&__escc_tls);
}

/* Who is woken needs some 50 us to come.  Meanwhile a loop that takes its lock
 * again at once would have it nearly always, so that the other one would sleep
 * until the loop ends. */
void rt_lock_let_others(void)
{
    enum { NYIELDS = 100 };
    rt_assert(rt_locks_held() >> RT_RANK_MCENTRAL == 0);
    for (int i = 0; i < NYIELDS && rt_load_relaxed(&nsleeping); i++)
        rt_yield();
}

uint32_t rt_locks_held(void)
{
#if RT_DEBUG
    return held_ranks;
#else
    return 0;
#endif
}

bool rt_holds_lock(enum rt_lock_rank rank)
{
#if RT_DEBUG
    return (held_ranks | lent_ranks) >> rank & 1;
#else
    (void)rank;
    return true;
#endif
}

void rt_lock_lend(uint32_t ranks)
{
#if RT_DEBUG
    lent_ranks = ranks;
#else
    (void)ranks;
#endif
}

void rt_lock_gate_close(bool (*others_hold)(void))
{
    rt_store_seq(&gate_closed, 1);
    rt_fence();
    while (others_hold())
        rt_yield();
}

void rt_lock_gate_open(void)
{
    rt_store_seq(&gate_closed, 0);
    futex_wake(&gate_closed, 1 << 30);
}

void rt_lock_gate_child(void)
{
    rt_store_seq(&nsleeping, 0);
    rt_store_seq(&gate_closed, 0);
}
