/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* driver.c - see driver.h.
 *
 * escc is a back end's driver with one addition: inputs in C are rewritten
 * before they are compiled, and links get the runtime.  Everything else is
 * the back end's, and the process becomes the back end (one execve, nothing
 * parsed or printed) as soon as that is clear:
 *
 *     no input, -E, -M, -print-…, headers, other languages     pass on
 *     only objects and libraries                     pass on + runtime
 *     C inputs                          rewrite each (source.c), then one
 *                                       run of the back end over the
 *                                       user's command with each C input
 *                                       replaced by its rewritten text
 *
 * One run for all inputs, because build systems' probes are many and small
 * and a start of clang costs more than they do.  Where other inputs need
 * the preprocessor options that rewritten text must not see (a .S beside a
 * .c), each rewritten source is compiled to an object of its own first.
 *
 * escc makes no file beside sources or outputs: what it needs is in one
 * folder under $TMPDIR, gone when it ends (job.c, [inv.clean]).
 */
#include "driver.h"

#include "advice.h"
#include "ahead.h"
#include "backend.h"
#include "closed.h"
#include "cmdline.h"
#include "database.h"
#include "decided.h"
#include "doctor.h"
#include "dwarf.h"
#include "emitted.h"
#include "farm.h"
#include "fingerprint.h"
#include "help.h"
#include "hidden.h"
#include "job.h"
#include "link.h"
#include "preload.h"
#include "record.h"
#include "renamed.h"
#include "silence.h"
#include "steps.h"
#include "source.h"
#include "tagged.h"
#include "target.h"
#include "variables.h"
#include "util/arena.h"
#include "util/diag.h"
#include "util/path.h"
#include "util/strbuf.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct driver {
    int argc;
    char **argv;
    const char *flags;          /* ESCC_FLAGS, or NULL */
    struct command command;
    struct backend backend;
    struct installation where;
};

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* ---- escc++ -------------------------------------------------------------- */

/* The same driver with escc++'s program for what is not C. */
static struct driver for_cxx(const struct driver *d)
{
    struct driver other = *d;
    if (d->backend.cxx)
        other.backend.program = other.backend.name = d->backend.cxx;
    return other;
}

/* ---- handing over -------------------------------------------------------- */

static int cannot_run(const struct driver *d)
{
    diag_error("escc-program", "cannot run the back end %s: %s",
               d->backend.program, strerror(errno));
    if (errno == ENOENT)
        diag_note("set ESCC_CC to a clang or gcc");
    return 1;
}

/* escc++ leaves C to the compiler for C, which does not link C++ by itself. */
static void add_cxx_libraries(struct word_vec *words, const struct driver *d)
{
    if (!d->backend.cxx || !d->command.c_count ||
        d->command.mode != MODE_LINK)
        return;
    words->count--;
    vec_push(words, "-lstdc++");
    vec_push(words, "-lm");
    vec_push(words, NULL);
}

/* The user's command for the back end alone, NULL at the end.  If nothing
 * in it is escc's, it is the user's own words. */
static void plain_words(struct word_vec *words, const struct driver *d)
{
    if (d->command.has_escc_option || d->flags ||
        d->command.inputs_may_look_like_options) {
        step_plain(words, &d->command, &d->backend, NULL, 0);
        add_cxx_libraries(words, d);
        return;
    }
    vec_push(words, d->backend.name);
    for (int i = 1; i < d->argc; i++)
        vec_push(words, d->argv[i]);
    vec_push(words, NULL);
    add_cxx_libraries(words, d);
}

/* Becomes the back end.  Expanded response files may be too long for that;
 * then a child gets them in a response file. */
static int hand_over(const struct driver *d, const struct word_vec *words)
{
    job_exec(d->backend.program, words->items);
    if (errno != E2BIG)
        return cannot_run(d);
    job_begin();
    int status = job_run(d->backend.program, words->items,
                         (struct job_files){0}, true);
    job_end();
    return status;
}

