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
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (is_certain(texts[i]))
            fail_msg("untouched: %s", texts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(untouched_texts),
        cmocka_unit_test(texts_with_code_to_rewrite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
