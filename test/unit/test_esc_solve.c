/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_esc_solve.c - the escape analysis on graphs made by hand.
 *
 * No C is parsed here: each test writes down the flows of a small function,
 * quoted above it, and asks what escapes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "escape/esc_solve.h"

static struct esc_scope function_scope = {NULL, 1, NULL};
static struct esc_scope inner_scope = {&function_scope, 1, NULL};
static struct esc_scope loop_scope = {&function_scope, 2, NULL};

static struct esc_location *local(struct esc_graph *g, struct esc_scope *s)
{
    return esc_graph_add(g, LOC_VARIABLE, s);
}

/* p = &x; return p; */
static void test_returned_address_escapes(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    struct esc_location *p = local(g, &function_scope);
    struct esc_location *x = local(g, &function_scope);
    esc_graph_flow(g, p, x, -1, NULL);
    esc_graph_flow(g, g->result, p, 0, NULL);
    assert_true(esc_solve(g, tag));
    assert_true(x->escapes);
    assert_false(p->escapes);
    assert_true(tag->result_unknown);
    assert_int_equal(x->path.count, 2);
    assert_ptr_equal(x->path.steps[0].from, x);
    assert_int_equal(x->path.steps[0].derefs, -1);
    assert_ptr_equal(x->path.steps[1].to, g->result);
    assert_false(esc_solve(g, tag));
}

/* p = &x; return *p; */
static void test_returned_value_stays(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    struct esc_location *p = local(g, &function_scope);
    struct esc_location *x = local(g, &function_scope);
    esc_graph_flow(g, p, x, -1, NULL);
    esc_graph_flow(g, g->result, p, 1, NULL);
    assert_false(esc_solve(g, tag));
    assert_false(x->escapes);
}

/* f(p, q) { global = p; return *q; } */
static void test_tags_of_parameters(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(3);
    struct esc_tag *tag = esc_tag_new(3, false);
    struct esc_location *p = esc_graph_parameter(g, 0, &function_scope);
    struct esc_location *q = esc_graph_parameter(g, 1, &function_scope);
    esc_graph_parameter(g, 2, &function_scope);
    esc_graph_flow(g, g->heap, p, 0, NULL);
    esc_graph_flow(g, g->result, q, 1, NULL);
    assert_true(esc_solve(g, tag));
    assert_int_equal(tag->to_heap[0], 0);
    assert_int_equal(tag->to_result[0], ESC_NO_FLOW);
    assert_int_equal(tag->to_heap[1], ESC_NO_FLOW);
    assert_int_equal(tag->to_result[1], 1);
    assert_int_equal(tag->to_heap[2], ESC_NO_FLOW);
    assert_int_equal(tag->to_result[2], ESC_NO_FLOW);
    assert_false(p->escapes || q->escapes);
}

/* global = &p: the parameter itself moves and its value leaks. */
static void test_address_of_parameter(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(1);
    struct esc_tag *tag = esc_tag_new(1, false);
    struct esc_location *p = esc_graph_parameter(g, 0, &function_scope);
    esc_graph_flow(g, g->heap, p, -1, NULL);
    assert_true(esc_solve(g, tag));
    assert_true(p->escapes);
    assert_int_equal(tag->to_heap[0], 0);
}

/* T *p; { T x; p = &x; } and the reverse: { T *q; q = &y; } with outer y. */
static void test_blocks(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    struct esc_location *p = local(g, &function_scope);
    struct esc_location *x = local(g, &inner_scope);
    struct esc_location *y = local(g, &function_scope);
    struct esc_location *q = local(g, &inner_scope);
    esc_graph_flow(g, p, x, -1, NULL);
    esc_graph_flow(g, q, y, -1, NULL);
    esc_solve(g, tag);
    assert_true(x->escapes);
    assert_false(y->escapes);
}

/* p = 0; for (;;) p = malloc(1);   and   for (;;) { T *q = malloc(1); } */
static void test_allocation_in_loop(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    struct esc_location *p = local(g, &function_scope);
    struct esc_location *q = local(g, &loop_scope);
    struct esc_location *a = esc_graph_add(g, LOC_ALLOCATION, &loop_scope);
    struct esc_location *b = esc_graph_add(g, LOC_ALLOCATION, &loop_scope);
    esc_graph_flow(g, p, a, -1, NULL);
    esc_graph_flow(g, q, b, -1, NULL);
    esc_solve(g, tag);
    assert_true(a->escapes);
    assert_false(b->escapes);
}

