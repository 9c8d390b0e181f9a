/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* blocked.pml - scanning the stack of a thread that waits in a system call.
 *
 * Such a thread is not signalled: it published its stack pointer, and the
 * collector scans its stack for it, word by word, in the state SCANNING.  It
 * may wake up meanwhile, and must not wait for a scanner that is perhaps not
 * running: it *takes over*, scans itself, and answers the round.
 *
 *      RUN --> BLOCKED --> SCANNING --> BLOCKED       the collector
 *               |            |
 *               v            v
 *              RUN <------- RUN, having scanned itself
 *
 * Thread 1 has two words of stack and may block; thread 0 never does.  As in
 * rounds.pml: marking is on, W is white, X (not traced yet) points to it, Y
 * is black.  Claim: at the end W was scanned, or nothing points to it.
 *
 *   NO_CLAIM       leaving BLOCKED is a compare-and-swap; by a plain store
 *                  the thread runs while it is being scanned
 *   NO_SELF_SCAN   who takes over scans itself before it answers
 *   NO_TRAMPOLINE  a signal handler of the program's, which runs in the
 *                  thread while it waits, leaves BLOCKED before it does
 *                  anything
 */
#define RUN 0
#define BLOCKED 1
#define SCANNING 2

bit Xf = 1, Yf;
bit a[2], b[2], t[2];           /* two words of stack, and the pinned value */
byte state;                     /* of thread 1 */
byte acked, current;            /* rounds, modulo 4 */
bit marked, grey, scanned, shade_count, x_traced, clean, done;
bit buffer[2];

inline grey_w() {
    if
    :: !marked -> marked = 1; grey = 1; clean = 0
    :: else
    fi
}

/* Atomic: the handshake waits while a thread is in the runtime. */
inline shade(i) {
    if
    :: t[i] && !marked -> marked = 1; shade_count = 1; buffer[i] = 1
    :: else
    fi;
    t[i] = 0
}

inline scan_all(i) {
    if :: a[i] || b[i] || t[i] -> grey_w() :: else fi;
    if
    :: buffer[i] -> buffer[i] = 0; grey = 1; clean = 0
    :: else
    fi
}

/* What program code does, in thread i. */
#define STEPS(i, may) \
    :: atomic { !done && may -> a[i] = Xf } \
    :: atomic { !done && may -> a[i] = Yf } \
    :: atomic { !done && may && a[i] -> b[i] = 1; a[i] = 0 } \
    :: atomic { !done && may && b[i] -> a[i] = 1; b[i] = 0 } \
    :: atomic { !done && may && a[i] -> a[i] = 0 } \
    :: atomic { !done && may && Xf -> Xf = 0 } \
    :: atomic { !done && may && Yf -> Yf = 0 } \
    :: atomic { !done && may && a[i] -> t[i] = 1; Yf = 1; a[i] = 0 }; \
       atomic { shade(i) }

proctype runner() {
    do
    :: done -> break
    STEPS(0, true)
    od
}

proctype waiter() {
    do
    :: done -> break
#ifdef NO_TRAMPOLINE
    STEPS(1, true)
#else
    STEPS(1, (state == RUN))
#endif
    :: atomic { !done && state == RUN && !t[1] -> state = BLOCKED }
#ifdef NO_CLAIM
    :: atomic { state != RUN -> state = RUN }
#else
    :: atomic { state == BLOCKED -> state = RUN }
    :: atomic { state == SCANNING -> state = RUN;       /* takes over */
#ifndef NO_SELF_SCAN
                scan_all(1);
#endif
                acked = current }
#endif
    od
}

/* Traces beside the rounds, as it comes. */
proctype marker() {
    do
    :: done -> break
    :: atomic { !done && !x_traced -> x_traced = 1;
                if :: Xf -> grey_w() :: else fi }
    :: atomic { !done && grey -> grey = 0; scanned = 1 }
    od
}

inline drain() {
    atomic { x_traced && !grey -> skip }
}

inline ask_runner() { atomic { scan_all(0) } }

/* Scans for the waiter if it is blocked, else lets it scan itself. */
inline ask_waiter() {
    if
    :: atomic { state == BLOCKED -> state = SCANNING };
       atomic { if :: a[1] -> grey_w() :: else fi };
       atomic { if :: b[1] -> grey_w() :: else fi };
       atomic { if
                :: buffer[1] -> buffer[1] = 0; grey = 1; clean = 0
                :: else
                fi };
       atomic {
#ifdef NO_CLAIM
           acked = current;
#endif
           if
           :: state == SCANNING -> state = BLOCKED; acked = current
           :: else                      /* it answered for itself */
           fi }
    :: atomic { state == RUN -> scan_all(1); acked = current }
    fi;
    atomic { acked == current -> skip }
}

proctype collector() {
    bit first;
round:
    atomic { clean = 1; shade_count = 0 };
    drain();
    current = (current + 1) % 4;
    if
    :: first = 0
    :: first = 1
    fi;
    if
    :: first == 0 -> ask_runner(); ask_waiter()
    :: first == 1 -> ask_waiter(); ask_runner()
    fi;
    if
    :: atomic { !clean || grey || shade_count -> skip }; goto round
    :: atomic { clean && !grey && !shade_count ->
           done = 1;
           assert(!(Xf || Yf || a[0] || b[0] || t[0] || a[1] || b[1] || t[1])
                  || (marked && scanned)) }
    fi
}

init { atomic { run runner(); run waiter();
              run marker(); run collector() } }
