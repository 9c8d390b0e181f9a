// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* A function and what it closes over: a callback with its context.  GNU's
 * nested functions are refused, so that all that is closed over goes through
 * a pointer.  Where the analysis knows which functions a pointer may be, the
 * context does not leak. */
int *global;
typedef void callback(void *context);

static void reads(void *context) { (void)*(int *)context; }
// CHECK: :[[#@LINE-1]]:{{.*}} context does not escape
static void keeps(void *context) { global = context; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: context
static void keeps_content(void *context) { global = *(int **)context; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param content: context

static void call(callback *f, void *context) { f(context); }
// CHECK: :[[#@LINE-1]]:{{.*}} f does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} leaking param: context
static void call_reads(callback *f, void *context) { f(context); }
// CHECK: :[[#@LINE-1]]:{{.*}} f does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} context does not escape

void direct_reads(void) { int x = 1; reads(&x); }
void direct_keeps(void) { int x = 1; keeps(&x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
void direct_content(void) { int x = 1; int *p = &x; keeps_content(&p); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x

/* One `call` for all of its callers, as for Go's. */
void through_call(void) { int x = 1; call(reads, &x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
void through_call_keeps(void) { int x = 1; call(keeps, &x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
/* One with a single target is exact. */
void through_reads(void) { int x = 1; call_reads(reads, &x); }

void local_pointer(void)
{
    int x = 1;
    callback *f = reads;
    f(&x);
}
void one_of_two(int which)
{
    int x = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    callback *f = which ? reads : keeps;
    f(&x);
}

/* A closure that is returned takes along what it closes over. */
struct closure { callback *f; void *context; };
struct closure make(int n)
{
    int x = n;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    struct closure c = {reads, &x};
    return c;
}
callback *exported;
void unknown(void) { int x = 1; exported(&x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
