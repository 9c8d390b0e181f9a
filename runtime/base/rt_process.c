/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_process.c - the state of the process: started or not, guest or not.
 *
 * Owns the once of start-up: the first thread that comes starts the runtime,
 * others wait until it has.  (There hardly are any: a process that starts a
 * thread has allocated for it before.)  What is done in which order is
 * wrap/rt_start.c's.
 *
 * No lock: start_state moves forward only, NOT_STARTED -> STARTING ->
 * RUNNING, by a compare-and-swap and then by the thread that won it.
 */
#include "rt_process.h"

#include "rt_assert.h"
#include "rt_atomic.h"
#include "rt_export.h"
#include "rt_options.h"
#include "rt_syscall.h"

#include <errno.h>
#include <unistd.h>

enum start_state { NOT_STARTED, STARTING, RUNNING };

static uint32_t start_state;
static int starting_tid;

unsigned char rt_guest_state;
unsigned char rt_unusual = RT_UNUSUAL_START;

/* Nobody reads it: escc/rt.h. */
RT_EXPORT const char
    __escc_runtime_abi_1_missing__link_with_escc_or_escc_print_link_flags[1];

void rt_is_unusual(enum rt_unusual what)
{
    rt_or_relaxed(&rt_unusual, (unsigned char)what);
}

/* Start-up is over. */
static void note_usual(void)
{
    if (rt_is_guest())
        rt_is_unusual(RT_UNUSUAL_GUEST);
    if (rt_options.gcstress != 0 || rt_options.young == 2)
        rt_is_unusual(RT_UNUSUAL_STRESS);
    if (rt_options.checkmark)
        rt_is_unusual(RT_UNUSUAL_CHECK);
    if (rt_options.tell_free || rt_options.clobber)
        rt_is_unusual(RT_UNUSUAL_LOOK);
    if (rt_options.free != RT_FREE_IGNORE)
        rt_is_unusual(rt_options.free == RT_FREE_TRUST ? RT_UNUSUAL_TRUST
                                                       : RT_UNUSUAL_DROP);
    rt_and_relaxed(&rt_unusual, (unsigned char)~RT_UNUSUAL_START);
}

void rt_init(void)
{
    if (__builtin_expect(rt_load_acquire(&start_state) == RUNNING, 1))
        return;
    int tid = (int)rt_syscall(SYS_gettid);
    if (!rt_cas(&start_state, NOT_STARTED, STARTING)) {
        if (rt_load_relaxed(&starting_tid) == tid)
            return;
        while (rt_load_acquire(&start_state) != RUNNING)
            rt_yield();
        return;
    }
    int saved = errno;
    rt_store_relaxed(&starting_tid, tid);
    rt_start();
    rt_assert(rt_guest_state != RT_GUEST_PROBING);
    note_usual();
    rt_store_release(&start_state, RUNNING);
    errno = saved;
}

bool rt_is_running(void)
{
    return rt_load_acquire(&start_state) == RUNNING;
}

bool rt_is_guest(void)
{
    return rt_load_relaxed(&rt_guest_state) == RT_GUEST_YES;
}
