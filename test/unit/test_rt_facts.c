/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Units' facts, made by hand, and where their locals may live. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <escc/facts.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/rt_facts.h"
#include "facts_maker.h"

/* ---- systems ------------------------------------------------------------- */

static bool names_are_damaged;

/* Every module's own function, else module 0's; "late" comes late. */
static int bind_name(void *context, unsigned module, const char *text,
                     uint64_t hash, bool has_own)
{
    unsigned *calls = context;
    ++*calls;
    if (!names_are_damaged)
        assert_int_equal(hash, escc_facts_hash(text));
    if (strcmp(text, "late") == 0)
        return RT_FACTS_LATE;
    return has_own ? (int)module : 0;
}

static struct rt_facts facts;
static unsigned calls;

static const char *stranger;

static void solve(struct rt_facts_unit *units, size_t n)
{
    free(facts.table);
    free(facts.causes);
    calls = 0;
    facts = (struct rt_facts){.units = units, .nunits = n,
                              .bind = bind_name, .context = &calls,
                              .stranger = stranger};
    void *memory = calloc(1, rt_facts_begin(&facts));
    assert_non_null(memory);
    memory = calloc(1, rt_facts_join(&facts, memory));
    assert_non_null(memory);
    rt_facts_solve(&facts, memory);
}

static void expect(const struct rt_facts_unit *u, uint32_t i,
                   const char *text)
{
    char line[300];
    size_t bytes = rt_facts_describe(&facts, u, i, line, sizeof line);
    assert_int_equal(bytes, strlen(line));
    assert_string_equal(line, text);
    assert_int_equal(rt_facts_is_frame(&facts, u, i),
                     strstr(text, "frame") != NULL);
}

/* ---- tests --------------------------------------------------------------- */

static void never_and_always(void **state)
{
    struct rt_facts_unit units[2];
    (void)state;
    begin("a.c");
    local_for("x", "f", 0, 0);
    local_for("y", "f", 1, 0);
    local_for("z", "f", 1, 1);
    local_for("u", "unheard", 0, 0);
    local("free", node());      /* a condition without any reason */
    units[0] = end(0);
    begin("b.c");
    DEF("f", 0, NEVER, NEVER, ALWAYS, ALWAYS);
    units[1] = end(0);
    solve(units, 2);
    expect(&units[0], 0, "a.c:11: main: x: frame");
    expect(&units[0], 1,
           "a.c:12: main: y: heap: f of b.c keeps its argument 2");
    expect(&units[0], 2, "a.c:13: main: z: heap: "
           "f of b.c keeps what its argument 2 leads to");
    expect(&units[0], 3, "a.c:14: main: u: heap: unheard is not known");
    expect(&units[0], 4, "a.c:15: main: free: frame");
}

/* Level 0 and level 1 of one parameter are different atoms. */
static void levels(void **state)
{
    struct rt_facts_unit units[2];
    (void)state;
    begin("a.c");
    local_for("address", "f", 0, 0);
    local_for("content", "f", 0, 1);
    units[0] = end(0);
    begin("b.c");
    DEF("f", 0, NEVER, ALWAYS);
    units[1] = end(0);
    solve(units, 2);
    assert_true(rt_facts_is_frame(&facts, &units[0], 0));
    assert_false(rt_facts_is_frame(&facts, &units[0], 1));
}

/* x goes to f of b.c, on to g of c.c, on to h of d.c. */
static void chain_to(struct rt_facts_unit *units, uint32_t last)
{
    begin("a.c");
    local_for("x", "f", 0, 0);
    units[0] = end(0);
    begin("b.c");
    uint32_t inside = node(), f = node();
    edge(f, inside);            /* by a static function of the unit */
    edge_ref(inside, "g", 1, 0);
    DEF("f", 0, IF(f), NEVER);
    units[1] = end(0);
    begin("c.c");
    uint32_t g = node();
    edge_ref(g, "h", 0, 0);
    DEF("g", 0, NEVER, NEVER, IF(g), NEVER);
    units[2] = end(0);
    begin("d.c");
    DEF("h", 0, last, NEVER);
    units[3] = end(0);
    solve(units, 4);
}

