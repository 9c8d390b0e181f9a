/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bits.pml - the mark bits of one span, which two sorts of threads set.
 *
 * The marker's bits are its own: it sets one by a load and a store.  Threads
 * that shade have bits of their own, which they set by one atomic instruction
 * (heap/mbitmap.h); marked is what either says, and the sweep takes both
 * (heap/mgcsweep.c).  Slots 0 and 1 are objects that two threads shade and the
 * marker comes across, in one word of the bitmap.  Slot 2 is free and in a
 * thread's cache, so it was blackened; the thread may take it, which alloc_bits
 * say when the cache is flushed (heap/mcentral.c).  The claims: an object that
 * was marked by anybody has been read, once at least, and is in use when the
 * sweep is done; and so is a slot that was taken, and no other.
 *
 *   ONE_SET    threads have bits of their own: the marker's store would take
 *              away what another thread has set since its load
 *   PLAIN_OR   they set them atomically
 *   ONE_SWEPT  the sweep takes both sets
 *   EACH_OTHER an object that both mark in the same moment is read twice;
 *              where each leaves it to the other it is never read
 *   NO_FLUSH   caches are flushed before the sweep, or what was taken from
 *              them is handed out again
 *   NO_BLACK   what is taken from a cache while the heap is marked is marked
 *
 * [inv.black], [inv.grey], [inv.slot]
 */
#define BIT(o) (1 << (o))

byte marks, shades, alloc = 3;  /* the span's bitmaps */
byte queue, been_read;          /* sets of objects */
byte wanted;                    /* somebody marked it */
bit taken;                      /* slot 2 */
byte ended;

#ifdef ONE_SET
#define THEIRS marks
#else
#define THEIRS shades
#endif
#define MARKED(o) ((marks | shades) & BIT(o))

/* In the runtime: the stop waits for its end. */
proctype thread(byte o) {
    byte seen;
    if
    :: true ->
        wanted = wanted | BIT(o);
        if
        :: atomic { MARKED(o) -> skip }
        :: atomic { !MARKED(o) -> skip };
#ifdef PLAIN_OR
           atomic { seen = THEIRS };
           atomic { THEIRS = seen | BIT(o) };
#else
           atomic { seen = THEIRS; THEIRS = THEIRS | BIT(o) };
#endif
           atomic {
               if
#ifdef EACH_OTHER
               :: !(seen & BIT(o)) && !(marks & BIT(o)) ->
#else
               :: !(seen & BIT(o)) ->
#endif
                  queue = queue | BIT(o)
               :: else
               fi }
        fi
    :: true
    fi;
    if
    :: o == 1 -> taken = 1      /* one thread has the cache */
    :: true
    fi;
    ended++
}

/* A candidate, which may come any number of times. */
inline look_up(o) {
    if
    :: atomic { MARKED(o) || !(alloc & BIT(o)) -> skip }
    :: atomic { !MARKED(o) && (alloc & BIT(o)) -> wanted = wanted | BIT(o) };
       atomic { seen = marks };
       atomic { marks = seen | BIT(o) };
       atomic {
           if
#ifdef EACH_OTHER
           :: shades & BIT(o)
#endif
           :: else -> been_read = been_read | BIT(o)
           fi }
    fi
}

proctype marker() {
    byte seen, live, rounds = 3;
    do
    :: rounds > 0 -> look_up(0); rounds--
    :: rounds > 0 -> look_up(1); rounds--
    :: rounds > 0 -> look_up(2); rounds--
    :: atomic { queue -> been_read = been_read | queue; queue = 0 }
    :: atomic { ended == 2 && !queue -> break }
    od;
    atomic {                    /* the last stop, and the sweep */
#ifndef NO_FLUSH
        if :: taken -> alloc = alloc | BIT(2) :: else fi;
#ifdef NO_BLACK
        shades = shades & 3;
#else
        shades = (shades | BIT(2)) & alloc;
#endif
#endif
        assert((been_read & wanted) == wanted);
#ifdef ONE_SWEPT
        live = marks & alloc;
#else
        live = (marks | shades) & alloc;
#endif
        assert((live & wanted) == wanted);
        assert(((live & BIT(2)) != 0) == taken)
    }
}

init { atomic { run thread(0); run thread(1); run marker() } }
