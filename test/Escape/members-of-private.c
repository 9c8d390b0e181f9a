// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | grep 'moved to heap' | FileCheck --implicit-check-not=moved %s
/* A member that is a structure is an object of its own where no other code
 * knows of the structure around it: who keeps what it leads to does not keep
 * what the other members lead to. */
#include <stdlib.h>
#include <string.h>

struct inner { int *p; };
static int *global;
static struct inner *kept;

static void keeps_content(struct inner *v) { global = v->p; }
int *use(void) { return kept ? kept->p : global; }

/* x is in a member beside the one of which the content is kept. */
#define CASE(name, ...) \
    struct name { int *beside; struct inner v; }; \
    static int name##_beside(void) \
    { \
        int x = 1; \
        struct name r __VA_ARGS__; \
        r.beside = &x; \
        keeps_content(&r.v); \
        return *r.beside; \
    }

CASE(private)
static int in_pointer(struct private *r) { return *r->beside; }
int private(void) { struct private r; return private_beside(); }

/* ---- what is found in the member, or is it ------------------------------- */

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
int content(void) { int x = 1; struct private r; r.v.p = &x;
    keeps_content(&r.v); return x; }

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: r
int itself(void) { struct private r; kept = &r.v; return 1; }

// CHECK: :[[#@LINE+2]]:{{.*}} moved to heap: x
static struct private *shelf;
int outlived(void) { int x = 1; struct private r; shelf = &r; r.v.p = &x;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: r
    return x; }
int *use_shelf(void) { return shelf->v.p; }

/* ---- others know of the structure, or it is dealt with as a whole -------- */

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(converted)
struct converted *around(struct inner *v)
{
    return (struct converted *)((char *)v - sizeof(int *));
}

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(shared)
void others(struct shared *);
void shared(void) { others(0); }

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(copied)
static void copy(struct copied *to, const struct copied *from) { *to = *from; }

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(byte_wise)
static void copy_bytes(struct byte_wise *to, const struct byte_wise *from)
{
    memcpy(to, from, sizeof *to);
}

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(initialised, = {0})

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(allocated)
static struct allocated *allocate(void) { return malloc(sizeof(struct allocated)); }