static void chains(void **state)
{
    struct rt_facts_unit units[4];
    (void)state;
    chain_to(units, NEVER);
    expect(&units[0], 0, "a.c:11: main: x: frame");
    chain_to(units, ALWAYS);
    expect(&units[0], 0, "a.c:11: main: x: heap: h of d.c keeps its "
           "argument 1, by way of f, g");
    units[3] = units[2];        /* nobody defines h, and two units g */
    solve(units, 4);
    expect(&units[0], 0, "a.c:11: main: x: heap: g is defined more than "
           "once, by way of f");
    solve(units, 3);
    expect(&units[0], 0, "a.c:11: main: x: heap: h is not known, by way of "
           "f, g");
}

/* Two units that call each other keep what they are given only if somebody
 * else does. */
static void cycles(void **state)
{
    for (int other = 0; other < 2; other++) {
        struct rt_facts_unit units[3];
        (void)state;
        begin("a.c");
        local_for("x", "even", 0, 0);
        uint32_t own = node();
        edge(own, own);
        local("y", own);
        units[0] = end(0);
        begin("b.c");
        uint32_t even = node();
        edge_ref(even, "odd", 0, 0);
        DEF("even", 0, IF(even), NEVER);
        units[1] = end(0);
        begin("c.c");
        uint32_t odd = node();
        edge_ref(odd, "even", 0, 0);
        if (other)
            edge_ref(odd, "keep", 0, 0);
        DEF("odd", 0, IF(odd), NEVER);
        units[2] = end(0);
        solve(units, 3);
        expect(&units[0], 0, other
            ? "a.c:11: main: x: heap: keep is not known, by way of even, odd"
            : "a.c:11: main: x: frame");
        expect(&units[0], 1, "a.c:12: main: y: frame");
    }
}

/* A node of which all edges must be true: of both, the same twice, one that
 * waits for itself, one within another. */
static void all_of(void **state)
{
    for (unsigned kept = 0; kept < 4; kept++) {
        struct rt_facts_unit units[2];
        (void)state;
        begin("a.c");
        uint32_t both = node_of_all();
        edge_ref(both, "f", 0, 0);
        edge_ref(both, "f", 1, 0);
        local("both", both);
        uint32_t twice = node_of_all();
        edge_ref(twice, "f", 0, 0);
        edge_ref(twice, "f", 0, 0);
        local("twice", twice);
        uint32_t itself = node_of_all();
        edge_ref(itself, "f", 0, 0);
        edge(itself, itself);
        local("itself", itself);
        uint32_t within = node_of_all();
        edge(within, both);
        edge_ref(within, "unheard", 0, 0);
        local("within", within);
        uint32_t any = node();
        edge(any, within);
        edge(any, itself);
        edge_ref(any, "f", 1, 0);
        local("any", any);
        units[0] = end(0);
        begin("b.c");
        DEF("f", 0, kept & 1, NEVER, kept >> 1, NEVER);
        units[1] = end(0);
        solve(units, 2);
        expect(&units[0], 0, kept == 3
            ? "a.c:11: main: both: heap: f of b.c keeps its argument 1"
            : "a.c:11: main: both: frame");
        expect(&units[0], 1, kept & 1
            ? "a.c:12: main: twice: heap: f of b.c keeps its argument 1"
            : "a.c:12: main: twice: frame");
        expect(&units[0], 2, "a.c:13: main: itself: frame");
        assert_int_equal(rt_facts_is_frame(&facts, &units[0], 3), kept != 3);
        assert_int_equal(rt_facts_is_frame(&facts, &units[0], 4),
                         kept < 2);
    }
}

