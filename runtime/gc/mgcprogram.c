/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcprogram.c - what programs ask of the collector (<escc/gc.h>).
 *
 * Each runs under the collection lock, so that a new setting is seen by a
 * whole step of a collection or by none of it.  Where the process's malloc is
 * not ours a setting is kept, and nothing asks for it.
 */
#include "mgc.h"

#include "base/rt_export.h"
#include "base/rt_process.h"
#include "base/rt_tls.h"
#include "mgcgoal.h"

#include <escc/gc.h>

#include <stdbool.h>
#include <stdint.h>

/* Whether the lock is to be given back by leave(). */
static bool enter(void)
{
    rt_enter();
    rt_init();
    return mgc_hold();
}

static void leave(bool held)
{
    if (held)
        mgc_release();
    rt_leave();
}

RT_EXPORT void escc_gc(void)
{
    rt_enter();
    rt_init();
    mgc_collect(MGC_FORCED);
    rt_leave();
}

RT_EXPORT int escc_set_gc_percent(int new_percent)
{
    bool held = enter();
    int old = mgcgoal_set_percent(new_percent);
    leave(held);
    return old;
}

/* INT64_MAX means none, as Go's math.MaxInt64. */
RT_EXPORT int64_t escc_set_memory_limit(int64_t bytes)
{
    bool held = enter();
    uint64_t old = mgcgoal_limit();
    if (bytes >= 0)
        mgcgoal_set_limit(bytes == INT64_MAX ? UINT64_MAX : (uint64_t)bytes);
    leave(held);
    return old > INT64_MAX ? INT64_MAX : (int64_t)old;
}

RT_EXPORT int64_t escc_set_heap_min(int64_t bytes)
{
    bool held = enter();
    uint64_t old = mgcgoal_minimum();
    if (bytes >= 0)
        mgcgoal_set_minimum((uint64_t)bytes);
    leave(held);
    return (int64_t)old;
}
