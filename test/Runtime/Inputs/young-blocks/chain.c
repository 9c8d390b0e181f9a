/* `a = b = v`: both slots have to be known. */
#include "young.h"
struct s {
    char *a, *b, pad[3000];
};
static struct s *old;
__attribute__((noinline)) static void store(int i) {
    char *p = make(i);
    old->a = old->b = p;
    old->b = NULL;
}
int main(void) {
    int bad = 0;
    old = make_old(sizeof *old);
    for (int i = 0; i < 20; i++) {
        store(i);
        scrub();
        churn(CHURN / 10);
        bad += !is_whole(old->a, i);
    }
    return finish(bad);
}
