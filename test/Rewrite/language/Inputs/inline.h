/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Inline functions of both models, whose one external copy is inline.c's. */
inline struct node *c99(long n)
{
    struct node *local = make(n), **at = keep(&local);
    *at = make(local->number + 1);
    churn();
    return *at;
}

extern inline __attribute__((__gnu_inline__)) struct node *gnu89(long n)
{
    struct node *list[2] = {make(n), make(n + 1)};
    keep(list);
    churn();
    return list[1];
}