/* T *t; T **y = &t; *y = &x; */
static void test_store_through_known_pointer(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    struct esc_location *t = local(g, &function_scope);
    struct esc_location *y = local(g, &function_scope);
    struct esc_location *x = local(g, &function_scope);
    esc_graph_flow(g, y, t, -1, NULL);
    esc_graph_flow(g, esc_graph_store(g, y, false), x, -1, NULL);
    esc_solve(g, tag);
    assert_false(x->escapes);
    /* And what *y holds is found again: return t; */
    esc_graph_flow(g, g->result, t, 0, NULL);
    esc_solve(g, tag);
    assert_true(x->escapes);
    assert_false(t->escapes);
}

/* y = y0 (from a global); *y = &x; */
static void test_store_through_unknown_pointer(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    struct esc_location *y = local(g, &function_scope);
    struct esc_location *x = local(g, &function_scope);
    esc_graph_flow(g, y, g->heap, 0, NULL);
    esc_graph_flow(g, esc_graph_store(g, y, false), x, -1, NULL);
    esc_solve(g, tag);
    assert_true(x->escapes);
}

/* f(out, v) { *out = v; } and then f2(out, v) { (*out)->next = v; } */
static void test_store_into_parameter(void **state)
{
    (void)state;
    for (int level = 1; level <= ESC_CONTENT_LEVELS; level++) {
        struct esc_graph *g = esc_graph_new(2);
        struct esc_tag *tag = esc_tag_new(2, false);
        struct esc_location *out =
            esc_graph_parameter(g, 0, &function_scope);
        struct esc_location *v = esc_graph_parameter(g, 1, &function_scope);
        struct esc_location *pointer =
            esc_graph_add(g, LOC_TEMPORARY, NULL);
        esc_graph_flow(g, pointer, out, level - 1, NULL);
        esc_graph_flow(g, esc_graph_store(g, pointer, false), v, 0, NULL);
        assert_true(esc_solve(g, tag));
        assert_int_equal(*esc_tag_content(tag, 0, level, 1), 0);
        assert_int_equal(*esc_tag_content(tag, 0, 3 - level, 1),
                         ESC_NO_FLOW);
        assert_int_equal(tag->to_heap[1], ESC_NO_FLOW);
        assert_int_equal(tag->to_heap[0], ESC_NO_FLOW);
    }
}

/* f(out) { T x; *out = &x; } */
static void test_local_into_parameter_escapes(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(1);
    struct esc_tag *tag = esc_tag_new(1, false);
    struct esc_location *out = esc_graph_parameter(g, 0, &function_scope);
    struct esc_location *x = local(g, &function_scope);
    esc_graph_flow(g, esc_graph_store(g, out, false), x, -1, NULL);
    esc_solve(g, tag);
    assert_true(x->escapes);
    assert_true(*esc_tag_content_unknown(tag, 0, 1));
}

/* p = &x; p escapes elsewhere as well, so x may have been overwritten with
 * unknown pointers: t = x.field; *t = &y moves y. */
static void test_escaped_content_is_unknown(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    struct esc_location *x = local(g, &function_scope);
    struct esc_location *t = local(g, &function_scope);
    struct esc_location *y = local(g, &function_scope);
    esc_graph_flow(g, t, x, 0, NULL);
    esc_graph_flow(g, esc_graph_store(g, t, false), y, -1, NULL);
    esc_solve(g, tag);
    assert_false(y->escapes);
    esc_graph_flow(g, g->heap, x, -1, NULL);
    esc_solve(g, tag);
    assert_true(y->escapes);
}

/* Deep stores reach what the targets point to, not the targets. */
static void test_deep_store(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    struct esc_location *p = local(g, &function_scope);
    struct esc_location *a = local(g, &function_scope);
    struct esc_location *b = local(g, &function_scope);
    struct esc_location *x = local(g, &inner_scope);
    esc_graph_flow(g, p, a, -1, NULL);
    esc_graph_flow(g, a, b, -1, NULL);
    esc_graph_flow(g, esc_graph_store(g, p, true), x, 0, NULL);
    esc_solve(g, tag);
    struct esc_location *store = esc_graph_store(g, p, true);
    bool into_a = false, into_b = false;
    for (size_t i = 0; i < a->count; i++)
        into_a |= a->items[i].source == store;
    for (size_t i = 0; i < b->count; i++)
        into_b |= b->items[i].source == store;
    assert_false(into_a);
    assert_true(into_b);
}

