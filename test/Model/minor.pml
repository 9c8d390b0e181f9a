/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* minor.pml - collections that keep the marks of the one before.
 *
 * No barriers, as in written.pml: the kernel notes which pages are written, by
 * lifting their protection (base/mwritten.c, gc/mgcwatch.c, gc/mgcminor.c).
 * Between two collections it stays, so what is not protected may have been
 * written since the marks were complete.  There are
 *
 *   slot[0], slot[1]   objects on two pages, reachable all the time
 *   slot[2]            an object that is made anew after each full collection,
 *                      on a page that is not protected then
 *   r                  a register
 *   W                  what these may point to; it is born again when it was
 *                      freed, white between collections, shaded in one; it may
 *                      be freed by the program and be born with the mark that
 *                      it had
 *
 * A full collection clears the marks, protects all pages, marks what is
 * reachable and reads it; a minor one keeps marks and protection, but not the
 * shade of what was born and not reached.  Both look
 * again at what was written, protecting it before that, and at the rest in a
 * stop.  A stop may be left again, when there is more than it has the time for:
 * it protects some of what has marks, and reads that, and may protect what has
 * none, which nobody has read.
 * A collection may be abandoned when it has marked what it has not read.
 *
 * A word that is read is a candidate.  The marker takes it from its queue and
 * looks it up later; meanwhile it may give it back.  A word that it has taken
 * lately is left out.  There may be words with W's address that nobody means,
 * also before W is born (gc/mgcdrain.c, [inv.recent]).
 *
 * The claim: when one is over, W is marked or nothing points to it.
 *
 *   NO_CARRY         a minor one does not protect what it has not looked at
 *   NO_WATCH_FIRST   a page is protected before it is looked at again
 *   NO_LAST          in the stop what was written since is read
 *   NO_YOUNG         … and what was never protected
 *   NO_STACKS        … and the register
 *   NO_SETTLING      what was born meanwhile and is pointed to is marked
 *   NO_FULL_AFTER    after one that was abandoned comes a full one
 *   NO_LOST          where the kernel watches no more all was written
 *   LEFT_PROTECTED   a stop that is left protects of what has marks only what
 *                    it reads
 *   LEFT_IS_LAST     … and does not end the collection
 *   NO_FORGET        a word that was no object's is taken again
 *   NO_GIVEN_BACK    … and one that was given back
 *   NO_NEW_CYCLE     … and one that came in an earlier collection
 *
 * [inv.model.first]
 */
bit slot[3], mark[3], protected[3];
bit r, born, marked, shaded;    /* W */
bit lost;                       /* the kernel has let go of the pages */
bit queued, coming, recent;     /* W's address, at the marker */
bit open, stopped, complete;
byte ncycles;

inline found() { queued = 1 }

inline take() {
    if
    :: queued && !recent -> recent = 1; coming = 1; queued = 0
    :: else -> queued = 0
    fi
}

inline look_up() {
    if
    :: coming && born ->
#ifdef NO_SETTLING
        marked = marked | !shaded
#else
        marked = 1
#endif
#ifndef NO_FORGET
    :: coming && !born -> recent = 0
#endif
    :: else
    fi;
    coming = 0
}

/* Until nothing is left. */
inline drain() { look_up(); take(); look_up() }

inline begin_marking() {
#ifndef NO_NEW_CYCLE
    recent = 0;
#endif
    queued = 0; coming = 0
}

proctype marker() {
end:
    do
    :: atomic { open && !stopped && queued && !coming -> take() }
    :: atomic { open && !stopped && coming -> look_up() }
    :: atomic { open && !stopped && coming -> queued = 1; coming = 0;
#ifndef NO_GIVEN_BACK
           recent = 0
#endif
       }
    :: atomic { open && !stopped && !born -> found() }
    od
}

inline read(i) {
    if
    :: slot[i] -> found()
    :: else
    fi
}

inline store(i, value) {
    slot[i] = value;
    if
    :: !lost -> protected[i] = 0
    :: else
    fi
}

proctype mutator() {
end:
    do
    :: atomic { !stopped ->
        if
        :: !born -> born = 1; r = 1; shaded = open
        :: r && !slot[0] && !slot[1] && !slot[2] -> r = 0; born = 0
        :: r = slot[0]
        :: r = slot[1]
        :: r = slot[2]
        :: r = 0
        :: store(0, r)
        :: store(1, r)
        :: store(2, r)
        :: store(0, 0)
        :: store(1, 0)
        :: store(2, 0)
        fi }
    od
}

