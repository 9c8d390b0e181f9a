// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/* A program with a conservative collector of its own finds its roots on the
   stack: in the locals themselves and in the registers that setjmp or
   getcontext spills into one.  With -fescc-locals=none, or with ESCC_ON_STACK
   at the locals that matter, they are there, while escc's collector works. */
// RUN: for compiler in %clang %gcc; do for level in -O0 -O2; do \
// RUN:   for how in -fescc-locals=none -DMARKED; do \
// RUN:     ESCC_CC=$compiler %escc_verify -I %source_root/include $level -w \
// RUN:       $how %s -o %t || exit 1; \
// RUN:     ESCC_DEBUG=gcstress=1,clobber=1 timeout 100 %t > %t.out \
// RUN:       || exit 1; \
// RUN:     printf '42\nfound\n' | diff - %t.out || exit 1; \
// RUN:   done; done; done
/* What is moved is not found (clang keeps r12 elsewhere at -O0). */
// RUN: env ESCC_CC=%clang %escc -I %source_root/include -O2 -w %s -o %t
// RUN: timeout 20 %t | FileCheck %s
// CHECK-NOT: {{^}}42{{$}}
// CHECK: lost
#include <escc/attr.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#ifndef MARKED
#undef ESCC_ON_STACK
#define ESCC_ON_STACK
#endif

struct cell { int mark, used; long value; long *box; };
enum { CELLS = 200 };
static struct cell heap[CELLS];
static char *stack_base;

__attribute__((noinline)) static void scan(void)
{
    ESCC_ON_STACK jmp_buf registers;
    setjmp(registers);
    uintptr_t at = (uintptr_t)&registers & ~(uintptr_t)7;
    for (; at < (uintptr_t)stack_base; at += sizeof(void *)) {
        uintptr_t word = *(uintptr_t *)at;
        if (word >= (uintptr_t)heap && word < (uintptr_t)(heap + CELLS))
            heap[(word - (uintptr_t)heap) / sizeof *heap].mark = 1;
    }
}

static struct cell *take_cell(long value)
{
    for (int i = 0; i < CELLS; i++)
        if (!heap[i].used) {
            heap[i].used = 1;
            heap[i].value = value;
            heap[i].box = malloc(sizeof *heap[i].box);
            *heap[i].box = value;
            return &heap[i];
        }
    return NULL;
}

struct cell *new_cell(long value)
{
    struct cell *cell = take_cell(value);
    if (cell)
        return cell;
    for (int i = 0; i < CELLS; i++)
        heap[i].mark = 0;
    scan();
    for (int i = 0; i < CELLS; i++)
        if (heap[i].used && !heap[i].mark) {
            heap[i].used = 0;
            heap[i].value = -1;
            free(heap[i].box);
            heap[i].box = NULL;
        }
    return take_cell(value);
}

struct arguments { struct cell *a, *b; };
long (*volatile indirect[1])(long (*)(uintptr_t), uintptr_t);

static long ensure(long (*body)(uintptr_t), uintptr_t data)
{
    return body(data);
}

static long work(uintptr_t data)
{
    struct arguments *p = (struct arguments *)data;
    for (int i = 0; i < 2000; i++)
        new_cell(i);
    return p->a->value + *p->b->box;
}

__attribute__((noinline)) static long run(void)
{
    ESCC_ON_STACK struct arguments arguments;
    arguments.a = new_cell(40);
    arguments.b = new_cell(2);
    return indirect[0](work, (uintptr_t)&arguments);
}

/* As libgc does: getcontext, then a call that is handed the context. */
static int count(uintptr_t disguised, void *volatile context)
{
    uintptr_t at = (uintptr_t)__builtin_frame_address(0) & ~(uintptr_t)7;
    int found = 0;
    (void)context;
    for (; at < (uintptr_t)stack_base; at += sizeof(void *))
        found += *(uintptr_t *)at == ~disguised;
    return found;
}
static int (*volatile counter)(uintptr_t, void *volatile) = count;

__attribute__((noinline)) static int spill(uintptr_t disguised)
{
    ESCC_ON_STACK ucontext_t context;
    if (getcontext(&context))
        return -1;
    return counter(disguised, &context);
}

int main(void)
{
    stack_base = __builtin_frame_address(0);
    indirect[0] = ensure;
    printf("%ld\n", run());
    register uintptr_t root __asm__("r12") = 0x123456789abcul;
    __asm__ volatile("" : "+r"(root));
    int found = spill(~0x123456789abcul);
    __asm__ volatile("" : "+r"(root));
    puts(found ? "found" : "lost");
    return 0;
}
