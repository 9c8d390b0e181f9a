// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -w -c %s -o %t.o -report-advice 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: --implicit-check-not=note: %s
// RUN: %escc -w -c %s -o %t.o -report-advice -report-escapes=json \
// RUN:   2>/dev/null | FileCheck --check-prefix=JSON %s
/* -report-advice: what would take less, and by how much; nothing where the
 * text does not show it to be so. */
#include <stdlib.h>

struct bad { char a; void *p; char b; int *q; short s; };
// CHECK:      :[[#@LINE-1]]:1: remark: struct bad has 40 bytes, and 24 with
// CHECK-SAME: its members in the order p, q, s, a, b: saves 16 bytes (40 %) of
// CHECK-SAME: each [advice]
// JSON: "code":"advice","source":"escc","message":"struct bad has 40 bytes
struct good { void *p; int a; int b; };
struct base { int x; char c; };
struct derived { struct base base; char d; double e; char f; };
// CHECK:      :[[#@LINE-1]]:1: remark: struct derived has 32 bytes, and 24
// CHECK-SAME: order base, e, d, f: saves 8 bytes (25 %) of each [advice]
struct __attribute__((packed)) packed { char a; void *p; char b; };
struct bits { char a; int b : 3; void *p; char c; };
struct open { char a; void *p; char b; char tail[]; };
struct unused { char a; void *p; char b; };
union either { struct { char a; } x; void *p; };

int use(struct bad *b, struct good *g, struct derived *d, struct packed *p,
        struct bits *t, struct open *f, union either *e)
{
    return b->a + g->a + d->d + p->a + t->a + f->a + e->x.a;
}

struct point { int x, y; };

/* No caller keeps what it gets: */
static struct point *make(int x)
{
    struct point *p = malloc(sizeof *p);
    p->x = x;
    return p;
}
// CHECK:      :[[#@LINE-6]]:22: remark: what make returns outlives no caller:
// CHECK-SAME: returned by value (struct point, 8 bytes) it saves an allocation
// CHECK-SAME: at each of 2 calls [advice]
int both(void) { return make(1)->x + make(2)->y; }

/* One does: */
static struct point *make_one(int x)
{
    struct point *p = malloc(sizeof *p);
    p->x = x;
    return p;
}
struct point *kept;
int some(void) { kept = make_one(1); return make_one(3)->x; }

int *grow(int n)
{
    int *a = NULL, c = 0;
    for (int i = 0; i < n; i++) {
        a = realloc(a, (c + 1) * sizeof *a);
        a[c++] = i;
    }
    return a;
}
// CHECK:      :[[#@LINE-5]]:13: remark: realloc in a loop makes room for 1 more
// CHECK-SAME: 1000 elements of 4 bytes may take 1998000 bytes of copying; with
// CHECK-SAME: twice the room when it is full, less than 8000 [advice]

int *grow_by_blocks(int n)
{
    int *a = NULL;
    size_t c = 0, room = 0;
    while (n--) {
        if (c == room) {
            room += 16;
            a = realloc(a, room * sizeof *a);
        }
        a[c++] = n;
    }
    return a;
}
// CHECK: :[[#@LINE-6]]:17: remark: realloc in a loop makes room for 16 more

struct list { struct list *next; long *items; int count, room; };

void grow_member(struct list *l, int n)
{
    while (n--) {
        l->items = realloc(l->items, (l->count + 1) * sizeof *l->items);
        l->items[l->count++] = n;
    }
}
// CHECK: :[[#@LINE-4]]:20: remark: realloc in a loop makes room for 1 more each
// CHECK-SAME: time: 1000 elements of 8 bytes

/* Another list each time. */
void grow_each(struct list *l)
{
    for (; l; l = l->next) {
        l->items = realloc(l->items, (l->count + 1) * sizeof *l->items);
        l->items[l->count++] = 0;
    }
}

int *double_it(int n)
{
    int *a = NULL;
    size_t c = 0, room = 0;
    while (n--) {
        if (c == room) {
            room = room ? room * 2 : 8;
            a = realloc(a, room * sizeof *a);
        }
        a[c++] = n;
    }
    return a;
}

int *once(int *a, int n) { return realloc(a, (n + 1) * sizeof *a); }

struct owner { char *buffer; int n; };
struct owner *open_owner(void)
{
    struct owner *o = malloc(sizeof *o);
    if (!o)
        return NULL;
    o->buffer = malloc(100);
    o->n = 0;
    return o;
}
// CHECK:      :[[#@LINE-4]]:17: remark: buffer of struct owner is allocated
// CHECK-SAME: right behind it and nowhere else: one allocation of 116 bytes
// CHECK-SAME: instead of two saves a call for each [advice]

/* Its buffer changes: */
struct changing { char *buffer; int n; };
struct changing *open_changing(void)
{
    struct changing *o = malloc(sizeof *o);
    o->buffer = malloc(100);
    return o;
}
void change(struct changing *o, char *p) { o->buffer = p; }
