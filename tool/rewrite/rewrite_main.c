/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rewrite_main.c - escc-rewrite: one preprocessed file in, one out.  The
 * same is a library (libexec/escc/rewrite.so), which a process of clang may
 * load (tool/driver/twice.c).
 *
 *   escc-rewrite -o OUT [options] IN.i -- the user's flags
 *
 * Parse, analyse, report, rewrite, write.  The output appears under its name
 * only when it is whole; with -fescc-verify-output it is parsed again first
 * and compared with the input (verify.h).
 *
 * Exit status: 0 rewritten, the parser had nothing to say; 2 rewritten, but
 * there were warnings (the driver then shows the back end's); 4 or 6 the same
 * of a text that clang may warn of when it generates code; 3 errors in the
 * user's code, in the --errors file; 1 an error was printed; 70 an internal
 * error.
 *
 * With --unoptimized the text is for clang at -O0 and for nothing else
 * [inv.barrier.unoptimized].  --forgets: locals are cleared when what they
 * point to is freed [inv.forget].
 *
 * --object=PATH is what the text will be compiled to, for the names of
 * reports.
 *
 * With --no-record the text has no record of its barriers, because it does not
 * become an object at once [inv.unit.record].
 *
 * With --references the driver will show debuggers moved locals by reference
 * [inv.local.poison].  --debug-script=PATH names a script for gdb.
 *
 * With --lazy the objects of some moved locals are made where they are used
 * first [inv.lazy].  With --warns-of-falls the text shows gcc where one case
 * falls through to the next [inv.entry.fall].
 *
 * With --warnings the parser looks for what gcc might warn of if the text were
 * what the user wrote; without, a text for gcc always counts as warned of.
 * With --warnings=asked it is what the user has turned on, too.
 *
 * With --headers-checked the compiler itself reads what stands in the user's
 * headers, whose errors need not be found here [inv.unused].
 *
 * With --own-names the compiler is not told that malloc is the C library's,
 * with --interposable a call of a function of the unit's may be one of
 * another's.
 *
 * With --alone the unit is all of the program but the C library.
 *
 * --leave-mentions makes a mistake (rw.h), for a test of the self-check.
 *
 * With --wait the input is not opened before a byte has come on standard
 * input (its end without one: nothing is to be done).  Loading libclang takes
 * longer than most of the work; the driver lets it happen while the
 * preprocessor runs.
 */
#include "rewrite_main.h"

#include "dangling.h"
#include "edit/emit.h"
#include "edit/rw.h"
#include "escape/esc.h"
#include "escape/esc_finding.h"
#include "front/tree.h"
#include "report/report.h"
#include "verify.h"

#include "util/arena.h"
#include "util/deep_stack.h"
#include "util/diag.h"
#include "util/strbuf.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    EXIT_CLEAN = 0, EXIT_PRINTED = 1, EXIT_WARNINGS = 2, EXIT_USER_ERRORS = 3,
    EXIT_LATE_WARNINGS = 4      /* added to EXIT_CLEAN or EXIT_WARNINGS */
};

enum {
    /* Each block is looked at some thirteen times in its first so many exits:
     * more would take longer than the program. */
    CHECK_EVERY = 8192,
    MOST_EVERY = 1000000000
};

/* What escc-rewrite was asked to do. */
struct request {
    struct parse_options parse;
    struct esc_options escape;
    const char *output;
    struct report_options report;
    struct rw_options rewrite;
    bool dump_tree, verify, wait;
    bool report_world;          /* -report-world */
    bool locals_chosen;         /* by -fescc-locals */
    bool warnings_asked;        /* by an option of the user's */
};

static bool has_value(const char *argument, const char *option,
                      const char **value)
{
    size_t bytes = strlen(option);
    if (strncmp(argument, option, bytes) != 0 || argument[bytes] != '=')
        return false;
    *value = argument + bytes + 1;
    return true;
}

/* One of two words after `=`; prints an error for any other. */
static bool choose(const char *option, const char *value, const char *first,
                   const char *second, bool *is_second)
{
    *is_second = strcmp(value, second) == 0;
    if (*is_second || strcmp(value, first) == 0)
        return true;
    diag_error("escc-option", "%s=%s: expected %s or %s", option, value,
               first, second);
    return false;
}

static bool choose_number(const char *option, const char *value,
                          unsigned *number)
{
    char *end;
    unsigned long n = strtoul(value, &end, 10);
    if (*value < '1' || *value > '9' || *end || n > MOST_EVERY) {
        diag_error("escc-option", "%s: expected a number from 1 to %d", option,
                   MOST_EVERY);
        return false;
    }
    *number = (unsigned)n;
    return true;
}

