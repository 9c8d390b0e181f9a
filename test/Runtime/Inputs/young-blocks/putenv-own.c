/* putenv replaces an entry in the program's own array. */
#include "young.h"
extern char **environ;
static char **mine;
__attribute__((noinline)) static void put(int i) {
    char *p = make(i);
    memcpy(p, "A=", 2);
    p[BYTES - 1] = 0;
    putenv(p);
}
int main(void) {
    int bad = 0;
    mine = make_old(4000);
    mine[0] = strcpy(malloc(BYTES), "A=1");
    environ = mine;
    for (int i = 0; i < 20; i++) {
        put(i);
        scrub();
        churn(CHURN / 10);
        char *a = getenv("A");
        bad += !a || strlen(a) != BYTES - 3 || a[100] != 'a' + i % 26;
    }
    return finish(bad);
}
