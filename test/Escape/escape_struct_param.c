// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* Structures as parameters, by pointer and by value: levels. */
struct u { char *s; char **p; };
struct v { struct u u; struct u *up; struct u **upp; };

char *global;

char *by_pointer_s(struct u *u) { return u->s; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: u to result ~r0 level=1
char **by_pointer_p(struct u *u) { return u->p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: u to result ~r0 level=1
char *by_pointer_pp(struct u *u) { return *u->p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: u to result ~r0 level=2
char **by_pointer_address(struct u *u) { return &u->s; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: u to result ~r0 level=0

char *by_value_s(struct u u) { return u.s; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: u to result ~r0 level=0
char *by_value_pp(struct u u) { return *u.p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: u to result ~r0 level=1

char *nested_s(struct v *v) { return v->u.s; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: v to result ~r0 level=1
char *nested_pp(struct v *v) { return *v->u.p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: v to result ~r0 level=2
char *nested_up(struct v *v) { return v->up->s; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: v to result ~r0 level=2
char *nested_up_pp(struct v *v) { return *v->up->p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: v to result ~r0 level=3
char *nested_upp(struct v *v) { return *(*v->upp)->p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: v to result ~r0 level=4
struct u *nested_address(struct v *v) { return &v->u; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: v to result ~r0 level=0

char *value_nested_s(struct v v) { return v.u.s; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: v to result ~r0 level=0
char *value_nested_up(struct v v) { return v.up->s; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: v to result ~r0 level=1

void by_pointer_leaks(struct v *v) { global = v->up->s; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param content: v
void by_value_leaks(struct v v) { global = v.u.s; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: v

void content_leaks(void)
{
    char c = 'x';
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: c
    struct u u = {&c, 0};
    global = by_pointer_s(&u);
}

void value_leaks(void)
{
    char c = 'x';
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: c
    struct u u = {&c, 0};
    global = by_value_s(u);
}

char value_stays(void)
{
    char c = 'x';
    struct u u = {&c, 0};
    return *by_value_s(u);
}

void level2_leaks(void)
{
    char c = 'x';
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: c
    char *s = &c;
    struct u u = {0, &s};
    global = by_pointer_pp(&u);
}
