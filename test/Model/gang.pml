/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* gang.pml - several markers share one step of marking.
 *
 * The owner of the step opens it; helpers join while it is open, each with
 * candidates of its own; who has many gives some into a pool, if somebody
 * could use them, and who has none takes from there.  Everything about the
 * pool happens under one lock (gc/mgcshare.c); mark bits are set without.  The
 * step ends when all that have joined are without work, or when one of them
 * has done as much as it should; then each helper gives back what it has and
 * leaves, and the owner goes on alone when all have left.  There are two
 * steps; the first may end at any time, the second only when nothing is left.
 *
 * Object 0 leads to 1 and 2, each of these to 3, that to 4.  The claims: in
 * the end all objects are marked and each was read once; nobody marks but in
 * an open step; nobody waits for ever.
 *
 *   PLAIN_MARK   a mark is set by one atomic instruction
 *   NO_ONCE      who did not win it leaves the object to who did
 *   NO_OPEN      a helper joins only while the step is open
 *   COUNT_LATE   who takes from the pool counts as working from then on
 *   NO_IN_HAND   who waits has nothing left in hand (looked up by and by)
 *   NO_GIVE_BACK who leaves gives back what it has
 *   NO_LEAVERS   the owner waits until all have left
 *   NO_EVENT     who is going to wait notes under the lock what it has seen
 *   NO_END_WAKES the end of the step is an event, too
 *
 * [inv.gang]
 */
#define BIT(o) (1 << (o))
#define ALL 31

byte marks, been_read, read_twice;
byte pool;                      /* a set of candidates */
byte joined, idle;              /* numbers of markers */
bit open, ends;                 /* the step */
byte event;                     /* markers that have not seen the last one */
byte last_step;
byte holds[3];                  /* the owner is 0; sets of candidates */
bit is_done;

inline leads_to(o) {
    if
    :: o == 0 -> holds[me] = holds[me] | BIT(1) | BIT(2)
    :: o == 1 || o == 2 -> holds[me] = holds[me] | BIT(3)
    :: o == 3 -> holds[me] = holds[me] | BIT(4)
    :: else
    fi
}

/* One candidate, the least or the greatest. */
inline look_up() {
    atomic {
        o = 0;
        do :: o < 4 && !(holds[me] & BIT(o)) -> o++ :: else -> break od;
        if
        :: true
        :: holds[me] & BIT(2) -> o = 2
        fi;
        assert(open);
        holds[me] = holds[me] & ~BIT(o)
    };
    if
    :: atomic { marks & BIT(o) -> skip }
    :: atomic { !(marks & BIT(o)) -> seen = marks };
#ifdef PLAIN_MARK
       atomic { marks = seen | BIT(o); seen = 0 };
#else
       atomic { seen = marks; marks = marks | BIT(o) };
#endif
       atomic {
           if
#ifndef NO_ONCE
           :: seen & BIT(o)
#endif
           :: else ->
              read_twice = read_twice | (been_read & BIT(o));
              been_read = been_read | BIT(o);
              leads_to(o)
           fi;
           seen = 0 }
    fi
}

inline end_step() {
    ends = 1;
#ifndef NO_END_WAKES
    event = 7
#endif
}

/* Under the lock: a candidate of the pool, the greatest. */
inline take() {
    o = 4;
    do :: !(pool & BIT(o)) -> o-- :: else -> break od;
    pool = pool & ~BIT(o);
    holds[me] = holds[me] | BIT(o);
    o = 0
}

/* Until there is work, or the step ends. */
inline find_work() {
    atomic {                    /* the lock is taken */
        if
        :: ends
        :: !ends && pool -> take()
        :: else ->
           idle++;
           if
           :: idle == joined -> end_step(); idle--
           :: else ->
              waits = 1;
#ifndef NO_EVENT
              event = event & ~BIT(me)
#endif
           fi
        fi };
    do
    :: atomic { !waits -> break }
    :: atomic { waits -> skip };
#ifdef NO_EVENT
       event = event & ~BIT(me);
#endif
       atomic { event & BIT(me) -> event = event & ~BIT(me) };
#ifdef COUNT_LATE
       if
       :: atomic { ends -> waits = 0; idle-- }
       :: atomic { !ends && pool -> take(); waits = 0 }; atomic { idle-- }
       :: atomic { !ends && !pool -> skip }
       fi
#else
       atomic {
           if
           :: ends -> waits = 0; idle--
           :: !ends && pool -> take(); waits = 0; idle--
           :: !ends && !pool
           fi }
#endif
    od
}

inline give() {
    atomic {
        if
        :: !ends && !pool && (holds[me] & 6) == 6 ->
           holds[me] = holds[me] & ~BIT(1);
           pool = pool | BIT(1);
           event = 7
        :: !ends && !pool && (holds[me] & 12) == 12 ->
           holds[me] = holds[me] & ~BIT(2);
           pool = pool | BIT(2);
           event = 7
        :: else
        fi }
}

inline mark() {
    do
    :: atomic { ends -> break }
    :: atomic { !ends && !last_step -> end_step(); break }  /* its budget */
    :: atomic { !ends && holds[me] -> skip }; give(); look_up()
#ifdef NO_IN_HAND
    :: atomic { !ends && pool == 0 && joined > 1 -> skip }; find_work()
#endif
    :: atomic { !ends && !holds[me] -> skip }; find_work()
    od
}

proctype helper(byte me) {
    byte o, seen;
    bit waits;
end:
    do
    :: atomic { is_done -> break }
#ifdef NO_OPEN
    :: atomic { !is_done && joined < 3 -> joined++ };
#else
    :: atomic { !is_done && open && !ends && joined < 3 -> joined++ };
#endif
       mark();
       atomic {
#ifndef NO_GIVE_BACK
           pool = pool | holds[me];
#endif
           holds[me] = 0;
           joined--;
           event = 7 }
    od
}

proctype owner() {
    byte me, o, seen;
    bit waits;
    holds[0] = BIT(0);
    do
    ::  atomic { ends = 0; joined = 1; open = 1 };
        mark();
        atomic { end_step() };
#ifndef NO_LEAVERS
        atomic { joined == 1 -> skip };
#endif
        atomic {
            open = 0;
            joined = 0;
            holds[0] = holds[0] | pool;
            pool = 0;
            if
            :: last_step -> break
            :: else -> last_step = 1
            fi }
    od;
    atomic {
        assert(!holds[0]);
        assert(marks == ALL && been_read == ALL && !read_twice);
        assert(!idle);
        is_done = 1
    }
}

init { atomic { run owner(); run helper(1); run helper(2) } }
