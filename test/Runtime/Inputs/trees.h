/* trees.h - objects that threads exchange and change all the time, so that a
 * collector that misses a store loses one of them. */
#ifndef TREES_H
#define TREES_H

#include <stdatomic.h>
#include <stdlib.h>

enum { MAGIC = 0x1ea7 };

struct tree { struct tree *left, *right; long magic; };

static _Atomic(struct tree *) shared[64];
static atomic_long broken;

/* Where there is no memory a tree is smaller. */
static struct tree *grow(int depth)
{
    struct tree *t = malloc(sizeof *t);
    if (!t)
        return NULL;
    t->magic = MAGIC;
    t->left = depth ? grow(depth - 1) : NULL;
    t->right = depth ? grow(depth - 1) : NULL;
    return t;
}

static long count(const struct tree *t)
{
    if (!t)
        return 0;
    if (t->magic != MAGIC)
        broken++;
    return 1 + count(t->left) + count(t->right);
}

/* Takes a tree, changes its shape, and puts it elsewhere: no pointer but the
 * one on the stack leads to it meanwhile. */
static void shuffle(unsigned seed)
{
    struct tree *t = atomic_exchange(&shared[seed % 64], NULL);
    if (!t || seed % 5 == 0)
        t = grow(5);
    if (!t)
        return;
    struct tree *left = t->left;
    t->left = t->right;
    t->right = left;
    if (left) {
        left->left = grow(2);
        count(left);
    }
    atomic_exchange(&shared[seed / 64 % 64], t);
}

#endif
