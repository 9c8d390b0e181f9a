/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc.h - what the escape analysis found: the layer escape.
 *
 * It owns the graph of what flows where, the tags of functions, and every
 * answer to `does this outlive its frame`.  It may use front, and knows of no
 * text that is written.
 *
 * The rewriter asks two questions: must this local be moved to the heap, and
 * what is this allocation.  It never changes an answer.  Reports are made from
 * the findings (esc_finding.h).  The graph is nobody else's.
 */
#ifndef ESCC_ESC_H
#define ESCC_ESC_H

#include "front/tree.h"

enum esc_locals {
    ESC_LOCALS_ESCAPING,        /* default: those that may outlive */
    ESC_LOCALS_ALL,             /* every address-taken local (stress) */
    ESC_LOCALS_NONE             /* the program looks for them on the stack */
};

struct esc_options {
    enum esc_locals locals;     /* -fescc-locals=escaping|all|none */
    bool unknown_stays;         /* -fescc-unknown=stay */
    bool keeps_blocks;          /* -fescc-promote=no */
    bool own_names;             /* malloc may be any function (-fno-builtin) */
    bool interposable;          /* a function that is not static may be another
                                   one's when the unit is part of a library */
    bool alone;                 /* nothing but the C library's is linked with
                                   the unit, and names none of its variables */
};

/* Adds the rows of a file of -fescc-tags (docs/tags.md) to what all analyses
 * know.  False after a message: unreadable or malformed. */
bool esc_tags_read(const char *path);

struct esc;                     /* the analysis of one unit */

struct esc *esc_analyze(const struct unit *, const struct esc_options *);

/* Whether the local or parameter has to live on the heap, or may have to
 * (esc_decision).  Never true for
 * what cannot move (va_list, cleanup, asm registers, register storage), for
 * locals of signal handlers, for mere stack probes, and where the user says
 * so (-fescc-locals=none, ESCC_ON_STACK). */
bool esc_is_moved(const struct esc *, const struct symbol *);

/* Of a local that is moved: the number of its decision byte, which says when
 * the program runs whether it is on the heap or in its frame; -1: it has none,
 * and is on the heap. */
int esc_decision(const struct esc *, const struct symbol *);

/* Whether a local or parameter is in its frame because its address does not
 * escape, as far as that can be looked at while the program runs. */
bool esc_stays(const struct esc *, const struct symbol *);
/* Whether a variable holds addresses only to measure (esc_compared.h). */
bool esc_only_measures(const struct esc *, const struct symbol *);
/* Whether what an allocating call makes may be taken for an object of the
 * function in which the call is, or of one that calls that: addresses of locals
 * that are stored there do not escape. */
bool esc_is_own(const struct esc *, const struct node *call);

/* What the object says of its functions and locals, in the form of
 * include/escc/facts.h; NULL: nothing. */
struct esc_facts {
    const uint32_t *words;
    size_t word_count;
    const char *text;
    size_t text_bytes;
    int local_count;            /* decision bytes */
};
const struct esc_facts *esc_facts(const struct esc *);

/* A block of malloc's, calloc's, strdup's or strndup's that is to be a buffer
 * of a block of the function (esc_promote.c); what they are is the edit layer's
 * to number. */
struct esc_promoted {
    const struct node *call;
    const struct node *block;   /* whose buffer it is */
    int64_t bytes;              /* of the buffer; at least those asked for, a
                                   multiple of malloc's alignment */
    bool is_zeroed;             /* calloc's */
    bool is_text;               /* strdup's or strndup's */
    bool is_renewed;            /* realloc's, of null */
    bool is_variable;           /* the size is not constant: the buffer is for
                                   what fits, all else is a block */
    unsigned number;            /* the rewriter's; 0: none yet */
};

/* NULL: the call is no such one. */
struct esc_promoted *esc_promoted(const struct esc *, const struct node *call);

/* Why a block that does not escape is not in the frame, in words, or why one
 * that is demanded there is not surely; NULL: it is, or escapes and is not
 * demanded, or no blocks are promoted in the unit. */
const char *esc_unpromoted(const struct esc *, const struct node *call);

/* Whether what the call makes is the first value of a variable that is marked
 * with ESCC_ON_STACK. */
bool esc_is_demanded(const struct node *call);

/* What a call of free may get of these, in a list, or one of realloc, which is
 * one; NULL: nothing. */
struct esc_freed {
    struct esc_promoted *promoted;
    bool renews;                /* realloc's */
    struct esc_freed *next;
};
const struct esc_freed *esc_freed(const struct esc *, const struct node *call);

/* Whether nobody has the address of what a call of free gets when it is over,
 * so that the memory can be reused at once (esc_reuse.c). */
bool esc_is_reused(const struct esc *, const struct node *call);

/* A call of free that reuses what this call has allocated; NULL: none does. */
const struct node *esc_reusing(const struct esc *, const struct node *call);

/* Whether nothing in the unit stores a pointer into what this call
 * allocates, as far as the unit can see: other units may get its address. */
bool esc_stores_no_pointer(const struct esc *, const struct node *call);

/* Whether no pointer is ever stored in what an allocating call returns
 * [inv.words.plain]. */
bool esc_is_plain(const struct esc *, const struct node *call);
/* Whether no pointer is ever in what a pointer leads to, which is not null. */
bool esc_leads_to_plain(const struct esc *, const struct node *pointer);

/* Whether an integer expression may carry the bits of a pointer, or a value
 * that is no word (esc_parts.h) some of them. */
bool esc_may_carry_pointer(const struct esc *, const struct node *expression);

/* Whether a word of an object of the type may be a pointer. */
bool esc_may_hold_pointer(const struct esc *, const struct type *);
/* Whether a local may hold one in narrower members or elements. */
bool esc_holds_in_pieces(const struct esc *, const struct symbol *local);
/* Whether a pointer expression, before it is converted, leads to integers of a
 * pointer's width of which none is a pointer. */
bool esc_are_numbers(const struct esc *, const struct node *pointer);

/* What a call of a function of the C library does by libc.tags: whether it may
 * store its argument number `from`, or (derefs 1) what that points to, in what
 * argument number `to` points to. */
bool esc_library_stores(const struct node *call, int from, int derefs,
                        int to);

/* Whether memory behind a pointer expression may hold pointers or pieces of
 * them, whatever its type says. */
bool esc_leads_to_pointers(const struct esc *, const struct node *pointer);

/* What a function of the C library, by name, is to a process in which all
 * stores of pointers have barriers (docs/internals.md, "The closed world"). */
enum esc_world {
    ESC_WORLD_UNKNOWN,          /* the table does not have it */
    ESC_WORLD_SAFE,
    ESC_WORLD_STORES,           /* pointers through an argument, which calls
                                   have barriers for */
    ESC_WORLD_OPENS             /* `open` in the table */
};
enum esc_world esc_world_of(const char *name);

#endif
