/* Children and stacks: fork, vfork, posix_spawn and system from a process
 * that collects; threads whose stacks are objects of the heap that nothing
 * else points to; sizes, statistics and aligned blocks.
 *
 * RUN: %escc_verify -w -I %source_root/include -O1 %s -o %t -pthread
 * RUN: timeout 60 %t
 * RUN: env ESCC_DEBUG=gcstress=5,clobber=1,verify=1 timeout 120 %t
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <escc/gc.h>

#include "Inputs/condition.h"

extern char **environ;

static char *text(const char *format, int number)
{
    char *out = malloc(50);
    snprintf(out, 50, format, number);
    return out;
}

__attribute__((noinline)) static void collect(void)
{
    volatile char junk[8192];
    for (size_t i = 0; i < sizeof junk; i++)
        junk[i] = 0;
    for (int i = 0; i < 300; i++)
        free(text("garbage %d", i));
    escc_gc();
}

/* ---- children ------------------------------------------------------------ */

static void await(pid_t child)
{
    int status;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
}

static void test_children(void)
{
    char *argument = text("exit %d", 0), *kept = text("kept %d", 1);
    char *words[] = {text("sh", 0), text("-c", 0), argument, NULL};
    pid_t child;
    for (int i = 0; i < 5; i++) {
        child = fork();
        if (child == 0) {
            collect();
            _exit(strcmp(kept, "kept 1") != 0);
        }
        await(child);
        child = vfork();
        if (child == 0) {
            execv("/bin/sh", words);
            _exit(1);
        }
        await(child);
        CHECK(posix_spawn(&child, "/bin/sh", NULL, NULL, words,
                          environ) == 0);
        await(child);
        CHECK(system(argument) == 0);
        collect();
    }
    FILE *pipe = popen(text("echo %d", 42), "r");
    char line[20];
    CHECK(pipe && fgets(line, sizeof line, pipe) && !strcmp(line, "42\n"));
    CHECK(pclose(pipe) == 0);
    CHECK(!strcmp(kept, "kept 1"));
}

/* ---- stacks in the heap -------------------------------------------------- */

static pthread_barrier_t barrier;

static void *run(void *argument)
{
    char *mine = text("thread %d", (int)(intptr_t)argument);
    pthread_barrier_wait(&barrier);     /* the others have forgotten us */
    pthread_barrier_wait(&barrier);
    collect();
    return mine;
}

static pthread_t start(int number)
{
    enum { BYTES = 256 * 1024 };
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    CHECK(pthread_attr_setstack(&attributes, aligned_alloc(4096, BYTES),
                                BYTES) == 0);
    CHECK(pthread_create(&thread, &attributes, run,
                         (void *)(intptr_t)number) == 0);
    pthread_attr_destroy(&attributes);
    return thread;
}

static void test_stacks(void)
{
    pthread_t threads[3];
    void *result;
    pthread_barrier_init(&barrier, NULL, 4);
    for (int i = 0; i < 3; i++)
        threads[i] = start(i);
    pthread_barrier_wait(&barrier);
    collect();
    for (int i = 0; i < 50; i++)
        memset(malloc(200000), 0xff, 200000);
    collect();
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < 3; i++) {
        CHECK(pthread_join(threads[i], &result) == 0);
        collect();
        CHECK(!strcmp(result, text("thread %d", i)));
    }
}

/* ---- questions ----------------------------------------------------------- */

static void test_questions(void)
{
    for (size_t bytes = 1; bytes < 100000; bytes = bytes * 3 / 2 + 1) {
        char *block = malloc(bytes), **last;
        size_t usable = malloc_usable_size(block);
        CHECK(usable >= bytes);
        memset(block, 0, usable);
        /* All that may be used is scanned, or was asked for as bytes. */
        for (size_t align = 16; align <= 65536; align *= 4) {
            void *aligned = aligned_alloc(align, bytes), *other = NULL;
            CHECK((uintptr_t)aligned % align == 0);
            CHECK(posix_memalign(&other, align, bytes) == 0);
            CHECK((uintptr_t)other % align == 0);
            memset(other, 1, bytes);
            CHECK((uintptr_t)memalign(align, bytes) % align == 0);
        }
    }
    void **block = malloc(40);
    size_t words = malloc_usable_size(block) / sizeof *block;
    block[words - 1] = text("in the last word %d", 7);
    collect();
    CHECK(!strcmp(block[words - 1], "in the last word 7"));
    struct mallinfo2 info = mallinfo2();
    CHECK(info.uordblks > 0 && info.arena >= info.uordblks);
    CHECK(malloc_usable_size(NULL) == 0);
    /* A pointer to the end of what may be used keeps the block. */
    char *volatile end = text("as large as it is, %d", 8);
    size_t room = malloc_usable_size(end);
    end += room;
    collect();
    CHECK(!strcmp(end - room, "as large as it is, 8"));
    malloc_trim(0);
    CHECK(mallopt(M_MMAP_THRESHOLD, 100000) == 1);
}

int main(void)
{
    test_children();
    test_stacks();
    test_questions();
    return 0;
}
