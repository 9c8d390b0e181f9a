/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* source.c - see source.h.
 *
 *     original --CC -E--> preprocessed --escc-rewrite--> text
 *         \----CC -fsyntax-only----> the user's warnings and errors
 *
 * The second run reads the original again.  For clang it is made only when
 * there is something to say: libclang, which sees the same text with the same
 * warning options, reports whether it would (its own words are not shown:
 * positions in macros would be lost).  For gcc it is made unless -w is given,
 * or nothing can be seen in it [inv.silence].  It runs beside the code
 * generation where its verdict cannot change what is produced.
 *
 * [inv.exact]  Many of gcc's warnings and a few of clang's come from the
 * optimizer.  What it says about rewritten text is about other code: a moved
 * local is never uninitialized, a barrier hides an overflow, columns are
 * elsewhere.  So where such warnings are to be shown, the second run compiles
 * the original to the end (compiles_original), and the run that generates
 * code stays silent: nothing is added, nothing lost, at the price of a
 * compilation.
 *
 * Before it goes to the rewriter the preprocessed text may be mended
 * (pragmas.h); or it turns out that there is nothing to rewrite in it
 * (untouched.h).  Where that is likely the rewriter is not started before, and
 * where the source itself says so (verbatim.h) nothing is preprocessed.
 *
 * Messages of the preprocessing step are held back: the diagnosing run
 * repeats them in their place.
 */
#include "source.h"

#include "advice.h"
#include "job.h"
#include "pragmas.h"
#include "silence.h"
#include "unsupported.h"
#include "untouched.h"
#include "util/arena.h"
#include "util/diag.h"
#include "util/path.h"
#include "util/strbuf.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* escc-rewrite's exit statuses. */
enum {
    REWRITE_QUIET = 0,          /* rewritten, libclang had nothing to say */
    REWRITE_FAILED = 1,         /* it printed why */
    REWRITE_WARNED = 2,         /* rewritten, libclang warned */
    REWRITE_REFUSED = 3,        /* libclang found errors */
    REWRITE_NOT_LOADED = 71,    /* twice.c could not load it */
    REWRITE_LATE = 4            /* added to the first or third: the text names
                                   a function with attribute error or warning */
};

enum {
    /* Of a probe's with a few headers. */
    LONG_TEXT_BYTES = 128 * 1024,
    /* The prologue of rewritten text stands behind the first line marker;
     * what precedes it is a few lines about <built-in>. */
    PROLOGUE_WITHIN_BYTES = 64 * 1024
};

/* The one diagnosing run under way. */
static struct {
    pid_t pid;                  /* 0: none */
    struct source *source;
    const struct compilation *compilation;
} diagnosing;

void source_name_files(struct source *s, const struct compilation *k,
                       unsigned number)
{
    const char *in = k->folder, *name = s->item->words[0];
    bool is_stdin = !strcmp(name, "-");
    s->input_file = is_stdin ? path_join(in, "stdin") : NULL;
    if (source_is_preprocessed(s))
        s->preprocessed = is_stdin ? s->input_file
                                   : input_word(k->command, s->item);
    else
        s->preprocessed = arena_printf("%s/%u.i", in, number);
    /* gcc names its dumps after the whole base, "x.c.005t.original". */
    const char *text_name = k->backend->kind == BACKEND_GCC && !is_stdin
                            ? path_base(name)
                            : arena_printf("%s.i", path_stem(name));
    s->text = arena_printf("%s/%u/%s", in, number, text_name);
    s->object = arena_printf("%s/%u/%s.o", in, number, path_stem(name));
    s->errors = arena_printf("%s/%u.errors", in, number);
    s->noise = arena_printf("%s/%u.noise", in, number);
    s->may_be_untouched = untouched_is_possible(k->command) &&
                          !s->input_file && !k->backend->cxx &&
                          !k->where->rewrites_all;
    s->may_be_silent = silence_may_do(k->command, k->backend);
    if (s->may_be_untouched && !source_is_preprocessed(s) &&
        untouched_as_written(k->command, k->backend, name))
        s->state = SOURCE_UNTOUCHED;
}

