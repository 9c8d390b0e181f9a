/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mpagesize.c - huge pages or small ones.
 *
 * A huge page is one fault where small ones are 512, and the processor finds
 * its address by one entry of a table that has few.  So they are what a large
 * heap asks for.  But what the first touch costs is the system's affair.  On a
 * machine of one's own it is 2 MiB of zeroing, 0.1 to 0.3 ms, less than the
 * small pages' faults.  A virtual machine may have returned free memory to its
 * host (free page reporting, a balloon): whole huge pages first, since these
 * are what it returns.  Getting one back takes the host some milliseconds,
 * several times what small pages cost, which come from remains that never left
 * the machine.
 *
 * Which of the two it is nobody says, but it can be measured: large heaps have
 * pages touched before they are needed (mgcscavenge.c).  Huge pages stay as
 * long as they are not dear, that is slower than any memory of today is
 * cleared.  If they are, small ones are asked for from then on, unless these
 * take as long; then nothing is gained by them.  Memory changes hands, so the
 * other kind is tried again now and then, the more rarely the more the answer
 * has cost.
 *
 * A thread may lose its processor while it touches, so one slow area says
 * nothing: the least of several does.
 *
 * No clock, no globals: the caller measures. */
#include "mpagesize.h"

enum {
    DEAR_NS = 1000000,
    /* Areas that make sure of it. */
    SURE = 3,
    /* Tried again when so many times as many were seen. */
    AGAIN = 4
};

static bool change(struct mpagesize *size, unsigned next_try)
{
    size->is_small = !size->is_small;
    size->next_try = next_try;
    size->nrow = 0;
    return true;
}

static void add(struct mpagesize *size, uint64_t ns)
{
    if (size->nrow == 0 || ns < size->least_ns)
        size->least_ns = ns;
    size->nrow++;
}

static bool note_huge(struct mpagesize *size, uint64_t ns)
{
    if (ns <= DEAR_NS) {
        size->nrow = 0;
        return false;
    }
    add(size, ns);
    if (size->nrow < SURE || size->nseen < size->next_try)
        return false;
    size->huge_ns = size->least_ns;
    return change(size, size->nseen * AGAIN);
}

static bool note_small(struct mpagesize *size, uint64_t ns)
{
    add(size, ns);
    if (size->nrow == SURE && size->least_ns >= size->huge_ns)
        return change(size, size->nseen * AGAIN);
    if (size->nseen < size->next_try)
        return false;
    change(size, 0);
    /* What they cost last is known: one such area more says that it holds. */
    size->nrow = SURE - 1;
    size->least_ns = size->huge_ns;
    return true;
}

bool mpagesize_note(struct mpagesize *size, uint64_t ns)
{
    size->nseen++;
    return size->is_small ? note_small(size, ns) : note_huge(size, ns);
}