static void parameters(void **state)
{
    struct rt_facts_unit units[2];
    (void)state;
    begin("a.c");
    local_for("x", "print", 4, 0);
    local_for("y", "log", 4, 0);
    local_for("z", "two", 2, 0);
    local_for("u", "none", 0, 0);
    local_for("v", "variadic", 0, 0);
    units[0] = end(0);
    begin("b.c");
    DEF("print", ESCC_DEF_VARIADIC, ALWAYS, ALWAYS, NEVER, NEVER);
    DEF("log", ESCC_DEF_VARIADIC, NEVER, NEVER, ALWAYS, ALWAYS);
    DEF("two", 0, NEVER, NEVER, NEVER, NEVER);
    def("none", 0, 0, NULL);
    def("variadic", ESCC_DEF_VARIADIC, 0, NULL);
    units[1] = end(0);
    solve(units, 2);
    expect(&units[0], 0, "a.c:11: main: x: frame");
    expect(&units[0], 1, "a.c:12: main: y: heap: log of b.c keeps its "
           "argument 5");
    expect(&units[0], 2,
           "a.c:13: main: z: heap: two of b.c has no parameter 3");
    expect(&units[0], 3,
           "a.c:14: main: u: heap: none of b.c has no parameter 1");
    assert_false(rt_facts_is_frame(&facts, &units[0], 4));
}

/* Each module has a function of the name; module 1 has two. */
static void modules(void **state)
{
    struct rt_facts_unit units[6];
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        begin("a.c");
        local_for("x", "f", 0, 0);
        local_for("y", "late", 0, 0);
        units[i] = end(i);
        begin("b.c");
        DEF("f", 0, i == 2 ? ALWAYS : NEVER, NEVER);
        DEF("late", 0, NEVER, NEVER);
        units[i + 3] = end(i == 0 ? 0 : 1);
    }
    solve(units, 6);
    expect(&units[0], 0, "a.c:11: main: x: frame");
    expect(&units[1], 0,
           "a.c:11: main: x: heap: f is defined more than once");
    expect(&units[2], 0, "a.c:11: main: x: frame"); /* module 0's */
    for (int i = 0; i < 3; i++)
        expect(&units[i], 1, "a.c:12: main: y: heap: which late is called "
               "is not certain");
}

/* A name is looked up once for each unit that refers to it. */
static void asks_once(void **state)
{
    struct rt_facts_unit units[2];
    (void)state;
    begin("a.c");
    for (uint32_t i = 0; i < 40; i++)
        local_for("x", "f", i % 2, i % 3 == 0);
    units[0] = end(0);
    begin("b.c");
    DEF("f", 0, NEVER, NEVER, NEVER, NEVER);
    units[1] = end(0);
    solve(units, 2);
    assert_int_equal(calls, 1);
    for (uint32_t i = 0; i < 40; i++)
        assert_true(rt_facts_is_frame(&facts, &units[0], i));
}

static void units_with_slots(struct rt_facts_unit units[2])
{
    begin("a.c");
    DEF("quiet", 0, NEVER, NEVER);
    slot_row("m:quiet", ESCC_SLOT_FUNCTION, name("quiet"));
    slot_row("m:both", ESCC_SLOT_FUNCTION, name("quiet"));
    slot_row("m:any", ESCC_SLOT_ANY, 0);
    slot_row("m:strange", ESCC_SLOT_FUNCTION, name("late"));
    local_in_slot("quiet", "m:quiet", 0);
    local_in_slot("both", "m:both", 0);
    local_in_slot("any", "m:any", 0);
    local_in_slot("empty", "m:empty", 0);
    local_in_slot("second", "m:both", 1);
    local_in_slot("chain", "p:chain", 0);
    local_in_slot("strange", "m:strange", 0);
    local_in_slot("far", "m:quiet", 20);
    local_in_slot("round", "p:round", 0);
    units[0] = end(0);
    begin("b.c");
    def("keep", ESCC_DEF_UNNAMED, 1, (uint32_t[]){ALWAYS, ALWAYS});
    slot_row("m:both", ESCC_SLOT_DEF, 0);
    slot_row("p:chain", ESCC_SLOT_SLOT, name("p:between"));
    slot_row("p:between", ESCC_SLOT_SLOT, name("m:both"));
    slot_row("p:round", ESCC_SLOT_SLOT, name("p:back"));
    slot_row("p:back", ESCC_SLOT_SLOT, name("p:round"));
    units[1] = end(0);
}

