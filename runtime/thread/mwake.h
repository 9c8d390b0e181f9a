/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwake.h - code that is not executable, and what comes before it runs again.
 * See mwake.c. */
#ifndef ESCC_MWAKE_H
#define ESCC_MWAKE_H

#include "base/rt_atomic.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Executable memory, whole pages. */
struct mwake_code {
    uintptr_t from, to;
};

/* ---- putting code to sleep: one thread at a time, in the runtime --------- */

/* Whether it may be tried at all: it has not been done before, and nothing
 * forbids it. */
bool mwake_may_sleep(void);

/* Takes over SIGSEGV, whose action is the default one: else false.  Takes
 * RT_RANK_SIGNAL. */
bool mwake_prepare(void);

/* From here on who wakes waits until one of the last two was called: who asks
 * whether something hinders the sleep need not fear that it comes later.
 * False: something forbids it already, or the calling thread blocks SIGSEGV and
 * is no helper.  Blocks the signals of the calling thread. */
bool mwake_begin(void);

/* Between mwake_begin and these two.  Whether code that is made not executable
 * can be made so again, and the fault comes to us: tried with a page at `page`
 * that is nobody else's, readable and executable, in which a return
 * instruction stands at `at`. */
bool mwake_try(uintptr_t page, uintptr_t at);

/* The code sleeps.  `woken` is called once, in any thread and context, also in
 * a signal handler, before any of it runs, and maybe before this returns.  The
 * list stays where it is for good.  False: the system refuses; nothing has
 * changed. */
bool mwake_complete(const struct mwake_code *code, size_t n,
                    void (*woken)(void));
/* It does not. */
void mwake_abandon(void);

/* ---- sleep --------------------------------------------------------------- */

enum {
    MWAKE_NEVER,                /* nothing has slept so far */
    MWAKE_BEGINS,               /* from mwake_begin on */
    MWAKE_ASLEEP,
    MWAKE_WAKING,               /* somebody is at it */
    MWAKE_AWAKE                 /* for good */
};

/* One of these; atomic. */
extern uint32_t mwake_state;

static inline bool mwake_is_asleep(void)
{
    return rt_load_seq(&mwake_state) == MWAKE_ASLEEP;
}

/* Wakes what sleeps; on return all of it is executable.  `cause`: a constant,
 * for people.  Any context; async-signal-safe; keeps errno. */
void mwake_now_slow(const char *cause);
static inline void mwake_now(const char *cause)
{
    uint32_t state = rt_load_seq(&mwake_state);
    if (__builtin_expect(state != MWAKE_NEVER && state != MWAKE_AWAKE, 0))
        mwake_now_slow(cause);
}

/* The same, and nothing may be put to sleep from now on: the fault might not
 * come to us. */
void mwake_forbid(const char *cause);

/* Looks whether the calling thread, a new one, blocks SIGSEGV, for whatever
 * reason. */
void mwake_look_at_mask(void);

/* Something of that is, or was, code that slept. */
bool mwake_is_code(uintptr_t from, uintptr_t to);

/* Something else will be done with that memory, by the program. */
void mwake_before(uintptr_t from, uintptr_t to);

/* What has woken them: the cause, or NULL and the address of the code.  False:
 * nobody has. */
bool mwake_cause(const char **cause, uintptr_t *address);

/* In the child of fork. */
void mwake_fork_child(void);

/* ---- SIGSEGV; only msignal.c --------------------------------------------- */

/* In its handler: it was the fault of code that slept, which can run now. */
bool mwake_is_over(const siginfo_t *info, const void *context);

/* The handler that stands for SIG_DFL. */
void mwake_on_fault(int signal, siginfo_t *info, void *context);

#endif /* ESCC_MWAKE_H */
