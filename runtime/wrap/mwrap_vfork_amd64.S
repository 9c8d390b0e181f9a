/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_vfork_amd64.S - vfork, which returns twice on one stack.
 *
 * pid_t vfork(void)
 * The child goes on in the caller and overwrites what lies below: the return
 * address, too.  Registers are each process's own, but for rax, rcx and r11,
 * which the system call changes.
 */
        .text
        .globl  vfork
        .type   vfork, @function
        .p2align 4
vfork:
        .cfi_startproc
        endbr64
        movq    __escc_tls@GOTTPOFF(%rip), %rax
        movq    %fs:(%rax), %rsi        /* see mwrap_vfork_end */
        popq    %rdx
        .cfi_adjust_cfa_offset -8
        .cfi_register rip, rdx
        movl    $58, %eax               /* SYS_vfork */
        syscall
        pushq   %rdx
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset rip, 0
        testq   %rax, %rax
        jz      1f
        movq    %rax, %rdi
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        call    mwrap_vfork_end
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
1:      ret
        .cfi_endproc
        .size   vfork, . - vfork

        .section .note.GNU-stack, "", @progbits
