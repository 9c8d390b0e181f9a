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
static char *find(void) {
    return old->a;
}
int main(void) {
    old = make_old(sizeof *old);
    return check_each(store, find);
}