/* What a slot holds is what all units say. */
static void slots(void **state)
{
    struct rt_facts_unit units[2];
    (void)state;
    units_with_slots(units);
    solve(units, 2);
    expect(&units[0], 0, "a.c:11: main: quiet: frame");
    expect(&units[0], 1, "a.c:12: main: both: heap: keep of b.c keeps its "
                         "argument 1, by way of m:both");
    expect(&units[0], 2, "a.c:13: main: any: heap: m:any may have any "
                         "function by a.c");
    expect(&units[0], 3, "a.c:14: main: empty: frame");
    expect(&units[0], 5, "a.c:16: main: chain: heap: keep of b.c keeps its "
                         "argument 1, by way of p:chain, p:between, m:both");
    expect(&units[0], 6, "a.c:17: main: strange: heap: which late is called "
                         "is not certain, by way of m:strange");
    expect(&units[0], 7, "a.c:18: main: far: heap: what m:quiet has is not "
                         "followed so far");
    expect(&units[0], 8, "a.c:19: main: round: frame");
    assert_false(rt_facts_is_frame(&facts, &units[0], 4));
    stranger = "libx.so";
    solve(units, 2);
    stranger = NULL;
    expect(&units[0], 0, "a.c:11: main: quiet: heap: m:quiet may have "
                         "functions of libx.so");
    expect(&units[0], 3, "a.c:14: main: empty: heap: m:empty may have "
                         "functions of libx.so");
    ((uint32_t *)units[1].words)[ESCC_FACTS_W_VERSION]++;
    solve(units, 2);
    assert_false(rt_facts_is_frame(&facts, &units[0], 0));
}

/* A unit of another version has its decision bytes and nothing else. */
static void versions(void **state)
{
    struct rt_facts_unit units[2];
    (void)state;
    begin("a.c");
    local_for("x", "f", 0, 0);
    units[0] = end(0);
    begin("b.c");
    DEF("f", 0, NEVER, NEVER);
    local_for("y", "f", 0, 0);
    units[1] = end(0);
    ((uint32_t *)units[1].words)[ESCC_FACTS_W_VERSION]++;
    solve(units, 2);
    assert_int_equal(rt_facts_nlocals(&units[1]), 1);
    assert_false(rt_facts_is_frame(&facts, &units[1], 0));
    expect(&units[0], 0, "a.c:11: main: x: heap: f is not known");
    ((uint32_t *)units[1].words)[ESCC_FACTS_W_MAGIC]++;
    assert_int_equal(rt_facts_nlocals(&units[1]), 0);
}

/* Whatever word is wrong: nothing is read that is not the unit's, and nothing
 * is believed that was said of f. */
static void damaged(void **state)
{
    struct rt_facts_unit units[2];
    (void)state;
    begin("a.c");
    uint32_t n = node();
    edge_ref(n, "f", 0, 0);
    local("x", n);
    units[0] = end(0);
    begin("b.c");
    uint32_t m = node();
    edge_ref(m, "g", 0, 0);
    DEF("f", 0, IF(m), NEVER);
    local("y", m);
    units[1] = end(0);
    size_t words = (size_t)(units[1].words_end - units[1].words);
    uint32_t *copy = malloc(words * sizeof *copy);
    assert_non_null(copy);
    const uint32_t values[] = {0, 1, 2, 3, 100, 0x80000000, 0x80000005,
                               UINT32_MAX};
    names_are_damaged = true;
    for (size_t w = 0; w < words; w++)
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            memcpy(copy, units[1].words, words * sizeof *copy);
            copy[w] = values[v];
            struct rt_facts_unit now[] = {units[0], units[1]};
            now[1].words = copy;
            now[1].words_end = copy + words;
            solve(now, 2);
            if (!now[1].is_known)
                assert_false(rt_facts_is_frame(&facts, &now[0], 0));
        }
    /* cut off anywhere */
    for (size_t w = 0; w < words; w++) {
        struct rt_facts_unit now[] = {units[0], units[1]};
        uint32_t *part = malloc(w * sizeof *part + 1);
        assert_non_null(part);
        memcpy(part, units[1].words, w * sizeof *part);
        now[1].words = part;
        now[1].words_end = part + w;
        solve(now, 2);
        assert_false(now[1].is_known);
        free(part);
    }
    names_are_damaged = false;
    free(copy);
}

