/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* shapes.h - what barriers.c and single-step.c of Inputs share. */
struct node { struct node *next, *prev; long number, pad; };
struct __attribute__((packed)) packed { char c; struct node *p, *q; };
struct qualified { struct node *volatile v; struct node *plain; };

extern struct node *global;
extern struct packed packed;
extern struct qualified qualified;

/* p, v and w point into one array of nodes; n is a small count. */
typedef void shape(struct node *p, struct node *v, struct node *w, long n);
struct named_shape { shape *run; const char *name; };
extern const struct named_shape shapes[];
extern const int shape_count;
