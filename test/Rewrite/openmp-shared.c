// A local that the statement of an OpenMP directive uses is shared by threads,
// whether the directive names it or not: stores to it have their barrier, and
// what it points to lives, in the frame of the thread that waits.  Tasks get
// copies of locals, which therefore stay what they are.
//
// RUN: env ESCC_CC=%gcc %escc_verify -O0 -fopenmp %s -o %t
// RUN: env OMP_NUM_THREADS=3 ESCC_DEBUG=verify=barrier timeout 60 %t
// RUN: env ESCC_CC=%gcc %escc_verify -O2 -fopenmp %s -o %t
// RUN: env OMP_NUM_THREADS=3 ESCC_DEBUG=verify=barrier timeout 60 %t
// RUN: env OMP_NUM_THREADS=3 ESCC_DEBUG=gcstress=5,clobber=1 timeout 60 %t
// RUN: env OMP_NUM_THREADS=3 ESCC_DEBUG=gcrandom=100,clobber=1 timeout 60 %t
// RUN: env ESCC_CC=%gcc %escc_verify -fopenmp -fescc-locals=all %s -o %t
// RUN: env OMP_NUM_THREADS=3 ESCC_DEBUG=gcstress=5,clobber=1 timeout 60 %t
// RUN: %escc_verify -Wno-unknown-pragmas %s -o %t && timeout 60 %t
// RUN: env ESCC_CC=%gcc %escc -O2 -fopenmp -fescc-emit-source -c %s -o %t.i
// RUN: FileCheck %s <%t.i
// REQUIRES: gcc
#include <stdlib.h>

struct node { struct node *next; long stamp; };

static struct node *new_node(struct node *next, long stamp)
{
    struct node *node = malloc(sizeof *node);
    node->next = next;
    node->stamp = stamp;
    return node;
}

static long list_length(const struct node *node, long stamp)
{
    long n = 0;
    for (; node && node->stamp == stamp; node = node->next)
        n++;
    return n;
}

/* Named nowhere. */
static long shared(int n)
{
    struct node *list = 0, *kept = new_node(0, 7);
    // CHECK-LABEL: shared(int n)
    // CHECK: *kept = __extension__({{.*}}=(new_node(0, 7));
#pragma omp parallel for
    for (int i = 0; i < n; i++) {
        struct node *mine = new_node(kept, i);
        // CHECK: {{^ *}}struct node *mine = new_node(kept, i);
        if (mine->stamp != i)
            abort();
#pragma omp critical
        list = new_node(list, 3);
        // CHECK: __extension__({__auto_type [[T:__escc_t[0-9]+]]=({{ *}}new_node(list, 3));__auto_type [[S:__escc_s[0-9]+]]=&(list{{ *}});*[[S]]=[[T]];
    }
    return list_length(list, 3) + list_length(kept, 7);
}

/* The exchange of pointers by all threads. */
static long exchange(int n)
{
    struct node *a = new_node(NULL, 1), *b = new_node(NULL, 2);
#pragma omp parallel shared(a, b) num_threads(3)
    for (int i = 0; i < n; i++) {
#pragma omp critical
        {
            struct node *t = a;
            a = b;
            b = t;
            if (a->stamp + b->stamp != 3)
                abort();
        }
        free(aligned_alloc(16, 100));
    }
    return a->stamp + b->stamp;
}

static long escaped;
static void touch(struct node **p) { escaped += (*p)->stamp; }

static struct node **leaked;

/* A task's copy is made when the task is. */
static long tasks(void)
{
    long sum = 0;
#pragma omp parallel
#pragma omp single
    for (int i = 0; i < 10; i++) {
        struct node *node = new_node(NULL, i);
        leaked = &node;
        touch(leaked);
#pragma omp task
        {
            if (node->stamp < 0)
                abort();
#pragma omp atomic
            sum += node->stamp;
        }
        node = NULL;
    }
    return sum;
}

/* And a reduction of the caller's, with sections. */
static long sections(void)
{
    struct node *left = NULL, *right = NULL;
#pragma omp parallel sections
    {
#pragma omp section
        left = new_node(NULL, 4);
#pragma omp section
        right = new_node(NULL, 5);
    }
    return left->stamp + right->stamp;
}

/* The forms of `omp atomic` stay. */
static struct node *global;
static long atomics(void)
{
    struct node *local = new_node(NULL, 6), *read = NULL, *old = NULL;
    long seen;
    struct { long n[2]; struct node *node; } s = {{1, 2}, NULL}, *p = &s;
#pragma omp atomic write
    global = local;
    // CHECK: {{^ *}}global = __extension__({__auto_type {{.*}}=({{ *}}local);
#pragma omp atomic write
    p->node = new_node(0, 8);
    // CHECK: {{^ *}}p->node = __extension__({{.*}}=({{ *}}new_node(0, 8));
#pragma omp atomic read
    read = global;
    // CHECK: {{^ *}}read = global;
#pragma omp atomic
    p->n[0] = p->n[0] + p->n[1];
    // CHECK: {{^ *}}p->n[0] = p->n[0] + p->n[1];
#pragma omp atomic capture
    { old = global; global = read; }
    // CHECK: {{^ *}}{ old = global; global = __extension__(
#pragma omp atomic capture
    seen = p->n[1]++;
    // CHECK: {{^ *}}seen = p->n[1]++;
    return seen - 2 + global->stamp + p->node->stamp + p->n[0] + (old != NULL);
}

int main(void)
{
    if (atomics() != 18)
        return 3;
    if (shared(1000) != 1001 || exchange(500) != 3)
        return 1;
    if (tasks() != 45 || escaped != 45 || sections() != 9)
        return 2;
    return 0;
}
