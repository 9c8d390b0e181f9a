/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_tags.h - what a function does with its arguments.
 *
 * A tag is a function's escape behaviour as its callers see it: the least
 * number of dereferences with which each parameter flows to the heap, to the
 * result, and into the memory that another parameter points to.  The solver
 * computes them for functions of the unit; libc.tags lists those of the C
 * and POSIX library.
 */
#ifndef ESCC_ESC_TAGS_H
#define ESCC_ESC_TAGS_H

#include "esc_graph.h"

enum {
    ESC_NO_FLOW = -1,
    ESC_LIBRARY_POINTER = -2,   /* to memory of the library */
    /* More dereferences than this are the same to every rule; it keeps a
     * recursive list walk from counting for ever. */
    ESC_MOST_DEREFS = 7,
    /* qsort_r's comparison has three, the function of onig_foreach_name
     * six. */
    ESC_CALLBACK_ARGUMENTS = 6
};

enum esc_tag_allocation {
    ESC_ALLOCATES_NOTHING,
    ESC_ALLOCATES_RESULT,       /* the result is a new object */
    ESC_ALLOCATES_FRAME,        /* likewise, but it dies with the frame */
    ESC_ALLOCATES_ARGUMENT,     /* *argument becomes a new object */
    ESC_REALLOCATES             /* the result is new or argument 0 */
};

struct esc_tag {
    /* Named parameters, plus one for the variable arguments, if any. */
    int parameter_count;
    bool variadic;
    bool result_unknown;        /* the result may point to the heap */
    enum esc_tag_allocation allocates;
    int allocated_argument;     /* ESC_ALLOCATES_ARGUMENT */
    int handler;                /* argument that is a signal handler; -1 */
    int callback;               /* argument that is called back; -1 */
    int callback_gets[ESC_CALLBACK_ARGUMENTS];  /* with these arguments, or
                                   ESC_LIBRARY_POINTER */
    int callback_count;

    /* Least dereferences, or ESC_NO_FLOW; indexed by parameter. */
    signed char *to_heap, *to_result;
    /* The same of what the function may free, or else must be a block of
     * malloc's [inv.promote.release]; of this unit's functions. */
    signed char *released;
    /* [(to * ESC_CONTENT_LEVELS + level - 1) * parameter_count + from] */
    signed char *to_content;
    /* [to * ESC_CONTENT_LEVELS + level - 1]: gets pointers to the heap. */
    bool *content_unknown;
    /* [parameter * ESC_LEVELS + level]: whether it outlives the call, or is
     * returned, depends on other functions [inv.esc.atom]. */
    bool *kept;
};

/* A tag without any flow.  Lives as long as the process. */
struct esc_tag *esc_tag_new(int parameter_count, bool variadic);

/* The index for argument number `argument` of a call; -1: none (a call with
 * more arguments than a function without prototype takes). */
int esc_tag_parameter(const struct esc_tag *, int argument);

signed char *esc_tag_content(const struct esc_tag *, int to, int level,
                             int from);
bool *esc_tag_content_unknown(const struct esc_tag *, int to, int level);
bool *esc_tag_kept(const struct esc_tag *, int parameter, int level);

/* Lowers *slot to `derefs`; whether that changed it. */
bool esc_tag_lower(signed char *slot, int derefs);

/* The library function's tag, or NULL if the table has none.  Prefixes and
 * suffixes that compilers and fortified headers add (__builtin_memcpy,
 * __memcpy_chk) are looked through. */
const struct esc_tag *esc_tags_library(const char *name);

/* Whether the function's row says `open`; the same names are found. */
bool esc_tags_opens(const char *name);

/* What a file of -fescc-tags says of a function (esc_tags_read in esc.h), or
 * NULL. */
const struct esc_tag *esc_tags_users(const char *name);

/* What other.tags says of a function, or NULL. */
const struct esc_tag *esc_tags_others(const char *name);

#endif
