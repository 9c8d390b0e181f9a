/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mthread.h - the layer thread, and the threads that the collector knows.
 *
 * The layer thread owns what is known of the process's threads and what can
 * be done to them: their list, birth and end (here), where their stacks are
 * (mstack.h), their signals (msignal.h), having something done in each of
 * them (mhandshake.h), and what the kernel says of them (mtask.h).  It does
 * not know what a handshake is for.  It may use the layers base and heap:
 * the latter to put back the cache of a thread that is gone, and to find the
 * object that a stack lies in.
 *
 * Here in particular: see mthread.c for the protocol. */
#ifndef ESCC_MTHREAD_H
#define ESCC_MTHREAD_H

#include "base/mgcpacer.h"
#include "base/rt_atomic.h"
#include "base/rt_tls.h"

#include <escc/rt.h>

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who may look at, or move, the thread's stack. */
enum mthread_state {
    MTHREAD_RUN,                /* the thread itself; stop it by signal */
    MTHREAD_BLOCKED,            /* in a blocking call: whoever claims it */
    MTHREAD_SCANNING            /* claimed; leaving BLOCKED must wait */
};

/* Asynchronous user signals that can wait for the end of a runtime section
 * of one thread: all that there are, since each is blocked once it waits. */
enum { MTHREAD_NDEFERRED = 64 };

/* Words that a thread has shaded: those that nobody has looked up, and the
 * last ones that it will not shade again (gc/mbarrier_amd64.S has the second
 * number, too). */
#ifdef ESCC_HOSTILE
enum { MTHREAD_NSHADES = 2 };
#else
enum { MTHREAD_NSHADES = 256 };
#endif
enum { MTHREAD_NSHADED = 1024 };
/* Slots that lead to young blocks, which nobody else knows of; and those that
 * it has noted lately (gc/mgcyoungset.c). */
enum { MTHREAD_NSLOTS = 64 };

/* What the creator of a thread gives it on its way (wrap/mwrap_thread.c). */
struct passage;

/* One registered thread.  Off-heap, at a fixed address until the thread is
 * gone; owned by its thread except where a field says otherwise. */
struct mthread {
    /* What it has shaded since marking began, each word at a place of its own
     * (gc/mgcshade.c).  Here, where a barrier finds it without knowing what
     * follows. */
    uintptr_t shaded[MTHREAD_NSHADED];
    uintptr_t stack, stack_end; /* the thread's first stack; 0: unknown */

    uintptr_t slots[MTHREAD_NSLOTS], recent_slots[MTHREAD_NSLOTS];
    unsigned nslots;

    /* The list of threads; under the thread-list lock. */
    struct mthread *next, *prev;
    struct __escc_tls *tls;     /* constant; dead once the thread is gone */
    int tid;                    /* kernel thread id; constant */
    struct mcache *cache;       /* that of its tls; outlives the tls */

    /* ---- handshake (mhandshake.c) ---- */
    uint32_t state;             /* enum mthread_state; atomic, a futex */
    uint32_t request;           /* round asked for; written by the stopper */
    uint32_t acked;             /* round answered; claimed by CAS */
    uint32_t expired;           /* round that waits no longer for pieces */
    uint32_t torn_below;        /* user handlers that run over torn code;
                                   atomic, written by the thread */
    unsigned nrefused;          /* collections not begun for torn_below */

    /* What a stopped or blocked thread published.  Valid while it is
     * BLOCKED or SCANNING, or stopped in a handshake. */
    uintptr_t sp;               /* lowest live address of its stack */
    uintptr_t frame, frame_end; /* signal frame on another stack, or 0 */
    uintptr_t registers[6];     /* callee-saved ones, when not in a frame */
    uintptr_t gs_base;          /* which programs may use as a register */

