/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* clear.pml - a large object that is cleared while marking begins or goes on.
 *
 * The memory of object O was another's: both halves hold old words, which lead
 * to D, and D is garbage.  Its thread has it on its stack, clears it in two
 * pieces, between which it can be stopped, and then uses it: it stores the only
 * pointer to W there.  Meanwhile O may be marked, from the stack or by a stale
 * word, and is then read once.  The claims: W is marked or nothing points to
 * it, and D is not marked: old bytes keep nothing.  (alloc/malloc.c, large;
 * mspan.clearing.)
 *
 *   NO_CLEARING  an object that is being cleared is not read
 *   EARLY        it is until the last piece is cleared
 *   LATE         it is no longer when the program has it
 *   NO_BARRIER   what is stored there has a barrier, as everywhere: O counts as
 *                read
 */
bit Xf = 1, Of;                 /* words that hold W; Of: in O's first half */
bit old[2] = 1;                 /* O's halves hold old words */
bit allocated, clearing, in_rt, o_stack, r, t, flag, buffer;
bit Om, Or, Xm, W, D;           /* marked; O and X: read, or being */

inline end_clearing() {
#ifndef NO_CLEARING
    clearing = 0
#else
    skip
#endif
}

proctype thread() {
    atomic { in_rt = 1;
#ifndef NO_CLEARING
             clearing = 1;
#endif
             o_stack = 1 };
    atomic { allocated = 1;
             if :: flag -> Om = 1; Or = 1 :: else fi    /* born marked */
           };
    atomic { old[0] = 0 };
    in_rt = 0;                  /* rt_let_stop */
    in_rt = 1;
#ifdef EARLY
    end_clearing();
#endif
    in_rt = 0;
    in_rt = 1;
    atomic { old[1] = 0 };
#ifndef LATE
#ifndef EARLY
    end_clearing();
#endif
#endif
    in_rt = 0;
    if
    :: r = Xf
    :: r = 0
    fi;
    atomic { if :: r -> t = 1; Of = 1 :: else fi };
#ifndef NO_BARRIER
    atomic { if :: flag && t -> buffer = 1 :: else fi };
#endif
    atomic { t = 0 };
    r = 0;
    if
    :: Xf = 0
    :: true
    fi;
#ifdef LATE
    end_clearing();
#endif
    if
    :: atomic { o_stack = 0; Of = 0 }   /* O is garbage, too */
    :: true
    fi
}

inline read_o() {
    if
    :: atomic { clearing -> skip }
    :: atomic { !clearing -> skip };
       atomic { if :: old[0] -> D = 1 :: else fi;
                if :: Of -> W = 1 :: else fi };
       atomic { if :: old[1] -> D = 1 :: else fi }
    fi
}

inline stacks() {
    if :: o_stack && allocated -> Om = 1 :: else fi;
    if :: r || t -> W = 1 :: else fi
}

proctype collector() {
    atomic { !in_rt -> flag = 1; stacks() };
    do
    :: atomic { !Xm -> Xm = 1; if :: Xf -> W = 1 :: else fi }
    :: atomic { allocated && !Om -> Om = 1 }    /* a stale word */
    :: atomic { Om && !Or -> Or = 1 }; read_o()
    :: break
    od;
    atomic {
        !in_rt -> stacks();
        if :: buffer -> W = 1 :: else fi;
        if :: Xf && !Xm -> W = 1 :: else fi;
        if
        :: Om && !Or && !clearing ->
            if :: old[0] || old[1] -> D = 1 :: else fi;
            if :: Of -> W = 1 :: else fi
        :: else
        fi;
        assert(W || !(Xf || Of || r || t));
        assert(!D)
    }
}

init { atomic { run thread(); run collector() } }
