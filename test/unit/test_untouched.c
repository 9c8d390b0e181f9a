/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_untouched.c - tool/driver/untouched.c: which texts need no rewriter
 * [inv.untouched].  What may stay is compared with the rewriter's opinion in
 * test/Driver/untouched.test.
 */
#include "driver/untouched.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define BODY(statements) "int main(void) {" statements " return 0; }\n"

static bool is_certain(const char *text)
{
    char path[] = "/tmp/untouched-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    ssize_t bytes = (ssize_t)strlen(text);
    assert_true(write(fd, text, strlen(text)) == bytes);
    close(fd);
    bool certain = untouched_is_certain(path);
    remove(path);
    return certain;
}

static void untouched_texts(void **state)
{
    static const char *const texts[] = {
        "\n", "extern int x;\n", "int x = 1, *p = &x;\n", BODY(""),
        BODY("f(1, \"text\", g());"), BODY("long a = f(), b = a + 1;"),
        BODY("x = 1; x.y = -2; x[3] = 'c';"), "main() { return 0; }\n",
        BODY("if (sizeof(int *)) return 1; else f();"),
        BODY("static int a[2 * 3] = {1, 2}; a[0] = 0;"),
        BODY("(void) strdup;"), "char malloc();\n" BODY("malloc();"),
        BODY("printf(\"%d\", 1);"), BODY("f((T) 1);"),
        BODY("int a = 0, b = 1; a += x[i]; if (a) b = f(a, x[b]); b ^= 1;"),
        BODY("{ int a = 0; { int b = 0; b = a; } a -= g; }"),
        "# 1 \"h\" 1 3\n"
        "extern int g(int) __asm__(\"\" \"h\") __attribute__((__nothrow__));\n"
        "static __inline int i(int **p, int *q) { *p = q; return 0; }\n"
        "extern __inline __attribute__((__gnu_inline__)) int j(int *p)\n"
        "{ for (;;) *p = 1; }\n"
        "#pragma GCC visibility push(default)\n"
        "typedef struct { int a[4]; } T;\n"
        "# 1 \"x.c\" 2\n" BODY("static T t; return g(t.a[0]);"),
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!is_certain(texts[i]))
            fail_msg("rewritten: %s", texts[i]);
}

static void texts_with_code_to_rewrite(void **state)
{
    static const char *const texts[] = {
        /* stores */
        BODY("p = q;"), BODY("*p = 1;"), BODY("p->x = 1;"), BODY("p++;"),
        BODY("x += 1;"), BODY("long a = g = h;"), BODY("int a = (g = h);"),
        BODY("x[i] = 1;"), BODY("f(x = 1);"), BODY("x = 1 + y;"),
        BODY("if (x = y) f();"), BODY("f(c ? a : p = q);"),
        BODY("{ int x = 0; f(x); } x = y;"), BODY("int x = 0; x.y = z;"),
        BODY("int x = 0; { static long x; x = y; }"),
        BODY("int x = 0; { extern T x; x = y; }"),
        BODY("int x = 0; { { int b = 0; } } y = x;"),
        BODY("int x = 0; f(x = y);"), BODY("int x = 0; x = y = z;"),
        BODY("int x = 0; x[y] = z;"), BODY("int x; x = y;"),
        BODY("a[i][j] = 1;"), BODY("f(g()[i]);"), BODY("f(x[i]++);"),
        /* locals with addresses */
        BODY("int a; f(&a);"), BODY("int a[2]; f(a);"),
        BODY("int b, a[2]; f(a);"), BODY("const int a[2]; f(a);"),
        BODY("struct s a; f(a.list);"), BODY("struct s a = g();"),
        "typedef int T[2];\n" BODY("T a; f(a);"),
        "typedef int T[2];\n" BODY("T (a); f(a);"),
        "typedef int T[2];\n" BODY("const T a; f(a);"),
        BODY("typedef int T[2]; f();"), BODY("f((int[]){1});"),
        BODY("f((struct s){1}.list);"), BODY("f(g().list);"),
        BODY("union u a; f(a.list);"), BODY("int a<:2:>; f(a);"),
        BODY("int a\?\?(2\?\?); f(a);"), BODY("__typeof__(b) a; f(a);"),
        BODY("enum e { A } a; f(a);"), BODY("int *p; f(p);"),
        BODY("int (*p)(void) = &f; p();"), BODY("int n = 2; int a[n]; f(a);"),
        /* flow that is not followed */
        BODY("for (;;) f();"), BODY("while (f());"), BODY("do f(); while (1);"),
        BODY("goto l; l: f();"), BODY("void *p = &&l; l: f();"),
        BODY("({ f(); });"), BODY("int f(void) { return 1; } f();"),
        BODY("asm(\"\");"), BODY("__asm__ volatile(\"\");"),
        BODY("_Static_assert(1, \"\");"), BODY("__builtin_alloca(1);"),
        BODY("__sync_synchronize();"), BODY("setjmp(b);"), BODY("vfork();"),
        BODY("register int a = 1; f(a);"), BODY("volatile int a = 1;"),
        /* the library */
        BODY("malloc(1);"), BODY("(void) malloc(1);"), BODY("memcpy(a, b, 8);"),
        BODY("(void) memcpy;"), BODY("memcpy();"), BODY("strtol(a, b, 0);"),
        BODY("dlsym(a, b);"), BODY("makecontext();"), BODY("free(p);"),
        BODY("strchr(a, 1);"), BODY("signal(1, f);"),
        BODY("printf(\"%p\", a);"), BODY("printf(\"%\" \"p\", a);"),
        BODY("printf(format, stdin);"), BODY("fprintf(a, format, stdin);"),
        BODY("f(\"%lx\", (long) stdin);"), BODY("open(a, 1);"),
        "typedef long T;\n" BODY("f(\"%lx\", (T) stdin);"),
        BODY("escc_gc();"),
        /* functions and what is declared */
        "int f(int *p) { return 0; }\n", "int f(int a) { return a; }\n",
        "int f(a) int a; { return a; }\n", "void free() { }\n",
        "inline int f(int *p) { return 0; }\n" BODY("f(0);"),
        "extern inline int f(int **p, int *q) { *p = q; return 0; }\n",
        "static inline int f(int *p) { return *p; }\n" BODY("f(0);"),
        "static inline int f(int *p) { return *p; }\n"
        "int (*g)(int *) = f;\n",
        "__attribute__((constructor)) static inline void f(void) { g(); }\n",
        "static inline __attribute__((used)) int f(int *p) { return *p; }\n",
        "void *(*g)(void *, void *, unsigned long) = memcpy;\n",
        "asm(\"nop\");\n", "int f(void) asm(\"memcpy\");\n",
        "int x __attribute__((section(\"a\")));\n",
        "struct { char c; void *p; } __attribute__((packed)) s;\n",
        "int (*f(void))(int) { return 0; }\n",
        "#pragma pack(1)\nint x;\n", "#define X 1\nint x;\n",
        "# 1 \"h\" 1 3\n#pragma redefine_extname f g\nint f(void);\n",
        "int main(void) { return 0;\n", BODY("f(\"unterminated);"),
        BODY("`"), BODY("f(a));"), BODY("f((a);"),
        BODY("f(R\"(\")\");"), BODY("f(uR\"(\")\");"),
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (is_certain(texts[i]))
            fail_msg("untouched: %s", texts[i]);
}

/* As the user wrote it, with the words of the command, up to NULL. */
static bool stays(const char *text, const char *const *words)
{
    char path[] = "/tmp/untouched-XXXXXX.c";
    char *argv[16] = {(char *)(uintptr_t)"escc", (char *)(uintptr_t)"-c", path};
    int fd = mkstemps(path, 2), argc = 3;
    struct command command = {0};
    struct backend backend = {.program = "gcc", .name = "gcc",
                              .kind = BACKEND_GCC};
    assert_true(fd >= 0);
    assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    while (words && *words)
        argv[argc++] = (char *)(uintptr_t)*words++;
    assert_true(command_parse(&command, argc, argv, NULL));
    bool stays = untouched_as_written(&command, &backend, path);
    remove(path);
    return stays;
}

static void untouched_sources(void **state)
{
    static const char *const texts[] = {
        "extern int i;\nint i;\n", BODY("f('\"', \"/* # \\\" */\");"),
        "/* x\n# if */ # define A \"//\"\n#undef B\n" BODY("g();"),
        "#define A(x) x\n#ifdef __cplusplus\n# error \"C++\"\n"
        "extern \"C\"\n#endif\nchar f();\n" BODY("return f ();"),
    };
    static const char *const words[] = {"-DX=1", "-U", "Y", "-O2", "-std=c11",
                                        "-MD", "-Wall", "-pthread", NULL};
    (void)state;
    if (system("gcc --version >/dev/null 2>&1"))
        skip();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!stays(texts[i], words))
            fail_msg("preprocessed: %s", texts[i]);
}

