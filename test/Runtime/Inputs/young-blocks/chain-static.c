/* The same, of variables. */
#include "young.h"
static char *a, *b;
__attribute__((noinline)) static void store(int i) {
    a = b = make(i);
    b = NULL;
}
static char *find(void) {
    return a;
}
int main(void) {
    make_old(3000);
    return check_each(store, find);
}
