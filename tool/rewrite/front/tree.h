/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree.h - escc's own syntax tree of one preprocessed translation unit.
 *
 * The layer front owns this tree, the types and the places of its nodes, and
 * all that is known of libclang; it may use only util.
 *
 * tree_build.c converts libclang's tree once; everything libclang hides or
 * gets wrong (notes there) is resolved, so that the analysis and the rewriter
 * see plain C: implicit conversions are nodes, missing parts of a
 * `for` are NULL kids, `.` and `->` differ, unevaluated operands are flagged.
 *
 * [inv.tree.offsets]  begin and end are byte offsets in the text that was
 * parsed, the same bytes that edits.c edits; begin is the first byte of the
 * construct, end is one past its last.  They are exact unless NODE_MACRO is
 * set.
 * [inv.tree.kids]  the kids of a node are those its kind documents below, in
 * that order; a NULL kid means "not written".  Kids of declarations that are
 * part of the type (array bounds, typeof operands) are in `type_parts`.
 * [inv.tree.once]  every construct of the text is in the tree once.
 */
#ifndef ESCC_TREE_H
#define ESCC_TREE_H

#include "types.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum node_kind {
    /* -- unit level -- */
    N_UNIT,             /* kids: N_FUNCTION, N_DECL, N_ASM_TOP … in order */
    N_FUNCTION,         /* a definition; symbol; kids: N_PARAM…, N_BLOCK last */
    N_PARAM,            /* symbol; no kids; type_parts: bounds of VLAs */
    N_ASM_TOP,          /* file-scope asm */

    /* -- declarations -- */
    N_DECL,             /* one declaration `T a, *b = x;`: kids N_VAR and
                           N_OTHER_DECL; begin..end includes the `;` (in a
                           `for` init too) */
    N_VAR,              /* symbol; kid 0: initialiser or NULL (no kids at all
                           never: always exactly 1); begins at the declared
                           name, and ends after declarator and initialiser;
                           typeof operands in type_parts stand before it */
    N_OTHER_DECL,       /* typedef (its name in text), tag, function prototype,
                           static assert; type_parts may hold evaluated VLA
                           bounds */

    /* -- statements; simple ones end after their `;` -- */
    N_BLOCK,            /* { kids }: begin at `{`, end after `}` */
    N_EXPR_STMT,        /* kid 0: expression; end includes the `;` */
    N_EMPTY,            /* `;` */
    N_IF,               /* condition, then, else|NULL */
    N_WHILE,            /* condition, body */
    N_DO,               /* body, condition; end includes the `;` */
    N_FOR,              /* init|NULL (N_DECL or expression), condition|NULL,
                           step|NULL, body */
    N_SWITCH,           /* condition, body */
    N_CASE,             /* low, high|NULL, statement|NULL */
    N_DEFAULT,          /* statement|NULL */
    N_LABEL,            /* symbol (S_LABEL); statement|NULL */
    N_GOTO,             /* symbol (S_LABEL) */
    N_GOTO_COMPUTED,    /* expression */
    N_BREAK, N_CONTINUE,
    N_RETURN,           /* expression|NULL; end includes the `;` */
    N_ASM,              /* outputs then inputs: operand expressions; `asm_`
                           says which */

    /* -- expressions; `type` is set; value of lvalues is taken by N_LOAD -- */
    N_REF,              /* symbol: variable, parameter, function, enumerator */
    N_NUMBER,           /* integer, character or floating constant; `value` */
    N_STRING,           /* string literal or __func__: an array lvalue */
    N_PAREN,            /* ( e ), also __extension__ e; _Generic and
                           __builtin_choose_expr: kid 0 the chosen expression
                           (the others, and what chose, are in type_parts,
                           unevaluated) */
    N_LOAD,             /* implicit: lvalue kid -> value */
    N_DECAY,            /* implicit: array or function kid -> pointer */
    N_CONVERT,          /* implicit conversion to `type` */
    N_CAST,             /* written (T)e; kid 0 e; type_parts: VLA bounds */
    N_ADDRESS,          /* &e */
    N_DEREF,            /* *e: lvalue; kid 0 a pointer value */
    N_INDEX,            /* kid 0 pointer value (maybe N_DECAY), kid 1 integer
                           value, in this order even for 1[a]; vectors too */
    N_MEMBER,           /* e.f: kid 0; `field`, `bit_offset` */
    N_ARROW,            /* e->f: kid 0 a pointer value; `field` … */
    N_CALL,             /* callee, arguments…: callee is N_DECAY(N_REF f) for
                           a direct call, any pointer value else */
    N_UNARY,            /* op: '+' '-' '~' '!' or OP_REAL, OP_IMAG */
    N_INCDEC,           /* op: OP_PRE_INC …; kid 0 an lvalue */
    N_BINARY,           /* op: '+' … OP_SHL, '<' …; values */
    N_LOGICAL,          /* op: OP_AND, OP_OR */
    N_COMMA,            /* left, right */
    N_ASSIGN,           /* lvalue = value; op_begin: offset of the `=` */
    N_COMPOUND_ASSIGN,  /* lvalue op= value; op: '+' …; op_begin: of `op=` */
    N_CONDITIONAL,      /* condition, then, else; `a ?: b` has then NULL */
    N_SIZEOF,           /* sizeof/alignof of type or expression; kid 0 the
                           expression|NULL; evaluated only for a VLA */
    N_OFFSETOF,         /* no kids; `value` when constant */
    N_INIT_LIST,        /* { … } as written: kids N_INIT_ITEM */
    N_INIT_ITEM,        /* kid 0: value; `field`/`index`, `bit_offset`: the
                           part of the enclosing list's object that the value
                           initialises, brace elision resolved; index_last
                           for [a ... b]; `type`: the subobject's type.
                           field or index are the innermost step (neither: the
                           whole object), bit_offset counts from the list's
                           object; -1: an excess initialiser */
    N_COMPOUND_LITERAL, /* (T){…}: lvalue; kid 0 N_INIT_LIST; symbol: an
                           S_VARIABLE made for it, named "" */
    N_STMT_EXPR,        /* ({ … }): kid 0 N_BLOCK; value: its last statement */
    N_VA_ARG,           /* __builtin_va_arg(kid 0, T) */
    N_LABEL_ADDRESS,    /* &&label; symbol */
    N_ATOMIC,           /* __c11_atomic_*, __atomic_*, __sync_*; `text` the
                           builtin's name; kids: arguments as written */
    N_OTHER_EXPR        /* anything else; kids: its operand values; treat as
                           "may do anything with them" */
};

