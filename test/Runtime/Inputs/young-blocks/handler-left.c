/* A handler is left by a jump between a store and its check. */
#include "young.h"
#include <sys/time.h>
enum { N = 64 };
struct s {
    char *a[N];
    char pad[3000];
};
static struct s *old;
static sigjmp_buf out;
static volatile sig_atomic_t armed;
static void handler(int s) {
    (void)s;
    if (armed) {
        armed = 0;
        siglongjmp(out, 1);
    }
}
/* Moves pointers round: the only place of one is a slot, or a register. */
__attribute__((noinline)) static void stores(void) {
    if (sigsetjmp(out, 1))
        return;
    armed = 1;
    for (unsigned i = 0;; i++) {
        char *p = old->a[i % N];
        old->a[i % N] = NULL;
        old->a[(i + 1) % N] = p ? p : old->a[(i + 1) % N];
    }
}
int main(void) {
    int bad = 0;
    old = make_old(sizeof *old);
    signal(SIGALRM, handler);
    for (int round = 0; round < 400; round++) {
        for (int i = 0; i < N; i++)
            old->a[i] = make(i);
        struct itimerval t = {{0, 1000}, {0, 300 + round}};
        setitimer(ITIMER_REAL, &t, NULL);
        stores();
        setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
        scrub();
        churn(CHURN / 20);
        for (int i = 0; i < N; i++)
            bad += old->a[i] && !is_whole(old->a[i], old->a[i][0] - 'a');
    }
    return finish(bad);
}
