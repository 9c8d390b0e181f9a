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
 * lost object without each:
 *
 *   NO_AFTER   the barrier tests the flag after the store
 *   NO_LIVE    the stored value stays in a scanned place until it is shaded
 *   NO_RESCAN  stacks are scanned again after marking, until a whole round
 *              finds nothing grey
 *   NO_BLACK   objects allocated while marking are born marked
 *   NO_REREAD  the slow path is runtime code first and reads the flag again
 *              then: the cycle may have ended since it was tested, and a
 *              mark set now would be one of the next cycle's, which nobody
 *              queued
 *
 * NO_DEFER and NO_COUNT need more objects than an exhaustive search of whole
 * cycles takes; rounds.pml, which begins in the middle, shows them.
 *
 * With -DBIRTHS thread 1 is born and ends any number of times:
 *
 *   NO_PHASE   a new thread takes the phase of the collection, under the lock
 *              under which the collector changes it, and not its parent's
 *              flags: the parent may not have answered yet
 *   NO_GIFT    the argument it is born with is shaded: nobody scanned the
 *              stack on which it arrives
 *
 * With -DONCE a thread keeps what it has shaded since marking began, and a
 * barrier that finds its value there does nothing, before it enters the
 * runtime:
 *
 *   NO_ANEW    each marking begins with none
 *
 * -DNAMED_ROOT lets thread 0 store pointers to the root, for NO_REREAD.
 *
 * A handshake is atomic for the thread that performs it and can fall between
 * any two of its steps; memory is sequentially consistent.  What the model
 * leaves out: the end of marking in detail and foreign code (rounds.pml), bulk
 * copies (copy.pml), blocked threads (blocked.pml), stopping (stop.pml),
 * memory that is given back (recycle.pml), what keeps a barrier from coming
 * (exact.pml), mark bits (bits.pml), large objects that are cleared (clear.pml).
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
bit alive[2], in_round[2];      /* in_round: asked, for it was there at the
                                   round's beginning */
bit phase_barrier, phase_black; /* what handshakes set, and births take */
byte buffer[2];
byte once[2];                   /* -DONCE: what it has shaded, a bit an object */
byte sweep_at;                  /* 0: all is swept; else the next object */
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

#ifdef NO_REREAD
#define STILL(m) true
#else
#define STILL(m) barrier[m]
#endif

#ifdef ONCE
#define IS_KNOWN(m, o) (once[m] & BIT(o))
#define KNOW(m, o) once[m] = once[m] | BIT(o)
#else
#define IS_KNOWN(m, o) false
#define KNOW(m, o) skip
#endif
#ifdef NO_ANEW
#define FORGET(m) skip
#else
#define FORGET(m) once[m] = 0
#endif

