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
// CHECK: :[[#@LINE-1]]:{{.*}} probe escapes but {{.*}}address is used

uintptr_t depth(void) { int here; return (uintptr_t)&here; }
// CHECK: :[[#@LINE-1]]:{{.*}} here escapes but {{.*}}address is used

/* Nor is it in an arm that excludes the one that named it. */
void note(void *);

void arms(int step)
{
    int here;
    // CHECK: :[[#@LINE-1]]:{{.*}} here escapes but {{.*}}address is used
    if (step == 0)
        note(&here);
    else if (step == 1)
        global = &here;
    else
        note(step == 2 ? &here : (void *)&here);
}

void leaves(int step)
{
    int here;
    // CHECK: :[[#@LINE-1]]:{{.*}} here escapes but {{.*}}address is used
    if (step) {
        note(0);
        note(&here);
        return;
    }
    global = &here;
}

/* The second naming may hand out what the first one had written. */
void follows(int step)
{
    int here;  // CHECK: :[[#@LINE]]:{{.*}} moved to heap: here
    if (step)
        note(&here);
    global = &here;
}

void assigned_in_arm(int step)
{
    int here;  // CHECK: :[[#@LINE]]:{{.*}} moved to heap: here
    if (step)
        note(&here);
    else
        here = 1;
}

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
    // CHECK: :[[#@LINE-1]]:{{.*}} x escapes but {{.*}}cannot be moved
    global = &x;
}

void arguments(int n, ...)
{
    va_list list;
    va_start(list, n);
    global = &list;
    va_end(list);
}

/* The cleanup function gets the address: what `p` holds may be kept. */
static void keep(int **p) { global = *p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param content: p

void cleanup_keeps(void)
{
    int x = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    __attribute__((cleanup(keep))) int *p = &x;
}

void in_frame(int n) { global = __builtin_alloca(n); }
// CHECK: :[[#@LINE-1]]:{{.*}} __builtin_alloca(n) escapes but {{.*}}cannot be moved

char in_frame_until_the_end(int n)
{
    char *last = 0;
    for (int i = 1; i < n; i++) {
        char *p = __builtin_alloca(i);
        last = p;
    }
    return *last;
}

/* Signal handlers, however they are named. */
#include <signal.h>

static void direct(int n) { int x = n; global = &x; }
// CHECK: :[[#@LINE-1]]:{{.*}} x escapes but {{.*}}signal handler's
static void chosen(int n) { int x = n; global = &x; }
// CHECK: :[[#@LINE-1]]:{{.*}} x escapes but {{.*}}signal handler's
static void wrapped(int n) { int x = n; global = &x; }
// CHECK: :[[#@LINE-1]]:{{.*}} x escapes but {{.*}}signal handler's
static void no_handler(int n) { int x = n; global = &x; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x

static void install(int signal_number, void (*handler)(int))
// CHECK: :[[#@LINE-1]]:{{.*}} handler does not escape
{
    struct sigaction action;
    action.sa_handler = handler;
    sigaction(signal_number, &action, 0);
}

void handlers(int n)
{
    signal(SIGINT, direct);
    signal(SIGHUP, n ? chosen : SIG_DFL);
    install(SIGTERM, wrapped);
    no_handler(n);
}

/* No automatic storage: nothing to move. */
int *statics(void)
{
    static int a = 1;
    static _Thread_local int b = 2;
    return a ? &a : &b;
}