enum node_op {          /* besides plain characters */
    OP_NONE = 0,
    OP_SHL = 256, OP_SHR, OP_LE, OP_GE, OP_EQ, OP_NE, OP_AND, OP_OR,
    OP_PRE_INC, OP_PRE_DEC, OP_POST_INC, OP_POST_DEC, OP_REAL, OP_IMAG
};

enum node_flag {
    NODE_MACRO = 1,         /* from a macro of the shim header: the extent is
                               the whole macro call; arguments are exact */
    NODE_UNEVALUATED = 2,   /* inside sizeof, typeof, _Generic control … */
    NODE_SYSTEM = 4,        /* text from a system header */
    NODE_LVALUE = 8,        /* designates an object */
    NODE_CONSTANT = 16,     /* integer constant expression; `value` is set */
    NODE_NULL_POINTER = 32, /* null pointer constant (of any type), also under
                               casts to pointers and parentheses */
    NODE_IMPLICIT = 64,     /* not written in the text (N_LOAD …) */
    NODE_OMP_FORM = 128,    /* an assignment of which an OpenMP directive
                               prescribes the form, but for the right side */
    NODE_OMP_FIXED = 256,   /* for that, too */
    NODE_MENTION = 512      /* an N_REF that libclang does not show, found by
                               tree_account.c: always unevaluated */
};

struct asm_operands {
    int outputs, inputs;            /* kids: outputs first */
    const char **constraints;       /* one each, e.g. "=r", "+m" */
    const char *template_text;      /* as written, its literals joined */
    bool clobbers_memory, is_volatile, is_goto;
};

struct node {
    enum node_kind kind;
    unsigned flags;                 /* of enum node_flag */
    uint32_t begin, end;            /* [inv.tree.offsets] */
    uint32_t op_begin;
    int op;
    struct node *parent;
    struct node **kids;
    struct node **type_parts;       /* unevaluated unless VLA bounds */
    int kid_count, type_part_count;
    struct type *type;              /* expressions; else NULL */
    struct symbol *symbol;
    const struct field *field;      /* N_MEMBER N_ARROW N_INIT_ITEM */
    int64_t bit_offset;             /* of field in kid 0's record, anonymous
                                       members added up */
    int64_t index, index_last;      /* N_INIT_ITEM of arrays; -1: none */
    int64_t value;                  /* NODE_CONSTANT, N_NUMBER */
    const char *text;               /* N_ATOMIC name, N_STRING spelling */
    struct asm_operands *asm_;
};

enum symbol_kind {
    S_FUNCTION, S_VARIABLE, S_PARAMETER, S_ENUMERATOR, S_LABEL
};
enum storage { ST_NONE, ST_EXTERN, ST_STATIC, ST_AUTO, ST_REGISTER };

struct symbol {
    enum symbol_kind kind;
    const char *name;               /* "" if unnamed */
    struct type *type;
    enum storage storage;           /* as written */
    int id;                         /* 0, 1, … in order of declaration */

