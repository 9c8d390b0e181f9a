// Blocks that no copy of their address outlives are in the frame, and the
// program does what it did [inv.promote.holders].
// RUN: %S/../Inputs/differential %escc %clang %gcc %s
// RUN: %escc -O1 -report-escapes -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %escc -O1 -report-escapes -fescc-promote=no -c %s -o %t.o 2>&1 \
// RUN:   | FileCheck %s --check-prefix NO
// NO-NOT: promoted to
// NO:     malloc(sizeof *a) does not escape [escape]
// NO-NOT: promoted to
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vector { long x, y, z; };
struct cell { struct cell *next; char *text; int number; };

__attribute__((noinline))
static void add(const struct vector *a, const struct vector *b,
                struct vector *sum)
{
    sum->x = a->x + b->x, sum->y = a->y + b->y, sum->z = a->z + b->z;
}

static long vectors(long n)
{
    // CHECK: :[[@LINE+1]]:{{.*}}malloc(sizeof *a) does not escape: promoted to the frame
    struct vector *a = malloc(sizeof *a), *b = malloc(sizeof *b);
    // CHECK: :[[@LINE-1]]:{{.*}}promoted to the frame
    // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
    struct vector *c = calloc(3, sizeof(long));
    if (!a || !b || c == NULL)
        return -1;
    *a = (struct vector){n, 1, 2};
    memcpy(b, a, sizeof *b);
    add(a, b, c);
    long sum = c->x + c->y + c->z;
    free(a), free((void *)b);
    free(c);
    return sum;
}

// Freed on some ways only, and by way of another variable.
static int ways(int n)
{
    // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
    char *p = malloc(40), *q = NULL;
    if (n > 2)
        q = p;
    strcpy(p, "pepper and salt");
    int length = (int)strlen(strchr(p, 'a'));
    if (n == 5)
        goto out;
    free(n > 2 ? q : p);
    return length;
out:
    return -length;
}

// What free gets may be a block of the heap or the buffer.
static int either(int n, size_t bytes)
{
    // CHECK: :[[@LINE+1]]:{{.*}}malloc(16) does not escape: promoted to the frame
    char *small = malloc(16), *large = malloc(bytes);
    // CHECK: :[[@LINE-1]]:{{.*}}malloc(bytes) does not escape: promoted to the frame
    char *p = n & 1 ? small : large;
    memset(p, n, 16);
    int got = p[3];
    free(p);
    free(p == small ? large : small);
    return got;
}

// In the buffer if it fits.
static int variable(const char *text)
{
    // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
    char *copy = malloc(strlen(text) + 1);
    strcpy(copy, text);
    int sum = 0;
    for (char *p = copy; *p; p++)
        sum += *p;
    free(copy);
    return sum;
}

// A new buffer with each pass; calloc's is empty each time.
static int passes(void)
{
    int sum = 0;
    for (int i = 0; i < 5; i++) {
        // CHECK: :[[@LINE+1]]:{{.*}}calloc(1, 32) does not escape: promoted to the frame
        char *empty = calloc(1, 32);
        for (int k = 0; k < 32; k++)
            sum += empty[k];
        memset(empty, 1, 32);
        if (i == 3) {
            free(empty);
            continue;
        }
        sum += empty[31];
        free(empty);
    }
    return sum;
}

// A list of blocks, reached by way of one another.
static int list(void)
{
    // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
    struct cell *first = malloc(sizeof *first);
    // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
    first->next = malloc(sizeof *first);
    // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
    first->next->text = malloc(8);
    first->number = 1, first->next->number = 2;
    first->next->next = NULL;
    strcpy(first->next->text, "two");
    int sum = 0;
    for (struct cell *c = first; c; c = c->next)
        sum += c->number;
    sum += first->next->text[0];
    free(first->next->text), free(first->next), free(first);
    return sum;
}

// Held in an outer block, which has the buffer then.
static int outer(int n)
{
    char *p = NULL;
    int got = 0;
    if (n > 1) {
        // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
        p = malloc(12);
        p[0] = (char)n;
    } else {
        n += 2;
    }
    {
        char other[12];
        memset(other, 77, sizeof other);
        got = other[n % 12];
    }
    if (p)
        got += p[0];
    free(p);
    return got;
}

