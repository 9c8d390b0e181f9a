/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_report_text.c - the words of -report-escapes, from findings that were
 * made by hand.
 *
 * The program has neither the analysis nor libclang in it: what a renderer
 * needs is in the findings and in the text of the unit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TEXT "f(&x, \n   y);malloc(n)"
static const struct unit unit = {.path = "f.i", .text = TEXT,
                                 .bytes = sizeof TEXT - 1};
static const struct node call_f = {.kind = N_CALL, .begin = 0, .end = 12};
static const struct node address_x = {.kind = N_ADDRESS, .begin = 2,
                                      .end = 4};
static const struct node call_malloc = {.kind = N_CALL, .begin = 13,
                                        .end = 22};

static struct type pair = {.kind = T_RECORD, .spelling = "struct pair"};
static const struct symbol p = {.kind = S_PARAMETER, .name = "p"};
static const struct symbol q = {.kind = S_PARAMETER, .name = "q"};
static const struct symbol x = {.kind = S_VARIABLE, .name = "x"};
static const struct symbol literal = {.kind = S_VARIABLE, .name = "",
                                      .type = &pair};

static const struct esc_object
    heap = {ESC_OBJECT_HEAP, NULL, NULL},
    result = {ESC_OBJECT_RESULT, NULL, NULL},
    object_p = {ESC_OBJECT_VARIABLE, &p, NULL},
    content_q = {ESC_OBJECT_CONTENT, &q, NULL},
    content_rest = {ESC_OBJECT_CONTENT, NULL, NULL},
    object_x = {ESC_OBJECT_VARIABLE, &x, NULL},
    object_literal = {ESC_OBJECT_LITERAL, &literal, NULL},
    object_malloc = {ESC_OBJECT_ALLOCATION, NULL, &call_malloc};

static struct place at(unsigned line, unsigned column)
{
    return (struct place){"f.c", line, column, false};
}

/* What a report says, on stderr. */
static const char *said(const struct esc_finding *items, size_t count,
                        int level)
{
    static char text[4096];
    struct esc_findings findings = {(struct esc_finding *)items, count,
                                    count};
    FILE *file = tmpfile();
    int kept = dup(2);
    assert_non_null(file);
    assert_true(dup2(fileno(file), 2) == 2);
    report_escapes(&unit, &findings, level);
    assert_true(dup2(kept, 2) == 2);
    close(kept);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

/* Positions order the lines, the order of findings those at one position. */
static void test_decisions(void **state)
{
    (void)state;
    const struct esc_finding findings[] = {
        {.kind = ESC_ESCAPES, .about = object_malloc, .place = at(9, 1)},
        {.kind = ESC_DOES_NOT_ESCAPE, .about = object_literal,
         .place = at(3, 2)},
        {.kind = ESC_ESCAPES, .about = object_literal, .place = at(3, 1)},
        {.kind = ESC_ESCAPES, .about = object_x, .place = at(2, 5)},
        {.kind = ESC_LEAKS_TO_RESULT, .about = object_p, .to = result,
         .derefs = 1, .place = at(1, 7)},
        {.kind = ESC_LEAKS_TO_CONTENT, .about = object_p, .to = content_q,
         .place = at(1, 7)},
        {.kind = ESC_LEAKS_TO_CONTENT, .about = object_p,
         .to = content_rest, .place = at(1, 7)},
    };
    assert_string_equal(
        said(findings, sizeof findings / sizeof *findings, 1),
        "f.c:1:7: remark: leaking param: p to result ~r0 level=1 [escape]\n"
        "f.c:1:7: remark: leaking param: p to content of q level=0 [escape]\n"
        "f.c:1:7: remark: leaking param: p to content of ... level=0 "
        "[escape]\n"
        "f.c:2:5: remark: moved to heap: x [escape]\n"
        "f.c:3:1: remark: (struct pair){...} escapes to heap [escape]\n"
        "f.c:3:2: remark: (struct pair){...} does not escape [escape]\n"
        "f.c:9:1: remark: malloc(n) escapes to heap [escape]\n");
}

static void test_kept(void **state)
{
    (void)state;
    static const struct { enum esc_finding_kind kind; const char *why; }
    rows[] = {
        {ESC_KEPT_FIXED, "it cannot be moved"},
        {ESC_KEPT_IN_HANDLER, "it is a signal handler's"},
        {ESC_KEPT_AS_PROBE, "only its address is used"},
        {ESC_KEPT_BY_MARK, "ESCC_ON_STACK"},
        {ESC_KEPT_BY_OPTION, "-fescc-locals=none"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char expected[128];
        struct esc_finding f = {.kind = rows[i].kind, .about = object_x,
                                .place = at(2, 5)};
        snprintf(expected, sizeof expected, "f.c:2:5: remark: x escapes but "
                 "stays on the stack: %s [escape]\n", rows[i].why);
        assert_string_equal(said(&f, 1, 2), expected);
    }
    struct esc_finding f = {.kind = ESC_KEPT_UNFOLLOWED, .about = object_x,
                            .place = at(2, 5), .named = at(7, 12)};
    assert_string_equal(
        said(&f, 1, 1), "f.c:2:5: remark: stays: x is named at f.c:7:12 in a "
        "position that escc does not follow [escape]\n");
}

static struct esc_finding moved_x(void)
{
    static struct esc_cause causes[] = {
        {ESC_BY_ADDRESS, &address_x, {"f.c", 4, 3, false}},
        {ESC_BY_ARGUMENT, &call_f, {"f.c", 4, 1, false}},
    };
    static struct esc_flow_step steps[2];
    steps[0] = (struct esc_flow_step){object_x, object_p, -1, causes, 2};
    steps[1] = (struct esc_flow_step){object_p, heap, 2, NULL, 0};
    return (struct esc_finding){
        .kind = ESC_ESCAPES, .about = object_x, .place = at(2, 5),
        .flow = {.to = heap, .derefs = -1, .steps = steps, .step_count = 2}};
}

/* Expressions are on one line; what is said twice at one place, as of a
 * header's function, is said once. */
static void test_flow(void **state)
{
    (void)state;
    struct esc_finding twice[] = {moved_x(), moved_x()};
    assert_string_equal(
        said(twice, 2, 2),
        "f.c:2:5: remark: x escapes to heap: [escape]\n"
        "f.c:2:5: note:   flow: p = &x:\n"
        "f.c:2:5: note:     from &x (address-of) at f.c:4:3\n"
        "f.c:2:5: note:     from f(&x, y) (call parameter) at f.c:4:1\n"
        "f.c:2:5: note:   flow: {heap} = **p:\n"
        "f.c:2:5: remark: moved to heap: x [escape]\n");
    assert_string_equal(said(twice, 2, 1),
                        "f.c:2:5: remark: moved to heap: x [escape]\n");
}

/* A leak without a recorded flow has no headline. */
static void test_leak(void **state)
{
    (void)state;
    struct esc_finding f = {.kind = ESC_LEAKS_TO_HEAP, .about = object_p,
                            .to = heap, .derefs = 1, .place = at(1, 7)};
    assert_string_equal(
        said(&f, 1, 2),
        "f.c:1:7: remark: leaking param content: p [escape]\n");
    f.derefs = 0;
    f.flow.to = object_x;
    assert_string_equal(
        said(&f, 1, 2),
        "f.c:1:7: remark: parameter p leaks to x with derefs=0: [escape]\n"
        "f.c:1:7: remark: leaking param: p [escape]\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decisions),
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_flow),
        cmocka_unit_test(test_leak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
