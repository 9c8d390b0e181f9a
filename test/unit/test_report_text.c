/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_report_text.c - the words of -report-escapes and its formats, from
 * findings that were made by hand.
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
#include "report/report_document.h"

#include "util/path.h"
#include "util/utf8.h"

#include <stdio.h>
#include <string.h>

#define TEXT "f(&x, \n   y);malloc(n)"
static const struct unit unit = {.path = "f.i", .text = TEXT,
                                 .bytes = sizeof TEXT - 1,
                                 .main_file = "f.c"};
static const struct node call_f = {.kind = N_CALL, .begin = 0, .end = 12};
static const struct node address_x = {.kind = N_ADDRESS, .begin = 2,
                                      .end = 4};
static const struct node call_malloc = {.kind = N_CALL, .begin = 13,
                                        .end = 22};

static struct type pair = {.kind = T_RECORD, .spelling = "struct pair"};
static const struct symbol p = {.kind = S_PARAMETER, .name = "p"};
static const struct symbol q = {.kind = S_PARAMETER, .name = "q"};
static const struct symbol x = {.kind = S_VARIABLE, .name = "x"};
static const struct symbol function_g = {.kind = S_FUNCTION, .name = "g"};
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

/* What a report says as text, without the line of totals at its end. */
static const char *said(const struct esc_finding *items, size_t count,
                        int level)
{
    static struct strbuf text;
    struct esc_findings findings = {
        .items = (struct esc_finding *)(uintptr_t)items, .count = count,
        .capacity = count};
    text.bytes = 0;
    report_text(report_make(&unit, &findings, level >= 2), level, &text);
    char *totals = strstr(text.text, "f.c: note: ");
    assert_non_null(totals);
    *totals = '\0';
    return text.text;
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
        {.reason = ESC_BY_ADDRESS, .where = &address_x,
         .place = {"f.c", 4, 3, false}, .end = {"f.c", 4, 5, false}},
        {.reason = ESC_BY_ARGUMENT, .where = &call_f,
         .place = {"f.c", 4, 1, false}, .end = {"f.c", 5, 6, false}},
    };
    static struct esc_flow_step steps[2];
    steps[0] = (struct esc_flow_step){object_x, object_p, -1, causes, 2};
    steps[1] = (struct esc_flow_step){object_p, heap, 2, NULL, 0};
    return (struct esc_finding){
        .kind = ESC_ESCAPES, .about = object_x, .place = at(2, 5),
        .why = ESC_WHY_STORED, .function = &function_g,
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
        "f.c:4:3: note:   flow: p = &x:\n"
        "f.c:4:3: note:     from &x (address-of) at f.c:4:3\n"
        "f.c:4:1: note:     from f(&x, y) (call parameter) at f.c:4:1\n"
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

/* What comes behind a call: the callee's own flow, or why there is none. */
static void test_inside(void **state)
{
    (void)state;
    static const struct {
        enum esc_callee_kind kind; const char *says;
    } rows[] = {
        {ESC_CALLEE_OTHER, "unknown function g (other unit)"},
        {ESC_CALLEE_POINTER, "unknown function (called through a pointer)"},
        {ESC_CALLEE_LIBRARY, "g keeps it (C library)"},
        {ESC_CALLEE_STATED, "g keeps it (-fescc-tags)"},
    };
    struct esc_finding f = moved_x();
    struct esc_cause *call = &f.flow.steps[0].causes[1];
    call->callee = &function_g;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char expected[128];
        call->callee_kind = rows[i].kind;
        snprintf(expected, sizeof expected, "\nf.c:4:1: note:       %s\n",
                 rows[i].says);
        assert_non_null(strstr(said(&f, 1, 2), expected));
    }
    static struct esc_cause inner = {
        .reason = ESC_BY_ASSIGN, .where = &call_malloc,
        .place = {"h.h", 7, 2, false}};
    static struct esc_flow_step step;
    step = (struct esc_flow_step){object_p, heap, 0, &inner, 1};
    static const struct esc_flow inside = {.steps = &step, .step_count = 1};
    call->callee_kind = ESC_CALLEE_HERE;
    call->inside = &inside;
    assert_non_null(strstr(
        said(&f, 1, 2),
        "f.c:4:1: note:     from f(&x, y) (call parameter) at f.c:4:1\n"
        "h.h:7:2: note:       in g: flow: {heap} = p:\n"
        "h.h:7:2: note:         from malloc(n) (assign) at h.h:7:2\n"));
    *call = (struct esc_cause){.reason = call->reason, .where = call->where,
                               .place = call->place, .end = call->end};
}

