// Options that change how gcc lays objects out change what is known of them:
// where pointers are, and how large a local is that moves.
// REQUIRES: gcc
// RUN: export ESCC_CC=%gcc ESCC_DEBUG=gcstress=10,clobber=1
// RUN: for o in -fpack-struct -fpack-struct=1 -fpack-struct=2 -fpack-struct=4 \
// RUN:   '-fshort-enums -fpack-struct' '-fpack-struct -fno-pack-struct' \
// RUN:   -mms-bitfields '-mms-bitfields -fpack-struct=2' -mlong-double-64 \
// RUN:   '-fplan9-extensions -DUNNAMED'; do \
// RUN:   %escc_verify -w -O0 $o %s -o %t && %t && \
// RUN:   %escc_verify -w -O2 -fescc-locals=all $o %s -o %t && %t || exit 1; \
// RUN:   done
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node { long value; };
enum kind { FIRST, SECOND };
struct holder {
    char c;
    struct node *first;
    short s;
    enum kind kind;
    struct node *second;
};
struct fields { char a : 3; int b : 3; char c : 2; long long_double; };
struct numbers { char c; long double d; struct node *node; };
#ifdef UNNAMED
struct derived { struct holder; struct node *third; };
#endif

static struct node *new_node(long value)
{
    struct node *node = malloc(sizeof *node);
    node->value = value;
    return node;
}

static void churn(void)
{
    for (int i = 0; i < 50; i++)
        free(new_node(0x77));
}

static struct holder global, *heap;
static struct numbers *numbers;
static void *kept[2];

static __attribute__((noinline)) void keep(void *p, int i) { kept[i] = p; }

static __attribute__((noinline)) void fill(void)
{
    global.first = new_node(1), global.second = new_node(2);
    heap = malloc(sizeof *heap);
    heap->first = new_node(3), heap->second = new_node(4);
    numbers = malloc(sizeof *numbers);
    numbers->node = new_node(5);
}

/* Two objects that would overlap if they were smaller than they are. */
static __attribute__((noinline)) void locals(void)
{
    struct fields a, b;
    keep(&a, 0), keep(&b, 1);
    memset(&a, 1, sizeof a);
    memset(&b, 2, sizeof b);
}

static long derived(void)
{
#ifdef UNNAMED
    struct derived d, *p = malloc(sizeof *p);
    d.first = new_node(6), p->second = new_node(7), p->third = new_node(8);
    keep(&d, 0);
    churn();
    return ((struct derived *)kept[0])->first->value + p->second->value +
           p->third->value;
#else
    return 21;
#endif
}

int main(void)
{
    fill();
    churn();
    long sum = global.first->value + global.second->value +
               heap->first->value + heap->second->value + numbers->node->value;
    for (int i = 0; i < 100; i++) {
        locals();
        for (size_t k = 0; k < sizeof(struct fields); k++)
            if (((char *)kept[0])[k] != 1 || ((char *)kept[1])[k] != 2)
                return 2;
    }
    return sum != 15 || derived() != 21;
}
