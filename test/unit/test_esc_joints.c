/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_esc_joints.c - what others return, and what it costs to follow it: the
 * escape analysis on graphs made by hand, as in test_esc_solve.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "escape/esc_solve.h"

static struct esc_scope function_scope = {NULL, 1, NULL};
static struct esc_scope loop_scope = {&function_scope, 2, NULL};

/* Any pointers will do for functions. */
static const char f_name, g_name;
#define F ((const struct symbol *)(const void *)&f_name)
#define G ((const struct symbol *)(const void *)&g_name)

static struct esc_location *local(struct esc_graph *g, struct esc_scope *s)
{
    return esc_graph_add(g, LOC_VARIABLE, s);
}

static bool depends_on(const struct esc_conditions *conditions,
                       const struct esc_location *root)
{
    for (size_t i = 0; i < conditions->count; i++)
        if (conditions->items[i].root == root)
            return true;
    return false;
}

/* The result of a call of F that may be its argument. */
static struct esc_location *result_of_f(struct esc_graph *g,
                                        struct esc_scope *scope)
{
    struct esc_location *gate = esc_graph_add(g, LOC_TEMPORARY, scope);
    gate->gate = esc_graph_atom(g, F, 0, ESC_RETURNED);
    if (!gate->gate->onward) {
        gate->gate->onward = esc_graph_add(g, LOC_ATOM, NULL);
        gate->gate->onward->callee = F;
        gate->gate->onward->returned_on = true;
    }
    return gate;
}

static void joins(const struct esc_conditions *conditions,
                  const struct esc_location *root, bool both)
{
    assert_int_equal(conditions->count, 1);
    const struct esc_location *joint = conditions->items[0].root;
    assert_ptr_equal(joint->joined[0]->callee, F);
    assert_ptr_equal(joint->joined[1], root);
    assert_int_equal(esc_graph_needs_both(joint), both);
}

/* g(f(&x)); g(f(p)); f(&y); */
static void test_result_is_handed_on(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(1);
    struct esc_tag *tag = esc_tag_new(1, false);
    struct esc_location *p = esc_graph_parameter(g, 0, &function_scope);
    struct esc_location *x = local(g, &function_scope);
    struct esc_location *y = local(g, &function_scope);
    struct esc_location *first = result_of_f(g, &function_scope);
    struct esc_location *second = result_of_f(g, &function_scope);
    struct esc_location *third = result_of_f(g, &function_scope);
    struct esc_location *keeps = esc_graph_atom(g, G, 0, 0);
    esc_graph_flow(g, first, x, -1, NULL);
    esc_graph_flow(g, second, p, 0, NULL);
    esc_graph_flow(g, third, y, -1, NULL);
    esc_graph_flow(g, keeps, first, 0, NULL);
    esc_graph_flow(g, keeps, second, 0, NULL);
    esc_solve(g, tag);
    joins(&x->conditions, keeps, true);
    joins(&g->kept[0], keeps, true);
    assert_int_equal(y->conditions.count, 0);
    assert_ptr_equal(x->conditions.items[0].root, g->kept[0].items[0].root);
    assert_int_equal(tag->to_heap[0], ESC_NO_FLOW);
}

/* r = f(&x); i = f(&a); for (;;) { T b; i = f(i); i = f(p); i = f(&b); } g(&r);
 * and heap = f(&y). */
static void test_result_in_variable(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(1);
    struct esc_tag *tag = esc_tag_new(1, false);
    struct esc_location *p = esc_graph_parameter(g, 0, &function_scope);
    struct esc_location *i = local(g, &function_scope);
    struct esc_location *r = local(g, &function_scope);
    struct esc_location *a = local(g, &function_scope);
    struct esc_location *b = local(g, &loop_scope);
    struct esc_location *x = local(g, &function_scope);
    struct esc_location *y = local(g, &function_scope);
    struct esc_location *outside = result_of_f(g, &function_scope);
    struct esc_location *inside = result_of_f(g, &loop_scope);
    struct esc_location *to_r = result_of_f(g, &function_scope);
    struct esc_location *to_heap = result_of_f(g, &function_scope);
    struct esc_location *keeps = esc_graph_atom(g, G, 0, 0);
    esc_graph_flow(g, outside, a, -1, NULL);
    esc_graph_flow(g, inside, i, 0, NULL);
    esc_graph_flow(g, inside, p, 0, NULL);
    esc_graph_flow(g, inside, b, -1, NULL);
    esc_graph_flow(g, i, outside, 0, NULL);
    esc_graph_flow(g, i, inside, 0, NULL);
    esc_graph_flow(g, to_r, x, -1, NULL);
    esc_graph_flow(g, r, to_r, 0, NULL);
    esc_graph_flow(g, keeps, r, -1, NULL);
    esc_graph_flow(g, to_heap, y, -1, NULL);
    esc_graph_flow(g, g->heap, to_heap, 0, NULL);
    esc_solve(g, tag);
    joins(&b->conditions, i, false);
    assert_int_equal(a->conditions.count, 0);
    assert_int_equal(g->kept[0].count, 0);
    assert_true(depends_on(&r->conditions, keeps));
    joins(&x->conditions, r, true);
    assert_true(depends_on(&y->conditions,
                           esc_graph_atom(g, F, 0, ESC_RETURNED)));
    assert_false(a->escapes || b->escapes || x->escapes || y->escapes);
}