/* Of all locals, and by reason; a finding that is said once counts for each
 * local. */
static void test_totals(void **state)
{
    (void)state;
    struct esc_finding items[] = {
        moved_x(), moved_x(),
        {.kind = ESC_DECIDED_AT_LOAD, .about = object_p, .place = at(1, 1),
         .why = ESC_WHY_OTHER_UNIT},
        {.kind = ESC_KEPT_BY_MARK, .about = object_p, .place = at(1, 2)},
        {.kind = ESC_ESCAPES, .about = object_malloc, .place = at(9, 1)},
        {.kind = ESC_DOES_NOT_ESCAPE, .about = object_malloc,
         .place = at(9, 2)}};
    struct esc_findings findings = {.items = items, .count = 6,
                                    .capacity = 6, .taken = 9};
    const struct report *r = report_make(&unit, &findings, false);
    assert_string_equal(
        report_total_line(&r->totals),
        "9 locals with the address taken: 2 on the heap, 1 decided at "
        "load, 1 escaping but on the stack, 5 on the stack; 2 allocations: "
        "1 escaping");
    assert_string_equal(
        report_reason_line(&r->totals),
        "2 stored in memory outside the function, 1 passed to an unknown "
        "function of another unit");
}

/* Bytes that are no character: in the middle, at the end, one of a pair that
 * UTF-16 alone has, more bytes than the number needs, a number that is too
 * large. */
static void test_clean(void **state)
{
    (void)state;
    static const char good[] = "\xc3\xa9\xe2\x82\xac\xf0\x9d\x84\x9e\x7f";
    static const struct { const char *is, *becomes; } rows[] = {
        {"a\xffz", "a\xef\xbf\xbdz"}, {"a\xc3", "a\xef\xbf\xbd"},
        {"\xc3(", "\xef\xbf\xbd("},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xf4\x90\x80\x80",
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}};
    assert_ptr_equal(utf8_clean(good), good);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(utf8_clean(rows[i].is), rows[i].becomes);
}

static const char *written(const struct report_format *format,
                           const struct report *r)
{
    static struct report_output out;
    strbuf_free(&out.text);
    out = (struct report_output){.report = r, .directory = "."};
    report_document_prepare();
    format->begin(&out);
    for (size_t i = 0; i < r->entries.count; i++)
        format->add(&out, &r->entries.items[i], i == 0);
    format->end(&out);
    return out.text.text;
}

#define FIRST_STEP                                                          \
    "{\"location\":{\"uri\":\"file:///x%20y/%C3%A9%23.c\",\"range\":"          \
    "{\"start\":{\"line\":1,\"character\":2},"                                \
    "\"end\":{\"line\":1,\"character\":8}}},\"message\":\"  from \\\"<\\\\\"}"

/* The order of members, escapes, bytes that are no UTF-8, names of files; a
 * step that two entries have, and words that look like JSON. */
