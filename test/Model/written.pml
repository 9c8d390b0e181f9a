/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* written.pml - marking beside threads whose stores nobody tells.
 *
 * No barriers: the kernel notes which pages are written (base/mwritten.c,
 * gc/mgcwatch.c).  One object W is white.  It may be pointed to from
 *
 *   slot[0], slot[1]   objects on two pages, which are black once they are
 *                      read; slot[0] points to W when we begin
 *   slot[2]            an object that is born while marking, so black, and
 *                      is never read by itself; its page may be protected
 *                      before that, with what lies around it
 *   r                  a register of each of two threads
 *
 * A page is protected or not; a store lifts that.  Listing a page, protecting
 * it again and reading it are three steps.  A stop may be left again, when
 * more was written than it has the time for: some of the pages it has protected
 * and read, others it has only listed.  The claim: when marking is over, W is
 * marked or nothing points to it.
 *
 *   NO_WATCH_FIRST   a page is protected before it is read
 *   NO_AGAIN_FIRST   one that was written is protected again before it is
 *                    read again
 *   NO_LAST          in the last stop what was written since is read
 *   NO_STACKS        … and the threads' registers and stacks
 *   LEFT_PROTECTED   a stop that is left protects only what it reads
 *   LEFT_IS_LAST     … and does not count for the last one: registers, and
 *                    what it had no time for, are read in that
 *   NO_FRESH         memory that was not protected counts as written
 *   NO_SECOND_LOOK   what is on a page that was protected is looked up after
 *                    that: what was born there meanwhile is read, too
 *   NO_UNFINISHED    a range that was watched at once, and of which the stop
 *                    comes before all is read, is read then
 *   NO_ERROR         where the kernel could not tell, all was written: after
 *                    an error in the middle, when pages are protected again
 *                    that were not listed
 *
 * [inv.model.first]
 */
bit slot[3];
bit r[2];
bit protected[3];
bit all_written;                /* the kernel could not tell */
bit born;                       /* the object of slot[2] is there */
bit marked, stopped, unfinished;

inline read(i) {
    if
    :: slot[i] -> marked = 1
    :: else
    fi
}

inline store(i, value) { slot[i] = value; protected[i] = 0 }

proctype mutator(byte m) {
end:
    do
    :: atomic { !stopped ->
        if
        :: r[m] = slot[0]
        :: r[m] = slot[1]
        :: born = 1
        :: born -> r[m] = slot[2]
        :: r[m] = 0
        :: store(0, r[m])
        :: store(1, r[m])
        :: born -> store(2, r[m])
        :: store(0, 0)
        :: store(1, 0)
        :: born -> store(2, 0)
        fi }
    od
}

inline first_reading(i) {
#ifdef NO_WATCH_FIRST
    atomic { read(i) };
    atomic { protected[i] = 1 }
#else
    atomic { protected[i] = 1 };
    atomic { read(i) }
#endif
}

/* A round over the pages.  An error protects without listing. */
inline again(i) {
    if
    :: atomic { !protected[i] ->
#ifdef NO_AGAIN_FIRST
           read(i) };
       atomic { protected[i] = 1 }
#else
           protected[i] = 1 };
       atomic { read(i) }
#endif
    :: atomic { !protected[i] -> protected[i] = 1;
#ifndef NO_ERROR
           all_written = 1
#endif
       }
    :: atomic { protected[i] -> skip }
    fi
}

/* A gap, perhaps, between two pages that were written. */
inline gap(i) {
#ifdef NO_SECOND_LOOK
    atomic { there = born };
    atomic { protected[i] = 1 };
    atomic {
        if
        :: there -> read(i)
        :: else
        fi;
        there = 0
    }
#else
    atomic { protected[i] = 1 };
    atomic {
        if
        :: born -> read(i)
        :: else
        fi
    }
#endif
}

inline last(i) {
#ifndef NO_LAST
    if
    :: !protected[i] || all_written -> read(i)
    :: else
    fi
#else
    skip
#endif
}

/* What a stop that is left does with a page. */
inline looked_at(i) {
    if
    :: !protected[i] -> protected[i] = 1; read(i)
    :: !protected[i] ->
#ifdef LEFT_PROTECTED
        protected[i] = 1
#else
        skip
#endif
    :: protected[i] -> skip
    fi
}

inline read_registers() {
    if
    :: r[0] || r[1] -> marked = 1
    :: else
    fi
}

proctype collector() {
#ifdef LEFT_IS_LAST
    bit left;
#endif
#ifdef NO_SECOND_LOOK
    bit there;
#endif
    if
    :: first_reading(0);
       first_reading(1);
#ifdef NO_FRESH
       atomic { protected[2] = 1 };
#endif
       do
       :: again(0); again(1)
       :: gap(2)
       :: atomic {
              looked_at(0); looked_at(1); looked_at(2);
              read_registers();
#ifdef LEFT_IS_LAST
              left = 1
#endif
          }
       :: break
       od;
    :: atomic { protected[0] = 1; protected[1] = 1 };
       atomic { read(0); unfinished = 1 }
    fi;
    atomic {
        stopped = 1;
#ifdef LEFT_IS_LAST
        if
        :: left -> skip
        :: else ->
#endif
        last(0); last(1); last(2);
#ifndef NO_UNFINISHED
        if
        :: unfinished -> read(1)
        :: else
        fi;
#endif
#ifndef NO_STACKS
        read_registers();
#endif
#ifdef LEFT_IS_LAST
        fi;
#endif
        assert(marked || !(r[0] || r[1] || slot[0] || slot[1] || slot[2]))
    }
}

init {
    atomic { slot[0] = 1; run mutator(0); run mutator(1); run collector() }
}