bool source_seems_untouched(struct source *s)
{
    if (!s->seems)
        s->seems = s->may_be_untouched &&
                   untouched_is_likely(s->item->words[0]) ? 1 : -1;
    return s->seems > 0;
}

void source_note_outputs(const struct command *c, const struct source *sources,
                         size_t count)
{
    if (c->mode == MODE_LINK)
        job_output(c->output ? c->output : "a.out");
    else
        for (size_t i = 0; i < count; i++)
            job_output(source_output(c, &sources[i]));
}

/* stdin is read once and may be needed twice. */
static bool save_stdin(const char *path)
{
    int out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    static char buffer[64 * 1024];
    ssize_t got = 0;
    bool ok = out >= 0;
    while (ok && (got = read(0, buffer, sizeof buffer)) > 0)
        ok = util_write(out, buffer, (size_t)got);
    ok &= got == 0;
    if (!ok)
        diag_error("escc-temporary", "cannot copy standard input to %s: %s",
                   path, strerror(errno));
    if (out >= 0)
        close(out);
    return ok;
}

bool source_read_stdin(const struct source *sources, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sources[i].input_file)
            return save_stdin(sources[i].input_file);
    return true;
}

static void fail(struct source *s, int status)
{
    s->state = SOURCE_FAILED;
    s->status = status ? status : 1;
}

void show_messages(const char *path)
{
    struct strbuf text = {0};
    if (strbuf_read_file(&text, path)) {
        fflush(stderr);
        util_write(2, text.text, text.bytes);
    }
    strbuf_free(&text);
}

static bool file_has(const char *path, const char *needle)
{
    struct strbuf text = {0};
    bool has = strbuf_read_file(&text, path) && text.text &&
               strstr(text.text, needle);
    strbuf_free(&text);
    return has;
}

/* ---- the user's warnings ------------------------------------------------- */

/* Has the text a pragma for a loop of which clang's code generation warns? */
static bool asks_for_loops(const struct source *s)
{
    static const char *const causes[] = {
        "#pragma clang loop", "#pragma unroll", "#pragma nounroll",
        "#pragma omp"};
    struct strbuf text = {0};
    bool may = false;
    if (strbuf_read_file(&text, s->preprocessed) && text.text)
        for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
            may |= strstr(text.text, causes[i]) != NULL;
    strbuf_free(&text);
    return may;
}

/* Must the diagnosing run go beyond the front end?  See [inv.exact].  `late`:
 * the rewriter found what makes code generation warn (or fail) by itself,
 * calls that must be optimized away.  `warned`: libclang said something. */
static bool compiles_original(
    const struct source *s, const struct compilation *k, bool late, bool warned)
{
    const struct command *c = k->command;
    if (c->mode == MODE_SYNTAX || c->warnings == WARNINGS_FRONT)
        return false;
    if (c->warnings == WARNINGS_EXACT)
        return true;
    if (k->backend->kind == BACKEND_GCC)
        return c->warnings_asked ||
               (warned && file_has(s->preprocessed, "warn_unused_result"));
    return late || c->warns_in_codegen || asks_for_loops(s);
}

/* Its messages go to stderr, or to the file `messages`. */
static pid_t start_diagnosing(struct source *s, const struct compilation *k,
                              bool compiles, const char *messages)
{
    source_join();
    struct word_vec words = {0};
    step_diagnose(&words, k->command, k->backend, s, compiles);
    struct job_files files = {.in = s->input_file, .err = messages};
    pid_t pid = job_start(k->backend->program, words.items, files, true);
    vec_free(&words);
    return pid;
}

/* Exit status of the back end's own opinion about the original. */
static int diagnose(struct source *s, const struct compilation *k,
                    bool compiles)
{
    pid_t pid = start_diagnosing(s, k, compiles, NULL);
    return pid < 0 ? 1 : job_wait(pid);
}

/* The same about a text with errors, behind which gcc goes on to say more
 * than with -fsyntax-only, and no optimizer costs time. */
static int diagnose_errors(struct source *s, const struct compilation *k)
{
    return diagnose(s, k, k->backend->kind == BACKEND_GCC);
}

