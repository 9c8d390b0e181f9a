// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | grep 'moved to heap' | FileCheck --implicit-check-not=moved %s
/* Calls through members of structures: what is stored in that member of any
 * object is known if no other code can have such an object. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int *global;
static int reads(int *p) { return *p; }
static int keeps(int *p) { global = p; return 0; }

/* ---- only this text stores in them --------------------------------------- */

struct walker { int depth; int (*at)(int *); int (*other)(int *); };

static int walk(struct walker *w, int *p) { return w->at ? w->at(p) : 0; }

int walks(int null)
{
    int x = 1;
    struct walker w, *copy = malloc(sizeof *copy);
    memset(&w, 0, sizeof w);
    w.at = null ? 0 : reads;
    w.other = keeps;
    *copy = w;
    memcpy(copy, &w, sizeof w);
    int result = walk(copy, &x) + w.at(&x);
    free(copy);
    return result;
}

struct nested { int n; struct { int (*at)(int *); } inner[2]; };
int in_arrays(int i)
{
    int x = 1;
    struct nested n = {1, {{reads}, {.at = &reads}}};
    return n.inner[i].at(&x);
}

struct copied { int (*at)(int *); };
int from_another_member(void)
{
    int x = 1;
    struct walker2 { int (*at)(int *); } w = {reads};
    struct copied c = {w.at};
    return c.at(&x);
}

/* A choice of pointers. */
struct visitor { int (*at)(int *); union { int n; struct copied2 *c;
                                            struct list *l; } u; };
struct copied2 { struct visitor v; };
struct list { struct list *next; };
int with_a_choice(struct list *l)
{
    int x = 1;
    struct copied2 c = {{reads}};
    c.v.u.c = &c;
    return c.v.u.c->v.at(&x);
}

/* ---- a function that keeps is stored in one of them ---------------------- */

struct mixed { int (*at)(int *); };
static struct mixed quiet = {reads}, loud;
int stored_elsewhere(void)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
    int x = 1;
    return quiet.at(&x);
}
static void become_loud(struct mixed *m) { (m->at) = keeps; }
void loudly(void) { become_loud(&loud); }

/* What is not followed may be anything. */
struct assigned { int (*at)(int *); };
extern int (*get(void))(int *);
int from_outside(void)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
    int x = 1;
    struct assigned a = {reads};
    a.at = get();
    return a.at(&x);
}

/* ---- others can have objects --------------------------------------------- */

/* Each structure with a function that gets an object of it, and passes x to
 * the function that is stored there. */
#define CASE(name) \
    struct name { long first; int (*at)(int *); }; \
    static struct name name##_object = {0, reads}; \
    static int call_##name(struct name *s) { int x = 1; return s->at(&x); }

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(parameter)
void other_units(struct parameter *);
int gives_to_others(void)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: s, unless other_units
    struct parameter s = {0, reads};
    other_units(&s);
    return call_parameter(&s);
}

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(result)
struct holder { struct result **list; };
struct holder *made_by_others(void);
int gets_from_others(void) { return call_result(*made_by_others()->list); }

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(defined)
int for_others(struct defined *s) { return call_defined(s); }

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(variable)
struct variable shared_with_others;
int of_a_variable(void) { return call_variable(&shared_with_others); }

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(hidden)
int behind_void(void *p) { return call_hidden(p); }

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(given)
extern void *shelf;
int on_a_shelf(void) { shelf = &given_object; return call_given(&given_object); }

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(number)
int by_number(unsigned long n) { return call_number((struct number *)n); }

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(characters)
int of_characters(char *from)
{
    struct characters s = {0, reads};
    memcpy(&s, from, sizeof s);
    return call_characters(&s);
}

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(punned)
union pun { struct punned s; long words[2]; };
int by_union(long word)
{
    union pun u = {{0, reads}};
    u.words[1] = word;
    return call_punned(&u.s);
}

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(pointed)
union pointer { struct pointed *s; void *any; };
int by_a_union_of_pointers(void *any)
{
    union pointer u = {.any = any};
    return call_pointed(u.s);
}

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(anonymous)
struct tagged { union { struct { struct anonymous *s; }; void *any; }; };
int by_anonymous_members(void *any)
{
    struct tagged t = {.any = any};
    return call_anonymous(t.s);
}

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(variadic)
int by_va_arg(int n, ...)
{
    va_list list;
    va_start(list, n);
    int result = call_variadic(va_arg(list, struct variadic *));
    va_end(list);
    return result;
}

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(untyped)
void without_prototype();
int to_any_function(void)
{
    without_prototype(&untyped_object);
    return call_untyped(&untyped_object);
}

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(assembled)
int in_assembly(void)
{
    struct assembled *s = &assembled_object;
    __asm__ volatile("nop" : "+r"(s));
    return call_assembled(s);
}

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(addressed)
static void put(int (**to)(int *)) { *to = keeps; }
int by_address(void)
{
    put(&addressed_object.at);
    return call_addressed(&addressed_object);
}

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(called)
typedef void any_function(void);
static int entry(struct called *s) { return call_called(s); }
void given_away(any_function **f) { *f = (any_function *)entry; }

// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
CASE(typed)
extern int (*hook)(struct typed *);
void hooked(void) { hook = call_typed; }
