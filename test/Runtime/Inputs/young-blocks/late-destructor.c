/* A thread that the runtime has taken from its list stores. */
#include "young.h"
struct s {
    char *a;
    char pad[3000];
};
static struct s *old;
static pthread_key_t key;
static int seed;
static void last(void *rounds) {
    intptr_t n = (intptr_t)rounds;
    if (n < 4)
        pthread_setspecific(key, (void *)(n + 1));
    old->a = make(seed);
}
static void *run(void *unused) {
    (void)unused;
    pthread_setspecific(key, (void *)1);
    return NULL;
}
int main(void) {
    int bad = 0;
    pthread_key_create(&key, last);
    old = make_old(sizeof *old);
    for (int i = 0; i < 50; i++) {
        pthread_t t;
        seed = i;
        pthread_create(&t, NULL, run, NULL);
        pthread_join(t, NULL);
        scrub();
        churn(CHURN / 10);
        bad += !is_whole(old->a, i);
    }
    return finish(bad);
}
