/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_tls.c - the calling thread's block of state, struct __escc_tls.
 *
 * Rewritten code reads this block (include/escc/rt.h documents its fields);
 * the runtime finds everything about the calling thread from here.
 *
 * A thread is in the runtime while in_rt is not 0.  What must not happen
 * there (a handshake, a handler of the program) only sets `pending`, and the
 * outermost rt_leave makes up for it.  How is the thread layer's to know,
 * which leaves a function here.
 *
 * A thread begins with its barriers on; it takes what the collection needs
 * when it gets into the list of threads (gc/mgcshade.c, [inv.unknown]).
 *
 * Compiled for general registers only (gc/mbarrier_amd64.S).
 */
#include "rt_tls.h"

#include "rt_assert.h"
#include "rt_export.h"

RT_EXPORT __thread struct __escc_tls __escc_tls
    __attribute__((tls_model("initial-exec"))) =
    {.marking = RT_TLS_MARKING, .shade_to = UINTPTR_MAX};

_Static_assert(sizeof(struct __escc_tls) <= 64,
               "fits glibc's surplus of static TLS");

static void (*on_leave)(void);

void rt_on_leave(void (*act)(void))
{
    on_leave = act;
}

void rt_leave_slow(void)
{
    rt_assert(on_leave);
    if (__escc_tls.thread)
        on_leave();
}
