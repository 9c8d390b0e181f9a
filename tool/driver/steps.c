/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* steps.c - see steps.h.
 *
 * Each step sees those of the user's options that concern it (the sets in
 * optab.def), in the user's order, and a few of escc's.
 *
 * Warnings.  [inv.once]  The user sees each of the compiler's warnings once.
 * Those of the compiler proper come from the step that reads the original
 * text; the last step, which reads rewritten text, has them off.  Those of
 * the compiler *driver* ("argument unused", "'linker' input unused") come
 * from the last step, whose options and phases are the user's; in the other
 * steps they would be wrong, and are off.  For clang that is why the last
 * step gets -Xclang -w (the compiler proper alone is quiet) and the others a
 * list of -Wno-… that only its driver knows.
 */
#include "steps.h"

#include "util/arena.h"
#include "util/path.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool source_is_preprocessed(const struct source *s)
{
    return s->item->language == LANGUAGE_C_PREPROCESSED;
}

const char *input_word(const struct command *c, const struct item *item)
{
    const char *word = item->words[0];
    if (c->inputs_may_look_like_options && word[0] == '-' && word[1])
        return arena_printf("./%s", word);
    return word;
}

const char *source_output(const struct command *c, const struct source *s)
{
    if (c->output)
        return c->output;
    return arena_printf("%s.%c", path_stem(s->item->words[0]),
                        c->mode == MODE_ASSEMBLY ? 's' : 'o');
}

/* -O4 and more, which clang takes for -O3 and says so in every run, past all
 * options about warnings: [inv.once]. */
static bool is_level_above_3(const char *word)
{
    const char *level = word + strlen("-O");
    size_t digits = strspn(level, "0123456789");
    return !strncmp(word, "-O", 2) && digits && !level[digits] &&
           (digits > 1 || *level > '3');
}

/* Is the option about the text that the user gave, and about no other one? */
static bool is_about_original(const struct command *c, const struct item *item)
{
    return c->reads_directives && (item->id == OPT_DIRECTIVES ||
                                      item->id == OPT_PREPROCESSED);
}

/* The user's options that belong to `step`. */
static void options_for(struct word_vec *out, const struct command *c,
                        unsigned step)
{
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        bool belongs = is_about_original(c, item) ? step == STEP_DIAGNOSE
                                                  : (item->steps & step) != 0;
        if (item->is_input || !belongs)
            continue;
        if (is_level_above_3(item->words[0]))
            vec_push(out, "-O3");
        else
            item_words(out, item);
    }
}

/* Driver warnings off: see [inv.once]. */
static void quiet_driver(struct word_vec *out, const struct backend *b)
{
    static const char *const quiet[] = {
        "-Wno-unused-command-line-argument",
        "-Wno-ignored-optimization-argument", "-Wno-option-ignored",
        "-Wno-overriding-option", "-Wno-deprecated-ofast"};
    if (b->kind == BACKEND_CLANG)
        for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++)
            vec_push(out, quiet[i]);
}

/* The original as last word, with the language that the user gave it. */
static void add_original(struct word_vec *out, const struct command *c,
                         const struct item *item)
{
    if (item->explicit_language) {
        vec_push(out, "-x");
        vec_push(out, item->explicit_language);
    }
    vec_push(out, input_word(c, item));
}

/* ---- dependency files ---------------------------------------------------- */

/* Where -MD writes without -MF.  gcc 11 and later put a program's name in
 * front when they link in one go. */
static const char *dependency_file(const struct command *c,
                                   const struct backend *b,
                                   const char *input)
{
    if (c->output)
        return path_replace_extension(c->output, ".d");
    const char *stem = path_stem(input);
    if (b->kind == BACKEND_GCC && c->dump_dir)
        return arena_printf("%s%s.d", c->dump_dir, stem);
    if (b->kind == BACKEND_GCC && c->mode == MODE_LINK)
        return arena_printf("a-%s.d", stem);
    return arena_printf("%s.d", stem);
}

static const char *dependency_target(const struct command *c,
                                     const struct backend *b,
                                     const char *input)
{
    /* gcc's preprocessor, addressed past its driver, knows no -o. */
    bool ignores_output = b->kind == BACKEND_GCC && c->depend_by_wp;
    if (c->output && !ignores_output)
        return c->output;
    return path_replace_extension(path_base(input), ".o");
}

