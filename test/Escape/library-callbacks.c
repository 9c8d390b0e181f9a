// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 | FileCheck %s
// RUN: %S/Inputs/everywhere %escc %clang %gcc %s
/* A comparison that the library calls may keep the key, or store it in what
 * it is compared with.
 */
#include "Inputs/carried.h"

#include <search.h>

static const int *global;
static void *root;

struct item { int key; const struct item *last; };

static int keep(const void *a, const void *b)
{
    if (a != b)
        global = a;
    return *(const int *)a - *(const int *)b;
}

static int link_up(const void *a, const void *b)
{
    ((struct item *)b)->last = a;
    return ((const struct item *)a)->key - ((const struct item *)b)->key;
}

static int plain(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static struct item stored = {3, 0};

NOINLINE void find_and_keep(void)
{
    int key = 3;    // CHECK: :[[@LINE]]:9: {{.*}}moved to heap: key
    tfind(&key, &root, keep);
}

NOINLINE void find_and_link(void)
{
    struct item key = {3, 0};
    // CHECK: :[[@LINE-1]]:17: {{.*}}moved to heap: key
    tfind(&key, &root, link_up);
}

NOINLINE int find(void)
{
    int key = 3;    // CHECK-NOT: moved to heap: key
    return tfind(&key, &root, plain) != NULL;
}

int main(void)
{
    tsearch(&stored, &root, plain);
    find_and_keep();
    CHECK(global && *global == 3 && global != &stored.key);
    find_and_link();
    CHECK(stored.last && stored.last != &stored && stored.last->key == 3);
    CHECK(find());
    return failures != 0;
}