/* A mutator's shade: mark, then push on its own buffer. */
inline shade(m, o) {
#ifdef NO_DEFER
    if
    :: atomic { o != NULL_OBJECT && !marked[o] -> marked[o] = 1; shaded = 1 };
       buffer[m] = buffer[m] | BIT(o)
    :: atomic { !(o != NULL_OBJECT && !marked[o]) -> skip }
    fi
#else
    if
    :: atomic { IS_KNOWN(m, o) -> skip }
    :: atomic { !IS_KNOWN(m, o) -> in_rt[m] = 1 };
       if
       :: atomic { STILL(m) && o != NULL_OBJECT && !marked[o] ->
                   marked[o] = 1; shaded = 1; KNOW(m, o) };
          buffer[m] = buffer[m] | BIT(o)
       :: atomic { STILL(m) && o != NULL_OBJECT && marked[o] -> KNOW(m, o) }
       :: atomic { !(STILL(m) && o != NULL_OBJECT) -> skip }
       fi;
       in_rt[m] = 0
    fi
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

#ifdef BIRTHS
#define LIVES(m) alive[m]
#else
#define LIVES(m) true
#endif

/* Slots are taken from swept spans; or, until the sweep begins, from a span
 * that this thread has had since it allocated black. */
#define MAY_USE(m, o) \
    (sweep_at == 0 || o < sweep_at || (black[m] && sweep_at == 1))

proctype mutator(byte m) {
    byte o;
    do
#ifdef BIRTHS
    :: atomic { m == 0 && !alive[1] ->
           REG(1, 0) = REG(0, 1);
#ifdef NO_PHASE
           barrier[1] = barrier[0]; black[1] = black[0];
#else
           barrier[1] = phase_barrier; black[1] = phase_black;
#endif
#ifndef NO_GIFT
           if
           :: phase_barrier && REG(1, 0) != 0 && !marked[REG(1, 0)] ->
               marked[REG(1, 0)] = 1; shaded = 1;
               buffer[0] = buffer[0] | BIT(REG(1, 0))
           :: else
           fi;
#endif
           alive[1] = 1; in_round[1] = 0 }
    :: atomic { m == 1 && alive[1] && target[1] == 0 && value[1] == 0 ->
           REG(1, 0) = NULL_OBJECT; REG(1, 1) = NULL_OBJECT;
           flush(1);
           barrier[1] = 0; black[1] = 0; alive[1] = 0; in_round[1] = 0 }
#endif
    :: atomic { /* load r0 = field of r0 or of the root */
           LIVES(m);
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
#ifdef NAMED_ROOT               /* so that a mark on the root matters */
    :: atomic { m == 0 && REG(m, 1) == NULL_OBJECT -> REG(m, 1) = ROOT }
#endif
    :: atomic { /* r1 = malloc() */
           LIVES(m) && REG(m, 1) == NULL_OBJECT -> o = 1;
           do
           :: o <= N && (allocated[o] || !MAY_USE(m, o)) -> o++
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
           LIVES(m);
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

/* Handshakes wait while their thread is in runtime code. */
#define ANSWERS(m) (!in_rt[m])

inline scan_of(m) {
    atomic { ANSWERS(m) -> if :: in_round[m] -> scan(m) :: else fi }
}

inline list_threads() { in_round[0] = alive[0]; in_round[1] = alive[1] }

proctype collector() {
    byte o, child;
    do
    ::
       atomic { phase_barrier = 1; list_threads() };
       atomic { ANSWERS(0) -> barrier[0] = 1; FORGET(0) };
       atomic { ANSWERS(1) -> if :: in_round[1] -> barrier[1] = 1; FORGET(1)
                                 :: else fi };
       atomic { phase_black = 1; list_threads() };
       atomic { ANSWERS(0) -> black[0] = 1 };
       atomic { ANSWERS(1) -> if :: in_round[1] -> black[1] = 1
                                 :: else fi };
       atomic { grey(ROOT); list_threads() };
       scan_of(0);
#ifdef NO_AFTER
       /* tracing that starts before all roots are scanned makes it show */
       do
       :: atomic { GREY -> if :: queued[1] -> o = 1 :: queued[2] -> o = 2 fi;
                   queued[o] = 0; child = field[o] };
          atomic { grey(child); child = 0; o = 0 }
       :: break
       od;
#endif
       scan_of(1);
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
       atomic { grey_found = 0; shaded = 0; list_threads() };
       scan_of(0);
       scan_of(1);
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
       atomic { phase_barrier = 0; phase_black = 0; sweep_at = 1 };
       atomic { ANSWERS(0) -> barrier[0] = 0; black[0] = 0; flush(0) };
       atomic { ANSWERS(1) -> barrier[1] = 0; black[1] = 0; flush(1) };
       /* What the sweep leaves is unmarked: the next cycle's marks. */
       do
       :: atomic { sweep_at <= N ->
              o = sweep_at;
              if
              :: allocated[o] && !marked[o] ->
                  assert(o != ROOT);
                  assert(reg[0] != o && reg[1] != o);
                  assert(reg[2] != o && reg[3] != o);
                  assert(value[0] != o && value[1] != o);
                  assert(target[0] != o && target[1] != o);
                  allocated[o] = 0; field[o] = NULL_OBJECT
              :: else
              fi;
              marked[o] = 0; o = 0; sweep_at++ }
       :: atomic { sweep_at > N -> sweep_at = 0; break }
       od;
       atomic { queued[1] = 0; queued[2] = 0; queued[N] = 0;
                buffer[0] = 0; buffer[1] = 0 }
    od
}

init {
    atomic {
        allocated[ROOT] = 1; alive[0] = 1;
#ifndef BIRTHS
        alive[1] = 1;
#endif
        run mutator(0); run mutator(1); run collector()
    }
}
