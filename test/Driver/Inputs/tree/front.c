/* What the compilers warn about without an optimizer, where the rewriter
 * inserts code. */
#include <stddef.h>
#include <stdlib.h>

struct packed { char c; int *p; } __attribute__((packed));
struct node { struct node *next; long value; };
extern struct packed *packed;
struct node *list;
static int unused_variable;
static void unused_function(void) { }
#define SET(place, with) ((place) = (with))

int *keep(int a, int unused, int b)
{
    int x = a, x2 = b;
    int *p = &x;
    packed->p = p;
    list->next = (void *)&x2;
    SET(list->next->next, NULL);
    list->value = (int)(long)p;
    if (list->next = list)
        return NULL;
    p == NULL;
    for (int i = 0; i < sizeof x; i++) {
        int x = i;
        list->value += x;
    }
    return p;
}

struct node *make(n)
    int n;
{
    struct node *made = malloc(n * sizeof *made), other = {.value = 1, 2};
    made->next = &other;
    undeclared(made);
    return made;
}

const char *text(char *s)
{
    const char *t = s;
    s = t;
    char *u = "literal";
    return s ? u : 'x';
}