bool source_is_diagnosing(void)
{
    return diagnosing.pid != 0;
}

bool source_join(void)
{
    if (!diagnosing.pid)
        return true;
    pid_t pid = diagnosing.pid;
    diagnosing.pid = 0;
    int status = job_wait(pid);
    if (status) {
        advise_gcc(diagnosing.source, diagnosing.compilation);
        fail(diagnosing.source, status);
    }
    return !status;
}

/* For a source that was rewritten: lets the back end print its warnings.
 * Only if they may be errors, and come soon, is that waited for. */
static void show_warnings(struct source *s, const struct compilation *k,
                          bool compiles)
{
    bool may_fail = k->command->warnings_may_fail ||
                    k->command->must_diagnose ||
                    k->command->mode == MODE_SYNTAX ||
                    k->backend->kind != BACKEND_CLANG;
    if (may_fail && !compiles) {
        int status = diagnose(s, k, false);
        if (status) {
            advise_gcc(s, k);
            fail(s, status);
        }
        return;
    }
    pid_t pid = start_diagnosing(s, k, compiles, NULL);
    if (pid < 0) {
        fail(s, 1);
        return;
    }
    diagnosing.pid = pid;
    diagnosing.source = s;
    diagnosing.compilation = k;
    s->compiled_anyway = true;
}

void source_show_warnings(struct source *s, const struct compilation *k,
                          bool compiles)
{
    show_warnings(s, k, compiles || compiles_original(s, k, false, false));
}

/* ---- preprocessing ------------------------------------------------------- */

/* Is it the output of -fescc-emit-source or of a distributed build? */
static bool is_rewritten(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    char *head = util_malloc(PROLOGUE_WITHIN_BYTES + 1);
    size_t bytes = fread(head, 1, PROLOGUE_WITHIN_BYTES, file);
    head[bytes] = 0;
    fclose(file);
    bool found = false;
    for (char *p = head; !found && (p = strstr(p, "\"<escc>\"")); p++) {
        char *line = p;
        while (line > head && line[-1] != '\n')
            line--;
        found = line[0] == '#' && line[1] == ' ' &&
                isdigit((unsigned char)line[2]);
    }
    free(head);
    return found;
}

/* What -save-temps calls the source's files, without extension. */
static const char *saved_stem(const struct source *s,
                              const struct compilation *k)
{
    const struct command *c = k->command;
    const char *stem = path_stem(s->item->words[0]);
    if (k->backend->kind == BACKEND_CLANG)
        return stem;
    if (c->mode == MODE_LINK)
        return arena_printf("%s-%s", c->output ? path_stem(c->output) : "a",
                            stem);
    return c->output ? path_stem(c->output) : stem;
}

/* Keeps a step's result for -save-temps. */
static void save(const struct source *s, const struct compilation *k,
                 const char *path, const char *extension)
{
    const struct command *c = k->command;
    const char *name = arena_printf("%s%s", saved_stem(s, k), extension);
    bool beside = c->save_temps == SAVE_BESIDE_OUTPUT ||
                  (c->save_temps == SAVE_BY_DEFAULT &&
                      k->backend->kind == BACKEND_GCC);
    if (beside && c->output)
        name = path_join(path_dir(c->output), name);
    struct strbuf text = {0};
    if (!strbuf_read_file(&text, path) || !strbuf_write_file(&text, name))
        diag_warning("escc-temporary", "cannot write %s: %s", name,
                     strerror(errno));
    strbuf_free(&text);
}

/* .bc, too: see step_bitcode. */
static void save_bitcode(const struct source *s, const struct compilation *k)
{
    const char *path = path_join(k->folder, "saved.bc");
    struct word_vec words = {0};
    if (k->backend->kind == BACKEND_CLANG && k->command->mode != MODE_SYNTAX &&
        step_bitcode(&words, k->command, k->backend, s, path) &&
        job_run(k->backend->program, words.items, (struct job_files){0},
                true) == 0)
        save(s, k, path, ".bc");
    vec_free(&words);
}

/* ---- rewriting ----------------------------------------------------------- */

