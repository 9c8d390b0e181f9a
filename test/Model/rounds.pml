/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rounds.pml - when is marking over?
 *
 * collector.pml runs whole cycles over few objects; this model begins in the
 * middle of one, where it is hard, and has room for more rules.  Barriers are
 * on, new objects are black, every stack was scanned once and holds nothing.
 * One object W is white, and has a child: W is lost unless it is *scanned*,
 * not only marked.  Where W may be pointed to from:
 *
 *   X     an object that is not traced yet; it points to W when we begin
 *   Y     an object that is black: traced, or born while marking
 *   L     a local of thread 0 whose address thread 1 has
 *   F G   memory of code without barriers (open world only)
 *   r     a register of each thread; t: the value of a store under way
 *
 * The claim: when the collector says that marking is over, W was scanned or
 * nothing points to it.
 *
 * Each rule has a switch that drops it, and fails without it:
 *
 *   NO_RESCAN         stacks are scanned again after marking
 *   ONE_RESCAN        … until a whole round finds nothing (a fixpoint)
 *   NO_COUNT          a round is clean only if the shade count, read after
 *                     the last answer, has not moved since before the first
 *                     request: what was shaded may lie in a buffer that was
 *                     flushed before
 *   NO_DEFER          a handshake waits while its thread is in the runtime,
 *                     so also between marking an object and buffering it
 *   NO_LIVE           the stored value stays in a scanned place until it is
 *                     shaded, and it is that value which is shaded, not what
 *                     the slot holds by then
 *   NO_LOCAL_BARRIER  stores to a local that other threads may read have a
 *                     barrier (not needed with -DLIBRARY: the stop reads
 *                     stacks)
 *   NO_FRESH_BARRIER  so have initialising stores: a new object is black and
 *                     nobody looks into it
 *
 *   NO_EXIT_FLUSH     a thread that ends hands its buffer over
 *
 * With -DOPEN, for a process with code that has no barriers:
 *
 *   NO_STOP           marking ends in one stop that reads all stacks and
 *                     the foreign memory; reading that memory before, in and
 *                     after each round without a stop is not enough
 *   NO_WRITTEN        the stop looks again at objects in pages that were
 *                     written, since foreign code may write into objects
 *
 * With -DLIBRARY that code is the C library alone, of which is known where in
 * the program's objects it stores (closed world).  Marking ends in the same
 * stop (NO_STOP); no round is needed before it, and no written page is looked
 * at.  What is:
 *
 *   NO_FOREIGN        the stop reads the library's own memory again
 *   NO_RESULT         what the library would store in an object it stores in
 *                     the caller's frame, from which rewritten code stores
 *                     it, with its barrier
 *   NO_BUFFERS        the stop takes what the threads have shaded
 *
 * With -DSELF a thread that has W stores W's address in W, without a barrier:
 *
 *   NO_SAME           it has read its pointer once, from where nobody else
 *                     stores; with a shared one the object that it stores in
 *                     may have been Y when the value is W
 *
 * With -DLIBRARY a barrier notes the word and no more; the object is marked when its
 * thread hands the buffer over, whenever that is, or in the stop.
 *
 * [inv.model.first]
 */
bit Xf = 1, Yf, L, F, G;
bit S;                          /* -DSELF: W's own field */
bit r[2], t[2];
bit marked, grey, scanned;      /* W: has its bit, is in the collector's
                                   queue, was scanned */
bit buffer[2];                  /* W is in this thread's shade buffer */
bit in_rt[2];
bit shade_count;                /* moved since the round began */
bit x_traced, written, clean, done;

inline grey_w() {
    if
    :: !marked -> marked = 1; grey = 1; clean = 0
    :: else
    fi
}

/* The slow path of a barrier in thread i, two steps that a handshake must
 * not come between.  `value` is what is shaded. */
inline shade(i, value) {
    atomic { in_rt[i] = 1 };
    if
#ifdef LIBRARY
    :: atomic { value -> buffer[i] = 1 }
    :: atomic { !value -> skip }
#else
    :: atomic { value && !marked -> marked = 1; shade_count = 1 };
       buffer[i] = 1
    :: atomic { !(value && !marked) -> skip }
#endif
    fi;
    atomic { in_rt[i] = 0; t[i] = 0 }
}

inline hand_over(i) {
    buffer[i] = 0;
#ifdef LIBRARY
    grey_w()
#else
    grey = 1; clean = 0
#endif
}

#ifdef NO_LIVE
#define VALUE(i, slot) slot
#else
#define VALUE(i, slot) t[i]
#endif

