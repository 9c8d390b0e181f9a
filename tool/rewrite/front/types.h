/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* types.h - canonical C types with their layout.
 *
 * Types are interned: two expressions have the same type exactly when the
 * pointers are equal, qualifiers aside (a qualified type is its own struct
 * type; `unqualified` leads to the plain one).  Typedefs, attributes and
 * parentheses are resolved.  Parameters have their decayed type (libclang
 * reports the undecayed one; types.c corrects it).  Only that file creates
 * types; nothing here shows libclang.
 */
#ifndef ESCC_TYPES_H
#define ESCC_TYPES_H

#include <stdbool.h>
#include <stdint.h>

enum type_kind {
    T_OTHER,            /* what no rule needs (nullptr_t, dependent, …) */
    T_VOID, T_BOOL, T_INTEGER, T_ENUM, T_FLOAT, T_COMPLEX, T_VECTOR,
    T_POINTER, T_ARRAY, T_FUNCTION, T_RECORD,
    T_VA_LIST           /* __builtin_va_list however it is made */
};

enum type_qualifier {
    Q_CONST = 1, Q_VOLATILE = 2, Q_RESTRICT = 4, Q_ATOMIC = 8
};

struct type {
    enum type_kind kind;
    unsigned qualifiers;            /* of enum type_qualifier */
    bool is_unsigned;               /* T_INTEGER, T_ENUM, T_BOOL */
    int value_bits;                 /* of _BitInt(N): N; of an enumeration of
                                       bool, as clang has it: 1; else 0 */
    bool variably_modified;         /* a VLA bound anywhere inside */
    bool is_vla;                    /* T_ARRAY whose own bound is no constant */
    bool variadic, has_prototype;   /* T_FUNCTION */
    int64_t size;                   /* bytes; -1: incomplete, VLA, function */
    int64_t alignment;              /* bytes; -1 as above */
    struct type *target;            /* pointee, element, result, complex part */
    int64_t count;                  /* T_ARRAY, T_VECTOR; -1: [] or VLA */
    struct type **parameters;       /* T_FUNCTION */
    int parameter_count;
    struct record *record;          /* T_RECORD */
    struct type *unqualified;       /* itself when there are no qualifiers */
    const char *spelling;           /* for messages, as clang prints it */
};

struct field {
    const char *name;               /* "" for an anonymous member */
    struct type *type;
    int64_t bit_offset;             /* in the record that declares it */
    int bit_width;                  /* -1: no bit-field */
    struct record *parent;
    int index;                      /* position in parent->fields */
};

struct record {
    const char *name;               /* tag, or "" */
    bool is_union, complete;
    bool anonymous;                 /* no tag */
    bool is_system;                 /* defined in a system header */
    struct field *fields;           /* all, anonymous members as one field */
    int field_count;
    int64_t size, alignment;
    struct type *type;
    uint32_t begin;                 /* where its declaration begins */
};

/* Whether a word of such an object may be a pointer: pointers, integers of
 * pointer width, character arrays and unions of at least a pointer's size,
 * and what contains one of these.  Floats and narrow integers are not. */
bool type_may_hold_pointer(const struct type *);

/* Whether the type is or contains a declared pointer (not integers). */
bool type_has_pointer(const struct type *);

/* The smallest power of two that divides the byte offsets of all declared
 * pointers inside an object of this type that is aligned as its type demands:
 * 8 for almost all types, 1, 2 or 4 for packed ones.  8 when there is none. */
unsigned type_pointer_stride(const struct type *);

bool type_is_scalar(const struct type *);
bool type_is_integer(const struct type *);      /* T_INTEGER T_BOOL T_ENUM */
bool type_is_pointer(const struct type *);      /* T_POINTER */
bool type_is_aggregate(const struct type *);    /* T_RECORD or T_ARRAY */
/* Compilers refuse it as an asm operand: _BitInt, nullptr_t. */
bool type_is_opaque(const struct type *);
/* An integer as wide as a pointer (8 bytes). */
bool type_is_pointer_wide_integer(const struct type *);

#endif
