/* The same, of variables. */
#include "young.h"
static char *a, *b;
__attribute__((noinline)) static void store(int i) {
    a = b = make(i);
    b = NULL;
}
int main(void) {
    int bad = 0;
    make_old(3000);
    for (int i = 0; i < 20; i++) {
        store(i);
        scrub();
        churn(CHURN / 10);
        bad += !is_whole(a, i);
    }
    return finish(bad);
}
