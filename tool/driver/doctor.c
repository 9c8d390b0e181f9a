/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* doctor.c - see doctor.h.
 *
 * Each line says what was looked for and what was found; where something is
 * missing the next line says what is not possible without it.  The last word
 * is a program's, which is compiled, linked and run by this very escc: it may
 * fail for reasons that nobody has thought of.
 */
#include "doctor.h"

#include "backend.h"
#include "help.h"
#include "job.h"
#include "kernel.h"
#include "util/arena.h"
#include "util/path.h"
#include "util/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct doctor {
    const struct backend *backend;
    const struct installation *where;
    const char *self, *folder;
    bool fails;                 /* something indispensable is missing */
};

static void there(const char *what, const char *detail)
{
    printf("  ok       %s%s%s\n", what, *detail ? ": " : "", detail);
}

static void missing(const char *what, const char *without)
{
    printf("  missing  %s\n           %s\n", what, without);
}

static void fatal(struct doctor *d, const char *what, const char *without)
{
    d->fails = true;
    missing(what, without);
}

/* ---- programs ------------------------------------------------------------ */

/* What a program prints, and its status. */
static int output_of(struct doctor *d, const char *const *words,
                     struct strbuf *text)
{
    const char *file = path_join(d->folder, "said");
    struct job_files files = {.in = "/dev/null", .out = file, .err = file};
    int status = job_run(words[0], words, files, false);
    strbuf_read_file(text, file);
    return status;
}

static const char *first_line(const struct strbuf *text)
{
    return text->text ? arena_strndup(text->text, strcspn(text->text, "\n"))
                      : "";
}

static void check_rewriter(struct doctor *d)
{
    const char *program = d->where->rewriter;
    struct strbuf said = {0};
    if (!path_is_file(program)) {
        fatal(d, program, "C cannot be compiled: the installation is not "
              "whole");
        return;
    }
    /* Without arguments it says how it is used, and ends with 1. */
    int status = output_of(d, (const char *[]){program, NULL}, &said);
    if (status == 1)
        there("rewriter", program);
    else
        fatal(d, program, arena_printf("C cannot be compiled: it does not "
              "start: %s", first_line(&said)));
    strbuf_free(&said);
}

/* The first number of a version. */
static int major_of(const char *version)
{
    return atoi(version);
}

static void check_backend(struct doctor *d)
{
    enum { LEAST_CLANG = 19, LEAST_GCC = 12 };
    const struct backend *b = d->backend;
    const char *path = path_search(b->program);
    struct strbuf said = {0};
    if (!path) {
        fatal(d, b->program, "nothing can be compiled: set ESCC_CC to a clang "
              "or gcc");
        return;
    }
    int status = output_of(d, (const char *[]){path, "--version", NULL},
                           &said);
    const char *version = help_version_in(said.text ? said.text : "");
    bool is_clang = b->kind == BACKEND_CLANG;
    if (status != 0) {
        fatal(d, path, "nothing can be compiled: it does not say its version");
    } else {
        there("compiler", arena_printf("%s, %s %s", path,
                                       is_clang ? "clang" : "gcc", version));
        if (major_of(version) < (is_clang ? LEAST_CLANG : LEAST_GCC))
            fatal(d, "a compiler that escc can have behind it",
                  "that is a clang from 19 or a gcc from 12 on");
    }
    strbuf_free(&said);
}

/* Those that could be behind escc, too. */
static void show_other_compilers(const struct doctor *d)
{
    static const char *const names[] = {"clang-19", "gcc", "clang", "gcc-12",
                                        "gcc-13", "gcc-14"};
    const char *seen[1 + sizeof names / sizeof *names] = {
        path_real(path_search(d->backend->program))};
    size_t count = 1;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = path_search(names[i]), *real = path_real(path);
        bool known = !real || !strcmp(path_base(real), "escc") ||
                     backend_too_old(path);
        for (size_t k = 0; k < count && !known; k++)
            known = seen[k] && !strcmp(seen[k], real);
        if (known)
            continue;
        seen[count++] = real;
        there("another one", arena_printf("%s, with ESCC_CC=%s", path,
                                          names[i]));
    }
}