static void test_json(void **state)
{
    (void)state;
    const struct report_step
        first = {{"/x y/\xc3\xa9#.c", 2, 3, 2, 9, 2, 8}, "from \"<\\", true,
                 1},
        second = {{"../a:b.c", 0, 0, 0, 0, 0, 0},
                  ",\"location\":null", false, 0};
    const struct report_step *steps[] = {&first, &second};
    struct report_entry entries[] = {
        {.rule = REPORT_MOVED, .at = {"f.c", 1, 1, 1, 2, 0, 1},
         .text = "q\"\\\n<\xff", .function = "g", .object = "x",
         .reason = "returned", .steps = steps, .step_count = 2},
        {.rule = REPORT_LEAKS, .text = "p", .function = "", .object = "p",
         .steps = steps, .step_count = 1}};
    struct report r = {.main_file = "\xff.c", .totals = {
        .moved = 1, .by = {{"returned", 1}}, .reason_count = 1}};
    r.entries.items = entries;
    r.entries.count = 2;
    assert_string_equal(
        written(&report_json, &r),
        "{\"version\":1,\"compiler\":\"escc 1\",\"directory\":\".\","
        "\"file\":\"\xef\xbf\xbd.c\",\"positionEncoding\":\"utf-16\","
        "\"sources\":[\"f.c\",\"/x y/\xc3\xa9#.c\",\"../a:b.c\"],"
        "\"totals\":{\"taken\":0,\"moved\":1,\"decidedAtLoad\":0,"
        "\"stayEscaping\":0,\"stay\":0,\"allocations\":0,"
        "\"allocationsEscape\":0,\"allocationsPromoted\":0,"
        "\"allocationsReused\":0,"
        "\"sites\":0,\"sitesTyped\":0,\"sitesBytes\":0,"
        "\"sitesSeveral\":0,\"sitesHandedOn\":0,\"sitesNoscan\":0,"
        "\"reasons\":{\"returned\":1}}}\n"
        "{\"range\":{\"start\":{\"line\":0,\"character\":0},"
        "\"end\":{\"line\":0,\"character\":1}},\"severity\":3,"
        "\"code\":\"moved-to-heap\",\"source\":\"escc\","
        "\"message\":\"q\\\"\\\\\\n<\xef\xbf\xbd\",\"relatedInformation\":["
        FIRST_STEP ",{\"location\":{\"uri\":\"../a%3Ab.c\",\"range\":"
        "{\"start\":{\"line\":0,\"character\":0},"
        "\"end\":{\"line\":0,\"character\":0}}},"
        "\"message\":\",\\\"location\\\":null\"}],"
        "\"data\":{\"file\":\"f.c\",\"function\":\"g\",\"object\":\"x\","
        "\"reason\":\"returned\"}}\n"
        "{\"range\":{\"start\":{\"line\":0,\"character\":0},"
        "\"end\":{\"line\":0,\"character\":0}},\"severity\":3,"
        "\"code\":\"leaking-param\",\"source\":\"escc\",\"message\":\"p\","
        "\"relatedInformation\":[" FIRST_STEP "],"
        "\"data\":{\"file\":\"\",\"function\":\"\",\"object\":\"p\"}}\n");
}

/* Columns as editors count them. */
static void test_characters(void **state)
{
    (void)state;
    static const char text[] = "  \"\xc3\xa9\xf0\x9d\x84\x9e\" x";
    const struct unit other = {.text = text, .bytes = sizeof text - 1};
    struct place begin = {"f.c", 1, 12, false}, end = {"f.c", 1, 13, false};
    struct report_range range = report_range_of(&other, &begin, 11, &end);
    assert_int_equal(range.column, 12);
    assert_int_equal(range.character, 8);
    assert_int_equal(range.end_character, 9);
}

static void test_relative(void **state)
{
    (void)state;
    assert_string_equal(path_relative("/a/b", "/a/b/c"), "c");
    assert_string_equal(path_relative("/a/b", "/a/bc/d/"), "../bc/d");
    assert_string_equal(path_relative("/a/b", "/a/b"), ".");
    assert_string_equal(path_relative("/a/./b/x/..", "/a//c/../d"), "../d");
    assert_string_equal(path_relative("/", "/a"), "a");
    assert_string_equal(path_relative("/a/b", "/"), "../..");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decisions),
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_flow),
        cmocka_unit_test(test_leak),
        cmocka_unit_test(test_inside),
        cmocka_unit_test(test_totals),
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_characters),
        cmocka_unit_test(test_relative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