inline reach(i) {
    atomic {
        if
        :: !mark[i] -> mark[i] = 1; read(i)
        :: else
        fi
    }
}

/* Only what has marks is protected, and looked at. */
inline again(i) {
#ifdef NO_WATCH_FIRST
    atomic { seen = !protected[i] && mark[i] && !lost;
             if
             :: seen -> read(i)
             :: else
             fi };
    atomic {
        if
        :: seen -> protected[i] = 1; seen = 0
        :: else
        fi
    }
#else
    atomic { seen = !protected[i] && mark[i] && !lost;
             if
             :: seen -> protected[i] = 1
             :: else
             fi };
    atomic {
        if
        :: seen -> read(i); seen = 0
        :: else
        fi
    }
#endif
}

inline last(i) {
#ifdef NO_LAST
    skip
#else
    if
#ifdef NO_LOST
    :: !protected[i] ->
#else
    :: !protected[i] || lost ->
#endif
#ifdef NO_YOUNG
        if
        :: watched[i] -> read(i)
        :: else
        fi
#else
        read(i)
#endif
    :: else
    fi
#endif
}

/* What a stop that is left does with a page. */
inline looked_at(i) {
    if
    :: !protected[i] && !lost ->
        protected[i] = 1;
        if
        :: mark[i] -> read(i)
#ifdef LEFT_PROTECTED
        :: mark[i] -> skip
#endif
        :: else
        fi
    :: skip
    fi
}

inline protect_all() {
    protected[0] = 1; protected[1] = 1; protected[2] = 1
}

inline clear_marks() {
    mark[0] = 0; mark[1] = 0; mark[2] = 0; marked = 0; shaded = 0
}

/* The young object's predecessor is gone; the page is a fresh one. */
inline renew() { slot[2] = 0; mark[2] = 0; protected[2] = 0 }

inline note_watched() {
#ifdef NO_YOUNG
    watched[0] = protected[0]; watched[1] = protected[1];
    watched[2] = protected[2]
#else
    skip
#endif
}

inline read_register() {
    if
    :: r -> found()
    :: else
    fi
}

proctype collector() {
    bit seen, minor;
#ifdef LEFT_IS_LAST
    bit left;
#endif
#ifdef NO_YOUNG
    bit watched[3];
#endif
    do
    :: ncycles < 3 ->
        ncycles++;
        atomic {
            open = 1;
#ifdef NO_FULL_AFTER
            minor = ncycles > 1;
#else
            minor = complete;
#endif
            if
            :: !minor -> lost = 0; clear_marks(); protect_all()
            :: else ->
#ifdef NO_CARRY
                protect_all()
#else
                skip
#endif
            fi;
            begin_marking();
            note_watched()
        };
        if
        :: atomic { complete = 0; mark[0] = 1; open = 0; shaded = 0 }; goto next
        :: skip
        fi;
        reach(0); reach(1); reach(2);
        again(0); again(1); again(2);
        if
        :: again(0); again(1); again(2)
        :: atomic {
               looked_at(0); looked_at(1); looked_at(2);
               read_register();
#ifdef LEFT_IS_LAST
               left = 1
#endif
           }
        :: skip
        fi;
        atomic {
            stopped = 1;
#ifdef LEFT_IS_LAST
            if
            :: left -> left = 0
            :: else ->
#endif
            last(0); last(1); last(2);
#ifndef NO_STACKS
            read_register();
#endif
#ifdef LEFT_IS_LAST
            fi;
#endif
            drain();
            assert(marked || shaded || !(r || slot[0] || slot[1] || slot[2]));
            if
            :: !marked && !shaded -> born = 0
            :: else
            fi;
            shaded = 0;
            complete = 1; open = 0; stopped = 0
        };
        /* Pages that will be allocated from had better be writable. */
        if
        :: protected[1] = 0
        :: atomic { !minor -> renew() }
        :: lost = 1
        :: skip
        fi;
next:   skip
    :: else -> break
    od
}

init {
    atomic { slot[0] = 1; r = 1; born = 1; run mutator(); run marker();
             run collector() }
}