/* The rewriter broke: leaves what is needed to see it again. */
static void keep_reproducer(struct source *s, const struct compilation *k,
                            const char *const *words, int status)
{
    char *kept = arena_printf("%s/escc-crash-XXXXXX",
                              job_temporary_base());
    diag_error("escc-internal", "internal error of escc-rewrite (status %d) "
               "on %s; escc " ESCC_VERSION ", back end %s", status,
               s->item->words[0], k->backend->program);
    if (!mkdtemp(kept)) {
        diag_note("no reproducer: cannot make %s: %s", kept,
                  strerror(errno));
        return;
    }
    struct strbuf script = {0}, text = {0};
    const char *text_path = path_join(kept, "x.i");
    for (size_t i = 0; words[i]; i++)
        if (words[i] == s->preprocessed)
            ((const char **)(uintptr_t)words)[i] = text_path;
    strbuf_printf(&script, "# escc " ESCC_VERSION ", back end %s\n# by: %s\n"
                  "%s\n", k->backend->program,
                  job_quote((const char *const *)k->argv),
                  job_quote(words));
    bool kept_all = strbuf_read_file(&text, s->preprocessed) &&
                    strbuf_write_file(&text, text_path) &&
                    strbuf_write_file(&script,
                                         path_join(kept, "command"));
    strbuf_free(&script);
    strbuf_free(&text);
    diag_note("%s is in %s: x.i and command; please report it with these",
              kept_all ? "a reproducer" : "an incomplete reproducer", kept);
}

/* libclang refused the text: is it the user's error, or only ours? */
static void refuse(struct source *s, const struct compilation *k)
{
    bool plain = k->command->plain_if_unsupported;
    /* A plain compilation will print the same warnings. */
    pid_t pid = plain ? start_diagnosing(s, k, false, "/dev/null") : 0;
    int status = !plain ? diagnose_errors(s, k)
                 : pid < 0 || job_wait(pid) ? diagnose_errors(s, k) : 0;
    if (status) {
        fail(s, status);
        return;
    }
    show_unsupported(s, plain);
    if (plain)
        s->state = SOURCE_PLAIN;
    else
        fail(s, 1);
}

/* Starts the rewriter; if it `waits`, its input is not there yet. */
static void start_rewriter(struct source *s, const struct compilation *k,
                           bool waits)
{
    int ends[2] = {0};
    s->rewriter = -1;
    if (waits && !job_pipe(ends))
        return;
    struct word_vec words = {0};
    step_rewrite(&words, k->command, k->backend, k->where, s, waits);
    struct job_files files = {.in_fd = ends[0],
                              .environment = job_large_pages()};
    s->rewriter = job_start(k->where->rewriter, words.items, files, false);
    s->gate = ends[1];
    if (waits)
        close(ends[0]);
    vec_free(&words);
}

/* Tells it to begin. */
static void open_gate(const struct source *s)
{
    if (s->gate) {
        /* If it has died already, its exit status will say so. */
        ssize_t put = write(s->gate, "", 1);
        (void)put;
        close(s->gate);
    }
}

/* The same of one that twice.c has forked; false: it has not. */
static bool tell_forked(struct source *s, const struct compilation *k)
{
    struct word_vec words = {0};
    pid_t pid = s->forked ? job_forked(s->forked) : 0;
    if (!pid)
        return false;
    step_rewrite(&words, k->command, k->backend, k->where, s, false);
    s->rewriter = pid;
    job_send_words(pid, s->orders, &words);
    vec_free(&words);
    return true;
}

static void cancel_rewriter(const struct source *s)
{
    pid_t forked = s->forked ? job_forked(s->forked) : 0;
    if (s->gate)
        close(s->gate);
    if (s->rewriter > 0)
        job_cancel(s->rewriter);
    else if (forked)
        job_cancel(forked);
}

/* The exit status of the rewriter, whose messages are shown. */
static int wait_for_rewriter(struct source *s, const struct compilation *k)
{
    int status = s->rewriter < 0 ? REWRITE_FAILED : job_wait(s->rewriter);
    if (!s->forked)
        return status;
    close(s->orders);
    show_messages(s->forked_noise);
    s->forked = NULL;
    if (status != REWRITE_NOT_LOADED)
        return status;
    start_rewriter(s, k, false);
    return wait_for_rewriter(s, k);
}

