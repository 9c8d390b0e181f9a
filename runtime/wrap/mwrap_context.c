/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_context.c - makecontext.
 *
 * The mask of signals that the context begins with is the program's, too.
 *
 * Its arguments are of type int, so portable programs hand over a pointer in
 * two halves.  Until the new context runs and puts them together again nobody
 * else may have the pointer, and the halves stand in two registers of the
 * context.  So what two neighbours make together, if that is an address of the
 * heap, is put into registers of the context that the new function does not
 * look into: it is read with them, and is gone when the function has begun.
 *
 * No locks.
 */
#include "base/rt_export.h"
#include "base/rt_real.h"
#include "gc/mbarrier.h"
#include "heap/mheap.h"
#include "thread/msignal.h"

#include <stdarg.h>
#include <stdint.h>
#include <ucontext.h>

/* More than a program gives. */
enum { MOST_ARGUMENTS = 32 };

/* Callee-saved: glibc's start of a context sets rbx alone. */
static const int unused_registers[] = {REG_R12, REG_R13, REG_R14, REG_R15,
                                       REG_RBP};
enum { UNUSED = sizeof unused_registers / sizeof *unused_registers };

static unsigned add_whole(ucontext_t *context, unsigned n, long low, long high)
{
    uintptr_t word = (uintptr_t)(uint32_t)low |
                     (uintptr_t)(uint32_t)high << 32;
    if (n == UNUSED || !mheap_contains(word))
        return n;
    if (__escc_tls.marking)
        mbarrier_shade(word);
    context->uc_mcontext.gregs[unused_registers[n]] = (greg_t)word;
    return n + 1;
}

RT_EXPORT void makecontext(ucontext_t *context, void (*start)(void), int count,
                           ...)
{
    long given[MOST_ARGUMENTS];
    int used = count < MOST_ARGUMENTS ? count : MOST_ARGUMENTS;
    unsigned n = 0;
    /* Nobody blocks the handshake signal (mwrap_signal.c). */
    msignal_strip(&context->uc_sigmask, &context->uc_sigmask);
    va_list list;
    va_start(list, count);
    for (int i = 0; i < MOST_ARGUMENTS; i++)
        given[i] = i < used ? va_arg(list, long) : 0;
    va_end(list);
#define FOUR(i) given[i], given[(i) + 1], given[(i) + 2], given[(i) + 3]
    RT_REAL(makecontext)(context, start, used, FOUR(0), FOUR(4), FOUR(8),
                         FOUR(12), FOUR(16), FOUR(20), FOUR(24), FOUR(28));
#undef FOUR
    for (int i = 0; i + 1 < used; i++) {
        n = add_whole(context, n, given[i], given[i + 1]);
        n = add_whole(context, n, given[i + 1], given[i]);
    }
}
