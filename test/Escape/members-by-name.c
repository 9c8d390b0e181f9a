// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | grep 'moved to heap' | FileCheck --implicit-check-not=moved %s
/* What is found in a member of a structure that no other code knows, and that
 * only its name leads to, is told apart from what the other members hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static int *kept;
int *use_kept(void) { return kept; }

/* `keep` of the structure is kept, `look` is read.  `more`: what else the unit
 * does with one; MADE: what the case does with w. */
#define CASE(name, more, made) \
    struct name { int *keep; int *look; int **out; }; \
    static int name##_sees(struct name *w) \
    { \
        kept = w->keep; \
        return *w->look; \
    } \
    more \
    int name##_case(void) \
    { \
        int x = 1, y = 2; \
        struct name w; \
        w.keep = &y; \
        w.look = &x; \
        made; \
        return name##_sees(&w) + x + y; \
    }
#define NOTHING

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: y
CASE(plain, NOTHING, NOTHING)

/* ---- where the member is not its name's alone ---------------------------- */

// CHECK: :[[#@LINE+2]]:{{.*}} moved to heap: x
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: y
CASE(addressed, static int **where(struct addressed *w) { return &w->look; }
     void keep(struct addressed *w) { kept = *where(w); }, NOTHING)

// CHECK: :[[#@LINE+2]]:{{.*}} moved to heap: x
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: y
CASE(as_bytes, static char *bytes(struct as_bytes *w) { return (char *)w; }
     static void keeps(struct as_bytes *w)
     { memcpy(&kept, bytes(w) + 8, sizeof kept); }, keeps(&w))

// CHECK: :[[#@LINE+3]]:{{.*}} moved to heap: x
// CHECK: :[[#@LINE+2]]:{{.*}} moved to heap: y
struct alike { int *a, *b; };
CASE(converted, static void as(struct converted *w)
     { kept = ((struct alike *)w)->b; }, as(&w))

// CHECK: :[[#@LINE+3]]:{{.*}} moved to heap: x
// CHECK: :[[#@LINE+2]]:{{.*}} moved to heap: y
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: w
CASE(shared, void others(struct shared *);, others(&w))

static int compare(const void *a, const void *b) { return a < b; }
// CHECK: :[[#@LINE+2]]:{{.*}} moved to heap: x
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: y
CASE(sorted, NOTHING, qsort(&w, 2, sizeof(int *), compare))

static void variable(int n, ...)
{
    va_list list;
    va_start(list, n);
    kept = va_arg(list, int **)[1];
    va_end(list);
}
// CHECK: :[[#@LINE+2]]:{{.*}} moved to heap: x
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: y
CASE(varied, NOTHING, variable(1, &w))

// CHECK: :[[#@LINE+3]]:{{.*}} moved to heap: x
// CHECK: :[[#@LINE+2]]:{{.*}} moved to heap: y
union punned_union { struct punned *s; struct alike *t; int **p; };
CASE(punned, static void puns(struct punned *w)
     { union punned_union u; u.s = w; kept = u.t->b; }, puns(&w))

// CHECK: :[[#@LINE+3]]:{{.*}} moved to heap: x
// CHECK: :[[#@LINE+2]]:{{.*}} moved to heap: y
#define BOTH union both { struct in_union s; struct alike t; };
CASE(in_union, BOTH static void keeps_other(struct in_union *w)
     { union both u; u.s = *w; kept = u.t.b; }, keeps_other(&w))

/* ---- it is told apart, and kept ------------------------------------------ */

// CHECK: :[[#@LINE+2]]:{{.*}} moved to heap: x
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: y
CASE(other, static void looks(struct other *w) { kept = w->look; }, NOTHING)

/* By a function that is called through a pointer. */
struct hooked { void (*hook)(struct hooked *); int *look, *keep; };
static void hook_keeps(struct hooked *w) { kept = w->keep; }
static void hook_looks(struct hooked *w) { *w->look = 1; }
static void run(struct hooked *w) { w->hook(w); }
int hooks(int n)
{
    int x = 1, y = 2;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: y
    struct hooked w = {n ? hook_keeps : hook_looks, &x, &y};
    run(&w);
    return x + y;
}

