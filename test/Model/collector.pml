/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* collector.pml - the on-the-fly collector's protocol, for spin.
 *
 * Two mutators with two registers each, objects 1..N with one field each
 * (1 is a global root; 0 is null), one collector.  The claim: whatever the
 * interleaving, no object that a mutator can still reach is swept.  It is
 * asserted where it shows: a loaded pointer is allocated, a swept object is
 * in no register and in no store that is under way.
 *
 * The rules, each of which a -D switch drops.  collector.test checks that the
 * protocol with all of them holds (N=2, all states) and that spin finds a
 * lost object at once without NO_AFTER, NO_LIVE, NO_RESCAN or NO_BLACK.
 * NO_DEFER shows only with N=3 (bit-state search, about a minute) and
 * NO_COUNT needs more objects than an exhaustive search takes; both are in
 * the slow part of the test or argued in the text:
 *
 *   NO_AFTER   the barrier tests the flag after the store
 *   NO_LIVE    the stored value stays in a scanned place until it is shaded
 *   NO_DEFER   the handshake waits while its thread is in runtime code
 *              (between marking an object and queueing it)
 *   NO_RESCAN  stacks are scanned again after marking, until a whole round
 *              finds nothing grey
 *   NO_COUNT   a round is clean only if nobody shaded since it began, for
 *              shades go to the thread's own buffer
 *   NO_BLACK   objects allocated while marking are born marked
 *
 * A handshake is atomic for the thread that performs it and can fall between
 * any two of its steps; memory is sequentially consistent.  What the model
 * leaves out: bulk copies, signal handlers, blocked threads (stop.pml).
 *
 * [inv.model.first] A change of the protocol is made here first.
 */
#ifndef N
#define N 2
#endif
#define NULL_OBJECT 0
#define ROOT 1

byte field[N + 1];
bit allocated[N + 1], marked[N + 1], queued[N + 1];

/* Per mutator: registers 2m and 2m+1; the store under way (slot's owner and
 * value); flags that its handshake sets; its shade buffer, a bit an object. */
byte reg[4];
byte target[2], value[2];
bit barrier[2], black[2], in_rt[2];
byte buffer[2];
bit shaded;                     /* anybody shaded since the round began */
bit grey_found;                 /* this round's scans found something */

#define BIT(o) (1 << (o))
#define REG(m, i) reg[2 * (m) + (i)]

/* Marks and queues for the collector. */
inline grey(o) {
    if
    :: o != NULL_OBJECT && !marked[o] ->
        marked[o] = 1; queued[o] = 1; grey_found = 1
    :: else
    fi
}

/* A mutator's shade: mark, then push on its own buffer. */
inline shade(m, o) {
#ifdef NO_DEFER
    if
    :: atomic { o != NULL_OBJECT && !marked[o] -> marked[o] = 1; shaded = 1 };
       buffer[m] = buffer[m] | BIT(o)
    :: atomic { !(o != NULL_OBJECT && !marked[o]) -> skip }
    fi
#else
    in_rt[m] = 1;
    if
    :: atomic { barrier[m] && o != NULL_OBJECT && !marked[o] ->
                marked[o] = 1; shaded = 1 };
       buffer[m] = buffer[m] | BIT(o)
    :: atomic { !(barrier[m] && o != NULL_OBJECT && !marked[o]) -> skip }
    fi;
    in_rt[m] = 0
#endif
}

inline flush(m) {
    if
    :: buffer[m] & BIT(1) -> queued[1] = 1; grey_found = 1
    :: else
    fi;
    if
    :: buffer[m] & BIT(2) -> queued[2] = 1; grey_found = 1
    :: else
    fi;
#if N > 2
    if
    :: buffer[m] & BIT(3) -> queued[3] = 1; grey_found = 1
    :: else
    fi;
#endif
    buffer[m] = 0
}

/* What a thread's handshake does with its stack. */
inline scan(m) {
    grey(REG(m, 0)); grey(REG(m, 1)); grey(target[m]);
#ifndef NO_LIVE
    grey(value[m]);
#endif
    flush(m)
}

