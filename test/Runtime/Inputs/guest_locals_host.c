/* The program of guest-locals.test, compiled plainly.  It leaves the library's
 * functions in every way there is, many times, and looks how much memory that
 * took; what it frees is overwritten, so that a local whose memory was given
 * back too early would not keep its contents. */
#include "guest_locals.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

enum {
    ROUNDS = 20000,             /* of 264 bytes and more: 5 MB if they stayed */
    MOST_KB = 1500,
    STACK_BYTES = 64 * 1024,
    DEPTH = 5
};

static void *kept[64];
static unsigned nkept;

static void keep(void *local)
{
    kept[__atomic_fetch_add(&nkept, 1, __ATOMIC_RELAXED) % 64] = local;
}

/* Uses stack and heap as much as the frames that were left. */
static void disturb(void)
{
    void *blocks[16];
    for (int i = 0; i < 16; i++) {
        blocks[i] = malloc(264);
        memset(blocks[i], 0xAB, 264);
    }
    library_recurses(keep, DEPTH);
    for (int i = 0; i < 16; i++)
        free(blocks[i]);
}

/* ---- exits -------------------------------------------------------------- */

static void exits(int round)
{
    library_leaves(keep, round % 5);
    if (round % 16 == 0) {
        library_recurses(keep, 20);
        library_loops(keep, 40);
        library_makes_arrays(keep, 40);
    }
    library_takes(keep, round);
}

/* ---- longjmp ------------------------------------------------------------- */

static jmp_buf out;

static void jump_out(void *local)
{
    keep(local);
    longjmp(out, 1);
}

static void jump_in_library(void *local)
{
    keep(local);
    library_jumps();
}

static void jumps(int round)
{
    if (setjmp(out) == 0) {
        library_calls(jump_out, round % DEPTH);
        abort();
    }
    if (library_catches(jump_in_library, round % DEPTH) != 1
        || library_catches(keep, round % DEPTH) != 0)
        abort();
}

/* ---- coroutines ---------------------------------------------------------- */

static ucontext_t scheduler, coroutines[2];
static char stacks[2][STACK_BYTES];
static int running;

static void switch_out(void *local)
{
    keep(local);
    swapcontext(&coroutines[running], &scheduler);
}

static void coroutine(void)
{
    for (;;)
        library_calls(switch_out, DEPTH);
}

static void start_coroutine(int i)
{
    getcontext(&coroutines[i]);
    coroutines[i].uc_stack.ss_sp = stacks[i];
    coroutines[i].uc_stack.ss_size = STACK_BYTES;
    makecontext(&coroutines[i], coroutine, 0);
}

/* Two that take turns; each is now and then dropped where it is. */
static void take_turns(int round)
{
    if (round % 10 == 0)
        start_coroutine(round / 10 % 2);
    if (round == 0)
        start_coroutine(1);
    running = round % 2;
    swapcontext(&scheduler, &coroutines[running]);
    if (round % 100 == 0)
        disturb();
}

/* ---- stacks that are copied ---------------------------------------------- */

static jmp_buf up, inside;
static char *base, *low, *saved;
static int came_back;

/* Its caller's frames are copied away and left by a longjmp. */
static __attribute__((noinline)) void copy_stack(void *local)
{
    keep(local);
    if (setjmp(inside) == 0) {
        low = (char *)__builtin_frame_address(0) - 512;
        saved = malloc((size_t)(base - low));
        memcpy(saved, low, (size_t)(base - low));
        longjmp(up, 1);
    }
}

static __attribute__((noinline)) void put_back(volatile char *deeper)
{
    volatile char room[1024];
    room[0] = deeper ? deeper[0] : 0;
    if ((uintptr_t)room > (uintptr_t)low - 4096)
        put_back(room);
    memcpy(low, saved, (size_t)(base - low));
    longjmp(inside, 1);
}

static __attribute__((noinline)) void run_copied(void)
{
    base = (char *)__builtin_frame_address(0);
    library_calls(copy_stack, DEPTH);
    came_back++;
    longjmp(up, 2);
}

/* The frames go on where they were, twice: what the first time did to them
 * is undone by the copy, in plain C. */
static void copies(int round)
{
    int times = round % 2 + 1, before = came_back;
    switch (setjmp(up)) {
    case 0:
        run_copied();
        break;
    case 1:
        disturb();
        put_back(NULL);
        break;
    default:
        if (came_back - before < times) {
            disturb();
            put_back(NULL);
        }
    }
    free(saved);
}

/* ---- signals ------------------------------------------------------------- */

static volatile sig_atomic_t handled;

static void on_signal(int number)
{
    (void)number;
    library_loops(keep, 4);
    library_counts(keep, 1);
    handled++;
}

static void signals(void)
{
    struct itimerval often = {{0, 300}, {0, 300}}, never = {{0, 0}, {0, 0}};
    signal(SIGALRM, on_signal);
    setitimer(ITIMER_REAL, &often, NULL);
    while (handled < 300)
        disturb();
    setitimer(ITIMER_REAL, &never, NULL);
}

/* ---- threads ------------------------------------------------------------- */

static void end_thread(void *local)
{
    keep(local);
    pthread_exit(NULL);
}

static void wait_for_end(void *local)
{
    keep(local);
    for (;;)
        pause();
}

static void *thread(void *way)
{
    library_recurses(keep, DEPTH);
    if (way == (void *)1)
        library_calls(end_thread, DEPTH);
    if (way == (void *)2)
        library_calls(wait_for_end, DEPTH);
    return NULL;
}

static void threads(int round)
{
    pthread_t id;
    if (round % 40)             /* they take long */
        return;
    pthread_create(&id, NULL, thread, (void *)(intptr_t)(round / 40 % 3));
    if (round / 40 % 3 == 2)
        pthread_cancel(id);
    pthread_join(id, NULL);
}

/* ---- all of it ----------------------------------------------------------- */

static long resident_kb(void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &pages, &resident) != 2)
        exit(3);
    fclose(file);
    return resident * 4;
}

static void repeat(const char *name, void (*way)(int))
{
    for (int round = 0; round < ROUNDS / 20; round++)
        way(round);
    long before = resident_kb();
    for (int round = 0; round < ROUNDS; round++)
        way(round);
    long more = resident_kb() - before;
    printf("%s: %s\n", name, more <= MOST_KB ? "flat" : "grows");
    if (more > MOST_KB)
        printf("%ld KB more\n", more);
}

int main(void)
{
    repeat("exits", exits);
    repeat("jumps", jumps);
    repeat("coroutines", take_turns);
    repeat("copied stacks", copies);
    repeat("threads", threads);
    signals();
    pid_t child = fork();
    int status;
    if (child == 0) {
        exits(0);
        jumps(1);
        _exit(0);
    }
    if (waitpid(child, &status, 0) != child || status != 0)
        return 2;
    puts("done");
    return 0;
}