static void dependency_words(struct word_vec *out, const struct command *c,
                             const struct backend *b, const char *input)
{
    if (!c->depend)
        return;
    if (!c->depend_has_file) {
        vec_push(out, "-MF");
        vec_push(out, dependency_file(c, b, input));
    }
    bool named = c->depend_has_target ||
        (c->depend_has_wp_target && b->kind == BACKEND_GCC);
    if (!named) {
        vec_push(out, "-MQ");
        vec_push(out, dependency_target(c, b, input));
    }
}

/* Whether gcc is to leave #define lines in the text, for debug information.
 * They are for the last run; nobody else is to see them. */
static bool describes_macros(const struct command *c)
{
    static const char *const levels[] = {"-g3", "-ggdb3"};
    bool describes = false;
    for (size_t i = 0; i < c->items.count; i++)
        for (int k = 0; k < 2; k++)
            describes |= !c->items.items[i].is_input &&
                         !strcmp(c->items.items[i].words[0], levels[k]);
    return describes && !c->emit_source && !c->save_temps;
}

/* ---- steps --------------------------------------------------------------- */

void step_preprocess(struct word_vec *out, const struct command *c,
                     const struct backend *b, const struct source *s,
                     bool stderr_is_terminal)
{
    vec_push(out, b->name);
    vec_push(out, "-E");
    options_for(out, c, STEP_PREPROCESS);
    dependency_words(out, c, b, s->item->words[0]);
    quiet_driver(out, b);
    if (b->kind == BACKEND_GCC && !describes_macros(c))
        vec_push(out, "-g0");
    if (stderr_is_terminal && c->color < 0)
        vec_push(out, b->kind == BACKEND_CLANG
                          ? "-fcolor-diagnostics"
                          : "-fdiagnostics-color=always");
    vec_push(out, "-o");
    vec_push(out, s->preprocessed);
    if (c->reads_directives) {
        /* It has all macros, and nothing is to be included. */
        static const char *const only_expand[] = {"-undef", "-nostdinc", "-w",
                                                  "-x", "c"};
        for (size_t i = 0; i < sizeof only_expand / sizeof *only_expand; i++)
            vec_push(out, only_expand[i]);
        vec_push(out, input_word(c, s->item));
    } else {
        add_original(out, c, s->item);
    }
    vec_push(out, NULL);
}

void step_expand(struct word_vec *out, const struct command *c,
                 const struct backend *b, const struct source *s,
                 const char *output)
{
    vec_push(out, b->name);
    vec_push(out, "-E");
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        bool writes_dependencies = item->steps == STEP_PREPROCESS;
        if (!item->is_input && (item->steps & STEP_PREPROCESS) &&
            !writes_dependencies)
            item_words(out, item);
    }
    vec_push(out, "-fms-extensions");
    vec_push(out, "-w");
    vec_push(out, "-o");
    vec_push(out, output);
    add_original(out, c, s->item);
    vec_push(out, NULL);
}

/* gcc finds the profile of a program's run by the name that the output has,
 * which is not that of this run.  It counts the branches of the rewritten text,
 * so that some functions have others here, and no counts. */
