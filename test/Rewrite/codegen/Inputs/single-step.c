/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* single-step.c - runs each shape of barriers.c one instruction at a time.
 *
 * For every instruction of a shape (of long ones, every few) there is one run
 * in which the flag is raised just before it.  From then on each store of a
 * pointer to a node must be followed by a shade of that node, and until then
 * the node must be visible to a conservative scan: in a general or vector
 * register, on the stack or in the red zone.  The runtime's part (flag and
 * shade) is played here; the memory that is watched is compared after each
 * instruction.
 *
 * Prints one line for each shape that fails and a total; exits with 1 then.
 * With `count` as argument it prints the number of instructions instead.
 */
#define _GNU_SOURCE
#include "shapes.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum {
    NODES = 48, WORDS = NODES * 4 + 5,  /* memory that is watched */
    COUNT = 3,                          /* n of the shapes */
    MAX_RUNS = 150,                     /* about this many runs a shape */
    MAX_STEPS = 6000, MAX_PENDING = 1024
};

struct tls {
    volatile unsigned char marking, rest[63];
};
__thread struct tls __escc_tls
    __attribute__((tls_model("initial-exec"), aligned(8)));

struct node *global;
struct packed packed;
struct qualified qualified;

static struct node nodes[NODES];
static uint64_t seen[WORDS];
static struct { int node; } pending[MAX_PENDING];
static int pending_count;
static volatile bool stepping;
static long step, flip, invisible;
static uintptr_t stack_end;

static int node_of(uint64_t word)
{
    uint64_t base = (uint64_t)nodes;
    if (word < base || word >= base + sizeof nodes)
        return -1;
    return (int)((word - base) / sizeof *nodes);
}

/* ---- the runtime's part ---- */

static void shaded(uint64_t word)
{
    int node = node_of(word);
    for (int i = 0; i < pending_count;)
        if (pending[i].node == node)
            pending[i] = pending[--pending_count];
        else
            i++;
}

/* Never run: return_at_once() does their work. */
__asm__(".globl __escc_shade_pushed, __escc_shade, __escc_shade_range\n"
        "__escc_shade_pushed:\n ret $8\n__escc_shade:\n ret\n"
        "__escc_shade_range:\n ret\n");
extern char __escc_shade_pushed[], __escc_shade[], __escc_shade_range[];

/* At the first instruction of one of them: shade, and return for it. */
static bool return_at_once(greg_t *registers)
{
    uint64_t at = (uint64_t)registers[REG_RIP];
    greg_t popped = 0;
    if (at == (uint64_t)__escc_shade_pushed) {
        shaded(*((uint64_t *)registers[REG_RSP] + 1));
        popped = 8;             /* the word, besides the return address */
    } else if (at == (uint64_t)__escc_shade) {
        shaded((uint64_t)registers[REG_RDI]);
    } else if (at == (uint64_t)__escc_shade_range) {
        const uint64_t *words = (const uint64_t *)registers[REG_RDI];
        for (greg_t i = 0; i < registers[REG_RSI] / 8; i++)
            shaded(words[i]);
    } else {
        return false;
    }
    registers[REG_RIP] = *(greg_t *)registers[REG_RSP];
    registers[REG_RSP] += 8 + popped;
    return true;
}

void __escc_unit_stride(unsigned stride);
void __escc_unit_fields(unsigned shifts);
void __escc_unit_stride(unsigned stride)
{
    (void)stride;
}

void __escc_unit_fields(unsigned shifts)
{
    (void)shifts;
}

/* ---- one instruction ---- */

static void snapshot(uint64_t *words)
{
    memcpy(words, nodes, sizeof nodes);
    words += NODES * 4;
    words[0] = (uint64_t)global;
    memcpy(words + 1, (char *)&packed + 1, 16);
    words[3] = (uint64_t)qualified.v;
    words[4] = (uint64_t)qualified.plain;
}

