// Calls, statements and debug information stay on the lines of the source,
// whatever is inserted or moved.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
// RUN: %escc -fescc-emit-source=out.i -c %s
// RUN: %python %S/Inputs/lines.py %s out.i
#include <stdio.h>
#include <string.h>

struct node { struct node *next; int line; };
static struct node nodes[4], *list[4];

static struct node *on(int line, int i)
{
    nodes[i].line = line;
    return &nodes[i];
}
#define ON(i) on(__builtin_LINE(), i)

static void keep(int *p)
{
    *p += 1;
}

int main(void)
{
    struct node *p = nodes;
    p
        ->next
        =
        ON(1);
    list[
        2
    ] =
        list[
            0] =
                ON(2);
    int x =
        __builtin_LINE(), y
        = __builtin_LINE();
    keep(&x), keep(
        &y);
    memcpy(
        list,
        (struct node *[]){
            ON(3), nodes
        },
        2 * sizeof *list
    );
    for (struct node **q = list;
         *q;
         q++)
        printf("%d ",
               (*q)->line);
    printf("%d %d %d %d %d %d\n", nodes[1].line, nodes[2].line,
           nodes[3].line, x, y, __builtin_LINE());
    return 0;
}
