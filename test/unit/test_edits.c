/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_edits.c - the edit list: order at one position, cuts, lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "edit/edits.h"
#include "util/arena.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct edits list(const char *text)
{
    struct edits e;
    edits_init(&e, text, strlen(text));
    return e;
}

static void expect(struct edits *e, const char *expected)
{
    struct strbuf out = {0};
    edits_render(e, &out);
    assert_string_equal(out.text ? out.text : "", expected);
    strbuf_free(&out);
    free(e->items);
}

static void nothing(void **state)
{
    (void)state;
    struct edits e = list("a\nb");
    expect(&e, "a\nb");
    e = list("");
    expect(&e, "");
}

static void one_position(void **state)
{
    (void)state;
    struct edits e = list("{a;}");
    edits_before(&e, 1, "outer(");      /* of a larger construct at 1 */
    edits_after(&e, 2, ")outer");
    edits_before(&e, 1, "inner[");
    edits_after(&e, 2, "]inner");
    edits_replace(&e, 1, 2, "x");
    edits_entry(&e, 1, "first;");
    edits_entry(&e, 1, "second;");
    edits_after(&e, 1, "<end");         /* of what ends there */
    expect(&e, "{<endfirst;second;outer(inner[x]inner)outer;}");
}

static void swapped(void **state)
{
    (void)state;
    /* a[i] = b: right side first, edits inside both. */
    struct edits e = list("a[i] = b;");
    edits_before(&e, 0, "({t=(");
    edit_cut cut = edits_cut(&e, 0, 4, "");
    edits_replace(&e, 5, 6, "");
    edits_after_cut(&e, 8, ");s=&(", cut, ");})");
    edits_replace(&e, 2, 3, "(*i)");
    edits_before(&e, 0, "(");           /* of the left side */
    edits_after(&e, 4, ")");
    edits_after(&e, 8, "'");            /* of the right side */
    expect(&e, "({t=(  b');s=&((a[(*i)]));});");
}

static void nested_cuts(void **state)
{
    (void)state;
    /* (a = b) = c, all three swapped twice. */
    struct edits e = list("(a=b)=c");
    edit_cut outer = edits_cut(&e, 0, 5, "");
    edits_replace(&e, 5, 6, "");
    edits_after_cut(&e, 7, "<", outer, ">");
    edit_cut inner = edits_cut(&e, 1, 2, "T");
    edits_replace(&e, 2, 3, "");
    edits_after_cut(&e, 4, "<", inner, ">");
    expect(&e, "c<(Tb<a>)>");
}

static void lines_stay(void **state)
{
    (void)state;
    const char *text = "a[ // why\n1]\n# 5 \"x.c\"\n=\nb;";
    struct edits e = list(text);
    uint32_t left_end = (uint32_t)(strstr(text, "\n#") - text);
    uint32_t op = (uint32_t)(strchr(text, '=') - text);
    edits_before(&e, 0, "(");
    edit_cut cut = edits_cut(&e, 0, left_end, "");
    edits_replace(&e, op, op + 1, "");
    edits_after_cut(&e, (uint32_t)strlen(text) - 1, ",", cut, ")");
    expect(&e, "(\n\n# 5 \"x.c\"\n\nb,a[   1]);");
}

static void replaced_lines_stay(void **state)
{
    (void)state;
    struct edits e = list("f(\n# 9 \"y\"\nx)");
    edits_replace(&e, 0, 3, "g(");
    expect(&e, "g(\n# 9 \"y\"\nx)");
}

static void squash_and_skeleton(void **state)
{
    (void)state;
    static const char text[] =
        "f(\"// no\", '\"', /* x\n */ 1,\n# 3 \"a\"\n2)";
    struct strbuf out = {0};
    edits_squash(&out, text, strlen(text));
    assert_string_equal(out.text, "f(\"// no\", '\"',   1,  2)");
    out.bytes = 0;
    edits_skeleton(&out, text, strlen(text));
    assert_string_equal(out.text, "\n\n# 3 \"a\"\n");
    strbuf_free(&out);
}

static void overlap(struct edits *e)
{
    edits_replace(e, 1, 4, "x");
    edits_replace(e, 3, 5, "y");
}

static void lost(struct edits *e)
{
    edits_cut(e, 1, 3, "");
    edits_after(e, 2, "x");             /* comes out nowhere */
}

static void lost_cut(struct edits *e)
{
    edits_cut(e, 1, 3, "");
}

static void newline(struct edits *e)
{
    edits_before(e, 1, "x\n");
}

static void edit_in_replaced(struct edits *e)
{
    edits_replace(e, 1, 4, "x");
    edits_before(e, 2, "y");
}

/* Each of these must be noticed: an internal error, in a child. */
static void mistakes(void **state)
{
    (void)state;
    void (*const all[])(struct edits *) = {
        overlap, lost, lost_cut, newline, edit_in_replaced,
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        pid_t child = fork();
        if (child == 0) {
            struct strbuf out = {0};
            struct edits e = list("abcdefg");
            close(2);
            all[i](&e);
            edits_render(&e, &out);
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 70);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing),
        cmocka_unit_test(one_position),
        cmocka_unit_test(swapped),
        cmocka_unit_test(nested_cuts),
        cmocka_unit_test(lines_stay),
        cmocka_unit_test(replaced_lines_stay),
        cmocka_unit_test(squash_and_skeleton),
        cmocka_unit_test(mistakes),
    };
    return cmocka_run_group_tests_name("edits", tests, NULL, NULL);
}
