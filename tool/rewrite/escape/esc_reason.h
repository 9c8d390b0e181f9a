/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_reason.h - why a value flows: what the construct is that lets it. */
#ifndef ESCC_ESC_REASON_H
#define ESCC_ESC_REASON_H

enum esc_reason {
    ESC_BY_ASSIGN,          /* an initialiser, too */
    ESC_BY_ADDRESS,             /* `&x`, an array that decays */
    ESC_BY_MEMBER,              /* `x.m` */
    ESC_BY_ARROW,               /* `p->m` */
    ESC_BY_INDIRECTION,         /* `*p`, `p[i]` */
    ESC_BY_ELEMENT,             /* of a compound literal */
    ESC_BY_VA_ARG,
    ESC_BY_ARGUMENT,            /* of a call */
    ESC_BY_RESULT,              /* of a call */
    ESC_BY_RETURN,
    ESC_BY_CLEANUP,             /* the attribute's function gets the address */
    ESC_BY_ASM,                 /* an operand of inline assembly */
    ESC_BY_UNKNOWN              /* a construct of which nothing is known */
};

#endif
