/* A pointer that goes to a new context in two halves, as makecontext's
 * arguments are ints, keeps its object until the context runs; and so does the
 * base of the segment gs.
 *
 * RUN: bash %S/Inputs/same-as-gcc.sh %escc %gcc %s
 */
#define _GNU_SOURCE
#include "Inputs/churn.h"

#include <asm/prctl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { N = 20, WORDS = 20, STACK_BYTES = 65536 };

struct task { int id, data[WORDS]; struct task *self; };

static ucontext_t scheduler, contexts[N];
static int bad, ran;

static void run(unsigned low, int number, unsigned high, unsigned again)
{
    uintptr_t whole = (uintptr_t)again | (uintptr_t)high << 32;
    struct task *task = (struct task *)whole;
    (void)low;
    if (task->self != task || task->id != number)
        bad++;
    for (int i = 0; i < WORDS; i++)
        bad += task->data[i] != number * 100 + i;
    ran++;
}

__attribute__((noinline)) static void spawn(int number)
{
    struct task *task = malloc(sizeof *task);
    task->id = number;
    task->self = task;
    for (int i = 0; i < WORDS; i++)
        task->data[i] = number * 100 + i;
    ucontext_t *context = &contexts[number];
    getcontext(context);
    context->uc_stack.ss_sp = malloc(STACK_BYTES);
    context->uc_stack.ss_size = STACK_BYTES;
    context->uc_link = &scheduler;
    uintptr_t whole = (uintptr_t)task;
    makecontext(context, (void (*)(void))run, 4, (unsigned)whole, number,
                (unsigned)(whole >> 32), (unsigned)whole);
}

__attribute__((noinline)) static void hide_in_gs(void)
{
    char *text = malloc(sizeof(struct task));
    strcpy(text, "behind gs");
    syscall(SYS_arch_prctl, ARCH_SET_GS, text);
}

int main(void)
{
    char *text = NULL;
    for (int i = 0; i < N; i++)
        spawn(i);
    hide_in_gs();
    wipe();
    churn(sizeof(struct task));
    for (int i = 0; i < N; i++)
        swapcontext(&scheduler, &contexts[i]);
    syscall(SYS_arch_prctl, ARCH_GET_GS, &text);
    printf("ran %d, bad %d, %s\n", ran, bad, text);
    return 0;
}