static void profile_words(struct word_vec *out, const struct command *c,
                          const struct source *s)
{
    const char *stem = path_stem(s->item->words[0]), *folder = "";
    if (c->mode == MODE_LINK && c->output)
        folder = arena_printf("%s-", path_replace_extension(c->output, ""));
    else if (c->mode == MODE_LINK)
        folder = "a-";
    else if (c->output)
        folder = arena_strndup(c->output,
                               (size_t)(path_base(c->output) - c->output));
    if (c->mode != MODE_LINK && c->output)
        stem = path_stem(c->output);
    const char *words[] = {
        "-dumpdir", c->dump_dir ? c->dump_dir : folder, "-dumpbase", stem,
        "-dumpbase-ext", "", "-Wno-coverage-mismatch", "-fprofile-correction"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        vec_push(out, words[i]);
}

void step_diagnose(struct word_vec *out, const struct command *c,
                   const struct backend *b, const struct source *s,
                   bool compiles)
{
    vec_push(out, b->name);
    vec_push(out, compiles ? "-S" : "-fsyntax-only");
    options_for(out, c, STEP_DIAGNOSE);
    quiet_driver(out, b);
    if (compiles) {
        /* files named after the output (.dwo, …) come beside it */
        vec_push(out, "-g0");
        vec_push(out, "-o");
        vec_push(out, path_replace_extension(s->object, ".original.s"));
        if (b->kind == BACKEND_GCC && c->uses_profile)
            profile_words(out, c, s);
    }
    add_original(out, c, s->item);
    vec_push(out, NULL);
}

/* The option that says how much is optimised: the last one; NULL: there is
 * none. */
static const char *level_of(const struct command *c)
{
    const char *level = NULL;
    for (size_t i = 0; i < c->items.count; i++) {
        const char *word = c->items.items[i].words[0];
        if (!c->items.items[i].is_input &&
            (!strncmp(word, "-O", 2) || !strncmp(word, "--optimize", 10)))
            level = word;
    }
    return level;
}

/* Whether clang will certainly optimise nothing of the text, which nobody
 * else gets to see: an explicit -O0 (a configuration file may ask for more,
 * but the command line wins), and nothing that reaches past clang's driver
 * or leaves code generation to a later step. */
static bool is_unoptimized(const struct command *c, const struct backend *b)
{
    static const char *const others[] = {
        "-Xclang", "-mllvm", "-flto", "-emit-llvm", "-fpass-plugin",
        "-fembed-bitcode", "-fthinlto", "-save-temps", "--save-temps",
        "-fplugin"};
    const char *level = level_of(c);
    if (b->kind != BACKEND_CLANG || c->emit_source || c->save_temps ||
        getenv("CCC_OVERRIDE_OPTIONS"))
        return false;
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        const char *word = item->words[0];
        if (item->is_input)
            continue;
        for (size_t k = 0; k < sizeof others / sizeof *others; k++)
            if (!strncmp(word, others[k], strlen(others[k])))
                return false;
    }
    return level && !strcmp(level, "-O0");
}

/* Whether the compiler optimises.  Where it does not, no compiler leaves out a
 * call of malloc, and neither does the rewriter unless it is told to. */
static bool optimizes(const struct command *c)
{
    const char *level = level_of(c);
    return level && strcmp(level, "-O0") && strcmp(level, "--optimize=0");
}

/* -Og: what a debugger shows comes first. */
static bool is_for_debugging(const struct command *c)
{
    const char *level = level_of(c);
    return level && (!strcmp(level, "-Og") || !strcmp(level, "--optimize=g"));
}

/* Whether the text becomes an object of just this code, in which a record can
 * say so (record.h). */
static bool makes_code(const struct command *c)
{
    bool makes = c->mode != MODE_ASSEMBLY;
    for (size_t i = 0; i < c->items.count; i++) {
        const char *word = c->items.items[i].words[0];
        if (!c->items.items[i].is_input &&
            (!strncmp(word, "-flto", 5) || !strcmp(word, "-emit-llvm") ||
                !strcmp(word, "-fsplit-stack")))
            makes = false;
    }
    return makes;
}

/* What tells the source's object from others: a link makes several. */
static const char *object_name(const struct command *c,
                               const struct source *s)
{
    if (c->mode != MODE_LINK)
        return source_output(c, s);
    return arena_printf("%s:%s", c->output ? c->output : "a.out",
                        s->item->words[0]);
}

/* Whether the driver will see the debug information that the text gets, as
 * sections of what is made (dwarf.h). */
static bool shows_moved(const struct command *c)
{
    static const char *const others[] = {
        "-gsplit-dwarf", "-gz", "-gdwarf64", "-fdebug-types-section",
        "-Wa,--compress-debug", "-Wl,--compress-debug", "-Wl,-r", "-Wl,-i",
        "--config"};
    bool shows = makes_code(c) && !c->relocatable && !c->emit_source &&
                 !getenv("CCC_OVERRIDE_OPTIONS");
    for (size_t i = 0; shows && i < c->items.count; i++)
        for (size_t k = 0; k < sizeof others / sizeof *others; k++)
            if (!c->items.items[i].is_input &&
                !strncmp(c->items.items[i].words[0], others[k],
                         strlen(others[k])))
                shows = false;
    return shows && command_has_debug(c);
}

