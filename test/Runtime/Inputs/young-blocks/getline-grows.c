/* libc reallocs our buffer and stores it while it waits for the rest. */
#include "young.h"
enum { LINE = 200000 };
struct s {
    char *line;
    size_t bytes;
    char pad[3000];
};
static struct s *old;
static FILE *in;
static int out;
static void *reader(void *unused) {
    (void)unused;
    return (void *)(intptr_t)getline(&old->line, &old->bytes, in);
}
int main(void) {
    int fds[2], bad = 0;
    pipe(fds);
    in = fdopen(fds[0], "r");
    out = fds[1];
    old = make_old(sizeof *old);
    for (int round = 0; round < 5; round++) {
        pthread_t t;
        void *got;
        old->line = malloc(1500);
        old->bytes = 1500;
        pthread_create(&t, NULL, reader, NULL);
        static char text[1000];
        memset(text, 'a' + round, sizeof text);
        for (int i = 0; i < LINE / 1000; i++) {
            write(out, text, sizeof text);
            if (i % 20 == 0) {
                usleep(2000);
                churn(CHURN / 20);
            }
        }
        usleep(20000);
        scrub();
        churn(CHURN);
        write(out, "\n", 1);
        pthread_join(t, &got);
        bad += (intptr_t)got != LINE + 1;
        for (int i = 0; i < LINE; i++)
            if (old->line[i] != 'a' + round) {
                bad++;
                break;
            }
    }
    return finish(bad);
}
