// What may be used after its block has ended, freed or looked at by others, or
// be there twice, stays a block of malloc's.
// RUN: %S/../Inputs/differential %escc %clang %gcc %s
// RUN: %escc -O1 -report-escapes -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK-NOT: promoted to
// CHECK:     malloc(16) does not escape [escape]
// CHECK-NOT: promoted to
// CHECK:     {{allocations: [1-9][0-9]* escaping, [0-9]+ reused when freed$}}
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <malloc.h>
#include <unistd.h>

struct node { struct node *next; int value; };

static char *global;
static struct node *shelf;

/* What a dangling pointer would show. */
__attribute__((noinline)) static void trash(void)
{
    volatile char bytes[2000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)0xa5;
}

// Freed by a function of the unit, by way of another.
__attribute__((noinline)) static void drop(void *p) { free(p); }
__attribute__((noinline)) static void drop_in(char **p) { free(*p), *p = 0; }
__attribute__((noinline)) static void drop_list(struct node *n)
{
    while (n) {
        struct node *next = n->next;
        drop(n);
        n = next;
    }
}

static int freed_by_callee(void)
{
    char *p = malloc(16), *q = malloc(16);
    struct node *list = malloc(sizeof *list);
    list->next = malloc(sizeof *list);
    list->next->next = NULL, list->value = 1, list->next->value = 2;
    strcpy(p, "callee"), strcpy(q, "in");
    int got = p[1] + q[1] + list->next->value;
    drop(p);
    drop_in(&q);
    drop_list(list);
    return got + (q == NULL);
}

// Freed by a name in a pointer, or by reallocarray.
static void (*volatile release)(void *) = free;
static int freed_by_pointer(void)
{
    char *p = malloc(16);
    char *q = malloc(16);
    strcpy(p, "pointer"), strcpy(q, "grown");
    int got = p[2];
    q = reallocarray(q, 1, 100);
    got += q[2];
    release(p);
    free(q);
    return got;
}

static int usable(void)
{
    char *p = malloc(16);
    memset(p, 1, malloc_usable_size(p));
    int got = p[15];
    free(p);
    return got;
}

// In a loop, held outside of its body.
static int carried(void)
{
    struct node *list = NULL;
    for (int i = 0; i < 4; i++) {
        struct node *n = malloc(sizeof *n);
        n->next = list, n->value = i;
        list = n;
    }
    int sum = 0;
    trash();
    for (; list; list = list->next)
        sum = sum * 10 + list->value;
    return sum;
}

// In the head of a loop, which no block ends with each pass.
static int in_head(void)
{
    char *p = NULL, *before = NULL;
    int same = 0;
    for (int i = 0; i < 3 && (p = malloc(16)); i++) {
        same += p == before;
        before = p;
    }
    return same;
}

// goto back: the block is entered once, the call is made twice.
static int again(void)
{
    char *p, *q = NULL;
    int i = 0;
back:
    p = malloc(16);
    strcpy(p, i ? "second" : "first");
    if (i++ == 0) {
        q = p;
        goto back;
    }
    return p == q ? -1 : q[0] + p[0];
}

static int computed(void)
{
    static void *const where[] = {&&first, &&last};
    char *p, *q = NULL;
    int i = 0;
first:
    p = malloc(16);
    *p = (char)i;
    if (!q)
        q = p;
    goto *where[i++ > 1];
last:
    return p == q ? -1 : *p + *q;
}

// Recursion shares nothing.
static int recursive(int n, const char *outer)
{
    char *p = malloc(16);
    *p = (char)n;
    int got = n ? recursive(n - 1, p) : 0;
    got += *p + (outer ? *outer : 0);
    free(p);
    return got;
}

// A block keeps what changed since setjmp; a local need not.
static jmp_buf environment;
__attribute__((noinline)) static void jump(void) { longjmp(environment, 1); }
__attribute__((noinline)) static void set(struct node *n, int value)
{
    n->value = value;
}
static int returned_to(void)
{
    struct node *p = malloc(sizeof *p);
    set(p, 1);
    if (setjmp(environment) == 0) {
        set(p, 11);
        jump();
    }
    return p->value > 0;        /* clang makes a local of it by itself */
}

// Its address is returned, stored, kept by a function, in an integer.
static char *returned(void)
{
    char *p = malloc(16);
    return strcpy(p, "returned");
}

static void stored(void)
{
    char *p = malloc(16);
    struct node *n = calloc(1, sizeof *n);
    strcpy(p, "stored");
    global = p;
    n->value = 7;
    shelf = n;
}

