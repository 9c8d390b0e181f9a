// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* What stays in its frame although its address escapes. */
#include <stdarg.h>
#include <stdint.h>

void *global;
uintptr_t bottom;

/* Position of the stack: the local is never named again. */
void mark_bottom(void) { char probe; global = &probe; }
// CHECK: :[[#@LINE-1]]:{{.*}} probe escapes but {{.*}}only its address is used

uintptr_t depth(void) { int here; return (uintptr_t)&here; }
// CHECK: :[[#@LINE-1]]:{{.*}} here escapes but {{.*}}only its address is used

/* A local that is read by name, or initialised, is no probe. */
int named_again(void) { int here; global = &here; return here; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: here

void initialised(void) { int here = 0; global = &here; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: here

/* What cannot move. */
static void clean(int *p) { (void)p; }
// CHECK: :[[#@LINE-1]]:{{.*}} p does not escape

void cleanup(void)
{
    __attribute__((cleanup(clean))) int x = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} x escapes but {{.*}}it cannot be moved
    global = &x;
}

void arguments(int n, ...)
{
    va_list list;
    va_start(list, n);
    global = &list;
    va_end(list);
}

/* No automatic storage: nothing to move. */
int *statics(void)
{
    static int a = 1;
    static _Thread_local int b = 2;
    return a ? &a : &b;
}
