/* fork while another thread is between a store and its check. */
#include "young.h"
#include <sys/wait.h>
struct s {
    char *a[64];
    char pad[3000];
};
static struct s *old;
static void *storing(void *unused) {
    (void)unused;
    for (unsigned i = 0;; i++)
        old->a[i % 64] = make((int)(i % 64));
    return NULL;
}
int main(void) {
    int bad = 0;
    pthread_t t;
    old = make_old(sizeof *old);
    pthread_create(&t, NULL, storing, NULL);
    for (int round = 0; round < 60; round++) {
        usleep(1000);
        pid_t child = fork();
        if (child == 0) {
            scrub();
            churn(CHURN / 5);
            int lost = 0;
            for (int i = 0; i < 64; i++)
                lost += old->a[i] && !is_whole(old->a[i], i);
            _exit(lost != 0);
        }
        int status;
        waitpid(child, &status, 0);
        bad += status != 0;
    }
    return finish(bad);
}
