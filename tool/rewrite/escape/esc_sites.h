/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_sites.h - which calls allocate, and objects of what type. */
#ifndef ESCC_ESC_SITES_H
#define ESCC_ESC_SITES_H

#include "esc.h"

#include "util/vec.h"

/* A call that allocates: of the C library's functions, or of one that hands on
 * what such a function returned. */
struct esc_site {
    const struct node *call;
    /* Of the object, or of its elements; NULL: the unit does not show it. */
    const struct type *type;
    bool has_several;           /* there are several types, `type` is NULL */
    bool is_noscan;             /* holds no pointer [inv.noscan] */
};

struct esc_sites {
    VEC(struct esc_site);
    /* Calls whose result goes to whoever called the function, as void *.  They
     * have no type of their own, and are not among the sites. */
    unsigned handed_on;
    unsigned noscan;            /* of all of these */
};

/* The calls in the user's code, in the order of the text.  What they point to
 * lives as long as the process. */
void esc_find_sites(const struct esc *, struct esc_sites *);

/* Whether objects of a call of the library's allocating functions hold no
 * pointer [inv.noscan]. */
bool esc_is_noscan(const struct esc *, const struct node *call);

#endif
