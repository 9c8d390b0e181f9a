/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_cmdline.c - tool/driver/cmdline.c: arities, inputs and their languages,
 * the mode, response-file quoting, escc's own options.
 *
 * Each test gives a command line as one string, split at blanks.
 */
#include "driver/cmdline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

enum { MAX_WORDS = 64 };

static struct command command;

/* True if the line has no error of escc's. */
static bool parse_with(const char *flags, const char *line)
{
    static char text[4096];
    char *argv[MAX_WORDS + 1] = {"escc"};
    int argc = 1;
    snprintf(text, sizeof text, "%s", line);
    for (char *p = strtok(text, " "); p; p = strtok(NULL, " ")) {
        assert_true(argc < MAX_WORDS);
        argv[argc++] = p;
    }
    return command_parse(&command, argc, argv, flags);
}

static struct command *parse(const char *line)
{
    assert_true(parse_with(NULL, line));
    return &command;
}

/* Inputs and their languages as "path:letter …". */
static const char *inputs(const struct command *c)
{
    static const char letters[] = "oCiShx";
    static char text[1024];
    text[0] = 0;
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        if (item->is_input)
            snprintf(text + strlen(text), sizeof text - strlen(text),
                     "%s%s:%c", *text ? " " : "", item->words[0],
                     letters[item->language]);
    }
    return text;
}

/* The words that a step sees, joined by blanks. */
static const char *words_of(const struct command *c, unsigned step)
{
    static char text[1024];
    struct word_vec words = {0};
    text[0] = 0;
    for (size_t i = 0; i < c->items.count; i++)
        if (!c->items.items[i].is_input
            && (c->items.items[i].steps & step))
            item_words(&words, &c->items.items[i]);
    for (size_t i = 0; i < words.count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s",
                 *text ? " " : "", words.items[i]);
    vec_free(&words);
    return text;
}

static void values_are_not_inputs(void **state)
{
    (void)state;
    static const char *const two_words[] = {
        "-o", "-D", "-U", "-I", "-include", "-imacros", "-isystem",
        "-iquote", "-idirafter", "-isysroot", "-x", "-MF", "-MT", "-MQ",
        "-MJ", "-Xclang", "-Xlinker", "-Xassembler", "-Xpreprocessor",
        "-mllvm", "--param", "-T", "-u", "-e", "-z", "-L", "-l", "-target",
        "-arch", "-framework", "--sysroot", "-aux-info", "-Xarch_x86_64",
        "--serialize-diagnostics", "-dumpdir", "-rpath", "-B", "-iprefix",
        "-resource-dir", "-working-directory"};
    for (size_t i = 0; i < sizeof two_words / sizeof *two_words; i++) {
        char line[128];
        snprintf(line, sizeof line, "-c %s value.c real.o", two_words[i]);
        struct command *c = parse(line);
        assert_int_equal(c->input_count, 1);
        assert_int_equal(c->items.count, 3);
        assert_string_equal(c->items.items[1].value, "value.c");
    }
}

static void joined_values_take_no_word(void **state)
{
    (void)state;
    static const char *const one_word[] = {
        "-oout", "-DX=1", "-Idir", "-includea.h", "-MFf.d", "-lm", "-Ldir",
        "-xc", "--param=a=b", "-std=c99", "-O2", "-Wall", "-march=native",
        "-fno-such-option", "-Wl,-soname,x", "-Wp,-MD,f", "-Wa,-x", "-g3",
        "-pthread", "-Wp,-DX", "--sysroot=/x", "-isystem/x", "-MTx",
        "-Ttext=0", "-fplugin=x.so", "-specs=x"};
    for (size_t i = 0; i < sizeof one_word / sizeof *one_word; i++) {
        char line[128];
        snprintf(line, sizeof line, "-c %s a.o", one_word[i]);
        struct command *c = parse(line);
        assert_int_equal(c->input_count, 1);
        assert_int_equal(c->items.count, 3);
    }
}

static void a_missing_value_is_the_back_ends_to_report(void **state)
{
    (void)state;
    assert_int_equal(parse("-c a.c -o")->mode, MODE_PASS);
    assert_int_equal(parse("a.c -Xlinker")->mode, MODE_PASS);
    assert_int_equal(parse("a.c -I")->mode, MODE_PASS);
}

static void the_longest_spelling_wins(void **state)
{
    (void)state;
    assert_string_equal(parse("-Werror a.c")->items.items[0].words[0],
                        "-Werror");
    assert_true(parse("-Werror=vla a.c")->warnings_may_fail);
    assert_false(parse("-Wno-error a.c")->warnings_may_fail);
    assert_true(parse("-Wl,-r a.o")->relocatable);
    assert_int_equal(parse("-mllvm a.c b.c")->input_count, 1);
    assert_int_equal(parse("-mabi=x b.c")->input_count, 1);
    /* -object-file-name is not -o */
    assert_null(parse("-object-file-name x a.c")->output);
    assert_string_equal(parse("-obj a.c")->output, "bj");
}

