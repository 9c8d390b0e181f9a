// Compound literals live as long as the block they stand in, also when a
// barrier puts a statement expression round them.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
#include <stdio.h>
#include <string.h>

struct pair { int number; struct pair *other; };
struct holder { struct pair *p; const char *name; int *list; };

static struct holder *heap;
static struct holder global;

static struct pair *same(struct pair *p) { return p; }
static int total(const int *v, int n)
{
    int sum = 0;
    while (n--)
        sum += *v++;
    return sum;
}
static void scribble(void)
{
    char volatile noise[256];
    for (int i = 0; i < 256; i++)
        noise[i] = -1;
}

static int local_holder(int k)
{
    struct holder h;
    struct holder *ph = &h;
    h.p = &(struct pair){k, 0};
    ph->list = (int[]){k, k + 1, k + 2};
    scribble();
    return h.p->number + ph->list[2];
}

static int global_holder(int k)
{
    global.p = same(&(struct pair){k, &(struct pair){k + 1, 0}});
    global.list = (int[]){1, 2, k};
    global.name = (char[]){"text"};
    scribble();
    return global.p->number + global.p->other->number + global.list[2]
        + (int)strlen(global.name);
}

static int constants(void)
{
    const struct pair *p;
    const struct pair **pp = &p;
    *pp = &(const struct pair){.number = 9};
    scribble();
    return p->number;
}

static int by_value(struct pair *to, int k)
{
    *to = (struct pair){.number = k, .other = to};
    struct pair *chain[2] = {to, &(struct pair){k + 1, to}};
    struct pair **pc = chain;
    pc[0] = pc[1];
    scribble();
    return to->other->number + pc[0]->other->number;
}

static int own_type(void)
{
    struct { int a; void *b; } *x;
    void **slot = (void **)&x;
    *slot = &(struct { int a; void *b; }){3, 0};
    scribble();
    return x->a;
}

static int identity(void)
{
    struct pair *p = 0, *q;
    int j = 0;
again:
    q = p, p = &((struct pair){j++, 0});
    if (j < 2)
        goto again;
    return p == q && q->number == 1;
}

static int in_call(int n)
{
    heap->p = same(&(struct pair){total((int[]){n, n, n}, 3), 0});
    return heap->p->number;
}

static int in_loop(void)
{
    int sum = 0;
    for (int i = 0; i < 4; i++) {
        heap->list = (int[2]){i, i * i};
        scribble();
        sum += heap->list[1];
    }
    return sum;
}

static struct pair *file_scope = &(struct pair){77, 0};

int main(void)
{
    struct holder h = {0};
    struct pair t;
    heap = &h;
    printf("%d %d\n", local_holder(7), global_holder(5));
    printf("%d %d\n", constants(), by_value(&t, 3));
    printf("%d %d %d\n", own_type(), identity(), in_call(4));
    printf("%d %d\n", in_loop(), file_scope->number);
    (&(struct pair){1, 0})->number++;
    int x = ((int[]){1, 2, 3})[1];
    printf("%d %zu\n", x, sizeof((int[]){1, 2, 3}));
    return 0;
}