/* Cycles of addresses end: p = &q; q = &p; r = *p … */
static void test_cycles_end(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    struct esc_location *p = local(g, &function_scope);
    struct esc_location *q = local(g, &function_scope);
    esc_graph_flow(g, p, q, -1, NULL);
    esc_graph_flow(g, q, p, -1, NULL);
    esc_graph_flow(g, p, p, -1, NULL);
    esc_graph_flow(g, p, p, 1, NULL);
    esc_graph_flow(g, g->result, p, 1, NULL);
    esc_solve(g, tag);
    assert_true(p->escapes);
    assert_true(q->escapes);
}

/* ---- atoms: what other units' functions may keep ------------------------- */

/* Any pointers will do for functions. */
static const char f_name, g_name;
#define F ((const struct symbol *)(const void *)&f_name)
#define G ((const struct symbol *)(const void *)&g_name)

static bool depends_on(const struct esc_conditions *conditions,
                       const struct esc_location *root)
{
    for (size_t i = 0; i < conditions->count; i++)
        if (conditions->items[i].root == root)
            return true;
    return false;
}

/* f(&x); T *p = &y; f(*p); f(q) with q = &z returned by nobody. */
static void test_atom_makes_condition(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    struct esc_location *x = local(g, &function_scope);
    struct esc_location *y = local(g, &function_scope);
    struct esc_location *p = local(g, &function_scope);
    struct esc_location *first = esc_graph_atom(g, F, 0, 0);
    struct esc_location *second = esc_graph_atom(g, F, 1, 0);
    assert_ptr_equal(esc_graph_atom(g, F, 0, 0), first);
    assert_ptr_not_equal(esc_graph_atom(g, F, 0, 1), first);
    esc_graph_flow(g, first, x, -1, NULL);
    esc_graph_flow(g, p, y, -1, NULL);
    esc_graph_flow(g, second, p, 1, NULL);
    assert_false(esc_solve(g, tag));
    assert_false(x->escapes || y->escapes || p->escapes);
    assert_int_equal(x->conditions.count, 1);
    assert_ptr_equal(x->conditions.items[0].root, first);
    assert_int_equal(x->conditions.items[0].path.count, 1);
    assert_int_equal(y->conditions.count, 0);
    assert_int_equal(p->conditions.count, 0);
}

/* a.p = &x; f(&a): x is kept if a is, at whatever depth. */
static void test_conditions_are_closed(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    struct esc_location *a = local(g, &function_scope);
    struct esc_location *x = local(g, &function_scope);
    struct esc_location *y = local(g, &function_scope);
    struct esc_location *atom = esc_graph_atom(g, F, 0, 0);
    esc_graph_flow(g, a, x, -1, NULL);
    esc_graph_flow(g, x, y, -1, NULL);
    esc_graph_flow(g, atom, a, -1, NULL);
    esc_solve(g, tag);
    assert_true(depends_on(&a->conditions, atom));
    assert_true(depends_on(&x->conditions, a));
    assert_true(depends_on(&y->conditions, x));
    assert_false(a->escapes || x->escapes || y->escapes);
}

/* Two objects that hold each other and x: whichever the walk comes through
 * first, x depends on one that depends on the atom. */
static void test_conditions_of_cycles(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    struct esc_location *a = local(g, &function_scope);
    struct esc_location *b = local(g, &function_scope);
    struct esc_location *x = local(g, &function_scope);
    struct esc_location *atom = esc_graph_atom(g, F, 0, 0);
    esc_graph_flow(g, a, b, -1, NULL);
    esc_graph_flow(g, a, x, -1, NULL);
    esc_graph_flow(g, b, a, -1, NULL);
    esc_graph_flow(g, b, x, -1, NULL);
    esc_graph_flow(g, atom, a, -1, NULL);
    esc_solve(g, tag);
    assert_true(depends_on(&a->conditions, atom));
    assert_true(depends_on(&b->conditions, a));
    assert_true(depends_on(&x->conditions, a) ||
                depends_on(&x->conditions, b));
}