/* The back end's own work, and something to be done with what it made. */
static int run_plainly(const struct driver *d, const struct word_vec *words,
                       bool (*finish)(const struct command *))
{
    job_begin();
    int status = job_run(d->backend.program, words->items,
                         (struct job_files){0}, true);
    if (!status && !finish(&d->command))
        status = 1;
    job_end();
    return status;
}

static int pass_on(const struct driver *d)
{
    struct word_vec words = {0};
    plain_words(&words, d);
    return tagged_is_text(&d->command) ? run_plainly(d, &words, tagged_add)
                                       : hand_over(d, &words);
}

/* ---- closed links -------------------------------------------------------- */

static void report_open_link(const struct command *c, const char *why)
{
    if (c->report_world && why)
        diag_print(DIAG_REMARK, "escc-open", (struct diag_place){0},
                   "the link is open: %s", why);
}

/* What is known of what the command links, but for its inputs in C. */
static enum record_sort linked_sort(const struct command *c)
{
    const char *why = NULL;
    if (c->mode != MODE_LINK || c->dry_run || c->emit_source ||
        (!c->relocatable && !link_needs_runtime(c)))
        return RECORD_NONE;
    enum record_sort sort = closed_sort(c, &why);
    report_open_link(c, why);
    return sort;
}

static enum record_sort text_sort(const struct source *source)
{
    return source->state == SOURCE_UNTOUCHED ? RECORD_CLOSED
        : source->state == SOURCE_REWRITTEN ? record_in_text(source->text)
        : RECORD_NONE;
}

/* And of all. */
static enum record_sort least_sort(const struct command *c,
                                   enum record_sort least,
                                   const struct source *sources, size_t count)
{
    for (size_t i = 0; i < count && least != RECORD_NONE; i++) {
        enum record_sort sort = text_sort(&sources[i]);
        if (sort != RECORD_CLOSED && least == RECORD_CLOSED)
            report_open_link(c, arena_printf("%s is open",
                                             sources[i].item->words[0]));
        if (sort < least)
            least = sort;
    }
    return least;
}

/* What d->where.closed names for a link with inputs in C, which is the
 * linker's to read when they have become texts: the object with the note, or
 * an archive without any member, which is nothing.  `script`: gdb's, which no
 * text names; or NULL. */
static void write_closed(const struct driver *d, enum record_sort sort,
                         const char *script)
{
    const char *note = link_note_object(&d->where, sort);
    struct strbuf text = {0};
    if (sort == RECORD_NONE || !strbuf_read_file(&text, note)) {
        text.bytes = 0;
        strbuf_puts(&text, "!<arch>\n");
    }
    if (!strbuf_write_file(&text, d->where.closed))
        diag_error("escc-temporary", "cannot write %s: %s", d->where.closed,
                   strerror(errno));
    strbuf_free(&text);
    if (sort != RECORD_NONE && script)
        record_add(d->where.closed, script);
}

/* Of where locals live [inv.decided.links]. */
static void let_decide(struct driver *d)
{
    const char *object = link_decided_object(&d->where);
    if (d->command.mode == MODE_LINK && link_needs_runtime(&d->command) &&
        !decided_why_not(&d->command) && path_exists(object))
        d->where.decided = object;
}

/* ---- links of objects and libraries only --------------------------------- */

/* What may be said about a link only when it has been made. */
static bool check_hidden(const struct command *c)
{
    hidden_check(c);                    /* [inv.hidden.malloc] */
    return true;
}

/* `ld -r` may have put something between the sections of objects, which no
 * record of theirs speaks for. */
static bool complete_record(const struct command *c)
{
    record_complete(c->output ? c->output : "a.out");
    return true;
}