/* Whether the source becomes a program in which nothing else names its
 * variables: no other input, no library but the C library's, and nothing that
 * shows the program's names to libraries or brings inputs unseen. */
static bool is_alone(const struct command *c)
{
    static const char *const libraries[] = {"c", "m", "pthread", "dl", "rt"};
    static const char *const others[] = {
        "-rdynamic", "-Wl,", "-Xlinker", "--for-linker", "-T", "-B",
        "-specs", "--specs", "--config", "-fopenmp", "-static",
        "-fuse-ld", "-z", "-u", "--sysroot"};
    if (c->mode != MODE_LINK || c->shared || c->relocatable ||
        c->input_count != 1 || getenv("CCC_OVERRIDE_OPTIONS"))
        return false;
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        bool known = item->is_input || item->id != OPT_LIBRARY;
        for (size_t k = 0; k < sizeof libraries / sizeof *libraries; k++)
            known |= item->value && !strcmp(item->value, libraries[k]);
        for (size_t k = 0; k < sizeof others / sizeof *others; k++)
            known &= item->is_input || strncmp(item->words[0], others[k],
                                               strlen(others[k])) != 0;
        if (!known)
            return false;
    }
    return true;
}

/* Whether the compiler, too, may not take a call of malloc for what the C
 * library says of it. */
static bool has_own_names(const struct command *c)
{
    static const char *const words[] = {
        "-fno-builtin", "-fno-builtin-malloc", "-fno-builtin-calloc",
        "-fno-builtin-realloc", "-fno-builtin-free", "-ffreestanding",
        "-fno-hosted"};
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        for (int w = 0; w < 2 && !item->is_input && item->words[w]; w++) {
            if (strstr(item->words[w], "-wrap"))
                return true;    /* --wrap=malloc */
            for (size_t k = 0; k < sizeof words / sizeof *words; k++)
                if (!strcmp(item->words[w], words[k]))
                    return true;
        }
    }
    return false;
}

/* Whether the code may become a part of a library, in place of whose functions
 * a program or another library may have some of the same names. */
static bool is_interposable(const struct command *c)
{
    bool is = false;
    for (size_t i = 0; i < c->items.count; i++) {
        const char *word = c->items.items[i].words[0];
        if (c->items.items[i].is_input || strncmp(word, "-f", 2) != 0)
            continue;
        if (!strcasecmp(word, "-fpic"))
            is = true;
        else if (!strcasecmp(word, "-fpie") || !strcasecmp(word, "-fno-pic") ||
                 !strcasecmp(word, "-fno-pie"))
            is = false;
    }
    return is || c->shared;
}

void step_rewrite(struct word_vec *out, const struct command *c,
                  const struct backend *b, const struct installation *where,
                  const struct source *s, bool waits)
{
    const char *name = s->item->words[0];
    vec_push(out, where->rewriter);
    if (waits)
        vec_push(out, "--wait");
    vec_push(out, "-o");
    vec_push(out, s->text);
    vec_push(out, arena_printf("--main-file=%s",
                               strcmp(name, "-") ? name : "<stdin>"));
    vec_push(out, b->kind == BACKEND_CLANG ? "--backend=clang"
                                           : "--backend=gcc");
    vec_push(out, arena_printf("--errors=%s", s->errors));
    if (s->may_be_silent)
        vec_push(out, c->warnings_asked ? "--warnings=asked" : "--warnings");
    if (b->kind == BACKEND_GCC && !c->warnings_off && !c->emit_source)
        vec_push(out, "--headers-checked");
    if (!optimizes(c)) {
        vec_push(out, "-fescc-promote=no");
        vec_push(out, "--forgets");
    } else if (!is_for_debugging(c)) {
        vec_push(out, "--lazy");
    }
    /* By the command alone: an object does not depend on who compiles it, from
     * a file or from standard input. */
    if (b->kind == BACKEND_GCC && command_warns_of_falls(c))
        vec_push(out, "--warns-of-falls");
    if (is_unoptimized(c, b))
        vec_push(out, "--unoptimized");
    if (!makes_code(c))
        vec_push(out, "--no-record");
    if (c->report_folder)
        vec_push(out, arena_printf("--object=%s", object_name(c, s)));
    if (is_alone(c))
        vec_push(out, "--alone");
    if (has_own_names(c))
        vec_push(out, "--own-names");
    if (is_interposable(c))
        vec_push(out, "--interposable");
    if (shows_moved(c))
        vec_push(out, "--references");
    if (where->debug_script && command_has_debug(c) && !c->emit_source)
        vec_push(out, arena_printf("--debug-script=%s",
                                   where->debug_script));
    for (size_t i = 0; i < c->rewriter_options.count; i++)
        vec_push(out, c->rewriter_options.items[i]);
    vec_push(out, s->preprocessed);
    vec_push(out, "--");
    options_for(out, c, STEP_PARSE);
    /* Said by the preprocessing step; libclang would print it, too, and
     * gcc knows other ones. */
    vec_push(out, "-Wno-unknown-warning-option");
    vec_push(out, NULL);
}

