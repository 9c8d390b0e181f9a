/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_vfork.c - after a child that shared this process's memory.
 *
 * Until a child of vfork ends, or becomes another program, its thread is its
 * parent's to the runtime: what it calls changes the parent's record.  It may
 * be killed in the middle of such a call.  A parent that was BLOCKED from then
 * on would run while it counts as waiting, and its stack be read from where
 * the child's was; one that was in the runtime would be asked in vain.  So
 * when the parent goes on it is what it was.  (Locks that the child had are
 * lost, as those of the C library are.)
 *
 * No locks.
 */
#include "mwrap_vfork.h"

#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "thread/mthread.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

uint64_t mwrap_vfork_begin(void)
{
    uint64_t word;
    memcpy(&word, (const void *)&__escc_tls, sizeof word);
    return word;
}

long mwrap_vfork_end(long child, uint64_t before)
{
    enum { IN_RT_SHIFT = 8 * offsetof(struct __escc_tls, in_rt),
           TORN_SHIFT = 8 * offsetof(struct __escc_tls, torn) };
    struct mthread *self = __escc_tls.thread;
    if (child < 0) {
        errno = (int)-child;
        return -1;
    }
    if (self && rt_load_seq(&self->state) != MTHREAD_RUN)
        mthread_block_end();
    __escc_tls.torn = (unsigned char)(before >> TORN_SHIFT);
    __escc_tls.in_rt = (unsigned char)(before >> IN_RT_SHIFT);
    if (self) {                 /* what came meanwhile */
        rt_enter();
        rt_leave();
    }
    return child;
}
