/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* recycle.pml - memory that becomes free while the marker looks at it.
 *
 * free() gives a block back at once where that is allowed, and the last block
 * of a span its pages.  A marker that took a pointer from its queue before
 * finds the span, reads its descriptor and its bitmaps, and sets a mark, in
 * steps: the descriptor must not become another span's meanwhile, nor the
 * pages another use's.
 *
 * One span of two blocks, which a thread frees; another use of the same
 * descriptor, which any allocation may begin once it is free.  The marker has
 * candidates: words that may be stale pointers into the span.
 *
 *   NO_WAIT     while marking, emptied spans are not given back: they wait
 *               for the sweep
 *   NO_QUIET    the phase ends when the markers have stopped, not when they
 *               are told to
 *
 * A span in a thread's cache is given back when the cache is flushed, in the
 * last stop at the latest.  The marker goes on in that stop, with what threads
 * have shaded: bases of objects, which may have been freed since.
 *
 *   WHITE_FIRST the flush comes before births are white again, so that emptied
 *               spans wait still
 */
#define IN_USE 0                /* the span that the pointers mean */
#define FREE 1
#define OTHER 2                 /* something else */

byte descriptor = IN_USE;
bit block[2] = 1;               /* in use */
bit marking, tracing, waiting, marker_busy;
bit cached, queued;             /* the span; block 0, by a thread */
byte cycles = 3;

proctype program() {
    do
    :: atomic { block[0] -> block[0] = 0 }
    :: atomic { block[1] -> block[1] = 0 }
    :: atomic { descriptor == IN_USE && block[0] && !cached -> cached = 1 }
    :: atomic { descriptor == IN_USE && block[0] && marking -> queued = 1 }
    :: atomic { descriptor == IN_USE && !cached &&
                !block[0] && !block[1] && !waiting ->
#ifdef NO_WAIT
           descriptor = FREE
#else
           if
           :: marking -> waiting = 1
           :: else -> descriptor = FREE
           fi
#endif
       }
    :: atomic { descriptor == FREE -> descriptor = OTHER }
    :: atomic { descriptor == OTHER -> descriptor = IN_USE;
                block[0] = 1; block[1] = 1 }
    :: cycles == 0 -> break
    od
}

proctype marker() {
    byte seen;
    do
    :: cycles == 0 -> break
    :: atomic { tracing && queued -> queued = 0;
                assert(descriptor == IN_USE) }
    :: atomic { tracing -> marker_busy = 1; seen = descriptor };
       if
       :: atomic { seen == IN_USE -> skip };
          /* its bitmaps are read and a mark is set in them */
          atomic { assert(descriptor == IN_USE) }
       :: atomic { seen != IN_USE -> skip }     /* no object */
       fi;
       atomic { marker_busy = 0; seen = 0 }
    od
}

proctype collector() {
    do
    :: cycles == 0 -> break
    :: else ->
       marking = 1;
       tracing = 1;
       tracing = 0;
#ifndef NO_QUIET
       atomic { !marker_busy -> skip };
#endif
       atomic {                 /* the last stop */
#ifdef WHITE_FIRST
           marking = 0;
#endif
           if
           :: cached && !block[0] && !block[1] && !waiting ->
               if :: marking -> waiting = 1 :: else -> descriptor = FREE fi
           :: else
           fi;
           cached = 0;
           assert(!queued || descriptor == IN_USE);
           queued = 0; marking = 0 };
       atomic { if :: waiting -> descriptor = FREE; waiting = 0
                   :: else fi };
       cycles--
    od
}

init { atomic { run program(); run marker(); run collector() } }
