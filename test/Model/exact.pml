/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* exact.pml - when may the last stop of a closed world rely on barriers?
 *
 * rounds.pml (-DLIBRARY) shows that a stop which reads stacks and buffers ends
 * marking if each store since the first stop was followed by its barrier.  This
 * model has what keeps a barrier from coming, and what the last stop asks
 * before it believes in them; where it does not, it marks anew, with all
 * threads stopped.  (runtime/gc/mgcbeside.c, is_exact.)
 *
 * X points to W, which is white; Y is another object; both are read once
 * between the first stop and the last.  Two threads; a store is two steps, of
 * which the second looks at the thread's flag and shades.  The claim: when
 * marking is over, W is marked or nothing points to it.
 *
 * With -DHANDLERS signals reach thread 1 between any two steps, two deep.  A handler
 * is code of the program too.  It returns, or is left by a jump: to the code
 * that the thread started with or to the handler around it; what was between
 * store and barrier there is dropped.  `noted` is the innermost handler that
 * the runtime believes to run, `left` that it found one gone [inv.left]:
 *
 *   NO_LEFT     the last stop asks for both
 *   BY_DEPTH    a noted handler counts as left, and not only one below which
 *               the thread's stack ends: what was jumped to may have gone
 *               deeper
 *   NO_INNER    a handler that finds another one noted when it returns was
 *               jumped into
 *   NO_END      a thread that ends tells of a handler it left
 *   ASYNCHRONOUS  it ends between stores: a unit that has threads cancelled
 *               anywhere opens the world
 *
 * Without it, thread 1 may be one that nobody knows (not in the list): in its
 * flag is what it began with; it may get into the list, leave it and end.  At
 * some time a library may be loaded from where on stores have no barrier:
 *
 *   NO_ALWAYS   a thread that is not in the list has its barriers on from its
 *               beginning [inv.unknown]
 *   NO_AGAIN    … and again when it has left the list
 *   NO_TOLD     … and its first one tells that there is such a thread
 *   NO_TAKEN    a thread that gets into the list takes the collection's flag,
 *               after which its buffer is one that the stop knows
 *   NO_WORLD    the last stop asks whether the world is closed still
 *               [inv.closedworld]
 *   WORLD_ONCE  … each of them, if marking goes on after the first
 *   NO_FORGET   marking anew begins without the marks that are there
 *   NO_CLEAR    a collection that is abandoned, since a thread did not answer,
 *               leaves marks that the next one forgets
 *
 * [inv.model.first]
 */
#ifndef CYCLES
#define CYCLES 1
#endif

bit Xf = 1, Yf;
bit r[2], t[2];                 /* a register; the store under way */
bit buffer[2], flag[2];
bit listed[2] = 1, alive[2] = 1;
bit phase_flag;                 /* what births take */
bit Xm, Ym, marked;             /* objects that are marked have been read */
bit said_unknown, library, world_asked, ended_left;
bit on, over;                   /* marking is on; nothing is to come */

/* Per thread: depth of handlers that run; the store under way in the code
 * that each interrupted, which its frame keeps. */
byte level[2];
bit below0[2], below1[2];
byte noted[2];                  /* depth of the noted handler; 0: none */
byte outer0[2], outer1[2];      /* what each handler found noted */
bit is_new[2], new0[2], new1[2]; /* that began since the first stop */
bit left[2];
bit deeper[2];                  /* the stack ends below the noted one */

inline shade(i) {
    if
    :: flag[i] && t[i] ->
#ifndef NO_TOLD
        if :: !listed[i] -> said_unknown = 1 :: else fi;
#endif
        if :: listed[i] -> buffer[i] = 1 :: else fi
    :: else
    fi;
    t[i] = 0
}

inline hand_over(i) {
    if :: buffer[i] && on -> marked = 1 :: else fi;
    buffer[i] = 0
}

/* The handler of depth `d` begins, or ends by returning. */
inline begin_handler(i) {
    if
    :: level[i] == 0 -> below0[i] = t[i]; outer0[i] = noted[i];
                        new0[i] = is_new[i]
    :: level[i] == 1 -> below1[i] = t[i]; outer1[i] = noted[i];
                        new1[i] = is_new[i]
    fi;
    t[i] = 0; level[i]++;
    noted[i] = level[i]; is_new[i] = 1; deeper[i] = 1
}

inline return_from_handler(i) {
    t[i] = 0;
    if
#ifndef NO_INNER
    :: noted[i] != level[i] -> left[i] = 1
#endif
    :: else
    fi;
    if
    :: level[i] == 1 -> t[i] = below0[i]; below0[i] = 0;
                        noted[i] = outer0[i]; is_new[i] = new0[i];
                        outer0[i] = 0; new0[i] = 0
    :: level[i] == 2 -> t[i] = below1[i]; below1[i] = 0;
                        noted[i] = outer1[i]; is_new[i] = new1[i];
                        outer1[i] = 0; new1[i] = 0
    fi;
    level[i]--
}

/* To depth `to`, where the code has gone on before: its store is complete or
 * dropped.  Then it may call deeper than the handler was. */
inline jump(i, to) {
    t[i] = 0; below1[i] = 0; outer1[i] = 0; new1[i] = 0;
    if :: to == 0 -> below0[i] = 0; outer0[i] = 0; new0[i] = 0 :: else fi;
    level[i] = to;
    if :: deeper[i] = 1 :: deeper[i] = 0 fi
}

#ifdef ASYNCHRONOUS
#define MAY_END true
#else
#define MAY_END (!t[1])         /* between stores, be it in a handler */
#endif
#ifdef BY_DEPTH
#define COUNTS(i) (noted[i] && is_new[i] && !deeper[i])
#else
#define COUNTS(i) (noted[i] && is_new[i])
#endif
#define MAY_HAVE_LEFT(i) (left[i] || COUNTS(i))

