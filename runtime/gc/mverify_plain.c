/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mverify_plain.c - ESCC_DEBUG=verify=noscan: do objects that are said to hold
 * no pointers hold none?
 *
 * The compiler says of some allocations that no pointer is ever stored in
 * their objects, and the collector does not read them.  If that were wrong,
 * what only such an object leads to would be freed.  So when marking has
 * ended, the threads stopped, all of those that were marked are read.  A word
 * that leads to a collectable object that is not marked is such a pointer, or
 * a number that looks like one: addresses of the heap are no numbers that
 * programs have.
 *
 * Only objects with a site count, which are cleared in this mode: what had
 * been in the memory before does not count.
 */
#include "mverify_plain.h"

#include "base/rt_atomic.h"
#include "base/rt_fatal.h"
#include "base/rt_options.h"
#include "heap/mbitmap.h"
#include "heap/mheap.h"
#include "mprotected.h"
#include "mverify_sites.h"

static bool is_on;

static void report(uintptr_t holder, uintptr_t at, uintptr_t object)
{
    char from[256], to[256];
    mverify_format_site(from, sizeof from, mverify_site_of(holder));
    mverify_format_site(to, sizeof to, mverify_site_of(object));
    rt_fatal_hint("this is a mistake of escc",
                  "verify=noscan: %s, offset %lu, was said to hold no "
                  "pointer, and leads to %s", from, at - holder, to);
}

static void check_object(struct mspan *span, uint32_t index, void *unused)
{
    (void)unused;
    uintptr_t base = mbitmap_base(span, index);
    size_t bytes = mbitmap_bytes(span);
    if (!mbitmap_is_marked(span, index) || !mverify_site_of(base) ||
        mprotected_overlaps(base, base + bytes))
        return;
    for (uintptr_t at = base; at + 8 <= base + bytes; at += 8) {
        uintptr_t word = rt_load_relaxed((const uintptr_t *)at);
        struct mspan *to;
        uint32_t to_index;
        if (mheap_contains(word) && mbitmap_find(word, &to, &to_index) &&
            !to->foreign && !mbitmap_is_marked(to, to_index))
            report(base, at, mbitmap_base(to, to_index));
    }
}

static void check_span(struct mspan *span, void *unused)
{
    (void)unused;
    if (!span->scan && !span->foreign)
        mbitmap_for_each_object(span, check_object, NULL);
}

void mverify_plain_after_marking(void)
{
    if (is_on)
        mheap_for_each_span(check_span, NULL);
}

void mverify_plain_init(void)
{
    is_on = rt_options.verify & RT_VERIFY_NOSCAN;
    if (is_on)
        mverify_sites_init();
}