// Storage of one type, then of another.
static double types(int n)
{
    // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
    void *any = malloc(8);
    int *number = any;
    *number = n;
    int read = *number;
    double *real = any;
    *real = read * 0.5;
    double got = *real;
    *(long *)any = (long)got;
    got += (double)*(long *)any;
    free(any);
    return got;
}

struct tagged { char kind; union { int i; float f; void *p; } value; };

__attribute__((noinline)) static float swap(int *i, float *f)
{
    *i = 1;
    *f = 2.5f;
    return *f;
}

static float type_in_callee(void)
{
    // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
    void *p = malloc(sizeof(float));
    float got = swap(p, p);
    got += *(float *)p;
    // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
    struct tagged *t = malloc(sizeof *t);
    t->kind = 'f', t->value.f = got;
    got = t->kind == 'f' ? t->value.f : 0;
    free(t), free(p);
    return got;
}

// As aligned as malloc's.
typedef long pair __attribute__((vector_size(16)));
static int alignment(void)
{
    // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
    char *a = malloc(1);
    // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
    pair *b = malloc(16);
    *a = 1, *b = (pair){2, 3};
    int same = (void *)a == (void *)b;
    int sum = *a + (int)(*b)[1];
    free(a), free(b);
    return sum + same;
}

// A jump past the beginning of the block, into it.
static int jumped(int n)
{
    int got = 0;
    if (n > 3)
        goto in;
    for (int i = 0; i < 2; i++) {
        char *p;
        got += 100;
in:
        // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
        p = malloc(4);
        *p = (char)n;
        got += *p;
        free(p);
        if (n > 3)
            break;
    }
    switch (n) {
        char *q;
    case 1:
        got++;
    case 5:
        // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
        q = malloc(4);
        *q = 9;
        got += *q;
        free(q);
    }
    return got;
}

// Values go out, no address.
static struct vector returned(int n)
{
    // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
    struct vector *p = malloc(sizeof *p);
    *p = (struct vector){n, n + 1, n + 2};
    return *p;
}

// strdup's, if the program runs the library's.
static int copies(const char *text, int n)
{
    // CHECK: :[[@LINE+1]]:{{.*}}strdup(text) does not escape: promoted to the frame
    char *all = strdup(text);
    // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
    char *some = strndup(text, (size_t)n);
    if (!all || !some)
        return -1;
    all[0] = 'x';
    int got = (int)(strlen(all) * 100 + strlen(some)) + (some[0] == 'x');
    free(all), free(some);
    return got;
}
static int literal(void)
{
    // CHECK: :[[@LINE+1]]:{{.*}}promoted to the frame
    char *copy = strdup("seventy characters, which is more than is promoted "
                        "of other texts");
    int got = (int)(strchr(copy, 'w') - copy);
    free(copy);
    return got;
}

static void *small_stack(void *p)
{
    long sum = 0;
    for (long i = 0; i < 100; i++)
        sum += vectors(i) + ways((int)i % 7) + list();
    *(long *)p = sum;
    return p;
}

int main(void)
{
    long sum = 0;
    for (int i = 0; i < 8; i++) {
        sum += vectors(i) + ways(i) + either(i, i < 4 ? 20 : 2000) + outer(i) + jumped(i);
        printf("%d: %ld %f\n", i, sum, types(i));
    }
    char text[200] = "";
    for (int i = 60; i < 70; i++) {
        memset(text, 'a' + i % 20, (size_t)i);
        printf("%d %d ", variable(text), copies(text, i - 2));
    }
    printf("%d %d\n", variable(""), literal());
    struct vector v = returned(4);
    printf("%ld %ld %ld %d %d %d %f\n", v.x, v.y, v.z, passes(), list(),
           alignment(), type_in_callee());
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN);
    if (pthread_create(&thread, &attributes, small_stack, &sum) == 0)
        pthread_join(thread, NULL);
    printf("%ld\n", sum);
    return 0;
}
