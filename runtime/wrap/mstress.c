/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mstress.c - collections at random moments (ESCC_DEBUG=gcrandom=N).
 *
 * gcstress collects where the program allocates, so a thread collects with
 * its words in order.  What goes wrong between two instructions elsewhere (a
 * word in pieces, a pointer in a place that is not scanned) shows only when
 * another thread collects just then.  So a thread of the runtime sleeps for a
 * random time and collects, again and again; every thread of the program,
 * also the only one, is then stopped by the signal wherever it is.
 *
 * With ESCC_DEBUG=concurrent=1 it opens a collection beside the threads
 * instead, does some steps of it, or closes it: then both stops fall between
 * any two instructions, also between a store and the check of its barrier.
 *
 * The times come from a generator with a fixed start, ESCC_DEBUG=gcseed=N:
 * the sequence of sleeps is the same in each run, the instructions that it
 * hits are not.
 *
 * The thread takes no signal of the program's.  In the child of fork a new
 * one is started.
 */
#include "mstress.h"

#include "base/rt_options.h"
#include "base/rt_process.h"
#include "base/rt_syscall.h"
#include "gc/mgc.h"
#include "thread/mthread.h"

#include <pthread.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

/* Of an open collection at a time, on average: it has hundreds, and what
 * matters is where it begins and ends. */
enum { STEPS = 32 };

/* Marsaglia's xorshift64: any state but 0 will do. */
static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void sleep_ns(uint64_t ns)
{
    struct timespec time = {.tv_sec = (time_t)(ns / 1000000000),
                            .tv_nsec = (long)(ns % 1000000000)};
    bool blocked = mthread_block_begin();
    rt_syscall(SYS_nanosleep, &time, NULL);
    if (blocked)
        mthread_block_end();
}

static void *run(void *unused)
{
    /* An odd multiplier spreads neighbouring seeds; never 0. */
    uint64_t state = ((uint64_t)rt_options.gcseed << 1 | 1) *
                     UINT64_C(0x9e3779b97f4a7c15);
    uint64_t range = 2 * (uint64_t)rt_options.gcrandom * 1000;
    (void)unused;
    for (;;) {
        rt_enter();
        sleep_ns(next(&state) % range);
        do
            mgc_stress();
        while (mgc_phase() == MGC_OPEN && next(&state) % STEPS != 0);
        rt_leave();
    }
    return NULL;
}

void mstress_start(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    unsigned long others = ~(3ul << 31), saved;     /* [inv.setxid] */
    if (rt_options.gcrandom == 0 || rt_is_guest() ||
        pthread_attr_init(&attributes) != 0)
        return;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    rt_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &others, &saved, sizeof saved);
    pthread_create(&thread, &attributes, run, NULL);
    rt_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &saved, NULL, sizeof saved);
    pthread_attr_destroy(&attributes);
}
