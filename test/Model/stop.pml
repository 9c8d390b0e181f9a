/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* stop.pml - the handshake that stops the world (runtime/thread/mhandshake.c).
 *
 * One stopper, two threads that wander between program code, runtime code
 * (in_rt), code that moves words in pieces (torn) and blocking calls (state).  Signals arrive between any two
 * steps.  Claims, for every interleaving:
 *
 *   - between the end of a holding round and its release no thread runs
 *     program or runtime code (assertions `run`);
 *   - nobody waits for ever (spin's invalid end states);
 *   - no thread is held in the middle of runtime code, and none goes on
 *     with program code that still owes an answer;
 *   - no thread is held in the middle of a word unless the stopper has lost
 *     patience;
 *   - `acked` of a round is won once [inv.ackonce].
 *
 * Rules that a -D switch drops, each of which is then found to fail:
 *
 *   NO_DEFER   the handler answers in the middle of runtime code
 *   NO_CLAIM   a thread leaves BLOCKED by a plain store [inv.claim]
 *   NO_TORN    the handler answers in the middle of a word [inv.torn]
 *   NO_EXPIRY  the stopper waits for ever for a thread that is in the middle
 *              of a word; it may be waiting for one that is held
 *   NO_RAISE   leaving the runtime forgets what was put off
 *   NO_ORDER   the handler reads `request` before `acked`: a handler that
 *              is late by a whole round then answers the wrong one
 *   NO_HELP_FIRST  a thread that answers counts first and asks others then:
 *              the round may be over, and it asks for one that nobody wants
 *              to be asked for [inv.askon]
 *
 * With -DSILENT thread 1 may have our signal blocked, for as long as it likes,
 * and the stopper may give it up at any time [inv.silent]:
 *
 *   NO_CLAIMED_GIVE_UP  giving up is answering for the thread, by the same
 *              compare-and-swap: it may be just answering itself
 *   NO_FAILURE a round that gave a thread up does not count as a stop
 *
 * Code that moves words in pieces is in the model with -DPIECES, in one of
 * the threads and with one round less: it is many states.  So is -DSILENT; with
 * -DROUNDS=3 it has as many rounds as the rest.
 *
 * Rounds are counted modulo 4; at most two are ever compared.
 */
#define T 2
#define RUN 0
#define BLOCKED 1
#define SCANNING 2

byte state[T], request[T], acked[T];
bit in_rt[T], pending[T], signalled[T], torn[T];
byte expired[T] = 3;            /* round that waits no longer for t */
byte round_number, released, unanswered;
byte next_to_ask = T;           /* the threads from here on are not asked */
bit stopped;                    /* the world is held */
#ifdef ROUNDS
byte rounds_left = ROUNDS;      /* then the stopper ends */
#elif defined(PIECES) || defined(SILENT)
byte rounds_left = 2;
#else
byte rounds_left = 3;
#endif

inline check_running() { assert(!stopped) }

/* Somebody asks those whom nobody has asked yet.  The round is the one that it
 * knows of, which for a thread is the one that it has just answered. */
inline ask_on(round, u) {
    do
    :: atomic { next_to_ask < T -> u = next_to_ask; next_to_ask++ };
       if
       :: request[u] == round && acked[u] != round ->
          answer_for(u, round);
          if
          :: acked[u] != round -> signalled[u] = 1
          :: else
          fi
       :: else
       fi
    :: atomic { next_to_ask >= T -> break }
    od
}

inline answer_for(t, round) {
    if
    :: atomic { state[t] == BLOCKED -> state[t] = SCANNING };
       if
       :: atomic { acked[t] != round ->
                   acked[t] = round; assert(unanswered > 0); unanswered-- }
       :: atomic { acked[t] == round -> state[t] = BLOCKED }
       fi
    :: atomic { state[t] != BLOCKED -> skip }
    fi
}

/* The signal handler of thread t; `round` and `old` are its locals. */
inline handler(t) {
    signalled[t] = 0;
    if
#ifndef NO_DEFER
    :: atomic { in_rt[t] && state[t] == RUN -> pending[t] = 1 }
    :: atomic { !(in_rt[t] && state[t] == RUN) -> pending[t] = 0 };
#else
    :: pending[t] = 0;
#endif
#ifdef NO_ORDER
       round = request[t];
       old = acked[t];
#else
       old = acked[t];
       round = request[t];
#endif
       if
       :: old == round
#ifndef NO_TORN
       /* of the round that is answered, not of whatever is asked for now */
       :: old != round && torn[t] && expired[t] != round -> pending[t] = 1
       :: old != round && !(torn[t] && expired[t] != round) ->
#else
       :: else ->
#endif
           if
           :: atomic { acked[t] == old -> acked[t] = round };
#ifdef NO_HELP_FIRST
              atomic { assert(unanswered > 0); unanswered-- };
              ask_on(round, other);
#else
              ask_on(round, other);
              atomic { assert(unanswered > 0); unanswered-- };
#endif
              /* not: released == round.  The handler may wake late, when
               * a later round has been answered for it and released. */
              released != (round + 3) % 4
           :: atomic { acked[t] != old -> skip }
           fi
       fi
    fi
}

#ifdef SILENT
bit hears;                      /* thread 1 has the signal not blocked */
#define DELIVER :: signalled[t] && (t == 0 || hears) -> handler(t)
#else
#define DELIVER :: signalled[t] -> handler(t)
#endif
bit gave_up;                    /* in this round */

proctype thread(byte t) {
    byte round, old, other;
program:
    do
    DELIVER
    :: atomic { !signalled[t] -> check_running(); assert(!pending[t]) }
    :: goto runtime
#ifdef SILENT
    :: atomic { t == 1 && signalled[t] && !hears -> check_running() }
    :: atomic { t == 1 && (!hears || !signalled[t]) -> hears = !hears }
#endif
#ifdef PIECES
    :: t == 0 -> goto pieces
#endif
    :: goto blocked
    :: rounds_left == 0 && !signalled[t] -> goto finished
    od;
runtime:
    in_rt[t] = 1;
    do
    DELIVER
    :: atomic { check_running() } ; break
    od;
    in_rt[t] = 0;
#ifndef NO_RAISE
    if
    :: pending[t] -> signalled[t] = 1; handler(t)
    :: else
    fi;
#endif
    goto program;
pieces:
    torn[t] = 1;
    if
    :: do
       DELIVER
       :: atomic { check_running() }; break
       od
    :: do           /* a loop that waits for a thread that may be held until
                       this one has answered */
       DELIVER
       :: atomic { acked[t] == round_number -> check_running() }; break
       od
    fi;
    torn[t] = 0;
#ifndef NO_RAISE
    if
    :: pending[t] -> signalled[t] = 1; handler(t)
    :: else
    fi;
#endif
    goto program;
blocked:
    state[t] = BLOCKED;
    do
    DELIVER
    :: break
    od;
#ifdef NO_CLAIM
    state[t] = RUN;
#else
    do
    DELIVER
    :: atomic { state[t] == BLOCKED -> state[t] = RUN; break }
    od;
#endif
    atomic { if :: signalled[t] -> skip :: else -> check_running() fi };
    goto program;
finished:
    /* a thread that waits in the kernel for ever: still answers */
    state[t] = BLOCKED;
end:
    do
    DELIVER
    od
}

proctype stopper() {
    byte t;
    do
    :: rounds_left == 0 -> break
    :: else ->
        atomic { unanswered = T; gave_up = 0;
                 round_number = (round_number + 1) % 4 };
        t = 0;
        do
        :: t < T -> request[t] = round_number; t++
        :: else -> break
        od;
        next_to_ask = 0;
        ask_on(round_number, t);
        do                      /* the wait times out and looks again */
        :: unanswered == 0 -> break
        :: unanswered != 0 && state[0] == BLOCKED && acked[0] != round_number
            -> answer_for(0, round_number)
        :: unanswered != 0 && state[1] == BLOCKED && acked[1] != round_number
            -> answer_for(1, round_number)
#ifdef SILENT
        :: atomic { unanswered != 0 && acked[1] != round_number -> t = 1 };
#ifdef NO_CLAIMED_GIVE_UP
           atomic { unanswered--; gave_up = 1 }
#else
           if
           :: atomic { acked[1] != round_number ->
                       acked[1] = round_number; unanswered--; gave_up = 1 }
           :: atomic { acked[1] == round_number -> skip }
           fi
#endif
#endif
#ifndef NO_EXPIRY
        :: atomic { unanswered != 0 && torn[0] && acked[0] != round_number &&
                    expired[0] != round_number ->
                    expired[0] = round_number; signalled[0] = 1 }
#endif
        od;
        atomic {
#ifndef NO_FAILURE
            if
            :: gave_up -> goto release
            :: else
            fi;
#endif
            assert(!(in_rt[0] && state[0] == RUN));
            assert(!(in_rt[1] && state[1] == RUN));
            assert(!torn[0] || expired[0] == round_number);
            stopped = 1
        };
release:
        stopped = 0;
        released = round_number;
        t = 0;
        do
        :: t < T ->
            atomic { if :: state[t] == SCANNING -> state[t] = BLOCKED
                        :: else fi };
            t++
        :: else -> break
        od;
        t = 0;
        rounds_left--
    od
}

init { atomic { run stopper(); run thread(0); run thread(1) } }
