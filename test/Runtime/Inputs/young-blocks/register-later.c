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
static char *find(void) {
    return old->b;
}
int main(void) {
    old = make_old(sizeof *old);
    return check_each(store, find);
}
