/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mbarrier_amd64.S - __escc_shade_pushed: shade without clobbering.
 *
 * The barrier's slow path is a call that is rarely made.  As an ordinary call
 * it would make every function with a barrier save its caller-saved registers
 * on the hot path; this stub keeps them all instead (only the flags change), so
 * the compiler may go on as if nothing had happened.
 *
 * While the heap is marked it is the hot path: so what leads nowhere, and what
 * this thread has shaded already (mgcshade.c, [inv.shadeonce]), ends here.
 *
 * In: the stored word, pushed before the call; it is popped on return.  The
 * stack may have any alignment; the caller has stepped over its red zone.
 * Vector and x87 registers are kept by not being touched: mbarrier.c is
 * compiled for general registers, and a stop within it goes through a signal,
 * which saves them.
 */
#define TLS_THREAD 24           /* of struct __escc_tls */
#define SHADED_MASK 0x1ff8      /* MTHREAD_NSHADED words, in bytes */

        .hidden mgcshade_window
        .hidden mbarrier_shade

        .text
        .globl  __escc_shade_pushed
        .type   __escc_shade_pushed, @function
        .p2align 4
__escc_shade_pushed:
        .cfi_startproc
        endbr64
        pushq   %rax
        .cfi_adjust_cfa_offset 8
        pushq   %rcx
        .cfi_adjust_cfa_offset 8
        pushq   %rdx
        .cfi_adjust_cfa_offset 8
        movq    32(%rsp), %rax          # above these and the return address
        movq    __escc_tls@gottpoff(%rip), %rcx
        movq    %fs:TLS_THREAD(%rcx), %rcx
        testq   %rcx, %rcx
        jz      1f                      # not in the list: it has to tell
        movq    %rax, %rdx
        subq    mgcshade_window(%rip), %rdx
        cmpq    mgcshade_window+8(%rip), %rdx
        ja      2f
        cmpq    $-1, mgcshade_window+8(%rip)
        je      1f
        movq    %rax, %rdx
        shrq    $10, %rdx
        xorq    %rax, %rdx
        shrq    $1, %rdx                # >> 4, and times 8
        andl    $SHADED_MASK, %edx
        cmpq    %rax, (%rcx,%rdx)
        je      2f
1:      popq    %rdx
        .cfi_adjust_cfa_offset -8
        popq    %rcx
        .cfi_adjust_cfa_offset -8
        popq    %rax
        .cfi_adjust_cfa_offset -8
        jmp     shade_pushed
2:      .cfi_adjust_cfa_offset 24
        popq    %rdx
        .cfi_adjust_cfa_offset -8
        popq    %rcx
        .cfi_adjust_cfa_offset -8
        popq    %rax
        .cfi_adjust_cfa_offset -8
        ret     $8
        .cfi_endproc
        .size   __escc_shade_pushed, . - __escc_shade_pushed

        .type   shade_pushed, @function
        .p2align 4
shade_pushed:
        .cfi_startproc
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
        pushq   %rax
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        andq    $-16, %rsp
        cld
        movq    16(%rbp), %rdi          # above %rbp and the return address
        call    mbarrier_shade
        leaq    -72(%rbp), %rsp
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %rax
        popq    %rbp
        .cfi_def_cfa %rsp, 8
        ret     $8
        .cfi_endproc
        .size   shade_pushed, . - shade_pushed

        .section .note.GNU-stack, "", @progbits