static int pass_on_link(struct driver *d)
{
    struct word_vec words = {0};
    enum record_sort sort =
        d->command.c_count ? RECORD_NONE : linked_sort(&d->command);
    const char *note = link_note_object(&d->where, sort);
    bool joins = sort != RECORD_NONE && d->command.relocatable;
    if (!joins && !link_needs_runtime(&d->command))
        return pass_on(d);
    bool renamed = !d->command.dry_run && renamed_follow(&d->command);
    plain_words(&words, d);
    if (joins)
        return run_plainly(d, &words, complete_record);
    if (sort != RECORD_NONE && path_exists(note))
        d->where.closed = note;
    let_decide(d);
    words.count--;
    link_words(&words, &d->command, &d->where);
    vec_push(&words, NULL);
    return renamed || (!d->command.dry_run && hidden_is_possible(&d->command))
        ? run_plainly(d, &words, check_hidden) : hand_over(d, &words);
}

/* ---- information --------------------------------------------------------- */

static int inform(const struct driver *d)
{
    struct word_vec words = {0};
    plain_words(&words, d);
    return help_inform(&d->command, &d->backend, &d->where, &words);
}

/* ---- what a command calls for -------------------------------------------- */

/* Files that do not exist are the back end's to complain about. */
static bool inputs_exist(const struct command *c)
{
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        if (item->is_input && strcmp(item->words[0], "-") &&
            !path_exists(item->words[0]))
            return false;
    }
    return true;
}

/* Is the command to be compiled as if escc were not there?  Says so where
 * the user could think otherwise. */
static bool compiles_plainly(const struct command *c,
                             const struct backend *b)
{
    const char *why = NULL;
    if (c->sanitizer)
        why = arena_printf("-fsanitize=%s brings its own allocator",
                           c->sanitizer);
    else if (c->precompiled_header)
        why = "a precompiled header cannot be rewritten";
    else if (c->maps_coverage)
        why = "-fcoverage-mapping is about the text that is compiled";
    else if (c->uses_modules && b->kind == BACKEND_CLANG)
        why = "modules cannot be rewritten";
    else if (c->emulates_tls)
        why = "-femulated-tls is not how the runtime has thread-local memory";
    if (why)
        diag_print(DIAG_REMARK, "escc-plain", (struct diag_place){0},
                   "%s: compiled without escc", why);
    return why || c->freestanding || c->no_library;
}

/* ---- -### ---------------------------------------------------------------- */

static void print_plan_line(struct word_vec *words)
{
    fprintf(stderr, " %s\n", job_quote(words->items));
    words->count = 0;
}

/* Prints what would be run, then lets the back end print what it would run
 * on the original. */
static int plan(const struct driver *d, struct source *sources, size_t count)
{
    const struct command *c = &d->command;
    struct compilation k = {c, &d->backend, &d->where, d->argv, "<tmp>",
                            false};
    struct word_vec words = {0};
    fprintf(stderr, "escc %s\n", ESCC_VERSION);
    for (size_t i = 0; i < count; i++) {
        source_name_files(&sources[i], &k, (unsigned)i);
        sources[i].state = SOURCE_REWRITTEN;
        if (!source_is_preprocessed(&sources[i])) {
            step_preprocess(&words, c, &d->backend, &sources[i], false);
            print_plan_line(&words);
        }
        step_rewrite(&words, c, &d->backend, &d->where, &sources[i], false);
        print_plan_line(&words);
    }
    step_finish(&words, c, &d->backend, &d->where, sources, count,
                FINISH_TEXTS);
    print_plan_line(&words);
    return pass_on(d);
}

/* ---- compiling ----------------------------------------------------------- */

static int status_of(const struct source *sources, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sources[i].state == SOURCE_FAILED)
            return sources[i].status;
    return 0;
}

/* A compiler that fails leaves no old object behind that a later link
 * would take for the new one; gcc does, but none that it made. */
static void remove_objects_of_failed(const struct driver *d,
                                     const struct source *sources, size_t count)
{
    const struct command *c = &d->command;
    if (c->mode != MODE_OBJECT && c->mode != MODE_ASSEMBLY)
        return;
    for (size_t i = 0; i < count; i++)
        if (sources[i].state == SOURCE_FAILED &&
            (d->backend.kind == BACKEND_CLANG ||
                sources[i].compiled_anyway))
            job_remove(source_output(c, &sources[i]));
}

