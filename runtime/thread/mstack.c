/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mstack.c - threads' stacks as roots.
 *
 * A stack is scanned conservatively from the lowest address that may be in
 * use to its end.  Which addresses these are depends on where the stack
 * pointer is:
 *
 *   on the thread's first stack    [sp, end): the usual case.  On Linux the
 *       end of a pthread's stack lies behind its static TLS and struct
 *       pthread (with the first block of thread-specific values), so these
 *       are scanned with it.
 *   on an alternate signal stack,  [sp, end of that stack), and the whole
 *   or on a coroutine's stack      first stack: where its live part starts
 *       is in a frame that we cannot decode.  Pages never touched are
 *       skipped, so this costs what the stack's greatest depth was.
 *
 * A coroutine's stack is found, in this order: as the object of the heap
 * that it lies in (also if that object is noscan: `char stack[]` often is),
 * else as the mapping that it lies in.  Coroutines that are suspended need
 * nothing here: their stacks are heap objects or mappings like others.
 *
 * The red zone below sp belongs to the interrupted function; the handshake
 * has subtracted it already.
 *
 * A thread's first stack: the main thread's ends behind the strings that
 * the kernel put there (the program may keep pointers in argv and environ)
 * and grows downwards; other threads' bounds come from pthread_getattr_np
 * (mthread_set_stack), or, when the thread was not created by our wrapper,
 * from /proc/self/maps and the thread pointer.
 *
 * The main thread's stack outlives it: the arguments and the environment are
 * there, and putenv stores the program's pointers among them.  When it has
 * ended they are read all the same.  In a child that another thread has forked
 * it has not ended, but is not there: what it had in its frames may be in use.
 *
 * Only system calls and plain memory: stopped threads may hold any lock of
 * libc.
 */
#include "mstack.h"

#include "base/mcontext.h"
#include "base/mpeek.h"
#include "base/rt_assert.h"
#include "base/rt_proc.h"
#include "base/rt_syscall.h"
#include "heap/mbitmap.h"

#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    /* The kernel keeps at least this much room below the main stack's
     * start for it to grow into (mmap_base in arch/x86/mm/mmap.c). */
    MAIN_STACK_LEAST_BYTES = 128 * 1024 * 1024,
    /* What the end of struct pthread can lie behind the thread pointer:
     * 2304 bytes in glibc 2.36, other versions are close. */
    STRUCT_PTHREAD_BYTES = 4096,
    SYSTEM_PAGE_BYTES = 4096
};

static uintptr_t main_end;      /* of the process's first stack */
static uintptr_t left_from;     /* what is read of it; 0: its thread is there */

static uintptr_t page_up(uintptr_t address)
{
    return (address + SYSTEM_PAGE_BYTES - 1) &
           ~(uintptr_t)(SYSTEM_PAGE_BYTES - 1);
}

/* ---- /proc/self/maps ----------------------------------------------------- */

