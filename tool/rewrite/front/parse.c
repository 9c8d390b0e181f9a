/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* parse.c - the life of libclang: flags in, diagnostics and a tree out.
 *
 * The preprocessed text is parsed as plain C with -undef, so that macros of
 * the shim (shim.c, for gcc's text only) apply to libclang's view while all
 * offsets stay those of the file.  Only digraphs are
 * replaced in it (`{ ` for `<%`), so that everybody can look for brackets.
 *
 * Diagnostics.  For clang's text the user's -W flags are passed on: silence
 * here means that the back end has nothing to say either, and the driver can
 * save its own pass.  For gcc's text clang's warnings mean nothing, but for
 * some that gcc has, too, about what rewriting changes
 * [inv.parse.hidden]; unless these are asked for all are off, and the result is
 * never PARSE_CLEAN.
 *
 * [inv.parse.errors]  an error in a user's file is PARSE_ERRORS and no tree is
 * to be trusted.  An error in a system header (gcc's intrinsics use builtins
 * that clang lacks) is tolerated: the function it lies in becomes a mere
 * declaration, so that its calls are calls of something unknown.
 * [inv.parse.crash]  libclang's crash recovery is off: a crash ends the
 * process by its signal, which the driver reports as an internal error.
 */
#include "front.h"
#include "util/diag.h"
#include "util/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

VEC_TYPE(flag_vec, const char *);

/* ---- flags --------------------------------------------------------------- */

static bool starts(const char *s, const char *prefix)
{
    return !strncmp(s, prefix, strlen(prefix));
}

static bool is_one_of(const char *s, const char *const *words)
{
    for (; *words; words++)
        if (!strcmp(s, *words))
            return true;
    return false;
}

/* Flags that change what C means, or how objects are laid out, and that both
 * compilers know. */
static bool is_language_flag(const char *s)
{
    static const char *const words[] = {
        "-ansi", "-fsigned-char", "-fno-signed-char", "-funsigned-char",
        "-fno-unsigned-char", "-fshort-enums", "-fno-short-enums",
        "-fshort-wchar", "-fno-short-wchar", "-ffreestanding", "-fno-builtin",
        "-fgnu89-inline", "-fno-gnu89-inline", "-fms-extensions",
        "-fno-ms-extensions", "-m32", "-m64", "-mx32", "-fno-asm", "-fasm",
        "-fcommon", "-fno-common", "-fwrapv", "-fno-wrapv",
        "-fno-pack-struct", "-mms-bitfields", "-mno-ms-bitfields", NULL
    };
    return starts(s, "-std=") || starts(s, "-fno-builtin-") ||
           starts(s, "-fpack-struct") || starts(s, "-mlong-double-") ||
           is_one_of(s, words);
}

/* Flags whose next argument belongs to them. */
static bool has_argument(const char *s)
{
    static const char *const words[] = {
        "-target", "-o", "-x", "-I", "-D", "-U", "-include", "-isystem",
        "-idirafter", "-iquote", "-imacros", "-isysroot", "-MF", "-MT",
        "-MQ", "-Xclang", "-Xpreprocessor", "-Xlinker", "-Xassembler",
        "-mllvm", "-arch", "-L", "-l", "-T", "-u", "-z", "-e", NULL
    };
    return is_one_of(s, words);
}

/* Flags that make clang write or read files of its own, and -fopenmp, under
 * which libclang shows no statements inside of directives: without it, they
 * are ordinary statements behind an unknown pragma. */
static bool has_side_effect(const char *s)
{
    static const char *const prefixes[] = {
        "-fplugin", "-fprofile", "-ftime-trace", "-fmodule", "-fpch",
        "-fcrash-diagnostics", "-fsave-optimization", "-fembed-bitcode",
        "-fthinlto", "-flto", "-fescc-", "-fsanitize", "-fdiagnostics",
        "-fcoverage", "-fpass-plugin", "-fopenmp", "-foptimization-record", NULL
    };
    for (const char *const *p = prefixes; *p; p++)
        if (starts(s, *p))
            return true;
    return false;
}

static bool is_clang_flag(const char *s)
{
    return is_language_flag(s) || starts(s, "--target=") || starts(s, "-m") ||
           starts(s, "-pedantic") || !strcmp(s, "-w") ||
           (starts(s, "-W") && s[2] && !starts(s, "-Wl,") &&
               !starts(s, "-Wp,") && !starts(s, "-Wa,")) ||
           (starts(s, "-f") && !has_side_effect(s));
}

/* Warnings that look at comments, which the preprocessor took away. */
static bool needs_original(const char *s)
{
    return starts(s, "-Weverything") || starts(s, "-Wdocumentation");
}

static void add_user_flags(struct flag_vec *v, const char *const *flags,
                           bool gcc_text, bool *lost_warnings)
{
    for (; flags && *flags; flags++) {
        const char *s = *flags;
        *lost_warnings |= needs_original(s);
        if (has_argument(s)) {
            if (!flags[1])
                return;
            flags++;
            if (!strcmp(s, "-target") && !gcc_text) {
                vec_push(v, s);
                vec_push(v, *flags);
            }
        } else if (gcc_text ? is_language_flag(s) : is_clang_flag(s)) {
            vec_push(v, s);
        } else if (!strcmp(s, "-fplan9-extensions")) {
            vec_push(v, "-fms-extensions");     /* most of them */
        }
    }
}

/* [inv.parse.hidden]  What gcc's front end, or its optimizer in plain cases,
 * says of stores of pointers, calls that copy memory and locals that have
 * addresses: in rewritten text these are other statements and calls. */
static void add_hidden_warnings(struct flag_vec *v)
{
    static const char *const names[] = {
        "-Wparentheses", "-Wunused-value", "-Wunsequenced",
        "-Wint-conversion", "-Wincompatible-pointer-types",
        "-Wbool-conversion", "-Wpointer-bool-conversion",
        "-Wtautological-compare", "-Wsizeof-pointer-memaccess",
        "-Wmemset-transposed-args", "-Wsuspicious-memaccess",
        "-Wfortify-source", "-Wstrncat-size", "-Wnonnull",
        "-Wsizeof-array-argument", "-Wsizeof-array-div",
        "-Wsizeof-pointer-div", "-Warray-bounds", "-Wuninitialized",
        "-Wsometimes-uninitialized", "-Wunused-variable",
        "-Wreturn-stack-address", "-Wfree-nonheap-object"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        vec_push(v, names[i]);
}

/* ---- diagnostics --------------------------------------------------------- */

/* The limit compilers have by default: more follow from the first ones. */
enum { MAX_ERROR_TEXTS = 20 };

struct outcome {
    enum parse_result result;
    unsigned error_count;
    struct strbuf errors;
    struct offset_vec tolerated;
    bool has_original;          /* the text is not the user's own */
    struct map originals;       /* parse_warnings.c */
};

static int by_offset(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void add_error(struct front *f, struct outcome *o, uint32_t offset,
                      const char *text)
{
    struct place p = unit_place(f->unit, offset);
    o->result = PARSE_ERRORS;
    if (o->error_count++ < MAX_ERROR_TEXTS)
        strbuf_printf(&o->errors, "%s:%u:%u: error: %s\n", p.file, p.line,
                      p.column, text);
}

/* An error that an option or a pragma made of a warning (-Werror) does not
 * mean that the tree is broken, and the compiler may not see it at all: it
 * leaves out some warnings where the original has a macro. */
static bool is_promoted_warning(CXDiagnostic d)
{
    return starts(front_string(clang_getDiagnosticOption(d, NULL)), "-W");
}

static void read_diagnostic(struct front *f, CXDiagnostic d,
                            struct outcome *o)
{
    enum CXDiagnosticSeverity severity = clang_getDiagnosticSeverity(d);
    if (severity == CXDiagnostic_Error && is_promoted_warning(d))
        severity = CXDiagnostic_Warning;
    CXFile file;
    unsigned offset;
    clang_getFileLocation(clang_getDiagnosticLocation(d), &file, NULL, NULL,
                          &offset);
    bool here = file && file == f->file;
    if (severity < CXDiagnostic_Error) {
        if (severity == CXDiagnostic_Warning && o->result == PARSE_CLEAN &&
            !(here && o->has_original &&
                 warnings_is_only_ours(f, d, &o->originals)))
            o->result = PARSE_WARNINGS;
        return;
    }
    /* [inv.parse.errors] */
    if (here && place_is_system(f->unit, offset)) {
        vec_push(&o->tolerated, offset);
        return;
    }
    char *text = front_string(clang_getDiagnosticSpelling(d));
    if (here)
        add_error(f, o, offset, text);
    else
        strbuf_printf(&o->errors, "error: %s\n", text);
    o->result = PARSE_ERRORS;
}

static void read_diagnostics(struct front *f, struct outcome *o)
{
    unsigned count = clang_getNumDiagnostics(f->clang);
    for (unsigned i = 0; i < count; i++) {
        CXDiagnostic d = clang_getDiagnostic(f->clang, i);
        read_diagnostic(f, d, o);
        clang_disposeDiagnostic(d);
    }
    if (o->tolerated.count)
        qsort(o->tolerated.items, o->tolerated.count,
              sizeof *o->tolerated.items, by_offset);
    f->errors = o->tolerated.items;
    f->error_count = o->tolerated.count;
}

/* ---- parsing ------------------------------------------------------------- */

#define SHIM_PATH "/escc-shim.h"

/* What libclang reads in place of the unit's text; NULL: that. */
static char *parsed_text(const struct unit *u, const struct parse_options *p)
{
    char *text = p->gcc_text ? gcc_text_for_clang(u) : NULL;
    return p->all ? text : unused_blank(u, text, p->headers_checked);
}

static enum CXErrorCode parse(struct front *f, const struct parse_options *p,
                              bool *lost_warnings)
{
    struct flag_vec v = {0};
    vec_push(&v, "-x");
    vec_push(&v, "c");
    add_user_flags(&v, p->flags, p->gcc_text, lost_warnings);
    vec_push(&v, "-undef");
    vec_push(&v, "-ferror-limit=0");
    vec_push(&v, "-fno-caret-diagnostics");
    vec_push(&v, "-fno-spell-checking");
    /* -pedantic-errors would refuse what every preprocessed text has. */
    vec_push(&v, "-Wno-gnu-line-marker");
    if (p->gcc_text) {
        vec_push(&v, "-fbracket-depth=16384");  /* gcc has no such limit */
        vec_push(&v, "-Wno-everything");
        if (p->gcc_warnings)
            add_hidden_warnings(&v);
        vec_push(&v, "-include");
        vec_push(&v, SHIM_PATH);
    }
    const char *shim = p->gcc_text ? gcc_text_shim(f) : "";
    struct CXUnsavedFile files[2] = {
        {SHIM_PATH, shim, strlen(shim)},
        {p->path, parsed_text(f->unit, p), f->unit->bytes}
    };
    unsigned file_count = files[1].Contents ? 2 : p->gcc_text ? 1 : 0;
    CXIndex index = clang_createIndex(0, 0);
    enum CXErrorCode code = clang_parseTranslationUnit2(
        index, p->path, v.items, (int)v.count, files, file_count,
        CXTranslationUnit_KeepGoing, &f->clang);
    f->unit->parser[0] = index;
    f->unit->parser[1] = f->clang;
    vec_free(&v);
    return code;
}

void unit_close(struct unit *u)
{
    if (u->parser[1])
        clang_disposeTranslationUnit(u->parser[1]);
    if (u->parser[0])
        clang_disposeIndex(u->parser[0]);
    if (u->bytes)
        free((char *)(uintptr_t)u->text);
    *u = (struct unit){.path = u->path};
}

/* Lines that define macros, which gcc -g3 leaves for debug information in text
 * whose macros are expanded, are blanks for the parser, which would expand
 * them again.  What is compiled has them. */
static void blank_definitions(struct unit *u, char *text)
{
    static const char *const words[] = {"#define ", "#undef "};
    for (char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        for (int i = 0; i < 2; i++) {
            if (strncmp(line, words[i], strlen(words[i])) != 0)
                continue;
            if (!u->compiled)
                u->compiled = arena_strndup(text, u->bytes);
            memset(line, ' ', strcspn(line, "\n"));
        }
    }
}

static bool read_text(struct unit *u, const char *path, bool gcc_text)
{
    struct strbuf b = {0};
    if (!strbuf_read_file(&b, path))
        return false;
    strbuf_puts(&b, "");        /* [inv.text.end] */
    if (b.text)
        text_replace_digraphs(b.text, b.bytes);
    u->text = b.text ? b.text : "";
    u->bytes = b.bytes;
    u->compiled = NULL;
    if (b.text && gcc_text)
        blank_definitions(u, b.text);
    if (!u->compiled)
        u->compiled = u->text;
    return true;
}

/* Whether this is the preprocessed text of that file, and not a text that
 * the user made. */
static bool is_made_from(const struct unit *u, const char *main_file)
{
    return strcmp(u->path, main_file) != 0 &&
           strcmp(unit_place(u, (uint32_t)u->bytes - !!u->bytes).file,
                     main_file) == 0;
}

static void write_errors(const struct outcome *o, const char *path)
{
    if (o->result == PARSE_ERRORS && path &&
        !strbuf_write_file(&o->errors, path))
        diag_error(NULL, "cannot write %s", path);
}

static enum parse_result parse_and_convert(const struct parse_options *p,
                                           struct unit *u)
{
    struct front front = {.unit = u, .has_shim = p->gcc_text};
    struct front *f = &front;
    struct outcome o = {.result = PARSE_CLEAN};
    bool lost_warnings = false;
    if (!read_text(u, p->path, p->gcc_text)) {
        strbuf_printf(&o.errors, "%s: error: cannot be read\n", p->path);
        o.result = PARSE_ERRORS;
        write_errors(&o, p->errors_file);
        return o.result;
    }
    f->text = u->text;
    f->bytes = (uint32_t)u->bytes;
    places_read(u);
    if (parse(f, p, &lost_warnings) != CXError_Success) {
        strbuf_printf(&o.errors, "%s: error: libclang cannot parse this "
                      "file with these options\n", p->main_file);
        o.result = PARSE_ERRORS;
        write_errors(&o, p->errors_file);
        return o.result;
    }
    f->file = clang_getFile(f->clang, p->path);
    front_read_offsets(f);
    o.has_original = is_made_from(u, p->main_file);
    read_diagnostics(f, &o);
    if (o.result != PARSE_ERRORS) {
        if ((p->gcc_text && !p->gcc_warnings) || lost_warnings)
            o.result = PARSE_WARNINGS;
        text_read_directives(f);
        tree_convert_unit(f);
        tree_count_uses(u);
        tree_find_shared(f);
        bool validate = p->validate || DEBUG_BUILD;
        int disagreements = tree_account(f, validate, p->names);
        for (size_t i = 0; i < f->user_errors.count; i++)
            add_error(f, &o, f->user_errors.items[i],
                      "libclang cannot make sense of this expression");
        for (size_t i = 0; i < f->unsupported.count; i++)
            add_error(f, &o, f->unsupported.items[i].offset,
                      f->unsupported.items[i].what);
        if (o.result != PARSE_ERRORS && validate)
            diag_check(unit_validate(u) == 0 && disagreements == 0);
    }
    write_errors(&o, p->errors_file);
    return o.result;
}

enum parse_result unit_parse(const struct parse_options *p,
                             struct unit **unit)
{
    *unit = arena_new(struct unit);
    (*unit)->path = p->path;
    (*unit)->main_file = p->main_file;
    setenv("LIBCLANG_DISABLE_CRASH_RECOVERY", "1", 1);  /* [inv.parse.crash] */
    setenv("LIBCLANG_NOTHREADS", "1", 1);
    return parse_and_convert(p, *unit);
}
