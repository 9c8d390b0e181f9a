/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* single-step.c - runs each shape of barriers.c or windows.c one instruction
 * at a time, in the C library too.
 *
 * For every instruction of a shape (of long ones, every few) there is one run
 * in which the flag is raised just before it.  From then on each store of a
 * pointer to a node must be followed by a shade of that node, and until then
 * the node must be visible to a conservative scan: in a general or vector
 * register, on the stack or in the red zone, or in a published range, or the
 * thread must not be stopped there [inv.window].  Of a shape that copies, what
 * is still in a node that a scan sees, and was not written since, is visible
 * too.  The runtime's part (flag, shade, copies) is played here; the memory
 * that is watched is compared after each instruction.
 *
 * Prints one line for each shape that fails and a total; exits with 1 then.
 * With `count` as argument it prints the number of instructions instead.
 */
#define _GNU_SOURCE
#include "shapes.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

enum {
    NODES = 48, NODE_WORDS = 4,
    EXTRA_WORDS = sizeof(struct extras) / 8,
    WORDS = NODES * NODE_WORDS + 5 + EXTRA_WORDS,   /* that are watched */
    COUNT = 3,                          /* n of the shapes */
    MAX_RUNS = 80,                      /* about this many runs a shape */
    MAX_STEPS = 6000, MAX_PENDING = 1024
};

struct tls {
    volatile unsigned char marking, in_rt, pending, reserved[4], torn;
    const void *volatile hazard;
    const void *volatile hazard_end;
    void *rest[2];
    volatile uint64_t shade_from, shade_to;
};
__thread struct tls __escc_tls
    __attribute__((tls_model("initial-exec"), aligned(8)));

struct node *global;
struct packed packed;
struct qualified qualified;
struct extras extras;

static struct node nodes[NODES];
static uint64_t seen[WORDS];
static bool written[WORDS];    /* since the flag was raised */
static struct {
    int node;
    size_t word;
    bool torn;                  /* what was stored may be a part of a word */
} pending[MAX_PENDING];
static int pending_count;
static bool marked[NODES];
static volatile bool stepping;
static enum kind kind;
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
    if (node >= 0)
        marked[node] = kind == CHECKED_BEFORE;
    for (int i = 0; i < pending_count;)
        if (pending[i].node == node)
            pending[i] = pending[--pending_count];
        else
            i++;
}

/* Each aligned word in the range. */
static void shaded_range(uint64_t from, uint64_t bytes)
{
    for (uint64_t at = (from + 7) & ~7ull; at + 8 <= from + bytes; at += 8)
        shaded(*(uint64_t *)at);
}

/* Each word of which a byte is in the range, at any address. */
static void shaded_pieces(uint64_t from, uint64_t bytes)
{
    for (uint64_t at = from - 7; at < from + bytes; at++) {
        uint64_t word;
        memcpy(&word, (const void *)at, sizeof word);
        shaded(word);
    }
}

/* Never run: return_at_once() does their work. */
#define RUNTIME(name) ".globl " #name "\n" #name ":\n ret\n"
__asm__(".globl __escc_shade_pushed\n__escc_shade_pushed:\n ret $8\n"
        ".globl __escc_shade_stored\n__escc_shade_stored:\n ret $24\n"
        RUNTIME(__escc_shade) RUNTIME(__escc_shade_range)
        RUNTIME(__escc_shade_pieces) RUNTIME(__escc_shade_slots)
        RUNTIME(__escc_memcpy) RUNTIME(__escc_memmove) RUNTIME(__escc_whole));
extern char __escc_shade_pushed[], __escc_shade_stored[], __escc_shade[],
    __escc_shade_range[], __escc_shade_pieces[], __escc_shade_slots[],
    __escc_memcpy[], __escc_memmove[], __escc_whole[];

static void snapshot(uint64_t *words);

