/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* copy.pml - bulk moves while marking begins and goes on.
 *
 * A copy of many words has no barrier for each.  Its destination is published
 * as a *hazard range* before the first word is written, is read by this
 * thread's handshakes as if it were stack, and is shaded after the last; a
 * copy of a few words holds its values in the frame instead (pinned).
 *
 * W is white and X points to it when the flags are still off; Y and Z are two
 * more objects.  All three are traced at some time.  A thread moves X's word
 * to Y, clears X, and shades.  The move is race-free (nobody else touches X
 * and Y meanwhile) unless -DPINNED.
 *
 *   NO_HAZARD     the range is published
 *   ONLY_MARKING  … always: the thread can be halted between looking at the
 *                 flag and the copy for the whole beginning of a cycle
 *
 * With -DPINNED, small copies, which readers may race with (sequence locks):
 *
 *   NO_PIN        what is shaded are the values that were copied, which stay
 *                 in the frame, not what the destination holds by then
 *
 * With -DREALLOC the destination is a block that the runtime itself fills: a
 * fresh one, black by birth, so nobody would look into it.  It runs in the
 * runtime, where the handshake waits:
 *
 *   NO_MOVE_SCAN  a block moved by realloc (also by mapping its pages
 *                 elsewhere) is queued to be scanned whole
 *   NO_MOVE_COUNT … and that moves the shade count: what is read out of the
 *                 block while it waits is seen by one more round
 *   NO_COUNT_FIRST  the count is noted before the queue is seen empty: what
 *                 was queued between the two is then in neither
 */
bit Xf = 1, Yf, Zf;
bit flag[2], r[2], t[2], hazard[2], in_rt[2], buffer[2];
bit busy[2];                    /* owns X and Y */
bit marked, grey, scanned, shade_count;
bit x_traced, y_traced, z_traced, tracing, clean, done;

inline grey_w() {
    if
    :: !marked -> marked = 1; grey = 1; clean = 0
    :: else
    fi
}

inline shade(i, value) {
    if
    :: value && !marked -> marked = 1; shade_count = 1; buffer[i] = 1
    :: else
    fi
}

#ifdef PINNED
#define FREE(i) true
#else
#define FREE(i) (!busy[1 - i])
#endif
#ifdef REALLOC
#define MAY_MOVE (y_traced || !tracing)     /* Y is a new block each time */
#else
#define MAY_MOVE true
#endif

proctype mutator(byte i) {
    bit seen;
    do
    :: done -> break
    :: atomic { !done && FREE(i) && Xf -> Xf = 0 }
    :: atomic { !done && FREE(i) && Yf -> Yf = 0 }
    :: atomic { !done && FREE(i) -> r[i] = Yf }
    :: atomic { !done && r[i] -> r[i] = 0 }
    :: atomic { !done && r[i] -> Zf = 1; t[i] = 1 };
       atomic { if :: flag[i] -> shade(i, t[i]) :: else fi; t[i] = 0 }
    :: atomic { !done && FREE(i) && MAY_MOVE -> busy[i] = 1 };
#ifdef REALLOC
       in_rt[i] = 1;
       atomic { Yf = Xf; Xf = 0;
                if :: flag[i] -> y_traced = 1 :: else fi };
#ifndef NO_MOVE_SCAN
       atomic { if
                :: flag[i] -> y_traced = 0;
#ifndef NO_MOVE_COUNT
                   shade_count = 1
#endif
                :: else
                fi };
#endif
       atomic { in_rt[i] = 0; busy[i] = 0 }
#else
#ifdef ONLY_MARKING
       atomic { if :: flag[i] -> hazard[i] = 1 :: else fi };
#else
#ifndef NO_HAZARD
#ifndef PINNED
       hazard[i] = 1;
#endif
#endif
#endif
#ifdef PINNED
       atomic { t[i] = Xf };
#ifdef NO_PIN
       atomic { Yf = t[i]; t[i] = 0; hazard[i] = 1 };
#else
       Yf = t[i];
#endif
       atomic { if :: Xf = 0 :: skip fi };
#else
       Yf = Xf;
       Xf = 0;
#endif
       atomic { seen = flag[i] };
       if
#if defined(PINNED) && !defined(NO_PIN)
       :: atomic { seen -> shade(i, t[i]) }
#else
       :: atomic { seen -> shade(i, Yf) }
#endif
       :: else
       fi;
       atomic { hazard[i] = 0; t[i] = 0; seen = 0; busy[i] = 0 }
#endif
    od
}

inline handshake(i) {
    atomic {
        !in_rt[i] ->
        if
        :: r[i] || t[i] || (hazard[i] && Yf) -> grey_w()
        :: else
        fi;
        if
        :: buffer[i] -> buffer[i] = 0; grey = 1; clean = 0
        :: else
        fi
    }
}

inline look_into(was_traced, word) {
    was_traced = 1;
    if
    :: word -> grey_w()
    :: else
    fi
}

/* Traces beside the rounds, as it comes. */
proctype marker() {
    tracing ->
    do
    :: done -> break
    :: atomic { !done && !x_traced -> look_into(x_traced, Xf) }
    :: atomic { !done && !y_traced -> look_into(y_traced, Yf) }
    :: atomic { !done && !z_traced -> look_into(z_traced, Zf) }
    :: atomic { !done && grey -> grey = 0; scanned = 1 }
    od
}

inline drain() {
    atomic { x_traced && y_traced && z_traced && !grey -> skip }
}

proctype collector() {
    byte first;
    atomic { !in_rt[0] -> flag[0] = 1 };
    atomic { !in_rt[1] -> flag[1] = 1 };
    handshake(0);
    handshake(1);
    tracing = 1;
round:
#ifdef NO_COUNT_FIRST
    drain();
    atomic { clean = 1; shade_count = 0 };
#else
    atomic { clean = 1; shade_count = 0 };
    drain();
#endif
    if
    :: first = 0
    :: first = 1
    fi;
    handshake(first);
    handshake(1 - first);
    if
    :: atomic { !clean || grey || shade_count || !y_traced -> skip };
       goto round
    :: atomic { clean && !grey && !shade_count && y_traced ->
           done = 1;
           assert(!(Xf || Yf || Zf || r[0] || r[1] || t[0] || t[1])
                  || (marked && scanned)) }
    fi
}

init { atomic { run mutator(0); run mutator(1);
              run marker(); run collector() } }