static bool visible(const ucontext_t *context, int node)
{
    const greg_t *registers = context->uc_mcontext.gregs;
    for (int i = 0; i < 16; i++)
        if (node_of((uint64_t)registers[i]) == node)
            return true;
    uint64_t low = ((uint64_t)registers[REG_RSP] - 128) & ~7ull;
    for (uint64_t at = low; at < stack_end; at += 8)
        if (node_of(*(uint64_t *)at) == node)
            return true;
    const struct _libc_fpstate *vectors = context->uc_mcontext.fpregs;
    for (int i = 0; vectors && i < 16; i++) {
        uint64_t words[2];
        memcpy(words, &vectors->_xmm[i], sizeof words);
        if (node_of(words[0]) == node || node_of(words[1]) == node)
            return true;
    }
    return false;
}

static void trap(int number, siginfo_t *info, void *context)
{
    (void)number, (void)info;
    ucontext_t *c = context;
    if (!stepping)
        return;
    step++;
    uint64_t now[WORDS];
    snapshot(now);
    bool changed = memcmp(now, seen, sizeof now) != 0;
    for (size_t i = 0; changed && i < WORDS; i++) {
        if (now[i] == seen[i])
            continue;
        seen[i] = now[i];
        if (step - 1 >= flip && node_of(now[i]) >= 0
            && pending_count < MAX_PENDING)
            pending[pending_count++].node = node_of(now[i]);
    }
    if (step == flip)
        __escc_tls.marking = 1;
    for (int i = 0; i < pending_count; i++)
        invisible += !visible(c, pending[i].node);
    return_at_once(c->uc_mcontext.gregs);
}

/* ---- one run ---- */

static void prepare(void)
{
    memset(nodes, 0, sizeof nodes);
    for (int i = 0; i < NODES; i++) {
        nodes[i].next = &nodes[(i * 7 + 3) % NODES];
        nodes[i].prev = &nodes[(i * 5 + 1) % NODES];
        nodes[i].number = i;
    }
    for (int i = 32; i < 38; i++)
        nodes[i].next = &nodes[i + 1];
    global = 0;
    memset(&packed, 0, sizeof packed);
    memset(&qualified, 0, sizeof qualified);
    memset(seen, 0, sizeof seen);
    snapshot(seen);
    step = pending_count = 0;
    __escc_tls.marking = 0;
}

static __attribute__((noinline)) void run(shape *function)
{
    stack_end = (uintptr_t)__builtin_frame_address(0);
    stepping = true;
    __asm__ volatile("sub $128, %%rsp\n pushfq\n orq $0x100, (%%rsp)\n"
                     "popfq\n add $128, %%rsp" ::: "memory", "cc");
    function(&nodes[0], &nodes[16], &nodes[32], COUNT);
    __asm__ volatile("sub $128, %%rsp\n pushfq\n andq $~0x100, (%%rsp)\n"
                     "popfq\n add $128, %%rsp" ::: "memory", "cc");
    stepping = false;
}

int main(int argc, char **argv)
{
    bool counting = argc > 1 && strcmp(argv[1], "count") == 0;
    static char stack[65536];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
    action.sa_sigaction = trap;
    sigaltstack(&alternate, 0);
    sigaction(SIGTRAP, &action, 0);
    long all_unshaded = 0, all_invisible = 0, all_steps = 0;
    for (int i = 0; i < shape_count; i++) {
        long unshaded = 0, steps = MAX_STEPS;
        invisible = 0;
        for (flip = 1; flip <= steps;
             flip += flip == 1 ? 1 : 1 + steps / MAX_RUNS) {
            prepare();
            run(shapes[i].run);
            if (step >= MAX_STEPS)
                return 2;
            if (flip == 1)
                steps = step;
            unshaded += pending_count > 0;
        }
        flip = MAX_STEPS;       /* undisturbed: the fast path's length */
        prepare();
        run(shapes[i].run);
        if (counting)
            printf("%s %ld\n", shapes[i].name, step);
        if (unshaded || invisible)
            printf("%s: %ld runs with an unshaded store, %ld steps with an "
                   "invisible value\n", shapes[i].name, unshaded, invisible);
        all_unshaded += unshaded;
        all_invisible += invisible;
        all_steps += step;
    }
    printf("%d shapes, %ld instructions: unshaded %ld, invisible %ld\n",
           shape_count, all_steps, all_unshaded, all_invisible);
    return all_unshaded || all_invisible;
}