static bool choose_locals(const char *value, enum esc_locals *locals)
{
    static const char *const names[] = {
        [ESC_LOCALS_ESCAPING] = "escaping", [ESC_LOCALS_ALL] = "all",
        [ESC_LOCALS_NONE] = "none"
    };
    for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
        if (strcmp(value, names[i]) == 0) {
            *locals = i;
            return true;
        }
    diag_error("escc-option", "-fescc-locals=%s: expected escaping, all or "
                              "none", value);
    return false;
}

static bool take_option(struct request *r, const char *a)
{
    const char *value;
    bool second = false;
    if (has_value(a, "--main-file", &value)) {
        r->parse.main_file = value;
    } else if (has_value(a, "--backend", &value)) {
        if (!choose("--backend", value, "clang", "gcc", &second))
            return false;
        r->parse.gcc_text = second;
    } else if (has_value(a, "--errors", &value)) {
        r->parse.errors_file = value;
    } else if (strcmp(a, "-report-escapes") == 0) {
        r->report.level = 1;
    } else if (has_value(a, "-report-escapes", &value)) {
        if (!report_choose(&r->report, value)) {
            diag_error("escc-option", "%s: there is no such value", a);
            return false;
        }
    } else if (strcmp(a, "-report-advice") == 0) {
        r->report.advice = true;
    } else if (has_value(a, "-fescc-report-dir", &value)) {
        r->report.folder = value;
    } else if (has_value(a, "--object", &value)) {
        r->report.object = value;
    } else if (has_value(a, "-fescc-locals", &value)) {
        r->locals_chosen = true;
        return choose_locals(value, &r->escape.locals);
    } else if (has_value(a, "-fescc-unknown", &value)) {
        return choose("-fescc-unknown", value, "escape", "stay",
                      &r->escape.unknown_stays);
    } else if (has_value(a, "-fescc-promote", &value)) {
        if (!choose("-fescc-promote", value, "yes", "no", &second))
            return false;
        r->escape.keeps_blocks = second;
    } else if (strcmp(a, "--own-names") == 0) {
        r->escape.own_names = true;
    } else if (strcmp(a, "--warnings") == 0) {
        r->parse.gcc_warnings = true;
    } else if (strcmp(a, "--warnings=asked") == 0) {
        r->parse.gcc_warnings = r->warnings_asked = true;
    } else if (strcmp(a, "--headers-checked") == 0) {
        r->parse.headers_checked = true;
    } else if (strcmp(a, "--interposable") == 0) {
        r->escape.interposable = true;
    } else if (has_value(a, "-fescc-tags", &value)) {
        return esc_tags_read(value);
    } else if (strcmp(a, "-report-world") == 0) {
        r->report_world = true;
    } else if (strcmp(a, "--wait") == 0) {
        r->wait = true;
    } else if (strcmp(a, "--unoptimized") == 0) {
        r->rewrite.unoptimized = true;
    } else if (strcmp(a, "--forgets") == 0) {
        r->rewrite.forgets = true;
    } else if (strcmp(a, "--alone") == 0) {
        r->escape.alone = true;
    } else if (strcmp(a, "--references") == 0) {
        r->rewrite.references = true;
    } else if (strcmp(a, "--lazy") == 0) {
        r->rewrite.lazy = true;
    } else if (strcmp(a, "--warns-of-falls") == 0) {
        r->rewrite.warns_of_falls = true;
    } else if (strncmp(a, "--debug-script=", 15) == 0) {
        r->rewrite.debug_script = a + 15;
    } else if (strcmp(a, "--no-record") == 0) {
        r->rewrite.no_record = true;
    } else if (strcmp(a, "--leave-mentions") == 0) {
        r->rewrite.leaves_mentions = true;
    } else if (strcmp(a, "-fescc-check-escapes") == 0) {
        r->rewrite.check_escapes = CHECK_EVERY;
    } else if (has_value(a, "-fescc-check-escapes", &value)) {
        return choose_number(a, value, &r->rewrite.check_escapes);
    } else if (strcmp(a, "-fescc-verify-output") == 0) {
        r->verify = r->parse.validate = true;
    } else if (strcmp(a, "-fescc-dump-tree") == 0) {
        r->dump_tree = true;
    } else {
        diag_error("escc-option", "unknown option '%s' of escc-rewrite", a);
        return false;
    }
    return true;
}

