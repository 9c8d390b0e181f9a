/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* gate.pml - fork copies the memory of threads that go on running.
 *
 * Two threads take lock L, and within it lock M; what L protects is not whole
 * meanwhile.  A third one forks: it closes the gate, waits until no thread has
 * counted a lock, and the kernel copies the page of the locks and that of the
 * data, one after the other, while the two run.  The claim: in the copy both
 * locks are free and the data is whole; and nobody waits for ever.
 * (base/rt_lock.c, [inv.gate].)
 *
 *   NO_GATE      a thread does not touch a lock while the gate is closed
 *   COUNT_LATE   it counts before it looks at the gate
 *   TAKE_EARLY   it looks at the gate before it takes the lock, not behind it,
 *                giving it back
 *   NO_WAIT      who forks waits until nobody has counted
 *   NO_PASS      who has a lock passes the gate
 */
bit gate, L, M, torn;           /* closed; taken; the data is not whole */
byte count[2];
bit copied_L, copied_M, copied_torn;

/* Counts a lock, not at a closed gate. */
inline count_in(me) {
    do
    ::
#ifdef COUNT_LATE
        atomic { (!gate) };
        count[me]++;
        break
#else
        count[me]++;
#ifdef NO_GATE
        break
#else
#ifdef TAKE_EARLY
        break
#else
        if
        :: atomic { !gate -> break }
#ifndef NO_PASS
        :: atomic { count[me] > 1 -> break }
#endif
        :: else -> count[me]--; (!gate)
        fi
#endif
#endif
#endif
    od
}

inline take(me, lock) {
    do
    ::  count_in(me);
        if
        :: atomic { !lock -> lock = 1 };
#ifdef TAKE_EARLY
            if
            :: atomic { !gate || count[me] > 1 -> break }
            :: else -> lock = 0; count[me]--; (!gate)
            fi
#else
            break
#endif
        :: atomic { lock -> count[me]-- }; (!lock)
        fi
    od
}

inline give(me, lock) {
    lock = 0;
    count[me]--
}

proctype thread(bit me) {
    byte n;
    for (n : 1 .. 2) {
        take(me, L);
        torn = 1;
        take(me, M);
        give(me, M);
        torn = 0;
        give(me, L)
    }
}

proctype forker() {
    gate = 1;
#ifndef NO_WAIT
    (!count[0]);
    (!count[1]);
#endif
    if
    :: atomic { copied_L = L; copied_M = M }; copied_torn = torn
    :: copied_torn = torn; atomic { copied_L = L; copied_M = M }
    fi;
    assert(!copied_L && !copied_M && !copied_torn);
    gate = 0
}

init {
    atomic { run thread(0); run thread(1); run forker() }
}
