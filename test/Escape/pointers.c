// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* Calls through pointers to functions. */
typedef int (*visitor)(int *, void *);

int *global;

static int reads(int *p, void *context) { (void)context; return *p; }
// CHECK: :[[#@LINE-1]]:{{.*}} p does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} context does not escape

static int keeps(int *p, void *context) { (void)context; global = p; return 0; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p
// CHECK: :[[#@LINE-2]]:{{.*}} context does not escape

static int visit(visitor v, int *p) { return v(p, 0); }
// CHECK: :[[#@LINE-1]]:{{.*}} v does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} leaking param: p

/* Only called with `reads`. */
static int visit_reading(visitor v, int *p) { return v(p, 0); }
// CHECK: :[[#@LINE-1]]:{{.*}} v does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} p does not escape

int only_reads(void) { int x = 1; return visit_reading(reads, &x); }

int keeps_too(int n)
{
    int x = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    return visit(n ? reads : &keeps, &x);
}

int local_pointer(void)
{
    int x = 1;
    int (*f)(int *, void *) = reads;
    return f(&x, 0) + (*f)(&x, 0);
}

struct command { const char *name; visitor run, stop; };

static const struct command commands[] = {
    {"read", reads, keeps}, {.name = "none", .run = 0, .stop = keeps}};

int table(int i) { int x = 1; return commands[i].run(&x, 0); }

int other_member(int i) { int x = 1; return commands[i].stop(&x, 0); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x

static const visitor list[] = {reads, reads};

int list_element(int i) { int x = 1; return list[i](&x, 0); }

/* Another unit may have put anything here. */
struct command writable[] = {{"read", reads, 0}};

int writable_table(int i) { int x = 1; return writable[i].run(&x, 0); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x

/* This function may be called by others with any visitor. */
int public_visit(visitor v) { int x = 1; return v(&x, 0); }
// CHECK: :[[#@LINE-1]]:{{.*}} v does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: x

/* A library's function as a target. */
#include <string.h>
static int by_name(int (*order)(const char *, const char *))
// CHECK: :[[#@LINE-1]]:{{.*}} order does not escape
{
    char text[] = "x";
    return order(text, "y");
}
int use_by_name(void) { return by_name(strcmp); }

/* Whoever links another definition in place of this one is right. */
__attribute__((weak)) int weak(int *p) { return *p; }
// CHECK: :[[#@LINE-1]]:{{.*}} p does not escape

int calls_weak(void) { int x = 1; return weak(&x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x

/* What a pointer to anything holds is not followed. */
int through_void(int n)
{
    int x = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    void *other = keeps;
    visitor v = n ? reads : (visitor)other;
    return v(&x, 0);
}
