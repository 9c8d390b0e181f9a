// Beside the threads that change the graph all the time: nothing that can be
// reached is missed (checkmark) or freed (clobber).  gcstress puts a step of
// a collection between any two allocations; without it the collector's thread
// does them.
// RUN: %escc -O2 -DOPEN_WORLD %s -o %t.open
// RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,clobber=1,gcstress=40,gctrace=2 \
// RUN:   timeout 120 %t.open 3 4000 2>&1 | FileCheck %s --check-prefixes=CHECK,%beside
// RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,clobber=1 \
// RUN:   timeout 120 %t.open 2 150000 2>&1 | FileCheck %s
// RUN: env ESCC_FREE=trust ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=40 \
// RUN:   timeout 120 %t.open 3 4000 | FileCheck %s
// In a closed world barriers tell what they change.
// RUN: %escc -O2 %s -o %t
// RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,clobber=1,gcstress=40,gctrace=2 \
// RUN:   timeout 120 %t 3 4000 2>&1 | FileCheck %s --check-prefixes=CHECK,CLOSED
// RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,clobber=1 \
// RUN:   timeout 120 %t 2 150000 2>&1 | FileCheck %s
// RUN: env ESCC_FREE=trust ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=40 \
// RUN:   timeout 120 %t 3 4000 | FileCheck %s
// Stops at random moments, also between a store and the check of its barrier.
// RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,clobber=1,gcrandom=50,gctrace=2 \
// RUN:   timeout 120 %t 2 600000 2>&1 | FileCheck %s --check-prefixes=CHECK,CLOSED
// CHECK-NOT: fatal
// BESIDE: beside threads in an open world
// CLOSED: beside threads in a closed world
// STOPPED: threads stopped
// CHECK: children 0
// CHECK: all nodes are whole
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef OPEN_WORLD                /* code that nobody knows */
__asm__(".text\nunknown: ret");
#endif

enum { SLOTS = 512, MAGIC = 0x6e6f6465 };

struct node {
    struct node *left, *right;
    uint32_t magic, key;
    char *text;                 /* from libc, or NULL */
};

static _Atomic(struct node *) shared[SLOTS];    /* a root */
static struct node **table;                     /* an object */
static _Atomic long broken;
static long steps;

static void check(const struct node *n)
{
    if (n && (n->magic != MAGIC || n->key >= SLOTS))
        broken++;
}

static struct node *make(uint32_t key, struct node *left)
{
    struct node *n = malloc(sizeof *n);
    n->left = left;
    n->right = 0;
    n->magic = MAGIC;
    n->key = key;
    n->text = 0;
    return n;
}

/* Cuts what hangs too deep, so that there is garbage. */
static void trim(struct node *n, int depth)
{
    for (; n; n = n->left, depth--) {
        check(n);
        check(n->right);
        if (depth == 0)
            n->left = n->right = 0;
    }
}

static void *change(void *seed)
{
    uint64_t s = (uintptr_t)seed * 0x9e3779b97f4a7c15u + 1;
    struct node *mine = 0;
    for (long i = 0; i < steps; i++) {
        s ^= s << 13, s ^= s >> 7, s ^= s << 17;
        uint32_t key = s % SLOTS, other = (s >> 20) % SLOTS;
        struct node *n = make(key, mine);
        switch (s >> 40 & 3) {
        case 0:                 /* the only pointer wanders about */
            n->right = atomic_exchange(&shared[other], 0);
            mine = n;
            break;
        case 1:
            check(n->right = atomic_exchange(&shared[key], n));
            mine = n->left ? n->left->left : 0;
            break;
        case 2:
            n->right = table[other];
            table[key] = n;
            trim(n, 6);
            break;
        default:
            n->text = strdup("text");
            mine = n;
            trim(mine, 9);
        }
        check(mine);
    }
    return mine;
}

static int child(void)
{
    struct node *kept = 0;
    for (int i = 0; i < 2000; i++) {
        kept = make((uint32_t)i % SLOTS, i % 50 ? kept : 0);
        trim(kept, 60);
    }
    for (int i = 0; i < SLOTS; i++)
        trim(shared[i], 100);
    return broken != 0;
}

int main(int argc, char **argv)
{
    int nthreads = argc > 1 ? atoi(argv[1]) : 2, failed = 0;
    pthread_t threads[8];
    steps = argc > 2 ? atol(argv[2]) : 1000;
    table = calloc(SLOTS, sizeof *table);
    for (int i = 0; i < nthreads; i++)
        pthread_create(&threads[i], 0, change, (void *)(intptr_t)(i + 1));
    for (int i = 0; i < 5; i++) {
        pid_t pid = fork();     /* wherever the collection is */
        int status = 0;
        if (pid == 0)
            _exit(child());
        for (int k = 0; k < 200; k++)
            trim(make(1, 0), 1);
        waitpid(pid, &status, 0);
        failed += status != 0;
    }
    for (int i = 0; i < nthreads; i++) {
        void *last;
        pthread_join(threads[i], &last);
        trim(last, 1000);
    }
    for (int i = 0; i < SLOTS; i++) {
        trim(shared[i], 1000);
        trim(table[i], 1000);
    }
    printf("children %d\n", failed);
    puts(broken ? "broken nodes" : "all nodes are whole");
    return broken || failed;
}
