/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* shim.c - the header that only libclang sees in front of gcc's text.
 *
 * The text that gcc preprocessed is written for gcc: its floating types,
 * attributes with arguments clang does not know, and builtins.  These macros
 * lie to libclang about them; the text itself, and what the compiler gets,
 * stay as they are.
 *
 * [inv.shim.parentheses]  a body that is an expression begins and ends with a
 * parenthesis of its own and puts each argument in parentheses: extents of
 * nodes inside then never mix macro and argument (tree_build.c).
 * [inv.shim.atomic]  gcc's generic atomics take pointers to _Atomic objects,
 * which clang's do not.  They become calls of __escc_atomic, behind which
 * tree_builtin.c finds the arguments; a cast gives the result its type (the
 * comma operator drops _Atomic and qualifiers).
 * [inv.shim.overflow]  gcc's questions whether a sum, difference or product
 * would fit are constants where the operands are, as static assertions and
 * array sizes want them.  libclang computes with 300 bits: the result is in
 * the range of a type of N bits if, less that type's least value, it has no bit
 * above the lowest N.  What is in the call of __escc_atomic is not evaluated;
 * tree_builtin.c finds the arguments in it.
 */
#include "front.h"

/* clang will not have these intrinsics defined in a header: gcc's definitions
 * and all uses get another name, which tree_decl.c takes back. */
#define RENAME(name) "#define " name " " SHIM_RENAMED name "\n"

/* [inv.shim.parentheses]; a generic atomic that returns nothing. */
#define NOTHING(name, parameters, arguments)                               \
    "#define " name "(" parameters ") "                                    \
    "((void)__escc_atomic(0, " arguments "))\n"
/* One that returns a value of the pointed-to type. */
#define VALUE(name, parameters, arguments)                                 \
    "#define " name "(" parameters ") "                                    \
    "((__typeof__((void)0, *(p)))__escc_atomic(0, " arguments "))\n"
#define BOOLEAN(name, parameters, arguments)                               \
    "#define " name "(" parameters ") "                                    \
    "((_Bool)__escc_atomic(0, " arguments "))\n"
#define FETCH(operation)                                                   \
    VALUE("__atomic_fetch_" operation, "p,v,m", "(p), (v), (m)")           \
    VALUE("__atomic_" operation "_fetch", "p,v,m", "(p), (v), (m)")

/* [inv.shim.overflow]; `c` may be a bit field, which typeof refuses, and a
 * narrow type must not be promoted. */
#define TYPE_OF(c)                                                         \
    "__typeof__(_Generic((" c "), char: (char)0, "                         \
    "signed char: (signed char)0, unsigned char: (unsigned char)0, "       \
    "short: (short)0, unsigned short: (unsigned short)0, default: +(" c ")))"
#define LEAST \
    "((" TYPE_OF("c") ")-1 < 1 " \
    "? -((_BitInt(300))1 << (sizeof(" TYPE_OF("c") ") * 8 - 1)) : 0)"
#define OVERFLOWS(name, operator)                                          \
    "#define __builtin_" name "_overflow_p(a,b,c) "                        \
    "((_Bool)(0 * sizeof(__escc_atomic(0, (a), (b), (c))) + "              \
    "((unsigned _BitInt(300))((_BitInt(300))(a) " operator                 \
    " (_BitInt(300))(b) + 0 * (_BitInt(300))(c) - " LEAST ")"              \
    " >> sizeof(" TYPE_OF("c") ") * 8 != 0)))\n"

/* What <math.h> takes constants of its _FloatN types from, HUGE_VAL_F64 and
 * SNANF64: clang has them by the names of the types that these are. */
#define FLOAT(name, type, standard, parameters, arguments)                 \
    "#define __builtin_" name type "(" parameters ") "                      \
    "(__builtin_" name standard "(" arguments "))\n"
#define FLOATS(name, parameters, arguments)                                \
    FLOAT(name, "f32", "f", parameters, arguments)                          \
    FLOAT(name, "f64", "", parameters, arguments)                           \
    FLOAT(name, "f32x", "", parameters, arguments)                          \
    FLOAT(name, "f64x", "l", parameters, arguments)

const char shim_gcc[] =
    "#define _Float32 float\n"
    "#define _Float64 double\n"
    "#define _Float32x double\n"
    "#define _Float64x long double\n"
    "#define _Float128 __float128\n"
    "#define __float80 long double\n"
    "#define __malloc__(...) __malloc__\n"
    "#define __builtin_va_arg_pack_len() 0\n"
    "#define __builtin_va_arg_pack() 0\n"
    RENAME("__rdtsc") RENAME("_mm_getcsr") RENAME("_mm_setcsr")
    RENAME("_mm_sfence") RENAME("_mm_lfence") RENAME("_mm_mfence")
    RENAME("_mm_clflush") RENAME("_mm_pause") RENAME("_mm_prefetch")
    "int __escc_atomic(int, ...);\n"
    /* <tgmath.h>: any arithmetic type will do. */
    "double __escc_tgmath(int, ...);\n"
    "#define __builtin_tgmath(...) (__escc_tgmath(0, __VA_ARGS__))\n"
    NOTHING("__atomic_store", "p,v,m", "(p), (v), (m)")
    NOTHING("__atomic_store_n", "p,v,m", "(p), (v), (m)")
    NOTHING("__atomic_load", "p,r,m", "(p), (r), (m)")
    VALUE("__atomic_load_n", "p,m", "(p), (m)")
    NOTHING("__atomic_exchange", "p,v,r,m", "(p), (v), (r), (m)")
    VALUE("__atomic_exchange_n", "p,v,m", "(p), (v), (m)")
    BOOLEAN("__atomic_compare_exchange", "p,e,d,w,s,f",
            "(p), (e), (d), (w), (s), (f)")
    BOOLEAN("__atomic_compare_exchange_n", "p,e,d,w,s,f",
            "(p), (e), (d), (w), (s), (f)")
    "#define __builtin_shuffle(a, ...) "
    "((void)__escc_atomic(0, __VA_ARGS__), (a))\n"
    FLOATS("huge_val", "", "") FLOATS("inf", "", "")
    FLOATS("nan", "s", "(s)") FLOATS("nans", "s", "(s)")
    FLOATS("fabs", "x", "(x)") FLOATS("copysign", "x,y", "(x), (y)")
    "#define __builtin_has_attribute(...) ((_Bool)__escc_atomic(0))\n"
    FETCH("add") FETCH("sub") FETCH("and") FETCH("or") FETCH("xor")
    FETCH("nand")
    OVERFLOWS("add", "+") OVERFLOWS("sub", "-") OVERFLOWS("mul", "*");
