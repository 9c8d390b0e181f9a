// asm statements: operands of every kind on moved locals, shared slots and
// parts of them; asm goto with and without outputs.
// RUN: %S/../Inputs/differential %escc %clang %gcc %s -I%S/Inputs
#include "common.h"

struct slots {
    struct node *p, *q;
    unsigned long u : 48, rest : 16;
    struct node *array[3];
    union { struct node *p; uintptr_t u; } both;
};
static struct slots *s;
static struct node *global;

static void operands(void)
{
    struct node *in = make(1), *out = 0, *both = make(2), *memory = make(3);
    int small = 4, twice = 0;
    keep(&in), keep(&out), keep(&both), keep(&memory), keep(&small);
    asm("mov %1, %0" : "=r"(out) : "r"(in));
    asm("add $8, %0" : "+r"(both));
    asm volatile("mov %1, %0" : "=m"(s->p) : "r"(memory));
    asm("mov %[from], %[to]" : [to] "=&r"(s->q) : [from] "m"(memory));
    asm("lea (%1,%1), %0" : "=r"(twice) : "r"((long)small));
    memory = 0;
    in = 0;
    churn();
    printf("%ld %ld %ld %ld %d\n", out->number, *(long *)both,
           s->p->number, s->q->number, twice);
    asm("xchg %0, %1" : "+r"(s->p), "+r"(out));
    asm("" : "+m"(small), "+r"(s->array[1]) : "m"(small) : "cc");
    churn();
    printf("%ld %ld\n", s->p->number, out->number);
}

static void matching(void)
{
    struct node *a = make(5), *b;
    int index = 0;
    keep(&a), keep(&b);
    asm("" : "=r"(b) : "0"(a));
    asm("mov %1, %0" : "=r"(s->array[index++]) : "g"(make(6)));
    asm("" : "=a"(s->both.u), "=d"(global) : "0"((uintptr_t)a), "1"(make(7)));
    uintptr_t immediate;
    keep(&immediate);
    asm("mov %1, %0" : "=r"(immediate) : "i"(sizeof(struct node)));
    register struct node *fixed asm("rbx") = make(8);
    asm("" : "+r"(fixed));
    b->next = fixed;
    a = 0;
    churn();
    printf("%ld %ld %ld %ld %d %lu %ld\n", b->number, s->array[0]->number,
           s->both.p->number, global->number, index, immediate,
           b->next->number);
    asm("" : "=r"(*({ index++; &s->q; })) : "0"(b));
    s->u = (unsigned long)make(9);
    asm("" ::"r"((void *)(uintptr_t)s->u), "m"(*b), "m"(*(char(*)[8])b));
    printf("%d %ld\n", index, s->q->number);
    if (index)
        asm volatile("mov %1, %0" : "=r"(s->p) : "r"(make(10)));
    else
        asm("nop");
    for (; index; index--)
        asm("" : "+r"(s->p)::"memory");
    churn();
    printf("%ld\n", s->p->number);
    struct { long a, b; } pair = {1, 2};
    keep(&pair);
    asm("addq $1, %0" : "+m"(pair.b));
    asm("addq $1, %H0" : "+o"(pair));
    long list[4] = {1, 2, 3, 4};
    keep(list);
    asm("addq $5, %0" : "+m"(list[2]));
    asm("addq $5, %H0" : "+o"(list));
    printf("%ld %ld %ld\n", pair.b, list[2], list[1]);
    double d = 1.5, e = 2;
    keep(&d), keep(&e);
    asm("addsd %1, %0" : "+x"(d) : "x"(e));
    char carry = 0;
    keep(&carry);
    asm("cmp %2, %1" : "=@ccb"(carry) : "r"(1l), "r"(2l));
    printf("%g %d\n", d, carry);
}

static int jump(long k)
{
    struct node *n = make(k);
    keep(&n), keep(&k);
    asm goto("test %0, %0\n\tjz %l[zero]\n\tcmp $1, %0\n\tje %l2"
             : : "r"(k), "m"(n) : "cc" : zero, one);
    {
        struct node *inner = make(20);
        keep(&inner);
        n->next = inner;
        if (0) {
        one:
            inner = make(21);
            n->next = inner;
        }
    }
    churn();
    return n->next->number + n->number;
zero:
    return n->number - 1;
}

static int jump_out(long k)
{
    struct node *n = make(100), *out;
    int number = 7;
    keep(&n), keep(&number);
    asm goto("mov %3, %0\n\tmovl $8, %1\n\ttest %2, %2\n\tjz %l[zero]"
             : "=&r"(out), "=m"(number) : "r"(k), "r"(n) : "cc" : zero);
    n = 0;
    churn();
    s->p = out;
    return s->p->number + number;
zero:
    n = 0;
    churn();
    return number;
}

int main(void)
{
    s = calloc(1, sizeof *s);
    operands();
    matching();
    printf("%d %d %d\n", jump(0), jump(1), jump(2));
    printf("%d %d\n", jump_out(0), jump_out(1));
    return 0;
}