/* Warnings of the compiler proper off: see [inv.once]. */
static void quiet_compiler(struct word_vec *out, const struct backend *b)
{
    if (b->kind == BACKEND_CLANG)
        vec_push(out, "-Xclang");
    vec_push(out, "-w");
}

/* Whether an option is for the compilation of the text.  gcc has notes that it
 * prints though -w is there and their warning is off, as -Waddress has. */
static bool is_for_text(const struct command *c, const struct backend *b,
                        const struct item *item, bool speaks)
{
    bool is_idle = b->kind == BACKEND_GCC && item->id == OPT_WARNING && !speaks;
    return !is_idle && !is_about_original(c, item);
}

/* Off, but for those that the user asked for if the text speaks for the
 * original [inv.silence]. */
static void warn_of_text(struct word_vec *out, const struct command *c,
                         const struct backend *b, bool speaks)
{
    if (!speaks) {
        quiet_compiler(out, b);
        return;
    }
    for (size_t i = 0; i < c->items.count; i++)
        if (!c->items.items[i].is_input &&
            c->items.items[i].id == OPT_WARNING)
            item_words(out, &c->items.items[i]);
    /* Names of moved locals are unused; libclang knows of the others. */
    vec_push(out, "-Wno-unused-variable");
}

/* A local that has no value yet holds what was in its memory before: addresses
 * that nobody stored there would be taken for ones that somebody did. */
static void clear_locals(struct word_vec *out, const struct command *c)
{
    if (c->checks_escapes)
        vec_push(out, "-ftrivial-auto-var-init=zero");
}

void step_object(struct word_vec *out, const struct command *c,
                 const struct backend *b, const struct source *s)
{
    vec_push(out, b->name);
    quiet_driver(out, b);
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        if (!item->is_input && (item->steps & STEP_CODE) &&
            is_for_text(c, b, item, s->may_be_silent) &&
            item->id != OPT_OUTPUT)
            item_words(out, item);
    }
    warn_of_text(out, c, b, s->may_be_silent);
    clear_locals(out, c);
    vec_push(out, "-c");
    vec_push(out, "-o");
    vec_push(out, s->object);
    vec_push(out, "-x");
    vec_push(out, "cpp-output");
    vec_push(out, s->text);
    vec_push(out, NULL);
}

bool step_bitcode(struct word_vec *out, const struct command *c,
                  const struct backend *b, const struct source *s,
                  const char *output)
{
    vec_push(out, b->name);
    quiet_driver(out, b);
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        bool is_other = item->id == OPT_OUTPUT || item->id == OPT_ASSEMBLE ||
                        item->id == OPT_SAVE_TEMPS ||
                        is_about_original(c, item);
        if (!item->is_input && !strcmp(item->words[0], "-emit-llvm"))
            return false;
        if (!item->is_input && (item->steps & STEP_CODE) && !is_other)
            item_words(out, item);
    }
    quiet_compiler(out, b);
    clear_locals(out, c);
    static const char *const unoptimized[] = {
        "-c", "-emit-llvm", "-Xclang", "-disable-llvm-passes"};
    for (size_t i = 0; i < sizeof unoptimized / sizeof *unoptimized; i++)
        vec_push(out, unoptimized[i]);
    vec_push(out, "-o");
    vec_push(out, output);
    vec_push(out, "-x");
    vec_push(out, "cpp-output");
    vec_push(out, s->text);
    vec_push(out, NULL);
    return true;
}

