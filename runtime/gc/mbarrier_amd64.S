/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mbarrier_amd64.S - shading without clobbering.
 *
 * The barrier's slow path is a call that is rarely made.  As an ordinary call
 * it would make every function with a barrier save its caller-saved registers
 * on the hot path; these stubs keep them all instead (only the flags change),
 * so the compiler may go on as if nothing had happened.
 *
 * While the heap is marked it is the hot path: so what leads nowhere, and what
 * this thread has shaded already (mgcshade.c, [inv.shadeonce]), ends here.  So
 * does what leads to no young block (mgcyoung.c) where there are some: of these
 * each slot is told.
 *
 *   __escc_shade_pushed   In: the stored word, pushed before the call.
 *   __escc_shade_stored   In: the stored word, a word that means nothing, and
 *                         the address of the slot, pushed in this order.
 *
 * All that is popped on return.  The stack may have any alignment; the caller
 * has stepped over its red zone.  Vector and x87 registers are kept by not
 * being touched: mbarrier.c is compiled for general registers, and a stop
 * within it goes through a signal, which saves them.
 */
#define TLS_MARKING 0           /* of struct __escc_tls */
#define TLS_THREAD 24
#define MARKING 1               /* RT_TLS_MARKING */
#define YOUNG 2                 /* RT_TLS_YOUNG */
#define PAGE_SHIFT 13
#define WINDOW_PAGES 8192       /* MGCYOUNG_PAGES */
#define SHADED_MASK 0x1ff8      /* MTHREAD_NSHADED words, in bytes */
#define STACK 8192              /* of struct mthread: stack, stack_end */
#define STACK_END 8200
#define ONLY_YOUNG 3            /* of a page: all its objects are young */

        .hidden mgcshade_window
        .hidden mbarrier_shade
        .hidden mbarrier_stored
        .hidden mheap
        .hidden mgcyoung_pages

        .text

/* `word`: where the stored word is above the three registers that are saved
 * here, and the return address.  `pops`: the bytes of what was pushed.  `slot`:
 * where the slot's address is; 0: nowhere.  What lies in a young object, if all
 * in its span are, or on the thread's stack, is read anyway
 * (mgcyoungset.c). */
        .macro shade name, word, pops, slow, slot=0
        .globl  \name
        .type   \name, @function
        .p2align 4
\name:
        .cfi_startproc
        endbr64
        pushq   %rax
        .cfi_adjust_cfa_offset 8
        pushq   %rcx
        .cfi_adjust_cfa_offset 8
        pushq   %rdx
        .cfi_adjust_cfa_offset 8
        movq    \word(%rsp), %rax
        movq    __escc_tls@gottpoff(%rip), %rcx
        testb   $YOUNG, %fs:TLS_MARKING(%rcx)
        jz      3f
        .if \slot
        testb   $MARKING, %fs:TLS_MARKING(%rcx)
        jnz     6f
        movq    \slot(%rsp), %rdx
        subq    mheap(%rip), %rdx       # its first field, base
        shrq    $PAGE_SHIFT, %rdx
        cmpq    $WINDOW_PAGES, %rdx
        jae     6f
        addq    mgcyoung_pages@GOTPCREL(%rip), %rdx
        cmpb    $ONLY_YOUNG, (%rdx)
        je      2f
6:
        .endif
        movq    %rax, %rdx
        subq    mheap(%rip), %rdx       # its first field, base
        shrq    $PAGE_SHIFT, %rdx
        cmpq    $WINDOW_PAGES, %rdx
        jae     4f
        addq    mgcyoung_pages@GOTPCREL(%rip), %rdx
        cmpb    $0, (%rdx)
        je      4f
        .if \slot
        testb   $MARKING, %fs:TLS_MARKING(%rcx)
        jnz     1f
        movq    %fs:TLS_THREAD(%rcx), %rcx
        testq   %rcx, %rcx
        jz      1f
        movq    \slot(%rsp), %rdx
        cmpq    %rsp, %rdx
        jb      1f
        cmpq    STACK(%rcx), %rsp
        jb      1f
        cmpq    STACK_END(%rcx), %rdx
        jb      2f
        .endif
        jmp     1f
4:      testb   $MARKING, %fs:TLS_MARKING(%rcx)
        jz      2f
3:      movq    %fs:TLS_THREAD(%rcx), %rcx
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
        jmp     \slow
2:      .cfi_adjust_cfa_offset 24
        popq    %rdx
        .cfi_adjust_cfa_offset -8
        popq    %rcx
        .cfi_adjust_cfa_offset -8
        popq    %rax
        .cfi_adjust_cfa_offset -8
        ret     $\pops
        .cfi_endproc
        .size   \name, . - \name
        .endm

/* Calls `function` with the words at these offsets from where the caller's
 * return address is, and pops them. */
        .macro  slow name, function, pops, first, second=0
        .type   \name, @function
        .p2align 4
\name:
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
        movq    8+\first(%rbp), %rdi
        .if \second
        movq    8+\second(%rbp), %rsi
        .endif
        call    \function
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
        ret     $\pops
        .cfi_endproc
        .size   \name, . - \name
        .endm

        shade   __escc_shade_pushed, 32, 8, shade_pushed
        slow    shade_pushed, mbarrier_shade, 8, 8
        shade   __escc_shade_stored, 48, 24, shade_stored, 32
        slow    shade_stored, mbarrier_stored, 24, 24, 8

        .section .note.GNU-stack, "", @progbits
