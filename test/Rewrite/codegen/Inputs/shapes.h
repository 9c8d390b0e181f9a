/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* shapes.h - what barriers.c, windows.c and single-step.c of Inputs share. */
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>

struct node { struct node *next, *prev; long number, pad; };
struct __attribute__((packed)) packed { char c; struct node *p, *q; };
struct qualified { struct node *volatile v; struct node *plain; };
struct extras {
    jmp_buf env;
    char *text, *other;
    struct random_data state;
    uintptr_t sum;
    double number;
    struct { uintptr_t tag : 4, address : 60; } field;
    uintptr_t vector __attribute__((vector_size(16)));
};

extern struct node *global;
extern struct packed packed;
extern struct qualified qualified;
extern struct extras extras;

enum kind {
    PLAIN,
    PACKED,             /* pointers are looked for at each address */
    COPY,               /* what is copied may be seen where it was copied from */
    CHECKED_BEFORE      /* the check is in front of the store: what was shaded, or
                           visible when the flag was raised, is marked */
};

/* p, v and w point into one array of nodes; n is a small count. */
typedef void shape(struct node *p, struct node *v, struct node *w, long n);
struct named_shape { shape *run; const char *name; enum kind kind; };
extern const struct named_shape shapes[];
extern const int shape_count;
