// What directives say besides the names of variables: default(none) wants each
// variable listed, escc's own, too; default(firstprivate) gives each thread a
// copy of what it does not name.  What a clause or a reduction calls may keep
// what it is given; a call may be one of a variant; and a word of a directive
// is no local of another function.
//
// RUN: env ESCC_CC=%gcc %escc_verify -w -O0 -fopenmp %s -o %t
// RUN: env ESCC_DEBUG=gcstress=20,clobber=1 timeout 60 %t | FileCheck %s
// RUN: env ESCC_CC=%gcc %escc_verify -w -O2 -fopenmp %s -o %t
// RUN: env ESCC_DEBUG=gcstress=20,clobber=1 timeout 60 %t | FileCheck %s
// RUN: env ESCC_DEBUG=verify=barrier timeout 60 %t | FileCheck %s
// REQUIRES: gcc
#include <stdio.h>
#include <stdlib.h>

struct node { struct node *next; long stamp; };
static struct node *volatile held;
static long *kept[4];

static __attribute__((noinline)) void keep(long *local, int i)
{
    kept[i] = local;
}

/* Allocations, locals and literals that move, loops over pointers. */
static long none(int n, struct node **all)
{
    long sum = 0;
#pragma omp parallel for default(none) shared(all, n, kept) num_threads(2) \
    reduction(+:sum)
    for (int i = 0; i < n; i++) {
        long own = i;
        keep(&own, i % 4);
        char *text = malloc(8);
        text[0] = 1;
        keep(&(struct node){NULL, 7}.stamp, i % 4);
        all[i] = malloc(sizeof **all);
        *all[i] = (struct node){NULL, own + text[0]};
        for (struct node *p = all[i]; p; p = p->next)
            sum += p->stamp;
    }
    return sum;
}

static long copied(void)
{
    long x = 5;
    keep(&x, 0);
#pragma omp parallel default(firstprivate) num_threads(3)
    {
        x++;
        keep(&x, 1);
        if (x != 6)
            puts("shared");
    }
    return x;
}

/* A local that others keep, beside one that is private. */
static void outlives(void)
{
    long x = 9, n = 0;
#pragma omp parallel default(shared) private(n) num_threads(2)
    {
        n = 1;
#pragma omp critical
        keep(&x, 2);
    }
}

static int hold(struct node *node)
{
    held = node;
    return 2;
}

static void by_clause(struct node *node)
{
#pragma omp parallel num_threads(hold(node))
    ;
}

static struct node *join(struct node *a, struct node *b)
{
    held = b ? b : held;
    return a ? a : b;
}
#pragma omp declare reduction(joined : struct node * : \
    omp_out = join(omp_out, omp_in)) initializer(omp_priv = NULL)

static void by_reduction(struct node *node)
{
    struct node *result = NULL;
#pragma omp parallel num_threads(1) reduction(joined : result)
    result = node;
}

static void variant(struct node *node) { held = node; }
#pragma omp declare variant(variant) match(user={condition(1)})
static void base(struct node *node) { node->stamp++; }

static __attribute__((noinline)) int overwrite(int value)
{
    volatile int frame[200];
    for (int i = 0; i < 200; i++)
        frame[i] = value;
    return frame[7];
}

/* Blocks that nothing in the text keeps, and locals called as a directive
 * calls something. */
#define CALL(f)                                                            \
    static __attribute__((noinline)) void block_##f(void)                   \
    {                                                                       \
        struct node *node = malloc(sizeof *node);                           \
        *node = (struct node){NULL, 7};                                     \
        f(node);                                                            \
    }                                                                       \
    static __attribute__((noinline)) void local_##f(void)                   \
    {                                                                       \
        struct node node = {NULL, 8};                                       \
        f(&node);                                                           \
    }
CALL(by_clause)
CALL(by_reduction)
CALL(base)

static void check(const char *name, void (*call)(void))
{
    call();
    overwrite(3);
    for (int i = 0; i < 100; i++)
        free(calloc(1, sizeof(struct node)));
    printf("%s %ld\n", name, held->stamp);
}

int main(void)
{
    static struct node *all[50];
    printf("%ld %ld\n", none(50, all), copied());
    // CHECK: {{^}}1275 5
    outlives();
    overwrite(3);
    printf("%ld\n", *kept[2]);
    // CHECK-NEXT: {{^}}9
    check("block", block_by_clause);
    check("block", block_by_reduction);
    check("block", block_base);
    check("local", local_by_clause);
    check("local", local_by_reduction);
    check("local", local_base);
    // CHECK-NEXT: block 7
    // CHECK-NEXT: block 7
    // CHECK-NEXT: block 7
    // CHECK-NEXT: local 8
    // CHECK-NEXT: local 8
    // CHECK-NEXT: local 8
    // CHECK-NOT: {{.}}
    return 0;
}