proctype thread(byte i) {
    do
    :: over -> break
    :: atomic { !over && alive[i] && !t[i] ->
           if
           :: r[i] = Xf
           :: r[i] = Yf
           :: r[i] = 0
           :: Xf = 0
           :: Yf = 0
           fi }
    :: atomic { !over && alive[i] && r[i] && !t[i] -> t[i] = 1;
           if :: Yf = 1 :: Xf = 1 fi;
           if :: r[i] = 0 :: skip fi };
       /* A jump may have come here. */
#ifdef HANDLERS
    :: atomic { !over && alive[i] && t[i] -> shade(i) }
    :: atomic { !over && i == 1 && alive[1] && level[1] < 2 -> begin_handler(1) }
    :: atomic { !over && alive[i] && level[i] > 0 && !t[i] ->
                return_from_handler(i) }
    :: atomic { !over && alive[i] && level[i] > 0 && !t[i] -> jump(i, 0) }
    :: atomic { !over && alive[i] && level[i] == 2 && !t[i] -> jump(i, 1) }
    :: atomic { !over && i == 1 && alive[1] && MAY_END ->
           hand_over(1);
#ifndef NO_END
           if :: MAY_HAVE_LEFT(1) -> ended_left = 1 :: else fi;
#endif
           r[1] = 0; t[1] = 0; below0[1] = 0; below1[1] = 0; level[1] = 0;
           noted[1] = 0; left[1] = 0; outer0[1] = 0; outer1[1] = 0;
           deeper[1] = 0; is_new[1] = 0; new0[1] = 0; new1[1] = 0;
           alive[1] = 0 }
#else
       if
       :: atomic { shade(i) }
       :: atomic { library -> t[i] = 0 }    /* compiled without barriers */
       fi
    :: atomic { !over && i == 1 && !alive[1] -> alive[1] = 1; listed[1] = 0;
#ifdef NO_ALWAYS
                flag[1] = 0
#else
                flag[1] = 1
#endif
              }
    :: atomic { !over && i == 1 && alive[1] && !listed[1] ->
                listed[1] = 1;
#ifndef NO_TAKEN
                flag[1] = phase_flag
#else
                flag[1] = 0
#endif
              }
    :: atomic { !over && i == 1 && alive[1] && listed[1] -> hand_over(1);
                listed[1] = 0;
#ifndef NO_AGAIN
                flag[1] = 1
#endif
              }
    :: atomic { !over && i == 1 && alive[1] && !listed[1] ->
                r[1] = 0; alive[1] = 0 }
    :: atomic { !over && !library && i == 0 -> library = 1 }
#endif
    od
}

#define ON_STACKS (r[0] || t[0] || below0[0] || below1[0] || \
                   r[1] || t[1] || below0[1] || below1[1])

inline set_flags(value) {
    phase_flag = value; flag[0] = value;
    if :: listed[1] -> flag[1] = value :: else fi
}

inline read_x() {
    if :: !Xm && Xf -> marked = 1 :: else fi;
    Xm = 1
}

inline read_y() {
    if :: !Ym && Yf -> marked = 1 :: else fi;
    Ym = 1
}

proctype collector() {
    byte cycle;
    bit exact;
    do
    :: cycle == CYCLES -> break
    :: else ->
       atomic {                 /* the first stop */
#ifndef NO_CLEAR
           Xm = 0; Ym = 0; marked = 0;
#endif
           set_flags(1); buffer[0] = 0; buffer[1] = 0;
           said_unknown = 0; ended_left = 0; left[0] = 0; left[1] = 0;
           is_new[1] = 0; new0[1] = 0; new1[1] = 0;
           world_asked = 0;
           on = 1;
           if :: ON_STACKS -> marked = 1 :: else fi };
       do                       /* what is marked is not read */
       :: atomic { !Xm -> read_x() }
       :: atomic { !Ym -> read_y() }
       :: atomic {              /* a last stop, or not the last */
              exact = 1;
#ifndef NO_WORLD
#ifdef WORLD_ONCE
              if :: library && !world_asked -> exact = 0 :: else fi;
#else
              if :: library -> exact = 0 :: else fi;
#endif
              world_asked = 1;
#endif
#ifndef NO_LEFT
              if :: MAY_HAVE_LEFT(0) || MAY_HAVE_LEFT(1) || ended_left ->
                     exact = 0
                 :: else fi;
#endif
              if :: said_unknown -> exact = 0 :: else fi;
              if
              :: exact -> if :: ON_STACKS -> marked = 1 :: else fi;
                          hand_over(0); hand_over(1)
              :: else ->
#ifndef NO_FORGET
                  Xm = 0; Ym = 0; marked = 0;
#endif
                  buffer[0] = 0; buffer[1] = 0;
                  if :: ON_STACKS -> marked = 1 :: else fi
              fi;
              if
              :: true ->
                  read_x(); read_y();
                  on = 0; set_flags(0);
                  assert(!(Xf || Yf || ON_STACKS) || marked);
                  marked = 0; Xm = 0; Ym = 0;   /* the sweep */
                  break
              :: exact && !(Xm && Ym) ->   /* more than there is time for */
                  skip
              fi }
       :: atomic { cycle + 1 < CYCLES -> on = 0; set_flags(0);
                   buffer[0] = 0; buffer[1] = 0; break }  /* abandoned */
       od;
       cycle++
    od;
    atomic { over = 1 }
}

init { atomic { run thread(0); run thread(1); run collector() } }
