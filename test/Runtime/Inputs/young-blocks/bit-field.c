/* The address stands in a bit-field above a tag. */
#include "young.h"
struct s {
    uint64_t tag : 16, address : 48;
    char pad[3000];
};
static struct s *old;
__attribute__((noinline)) static void store(int i) {
    old->address = (uint64_t)make(i);
}
static char *find(void) {
    return (char *)(uintptr_t)old->address;
}
int main(void) {
    old = make_old(sizeof *old);
    return check_each(store, find);
}
