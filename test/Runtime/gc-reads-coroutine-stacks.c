/* Coroutines (makecontext) whose stacks are collectable objects, malloc
 * blocks and mappings: what only a suspended or running
 * coroutine's stack holds survives collections started on either stack, and
 * so does what only the suspended main stack holds.  With an argument: and
 * there is no file descriptor left to look the mapping up in /proc.
 *
 * RUN: %rtcc %s -o %t && env ESCC_DEBUG=clobber=1,verify=1 %t
 * RUN: env ESCC_DEBUG=clobber=1,verify=1 %t none-left
 * RUN: %rtcc -O2 %s -o %t.2 && env ESCC_DEBUG=gcstress=20,clobber=1 %t.2
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <ucontext.h>

enum { NCOROUTINES = 4, STACK_BYTES = 64 * 1024, ROUNDS = 10 };

static ucontext_t main_context, contexts[NCOROUTINES];

static void run(int number)
{
    struct node *kept = new_list(50);
    for (int i = 0; i < ROUNDS; i++) {
        struct node *mine = new_list(20 + number);
        swapcontext(&contexts[number], &main_context);
        check_list(mine, 20 + number);
        if (i == number)
            escc_gc();
    }
    check_list(kept, 50);
    swapcontext(&contexts[number], &main_context);
}

static void *new_stack(int kind)
{
    static const struct __escc_site scan = {"c", "f", "s", 1, __ESCC_SCAN};
    void *stack;
    switch (kind) {
    case 0:
    case 1:
        return __escc_malloc(STACK_BYTES, &scan);
    case 2:
        return malloc(STACK_BYTES);
    default:
        stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(stack != MAP_FAILED);
        return stack;
    }
}

int main(int argc, char **argv)
{
    const struct rlimit none_left = {3, 3};
    (void)argv;
    if (argc > 1)
        CHECK(setrlimit(RLIMIT_NOFILE, &none_left) == 0);
    struct node *of_main = new_list(100);
    for (int i = 0; i < NCOROUTINES; i++) {
        getcontext(&contexts[i]);
        contexts[i].uc_stack.ss_sp = new_stack(i);
        contexts[i].uc_stack.ss_size = STACK_BYTES;
        contexts[i].uc_link = &main_context;
        makecontext(&contexts[i], (void (*)(void))run, 1, i);
    }
    for (int round = 0; round <= ROUNDS; round++)
        for (int i = 0; i < NCOROUTINES; i++) {
            swapcontext(&main_context, &contexts[i]);
            new_list(100);
            if (i == round % NCOROUTINES)
                escc_gc();
        }
    check_list(of_main, 100);
    return 0;
}