static void languages_by_extension_and_by_x(void **state)
{
    (void)state;
    assert_string_equal(inputs(parse("a.c b.i c.s d.S e.o f.a g.so.1 h")),
                        "a.c:C b.i:i c.s:S d.S:x e.o:o f.a:o g.so.1:o h:o");
    assert_string_equal(inputs(parse("a.C b.cc c.cpp d.m e.ll f.bc")),
                        "a.C:x b.cc:x c.cpp:x d.m:x e.ll:x f.bc:x");
    assert_string_equal(inputs(parse("a.h -x c b.h -xc++ c.c -x none d.c")),
                        "a.h:h b.h:C c.c:x d.c:C");
    assert_string_equal(inputs(parse("-x cpp-output a - -x assembler b.c")),
                        "a:i -:i b.c:S");
    assert_string_equal(inputs(parse("dir.c/file x.c/y.o .c")),
                        "dir.c/file:o x.c/y.o:o .c:C");
    assert_string_equal(inputs(parse("-c -- -x.c a.c")), "-x.c:C a.c:C");
}

static void modes(void **state)
{
    (void)state;
    assert_int_equal(parse("a.c")->mode, MODE_LINK);
    assert_int_equal(parse("a.o")->mode, MODE_LINK);
    assert_int_equal(parse("-lfoo")->mode, MODE_LINK);
    assert_int_equal(parse("-c a.c")->mode, MODE_OBJECT);
    assert_int_equal(parse("-S -c a.c")->mode, MODE_ASSEMBLY);
    assert_int_equal(parse("-c -S a.c")->mode, MODE_ASSEMBLY);
    static const char *const passed_on[] = {
        "", "-v", "-E a.c", "-c -E a.c", "-E -c a.c", "-M a.c", "-MM a.c",
        "-fsyntax-only a.c", "-print-search-dirs", "-dumpversion a.c",
        "--version", "--help", "-", "-c -", "-c", "-Wl,--version", "a.h",
        "-x c-header a.c", "-c -emit-ast a.c", "--analyze a.c",
        "-Xclang -emit-pch -c a.c", "-cc1 a.c"};
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++)
        assert_int_equal(parse(passed_on[i])->mode, MODE_PASS);
    assert_int_equal(parse("-fsyntax-only -report-escapes a.c")->mode,
                     MODE_SYNTAX);
}

static void options_reach_their_steps_only(void **state)
{
    (void)state;
    struct command *c = parse("-c -DX -I i -O2 -std=c99 -Wall -MD -MF f "
                              "-lm -Wl,-s -o a.o -Xclang -include -Xclang "
                              "x.h -fsigned-char -Wa,-k -P a.c");
    assert_string_equal(words_of(c, STEP_PREPROCESS),
                        "-DX -I i -O2 -std=c99 -Wall -MD -MF f -Xclang "
                        "-include -Xclang x.h -fsigned-char");
    assert_string_equal(words_of(c, STEP_DIAGNOSE),
                        "-DX -I i -O2 -std=c99 -Wall -Xclang -include "
                        "-Xclang x.h -fsigned-char");
    assert_string_equal(words_of(c, STEP_PARSE),
                        "-std=c99 -Wall -fsigned-char");
    assert_string_equal(words_of(c, STEP_LINK),
                        "-c -O2 -std=c99 -Wall -lm -Wl,-s -o a.o "
                        "-fsigned-char -Wa,-k -P");
}

static void dependency_options(void **state)
{
    (void)state;
    struct command *c = parse("-MD -c a.c");
    assert_true(c->depend && !c->depend_has_file && !c->depend_has_target);
    c = parse("-MMD -MFf -MTx -c a.c");
    assert_true(c->depend && c->depend_has_file && c->depend_has_target);
    c = parse("-Wp,-MMD,.a.d -c a.c");
    assert_true(c->depend && c->depend_by_wp && c->depend_has_file);
    assert_false(c->depend_has_target);
    assert_string_equal(words_of(c, STEP_DIAGNOSE), "");
    assert_false(parse("-Wp,-DMD -c a.c")->depend);
}