proctype mutator(byte i) {
    do
    :: done -> break
    :: atomic { !done && i == 1 -> r[1] = 0;    /* the thread ends */
                if
#ifdef NO_EXIT_FLUSH
                :: buffer[1] -> buffer[1] = 0
#else
                :: buffer[1] -> hand_over(1)
#endif
                :: else
                fi }; break
#ifdef LIBRARY
    :: atomic { !done && buffer[i] -> hand_over(i) }
#endif
    :: atomic { !done -> r[i] = Xf }
    :: atomic { !done -> r[i] = Yf }
    :: atomic { !done -> r[i] = L }
    :: atomic { !done && r[i] -> r[i] = 0 }
    :: atomic { !done && Xf -> Xf = 0 }
    :: atomic { !done && Yf -> Yf = 0 }
    :: atomic { !done && L -> L = 0 }
    :: atomic { !done && r[i] -> t[i] = 1; Yf = 1;
                if :: r[i] = 0 :: skip fi };
       shade(i, VALUE(i, Yf))
#ifdef NO_LOCAL_BARRIER
    :: atomic { !done && r[i] && i == 0 -> L = 1 }
    :: atomic { !done && r[i] && i == 1 -> t[i] = 1; L = 1 };
       shade(i, VALUE(i, L))
#else
    :: atomic { !done && r[i] -> t[i] = 1; L = 1 };
       shade(i, VALUE(i, L))
#endif
#ifdef NO_FRESH_BARRIER
    :: atomic { !done && r[i] -> Yf = 1 }
#endif
#ifdef SELF                     /* p->self = p; p = p->self */
    :: atomic { !done && r[i] -> S = 1 }
    :: atomic { !done && r[i] -> r[i] = S }
#ifdef NO_SAME                  /* X->p->self = X->p; X->p was Y */
    :: atomic { !done && Xf -> t[i] = 1 };
       atomic { Yf = 1; t[i] = 0 }
#endif
#endif
#ifdef OPEN
    :: atomic { !done -> F = r[i] }
    :: atomic { !done -> r[i] = F }
    :: atomic { !done -> G = F }
    :: atomic { !done -> F = G }
    :: atomic { !done -> F = 0 }
    :: atomic { !done -> G = 0 }
#ifndef LIBRARY
    :: atomic { !done -> Yf = r[i]; written = 1 }
#elif defined(NO_RESULT)
    :: atomic { !done && F -> Yf = 1 };
       shade(i, Yf)
#else
    :: atomic { !done && F -> t[i] = 1 };
       atomic { Yf = 1 };
       shade(i, t[i])
#endif
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

/* Thread i scans its own stack and hands its buffer over. */
inline handshake(i) {
    atomic {
#ifndef NO_DEFER
        !in_rt[i] ->
#endif
        if
#ifdef NO_LIVE
        :: r[i] || (i == 0 && L) -> grey_w()
#else
        :: r[i] || t[i] || (i == 0 && L) -> grey_w()
#endif
        :: else
        fi;
        if
        :: buffer[i] -> hand_over(i)
        :: else
        fi
    }
}

inline read_foreign() {
    atomic { if :: F -> grey_w() :: else fi };
    atomic { if :: G -> grey_w() :: else fi }
}

#define REACHABLE (Xf || Yf || L || F || G || r[0] || r[1] || t[0] || t[1])

inline end_of_marking() {
    done = 1;
    assert(!REACHABLE || (marked && scanned && !grey))
}

proctype collector() {
    byte first;
round:
    atomic { clean = 1; shade_count = 0 };
    drain();
#ifdef NO_RESCAN
    atomic { end_of_marking() };
    goto over;
#endif
#if defined(LIBRARY) && !defined(NO_STOP)
    goto stop;
#endif
#ifdef OPEN
    read_foreign();
#endif
    if                          /* in any order */
    :: first = 0
    :: first = 1
    fi;
    handshake(first);
#ifdef OPEN
    read_foreign();
#endif
    handshake(1 - first);
#ifdef OPEN
    read_foreign();
#endif
#ifdef ONE_RESCAN
    drain();
    atomic { end_of_marking() };
    goto over;
#endif
#ifndef NO_COUNT
    atomic { if :: shade_count -> clean = 0 :: else fi };
#endif
    if
    :: atomic { !clean || grey -> skip }; goto round
    :: atomic { clean && !grey -> skip }
    fi;
#if defined(OPEN) && !defined(NO_STOP)
stop:
    atomic {
        !in_rt[0] && !in_rt[1] ->
        if
        :: r[0] || r[1] || L -> grey_w()
#ifndef NO_LIVE
        :: t[0] || t[1] -> grey_w()
#endif
#ifndef NO_FOREIGN
        :: F || G -> grey_w()
#endif
#ifndef NO_WRITTEN
        :: written && Yf -> grey_w()
#endif
        :: else
        fi;
#ifndef NO_BUFFERS
        if
        :: buffer[0] || buffer[1] -> hand_over(0); hand_over(1)
        :: else
        fi;
#endif
        if
        :: clean && !grey -> end_of_marking()
        :: else
        fi
    };
    if
    :: atomic { !done -> skip }; goto round
    :: atomic { done -> skip }
    fi;
#else
    atomic { end_of_marking() };
#endif
over:
    skip
}

init { atomic { run mutator(0); run mutator(1);
              run marker(); run collector() } }
