// A function that returns what it allocates is an allocator to its callers:
// the report names its calls, and what is stored in an object that dies with
// the caller stays where it is.
// RUN: %escc_verify -report-escapes -c %s -o %t.o 2>&1 | sort -t: -k2n > %t.txt
// RUN: FileCheck %s < %t.txt
// RUN: not grep 'moved to heap: stays' %t.txt
#include <stdlib.h>

struct node { struct node *next; int *value; };
static struct node *kept, *last;

static void *xmalloc(size_t n)
{
    void *p = malloc(n);
    if (!p)
        abort();
    return p;
}

// A wrapper's wrapper; what it is given to store escapes.
static struct node *new_node(struct node *next)
{
    struct node *n = xmalloc(sizeof *n);
    n->next = next;
    n->value = 0;
    return n;
}

// Not an allocator: somebody else has the address, too.
static struct node *shared_node(void)
{
    last = malloc(sizeof *last);
    return last;
}

int local(void)
{
    int stays = 1;
    struct node *n = xmalloc(sizeof *n);
    // CHECK: [[@LINE-1]]:22: {{.*}}xmalloc(sizeof *n) does not escape
    n->value = &stays;
    int result = *n->value;
    free(n);
    return result;
}

void global(void)
{
    kept = new_node(kept);
    // CHECK: [[@LINE-1]]:12: {{.*}}new_node(kept) escapes to heap
}

int through_wrapper(void)
{
    int stays = 2;
    struct node *n = new_node(0);
    // CHECK: [[@LINE-1]]:22: {{.*}}new_node(0) does not escape
    n->value = &stays;
    return *n->value;
}

int through_shared(void)
{
    int moves = 3;  // CHECK: [[@LINE]]:9: {{.*}}moved to heap: moves
    struct node *n = shared_node();
    n->value = &moves;
    return *n->value;
}

// What the object held before may be anybody's.
void through_content(void)
{
    int leaves = 4; // CHECK: [[@LINE]]:9: {{.*}}moved to heap: leaves
    struct node *n = new_node(kept);
    n->next->value = &leaves;
}