/* f(&a), global = &a: it escapes, whatever f does. */
static void test_escape_wins_over_condition(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    struct esc_location *a = local(g, &function_scope);
    struct esc_location *x = local(g, &function_scope);
    esc_graph_flow(g, a, x, -1, NULL);
    esc_graph_flow(g, esc_graph_atom(g, F, 0, 0), a, -1, NULL);
    esc_solve(g, tag);
    assert_true(a->conditions.count && x->conditions.count);
    esc_graph_flow(g, g->heap, a, -1, NULL);
    esc_solve(g, tag);
    assert_true(a->escapes && x->escapes);
    assert_int_equal(a->conditions.count + x->conditions.count, 0);
}

/* A local of an inner block in an object with a condition of an outer one, by
 * way of an allocation of the inner block: lifetimes are looked at behind what
 * has conditions, too. */
static void test_lifetimes_behind_conditions(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    struct esc_location *outer = local(g, &function_scope);
    struct esc_location *object =
        esc_graph_add(g, LOC_ALLOCATION, &inner_scope);
    struct esc_location *inner = local(g, &inner_scope);
    esc_graph_flow(g, outer, object, -1, NULL);
    esc_graph_flow(g, object, inner, -1, NULL);
    esc_graph_flow(g, esc_graph_atom(g, F, 0, 0), outer, -1, NULL);
    esc_solve(g, tag);
    assert_true(depends_on(&object->conditions, outer));
    assert_false(outer->escapes || object->escapes);
    assert_true(inner->escapes);
}

/* f(&t): what t holds then may be f's: *t = &y moves y [inv.esc.external]; and
 * a result read from there is unknown. */
static void test_content_with_conditions_is_unknown(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(0);
    struct esc_tag *tag = esc_tag_new(0, false);
    struct esc_location *t = local(g, &function_scope);
    struct esc_location *y = local(g, &function_scope);
    esc_graph_flow(g, esc_graph_store(g, t, false), y, -1, NULL);
    esc_solve(g, tag);
    assert_false(y->escapes || tag->result_unknown);
    esc_graph_flow(g, esc_graph_atom(g, F, 0, 0), t, -1, NULL);
    esc_graph_flow(g, g->result, t, 0, NULL);
    esc_solve(g, tag);
    assert_true(y->escapes && tag->result_unknown);
    assert_false(t->escapes);
}

/* h(p, q, r, s) { f(p); f(*q); a.p = r; g(&a); f(s); global = s; } */
static void test_kept_parameters(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(4);
    struct esc_tag *tag = esc_tag_new(4, false);
    struct esc_location *p[4];
    for (int i = 0; i < 4; i++)
        p[i] = esc_graph_parameter(g, i, &function_scope);
    struct esc_location *a = local(g, &function_scope);
    struct esc_location *f_keeps = esc_graph_atom(g, F, 0, 0);
    struct esc_location *g_keeps = esc_graph_atom(g, G, 0, 0);
    esc_graph_flow(g, f_keeps, p[0], 0, NULL);
    esc_graph_flow(g, f_keeps, p[1], 1, NULL);
    esc_graph_flow(g, a, p[2], 0, NULL);
    esc_graph_flow(g, g_keeps, a, -1, NULL);
    esc_graph_flow(g, f_keeps, p[3], 0, NULL);
    esc_graph_flow(g, g->heap, p[3], 0, NULL);
    assert_true(esc_solve(g, tag));
    static const bool kept[4][ESC_LEVELS] = {
        {true}, {false, true}, {true}, {false}};
    for (int i = 0; i < 4; i++)
        for (int level = 0; level < ESC_LEVELS; level++)
            assert_int_equal(*esc_tag_kept(tag, i, level), kept[i][level]);
    assert_int_equal(tag->to_heap[0], ESC_NO_FLOW);
    assert_int_equal(tag->to_heap[3], 0);
    assert_true(depends_on(&g->kept[0 * ESC_LEVELS], f_keeps));
    assert_true(depends_on(&g->kept[1 * ESC_LEVELS + 1], f_keeps));
    assert_true(depends_on(&g->kept[2 * ESC_LEVELS], a));
    assert_false(esc_solve(g, tag));
}

/* The address of a parameter itself: f(&p). */
static void test_atom_of_a_parameter_variable(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(1);
    struct esc_tag *tag = esc_tag_new(1, false);
    struct esc_location *p = esc_graph_parameter(g, 0, &function_scope);
    struct esc_location *atom = esc_graph_atom(g, F, 0, 0);
    esc_graph_flow(g, atom, p, -1, NULL);
    assert_true(esc_solve(g, tag));
    assert_true(depends_on(&p->conditions, atom));
    assert_true(*esc_tag_kept(tag, 0, 0));
}

