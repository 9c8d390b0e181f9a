/* A thread that is stopped in the middle of code that calls nothing keeps
 * objects whose only address is in a general register, a vector register,
 * or the red zone; so does a thread that waits in a wrapped call.
 *
 * RUN: %rtcc %s -o %t -pthread && env ESCC_DEBUG=clobber=1 %t
 */
#include "Inputs/check.h"

#include <pthread.h>
#include <unistd.h>

static volatile int ready, go_on;

/* Each holder hides its argument's other copies and then spins in asm with
 * the address in one place only, until go_on. */
#define HOLD_IN_REGISTER(name, place, load, store)                          \
    __attribute__((noinline)) static void *name(uintptr_t hidden)           \
    {                                                                       \
        void *result;                                                       \
        __asm__ volatile("notq %1\n\t" load "\n\t"                          \
                         "xorl %k1, %k1\n\t"                                \
                         "movl $1, %2\n"                                    \
                         "1: cmpl $0, %3\n\t"                               \
                         "je 1b\n\t" store                                  \
                         : "=&r"(result), "+r"(hidden), "+m"(ready)         \
                         : "m"(go_on)                                       \
                         : place, "memory", "cc");                          \
        return result;                                                      \
    }

HOLD_IN_REGISTER(in_rbx, "rbx", "movq %1, %%rbx", "movq %%rbx, %0")
HOLD_IN_REGISTER(in_rcx, "rcx", "movq %1, %%rcx", "movq %%rcx, %0")
HOLD_IN_REGISTER(in_r15, "r15", "movq %1, %%r15", "movq %%r15, %0")
HOLD_IN_REGISTER(in_xmm0, "xmm0", "movq %1, %%xmm0", "movq %%xmm0, %0")
HOLD_IN_REGISTER(in_xmm15, "xmm15",
                 "movq %1, %%xmm15\n\tpslldq $8, %%xmm15",
                 "psrldq $8, %%xmm15\n\tmovq %%xmm15, %0")

/* The upper half of a 256-bit register: only in the XSAVE image. */
HOLD_IN_REGISTER(in_ymm3, "xmm3",
                 "movq %1, %%xmm3\n\tvinsertf128 $1, %%xmm3, %%ymm3, "
                 "%%ymm3\n\tpxor %%xmm3, %%xmm3",
                 "vextractf128 $1, %%ymm3, %%xmm3\n\tmovq %%xmm3, %0")
HOLD_IN_REGISTER(in_red_zone, "cc", "movq %1, -120(%%rsp)",
                 "movq -120(%%rsp), %0")

/* In a callee-saved register while the thread waits in a wrapped call,
 * whose frames do not save it. */
__attribute__((noinline)) static void *across_poll(uintptr_t hidden)
{
    void *result;
    ready = 1;
    __asm__ volatile("movq %1, %%r15\n\tnotq %%r15\n\txorl %k1, %k1\n\t"
                     "movq %%rsp, %%rbx\n\tsubq $256, %%rsp\n\t"
                     "andq $-16, %%rsp\n\t"
                     "xorl %%edi, %%edi\n\txorl %%esi, %%esi\n\t"
                     "movl $300, %%edx\n\tcall poll@PLT\n\t"
                     "movq %%rbx, %%rsp\n\tmovq %%r15, %0"
                     : "=r"(result), "+r"(hidden)
                     :
                     : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9",
                       "r10", "r11", "r15", "memory", "cc");
    return result;
}

static void *(*const holders[])(uintptr_t) = {
    in_rbx, in_rcx, in_r15, in_xmm0, in_xmm15, in_red_zone, across_poll,
    in_ymm3};

struct order {
    void *(*hold)(uintptr_t);
    uintptr_t hidden;
};

__attribute__((noinline)) static uintptr_t make_hidden(void)
{
    return hide(new_node(NULL, 42));
}

static void *run(void *argument)
{
    struct order *order = argument;
    uintptr_t hidden = make_hidden();
    wipe_stack();
    check_node(order->hold(hidden), 42);
    return NULL;
}

int main(void)
{
    size_t n = sizeof holders / sizeof *holders;
    if (!__builtin_cpu_supports("avx"))
        n--;
    for (size_t i = 0; i < n; i++) {
        struct order order = {.hold = holders[i]};
        pthread_t thread;
        ready = go_on = 0;
        pthread_create(&thread, NULL, run, &order);
        while (!ready)
            usleep(100);
        for (int j = 0; j < 5; j++) {
            new_list(1000);
            escc_gc();
        }
        go_on = 1;
        pthread_join(thread, NULL);
    }
    return 0;
}
