/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcclosed.c - whether a collection relies on barriers or watches pages.
 *
 * In a closed world (mworld.c) barriers tell all that is stored while the heap
 * is marked.  Libraries without barriers that nobody calls may sleep (msleep.c)
 * and are as good as none then: no page is watched for them.
 *
 * But there are minor collections only where pages are watched (mgcminor.c).
 * Where a heap that does not grow is marked again and again, for more than an
 * eighth of the time, these are better tried although libraries sleep; unless
 * what dies is young anyway (mgcyoung.c).
 */
#include "mgcclosed.h"

#include "base/rt_atomic.h"
#include "base/rt_options.h"
#include "mgcphase.h"
#include "mgcyoung.h"
#include "mgcyoungset.h"
#include "msleep.h"
#include "mworld.h"
#include "thread/mwake.h"

static uint32_t had_better_watch;       /* atomic */
static bool cannot_watch;

static bool is_closed_for_good(void)
{
    return mworld_is_closed() || rt_options.foreign == RT_FOREIGN_READONLY;
}

bool mgcclosed_is_told(void)
{
    return is_closed_for_good() || msleep_lasts();
}

bool mgcclosed_is_wanted(void)
{
    return mgcclosed_is_told() &&
           (!rt_load_relaxed(&had_better_watch) ||
            rt_load_relaxed(&mgcyoung_kind) || is_closed_for_good());
}

/* It is tried more than once: a thread that just begins is in its way. */
void mgcclosed_try(void)
{
    enum { TRIES = 4 };
    static unsigned ntries;
    if (ntries < TRIES && (ntries == 0 || mwake_may_sleep()) &&
        !mgcclosed_is_told()) {
        ntries++;
        msleep_begin(mgcyoungset_lose);
    }
}

void mgcclosed_note_mark(const struct mtrace_cycle *trace, uint64_t ns)
{
    enum { PART = 8, GROWTH_PART = 4 };
    static uint64_t last_marked, last_ns;
    uint64_t now = mgcphase_now_ns(), since = now - last_ns;
    bool grows = trace->heap_marked > last_marked + last_marked / GROWTH_PART;
    /* Minor ones make full ones rare: as long as it does not grow. */
    bool is_often = rt_load_relaxed(&had_better_watch) || ns > since / PART;
    rt_store_relaxed(&had_better_watch,
                     last_ns && !grows && !cannot_watch && is_often);
    last_marked = trace->heap_marked;
    last_ns = now;
}

void mgcclosed_cannot_watch(void)
{
    cannot_watch = true;
    rt_store_relaxed(&had_better_watch, false);
}
