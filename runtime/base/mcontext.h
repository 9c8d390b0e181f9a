/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcontext.h - the processor-dependent part of finding pointers in threads:
 * registers of a running function and of a signal frame.
 *
 * Only x86-64 today; a port adds a branch to each function here.
 */
#ifndef ESCC_MCONTEXT_H
#define ESCC_MCONTEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#if !defined(__x86_64__)
#error "mcontext.h: no port to this processor yet"
#endif

/* Bytes below the stack pointer that a leaf function may use. */
enum { MCONTEXT_RED_ZONE_BYTES = 128 };

/* Callee-saved registers that the stubs of mthread_amd64.S hand over. */
enum { MCONTEXT_NREGISTERS = 6 };

static inline uintptr_t mcontext_interrupted_sp(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
}

static inline uintptr_t mcontext_interrupted_pc(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
}

/* Whether the handler's return blocks the signal.  It is the part of a signal
 * set that the kernel reads and writes. */
static inline void mcontext_set_blocked(void *context, int signal,
                                        bool blocked)
{
    ucontext_t *frame = context;
    unsigned long word, bit = 1ul << (signal - 1);
    memcpy(&word, &frame->uc_sigmask, sizeof word);
    word = blocked ? word | bit : word & ~bit;
    memcpy(&frame->uc_sigmask, &word, sizeof word);
}

static inline bool mcontext_blocks(const void *context, int signal)
{
    const ucontext_t *frame = context;
    unsigned long word;
    memcpy(&word, &frame->uc_sigmask, sizeof word);
    return word >> (signal - 1) & 1;
}

/* The number of the system call that the kernel makes again when the handler
 * returns; -1: none.  What enters the kernel leaves in a register where it
 * comes back to: a call that has not been made yet looks different. */
static inline long mcontext_call_made_again(const ucontext_t *context)
{
    static const unsigned char syscall_code[] = {0x0f, 0x05};
    const greg_t *registers = context->uc_mcontext.gregs;
    uintptr_t at = (uintptr_t)registers[REG_RIP];
    return (uintptr_t)registers[REG_RCX] == at + sizeof syscall_code &&
                   memcmp((const void *)at, syscall_code,
                          sizeof syscall_code) == 0
               ? (long)registers[REG_RAX] : -1;
}

/* It ends instead, with that error. */
static inline void mcontext_end_call(ucontext_t *context, int error)
{
    context->uc_mcontext.gregs[REG_RIP] = context->uc_mcontext.gregs[REG_RCX];
    context->uc_mcontext.gregs[REG_RAX] = -(greg_t)error;
}

/* If the kernel allows it (AT_HWCAP2). */
static inline uintptr_t mcontext_gs_base(void)
{
    uintptr_t base;
    __asm__ volatile("rdgsbase %0" : "=r"(base));
    return base;
}

/* The thread pointer, around which the static TLS blocks lie (on x86-64
 * below it) and struct pthread (at it). */
static inline uintptr_t mcontext_thread_pointer(void)
{
    uintptr_t tp;
    __asm__ volatile("movq %%fs:0, %0" : "=r"(tp));
    return tp;
}

/* End of the signal frame that `context` belongs to: behind the ucontext
 * and the XSAVE image that the kernel stored for it.  The image's size is
 * in the bytes that the FXSAVE format leaves to software (the kernel's
 * struct _fpx_sw_bytes at offset 464: magic, then the extended size). */
static inline uintptr_t mcontext_frame_end(const ucontext_t *context)
{
    enum { SOFTWARE_BYTES = 464, FXSAVE_BYTES = 512 };
    const uint32_t magic1 = 0x46505853;         /* FP_XSTATE_MAGIC1 */
    uintptr_t end = (uintptr_t)(context + 1);
    const char *image = (const char *)context->uc_mcontext.fpregs;
    if (!image)
        return end;
    uint32_t software[2];
    memcpy(software, image + SOFTWARE_BYTES, sizeof software);
    uintptr_t image_end = (uintptr_t)image +
        (software[0] == magic1 ? software[1] : (uint32_t)FXSAVE_BYTES);
    return image_end > end ? image_end : end;
}

#endif /* ESCC_MCONTEXT_H */
