/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_options.h - the runtime's settings from the environment. */
#ifndef ESCC_RT_OPTIONS_H
#define ESCC_RT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    RT_VERIFY_HEAP = 1,         /* verify=1 */
    RT_VERIFY_BARRIER = 2,      /* verify=barrier */
    RT_VERIFY_NOSCAN = 4        /* verify=noscan */
};

/* What free of a collectable object does (mfree.c); ESCC_FREE. */
enum rt_free {
    RT_FREE_IGNORE,             /* nothing: it lives while reachable */
    RT_FREE_DROP,               /* its pointers are zeroed */
    RT_FREE_TRUST               /* its memory is reused at once */
};

/* What libraries without barriers do to the program's objects; the user's
 * promise (gc/mgcbeside.c). */
enum rt_foreign {
    RT_FOREIGN_ANY,             /* whatever they like */
    RT_FOREIGN_READONLY         /* the user promises: they store no pointer */
};

/* Where moved locals live (alloc/mrewritten.c). */
enum rt_locals {
    RT_LOCALS_ESCAPING,         /* on the heap, as the compiler decided */
    RT_LOCALS_NONE              /* none moves: in their frames, as in C */
};

enum rt_amount_kind {
    RT_AMOUNT_AUTO,             /* what is sensible; `n` is 0 */
    RT_AMOUNT_OFF,              /* `n` is 0 */
    RT_AMOUNT_BYTES,
    RT_AMOUNT_PERCENT           /* 1 to 100, of the memory that there is */
};

struct rt_amount {
    int kind;                   /* enum rt_amount_kind */
    uint64_t n;
};

/* A path; empty: none. */
enum { RT_FOLDER_BYTES = 512 };
struct rt_folder {
    _Alignas(int) char path[RT_FOLDER_BYTES];
};

/* The type of a field by its kind. */
#define RT_OPTION_NUMBER int
#define RT_OPTION_PERCENT int
#define RT_OPTION_VERIFY int
#define RT_OPTION_FREE int
#define RT_OPTION_FOREIGN int
#define RT_OPTION_LOCALS int
#define RT_OPTION_SIZE struct rt_amount
#define RT_OPTION_LIMIT struct rt_amount
#define RT_OPTION_FOLDER struct rt_folder

/* One field per line of rt_options.def.  Written once by rt_options_read,
 * constant afterwards: any thread may read without a lock. */
struct rt_options {
#define ENV(name, field, kind, default_, least, most, help)                 \
    RT_OPTION_##kind field;
#define DEBUG(name, field, kind, default_, least, most, help)               \
    RT_OPTION_##kind field;
#define TOOL(name)
#include "rt_options.def"
#undef ENV
#undef DEBUG
#undef TOOL
};

extern struct rt_options rt_options;
/* What ESCC_FREE is when the environment does not say: the program's own
 * default.  Set before rt_options_read. */
extern enum rt_free rt_options_free_default;

/* Sets *options to the defaults, then reads the ESCC_ variables of the
 * NULL-terminated `environment`.  An unknown variable or word, or a bad
 * value, gets one warning each by `warn` (a complete line with newline) and
 * changes nothing.  Neither allocates nor blocks. */
void rt_options_read(struct rt_options *options, char *const *environment,
                     void (*warn)(const char *line));

/* Takes the runtime's settings out of that list, not the driver's; NULL: there
 * is none.  Nobody else may look at it meanwhile. */
void rt_options_remove(char **environment);

/* Prints every knob with its default and range to standard error. */
void rt_options_help(void);

#endif /* ESCC_RT_OPTIONS_H */