/* Variables that make gcc add to a file of dependencies, taken out of the
 * environment: each run that reads the text would do it.  NULL at the end. */
static const char *const *dependency_variables(void)
{
    static const char *const names[] = {"DEPENDENCIES_OUTPUT",
                                        "SUNPRO_DEPENDENCIES"};
    static const char *taken[3];
    static size_t count;
    for (size_t i = 0; i < 2; i++) {
        const char *value = getenv(names[i]);
        if (value) {
            taken[count++] = arena_printf("%s=%s", names[i], value);
            unsetenv(names[i]);
        }
    }
    return taken;
}

/* What the preprocessor's environment has more than ours. */
static const char *const *preprocessor_environment(const struct source *s)
{
    struct word_vec all = {0};
    for (const char *const *v = s->environment; v && *v; v++)
        vec_push(&all, *v);
    for (const char *const *v = dependency_variables(); *v; v++)
        vec_push(&all, *v);
    if (!all.count)
        return NULL;
    vec_push(&all, NULL);
    return all.items;
}

static void start_preprocessor(struct source *s, const struct compilation *k)
{
    struct word_vec words = {0};
    step_preprocess(&words, k->command, k->backend, s,
                    k->stderr_is_terminal);
    struct job_files files = {.in = s->input_file, .err = s->noise,
                              .environment = preprocessor_environment(s)};
    s->preprocessor = job_start(k->backend->program, words.items, files,
                                true);
    vec_free(&words);
}

/* What gcc -E says of the file that it read, in front of what that says of
 * itself by its first line, is left out. */
static void drop_front(const struct source *s)
{
    struct strbuf from = {0}, text = {0};
    const char *path = s->input_file ? s->input_file : s->item->words[0];
    if (strbuf_read_file(&from, path) && from.text &&
        strbuf_read_file(&text, s->preprocessed) && text.text) {
        size_t line = strcspn(from.text, "\n");
        const char *found = text.text;
        while (found && strncmp(found, from.text, line + 1) != 0) {
            found = strchr(found, '\n');
            if (found)
                found++;
        }
        if (found && from.text[0] == '#') {
            struct strbuf rest = {0};
            strbuf_puts(&rest, found);
            if (!strbuf_write_file(&rest, s->preprocessed))
                diag_error("escc-temporary", "cannot write %s: %s",
                           s->preprocessed, strerror(errno));
            strbuf_free(&rest);
        }
    }
    strbuf_free(&from);
    strbuf_free(&text);
}

/* False if the source failed; then the rewriter, which has waited for the
 * text, is gone. */
static bool finish_preprocessing(struct source *s, const struct compilation *k)
{
    int status = s->preprocessor < 0 ? 1 : job_wait(s->preprocessor);
    bool killed = s->preprocessor > 0 && job_was_killed();
    if (!status && path_exists(s->preprocessed))
        return true;
    if (!status) {
        diag_error("escc-program", "%s has preprocessed %s to nothing: it is "
                   "no C compiler", k->backend->program, s->item->words[0]);
        cancel_rewriter(s);
        fail(s, 1);
        return false;
    }
    cancel_rewriter(s);
    /* An #error is not the end for a compiler: what else is wrong comes from
     * a run over the whole.  A missing header is. */
    if (killed || k->command->verbose || file_has(s->noise, "fatal error") ||
        !file_has(s->noise, "error")) {
        show_messages(s->noise);
        if (s->preprocessor > 0 && !killed && !file_has(s->noise, "\n"))
            diag_error("escc-temporary", "%s cannot preprocess %s, and what it "
                       "said cannot be read; is there space in %s?",
                       k->backend->program, s->item->words[0], k->folder);
        fail(s, status);
        return false;
    }
    int whole = diagnose_errors(s, k);
    fail(s, whole ? whole : status);
    if (!whole)
        show_messages(s->noise);
    return false;
}

