/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_atomic.h - atomic accesses with their memory order in the name.
 *
 * The runtime's shared fields are plain integers and pointers; every access
 * that may race goes through one of these, so that a reader sees the order
 * at the place of use.  (C11's _Atomic would make each plain access
 * sequentially consistent, and its qualifier does not mix with the memory
 * that the collector reads conservatively.)
 *
 * Reading program memory while other threads write it uses
 * rt_load_relaxed on whole words: a torn pointer would be a lost object.
 */
#ifndef ESCC_RT_ATOMIC_H
#define ESCC_RT_ATOMIC_H

#include <stdbool.h>
#include <stdint.h>

#define rt_load_relaxed(p) __atomic_load_n((p), __ATOMIC_RELAXED)
#define rt_load_acquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define rt_load_seq(p) __atomic_load_n((p), __ATOMIC_SEQ_CST)

#define rt_store_relaxed(p, v) __atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define rt_store_release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define rt_store_seq(p, v) __atomic_store_n((p), (v), __ATOMIC_SEQ_CST)

#define rt_exchange(p, v) __atomic_exchange_n((p), (v), __ATOMIC_ACQ_REL)

/* Adds and subtracts; the value is the one before. */
#define rt_add_relaxed(p, v) __atomic_fetch_add((p), (v), __ATOMIC_RELAXED)
#define rt_sub_relaxed(p, v) __atomic_fetch_sub((p), (v), __ATOMIC_RELAXED)
#define rt_add_seq(p, v) __atomic_fetch_add((p), (v), __ATOMIC_SEQ_CST)
#define rt_sub_seq(p, v) __atomic_fetch_sub((p), (v), __ATOMIC_SEQ_CST)

/* Sets and clears bits; the value is the one before.  Relaxed: a mark bit
 * publishes nothing but itself. */
#define rt_or_relaxed(p, v) __atomic_fetch_or((p), (v), __ATOMIC_RELAXED)
#define rt_and_relaxed(p, v) __atomic_fetch_and((p), (v), __ATOMIC_RELAXED)

/* Compare and swap: true if *p was `from` and is now `to`.  Sequentially
 * consistent: the thread states' protocol needs the total order. */
#define rt_cas(p, from, to)                                                 \
    __extension__({                                                         \
        __typeof__(*(p)) rt_cas_from_ = (from);                             \
        __atomic_compare_exchange_n((p), &rt_cas_from_, (to), false,        \
                                    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);    \
    })

/* Adds to what the calling thread alone counts, so that its signal handlers
 * may read it and set it to 0 between any two instructions. */
static inline void rt_count(uint64_t *counter, uint64_t n)
{
#if defined(__x86_64__)
    __asm__ volatile("{addq %1, %0|add %0, %1}"
                     : "+m"(*counter) : "er"(n) : "cc");
#else
    rt_add_relaxed(counter, n);
#endif
}

#define rt_fence() __atomic_thread_fence(__ATOMIC_SEQ_CST)

/* Orders this thread against its own signal handlers only. */
#define rt_signal_fence() __atomic_signal_fence(__ATOMIC_SEQ_CST)

/* Says that this is a spin loop. */
static inline void rt_pause(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    rt_signal_fence();
#endif
}

#endif /* ESCC_RT_ATOMIC_H */
