/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_rt_options.c - the environment: values, bad values, wrong names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rt_options.h"

static char warnings[4096];
static int nwarnings;

static void collect(const char *line)
{
    assert_true(strlen(line) > 0 && line[strlen(line) - 1] == '\n');
    strncat(warnings, line, sizeof warnings - strlen(warnings) - 1);
    nwarnings++;
}

static struct rt_options read(const char *first, const char *second)
{
    struct rt_options options;
    char *environment[] = {"PATH=/bin", (char *)first, (char *)second, NULL};
    *warnings = 0;
    nwarnings = 0;
    rt_options_read(&options, environment, collect);
    return options;
}

static void test_defaults(void **state)
{
    (void)state;
    struct rt_options o = read(NULL, NULL);
    assert_int_equal(o.gc_percent, 100);
    assert_int_equal(o.gctrace, 0);
    assert_int_equal(o.gcstress, 0);
    assert_int_equal(o.verify, 0);
    assert_int_equal(o.stw, 0);
    assert_int_equal(o.memory_limit.kind, RT_AMOUNT_AUTO);
    assert_int_equal(o.heap_minimum.kind, RT_AMOUNT_AUTO);
    assert_int_equal(o.procs, 0);
    assert_string_equal(o.cgroup.path, "");
    assert_int_equal(nwarnings, 0);
}

static void test_values(void **state)
{
    (void)state;
    assert_int_equal(read("ESCC_GC=off", NULL).gc_percent, -1);
    assert_int_equal(read("ESCC_GC=-1", NULL).gc_percent, -1);
    assert_int_equal(read("ESCC_GC=250", NULL).gc_percent, 250);
    struct rt_options o = read(
        "ESCC_DEBUG=gctrace=1,gcstress=64,,clobber=1,verify=barrier",
        "ESCC_GC=50");
    assert_int_equal(o.gctrace, 1);
    assert_int_equal(o.gcstress, 64);
    assert_int_equal(o.clobber, 1);
    assert_int_equal(o.verify, RT_VERIFY_BARRIER);
    assert_int_equal(o.gc_percent, 50);
    o = read("ESCC_DEBUG=verify=1,verify=barrier", NULL);
    assert_int_equal(o.verify, RT_VERIFY_HEAP | RT_VERIFY_BARRIER);
    assert_int_equal(nwarnings, 0);
}

static void test_amounts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int kind;
        uint64_t n;
    } cases[] = {
        {"ESCC_MEMLIMIT=auto", RT_AMOUNT_AUTO, 0},
        {"ESCC_MEMLIMIT=off", RT_AMOUNT_OFF, 0},
        {"ESCC_MEMLIMIT=90%", RT_AMOUNT_PERCENT, 90},
        {"ESCC_MEMLIMIT=100%", RT_AMOUNT_PERCENT, 100},
        {"ESCC_MEMLIMIT=12345678", RT_AMOUNT_BYTES, 12345678},
        {"ESCC_MEMLIMIT=100B", RT_AMOUNT_BYTES, 100},
        {"ESCC_MEMLIMIT=2GiB", RT_AMOUNT_BYTES, (uint64_t)2 << 30},
        {"ESCC_MEMLIMIT=512m", RT_AMOUNT_BYTES, (uint64_t)512 << 20},
        {"ESCC_MEMLIMIT=3K", RT_AMOUNT_BYTES, 3 << 10},
        {"ESCC_MEMLIMIT=1TiB", RT_AMOUNT_BYTES, (uint64_t)1 << 40},
        {"ESCC_MEMLIMIT=1tb", RT_AMOUNT_BYTES, 1000000000000},
        {"ESCC_MEMLIMIT=500MB", RT_AMOUNT_BYTES, 500000000},
        {"ESCC_MEMLIMIT=9223372036854775807", RT_AMOUNT_BYTES, INT64_MAX}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_options o = read(cases[i].text, NULL);
        assert_int_equal(nwarnings, 0);
        assert_int_equal(o.memory_limit.kind, cases[i].kind);
        assert_int_equal(o.memory_limit.n, cases[i].n);
    }
    struct rt_options o = read("ESCC_HEAP_MIN=64MiB", "ESCC_PROCS=3");
    assert_int_equal(o.heap_minimum.kind, RT_AMOUNT_BYTES);
    assert_int_equal(o.heap_minimum.n, 64 << 20);
    assert_int_equal(o.procs, 3);
    o = read("ESCC_DEBUG=cgroup=/a/b=c,gctrace=1", NULL);
    assert_string_equal(o.cgroup.path, "/a/b=c");
    assert_int_equal(o.gctrace, 1);
    assert_int_equal(nwarnings, 0);
}