/* In a copy of the structure, and one that is passed by value. */
struct copied { int *look, *keep; };
static void copy_keeps(struct copied *w) { struct copied v = *w; kept = v.keep; }
static void value_keeps(struct copied w) { kept = w.keep; }
int copies(void)
{
    int x = 1, y = 2;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
// CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: y
    struct copied w = {&x, &y}, *p = &w, v = *p;
    copy_keeps(&v);
    return x + y;
}
int values(void)
{
    int x = 1, y = 2;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
// CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: y
    value_keeps((struct copied){.keep = &y, .look = &x});
    return x + y;
}

/* Of what it leads to. */
struct leading { int **look; int *keep; };
static void leads(struct leading *w) { kept = *w->look; }
int leads_to(void)
{
    int x = 1, *p = &x;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    struct leading w = {&p};
    leads(&w);
    return **w.look;
}

/* By who gets it from a function. */
struct got { int *look, *keep; };
static int *get(struct got *w) { return w->look; }
int gets(void) { int x = 1; struct got w = {&x}; return *get(&w); }
int got_and_kept(void)
{
    int x = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    struct got w = {&x};
    kept = get(&w);
    return x;
}

/* Who stores through what is found stores where that is. */
struct through { int ***look; };
static void sets(struct through *w, int *x) { **w->look = x; }
int stored_through(void)
{
    int x = 1, *p = NULL, **q = &p;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    struct through w = {&q};
    sets(&w, &x);
    kept = p;
    return x;
}
static int **shelf;
static int ***found_on(struct through *w) { return w->look; }
int stored_on_shelf(void)
{
    int x = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    int **q = shelf;
    struct through w = {&q};
    **found_on(&w) = &x;
    return x;
}

/* ---- lifetimes ----------------------------------------------------------- */

struct held { int *look, *keep; };
int outlived(int n)
{
    int *q = &n;
    {
        int x = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
        struct held w, *p = &w;
        p->look = &x;
        q = p->look;
    }
    return *q;
}
int put_there(struct held *w)
{
    int x = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    w->look = &x;
    return x;
}
static struct held everywhere;
int in_static(void)
{
    int x = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    struct held *p = &everywhere;
    p->look = &x;
    return *everywhere.look;
}
static void moves(struct held *to, struct held *from) { to->look = from->look; }
int moved_from(void)
{
    struct held outer;
    {
        int x = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
        struct held inner = {&x};
        moves(&outer, &inner);
    }
    return *outer.look;
}

/* A list in frames stays there, also if functions put elements into it. */
struct list { struct list *next; int *value; };
static void insert(struct list *l, struct list *n)
{
    n->next = l->next;
    l->next = n;
}
static int sum(const struct list *l)
{
    int n = 0;
    for (; l; l = l->next)
        n += *l->value;
    return n;
}
int in_frames(void)
{
    int x = 1;
    struct list head = {NULL, &x}, a = {NULL, &x};
    insert(&head, &a);
    return sum(&head);
}
static struct list *all;
static void take(struct list *l) { all = l->next; }
int taken(void)
{
    int x = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    struct list a = {NULL, &x}, head = {&a};
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: a
    take(&head);
    return *all->value;
}

/* ---- unions -------------------------------------------------------------- */

/* Pointers to structures that nobody else knows are told apart; what is stored
 * as anything else is read as anything else. */
struct one { int *p; };
struct two { int *p; };
struct choice { union { struct one *one; struct two *two; int n; } u; };
static struct two *kept_two;
static void chooses(struct choice *c) { kept_two = c->u.two; }
int chosen(void)
{
    int x = 1, y = 2;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: y
    struct one a = {&x};
    struct two b = {&y};
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: b
    struct choice c, d;
    c.u.one = &a;
    d.u.two = &b;
    chooses(&c);
    chooses(&d);
    return *c.u.one->p + *kept_two->p;
}
struct loose { union { int *p; long n; } u; };
static void numbers(struct loose *c) { kept = (int *)c->u.n; }
int as_number(void)
{
    int x = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    struct loose c;
    c.u.p = &x;
    numbers(&c);
    return x;
}

/* Not if two unions have such a member: what is stored in one may be read in
 * the other. */
struct three { int *p; };
struct four { int *p; };
struct this { union { struct three *three; struct four *four; } u; };
struct that { union { struct three *three; struct four *four; } u; };
static struct three *kept_three;
static void mixes(struct this *t)
{
    struct that u;
    u.u.four = t->u.four;
    kept_three = u.u.three;
}
int mixed(void)
{
    int x = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    struct three a = {&x};
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: a
    struct this t;
    t.u.three = &a;
    mixes(&t);
    return *kept_three->p;
}