/* At the first instruction of one of them: do its work, and return for it. */
static bool return_at_once(greg_t *registers)
{
    uint64_t at = (uint64_t)registers[REG_RIP];
    uint64_t first = (uint64_t)registers[REG_RDI];
    uint64_t second = (uint64_t)registers[REG_RSI];
    greg_t popped = 0;
    if (at == (uint64_t)__escc_shade_pushed) {
        shaded(*((uint64_t *)registers[REG_RSP] + 1));
        popped = 8;             /* the word, besides the return address */
    } else if (at == (uint64_t)__escc_shade_stored) {
        shaded(*((uint64_t *)registers[REG_RSP] + 3));
        popped = 24;            /* the slot, and another one, too */
    } else if (at == (uint64_t)__escc_shade) {
        shaded(first);
    } else if (at == (uint64_t)__escc_shade_range) {
        shaded_range(first, second);
    } else if (at == (uint64_t)__escc_shade_pieces ||
               at == (uint64_t)__escc_shade_slots) {
        shaded_pieces(first, second);
    } else if (at == (uint64_t)__escc_memcpy ||
               at == (uint64_t)__escc_memmove) {
        memmove((void *)first, (void *)second,
                (size_t)registers[REG_RDX]);
        registers[REG_RAX] = (greg_t)first;
        snapshot(seen);
    } else if (at != (uint64_t)__escc_whole) {
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
    words += NODES * NODE_WORDS;
    words[0] = (uint64_t)global;
    memcpy(words + 1, (char *)&packed + 1, 16);
    words[3] = (uint64_t)qualified.v;
    words[4] = (uint64_t)qualified.plain;
    memcpy(words + 5, &extras, EXTRA_WORDS * 8);
    /* An address that stands above a tag. */
    words[5 + offsetof(struct extras, field) / 8] &= ~15ull;
}

/* Whether a word that a scan reads leads to the node. */
static bool leads_to(uint64_t word, int node)
{
    int seen_node = node_of(word);
    if (seen_node == node)
        return true;
    for (size_t i = 0; kind == COPY && seen_node >= 0 && i < NODE_WORDS; i++) {
        size_t at = (size_t)seen_node * NODE_WORDS + i;
        if (!written[at] && node_of(seen[at]) == node)
            return true;
    }
    return false;
}

static bool range_leads_to(uint64_t from, uint64_t end, int node)
{
    uint64_t word, stride = kind == PACKED ? 1 : 8;
    for (uint64_t at = from & ~7ull; at + 8 <= end; at += stride) {
        memcpy(&word, (const void *)at, sizeof word);
        if (leads_to(word, node))
            return true;
    }
    return false;
}

static bool visible(const ucontext_t *context, int node)
{
    const greg_t *registers = context->uc_mcontext.gregs;
    if (__escc_tls.torn)
        return true;
    for (int i = 0; i < 16; i++)
        if (leads_to((uint64_t)registers[i], node))
            return true;
    if (range_leads_to((uint64_t)registers[REG_RSP] - 128, stack_end, node) ||
        range_leads_to((uint64_t)__escc_tls.hazard,
                       (uint64_t)__escc_tls.hazard_end, node))
        return true;
    const struct _libc_fpstate *vectors = context->uc_mcontext.fpregs;
    for (int i = 0; vectors && i < 16; i++)
        if (range_leads_to((uint64_t)&vectors->_xmm[i],
                           (uint64_t)&vectors->_xmm[i + 1], node))
            return true;
    return false;
}

/* A slot that comes to lead elsewhere in its node needs no shade. */
static void note_changes(const uint64_t *now)
{
    bool flag = step - 1 >= flip;
    for (size_t i = 0; i < WORDS; i++) {
        if (now[i] == seen[i])
            continue;
        int node = node_of(now[i]);
        if (flag && node >= 0 && node != node_of(seen[i]) &&
            !marked[node] && pending_count < MAX_PENDING) {
            pending[pending_count].node = node;
            pending[pending_count].word = i;
            pending[pending_count++].torn = __escc_tls.torn;
        }
        seen[i] = now[i];
        written[i] |= flag;
    }
}

/* Where torn code ends, words are whole; what else their pieces made of them
 * meanwhile was nothing. */
static void forget_pieces(void)
{
    for (int i = 0; i < pending_count;)
        if (pending[i].torn && !__escc_tls.torn &&
            node_of(seen[pending[i].word]) != pending[i].node)
            pending[i] = pending[--pending_count];
        else
            pending[i++].torn &= __escc_tls.torn != 0;
}

/* At the first instruction nothing counts as marked, so that there has to be
 * a check. */
static void raise_flag(const ucontext_t *context)
{
    __escc_tls.shade_to = UINT64_MAX;
    __escc_tls.marking = 1;
    for (int i = 0; kind == CHECKED_BEFORE && flip > 1 && i < NODES; i++)
        marked[i] = visible(context, i);
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
    if (memcmp(now, seen, sizeof now) != 0)
        note_changes(now);
    forget_pieces();
    if (step == flip)
        raise_flag(c);
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
        memcpy(&nodes[i].number, "1 2,3 4", 8);
    }
    for (int i = 32; i < 38; i++)
        nodes[i].next = &nodes[i + 1];
    global = 0;
    memset(&packed, 0, sizeof packed);
    memset(&qualified, 0, sizeof qualified);
    memset(&extras, 0, sizeof extras);
    memset(seen, 0, sizeof seen);
    memset(written, 0, sizeof written);
    memset(marked, 0, sizeof marked);
    snapshot(seen);
    step = pending_count = 0;
    __escc_tls.marking = 0;
    __escc_tls.shade_to = 0;
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
        kind = shapes[i].kind;
        for (flip = 1; flip <= steps;
             flip += flip == 1 ? 1 : 1 + steps / MAX_RUNS) {
            prepare();
            run(shapes[i].run);
            if (step >= MAX_STEPS)
                return 2;
            if (flip == 1)
                steps = step;
            unshaded += pending_count > 0 || __escc_tls.torn ||
                __escc_tls.hazard;
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
