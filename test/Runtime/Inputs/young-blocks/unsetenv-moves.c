/* unsetenv moves the entries behind, in the program's own array. */
#include "young.h"
extern char **environ;
static char **mine;
__attribute__((noinline)) static void fill(int i) {
    char *p = make(i);
    memcpy(p, "B=", 2);
    p[BYTES - 1] = 0;
    mine[0] = strcpy(malloc(BYTES), "A=1");
    mine[1] = p;
    mine[2] = NULL;
    unsetenv("A"); /* mine[0] = mine[1]; mine[1] = NULL */
}
int main(void) {
    int bad = 0;
    mine = make_old(4000);
    environ = mine;
    for (int i = 0; i < 20; i++) {
        fill(i);
        scrub();
        churn(CHURN / 10);
        char *b = getenv("B");
        bad += !b || strlen(b) != BYTES - 3 || b[100] != 'a' + i % 26;
        mine[0] = NULL;
    }
    return finish(bad);
}
