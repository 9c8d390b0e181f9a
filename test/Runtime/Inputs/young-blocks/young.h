/* Blocks of 2000 bytes with a pattern; churn() makes and drops many, by a
 * function of its own so that no register or frame keeps them. */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
enum { BYTES = 2000 };
static void *volatile sink;
__attribute__((noinline)) static char *make(int seed) {
    char *p = malloc(BYTES);
    memset(p, 'a' + seed % 26, BYTES);
    return p;
}
__attribute__((noinline)) static void churn(int n) {
    for (int i = 0; i < n; i++) {
        char *p = malloc(BYTES + i % 1000);
        memset(p, '#', BYTES);
        sink = p;
    }
    sink = NULL;
}
/* Overwrites dead words of the stack. */
__attribute__((noinline)) static void scrub(void) {
    volatile char room[8192];
    for (unsigned i = 0; i < sizeof room; i++)
        room[i] = 0;
}
__attribute__((noinline)) static int is_whole(const char *p, int seed) {
    for (int i = 0; i < BYTES; i++)
        if (p[i] != 'a' + seed % 26)
            return 0;
    return 1;
}
#define CHURN 20000 /* 50 MB: many young collections */
/* What is to be old: made before, promoted by some of them. */
__attribute__((noinline)) static void *make_old(size_t bytes) {
    void *p = calloc(1, bytes);
    static void *keep[16];
    static int n;
    keep[n++ % 16] = p;
    churn(CHURN);
    return p;
}
static int finish(int bad) {
    printf(bad ? "LOST %d\n" : "ok\n", bad);
    return bad != 0;
}
/* Stores a block 20 times where only `find` finds it, and looks at it when many
 * others have come and gone. */
__attribute__((unused)) static int check_each(void (*store)(int seed),
                                              char *(*find)(void)) {
    int bad = 0;
    for (int i = 0; i < 20; i++) {
        store(i);
        scrub();
        churn(CHURN / 10);
        bad += !is_whole(find(), i);
    }
    return finish(bad);
}
