// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -w -O0 -report-escapes %s -o %t 2>&1 | FileCheck %s
// RUN: %t
/* An `if` that a constant argument decides: the branch that it takes returns,
 * the other one has a label.  Who comes by that label goes on behind the `if`,
 * so that what is there counts. */
#include <stdlib.h>
#include <string.h>

struct record { const char *text; int count, again; };

static void by_goto(struct record *r, const char *text, int mode)
{
    if (r->again)
        goto again;
    if (mode)
        return;
    else {
again:
        r->count++;
    }
    r->text = text;
}

static void by_goto_back(struct record *r, const char *text, int mode)
{
    if (!mode) {
again:
        r->count++;
    } else if (!r->again) {
        return;
    } else {
        r->again = 0;
        goto again;
    }
    r->text = text;
}

static void by_case(struct record *r, const char *text, int kind, int mode)
{
    switch (kind) {
    case 1:
        if (mode) {
            return;
        } else {
    case 2:
            r->count++;
        }
        r->text = text;
    }
}

/* Nobody comes behind this one. */
static void never(struct record *r, const char *text, int mode)
{
    if (r->again)
        goto again;
    if (mode)
        return;
    else {
again:
        r->count++;
        return;
    }
    r->text = text;
}

static void give_by_goto(struct record *r)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: text
    char text[] = "goto";
    by_goto(r, text, 1);
}

static void give_by_goto_back(struct record *r)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: text
    char text[] = "back";
    by_goto_back(r, text, 1);
}

static void give_by_case(struct record *r)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: text
    char text[] = "case";
    by_case(r, text, r->count, 1);
}

static void give_never(struct record *r)
{
    // CHECK-NOT: :[[#@LINE+1]]:{{.*}} moved to heap: text
    char text[] = "never";
    never(r, text, 1);
}

static void overwrite(void)
{
    volatile char frame[1024];
    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = 'x';
}

static void check(void (*give)(struct record *), const char *expected)
{
    struct record r = {"", 2, 1};
    give(&r);
    overwrite();
    if (strcmp(r.text, expected) != 0)
        abort();
}

int main(void)
{
    check(give_by_goto, "goto");
    check(give_by_goto_back, "back");
    check(give_by_case, "case");
    check(give_never, "");
    return 0;
}
