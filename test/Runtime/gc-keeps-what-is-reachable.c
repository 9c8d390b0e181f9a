/* Lists, trees, cycles and interior pointers survive collections at every
 * allocation, and what is dropped is collected.
 *
 * RUN: %rtcc %s -o %t && %t
 * RUN: env ESCC_DEBUG=gcstress=7,clobber=1,verify=1 %t 4
 * RUN: %rtcc -O2 %s -o %t.2 && env ESCC_DEBUG=gcstress=1,clobber=1 %t.2 3
 */
#include "Inputs/check.h"

static struct node *global;
static long length = 1000;

static struct node *new_tree(int height)
{
    struct node *n = new_node(NULL, height);
    if (height) {
        n->next = new_tree(height - 1);
        n->other = new_tree(height - 1);
    }
    return n;
}

static long count_tree(const struct node *n, int height)
{
    if (!n)
        return 0;
    check_node(n, height);
    return 1 + count_tree(n->next, height - 1) +
           count_tree(n->other, height - 1);
}

__attribute__((noinline)) static void keep_interior(long n)
{
    struct node *array =
        __escc_calloc((size_t)n, sizeof *array, SITE("array"));
    for (long i = 0; i < n; i++)
        array[i].next = new_node(NULL, i);
    /* Only the address of the middle, then the one past the end, is left;
     * volatile so that the compiler cannot go on using the start. */
    struct node *volatile middle = array + n / 2;
    array = NULL;
    new_list(length / 2);
    for (long i = 0; i < n; i++)
        check_node((middle - n / 2)[i].next, i);
    struct node *volatile end = middle + (n - n / 2);
    middle = NULL;
    new_list(length / 2);
    for (long i = 0; i < n; i++)
        check_node((end - n)[i].next, i);
}

__attribute__((noinline)) static void drop_a_cycle(void)
{
    struct node *first = new_node(NULL, 0);
    struct node *last = new_list(length);
    first->next = last;
    while (last->next)
        last = last->next;
    last->next = first;
}

static int depth = 12;

__attribute__((noinline)) static void keep_all(void)
{
    global = new_list(length);
    for (int i = 0; i < 3; i++) {
        struct node *tree = new_tree(depth);
        keep_interior(100);
        CHECK(count_tree(tree, depth) == (2l << depth) - 1);
    }
    check_list(global, length);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        depth = atoi(argv[1]);
        length = 100;
    }
    run_deep(keep_all);

    uint64_t before = marked_bytes();
    run_deep(drop_a_cycle);
    uint64_t after = marked_bytes();
    CHECK(after < before + (uint64_t)length / 2 * sizeof(struct node));
    global = NULL;
    CHECK(marked_bytes() + (uint64_t)length / 2 * sizeof(struct node) < before);
    return 0;
}