/* Runs the back end; empties `words`.  While the user's warnings are being
 * printed beside it, its own messages wait. */
static int run_backend(const struct driver *d, struct word_vec *words)
{
    struct job_files files = {0};
    if (source_is_diagnosing())
        files.err = path_join(job_folder(), "finish.noise");
    int status = job_run(d->backend.program, words->items, files, true);
    job_settle(status);
    bool said = !source_join();
    if (files.err && !(said && status))
        show_messages(files.err);
    words->count = 0;
    return status;
}

/* Can one run take the rewritten texts and all other inputs? */
static bool one_run_suffices(const struct driver *d,
                             const struct source *sources, size_t count)
{
    const struct command *c = &d->command;
    if (d->backend.cxx && c->mode == MODE_LINK)
        return false;
    for (size_t i = 0; i < c->items.count; i++)
        if (c->items.items[i].is_input &&
            c->items.items[i].language == LANGUAGE_OTHER)
            return false;
    for (size_t i = 0; i < count; i++)
        if (sources[i].state == SOURCE_PLAIN)
            return false;
    return true;
}

static bool any_rewritten(const struct source *sources, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sources[i].state == SOURCE_REWRITTEN)
            return true;
    return false;
}

/* The link of what has been compiled to objects. */
static int link_objects(const struct driver *d, const struct source *sources,
                        size_t count)
{
    struct driver last = for_cxx(d);
    struct word_vec words = {0};
    step_finish(&words, &d->command, &last.backend, &d->where, sources, count,
                FINISH_OBJECTS);
    return run_backend(&last, &words);
}

/* Each rewritten source to an object of its own, then the link. */
static int link_in_parts(const struct driver *d, const struct source *sources,
                         size_t count)
{
    struct word_vec words = {0};
    for (size_t i = 0; i < count; i++) {
        if (sources[i].state != SOURCE_REWRITTEN)
            continue;
        step_object(&words, &d->command, &d->backend, &sources[i]);
        int status = run_backend(d, &words);
        if (status)
            return status;
    }
    return link_objects(d, sources, count);
}

/* -c or -S with inputs of both sorts: the rewritten ones, then the rest. */
static int compile_in_parts(const struct driver *d,
                            const struct source *sources, size_t count)
{
    struct word_vec words = {0};
    int first = 0;
    if (any_rewritten(sources, count)) {
        step_finish(&words, &d->command, &d->backend, &d->where, sources,
                    count, FINISH_ONLY_TEXTS);
        first = run_backend(d, &words);
    }
    step_plain(&words, &d->command, &d->backend, sources, count);
    int second = run_backend(d, &words);
    return first ? first : second;
}

/* The last run of a source whose silence speaks for the original.  If it says
 * something, the user hears what is said of that [inv.silence]. */
static int run_with_warnings(const struct driver *d,
                             const struct compilation *k, struct source *s,
                             struct word_vec *words)
{
    const char *said = path_join(k->folder, "finish.said");
    int status = job_run(d->backend.program, words->items,
                         (struct job_files){.err = said}, true);
    bool by_others;
    job_settle(status);
    if (!silence_is_broken(said, d->backend.program, &by_others))
        return status;
    s->may_be_silent = false;
    source_show_warnings(s, k, silence_is_of_optimizer(said));
    if (s->state == SOURCE_FAILED) {
        s->compiled_anyway = true;
        return status;
    }
    if (!status && !by_others) {
        source_join();
        return 0;
    }
    words->count = 0;
    step_finish(words, k->command, k->backend, k->where, s, 1, FINISH_TEXTS);
    return run_backend(d, words);
}

/* The same of a source that is linked: to an object first, since a link that
 * ran twice would write its map and what it traces twice. */