static void link_kinds(void **state)
{
    (void)state;
    assert_true(parse("-shared a.o")->shared);
    assert_true(parse("-Wl,-z,x,-shared a.o")->shared);
    assert_false(parse("-shared-libgcc a.o")->shared);
    assert_true(parse("-static-pie a.o")->is_static);
    assert_false(parse("-static-libgcc a.o")->is_static);
    assert_true(parse("-Xlinker -i a.o")->relocatable);
    assert_false(parse("-Wl,-rpath,/r a.o")->relocatable);
    assert_true(parse("-nodefaultlibs a.o")->no_library);
    assert_false(parse("-nostartfiles a.o")->no_library);
    assert_true(parse("-ffreestanding a.c")->freestanding);
    assert_false(parse("-ffreestanding -fhosted a.c")->freestanding);
}

static void sanitizers(void **state)
{
    (void)state;
    assert_string_equal(parse("-fsanitize=undefined,address a.c")->sanitizer,
                        "address");
    assert_null(parse("-fsanitize=undefined a.c")->sanitizer);
    assert_null(parse("-fsanitize=thread -fno-sanitize=all a.c")->sanitizer);
    assert_non_null(parse("-fno-sanitize=thread -fsanitize=thread a.c")
                        ->sanitizer);
    /* a sanitizer whose name begins with another's */
    assert_non_null(parse("-fsanitize=address -fno-sanitize="
                          "address-use-after-return a.c")->sanitizer);
}

static void escc_options(void **state)
{
    (void)state;
    struct command *c = parse("-fescc-locals=all -fplugin-arg-escc-unknown="
                              "stay -fplugin-arg-escc-report-escapes=2 a.c");
    assert_int_equal(c->rewriter_options.count, 3);
    assert_string_equal(c->rewriter_options.items[0], "-fescc-locals=all");
    assert_string_equal(c->rewriter_options.items[1], "-fescc-unknown=stay");
    assert_string_equal(c->rewriter_options.items[2], "-report-escapes=2");
    assert_string_equal(words_of(c, STEP_LINK), "");
    assert_true(parse("-fescc-emit-source=x a.c")->emit_source);
    assert_null(parse("-fescc-free=trust -fescc-free=ignore a.o")
                    ->free_member);
    assert_string_equal(parse("-fescc-free=drop a.o")->free_member,
                        "__escc_free_drop");
    assert_false(parse_with(NULL, "-fescc-free=yes a.c"));
    assert_true(parse("-fescc-on-unsupported=plain a.c")
                    ->plain_if_unsupported);
    assert_false(parse("-fescc-on-unsupported=plain "
                       "-fescc-on-unsupported=error a.c")
                     ->plain_if_unsupported);
    assert_false(parse_with(NULL, "-fescc-local=all a.c"));
    assert_false(parse_with(NULL, "-fescc-locals a.c"));
    assert_false(parse_with(NULL, "-fescc-verify-output=x a.c"));
    assert_false(parse_with(NULL, "-report-nothing a.c"));
    assert_true(parse_with("-fescc-locals=all '-DX=a b'", "a.c"));
    assert_true(command.has_escc_option);
    assert_string_equal(command.items.items[0].words[0], "-DX=a b");
}

static void words_are_split_as_in_response_files(void **state)
{
    (void)state;
    struct word_vec words = {0};
    split_words(&words, "a  'b c' \"d \\\"e\" f\\ g\n'' h'i'\"j\"\\");
    static const char *const expected[] = {"a", "b c", "d \"e", "f g", "",
                                           "hij\\"};
    assert_int_equal(words.count, 6);
    for (size_t i = 0; i < words.count; i++)
        assert_string_equal(words.items[i], expected[i]);
    vec_free(&words);
}

static void response_files(void **state)
{
    (void)state;
    char path[] = "/tmp/escc-test-XXXXXX", line[64];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "-c 'a b.c'", 10), 10);
    close(fd);
    snprintf(line, sizeof line, "@%s -O2", path);
    struct command *c = parse(line);
    assert_string_equal(inputs(c), "a b.c:C");
    assert_int_equal(c->mode, MODE_OBJECT);
    assert_true(c->has_response_file);
    unlink(path);
    parse(line);
    assert_int_equal(command.items.items[0].is_input, 1);
    assert_int_equal(command.items.items[0].words[0][0], '@');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_not_inputs),
        cmocka_unit_test(joined_values_take_no_word),
        cmocka_unit_test(a_missing_value_is_the_back_ends_to_report),
        cmocka_unit_test(the_longest_spelling_wins),
        cmocka_unit_test(languages_by_extension_and_by_x),
        cmocka_unit_test(modes),
        cmocka_unit_test(options_reach_their_steps_only),
        cmocka_unit_test(dependency_options),
        cmocka_unit_test(link_kinds),
        cmocka_unit_test(sanitizers),
        cmocka_unit_test(escc_options),
        cmocka_unit_test(words_are_split_as_in_response_files),
        cmocka_unit_test(response_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