static void check_runtime(struct doctor *d)
{
    const char *archive = path_join(d->where->archive_folder,
                                    "libesccrt.a");
    const char *shared = path_join(d->where->shared_folder, "libesccrt.so");
    if (path_is_file(archive))
        there("runtime", archive);
    else
        fatal(d, archive, "programs cannot be linked: the installation is "
              "not whole");
    if (path_is_file(shared))
        there("runtime for libraries", shared);
    else
        missing(shared, "shared libraries cannot be linked");
    const char *closed = link_note_object(d->where, RECORD_CLOSED);
    if (!path_is_file(closed) ||
        !path_is_file(link_note_object(d->where, RECORD_REWRITTEN)) ||
        !path_is_file(link_decided_object(d->where)))
        missing(closed, "threads stop for longer, and "
                "more locals are on the heap, than need be");
    if (!path_is_file(d->where->twice))
        missing(d->where->twice, "compiling takes longer");
    if (!path_is_file(d->where->pages))
        missing(d->where->pages, "compiling takes longer with gcc");
}

/* ---- a program ----------------------------------------------------------- */

static const char program_text[] =
    "void *malloc(unsigned long);\n"
    "void escc_gc(void);\n"
    "static int *kept(int n) { int x = n; return &x; }\n"
    "int main(void)\n"
    "{\n"
    "    int *first = kept(7);\n"
    "    for (int i = 0; i < 1000; i++)\n"
    "        *kept(i) += malloc(100) == 0;\n"
    "    escc_gc();\n"
    "    return *first - 7;\n"
    "}\n";

static void show_lines(const struct strbuf *text)
{
    const char *at = text->text ? text->text : "";
    while (*at) {
        size_t bytes = strcspn(at, "\n");
        printf("           | %.*s\n", (int)bytes, at);
        at += bytes + (at[bytes] == '\n');
    }
}

static void check_program(struct doctor *d)
{
    const char *source = path_join(d->folder, "doctor.c");
    const char *program = path_join(d->folder, "doctor");
    struct strbuf text = {0}, said = {0};
    strbuf_puts(&text, program_text);
    bool written = strbuf_write_file(&text, source);
    unsetenv("ESCC_DISABLE");
    unsetenv("ESCC_FLAGS");
    setenv("ESCC_CC", d->backend->program, 1);
    int status = !written ? 1 : output_of(d, (const char *[]){
        d->self, "-w", "-x", "c", source, "-o", program, NULL}, &said);
    const char *what = "cannot be compiled";
    if (!status) {
        what = "does not run, or not as it should";
        said.bytes = 0;
        status = output_of(d, (const char *[]){program, NULL}, &said);
    }
    if (!status)
        there("a program", "compiled, linked and run");
    else
        fatal(d, "a program that works", arena_printf("one that moves a local "
              "and collects %s; status %d", what, status));
    if (status)
        show_lines(&said);
    strbuf_free(&text);
    strbuf_free(&said);
}

/* ---- the rest ------------------------------------------------------------ */

static void check_kernel(void)
{
    /* As runtime/gc/mgcwatch.c has it. */
    static const double most = 4;
    for (const struct kernel_facility *k = kernel_facilities(); k->name; k++)
        if (k->is_there())
            there(k->name, "");
        else
            missing(k->name, k->without);
    double cost = kernel_noted_write_cost();
    if (cost > most)
        missing("writes that are noted fast", arena_printf(
            "the first to a page costs %.1f us here, more than 4: as without "
            "userfaultfd", cost));
}

static void check_debugger(const struct doctor *d)
{
    const char *script = arena_printf("%s/share/escc/escc-gdb.py",
                                      d->where->prefix);
    const char *gdb = path_search("gdb");
    if (gdb)
        there("gdb", gdb);
    else
        missing("gdb", "there is no debugger that knows moved locals");
    if (path_is_file(script))
        there("gdb's script", script);
    else
        missing(script, "gdb shows moved locals as pointers: source the "
                "script tool/debug/escc-gdb.py of escc's sources");
}

static void show_environment(void)
{
    static const char *const names[] = {"ESCC_CC", "ESCC_FLAGS",
                                        "ESCC_DISABLE"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            printf("  set      %s=%s%s\n", names[i], value,
                   i == 2 ? ": escc is the plain compiler" : "");
    }
}

int doctor_run(const struct backend *b, const struct installation *where,
               const char *self)
{
    struct doctor d = {b, where, self, NULL, false};
    printf("escc %s, %s\n", ESCC_VERSION, self);
    job_begin();
    d.folder = job_folder();
    if (!d.folder)
        return 1;
    show_environment();
    puts("Its parts:");
    check_rewriter(&d);
    check_runtime(&d);
    check_backend(&d);
    show_other_compilers(&d);
    check_program(&d);
    puts("The kernel:");
    check_kernel();
    puts("A debugger:");
    check_debugger(&d);
    puts(d.fails ? "escc cannot work as it is." : "escc works.");
    job_end();
    return d.fails || fflush(stdout) || ferror(stdout) ? 1 : 0;
}