static void test_the_tool_s_are_known(void **state)
{
    (void)state;
    read("ESCC_CC=gcc", "ESCC_DISABLE=1");
    read("ESCC_FLAGS=", NULL);
    assert_int_equal(nwarnings, 0);
    read("ESCC_DISABLED=1", "ESCC_FLAG=-O2");
    assert_int_equal(nwarnings, 0);
    read("ESCC_REWRITE_FOR_TESTS=/bin/true", NULL);
    assert_int_equal(nwarnings, 0);
}

static void test_wrong_names_are_told_once(void **state)
{
    (void)state;
    read("ESCC_DEBUG=gctrase=1", NULL);
    assert_int_equal(nwarnings, 1);
    assert_non_null(strstr(warnings, "ESCC_DEBUG=gctrase"));
    assert_non_null(strstr(warnings, "did you mean ESCC_DEBUG=gctrace?"));
    read("ESCC_SIGNALS=60", NULL);
    assert_int_equal(nwarnings, 1);
    assert_non_null(strstr(warnings, "did you mean ESCC_SIGNAL?"));
    read("ESCC_gctrace=1", NULL);
    assert_int_equal(nwarnings, 1);
    read("ESCC_MEM_LIMIT=1GiB", NULL);
    assert_int_equal(nwarnings, 1);
    assert_non_null(strstr(warnings, "did you mean ESCC_MEMLIMIT?"));
}

static void test_bad_values_change_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "ESCC_GC=", "ESCC_GC=many", "ESCC_GC=-7", "ESCC_GC=99999999999999",
        "ESCC_GC=10%", "ESCC_DEBUG=gcstress=-1", "ESCC_DEBUG=gctrace",
        "ESCC_DEBUG=verify=barriers", "ESCC_DEBUG=gctrace=9",
        "ESCC_MEMLIMIT=", "ESCC_MEMLIMIT=Auto", "ESCC_MEMLIMIT=0%",
        "ESCC_MEMLIMIT=101%", "ESCC_MEMLIMIT=-1", "ESCC_MEMLIMIT=1Mi",
        "ESCC_MEMLIMIT=MiB", "ESCC_MEMLIMIT=1.5GiB", "ESCC_MEMLIMIT=1 GiB",
        "ESCC_MEMLIMIT=99999999999999999999", "ESCC_MEMLIMIT=9999999TiB",
        "ESCC_MEMLIMIT=9223372036854775808", "ESCC_HEAP_MIN=off",
        "ESCC_HEAP_MIN=10%", "ESCC_HEAP_MIN=auto", "ESCC_PROCS=-1",
        "ESCC_PROCS=4097", "ESCC_DEBUG=cgroup="};
    struct rt_options defaults = read(NULL, NULL);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rt_options o = read(bad[i], NULL);
        assert_int_equal(nwarnings, 1);
        assert_non_null(strstr(warnings, "bad value"));
        assert_memory_equal(&o, &defaults, sizeof o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_amounts),
        cmocka_unit_test(test_the_tool_s_are_known),
        cmocka_unit_test(test_wrong_names_are_told_once),
        cmocka_unit_test(test_bad_values_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