    /* variables and parameters */
    bool is_local;                  /* automatic storage */
    bool is_thread_local;
    struct symbol *function;        /* enclosing; NULL at file scope */
    struct node *block;             /* innermost N_BLOCK, or N_FOR for an init
                                       declaration; parameters: the body */
    struct node *declaration;       /* N_VAR, N_PARAM, N_COMPOUND_LITERAL … */
    int parameter_index;
    uint32_t name_begin, name_end;  /* in the declarator; equal: unnamed */
    uint32_t declarator_end;        /* after declarator and attributes, where
                                       `= init` stands or would stand */
    uint32_t specifiers_begin;      /* of the whole declaration */
    bool address_taken;             /* & applied, or an array that decays
                                       other than for direct indexing with
                                       N_INDEX, or a member/element thereof,
                                       or an asm memory operand; evaluated
                                       uses only */
    bool has_cleanup, has_asm_register, has_alignment, is_va_list;
    bool infers_type;               /* __auto_type, auto of C23 */
    bool stays;                     /* written so that it cannot become a
                                       pointer (tree_decl.c) */
    bool in_asm;                    /* a memory operand of asm */
    bool on_stack;                  /* marked with ESCC_ON_STACK */
    bool asserts_noescape;          /* marked with ESCC_NOESCAPE; of a
                                       parameter also in a prototype */
    bool in_pragma;                 /* its name is in an OpenMP directive,
                                       where nothing can be rewritten */
    bool is_given_in_pragma;        /* what it holds may be kept by what such
                                       a directive calls */
    bool is_shared;                 /* a local that threads of an OpenMP
                                       directive's statement may share */
    uint32_t unfollowed;            /* where its name stands in a position
                                       that cannot be rewritten; 0: nowhere */
    int64_t alignment;              /* of _Alignas/aligned attribute, else 0 */
    uint32_t use_count;             /* evaluated N_REFs by name */
    const struct node *last_use;    /* the last of them */
    bool is_named_elsewhere;        /* by assembly, an attribute or OpenMP: it
                                       is called, read or assigned where no
                                       text says so */
    bool used_twice;                /* one of them may follow another (a loop
                                       round both does not count), or there are
                                       several and not all are its address */

    /* functions */
    struct node *definition;        /* N_FUNCTION or NULL */
    bool is_builtin, is_noreturn, returns_twice, is_inline;
    bool is_pure;                   /* stated: it, or const */
    bool is_system;                 /* declared in a system header */
    bool is_library;                /* declared in the C library's header */
    bool is_known;                  /* declared as the compiler knows it */
    bool is_own;                    /* the unit defines it or says what it
                                       really is: an asm label, an alias */
    bool function_address_taken;    /* used other than as direct callee */
    bool is_weak;                   /* another definition may replace it, or
                                       a call may be another function's */
    bool is_renamed;                /* its symbol has another name, or other
                                       symbols share it: asm labels, aliases,
                                       what clang mangles */
    const char *alias_of;           /* the symbol that the attribute alias
                                       names; NULL: it has none, "": it
                                       could not be read */
    bool is_aliased;                /* some alias in the unit names it */
    bool has_asm_label;
    bool is_naked;                  /* its body is assembly without operands */
    bool warns_if_called;           /* attribute error or warning: unless calls
                                       are optimized away */
    /* Bit i: parameter i is marked with ESCC_NOESCAPE in some declaration;
     * the second also: with clang's attribute noescape. */
    uint64_t asserted_parameters, noescape_parameters;
    /* Marked with ESCC_RETURNS: the number of the parameter, from 1; else 0. */
    int asserted_result;

    /* for the passes: indexed side tables use id, or these */
    void *escape;                   /* struct esc_location *, analysis only */
    void *rewrite;                  /* rewriter only */
};

/* A name that libclang does not show; in order of the text. */
struct mention {
    uint32_t offset;
    const char *name;
    struct symbol *symbol;          /* the local that it names, or NULL: it
                                       names something else */
};

struct openmp {
    uint32_t begin;                 /* of its pragma, or its attribute's [[ */
    uint32_t statement;             /* where the next token begins */
    bool is_attribute;
    bool nested;                    /* it may be about several loops */
};

struct unit {
    const char *path;               /* of the .i file */
    const char *main_file;          /* as the user spelled the input */
    const char *text;               /* the bytes that were parsed */
    const char *compiled;           /* as many, to be edited: those, with lines
                                       that only debug information has */
    size_t bytes;
    struct node *root;              /* N_UNIT */
    struct symbol **symbols;        /* all, by id */
    int symbol_count;
    struct mention *mentions;
    size_t mention_count;
    struct openmp *openmp;          /* OpenMP's directives, in order */
    size_t openmp_count;
    bool has_setjmp;                /* calls a returns-twice function */
    bool has_assertions;            /* a symbol asserts_noescape or is
                                       on_stack */
    bool names_warning;             /* names a function that warns_if_called */
    struct line_table *lines;       /* for unit_place, see places.c */
    void *parser[2];                /* libclang's, until unit_close */
};