static void nothing(void **state)
{
    struct rt_facts_unit unit;
    (void)state;
    solve(NULL, 0);
    begin("a.c");
    unit = end(0);
    solve(&unit, 1);
    assert_true(unit.is_known);
    assert_int_equal(rt_facts_nlocals(&unit), 0);
}

/* Conditions of random shape, against rounds over all of them. */
enum { UNITS = 5, FUNCTIONS = 6, ROUNDS = 300 };

static unsigned random_below(unsigned n)
{
    static uint32_t seed = 1;
    seed = seed * 1664525 + 1013904223;
    return (seed >> 16) % n;
}

struct model {
    bool always[UNITS * FUNCTIONS];
    bool all[UNITS * FUNCTIONS];        /* and some, of what it reaches */
    bool reaches[UNITS * FUNCTIONS][UNITS * FUNCTIONS + 1];
};

static void name_function(char *out, unsigned f)
{
    out[0] = 'f';
    out[1] = (char)('0' + f / 10);
    out[2] = (char)('0' + f % 10);
    out[3] = 0;
}

/* Function f calls some others; f00 to f29 are defined, f30 is not. */
static struct rt_facts_unit random_unit(struct model *model, unsigned u)
{
    char text[4];
    begin("u.c");
    for (unsigned f = u * FUNCTIONS; f < (u + 1) * FUNCTIONS; f++) {
        uint32_t n = node();
        name_function(text, f);
        model->always[f] = random_below(30) == 0;
        DEF(text, 0, model->always[f] ? ALWAYS : IF(n), NEVER);
        bool all = random_below(3) == 0;
        for (unsigned calls_left = random_below(3); calls_left;
             calls_left--) {
            unsigned to = random_below(UNITS * FUNCTIONS + 1);
            if (to / FUNCTIONS == u)
                continue;
            model->reaches[f][to] = true;
            model->all[f] = all;
            maker->all[n] = all ? ESCC_FIRST_ALL : 0;
            name_function(text, to);
            edge_ref(n, text, 0, 0);
        }
        local("x", n);
    }
    return end(0);
}

static void random_systems(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct rt_facts_unit units[UNITS];
        struct model model = {0};
        bool kept[UNITS * FUNCTIONS + 1] = {0}, on_heap[UNITS * FUNCTIONS];
        for (unsigned u = 0; u < UNITS; u++)
            units[u] = random_unit(&model, u);
        kept[UNITS * FUNCTIONS] = true;
        for (int again = 0; again <= UNITS * FUNCTIONS; again++)
            for (unsigned f = 0; f < UNITS * FUNCTIONS; f++) {
                on_heap[f] = model.all[f];
                for (unsigned to = 0; to <= UNITS * FUNCTIONS; to++)
                    if (model.reaches[f][to] && kept[to] != model.all[f])
                        on_heap[f] = kept[to];
                kept[f] = model.always[f] || on_heap[f];
            }
        solve(units, UNITS);
        for (unsigned f = 0; f < UNITS * FUNCTIONS; f++) {
            struct rt_facts_unit *u = &units[f / FUNCTIONS];
            char line[300];
            rt_facts_describe(&facts, u, f % FUNCTIONS, line, sizeof line);
            assert_int_equal(rt_facts_is_frame(&facts, u, f % FUNCTIONS),
                             !on_heap[f]);
        }
        for (unsigned u = 0; u < UNITS; u++)
            free((void *)units[u].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_and_always),
        cmocka_unit_test(levels),
        cmocka_unit_test(chains),
        cmocka_unit_test(cycles),
        cmocka_unit_test(all_of),
        cmocka_unit_test(parameters),
        cmocka_unit_test(modules),
        cmocka_unit_test(asks_once),
        cmocka_unit_test(slots),
        cmocka_unit_test(versions),
        cmocka_unit_test(damaged),
        cmocka_unit_test(nothing),
        cmocka_unit_test(random_systems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
