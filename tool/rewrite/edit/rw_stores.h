/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_stores.h - what rw_barrier.c tells rw_group.c of stores, and gets from
 * it. */
#ifndef ESCC_RW_STORES_H
#define ESCC_RW_STORES_H

#include "rw_shared.h"

/* How an assignment will be written: as it is; as a store and the check of one
 * word; or in another way. */
enum store_form { STORE_PLAIN, STORE_WORD, STORE_OTHER };
enum store_form rw_store_form(const struct rewrite *, struct node *assign);
/* Whether a compound assignment stays as it is. */
bool rw_compound_is_plain(const struct rewrite *, struct node *compound);

/* Each has two operands in the test of the flag, which are in registers at
 * the same time; an address may take two.  x86 has 14 to give. */
enum { GROUP_STORES = 3 };

/* Stores that have one test of the flag [inv.group]. */
struct store_group {
    const struct node *first, *last;    /* assignments */
    const struct node *comma;           /* whose operands they are, or NULL */
    unsigned hoisted;           /* 0, or the number in the names of variables
                                   that values and slots are put in */
    const char *values[GROUP_STORES], *slots[GROUP_STORES];
    int count;                          /* of those that are written */
};

#endif