static int link_with_warnings(const struct driver *d,
                              const struct compilation *k, struct source *s)
{
    struct word_vec words = {0};
    const char *said = path_join(k->folder, "finish.said");
    step_object(&words, k->command, k->backend, s);
    int status = job_run(d->backend.program, words.items,
                         (struct job_files){.err = said}, true);
    bool by_others = false;
    if (silence_is_broken(said, d->backend.program, &by_others)) {
        s->may_be_silent = false;
        source_show_warnings(s, k, silence_is_of_optimizer(said));
    }
    if (s->state == SOURCE_FAILED)
        return 1;
    vec_free(&words);
    return status || by_others ? link_in_parts(d, s, 1)
                               : link_objects(d, s, 1);
}

/* Code generation and link of what was prepared. */
static int finish(const struct driver *d, const struct compilation *k,
                  struct source *sources, size_t count)
{
    const struct command *c = &d->command;
    bool failed = status_of(sources, count) != 0;
    if (c->mode == MODE_SYNTAX || (c->mode == MODE_LINK && failed))
        return 0;
    source_note_outputs(c, sources, count);
    if (count == 1 && sources[0].state == SOURCE_UNTOUCHED) {
        struct word_vec words = {0};
        step_original(&words, c, &d->backend, &d->where);
        return run_backend(d, &words);
    }
    if (one_run_suffices(d, sources, count)) {
        if (!any_rewritten(sources, count))
            return 0;
        if (sources[0].may_be_silent && c->mode == MODE_LINK)
            return link_with_warnings(d, k, &sources[0]);
        struct word_vec words = {0};
        step_finish(&words, c, &d->backend, &d->where, sources, count,
                    FINISH_TEXTS);
        return sources[0].may_be_silent
            ? run_with_warnings(d, k, &sources[0], &words)
            : run_backend(d, &words);
    }
    return c->mode == MODE_LINK ? link_in_parts(d, sources, count)
                                : compile_in_parts(d, sources, count);
}

/* Lets the records of new objects speak for their code, and debuggers see
 * locals that moved. */
static void complete_outputs(const struct command *c,
                             const struct source *sources, size_t count,
                             bool covered, const char *debug_script)
{
    if (c->mode == MODE_LINK && c->relocatable && covered)
        record_complete(c->output ? c->output : "a.out");
    if (c->mode == MODE_LINK && command_has_debug(c))
        dwarf_show_moved(c->output ? c->output : "a.out");
    for (size_t i = 0; c->mode == MODE_OBJECT && i < count; i++) {
        const char *object = source_output(c, &sources[i]);
        bool untouched = sources[i].state == SOURCE_UNTOUCHED;
        if (untouched)
            record_add(object, debug_script);
        if (untouched || sources[i].state == SOURCE_REWRITTEN)
            record_complete(object);
        if (sources[i].state == SOURCE_REWRITTEN)
            dwarf_show_moved(object);
    }
}

/* ---- all sources of a command -------------------------------------------- */

static int compile_sources(struct driver *d, struct source *sources,
                           size_t count)
{
    const struct command *c = &d->command;
    enum record_sort sort = linked_sort(c);
    let_decide(d);
    struct compilation k = {c, &d->backend, &d->where, d->argv,
                            job_folder(), isatty(2)};
    if (!k.folder)
        return 1;
    if (sort != RECORD_NONE && !c->relocatable)
        d->where.closed = path_join(k.folder, "closed.o");
    for (size_t i = 0; i < count; i++)
        source_name_files(&sources[i], &k, (unsigned)i);
    if (!source_read_stdin(sources, count) ||
        (c->compilation_database &&
            !database_write(c, d->argv[0], sources, count)))
        return 1;
    struct head_start ahead = {0};
    if (count == 1 && one_run_suffices(d, sources, count) &&
        ahead_is_possible(&k, &sources[0]))
        ahead_plan(&ahead, &k, &sources[0]);
    for (size_t i = 0; i < count; i++) {
        source_begin(&sources[i], &k);
        if (ahead.words.count)
            ahead_start(&ahead, &k, &sources[i]);
        source_prepare(&sources[i], &k);
    }
    if (c->emit_source) {
        int status = emit_sources(c, sources, count);
        source_join();
        return status ? status : status_of(sources, count);
    }
    sort = least_sort(c, sort, sources, count);
    const char *script = command_has_debug(c) ? d->where.debug_script : NULL;
    if (d->where.closed)
        write_closed(d, sort, sources[0].state == SOURCE_UNTOUCHED ? script
                                                                   : NULL);
    int status = ahead.words.count ? ahead_finish(&ahead, &k, &sources[0])
                                   : finish(d, &k, sources, count);
    source_join();
    if (status && sources[0].state == SOURCE_UNTOUCHED)
        advise_gcc(&sources[0], &k);
    int failed = status_of(sources, count);
    if (!failed && !status)
        complete_outputs(c, sources, count, sort != RECORD_NONE, script);
    if (!failed && !status && link_needs_runtime(c))
        hidden_check(c);
    if (failed && c->mode == MODE_LINK)
        job_discard_outputs();
    remove_objects_of_failed(d, sources, count);
    return failed ? failed : status;
}

