/* A program whose garbage would exceed the memory limit stays below it, as it
 * says itself (VmHWM), at whatever percentage: with a container's limit, which
 * counts without being asked for, and with one of the user's.  Containers are
 * made of files.
 *
 * RUN: %rtcc %s -o %t
 *
 * Without a limit this would be too much:
 * RUN: env ESCC_GC=400 ESCC_MEMLIMIT=off %t exceeds 64
 * RUN: env ESCC_GC=400 ESCC_DEBUG=cgroup=%t.none %t exceeds 64
 *
 * Version 2: an ancestor's limit.
 * RUN: mkdir -p %t.v2/proc/self %t.v2/cg/pod/app
 * RUN: echo '0::/pod/app' >%t.v2/proc/self/cgroup
 * RUN: echo '30 22 0:26 / /cg rw - cgroup2 cgroup2 rw' >%t.v2/proc/self/mountinfo
 * RUN: echo max >%t.v2/cg/pod/app/memory.max
 * RUN: echo 67108864 >%t.v2/cg/pod/memory.max
 * RUN: env ESCC_GC=400 ESCC_DEBUG=cgroup=%t.v2 %t stays 64 60397920
 * RUN: env ESCC_GC=off ESCC_DEBUG=cgroup=%t.v2 %t stays 64 60397920
 * RUN: env ESCC_GC=400 ESCC_DEBUG=cgroup=%t.v2,stw=1 %t stays 64 60397920
 * RUN: env ESCC_GC=400 ESCC_DEBUG=cgroup=%t.v2,concurrent=1 %t stays 64 60397920
 *
 * Version 1.
 * RUN: mkdir -p %t.v1/proc/self %t.v1/cg
 * RUN: echo '4:memory:/docker/1f' >%t.v1/proc/self/cgroup
 * RUN: echo '34 30 0:31 /docker/1f /cg rw - cgroup c rw,memory' >%t.v1/proc/self/mountinfo
 * RUN: echo 67108864 >%t.v1/cg/memory.limit_in_bytes
 * RUN: env ESCC_GC=400 ESCC_DEBUG=cgroup=%t.v1 %t stays 64 60397920
 *
 * What the user says counts more than the container, or in relation to it.
 * RUN: env ESCC_GC=400 ESCC_DEBUG=cgroup=%t.v1 ESCC_MEMLIMIT=off %t exceeds 64
 * RUN: env ESCC_GC=400 ESCC_DEBUG=cgroup=%t.v1 ESCC_MEMLIMIT=75%% %t stays 64 50331600
 * RUN: env ESCC_GC=400 ESCC_DEBUG=cgroup=%t.v1 ESCC_MEMLIMIT=52MiB %t stays 56 54525952
 * RUN: env ESCC_GC=off ESCC_MEMLIMIT=60MiB %t stays 64 62914560
 *
 * The program may say it, too; and a limit that cannot be kept slows the
 * program down, but it comes to its end, and does not grow as without one.
 * RUN: env ESCC_GC=400 ESCC_MEMLIMIT=off %t sets 64
 * RUN: env ESCC_GC=400 ESCC_MEMLIMIT=10MiB timeout 120 %t stays 80 10485760
 *
 * Threads, and memory that is not the heap's.  (Until four threads stand still
 * on two processors some megabytes are allocated.)
 * RUN: env ESCC_GC=400 ESCC_MEMLIMIT=88MiB %t threads 104
 * RUN: env ESCC_GC=400 ESCC_MEMLIMIT=88MiB %t maps 96
 */
#include "Inputs/check.h"

#include <pthread.h>
#include <sys/mman.h>

enum { LISTS = 64, NODES = 5000, ROUNDS = 16 };

static struct node *lists[LISTS];       /* 20 MiB: 64 bytes a node */

static long peak_kib(void)
{
    char line[256];
    long kib = -1;
    FILE *file = fopen("/proc/self/status", "r");
    CHECK(file);
    while (fgets(line, sizeof line, file))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = atol(line + 6);
    fclose(file);
    CHECK(kib > 0);
    return kib;
}

/* 320 MiB of lists, of which the last 64 are kept. */
static void churn(void)
{
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < LISTS; i++)
            lists[i] = new_list(NODES);
    for (int i = 0; i < LISTS; i++)
        check_list(lists[i], NODES);
}

static void *churn_in_thread(void *unused)
{
    struct node *kept[4];
    for (int i = 0; i < 80; i++)
        kept[i % 4] = new_list(NODES);
    for (int i = 0; i < 4; i++)
        check_list(kept[i], NODES);
    return unused;
}

static void run_threads(void)
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&threads[i], NULL, churn_in_thread, NULL) == 0);
    churn();
    for (int i = 0; i < 4; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
}

/* 30 MiB, a part at a time, while the heap is in use. */
static void map_more(void)
{
    enum { PART = 1 << 20 };
    for (int i = 0; i < 30; i++) {
        char *part = mmap(NULL, PART, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(part != MAP_FAILED);
        memset(part, 1, PART);
        for (int k = 0; k < LISTS; k++)
            lists[k] = new_list(NODES);
    }
}

static void set_in_program(void)
{
    CHECK(escc_set_memory_limit(-1) == INT64_MAX);
    CHECK(escc_set_memory_limit(60 << 20) == INT64_MAX);
    CHECK(escc_set_memory_limit(-1) == 60 << 20);
    CHECK(escc_set_memory_limit(-100) == 60 << 20);
    CHECK(escc_set_heap_min(-1) == 0);
    CHECK(escc_set_heap_min(30 << 20) == 0);
    struct escc_stats stats;
    escc_stats_get(&stats, sizeof stats);
    CHECK(stats.heap_goal_bytes == 30 << 20);
    CHECK(escc_set_heap_min(1 << 30) == 30 << 20);
    escc_stats_get(&stats, sizeof stats);
    CHECK(stats.heap_goal_bytes > 40 << 20);
    CHECK(stats.heap_goal_bytes < 60 << 20);
    CHECK(escc_set_heap_min(0) == 1 << 30);
}

int main(int argc, char **argv)
{
    CHECK(argc >= 3);
    const char *what = argv[1];
    if (argc > 3)
        CHECK(escc_set_memory_limit(-1) == atol(argv[3]));
    if (strcmp(what, "sets") == 0)
        set_in_program();
    if (strcmp(what, "threads") == 0)
        run_threads();
    else if (strcmp(what, "maps") == 0)
        map_more();
    churn();
    long peak = peak_kib(), limit = atol(argv[2]) * 1024;
    if ((peak > limit) != (strcmp(what, "exceeds") == 0)) {
        fprintf(stderr, "%s: %ld of %ld KiB\n", what, peak, limit);
        return 1;
    }
    return 0;
}
