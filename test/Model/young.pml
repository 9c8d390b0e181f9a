/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* young.pml - small collections of what was allocated last.
 *
 * In a closed world barriers tell, from when a window of the heap is armed,
 * where the program stores pointers into it (runtime/gc/mgcyoung.c).  What is
 * born there is young until it is freed or promoted.  A collection of young
 * objects stops all threads and frees those that nothing leads to, without
 * reading what is old.  There are
 *
 *   S        an old slot: in an old object, or static
 *   M        memory of which no slot is remembered
 *   1, 2     objects of the window; 0 is null
 *   F        a slot in object 1, which may lead to 2
 *   r, h     two registers of thread 0, the second of which may lead to 1, and
 *            one of thread 1
 *
 * A store is two steps, the second of which tells; between them the value is
 * in a register.  What is freed is born again.  A young collection forgets
 * remembered slots that do not lead to the window; an object that it reaches
 * for the second time it promotes: that one is old.  Other collections know of
 * no young objects.
 *
 * The claim: nothing leads to what a young collection frees.
 *
 *   NO_REMEMBER   a slot that is old is remembered [inv.young.slot]
 *   NO_AFTER      … after the store
 *   ONCE          … whatever was told of the same value before
 *   NO_PROMOTED   slots in an object that is promoted are remembered, if they
 *                 lead to what is young still [inv.young.promoted]
 *   NO_HOLDER     a slot is old if its object is, be that in the window or
 *                 not [inv.young.holder]
 *   NO_READ       what is reached and young is read
 *   NO_KEPT       what was stored where no slot is remembered is promoted
 *   KEPT_ONCE     … and not only kept once
 *   NO_REGISTERS  registers are roots
 *   NO_LIVE       … and so is what is stored, until it was told
 *   ARM_EARLY     all barriers are on when the first young object is born
 *   WHILE_MARKING  no other collection is open or sweeping: there are one set
 *                 of mark bits and one marker, and what has a mark is not read.
 *                 (That its queue has what is freed would be no harm, see
 *                 recycle.pml.)
 *   MARKS_LEFT    … nor has left its marks to a minor one (minor.pml)
 *
 * With -DUNTOLD, and one object, there are stores that nobody tells of: a
 * handler is left by a jump, a thread is one that nobody knows (exact.pml), or
 * is not there in a child of fork.  Whoever is to blame leaves a note, and
 * what is young when that is read is promoted, all of it.  And words are moved
 * in pieces, being nowhere meanwhile; and a library without barriers, which
 * has slept so far, begins to run:
 *
 *   NO_NOTE       the stop looks at the note
 *   NOTE_LOST     … which no full collection takes away
 *   NO_FORK       in a child all that is young is promoted
 *   NO_TORN       nothing is collected while a word is in pieces
 *   EARLY_CHECK   the stop asks whether the library sleeps
 *                 [inv.young.asleep]
 *
 * And the C library stores what it allocates, of which its caller tells later:
 *
 *   BORN_YOUNG    what it allocates is old
 *
 * [inv.model.first]
 */
#define FREE 0
#define YOUNG 1
#define SURVIVOR 2              /* of one young collection */
#define OLD 3

/* Where a store goes to; 0: no store is under way. */
#define TO_S 1
#define TO_M 2
#define TO_F 3

byte S, M, F;
byte state[3];
bit kept[3], reached[3], mark[3];
bit remembered_S, remembered_F;
#ifdef ONCE
bit told[3];
#endif

byte r[2];
bit h;
byte value[2], target[2];       /* the store under way */
bit armed, marking;
bit are_left;                   /* marks, for a minor collection */
bit flag[2];
#ifdef UNTOLD
bit torn[2];                    /* that store is one in pieces */
bit gone;                       /* thread 1, in a child of fork */
bit asleep = 1, note;
#define IS_TORN(t) torn[t]
#define IS_THERE(t) (t == 0 || !gone)
#else
#define IS_TORN(t) false
#define IS_THERE(t) true
#endif

#define IS_YOUNG(o) (state[o] == YOUNG || state[o] == SURVIVOR)

/* What leads to an object, in truth. */
#define ROOTS_LEAD_TO(o) (S == o || M == o || r[0] == o || r[1] == o || \
                          value[0] == o || value[1] == o)
#define IS_REACHABLE_1 (ROOTS_LEAD_TO(1) || h)
#define IS_REACHABLE_2 (ROOTS_LEAD_TO(2) || (F == 2 && IS_REACHABLE_1))

