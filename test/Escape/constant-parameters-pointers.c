// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -w -O0 -report-escapes %s -o %t 2>&1 | FileCheck %s
// RUN: %t
/* A pointer that is null in a call is null plus the size of what it points to
 * one element further on, which decides what runs there. */
#include <stdlib.h>
#include <string.h>

struct record { const char *text; };

static void put(struct record *r, const char *text, long *room)
{
    if ((unsigned long)(room + 2) > 8)
        r->text = text;
}

static void put_between(struct record *r, const char *text, long *room)
{
    if ((long *)32 - room == 4)
        r->text = text;
}

static void give(struct record *r)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: text
    char text[] = "given";
    put(r, text, NULL);
}

static void give_between(struct record *r)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: text
    char text[] = "given";
    put_between(r, text, NULL);
}

static void overwrite(void)
{
    volatile char frame[1024];
    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = 'x';
}

int main(void)
{
    struct record r = {""};
    give(&r);
    overwrite();
    if (strcmp(r.text, "given") != 0)
        abort();
    give_between(&r);
    overwrite();
    return strcmp(r.text, "given") != 0;
}
