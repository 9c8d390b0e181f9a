/* A program that gives up descriptors, rights or memory of its own accord goes
 * on being collected, with its threads, loses nothing, and finds its new
 * descriptors as it left them: the collector has some of its own, whose numbers
 * a daemon that closes all gives to its files.
 *
 * RUN: env ESCC_CC=gcc %escc -w -O2 %s -o %t -lpthread && %t
 * RUN: env ESCC_DEBUG=verify=1,clobber=1,gcstress=500 %t
 * RUN: %escc -w -O0 %s -o %t -lpthread
 * RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=100 %t
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CELLS = 2000, ROUNDS = 5, THREADS = 3, FILES = 40, BIG = 200000 };

struct cell {
    struct cell *next;
    int value;
    char text[40];
};

static struct cell *lists[THREADS];
static int wrong;

static struct cell *new_list(void)
{
    struct cell *list = NULL;
    for (int i = 0; i < CELLS; i++) {
        struct cell *cell = malloc(sizeof *cell);
        *cell = (struct cell){list, i, "some text"};
        list = cell;
    }
    return list;
}

static void check_list(const struct cell *list)
{
    int n = CELLS;
    while (list && list->value == --n && strcmp(list->text, "some text") == 0)
        list = list->next;
    if (list || n)
        __atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
}

static void *work(void *list)
{
    struct cell **own = list;
    for (int i = 0; i < ROUNDS; i++) {
        if (*own)
            check_list(*own);
        *own = new_list();
        free(memset(malloc(BIG), i, BIG));
    }
    check_list(*own);
    return NULL;
}

static void work_in_threads(void)
{
    pthread_t threads[THREADS];
    for (int i = 1; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, &lists[i]) != 0)
            abort();
    work(&lists[0]);
    for (int i = 1; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static int limit(int what, rlim_t most)
{
    struct rlimit limit = {most, most};
    return setrlimit(what, &limit);
}

/* A file for each number that has become free, also those of the collector. */
static int files[FILES];

static int open_files(void)
{
    closefrom(3);
    for (int i = 0; i < FILES; i++)
        files[i] = memfd_create("file", 0);
    return 0;
}

static int are_files_left(void)
{
    struct stat status;
    for (int i = 0; i < FILES && files[i] > 0; i++)
        if (fstat(files[i], &status) != 0 || !S_ISREG(status.st_mode) ||
            status.st_size != 0)
            return 0;
    return 1;
}

/* Beside the heap, and wherever else a fixed address is free. */
static int map_around(void)
{
    enum { BYTES = 1 << 16 };
    const uintptr_t step = (uintptr_t)1 << 42, top = (uintptr_t)1 << 46;
    uintptr_t heap = (uintptr_t)malloc(16) & ~(((uintptr_t)1 << 30) - 1);
    for (uintptr_t at = step; at < top; at += step)
        mmap((void *)at, BYTES, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    mmap((void *)(heap - BYTES), BYTES, PROT_READ | PROT_WRITE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    return 0;
}

static int enter(const char *place)
{
    if (strcmp(place, "files") == 0)
        return open_files();
    if (strcmp(place, "few files") == 0)
        return limit(RLIMIT_NOFILE, 3);
    if (strcmp(place, "stack") == 0)
        return limit(RLIMIT_STACK, 1 << 20);
    if (strcmp(place, "data") == 0)
        return limit(RLIMIT_DATA, 200 << 20);
    if (strcmp(place, "locked") == 0)
        return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT), 0;
    if (strcmp(place, "not dumped") == 0)
        return prctl(PR_SET_DUMPABLE, 0);
    if (strcmp(place, "no clock") == 0)
        return prctl(PR_SET_TSC, PR_TSC_SIGSEGV);
    if (strcmp(place, "small pages") == 0)
        return prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    if (strcmp(place, "executable") == 0)
        return personality(READ_IMPLIES_EXEC) < 0;
    if (strcmp(place, "daemon") == 0)
        return chdir("/") || setsid() < 0 || open_files();
    return map_around();
}

static int run_in(const char *place)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        work_in_threads();      /* has been collected before */
        if (enter(place) != 0)
            _exit(77);
        work_in_threads();
        _exit(wrong ? 1 : !are_files_left());
    }
    waitpid(child, &status, 0);
    if (status)
        fprintf(stderr, "%s: status %x\n", place, (unsigned)status);
    return status != 0;
}

int main(void)
{
    static const char *const places[] = {
        "files", "few files", "stack", "data", "locked", "not dumped",
        "no clock", "small pages", "executable", "daemon", "mapped around"};
    int failed = 0;
    work_in_threads();
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        failed |= run_in(places[i]);
    return failed || wrong;
}
