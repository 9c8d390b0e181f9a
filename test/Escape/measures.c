// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* A static that holds an address only to compare it, or for a distance, keeps
   no local in use; one through which somebody can get to the local does. */
#include <stddef.h>
#include <stdint.h>

int number(int n);
void keep(void *p);

/* As Tcl finds its depth: the local is read and written by name. */
int depth_of_elements(void)
{
    static ptrdiff_t *reference = NULL;
    ptrdiff_t depth;
    if (reference == NULL)
        reference = &depth;
    depth = reference - &depth;
    return number(depth);
}

static char *bottom;
static uintptr_t bottom_number;
int grows_down(void)
{
    char here = 0;
    if (!bottom)
        bottom = &here, bottom_number = (uintptr_t)&here;
    return &here < bottom && bottom - &here > 100
           && bottom_number - (uintptr_t)&here < 1000 ? here : 0;
}

/* Read back: somebody gets to the local. */
static int *read_back;
int reads(void)
{
    int x = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    if (read_back)
        return *read_back;
    read_back = &x;
    return x;
}

static int *passed_on;
void passes(void)
{
    int x = 2;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    passed_on = &x;
    x++;
}
void pass(void) { keep(passed_on); }

/* By way of what it was assigned to. */
static int *first;
static int *second;
void assigns(void)
{
    int x = 3;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    keep(second = first = &x);
    x++;
}

/* Neither a pointer less a number nor a number less a number is a distance,
   and the distance to a constant is an address. */
static char *moving;
static uintptr_t less, to_null;
char *move(int n)
{
    char x = 4, y = 5, z = 6;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    // CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: y
    // CHECK: :[[#@LINE-3]]:{{.*}} moved to heap: z
    moving = &x;
    less = (uintptr_t)&y;
    to_null = (uintptr_t)&z;
    x++, y++, z++;
    return n ? moving - n : (char *)(less - n) + (to_null - (uintptr_t)0);
}

/* Not this unit's alone. */
char *visible;
void sets_visible(void)
{
    char x = 7;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    if (!visible)
        visible = &x;
    x++;
}

static char *has_address;
char **address(void) { return &has_address; }
void sets_address(void)
{
    char x = 8;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    has_address = &x;
    x++;
}

/* The value of a statement expression. */
static char *valued;
char *value(void)
{
    char x = 9;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    valued = &x;
    x++;
    return ({ valued; });
}
