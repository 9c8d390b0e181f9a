/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* msignal_amd64.S - calling a function on another stack.
 *
 * void msignal_call_on(uintptr_t top, void (*function)(void *), void *argument)
 * `top` is a multiple of 16.  Unwinders find the caller by way of rbp.
 */
        .text
        .globl  msignal_call_on
        .hidden msignal_call_on
        .type   msignal_call_on, @function
        .p2align 4
msignal_call_on:
        .cfi_startproc
        endbr64
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register rbp
        movq    %rdi, %rsp
        movq    %rdx, %rdi
        call    *%rsi
        movq    %rbp, %rsp
        popq    %rbp
        .cfi_def_cfa rsp, 8
        ret
        .cfi_endproc
        .size   msignal_call_on, . - msignal_call_on

        .section .note.GNU-stack, "", @progbits
