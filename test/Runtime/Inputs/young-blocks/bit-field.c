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
int main(void) {
    int bad = 0;
    old = make_old(sizeof *old);
    for (int i = 0; i < 20; i++) {
        store(i);
        scrub();
        churn(CHURN / 10);
        bad += !is_whole((char *)(uintptr_t)old->address, i);
    }
    return finish(bad);
}