static void crash(struct source *s, const struct compilation *k, int status)
{
    struct word_vec words = {0};
    step_rewrite(&words, k->command, k->backend, k->where, s, false);
    keep_reproducer(s, k, words.items, status);
    vec_free(&words);
    fail(s, DIAG_EXIT_INTERNAL);
}

static void finish_rewriting(struct source *s, const struct compilation *k)
{
    open_gate(s);
    int status = wait_for_rewriter(s, k);
    bool late = status == REWRITE_LATE ||
                status == REWRITE_LATE + REWRITE_WARNED;
    if (late)
        status -= REWRITE_LATE;
    bool quiet = status == REWRITE_QUIET, warned = status == REWRITE_WARNED;
    if (quiet || warned) {
        s->state = SOURCE_REWRITTEN;
        const struct command *c = k->command;
        bool source_shown_instead = c->emit_source && !warned;
        bool compiles = !source_shown_instead && !c->warnings_off &&
                        compiles_original(s, k, late, warned);
        bool gcc_may_warn = k->backend->kind == BACKEND_GCC && !c->warnings_off;
        bool clang_warned = k->backend->kind == BACKEND_CLANG && warned;
        /* what is late the front end alone would not say either */
        s->may_be_silent &= quiet && (!late || !compiles) &&
                            !file_has(s->noise, "\n") &&
                            silence_may_do_for(s->preprocessed);
        if (s->may_be_silent)
            return;
        if ((compiles || clang_warned || gcc_may_warn || c->must_diagnose ||
             c->mode == MODE_SYNTAX) && !source_shown_instead)
            show_warnings(s, k, compiles);
        else if (!source_is_preprocessed(s))
            show_messages(s->noise);
    } else if (status == REWRITE_REFUSED) {
        refuse(s, k);
    } else if (status == REWRITE_FAILED) {
        fail(s, 1);
    } else if (s->rewriter > 0 && job_was_ended(status)) {
        fail(s, status);
    } else {
        crash(s, k, status);
    }
}

/* The preprocessor first, on whose result the rest waits.  The rewriter is
 * started before its input is there: loading libclang takes longer than most
 * of its work. */
void source_begin(struct source *s, const struct compilation *k)
{
    if (s->state != SOURCE_WAITING)
        return;
    if (mkdir(path_dir(s->text), 0700) && errno != EEXIST) {
        diag_error("escc-temporary", "cannot make %s: %s",
                   path_dir(s->text), strerror(errno));
        fail(s, 1);
        return;
    }
    if (!source_is_preprocessed(s)) {
        start_preprocessor(s, k);
        if (!s->forked && !source_seems_untouched(s))
            start_rewriter(s, k, true);
    } else if (is_rewritten(s->preprocessed)) {
        s->state = SOURCE_REWRITTEN;
        s->text = s->preprocessed;
    } else if (!s->may_be_untouched) {
        start_rewriter(s, k, false);
    }
}

/* Looking through a long text is not for nothing: it is left out where the
 * source did not seem to be one [inv.untouched], and is then rewritten. */
static bool may_be_untouched(const struct source *s)
{
    struct stat text;
    return s->may_be_untouched &&
           (s->seems >= 0 || stat(s->preprocessed, &text) != 0 ||
               text.st_size <= LONG_TEXT_BYTES);
}

void source_prepare(struct source *s, const struct compilation *k)
{
    if (s->state != SOURCE_WAITING)
        return;
    bool save_it = k->command->save_temps;
    if (!source_is_preprocessed(s)) {
        if (!finish_preprocessing(s, k))
            return;
        if (k->command->reads_directives)
            drop_front(s);
        pragmas_expand(s, k);
        if (save_it)
            save(s, k, s->preprocessed, ".i");
    }
    if (may_be_untouched(s) && untouched_is_certain(s->preprocessed)) {
        cancel_rewriter(s);
        s->state = SOURCE_UNTOUCHED;
        return;
    }
    if (!s->rewriter && !tell_forked(s, k))
        start_rewriter(s, k, false);
    finish_rewriting(s, k);
    if (s->state == SOURCE_REWRITTEN && save_it) {
        save(s, k, s->text, ".escc.i");
        save_bitcode(s, k);
    }
}
