/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* vec.h - a typed growing array.
 *
 *     struct { VEC(struct node *); } stack = {0};   or
 *     VEC_TYPE(node_vec, struct node *);
 *     struct node_vec v = {0};
 *     vec_push(&v, n);  v.items[i]  v.count  vec_free(&v);
 */
#ifndef ESCC_UTIL_VEC_H
#define ESCC_UTIL_VEC_H

#include "arena.h"

#include <stdlib.h>

#define VEC(T) T *items; size_t count, capacity
#define VEC_TYPE(name, T) struct name { VEC(T); }

/* The item is evaluated first: making it may push on the same vector. */
#define vec_push(v, item)                                                  \
    do {                                                                   \
        __typeof__(*(v)->items) vec_item = (item);                         \
        if ((v)->count == (v)->capacity) {                                 \
            (v)->capacity = (v)->capacity ? (v)->capacity * 2 : 8;         \
            (v)->items = util_realloc(                                     \
                (v)->items, (v)->capacity * sizeof *(v)->items);           \
        }                                                                  \
        (v)->items[(v)->count++] = vec_item;                               \
    } while (0)
#define vec_pop(v) ((v)->items[--(v)->count])
#define vec_last(v) ((v)->items[(v)->count - 1])
#define vec_free(v)                                                        \
    (free((v)->items), (v)->items = NULL, (v)->count = (v)->capacity = 0)

#endif