/* ---- threads ------------------------------------------------------------- */

inline remember_slot(t) {
    if
#ifndef NO_REMEMBER
    :: target[t] == TO_S -> remembered_S = 1
#endif
#ifndef NO_HOLDER
    :: target[t] == TO_F && state[1] == OLD -> remembered_F = 1
#endif
#ifndef NO_KEPT
    :: target[t] == TO_M -> kept[value[t]] = 1
#endif
    :: else
    fi
}

/* What a barrier does, if its thread's flag is set. */
inline tell(t) {
    if
#ifdef ONCE
    :: flag[t] && IS_YOUNG(value[t]) && !told[value[t]] ->
        told[value[t]] = 1; remember_slot(t)
#else
    :: flag[t] && IS_YOUNG(value[t]) -> remember_slot(t)
#endif
    :: else
    fi
}

inline put(t) {
    if
    :: target[t] == TO_S -> S = value[t]
    :: target[t] == TO_M -> M = value[t]
    :: target[t] == TO_F -> F = value[t]
    fi
}

inline end_store(t) { value[t] = 0; target[t] = 0 }

/* If the thread does not need the value and the slot's own object any more
 * they are in no other register. */
inline begin_store(t) {
    value[t] = r[t];
    if
    :: target[t] = TO_S
    :: target[t] = TO_M
    :: t == 0 && h && r[t] == 2 -> target[t] = TO_F; h = 0
    :: t == 0 && h && r[t] == 2 -> target[t] = TO_F
    fi;
    if
    :: r[t] = 0
    :: skip
    fi
}

inline give_birth(t, o) {
    r[t] = o; mark[o] = marking;
#ifdef ONCE
    told[o] = 0;
#endif
    if
    :: armed -> state[o] = YOUNG
    :: else -> state[o] = OLD
    fi
}

proctype thread(byte t) {
end:
    do
    :: atomic { !target[t] && IS_THERE(t) ->
        if
        :: S != r[t] -> r[t] = S
        :: M != r[t] -> r[t] = M
        :: t == 0 && h && F != r[t] -> r[t] = F
        :: t == 0 && h -> h = 0
        :: r[t] -> r[t] = 0
        :: S -> S = 0
        :: M -> M = 0
        :: t == 0 && h && F -> F = 0
        :: t == 0 && state[1] == FREE -> give_birth(t, 1)
#ifndef UNTOLD
        :: t == 0 && state[2] == FREE -> give_birth(t, 2)
        :: t == 0 && r[t] == 1 && !h -> h = 1; r[t] = 0
#endif
        fi }
    :: atomic { !target[t] && IS_THERE(t) && r[t] ->
           begin_store(t);
#ifdef NO_AFTER
           tell(t)
#else
           put(t)
#endif
       }
    :: atomic { target[t] && !IS_TORN(t) ->
#ifdef NO_AFTER
           put(t);
#else
           tell(t);
#endif
           end_store(t) }
#ifdef UNTOLD
    :: atomic { !target[t] && IS_THERE(t) && S ->
           value[t] = S; S = 0; target[t] = TO_M; torn[t] = 1 } /* pieces */
    :: atomic { torn[t] -> put(t); torn[t] = 0 }
    :: atomic { target[t] && !torn[t] -> end_store(t); note = 1 } /* untold */
    :: atomic { t == 1 && !target[t] && !gone && r[1] ->    /* a library */
           asleep = 0; S = r[1] }
    :: atomic { t == 1 && !target[t] && !gone && state[1] == FREE ->
           give_birth(1, 1); S = 1; r[1] = 0;           /* the C library's */
#ifndef BORN_YOUNG
           state[1] = OLD
#endif
       }
#endif
    od
}

/* ---- collections --------------------------------------------------------- */

/* A word leads to an object, which is young and new to this collection. */
inline find(word) {
    if
    :: IS_YOUNG(word) && !mark[word] -> mark[word] = 1; reached[word] = 1
    :: else
    fi
}

inline find_in_thread(t) {
#ifndef NO_REGISTERS
    find(r[t]);
#endif
#ifndef NO_LIVE
    if :: !IS_TORN(t) -> find(value[t]) :: else fi
#else
    skip
#endif
}

inline find_in_slot(remembered, word) {
    if
    :: remembered && word -> find(word)
    :: else -> remembered = 0
    fi
}