/* Writes inputs with the -x that each needs and no other. */
struct input_writer {
    struct word_vec *out;
    const char *x;          /* in force, NULL: none */
};

static void write_input(struct input_writer *w, const char *x,
                        const char *path)
{
    bool same = x == w->x || (x && w->x && !strcmp(x, w->x));
    if (!same) {
        vec_push(w->out, "-x");
        vec_push(w->out, x ? x : "none");
        w->x = x;
    }
    vec_push(w->out, path);
}

/* A -x behind all inputs does nothing, but the back end says so. */
static void write_idle_language(struct input_writer *w,
                                const struct command *c)
{
    for (size_t i = c->items.count; i-- > 0;) {
        const struct item *item = &c->items.items[i];
        if (item->is_input)
            return;
        if (item->id == OPT_LANGUAGE) {
            item_words(w->out, item);
            return;
        }
    }
}

static const struct source *source_of(const struct item *item,
                                      const struct source *sources,
                                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sources[i].item == item)
            return &sources[i];
    return NULL;
}

static bool has_texts(const struct source *sources, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sources[i].state == SOURCE_REWRITTEN)
            return true;
    return false;
}

void step_finish(struct word_vec *out, const struct command *c,
                 const struct backend *b, const struct installation *where,
                 const struct source *sources, size_t count, enum finish how)
{
    struct input_writer writer = {.out = out};
    unsigned steps = STEP_CODE | STEP_LINK;
    vec_push(out, b->name);
    if (how == FINISH_OBJECTS)
        steps |= STEP_PREPROCESS;
    else
        warn_of_text(out, c, b, sources[0].may_be_silent);
    if (has_texts(sources, count) && how != FINISH_OBJECTS)
        clear_locals(out, c);
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        const struct source *s = source_of(item, sources, count);
        if (!item->is_input) {
            bool applies =
                how == FINISH_OBJECTS ||
                is_for_text(c, b, item, sources[0].may_be_silent);
            if (item->steps & steps && applies)
                item_words(out, item);
        } else if (!s || s->state == SOURCE_PLAIN) {
            if (how != FINISH_ONLY_TEXTS)
                write_input(&writer, item->explicit_language,
                            input_word(c, item));
        } else if (s->state == SOURCE_REWRITTEN) {
            /* escc's own texts end in .i for clang, its objects in .o; a
             * rewritten file that the user brought may be called anything */
            bool theirs = s->text == s->preprocessed;
            const char *x = b->kind == BACKEND_GCC ? "cpp-output" : NULL;
            if (how == FINISH_OBJECTS)
                write_input(&writer, NULL, s->object);
            else
                write_input(&writer, theirs ? item->explicit_language : x,
                            s->text);
        }
    }
    write_idle_language(&writer, c);
    if (c->mode == MODE_LINK && link_needs_runtime(c))
        link_words(out, c, where);
    vec_push(out, NULL);
}

void step_plain(struct word_vec *out, const struct command *c,
                const struct backend *b, const struct source *sources,
                size_t count)
{
    struct input_writer writer = {.out = out};
    vec_push(out, b->name);
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        const struct source *s = source_of(item, sources, count);
        if (!item->is_input) {
            if (item->id != OPT_LANGUAGE)
                item_words(out, item);
        } else if (!s || s->state == SOURCE_PLAIN) {
            write_input(&writer, item->explicit_language,
                        input_word(c, item));
        }
    }
    vec_push(out, NULL);
}

void step_original(struct word_vec *out, const struct command *c,
                   const struct backend *b, const struct installation *where)
{
    step_plain(out, c, b, NULL, 0);
    if (c->mode == MODE_LINK && link_needs_runtime(c)) {
        out->count--;
        link_words(out, c, where);
        vec_push(out, NULL);
    }
}