static int compile(struct driver *d)
{
    const struct command *c = &d->command;
    struct source *sources = arena_array(struct source, c->c_count);
    size_t count = 0;
    for (size_t i = 0; i < c->items.count; i++) {
        struct item *item = &c->items.items[i];
        if (item->is_input && (item->language == LANGUAGE_C ||
                               item->language == LANGUAGE_C_PREPROCESSED))
            sources[count++].item = item;
    }
    if (c->dry_run)
        return plan(d, sources, count);
    preload_large_pages(&d->backend, &d->where);
    job_begin();
    if (c->mode == MODE_LINK && link_needs_runtime(c))
        renamed_follow(&d->command);
    int status = compile_sources(d, sources, count);
    job_end();
    return status;
}

int driver_run(int argc, char **argv)
{
    struct driver d = {.argc = argc, .argv = argv,
                       .flags = environment("ESCC_FLAGS")};
    struct command *c = &d.command;
    util_reserve_standard_files();
    const char *self = path_self();
    if (!self)  /* no /proc */
        self = path_real(path_search(argv[0]));
    const char *standard = backend_standard(argv[0]);
    if (standard)
        d.flags = d.flags ? arena_printf("%s %s", standard, d.flags)
                          : standard;
    if (!command_parse(c, argc, argv, d.flags) ||
        !backend_find(&d.backend, c, argv[0], self))
        return 1;
    diag_set_color(c->color);
    installation_find(&d.where, self ? self : argv[0]);
    if (environment("ESCC_REWRITE_FOR_TESTS")) {
        d.where.rewriter = environment("ESCC_REWRITE_FOR_TESTS");
        d.where.rewrites_all = true;
    }
    if (!c->c_count)
        d = for_cxx(&d);
    if (c->print_link_flags)
        return link_print_flags(c, &d.where) ? 0 : 1;
    if (c->fingerprint)
        return fingerprint_print(&d.backend, &d.where, self);
    if (c->asks_doctor)
        return doctor_run(&d.backend, &d.where, self ? self : argv[0]);
    if (c->topic)
        return help_print(c->topic, &d.backend, &d.where);
    if (environment("ESCC_DISABLE"))
        return pass_on(&d);
    if (c->version || c->help)
        return inform(&d);
    if (c->mode == MODE_PASS || !inputs_exist(c))
        return c->mode == MODE_PASS && farm_loses(argc, argv) ? 1
                                                              : pass_on(&d);
    variables_check();
    bool plainly = compiles_plainly(c, &d.backend);
    const char *target = target_without_runtime(c, &d.backend);
    if (target)
        return !c->c_count || plainly ||
                       target_refuse(c, "escc-target", target) ? pass_on(&d)
                                                               : 1;
    if (!c->c_count || plainly)
        return c->mode == MODE_LINK ? pass_on_link(&d) : pass_on(&d);
    const char *old = backend_too_old(d.backend.program);
    if (old)
        return target_refuse(c, "escc-program", old) ? pass_on(&d) : 1;
    return compile(&d);
}