static void sources_with_macros_or_more(void **state)
{
    static const char *const texts[] = {
        "#include <limits.h>\n" BODY(""), "#define f g\n" BODY("f();"),
        BODY("f();") "#define f *p = q\n", "#if 1\nint x;\n#endif\n",
        "#ifdef linux\nint x;\n#endif\n", BODY("return linux;"),
        BODY("return unix;"), BODY("return __LINE__;"), "int _a;\n",
        "#ifdef __cplusplus\n#else\nint x;\n#endif\n",
        "#ifdef __cplusplus\n#if 0\n#endif\n*p = q;\n#endif\nint x;\n",
        "#define __cplusplus\n#ifdef __cplusplus\nint x;\n#endif\n",
        "#ifdef __cplusplus\nint x;\n", "#ifndef __cplusplus\n#endif\n",
        "#define A \\\n  B\nint x;\n", "#define A /*\n */ *p = q;\nint x;\n",
        "#pragma pack(1)\nint x;\n", "%:define f g\n" BODY(""),
        BODY("f(\"?\?/\");"), BODY("a //* */ 2\n;"), BODY("f(\"\\\n\");"),
        BODY("fo\\\no();"), BODY("f('\n"), "/* open\n", "int x\r;\n",
        "#\nint x;\n", "# 1 \"x.h\"\nint x;\n", "int x; # define A\n",
        "#error no\n", BODY("p = q;"), BODY("x();"), BODY("y();"),
        "#ifdef __cplusplus\nit's\n#endif\nint f();\n",
    };
    static const char *const words[] = {"-Dx=y", "--define-macro=y(a)=*a = b",
                                        NULL};
    static const char *const others[][3] = {
        {"-include", "a.h"}, {"-Ia"}, {"-Wp,-DA"}, {"-Xpreprocessor", "-DA"},
        {"-nostdinc"}, {"-Xclang", "-DA"}, {"-B."}, {"-imacros", "a.h"},
        {"-specs=a"}, {"-isystem", "a"}, {"-finput-charset=a"}, {"-H"},
        {"-wrapper", "a"}};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (stays(texts[i], words))
            fail_msg("not preprocessed: %s", texts[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (stays("int x;\n", others[i]))
            fail_msg("not preprocessed with %s", others[i][0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(untouched_texts),
        cmocka_unit_test(texts_with_code_to_rewrite),
        cmocka_unit_test(untouched_sources),
        cmocka_unit_test(sources_with_macros_or_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