static bool take_arguments(struct request *r, int argc, char **argv)
{
    static const char *const none[] = {NULL};
    r->parse.flags = none;
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];
        if (strcmp(a, "--") == 0) {
            r->parse.flags = (const char *const *)argv + i + 1;
            break;
        }
        if (strcmp(a, "-o") == 0 && i + 1 < argc) {
            r->output = argv[++i];
        } else if (a[0] == '-') {
            if (!take_option(r, a))
                return false;
        } else if (!r->parse.path) {
            r->parse.path = a;
        } else {
            diag_error("escc-option", "more than one input: '%s'", a);
            return false;
        }
    }
    if (!r->parse.path || (!r->output && !r->dump_tree)) {
        diag_error("escc-option", "usage: escc-rewrite -o OUT [options] IN.i "
                                  "-- compiler flags");
        return false;
    }
    if (!r->parse.main_file)
        r->parse.main_file = r->parse.path;
    return true;
}

/* Where the output is written first: beside the output, to be renamed, so
 * that nobody sees half a file.  A device (/dev/null) must not be replaced by
 * a file; what goes there is checked in the temporary folder. */
static const char *first_path(const char *output, bool *is_device)
{
    struct stat status;
    *is_device = stat(output, &status) == 0 && !S_ISREG(status.st_mode);
    const char *folder = getenv("TMPDIR");
    if (!*is_device)
        return arena_printf("%s.%ld.tmp", output, (long)getpid());
    return arena_printf("%s/escc-rewrite.%ld.tmp",
                        folder && *folder ? folder : "/tmp", (long)getpid());
}

static bool write_output(const struct request *r, const struct unit *unit,
                         const struct strbuf *text)
{
    bool is_device;
    const char *path = first_path(r->output, &is_device);
    if (!strbuf_write_file(text, path)) {
        diag_error("escc-write", "cannot write '%s': %s", path,
                   strerror(errno));
        return false;
    }
    if (r->verify)
        verify_output(unit, path, &r->parse);
    bool done = is_device ? strbuf_write_file(text, r->output)
                          : rename(path, r->output) == 0;
    if (!done)
        diag_error("escc-write", "cannot write '%s': %s", r->output,
                   strerror(errno));
    if (!done || is_device)
        remove(path);
    return done;
}

static bool told_to_start(void)
{
    char byte;
    ssize_t got;
    while ((got = read(0, &byte, 1)) < 0 && errno == EINTR)
        ;
    return got == 1;
}

static void report(const struct unit *unit, const struct esc *esc,
                   const struct report_options *options)
{
    struct esc_findings findings = {0};
    esc_find(esc, &findings);
    if (report_is_asked(options)) {
        esc_find_sites(esc, &findings.sites);
        report_findings(unit, &findings, options);
    }
    report_assertions(unit, &findings);
    vec_free(&findings.sites);
    vec_free(&findings);
}

/* From the parser to the output; the exit status. */
static int rewrite(void *request)
{
    struct request r = *(struct request *)request;
    struct unit *unit;
    r.parse.all = r.dump_tree || report_is_asked(&r.report);
    enum parse_result result = unit_parse(&r.parse, &unit);
    if (result == PARSE_ERRORS)
        return diag_error_count() ? EXIT_PRINTED : EXIT_USER_ERRORS;
    if (r.dump_tree)
        unit_dump(unit);
    struct esc *esc = esc_analyze(unit, &r.escape);
    if (report_is_asked(&r.report) || unit->has_assertions)
        report(unit, esc, &r.report);
    if (!r.locals_chosen)
        report_own_collector(unit);
    if (diag_error_count())
        return EXIT_PRINTED;
    if (result == PARSE_CLEAN && r.parse.gcc_text &&
        hides_dangling(esc, r.warnings_asked))
        result = PARSE_WARNINGS;
    int late = unit->names_warning ? EXIT_LATE_WARNINGS : 0;
    if (r.output) {
        struct strbuf text = {0};
        struct open_reason open = rw_unit(unit, esc, &r.rewrite, &text);
        if (r.report_world && open.why)
            report_open(unit, open.where, open.why);
        if (!write_output(&r, unit, &text))
            return EXIT_PRINTED;
    }
    return late + (result == PARSE_WARNINGS ? EXIT_WARNINGS : EXIT_CLEAN);
}

__attribute__((visibility("default")))
int escc_rewrite(int argc, char **argv)
{
    struct request r = {0};
    util_reserve_standard_files();
    if (!take_arguments(&r, argc, argv))
        return EXIT_PRINTED;
    /* One heap for the one thread that uses it, set before that begins: a
     * second arena would grow by mprotect, page by page.  What is freed stays
     * there: libclang makes and drops a table of 200 KB for each warning, and
     * memory that comes anew from the kernel costs more than the table. */
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TOP_PAD, 1 << 20);
    mallopt(M_MMAP_THRESHOLD, 32 << 20);        /* the most glibc allows */
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
    if (r.wait && !told_to_start())
        return EXIT_PRINTED;
    int status = deep_stack_run(rewrite, &r);
    fflush(NULL);
    _exit(status);      /* libLLVM has much to tear down, for nothing */
}
