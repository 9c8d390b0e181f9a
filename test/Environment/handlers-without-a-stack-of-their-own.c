/* A handler with SA_ONSTACK in a thread that has set no alternate stack runs on
 * the thread's: it may need as much as is there, be interrupted by others, end
 * by a jump, and keep objects alive that only interrupted registers have.  In
 * a thread that has set one it runs there.
 *
 * RUN: bash %S/Inputs/same-as-gcc.sh %escc %gcc %s
 */
#define _GNU_SOURCE
#include "Inputs/churn.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>

enum { ROUNDS = 20, DEEP = 300000 };

static volatile int got, nested;
static __thread char *own_stack;
static __thread sigjmp_buf back;
static __thread int jumps;

static void inner(int number)
{
    (void)number;
    volatile char deep[DEEP];
    for (int i = 0; i < DEEP; i += 64)
        deep[i] = 1;
    if (nested % 10 == 0)
        churn(32);
    nested += deep[64];
}

__attribute__((noinline)) static void say_where(void)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    got += here - (uintptr_t)own_stack < (uintptr_t)SIGSTKSZ * 8 ? 100 : 1;
}

__attribute__((noinline)) static void use_stack(void)
{
    volatile char deep[DEEP];
    for (int i = 0; i < DEEP; i += 64)
        deep[i] = 1;
    raise(SIGUSR2);
    got += deep[64];
    if (jumps++ % 2)
        siglongjmp(back, 1);
}

static void outer(int number)
{
    (void)number;
    if (own_stack)
        say_where();
    else
        use_stack();
}

__attribute__((noinline)) static char *interrupted(int i)
{
    char *object = malloc(40);
    sprintf(object, "object %d", i);
    if (!sigsetjmp(back, 1))
        raise(SIGUSR1);
    return object;
}

static void *run(void *argument)
{
    char *kept[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        kept[i] = interrupted(i);
    churn(40);
    for (int i = 0; i < ROUNDS; i++) {
        char expected[40];
        sprintf(expected, "object %d", i);
        if (strcmp(kept[i], expected))
            abort();
    }
    return argument;
}

static void *run_with_stack(void *argument)
{
    stack_t stack = {.ss_size = SIGSTKSZ * 8};
    own_stack = stack.ss_sp = malloc(stack.ss_size);
    sigaltstack(&stack, NULL);
    for (int i = 0; i < 3; i++)
        raise(SIGUSR1);
    stack.ss_flags = SS_DISABLE;
    sigaltstack(&stack, NULL);
    raise(SIGUSR1);
    return argument;
}

int main(void)
{
    struct sigaction action = {.sa_flags = SA_ONSTACK, .sa_handler = outer};
    stack_t now;
    pthread_t thread;
    sigaction(SIGUSR1, &action, NULL);
    action.sa_handler = inner;
    sigaction(SIGUSR2, &action, NULL);
    run(NULL);
    printf("%d %d\n", got, nested);
    pthread_create(&thread, NULL, run, NULL);
    pthread_join(thread, NULL);
    printf("%d %d\n", got, nested);
    pthread_create(&thread, NULL, run_with_stack, NULL);
    pthread_join(thread, NULL);
    sigaltstack(NULL, &now);
    printf("%d %d, none: %d\n", got, nested, now.ss_flags == SS_DISABLE);
    return 0;
}