enum { MANY_CALLS = 80 };

/* What a function has of its own, of so many that do what F does. */
struct chain {
    char functions[MANY_CALLS];    /* any pointers will do */
    struct esc_graph *graph;
};

/* to = f(from), with another f for each number. */
static void call_in_chain(struct chain *c, int number,
                          struct esc_location *to, struct esc_location *from)
{
    struct esc_graph *g = c->graph;
    const struct symbol *callee = (const void *)&c->functions[number];
    struct esc_location *argument = esc_graph_add(g, LOC_TEMPORARY, NULL);
    esc_graph_flow(g, argument, from, 0, NULL);
    for (int level = 0; level < ESC_ATOM_LEVELS; level++)
        esc_graph_flow(g, esc_graph_atom(g, callee, 0, level), argument, level,
                       NULL);
    for (int level = 0; level < ESC_RETURN_LEVELS; level++) {
        struct esc_location *gate =
            esc_graph_add(g, LOC_TEMPORARY, &function_scope);
        gate->gate = esc_graph_atom(g, callee, 0, ESC_RETURNED + level);
        gate->gate->onward = esc_graph_add(g, LOC_ATOM, NULL);
        gate->gate->onward->callee = callee;
        gate->gate->onward->returned_on = true;
        esc_graph_flow(g, gate, argument, level, NULL);
        esc_graph_flow(g, to, gate, 0, NULL);
    }
}

/* `count` calls whose results go round through so many variables, of which the
 * first has the address of x and g gets the last: what solving costs. */
static unsigned long solve_chain(int count, int variables, int *joints)
{
    static struct chain c;
    struct esc_location *p[MANY_CALLS + 1];
    struct esc_graph *g = c.graph = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    for (int i = 0; i < variables; i++)
        p[i] = local(g, &function_scope);
    struct esc_location *x = local(g, &function_scope);
    struct esc_location *keeps = esc_graph_atom(g, G, 0, 0);
    esc_graph_flow(g, p[0], x, -1, NULL);
    for (int i = 0; i < count; i++)
        call_in_chain(&c, i, p[(i + 1) % variables], p[i % variables]);
    esc_graph_flow(g, keeps, p[count % variables], 0, NULL);
    esc_solve(g, tag);
    assert_true(x->escapes || x->conditions.count);
    if (variables == 1 && !x->escapes)
        assert_true(depends_on(&x->conditions, keeps));
    *joints = g->joint_count;
    return g->steps;
}

/* p = f0(p); p = f1(p); ... g(p); no joint says anything new.  Of variables in
 * a row as many as four of the nearest calls can make, of those that go round
 * no more than a graph may have. */
static void test_joints_of_many_calls(void **state)
{
    (void)state;
    int joints, more;
    for (int calls = 10; calls <= MANY_CALLS; calls *= 2) {
        unsigned long all = (unsigned long)calls * (unsigned long)calls;
        assert_true(solve_chain(calls, 1, &joints) < 60 * all);
        assert_int_equal(joints, 0);
        assert_true(solve_chain(calls, calls + 1, &joints) < 1000 * all);
        assert_true(joints < 45 * calls);
    }
    solve_chain(MANY_CALLS / 2, 2, &joints);
    solve_chain(MANY_CALLS, 2, &more);
    assert_true(joints > 0 && more <= 8192);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_result_is_handed_on),
        cmocka_unit_test(test_result_in_variable),
        cmocka_unit_test(test_joints_of_many_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
