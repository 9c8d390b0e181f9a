// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* Keys and values of a hash table that is reached through calls.  In Go they
 * escape even from a map that does not; here a table of the function's own
 * keeps them in the function. */
#include <string.h>

enum { SLOTS = 8 };
struct slot { const char *key; int *value; };
struct table { struct slot slots[SLOTS]; };
struct table global;

static unsigned hash(const char *key)
// CHECK: :[[#@LINE-1]]:{{.*}} key does not escape
{
    unsigned h = 0;
    while (*key)
        h = h * 31 + (unsigned char)*key++;
    return h % SLOTS;
}
static void put(struct table *t, const char *key, int *value)
// CHECK: :[[#@LINE-1]]:{{.*}} t does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} leaking param: key to content of t level=0
// CHECK: :[[#@LINE-3]]:{{.*}} leaking param: value to content of t level=0
{
    struct slot *s = &t->slots[hash(key)];
    s->key = key;
    s->value = value;
}
static int *get(struct table *t, const char *key)
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: t to result ~r0 level=1
// CHECK: :[[#@LINE-2]]:{{.*}} key does not escape
{
    struct slot *s = &t->slots[hash(key)];
    return s->key && !strcmp(s->key, key) ? s->value : 0;
}

int local_table(void)
{
    char key[] = "k";
    int value = 1;
    struct table t = {0};
    put(&t, key, &value);
    return *get(&t, key);
}
int local_search(void)
{
    char key[] = "k";
    return get(&global, key) != 0;
}
void global_table(void)
{
    char key[] = "k";
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: key
    int value = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: value
    put(&global, key, &value);
}
int *returned_value(void)
{
    char key[] = "k";
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: key
    int value = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: value
    struct table t = {0};
    put(&t, key, &value);
    return get(&t, key);
}
/* A value that holds another. */
int chained(void)
{
    int x = 1;
    struct table inner = {0}, outer = {0};
    put(&inner, "x", &x);
    put(&outer, "inner", (int *)&inner);
    return *get((struct table *)get(&outer, "inner"), "x");
}