    /* ---- stacks (mstack.c) ---- */
    uintptr_t thread_pointer;   /* static TLS lies around it */
    uintptr_t user_altstack, user_altstack_end; /* 0: none set */
    uintptr_t own_altstack;     /* ours, MSTACK_ALTSTACK_BYTES long */
    bool is_main;               /* its stack grows: lower end moves */
    bool gone;                  /* found dead by a handshake: reap it */
    bool adopted;               /* for one stop: see mhandshake.c */
    bool answering;             /* it is in the handshake's handler */
    bool silent;                /* a handshake gave it up, and it has not
                                   answered since */
    bool is_unqueued;           /* the signal for it found the queue full */
    bool is_refused;            /* the system forbids signals for it */
    bool is_leaving;            /* to another program: BLOCKED to the end */
    bool is_helper;             /* the runtime's own: see mthread_on_alone */
    bool is_late;               /* registered again after its end: nobody tells
                                   when its tls is gone */

    /* ---- signals (msignal.c) ---- */
    uint32_t nhandshakes;       /* handshake signals that ran here */
    uint32_t nuser_signals;     /* user handlers that ran here */
    uintptr_t handler;          /* frame of the innermost user handler that
                                   interrupted code of the program, or of one
                                   that was left by a jump; 0: none */
    uint32_t handler_number;    /* nuser_signals when it began */
    uint32_t known_signals;     /* nuser_signals at msignal_forget_left */
    uintptr_t parked;           /* signal frame on own_altstack whose handler
                                   runs elsewhere; 0: none */
    uintptr_t parked_sp;        /* where that handler's stack begins */
    bool left_handler;          /* one was, since the same */
    int ndeferred;
    siginfo_t deferred[MTHREAD_NDEFERRED];
    int deferred_signal[MTHREAD_NDEFERRED];

    /* ---- collector ---- */
    /* Written by the thread in the runtime, taken by it or in a stop
     * (gc/mgcshade.c). */
    unsigned nshades;
    bool has_shaded;            /* `shaded` is not empty */
    uintptr_t shades[MTHREAD_NSHADES];
    struct mescapes_check *check;   /* that it makes (gc/mescapes.c) */
    uint64_t stress_ticks;      /* allocations since the last stress */
    struct mgcpacer_debt debt;  /* what it owes the marker; its own */
    int exit_rounds;            /* TSD destructor rounds seen */
    struct passage *passage;    /* of who created it; NULL: nobody we know */
};

/* Registers the calling thread, which is in the runtime and not yet
 * registered.  Starts the runtime if need be.  May wait for a collection
 * to end.  Never fails: no memory for it is fatal. */
struct mthread *mthread_register(void);

/* Before a thread of the runtime's own is made: whether there is memory for its
 * record, without which its first mthread_self would be fatal.  In the runtime,
 * without locks. */
bool mthread_provide(void);

/* In a thread of the runtime's own, which is in the runtime: it does not keep
 * the process alive.  Registers it. */
void mthread_become_helper(void);

/* The calling thread, which is in the runtime; registers it if it is new.
 * Signal-safe once registered. */
static inline struct mthread *mthread_self(void)
{
    struct mthread *self = __escc_tls.thread;
    return __builtin_expect(self != NULL, 1) ? self : mthread_register();
}

/* The thread is about to wait in the kernel and touches no collectable
 * object until mthread_block_end: publishes where its stack ends and its
 * callee-saved registers (which stay valid: they belong to the caller's
 * frames), so that a collector need not wake it.  Returns true if the
 * state changed (false: already BLOCKED, or no such thread: the matching
 * end must be skipped).  Holds no runtime lock but that of collections; in_rt
 * may be set. */
bool mthread_block_begin(void);
/* Its second half, called by the stub of mthread_amd64.S. */
bool mthread_block_begin_at(const uintptr_t *registers, uintptr_t sp);
/* Notes what else the thread has in registers that no frame holds, when it
 * publishes them. */