/* ---- making it (tree_build.c, parse.c) ----------------------------------- */

enum parse_result {
    PARSE_CLEAN,            /* no diagnostic at all */
    PARSE_WARNINGS,         /* the back end may have something to say */
    PARSE_ERRORS            /* an error in the user's code; texts were written
                               to the errors file */
};

struct parse_options {
    const char *path;               /* the .i file */
    const char *main_file;
    bool gcc_text;                  /* preprocessed by gcc */
    bool gcc_warnings;              /* look for what gcc may warn of and
                                       rewriting may hide */
    bool all;                       /* what is never named, too */
    bool headers_checked;           /* the compiler tells of errors in the
                                       user's headers */
    const char *errors_file;        /* or NULL */
    const char *const *flags;       /* the user's, NULL-terminated */
    const char *const *names;       /* to be accounted for besides those of
                                       locals, NULL-terminated; or NULL */
    bool validate;                  /* a tree that fails unit_validate is an
                                       internal error; always in debug builds */
};

/* Parses and converts; *unit lives as long as the process. */
enum parse_result unit_parse(const struct parse_options *, struct unit **unit);
/* Gives back what libclang holds and the text; the tree, which is in the
 * arena, must not be used afterwards.  For a process that goes on to the next
 * unit; one that ends need not. */
void unit_close(struct unit *);

/* ---- looking at it ------------------------------------------------------- */

/* Calls visit in pre-order for `node` and everything below it (kids, then
 * type_parts); a false result skips what is below. */
void node_walk(struct node *node, bool (*visit)(struct node *, void *),
               void *context);

/* The value in the type's width and signedness [inv.constant.value]. */
int64_t type_wrap(const struct type *, int64_t value);
/* The value of a binary operation before it is wrapped; false: it has none.
 * `is_unsigned`: the operands' type is. */
bool node_arithmetic(int op, int64_t a, int64_t b, bool is_unsigned,
                     int64_t *out);

/* The expression without parentheses, implicit conversions, loads, decays
 * and casts that keep the value's bits (pointer to pointer). */
struct node *node_strip(struct node *);
/* The same, but keeping casts and conversions; only N_PAREN goes. */
struct node *node_unparenthesize(struct node *);

/* Whether a function that is named here is called directly. */
bool node_is_called(const struct node *name);

/* The function called directly, or NULL. */
struct symbol *node_callee(const struct node *call);
/* The same for the callee expression (a call's kid 0): through parentheses,
 * decay, `*f`, `&f`, and what _Generic or __builtin_choose_expr chose. */
struct symbol *node_callee_of(const struct node *callee);
/* Innermost enclosing N_FUNCTION, N_BLOCK (or N_FOR with a declaration),
 * loop (N_FOR, N_WHILE, N_DO); NULL if there is none. */
struct node *node_function(const struct node *);
struct node *node_block(const struct node *);
struct node *node_loop(const struct node *);
/* Whether the text of a node has OpenMP directives. */
bool unit_has_openmp(const struct unit *, const struct node *);
/* The last directive that is about a statement, or NULL. */
const struct openmp *unit_openmp_about(const struct unit *,
                                       const struct node *statement);
/* Whether the symbol is a function of the unit that the other one, which has
 * the attribute, is an alias of. */
bool symbol_is_aliased(const struct symbol *, const struct symbol *alias);

/* Whether the value of this expression is discarded. */
bool node_value_unused(const struct node *);

/* File (as the line marker spells it), line and column of an offset. */
struct place { const char *file; unsigned line, column; bool system; };
struct place unit_place(const struct unit *, uint32_t offset);

/* -- tree_library.c -- */

/* Whether a call of it is one of the C library's function of that name, or
 * of one that has replaced it when the program was linked
 * [inv.library.replaced]. */
bool symbol_is_library(const struct symbol *);
/* Whether no program may define a function of this name (C99 7.1.3), so that
 * nothing can replace the library's. */
bool library_reserves(const char *name);

const char *node_kind_name(enum node_kind);
/* Checks the tree's invariants (extents nest, names and operators are where
 * they are said to be, lvalues where they must be); prints what is wrong to
 * stderr and returns how many violations there are. */
int unit_validate(const struct unit *);
/* -fescc-dump-tree: one line a node, indented, stable for tests. */
void unit_dump(const struct unit *);

#endif