/* f0(&x), f1(&x), ... : too many to decide about. */
static void test_many_conditions_are_an_escape(void **state)
{
    (void)state;
    struct esc_graph *g = esc_graph_new(1);
    struct esc_tag *tag = esc_tag_new(1, false);
    struct esc_location *p = esc_graph_parameter(g, 0, &function_scope);
    struct esc_location *x = local(g, &function_scope);
    for (int i = 0; i < 1000; i++) {
        struct esc_location *atom = esc_graph_atom(g, F, i, 0);
        esc_graph_flow(g, atom, x, -1, NULL);
        esc_graph_flow(g, atom, p, 0, NULL);
    }
    assert_true(esc_solve(g, tag));
    assert_true(x->escapes);
    assert_int_equal(tag->to_heap[0], 0);
}

/* T *t = malloc(); f(t); return t: others may have it. */
static void test_kept_object_is_no_new_one(void **state)
{
    (void)state;
    for (int kept = 0; kept < 2; kept++) {
        struct esc_graph *g = esc_graph_new(0);
        struct esc_tag *tag = esc_tag_new(0, false);
        struct esc_location *t = local(g, &function_scope);
        struct esc_location *object =
            esc_graph_add(g, LOC_ALLOCATION, &function_scope);
        esc_graph_flow(g, t, object, -1, NULL);
        esc_graph_flow(g, g->result, t, 0, NULL);
        if (kept)
            esc_graph_flow(g, esc_graph_atom(g, F, 0, 0), t, 0, NULL);
        esc_solve(g, tag);
        assert_int_equal(esc_returns_new(g), !kept);
    }
}

/* The table: what it says of some functions whose line is easily wrong. */
static void test_library_table(void **state)
{
    (void)state;
    const struct esc_tag *tag = esc_tags_library("memcpy");
    assert_non_null(tag);
    assert_int_equal(tag->to_result[0], 0);
    assert_int_equal(*esc_tag_content(tag, 0, 1, 1), 1);
    assert_ptr_equal(esc_tags_library("__builtin_memcpy"), tag);
    assert_ptr_equal(esc_tags_library("__builtin___memcpy_chk"), tag);
    assert_ptr_equal(esc_tags_library("__memcpy_chk"), tag);
    tag = esc_tags_library("strtol");
    assert_int_equal(*esc_tag_content(tag, 1, 1, 0), 0);
    tag = esc_tags_library("setvbuf");
    assert_int_equal(tag->to_heap[1], 0);
    assert_int_equal(tag->to_heap[0], ESC_NO_FLOW);
    tag = esc_tags_library("sscanf");
    assert_true(tag->variadic);
    assert_int_equal(esc_tag_parameter(tag, 7), 2);
    tag = esc_tags_library("qsort");
    assert_int_equal(tag->callback, 3);
    assert_int_equal(tag->callback_count, 2);
    assert_int_equal(esc_tags_library("signal")->handler, 1);
    assert_null(esc_tags_library("no_such_function"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_returned_address_escapes),
        cmocka_unit_test(test_returned_value_stays),
        cmocka_unit_test(test_tags_of_parameters),
        cmocka_unit_test(test_address_of_parameter),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_allocation_in_loop),
        cmocka_unit_test(test_store_through_known_pointer),
        cmocka_unit_test(test_store_through_unknown_pointer),
        cmocka_unit_test(test_store_into_parameter),
        cmocka_unit_test(test_local_into_parameter_escapes),
        cmocka_unit_test(test_escaped_content_is_unknown),
        cmocka_unit_test(test_deep_store),
        cmocka_unit_test(test_cycles_end),
        cmocka_unit_test(test_atom_makes_condition),
        cmocka_unit_test(test_conditions_are_closed),
        cmocka_unit_test(test_conditions_of_cycles),
        cmocka_unit_test(test_escape_wins_over_condition),
        cmocka_unit_test(test_lifetimes_behind_conditions),
        cmocka_unit_test(test_content_with_conditions_is_unknown),
        cmocka_unit_test(test_kept_parameters),
        cmocka_unit_test(test_atom_of_a_parameter_variable),
        cmocka_unit_test(test_many_conditions_are_an_escape),
        cmocka_unit_test(test_kept_object_is_no_new_one),
        cmocka_unit_test(test_library_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