void mthread_publish_gs(struct mthread *self);
/* The calling thread set it by a system call.  In the runtime. */
void mthread_note_gs(uintptr_t base);
/* Back to RUN; waits while a collector holds the thread.  Signal-safe. */
void mthread_block_end(void);

/* Set for good when the process first cancels a thread: wrapped blocking
 * calls no longer make threads BLOCKED (mwrap_block.c).  Atomic. */
extern uint32_t mthread_no_block;

/* mthread_block_begin for a wait of the program's, which may be a
 * cancellation point: changes nothing once mthread_no_block is set. */
bool mthread_wait_begin(void);

/* [inv.blocked.libc]  libc allocates and frees in calls in which the thread
 * is BLOCKED (pthread_join frees the other thread's block), so its allocation
 * functions go back to RUN first.  Returns true if that was so; then
 * mthread_wait_begin is due when they are done. */
static inline bool mthread_wake(void)
{
    const struct mthread *self = __escc_tls.thread;
    if (__builtin_expect(!self || rt_load_relaxed(&self->state) ==
                                      MTHREAD_RUN, 1))
        return false;
    mthread_block_end();
    return true;
}

/* Start of the list of threads; follow ->next under the list lock. */
struct mthread *mthread_first(void);
unsigned mthread_count(void);
/* The same without helpers; under the list lock. */
unsigned mthread_count_of_program(void);

/* The same in a thread that pthread_create has just started and that tells
 * its stack's bounds next (mthread_set_stack). */
struct mthread *mthread_register_new(void);

/* Tells where the first stack of the calling thread lies (the bounds of
 * pthread_getattr_np): more exact than what registration finds by itself. */
void mthread_set_stack(uintptr_t stack, uintptr_t stack_end);

/* The list lock: no thread is born or dies while it is held.  Rank
 * RT_RANK_MTHREAD; waiting for it lets a collection proceed. */
void mthread_list_lock(void);
void mthread_list_unlock(void);
/* The same for a stopper, who holds the collection lock and so need not
 * let another one proceed. */
void mthread_list_lock_to_stop(void);
bool mthread_list_try_lock(void);

/* Enters a record for a thread that the kernel knows and we do not, for the
 * length of one stop.  Under the list lock. */
struct mthread *mthread_adopt(int tid);

/* After a stop: removes the threads that were found dead, and the records
 * that were entered for its length.  Under the list lock. */
void mthread_reap_gone(void);

/* What barriers tell (struct __escc_tls: marking, shade_from, shade_to). */
struct mthread_barriers {
    unsigned char on;           /* RT_TLS_MARKING, RT_TLS_YOUNG; 0: nothing */
    uintptr_t from, to;
};
/* Sets that for all threads and for those that are born from now on.  In a
 * stop, or while there is one thread. */
void mthread_set_barriers(const struct mthread_barriers *barriers);
/* From now on they tell all words.  Under the list's lock; threads run. */
void mthread_widen_barriers(void);

/* Sets what is called on a thread that has a passage, when it ends, outside
 * of the runtime.  Start-up. */
void mthread_on_end(void (*act)(struct passage *passage));

/* Sets what is called when the last thread that is no helper has ended: the
 * helpers are to end, too.  In that thread, in the runtime, without a lock.
 * Start-up. */
void mthread_on_alone(void (*act)(void));

/* Sets what is called for a thread that leaves the list, under the list lock.
 * Start-up. */
void mthread_on_unlink(void (*act)(struct mthread *thread));

/* Start-up, on the first thread: registers it. */
void mthread_init(void);
/* Start-up's second half, once malloc works: libc may allocate for it. */
void mthread_init_exit(void);
/* In the child of fork: only the calling thread is left. */
void mthread_fork_child(void);
/* For rt_lock_gate_close: some other thread holds a runtime lock.  Under
 * the list lock. */
bool mthread_others_hold_locks(void);

#endif /* ESCC_MTHREAD_H */
