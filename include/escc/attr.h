/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* attr.h - what a program may say to escc about its own text.
 *
 * Optional: no program needs this header.  What it defines means nothing to
 * other compilers, so that a program may use it whatever it is compiled with.
 */
#ifndef ESCC_ATTR_H
#define ESCC_ATTR_H

/* In a declaration of locals or of a parameter: they stay on the stack,
 * whatever happens to their addresses, as in plain C.  For a program that
 * looks for them there: a collector of its own that spills registers into a
 * local and scans the stack from it.
 *
 *     ESCC_ON_STACK jmp_buf registers;
 *     static void walk(struct root first ESCC_ON_STACK);
 *
 * In front of a declaration it means all that is declared; behind a
 * declarator that one and those after it.  What the local holds is found by
 * escc's collector, as all of the stack is; the address of the local must not
 * be used when its block has been left.
 *
 * The block that such a pointer is initialised with, if it is one of malloc,
 * calloc, strdup, strndup or realloc(NULL, n), is to be on the stack, too:
 *
 *     ESCC_ON_STACK struct token *t = malloc(sizeof *t);
 *
 * Where escc puts blocks there at all (with optimization), and cannot prove
 * that this one may be, that is an error that says why.
 *
 * To compilers these are two lists of attributes without an attribute in
 * them; escc looks for just this pair. */
#ifdef __GNUC__
#define ESCC_ON_STACK __attribute__(()) __attribute__((,))
#else
#define ESCC_ON_STACK
#endif

/* In a declaration of a local: its address does not outlive it, so that it is
 * on the stack whatever other units do.  In the declaration of a parameter
 * that is a pointer: when the function returns, nothing has that pointer but
 * the caller; it is neither stored where it lives on nor returned.  What the
 * object leads to may be kept.
 *
 *     ESCC_NOESCAPE struct state state;
 *     int scan(struct state *s ESCC_NOESCAPE, const char *text);
 *
 * escc checks it where the local or the function is defined: if it cannot
 * prove it, that is an error that says how the address gets out.  Callers of a
 * function of another unit go by its prototype.  clang's attribute noescape
 * means the same to them and is not checked. */
#ifdef __GNUC__
#define ESCC_NOESCAPE __attribute__((,,)) __attribute__(())
#else
#define ESCC_NOESCAPE
#endif

/* In front of a declaration or the definition of a function: all of its
 * parameters that are pointers are as with ESCC_NOESCAPE, but that the result
 * may be the parameter of that number, counted from 0 to 7, or lead into its
 * object.  The result may as well be null, or lead to memory that is no local
 * of the caller.
 *
 *     ESCC_RETURNS(0) char *skip(char *text, const char *what);
 *
 * It is checked where the function is defined; callers of a function of another
 * unit go by its prototype.  `n` is a number, or a macro for one. */
#ifdef __GNUC__
#define ESCC_RETURNS(n) ESCC_RETURNS_(n)
#define ESCC_RETURNS_(n) ESCC_RETURNS_##n
#define ESCC_RETURNS_0 __attribute__((,,,)) __attribute__((,))
#define ESCC_RETURNS_1 __attribute__((,,,,)) __attribute__((,))
#define ESCC_RETURNS_2 __attribute__((,,,,,)) __attribute__((,))
#define ESCC_RETURNS_3 __attribute__((,,,,,,)) __attribute__((,))
#define ESCC_RETURNS_4 __attribute__((,,,,,,,)) __attribute__((,))
#define ESCC_RETURNS_5 __attribute__((,,,,,,,,)) __attribute__((,))
#define ESCC_RETURNS_6 __attribute__((,,,,,,,,,)) __attribute__((,))
#define ESCC_RETURNS_7 __attribute__((,,,,,,,,,,)) __attribute__((,))
#else
#define ESCC_RETURNS(n)
#endif

#endif /* ESCC_ATTR_H */
