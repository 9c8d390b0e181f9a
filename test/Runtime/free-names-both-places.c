/* A block that is freed twice where free is trusted: the message says where
 * the second free is, and with ESCC_DEBUG=free=1 the first one, too, in a way
 * that addr2line makes lines of.
 *
 * RUN: export ESCC_FREE=trust ESCC_DEBUG=free=1
 * RUN: for cc in %clang %gcc; do for o in '-O0 -pie' '-O2 -no-pie'; do \
 * RUN:   ESCC_CC=$cc %escc_verify -w -g $o %s -o %t || exit 1; \
 * RUN:   %t 2>%t.log; sh %S/Inputs/places.sh %t.log || exit 1; done; done \
 * RUN:   | FileCheck %s
 * CHECK: called here: second at {{.*}}free-names-both-places.c:[[# @LINE + 25]]
 * CHECK-NEXT: freed before here: first at {{.*}}free-names-both-places.c:[[# @LINE + 18]]
 * CHECK-NEXT: called here: second at
 * CHECK-NEXT: freed before here: first at
 * CHECK-NEXT: called here: second at
 * CHECK-NEXT: freed before here: first at
 * CHECK-NEXT: called here: second at
 * CHECK-NEXT: freed before here: first at
 *
 * Without it the second one.
 * RUN: env -u ESCC_DEBUG %t 2>%t.log; sh %S/Inputs/places.sh %t.log | FileCheck %s --check-prefix=ONE
 * ONE-NOT: freed before here
 * ONE: called here: second at {{.*}}free-names-both-places.c:
 * ONE-NOT: freed before here
 */
#include <stdlib.h>

__attribute__((noinline)) static void first(void *p)
{
    free(p);
    __asm__ volatile("");
}

__attribute__((noinline)) static void second(void *p)
{
    free(p);
    __asm__ volatile("" : : "r"(p));
}

void *volatile kept;

int main(void)
{
    for (int i = 0; i < 100; i++)
        free(malloc(40));
    kept = malloc(40);
    first(kept);
    second(kept);
    return 0;
}