static uintptr_t read_hex(struct rt_proc_reader *reader, int *last)
{
    uintptr_t value = 0;
    for (;;) {
        int c = *last = rt_proc_char(reader);
        if (c >= '0' && c <= '9')
            value = value * 16 + (uintptr_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = value * 16 + (uintptr_t)(c - 'a' + 10);
        else
            return value;
    }
}

bool mstack_find_mapping(uintptr_t address, struct mstack_mapping *out)
{
    struct rt_proc_reader reader;
    if (!rt_proc_begin(&reader, "/proc/self/maps"))
        return false;
    bool found = false;
    for (int c = 0; c >= 0 && !found;) {
        uintptr_t from = read_hex(&reader, &c);
        uintptr_t to = read_hex(&reader, &c);
        if (c < 0)
            break;
        bool readable = rt_proc_char(&reader) == 'r';
        bool writable = rt_proc_char(&reader) == 'w';
        if (address >= from && address < to) {
            *out = (struct mstack_mapping){from, to, readable, writable};
            found = true;
        }
        while (c != '\n' && c >= 0)
            c = rt_proc_char(&reader);
    }
    rt_proc_end(&reader);
    return found;
}

/* ---- bounds -------------------------------------------------------------- */

static void init_main(struct mthread *self, uintptr_t here)
{
    /* AT_EXECFN is the last string above the initial stack. */
    const char *last = (const char *)getauxval(AT_EXECFN);
    uintptr_t end = page_up(here + 1);
    if (last && (uintptr_t)last > here)
        end = page_up((uintptr_t)last + strlen(last) + sizeof(void *));
    uintptr_t bytes = MAIN_STACK_LEAST_BYTES;
    struct rlimit limit;
    if (rt_syscall(SYS_prlimit64, 0, RLIMIT_STACK, NULL, &limit) == 0 &&
        limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur > bytes)
        bytes = limit.rlim_cur;
    self->stack_end = end;
    self->stack = end > bytes ? end - bytes : SYSTEM_PAGE_BYTES;
    self->is_main = true;
    main_end = end;
    rt_assert(self->stack < self->stack_end);
}

void mstack_init_thread(struct mthread *self, uintptr_t here, bool known)
{
    self->thread_pointer = mcontext_thread_pointer();
    if (self->tid == rt_getpid()) {
        init_main(self, here);
        return;
    }
    /* Good until the exact bounds arrive: the first page above the start
     * of struct pthread is part of the stack's mapping. */
    self->stack = here & ~(uintptr_t)(SYSTEM_PAGE_BYTES - 1);
    self->stack_end = page_up(self->thread_pointer + 1);
    struct mstack_mapping mapping;
    if (known || !mstack_find_mapping(here, &mapping))
        return;
    self->stack = mapping.from;
    self->stack_end = mapping.to;
    uintptr_t end = page_up(self->thread_pointer + STRUCT_PTHREAD_BYTES);
    if (self->thread_pointer > here && end < mapping.to)
        self->stack_end = end;
}

/* ---- a stack whose thread has gone --------------------------------------- */

void mstack_leave(const struct mthread *thread, uintptr_t from)
{
    struct mstack_mapping mapping;
    if (!thread->is_main || thread->stack_end != main_end || left_from)
        return;
    if (!from && mstack_find_mapping(main_end - 1, &mapping))
        from = mapping.from;
    left_from = from ? from : thread->stack;
}

bool mstack_left(uintptr_t *from, uintptr_t *to)
{
    *from = left_from & ~(sizeof(uintptr_t) - 1);
    *to = main_end;
    return left_from;
}

/* ---- ranges -------------------------------------------------------------- */

typedef void range_function(uintptr_t from, uintptr_t to, bool trusted,
                            void *argument);

static bool is_inside(uintptr_t address, uintptr_t from, uintptr_t to)
{
    return address >= from && address < to;
}

static void whole_first_stack(const struct mthread *thread,
                              range_function *range, void *argument)
{
    uintptr_t from = thread->stack;
    struct mstack_mapping mapping;
    if (thread->is_main &&
        mstack_find_mapping(thread->stack_end - 1, &mapping))
        from = mapping.from;
    range(from, thread->stack_end, false, argument);
}

/* Whether pages are mapped; of several it may not tell. */
static bool is_mapped(uintptr_t from, size_t npages, unsigned char *present)
{
    char byte;
    if (rt_syscall(SYS_mincore, from, npages * SYSTEM_PAGE_BYTES, present) ==
        0)
        return true;
    return errno != ENOMEM && npages == 1 && mpeek_copy(&byte, from, 1) == 1;
}

/* The end of what is mapped without a gap from `address` on: where there is
 * no descriptor for /proc.  It is the end of the mapping or lies behind it,
 * and not further away than a stack is long. */
static uintptr_t end_without_gap(uintptr_t address)
{
    enum { PAGES = 256, LONGEST_STACK_BYTES = 1 << 28 };
    unsigned char present[PAGES];
    uintptr_t from = address & ~(uintptr_t)(SYSTEM_PAGE_BYTES - 1), at = from;
    for (size_t npages = PAGES; npages > 0; npages /= 2)
        while (at - from < LONGEST_STACK_BYTES &&
               is_mapped(at, npages, present))
            at += npages * SYSTEM_PAGE_BYTES;
    return at > address ? at : address;
}

/* The stack that sp is on is none that we know. */
static void unknown_stack(const struct mthread *thread,
                          range_function *range, void *argument)
{
    struct mspan *span;
    uint32_t index;
    struct mstack_mapping mapping;
    if (mbitmap_find(thread->sp, &span, &index) ||
        mbitmap_find(thread->sp + MCONTEXT_RED_ZONE_BYTES, &span, &index))
        range(thread->sp, mbitmap_base(span, index) + mbitmap_bytes(span),
              true, argument);
    else if (mstack_find_mapping(thread->sp, &mapping) ||
             mstack_find_mapping(thread->sp + MCONTEXT_RED_ZONE_BYTES,
                                 &mapping))
        range(thread->sp, mapping.to, false, argument);
    else
        range(thread->sp, end_without_gap(thread->sp), false, argument);
}

/* The end of a thread that was found may be guessed: a page too far, in what
 * was mapped next to its stack then and may be gone by now.  Up to its thread
 * pointer there is a stack for sure. */
static void first_stack(const struct mthread *thread, range_function *range,
                        void *argument)
{
    uintptr_t sure = thread->stack_end;
    if (is_inside(thread->thread_pointer, thread->sp, thread->stack_end))
        sure = page_up(thread->thread_pointer + 1);
    range(thread->sp, sure, true, argument);
    if (sure < thread->stack_end)
        range(sure - sizeof(uintptr_t), thread->stack_end, false, argument);
}

void mstack_ranges(const struct mthread *thread, range_function *range,
                   void *argument)
{
    uintptr_t own_end = thread->own_altstack + MSTACK_ALTSTACK_BYTES;
    rt_assert(!thread->gone && thread->tls && thread->sp);
    rt_assert(thread->frame <= thread->frame_end);
    rt_assert(thread->ndeferred >= 0 &&
              thread->ndeferred <= MTHREAD_NDEFERRED);
    uintptr_t registers = (uintptr_t)thread->registers;
    range(registers, registers + sizeof thread->registers, true, argument);
    /* The stack itself may be an object, and nothing but sp point to it. */
    uintptr_t sp = (uintptr_t)&thread->sp;
    range(sp, sp + sizeof thread->sp, true, argument);
    uintptr_t gs = (uintptr_t)&thread->gs_base;
    range(gs, gs + sizeof thread->gs_base, true, argument);
    if (thread->frame)
        range(thread->frame & ~(uintptr_t)15, thread->frame_end, true,
              argument);
    uintptr_t deferred = (uintptr_t)thread->deferred;
    range(deferred,
          deferred + (size_t)thread->ndeferred * sizeof *thread->deferred,
          true, argument);
    const struct __escc_tls *tls = thread->tls;
    if (tls->hazard)
        range((uintptr_t)tls->hazard, (uintptr_t)tls->hazard_end, false,
              argument);
    /* The kernel alone may know where the program's altstack is. */
    uintptr_t alternate = (uintptr_t)&thread->user_altstack;
    range(alternate, alternate + sizeof thread->user_altstack, true,
          argument);
    if (thread->user_altstack)
        range(thread->user_altstack, thread->user_altstack_end, false,
              argument);
    if (thread->parked)
        range(thread->parked & ~(uintptr_t)15, own_end, true, argument);

    if (is_inside(thread->sp, thread->stack, thread->stack_end)) {
        first_stack(thread, range, argument);
        return;
    }
    whole_first_stack(thread, range, argument);
    if (is_inside(thread->sp, thread->own_altstack, own_end))
        range(thread->sp, own_end, true, argument);
    else if (!is_inside(thread->sp, thread->user_altstack,
                        thread->user_altstack_end))
        unknown_stack(thread, range, argument);
}