proctype mutator(byte m) {
    byte o;
    do
    :: atomic { /* load r0 = field of r0 or of the root */
           if
           :: REG(m, 0) != NULL_OBJECT -> o = REG(m, 0)
           :: o = ROOT
           fi;
           assert(allocated[o]);
           REG(m, 0) = field[o]; o = 0;
           assert(REG(m, 0) == NULL_OBJECT || allocated[REG(m, 0)]) }
    :: atomic { REG(m, 0) != NULL_OBJECT -> REG(m, 0) = NULL_OBJECT }
    :: atomic { REG(m, 0) != NULL_OBJECT -> REG(m, 1) = REG(m, 0) }
    :: atomic { REG(m, 1) != NULL_OBJECT -> REG(m, 1) = NULL_OBJECT }
    :: atomic { /* r1 = malloc() */
           REG(m, 1) == NULL_OBJECT -> o = 1;
           do
           :: o <= N && allocated[o] -> o++
           :: else -> break
           od;
           if
           :: o <= N ->
               allocated[o] = 1; field[o] = NULL_OBJECT;
#ifndef NO_BLACK
               marked[o] = black[m];
#else
               marked[o] = 0;
#endif
               queued[o] = 0; REG(m, 1) = o
           :: else
           fi;
           o = 0 }
    :: atomic { /* field of r0 or of the root = r1 or null */
           if
           :: REG(m, 0) != NULL_OBJECT -> target[m] = REG(m, 0)
           :: target[m] = ROOT
           fi;
           if
           :: value[m] = REG(m, 1);
              if
              :: REG(m, 1) = NULL_OBJECT
              :: skip
              fi
           :: value[m] = NULL_OBJECT
           fi;
#ifndef NO_AFTER
           field[target[m]] = value[m]; target[m] = NULL_OBJECT
#endif
       };
       if
       :: atomic { barrier[m] -> skip }; shade(m, value[m])
       :: atomic { !barrier[m] -> skip }
       fi;
#ifdef NO_AFTER
       atomic { field[target[m]] = value[m]; target[m] = NULL_OBJECT;
                value[m] = NULL_OBJECT }
#else
       atomic { value[m] = NULL_OBJECT }
#endif
    od
}

#define GREY (queued[1] || queued[2] || queued[N])

proctype collector() {
    byte o, child;
    do
    ::
       d_step { marked[1] = 0; marked[2] = 0; marked[N] = 0 };
       /* HS1, HS2: each thread in turn, when it is not in runtime code */
       atomic { !in_rt[0] -> barrier[0] = 1 };
       atomic { !in_rt[1] -> barrier[1] = 1 };
       atomic { !in_rt[0] -> black[0] = 1 };
       atomic { !in_rt[1] -> black[1] = 1 };
       atomic { grey(ROOT) };
       atomic { !in_rt[0] -> scan(0) };
#ifdef NO_AFTER
       /* tracing that starts before all roots are scanned makes it show */
       do
       :: atomic { GREY -> if :: queued[1] -> o = 1 :: queued[2] -> o = 2 fi;
                   queued[o] = 0; child = field[o] };
          atomic { grey(child); child = 0; o = 0 }
       :: break
       od;
#endif
       atomic { !in_rt[1] -> scan(1) };
drain:
       do
       :: atomic { GREY ->
              if
              :: queued[1] -> o = 1
              :: queued[2] -> o = 2
#if N > 2
              :: queued[3] -> o = 3
#endif
              fi;
              queued[o] = 0; child = field[o] };
          atomic { grey(child); child = 0; o = 0 }
       :: atomic { !GREY -> break }
       od;
#ifndef NO_RESCAN
       atomic { grey_found = 0; shaded = 0 };
       atomic { !in_rt[0] -> scan(0) };
       atomic { !in_rt[1] -> scan(1) };
       if
#ifdef NO_COUNT
       :: atomic { grey_found || GREY -> skip }; goto drain
       :: atomic { !(grey_found || GREY) -> skip }
#else
       :: atomic { grey_found || shaded || GREY -> skip }; goto drain
       :: atomic { !(grey_found || shaded || GREY) -> skip }
#endif
       fi;
#endif
       atomic { !in_rt[0] -> barrier[0] = 0; flush(0) };
       atomic { !in_rt[1] -> barrier[1] = 0; flush(1) };
       o = 1;
       do
       :: atomic { o <= N && allocated[o] && !marked[o] ->
              assert(o != ROOT);
              assert(reg[0] != o && reg[1] != o && reg[2] != o && reg[3] != o);
              assert(value[0] != o && value[1] != o);
              assert(target[0] != o && target[1] != o);
              allocated[o] = 0; field[o] = NULL_OBJECT; queued[o] = 0; o++ }
       :: atomic { o <= N && !(allocated[o] && !marked[o]) -> o++ }
       :: atomic { o > N -> break }
       od;
       o = 0;
       d_step { queued[1] = 0; queued[2] = 0; queued[N] = 0 };
       atomic { black[0] = 0 };
       atomic { black[1] = 0 }
    od
}

init {
    atomic {
        allocated[ROOT] = 1;
        run mutator(0); run mutator(1); run collector()
    }
}