inline find_roots() {
    find_in_thread(0); find_in_thread(1);
#ifndef NO_REGISTERS
    if :: h -> find(1) :: else fi;
#endif
    find_in_slot(remembered_S, S); find_in_slot(remembered_F, F);
    if :: kept[1] -> find(1) :: else fi;
    if :: kept[2] -> find(2) :: else fi
}

inline free_object(o) {
    state[o] = FREE; kept[o] = 0;
    if :: o == 1 -> F = 0 :: else fi
}

inline free_unreached() {
    if
    :: IS_YOUNG(1) && !mark[1] -> assert(!IS_REACHABLE_1); free_object(1)
    :: else
    fi;
    if
    :: IS_YOUNG(2) && !mark[2] -> assert(!IS_REACHABLE_2); free_object(2)
    :: else
    fi
}

#ifdef KEPT_ONCE
#define IS_KEPT(o) false
#else
#define IS_KEPT(o) kept[o]
#endif

inline age(o) {
    if
    :: reached[o] && (IS_KEPT(o) || state[o] == SURVIVOR) -> state[o] = OLD
    :: reached[o] && !IS_KEPT(o) && state[o] == YOUNG -> state[o] = SURVIVOR
    :: else
    fi;
    kept[o] = 0
}

inline collect_young() {
    find_roots();
#ifndef NO_READ
    if :: reached[1] -> find(F) :: else fi;
#endif
    free_unreached();
    age(1); age(2);
#ifndef NO_PROMOTED
    if
    :: reached[1] && state[1] == OLD && IS_YOUNG(F) -> remembered_F = 1
    :: else
    fi;
#endif
    reached[1] = 0; reached[2] = 0;
    if :: !marking -> mark[1] = 0; mark[2] = 0 :: else fi
}

inline promote(o) {
    if
    :: IS_YOUNG(o) -> state[o] = OLD; kept[o] = 0
    :: else
    fi
}

inline look_at_note() {
#ifdef UNTOLD
#ifndef NO_NOTE
    if :: note -> promote(1); promote(2) :: else fi;
#endif
    note = 0
#else
    skip
#endif
}

#ifdef WHILE_MARKING
#define IS_OFF (!are_left)
#else
#ifdef MARKS_LEFT
#define IS_OFF (!marking)
#else
#define IS_OFF (!marking && !are_left)
#endif
#endif
#ifdef NO_TORN
#define ARE_WHOLE true
#else
#define ARE_WHOLE (!IS_TORN(0) && !IS_TORN(1))
#endif
#ifdef UNTOLD
#define IS_ASLEEP asleep
#else
#define IS_ASLEEP true
#endif

inline end_full() {
    if :: state[2] && !IS_REACHABLE_2 -> free_object(2) :: else fi;
    if :: state[1] && !IS_REACHABLE_1 -> free_object(1) :: else fi;
    mark[1] = 0; mark[2] = 0; marking = 0;
    if
    :: state[1] -> mark[1] = 1; are_left = 1
    :: skip
    fi
}

proctype collector() {
end:
    do
#ifdef ARM_EARLY
    :: atomic { !armed -> armed = 1 };
       atomic { flag[0] = 1; flag[1] = 1 }
#else
    :: atomic { !armed -> armed = 1; flag[0] = 1; flag[1] = 1 }
#endif
#ifdef EARLY_CHECK
    :: atomic { armed && IS_ASLEEP -> skip };
       atomic {
           if
           :: IS_OFF && ARE_WHOLE -> look_at_note(); collect_young()
           :: else
           fi }
#else
    :: atomic { armed && IS_ASLEEP && IS_OFF && ARE_WHOLE ->
           look_at_note(); collect_young() }
#endif
    :: atomic { !marking -> marking = 1; mark[1] = 0; are_left = 0;
#ifdef NOTE_LOST
           note = 0
#endif
       }
    /* It is read later. */
    :: atomic { marking && state[1] && !mark[1] -> mark[1] = 1 }
    :: atomic { marking -> end_full() }
#ifdef UNTOLD
    :: atomic { !gone ->                        /* fork: the child */
           r[1] = 0; torn[1] = 0; end_store(1); gone = 1;
#ifndef NO_FORK
           promote(1); promote(2)
#endif
       }
#endif
    od
}

init { atomic { run thread(0); run thread(1); run collector() } }
