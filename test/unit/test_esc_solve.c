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

static struct esc_scope function_scope = {NULL, 1};
static struct esc_scope inner_scope = {&function_scope, 1};
static struct esc_scope loop_scope = {&function_scope, 2};

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
        cmocka_unit_test(test_library_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