static uintptr_t number;
static void in_integer(void)
{
    char *p = malloc(16);
    strcpy(p, "integer");
    number = (uintptr_t)p;
}

// As characters, in a file or a text.
__attribute__((used)) static void as_characters(FILE *file, char *to)
{
    char *p = malloc(16);
    struct node *n = malloc(sizeof *n), around = {n, 2};
    strcpy(p, "file"), n->value = 1;
    fwrite(&p, sizeof p, 1, file);
    strncpy(to, (char *)&around, 8);
}

// In pieces that are computed, and may be put together again.  (The collector
// does not see such an object either: only the report is looked at.)
static unsigned high, low;
static unsigned char bytes[8];
__attribute__((used)) static void in_halves(void)
{
    char *p = malloc(16), *q = malloc(16);
    strcpy(p, "halves"), strcpy(q, "bytes");
    high = (unsigned)((uintptr_t)p >> 32), low = (unsigned)(uintptr_t)p;
    for (int i = 0; i < 8; i++)
        bytes[i] = ((uintptr_t)q >> 8 * i & 255) ^ 85;
}

static char *by_strchr(void)
{
    char *p = malloc(16);
    strcpy(p, "path/name");
    return strchr(p, '/') + 1;
}

static void through(char **to, char *what) { *to = what; }
static char *by_content(void)
{
    char *p = malloc(16), *got;
    strcpy(p, "content");
    through(&got, p);
    return got;
}

// The value of a statement expression outlives its block.
static int out_of_expression(void)
{
    char *p = ({ char *q = malloc(16); strcpy(q, "expression"); q; });
    trash();
    return p[3];
}
__attribute__((noinline)) static int third(const char *p)
{
    trash();
    return p[2];
}
static int argument_of_expression(void)
{
    return third(({ char *q = malloc(16); strcpy(q, "argument"); q; }));
}

// Watched, or not known.
static int is_volatile(void)
{
    char *volatile p = malloc(16);
    strcpy(p, "volatile");
    char *q = malloc(16);
    strcpy(q, "assembly");
    __asm__ volatile("" : "+r"(q));
    return p[0] + q[0];
}

// Sizes that malloc has a say about (or the compiler, which may leave it out).
static int sizes(void)
{
    char *none = malloc(0), *huge = malloc((size_t)-1);
    char *many = calloc((size_t)-1 / 2, 4), *large = malloc(4096);
    int got = (none == NULL) * 8 + (huge == NULL) * 4 + (many == NULL) * 2;
    got += large != NULL;
    free(none), free(huge), free(many), free(large);
    return got & 16;
}

// Called back with it: a function behind a pointer may free what it gets.
static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}
static int sorted(void)
{
    int *p = malloc(16);
    p[0] = 3, p[1] = 1, p[2] = 2, p[3] = 0;
    qsort(p, 4, sizeof *p, compare);
    int got = p[0] * 1000 + p[1] * 100 + p[2] * 10 + p[3];
    free(p);
    return got;
}

// An address that is printed may be read back.
static char text[32];
static int printed(void)
{
    char *p = malloc(16);
    strcpy(p, "printed");
    snprintf(text, sizeof text, "%p", (void *)p);
    return text[0] == '0';
}

// An address that came as text: what is stored there is anybody's.
static void *slot[2];
static void by_number(const char *address)
{
    char *p = malloc(16);
    strcpy(p, "number");
    void **to = (void **)strtoul(address, NULL, 16);
    *to = p;
}

// Where a static is the only holder, to measure.
static int measured(void)
{
    static char *lowest;
    char *p = malloc(16);
    int less = p < lowest;
    lowest = p;
    return less && p == NULL;
}

int main(void)
{
    printf("%d %d %d\n", freed_by_callee(), freed_by_pointer(), usable());
    printf("%d %d\n", carried(), in_head());
    printf("%d %d %d\n", again(), computed(), recursive(5, NULL));
    printf("%d\n", returned_to());
    char *kept = returned();
    stored();
    in_integer();
    char address[32];
    snprintf(address, sizeof address, "%lx", (unsigned long)slot);
    by_number(address);
    char *name = by_strchr(), *content = by_content();
    trash();
    printf("%s %s %d %s %s %s %s\n", kept, global, shelf->value,
           (char *)number, name, content, (char *)slot[0]);
    printf("%d %d %d\n", out_of_expression(), argument_of_expression(),
           is_volatile());
    printf("%d %d %d %d\n", sizes(), sorted(), printed(), measured());
    return 0;
}
