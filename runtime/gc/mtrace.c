/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mtrace.c - the line per collection of ESCC_DEBUG=gctrace=1.
 *
 * The format is that of Go's GODEBUG=gctrace=1, to the letter, so that
 * every tool that reads those lines reads ours:
 *
 *   gc 1 @0.012s 2%: 0.026+0.39+0.10 ms clock,
 *       0.026+0/0.39/0+0.10 ms cpu, 4->5->1 MB, 4 MB goal,
 *       0 MB stacks, 0 MB globals, 2 P (forced)
 *
 * in one line.  The clock times are those of Go's three phases.  Beside the
 * threads: the first stop, marking, the last stop; the pauses are the first
 * and the third.  Else: until the world is stopped, marking, until it runs
 * again; the pause is the sum of the three.  The processor times are the same,
 * and that of further markers (mgcgang.c): a+assist/background/idle+c.
 *
 * gctrace=2 adds a line on what was read, in which way, how much of what kept
 * its marks (mgcminor.c) was written since, and how often the queue
 * overflowed.
 *
 * No state, no locks.
 */
#include "mtrace.h"

#include "base/rt_options.h"
#include "base/rt_print.h"
#include "msleep.h"

#include <stddef.h>

/* Milliseconds as Go prints them: two significant digits below 10 (three
 * decimals below 0.1), no fraction above. */
static size_t format_ms(char *out, size_t bytes, uint64_t ns)
{
    uint64_t us = ns / 1000;
    if (ns == 0)
        return rt_format(out, bytes, "0");
    if (us >= 10000)
        return rt_format(out, bytes, "%lu", us / 1000);
    if (us >= 1000)
        return rt_format(out, bytes, "%lu.%lu", us / 1000, us % 1000 / 100);
    if (us >= 100)
        return rt_format(out, bytes, "0.%02lu", us / 10);
    return rt_format(out, bytes, "0.%03lu", us);
}

static uint64_t megabytes(uint64_t bytes)
{
    return bytes >> 20;
}

/* Go's line, with its newline; returns its length. */
static size_t format_cycle(char *out, size_t bytes,
                           const struct mtrace_cycle *c)
{
    char stop[24], mark[24], end[24], marked[24], ended[24];
    uint64_t elapsed = c->started_ns + c->stopping_ns + c->marking_ns +
                       c->ending_ns;
    uint64_t percent = elapsed
        ? c->total_gc_ns / ((elapsed * c->nprocs + 99) / 100) : 0;
    format_ms(stop, sizeof stop, c->stopping_ns);
    format_ms(mark, sizeof mark, c->marking_ns);
    format_ms(end, sizeof end, c->ending_ns);
    bool stopped = c->world == ESCC_GC_STOPPED;
    uint64_t open_ns = stopped ? c->mark.helped_ns : c->helped_open_ns;
    format_ms(marked, sizeof marked, c->marking_ns + open_ns);
    format_ms(ended, sizeof ended,
              c->ending_ns + c->mark.helped_ns - open_ns);
    return rt_format(out, bytes,
                     "gc %lu @%lu.%03lus %lu%%: %s+%s+%s ms clock, "
                     "%s+0/%s/0+%s ms cpu, %lu->%lu->%lu MB, %lu MB goal, "
                     "%lu MB stacks, %lu MB globals, %u P%s\n",
                     c->number, c->started_ns / 1000000000,
                     c->started_ns / 1000000 % 1000, percent, stop, mark,
                     end, stop, marked, ended, megabytes(c->heap_before),
                     megabytes(c->heap_after), megabytes(c->heap_marked),
                     megabytes(c->heap_goal), megabytes(c->stacks),
                     megabytes(c->globals), c->nprocs,
                     c->forced ? " (forced)" : "");
}

static const char *const worlds[] = {
    [ESCC_GC_STOPPED] = "threads stopped",
    [ESCC_GC_CLOSED] = "beside threads in a closed world",
    [ESCC_GC_OPEN] = "beside threads in an open world",
};

/* What the stops beside the threads were made of. */
static void format_stops(char *out, size_t bytes,
                         const struct mtrace_cycle *c)
{
    out[0] = '\0';
    if (c->world == ESCC_GC_STOPPED)
        return;
    size_t length = rt_format(out, bytes,
                              ", %lu and %lu us until threads stood",
                              c->asking_ns / 1000, c->asking_last_ns / 1000);
    if (c->world == ESCC_GC_OPEN)
        rt_format(out + length, bytes - length,
                  ", %lu KB written last, %u stops left (%lu us at most)",
                  c->mark.last_bytes >> 10, c->nleft, c->left_ns / 1000);
}

void mtrace_print(const struct mtrace_cycle *c)
{
    char line[768], minor[64] = "", stops[128];
    size_t length = format_cycle(line, sizeof line, c);
    format_stops(stops, sizeof stops, c);
    if (c->is_minor || c->watched_ns)
        rt_format(minor, sizeof minor, ", %s (%lu KB written)",
                  c->is_minor ? "minor" : "full", c->written_bytes >> 10);
    if (rt_options.gctrace > 1)
        length += rt_format(
            line + length, sizeof line - length,
            "gc %lu: %lu objects, %lu KB read, %lu KB foreign, %lu KB "
            "stacks, %lu KB globals, %u threads, %lu passes, %lu markers, "
            "%s%s, %u rounds%s%s%s%s\n",
            c->number, c->mark.marked_objects, c->mark.scanned_bytes >> 10,
            c->mark.foreign_bytes >> 10, c->mark.stack_bytes >> 10,
            c->mark.global_bytes >> 10, c->nthreads, c->mark.npasses,
            c->mark.nmarkers, worlds[c->world], minor, c->nrounds,
            c->closed_by_program ? ", closed by the program" : "", stops,
            *c->open_for ? "; open world: " : "", c->open_for);
    rt_write(line, length);
    if (rt_options.gctrace > 1)
        msleep_trace();
}
