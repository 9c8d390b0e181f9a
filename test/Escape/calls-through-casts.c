// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 | FileCheck %s
/* A function called by a type that is not its own: the parameters are the
 * callee's, wherever its registers begin.  (Not run: gcc changes the
 * parameters of a static function that is called so.)
 */
long kept;
struct two { void *a, *b; };

static void scalars(long a, long b) { kept = b; }
static void by_value(struct two t) { kept = (long)t.b; }
static void members(void *a, void *b) { kept = (long)b; }

void integers(void)
{
    int x = 1;      // CHECK: :[[@LINE]]:9: {{.*}}moved to heap: x
    ((void (*)(void *, void *))scalars)(0, &x);
}

void struct_from_words(void)
{
    int x = 2;      // CHECK: :[[@LINE]]:9: {{.*}}moved to heap: x
    ((void (*)(void *, void *))by_value)(0, &x);
}

void words_from_struct(void)
{
    int x = 3;      // CHECK: :[[@LINE]]:9: {{.*}}moved to heap: x
    struct two t = {0, &x};
    ((void (*)(struct two))members)(t);
}

void through_variable(void)
{
    int x = 4;      // CHECK: :[[@LINE]]:9: {{.*}}moved to heap: x
    void (*f)(void *, void *) = (void (*)(void *, void *))by_value;
    f(0, &x);
}

void first_only(void)
{
    int x = 5, y = 6;   // CHECK-NOT: moved to heap: x
    // CHECK: :[[@LINE-1]]:16: {{.*}}moved to heap: y
    ((void (*)(void *, void *))scalars)(&x, &y);
}
