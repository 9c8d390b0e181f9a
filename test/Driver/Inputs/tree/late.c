/* What compilers warn about only after optimization, in code of which the
 * rewriter changes much: allocations, stores of pointers, moved locals. */
#include <stdlib.h>
#include <string.h>

struct node { struct node *next; int value; char name[4]; };
struct node *list;
extern void use(void *);

/* -Wreturn-local-addr; moved by the rewriter */
int *dangling(void)
{
    int x[3] = {0};
    int *p = x + 1;
    return p;
}

/* -Wmaybe-uninitialized of a local that moves */
int uninitialized(int n)
{
    int x[2];
    if (n > 3)
        x[1] = n;
    list->next = (struct node *)x;
    return x[1];
}

/* -Wuninitialized of one that stays */
int plain(int n)
{
    int k;
    return n + k;
}

/* -Wstringop-overflow of allocated memory */
struct node *overflow(void)
{
    struct node *n = malloc(sizeof *n);
    strcpy(n->name, "much too long");
    n->next = list;
    list = n;
    return n;
}

/* -Warray-bounds */
int bounds(void)
{
    struct node n = *list;
    return n.name[5];
}

/* -Wfree-nonheap-object, -Wuse-after-free */
int frees(void)
{
    int x = 0, *p = &x;
    free(p);
    char *q = malloc(8);
    free(q);
    return q[0];
}

/* -Wnull-dereference */
int null(struct node *n)
{
    struct node *p = n ? NULL : list;
    if (n)
        return p->value;
    return 0;
}

/* -Wreturn-type, -Wimplicit-fallthrough, -Wswitch-unreachable */
int odd(int n)
{
    switch (n) {
        int k;
        k = 3;
    case 1:
        use(&k);
    case 2:
        return k;
    }
}

/* -Wsuggest-attribute=… , -Winline, -Wvla-larger-than=, -Walloca-larger-than */
static inline int pure(const struct node *n) { return n->next->value; }
int calls(const struct node *n, unsigned m)
{
    char bytes[m];
    use(bytes);
    use(__builtin_alloca(m));
    return pure(n);
}

extern void gone(void) __attribute__((warning("not gone")));
void attribute(int n)
{
    if (n)
        gone();
}
