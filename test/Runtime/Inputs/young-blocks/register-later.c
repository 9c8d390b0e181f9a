/* A second store of a word that the thread has told of already
 * [inv.shadeonce]. */
#include "young.h"
struct s {
    char *a, *b;
    char pad[3000];
};
static struct s *old;
__attribute__((noinline)) static void store(int i) {
    char *p = make(i);
    old->a = p;
    __asm__ volatile("" ::: "memory");
    old->b = p;
    __asm__ volatile("" ::: "memory");
    old->a = NULL;
}
int main(void) {
    int bad = 0;
    old = make_old(sizeof *old);
    for (int i = 0; i < 20; i++) {
        store(i);
        scrub();
        churn(CHURN / 10);
        bad += !is_whole(old->b, i);
    }
    return finish(bad);
}
