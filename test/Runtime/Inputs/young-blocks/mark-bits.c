/* Marks that are set while nothing is marked are the next cycle's. Objects
 * that were told of while only young collections are on must be READ by the
 * next marking: a child of each hangs on nothing else. */
#include "young.h"
struct node {
    struct node *child;
    char text[BYTES];
};
static struct node *old[64];
__attribute__((noinline)) static void make_pair(int i) {
    struct node *p = malloc(sizeof *p), *c = malloc(sizeof *c);
    memset(c->text, 'a' + i % 26, BYTES);
    c->child = NULL;
    p->child = c;
    struct node *volatile *slot = (struct node *volatile *)&old[i];
    *slot = p;
    memcpy(&old[i], (void *)&p, sizeof p); /* told without a slot, too */
}
void escc_gc(void) __attribute__((weak));
int main(void) {
    int bad = 0;
    make_old(3000);
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 64; i++)
            make_pair(i);
        scrub();
        churn(CHURN);
        if (escc_gc)
            escc_gc();
        churn(CHURN);
        for (int i = 0; i < 64; i++)
            bad += !is_whole(old[i]->child->text, i);
    }
    return finish(bad);
}
