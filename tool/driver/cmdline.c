/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cmdline.c - see cmdline.h.
 *
 * The words are read once, left to right.  A word that begins with '-' is
 * matched against optab.def (longest spelling); without a row it is an
 * option of one word for every step.  The rest are inputs.
 *
 * [inv.order]  items keeps the user's order and loses nothing but escc's own
 * options: writing all items out again gives a command of the same meaning.
 */
#include "cmdline.h"

#include "util/arena.h"
#include "util/diag.h"
#include "util/path.h"
#include "util/strbuf.h"

#include <string.h>

enum {
    ALL = STEP_PREPROCESS | STEP_DIAGNOSE | STEP_CODE | STEP_LINK,
    PARSE = ALL | STEP_PARSE,
    PRE = STEP_PREPROCESS | STEP_DIAGNOSE,
    DEPEND = STEP_PREPROCESS,
    FRONT = STEP_DIAGNOSE,
    TAIL = STEP_CODE | STEP_LINK,
    LINKER = STEP_LINK,
    NOWHERE = 0,
    /* Response files in response files; clang stops at cycles, gcc at 2000
     * files.  Deeper than this is a file that names itself. */
    MAX_NESTING = 64
};

enum arity { FLAG, JOINED, SEPARATE, EITHER, JOINED_AND_SEPARATE };

struct option_row {
    enum option_id id;
    const char *spelling;
    enum arity arity;
    unsigned steps;
};

#define PLAIN OPT_PLAIN
static const struct option_row option_table[] = {
#define OPTION(id, spelling, arity, steps) {id, spelling, arity, steps},
#include "optab.def"
};

enum value_rule { NO_VALUE, VALUE, MAYBE };
enum option_user { DRIVER, REWRITER };

struct escc_row {
    const char *spelling;
    enum value_rule value;
    enum option_user user;
    const char *words;          /* the values that there are; "": any */
};

static const struct escc_row escc_table[] = {
#define ESCC_OPTION(spelling, value, user, words) \
    {spelling, value, user, words},
#include "optab.def"
};

enum { ESCC_ROWS = sizeof escc_table / sizeof *escc_table };

/* ---- response files ------------------------------------------------------ */

void split_words(struct word_vec *words, const char *text)
{
    const char *p = text;
    for (;;) {
        p += strspn(p, " \t\r\n\v\f");
        if (!*p)
            return;
        struct strbuf word = {0};
        strbuf_add(&word, "", 0);
        char quote = 0;
        for (; *p; p++) {
            if (!quote && strchr(" \t\r\n\v\f", *p))
                break;
            if (*p == '\\' && p[1])
                strbuf_putc(&word, *++p);
            else if (quote ? *p == quote : *p == '"' || *p == '\'')
                quote = quote ? 0 : *p;
            else
                strbuf_putc(&word, *p);
        }
        vec_push(words, arena_strndup(word.text ? word.text : "",
                                      word.bytes));
        strbuf_free(&word);
    }
}

static void expand(struct command *c, struct word_vec *out, const char *word,
                   unsigned depth)
{
    struct strbuf text = {0};
    if (word[0] != '@' || !word[1] || depth > MAX_NESTING ||
        !path_is_file(word + 1) || !strbuf_read_file(&text, word + 1)) {
        vec_push(out, word);    /* not a file: the word itself, as in gcc */
        return;
    }
    c->has_response_file = true;
    struct word_vec inner = {0};
    split_words(&inner, text.text ? text.text : "");
    for (size_t i = 0; i < inner.count; i++)
        expand(c, out, inner.items[i], depth + 1);
    vec_free(&inner);
    strbuf_free(&text);
}

/* ---- languages ----------------------------------------------------------- */

static bool one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (!strcmp(word, *list))
            return true;
    return false;
}

static enum language language_of_name(const char *x)
{
    static const char *const headers[] = {
        "c-header", "cpp-header", "c++-header", "objective-c-header",
        "objective-c++-header", "c++-system-header", "c++-user-header",
        "c-header-cpp-output", "c++-header-unit-header", NULL};
    if (!strcmp(x, "c"))
        return LANGUAGE_C;
    if (!strcmp(x, "cpp-output"))
        return LANGUAGE_C_PREPROCESSED;
    if (!strcmp(x, "assembler"))
        return LANGUAGE_ASSEMBLY;
    return one_of(x, headers) ? LANGUAGE_HEADER : LANGUAGE_OTHER;
}

static enum language language_of_file(const char *path)
{
    static const char *const headers[] = {
        "h", "H", "hh", "hpp", "hxx", "hp", "h++", "tcc", NULL};
    static const char *const others[] = {
        "S", "sx", "asm", "C", "cc", "CC", "cp", "cpp", "CPP", "cxx", "CXX",
        "c++", "C++", "ii", "m", "mi", "mm", "mii", "M", "ll", "bc", "cl",
        "clcpp", "cu", "cui", "cuh", "hip", "cppm", "cxxm", "c++m", "ccm",
        "iim", "pcm", "ifs", "ast", "f", "F", "for", "FOR", "fpp", "FPP",
        "ftn", "f90", "F90", "f95", "F95", "f03", "F03", "f08", "F08", "d",
        "di", "dd", "go", "ads", "adb", "hlsl", "rs", NULL};
    const char *dot = strrchr(path_base(path), '.');
    if (!dot)
        return LANGUAGE_OBJECT;
    dot++;
    if (!strcmp(dot, "c"))
        return LANGUAGE_C;
    if (!strcmp(dot, "i"))
        return LANGUAGE_C_PREPROCESSED;
    if (!strcmp(dot, "s"))
        return LANGUAGE_ASSEMBLY;
    if (one_of(dot, headers))
        return LANGUAGE_HEADER;
    return one_of(dot, others) ? LANGUAGE_OTHER : LANGUAGE_OBJECT;
}

static void add_input(struct command *c, const char *path, const char *x)
{
    struct item item = {.is_input = true, .words = {path},
                        .explicit_language = x};
    item.language = x ? language_of_name(x) : language_of_file(path);
    c->input_count++;
    c->c_count += item.language == LANGUAGE_C ||
                  item.language == LANGUAGE_C_PREPROCESSED;
    vec_push(&c->items, item);
}

/* ---- escc's own options -------------------------------------------------- */

/* An escc option as -fescc-… or -report-…, whichever way `word` spells it;
 * NULL if it is none of escc's. */
static const char *escc_spelling(const char *word)
{
    static const char plugin[] = "-fplugin-arg-escc-";
    if (!strncmp(word, plugin, sizeof plugin - 1)) {
        const char *rest = word + sizeof plugin - 1;
        if (!strncmp(rest, "report-", 7))
            return arena_printf("-%s", rest);
        return arena_printf("-fescc-%s", rest);
    }
    if (!strncmp(word, "-fescc-", 7) || !strncmp(word, "-report-", 8))
        return word;
    return NULL;
}

static void unknown_escc_option(const char *word)
{
    const char *names[ESCC_ROWS + 1] = {NULL};
    for (size_t i = 0; i < ESCC_ROWS; i++)
        names[i] = escc_table[i].spelling;
    const char *bare = arena_strndup(word, strcspn(word, "="));
    const char *nearest = diag_nearest(bare, names);
    if (nearest)
        diag_error("escc-option", "unknown option '%s'; did you mean '%s'?",
                   word, nearest);
    else
        diag_error("escc-option", "unknown option '%s'", word);
}

/* Whether the option may have the value; prints an error if not. */
static bool is_value(const struct escc_row *row, const char *value)
{
    struct word_vec words = {0};
    struct strbuf list = {0};
    bool found = !*row->words;
    split_words(&words, row->words);
    for (size_t i = 0; i < words.count; i++) {
        found |= !strcmp(words.items[i], value);
        strbuf_printf(&list, "%s'%s'", !i ? "" : i + 1 < words.count ? ", "
                                                 : " or ", words.items[i]);
    }
    vec_push(&words, NULL);
    const char *nearest = found ? NULL : diag_nearest(value, words.items);
    if (nearest)
        diag_error("escc-option", "%s=%s: the value is %s; did you mean "
                   "'%s'?", row->spelling, value, list.text, nearest);
    else if (!found)
        diag_error("escc-option", "%s=%s: the value is %s", row->spelling,
                   value, list.text);
    strbuf_free(&list);
    vec_free(&words);
    return found;
}

/* The default of -fescc-free, `ignore`, is what the runtime does by itself;
 * the last option wins. */
static void driver_option(struct command *c, const char *spelling,
                          const char *value)
{
    if (!strcmp(spelling, "-fescc-emit-source")) {
        c->emit_source = true;
        c->emit_file = value;
    } else if (!strcmp(spelling, "-fescc-cc")) {
        c->compiler = value;
    } else if (!strcmp(spelling, "-fescc-free")) {
        c->free_member = !strcmp(value, "drop") ? "__escc_free_drop"
                         : !strcmp(value, "trust") ? "__escc_free_trust"
                         : NULL;
    } else if (!strcmp(spelling, "-fescc-warnings")) {
        c->warnings = !strcmp(value, "exact") ? WARNINGS_EXACT
                                              : WARNINGS_FRONT;
    } else {
        c->plain_if_unsupported = !strcmp(value, "plain");
    }
}

/* `word` is what escc_spelling returned. */
static void read_escc_option(struct command *c, const char *word)
{
    c->has_escc_option = true;
    size_t bytes = strcspn(word, "=");
    const char *value = word[bytes] ? word + bytes + 1 : NULL;
    const struct escc_row *row = NULL;
    for (size_t i = 0; i < ESCC_ROWS; i++)
        if (strlen(escc_table[i].spelling) == bytes &&
            !strncmp(word, escc_table[i].spelling, bytes))
            row = &escc_table[i];
    if (!row)
        unknown_escc_option(word);
    else if (row->value == NO_VALUE && value)
        diag_error("escc-option", "%s: the option takes no value", word);
    else if (value ? !*value : row->value == VALUE)
        diag_error("escc-option", "%s: the option needs a value", word);
    else if (value && !is_value(row, value))
        return;
    else if (row->user == REWRITER)
        vec_push(&c->rewriter_options, word);
    else
        driver_option(c, row->spelling, value);
    if (row && !strcmp(row->spelling, "-report-world"))
        c->report_world = true;
    if (row && !strcmp(row->spelling, "-fescc-check-escapes"))
        c->checks_escapes = true;
    if (row && !strcmp(row->spelling, "-fescc-report-dir"))
        c->report_folder = true;
}

/* ---- the back end's options ---------------------------------------------- */

/* What reading one word leaves for the next. */
struct reader {
    struct command *command;
    const char *x;              /* -x in force, NULL: none */
    bool only_inputs;           /* after "--" */
    unsigned xclang_value_steps; /* the next -Xclang word is a value */
};

/* The row with the longest spelling that fits, or NULL. */
static const struct option_row *find_option(const char *word)
{
    const struct option_row *best = NULL;
    size_t best_bytes = 0;
    for (size_t i = 0; i < sizeof option_table / sizeof *option_table; i++) {
        const struct option_row *row = &option_table[i];
        size_t bytes = strlen(row->spelling);
        bool exact = row->arity == FLAG || row->arity == SEPARATE;
        if (bytes > best_bytes && !strncmp(word, row->spelling, bytes) &&
            (!exact || !word[bytes])) {
            best = row;
            best_bytes = bytes;
        }
    }
    return best;
}

/* Does the list of sanitizers name one whose run-time library brings an
 * allocator of its own?  Returns its name. */
static const char *allocating_sanitizer(const char *list)
{
    static const char *const names[] = {
        "address", "kernel-address", "hwaddress", "kernel-hwaddress",
        "thread", "memory", "kernel-memory", "leak", "dataflow", "scudo",
        NULL};
    const char *p = list;
    for (;;) {
        size_t bytes = strcspn(p, ",");
        for (const char *const *name = names; *name; name++)
            if (strlen(*name) == bytes && !strncmp(p, *name, bytes))
                return *name;
        if (!p[bytes])
            return NULL;
        p += bytes + 1;
    }
}

static bool list_has(const char *list, const char *name)
{
    size_t bytes = strlen(name);
    for (const char *p = list; (p = strstr(p, name)); p += bytes)
        if ((p == list || p[-1] == ',') && (!p[bytes] || p[bytes] == ','))
            return true;
    return false;
}

/* --wrap=symbol, --wrap symbol; with one dash, too. */
static void read_wrap(struct command *c, const char *word)
{
    const char *name = word[0] == '-' && word[1] == '-' ? word + 1 : word;
    if (c->wrap_follows)
        vec_push(&c->wrapped, word);
    else if (!strncmp(name, "-wrap=", 6))
        vec_push(&c->wrapped, name + 6);
    c->wrap_follows = !c->wrap_follows && !strcmp(name, "-wrap");
}

static void read_linker_word(struct command *c, const struct item *item)
{
    static const char *const relocatable[] = {"-r", "-i", "-Ur",
                                              "--relocatable", NULL};
    const char *p = item->value;
    while (p && *p) {
        size_t bytes = strcspn(p, ",");
        const char *word = arena_strndup(p, bytes);
        if (one_of(word, relocatable))
            c->relocatable = true;
        if (!strcmp(word, "-shared") || !strcmp(word, "-Bshareable"))
            c->shared = true;
        read_wrap(c, word);
        p += bytes + (p[bytes] == ',');
    }
}

/* -Wp,-MD,file and its like write dependency files too. */
static void read_wp(struct command *c, struct item *item)
{
    const char *v = item->value;
    if (!strncmp(v, "-MT", 3) || !strncmp(v, "-MQ", 3))
        c->depend_has_wp_target = true;
    if (strncmp(v, "-MD", 3) && strncmp(v, "-MMD", 4))
        return;
    item->steps = STEP_PREPROCESS;
    c->depend = c->depend_by_wp = true;
    const char *comma = strchr(v, ',');
    c->depend_has_file |= comma != NULL;
    if (comma && (strstr(comma, ",-MT") || strstr(comma, ",-MQ")))
        c->depend_has_target = true;
}

/* What goes through -Xclang to the compiler proper.  The value of such an
 * option comes as the next -Xclang word and shares the fate of the first. */
static void read_xclang(struct reader *r, struct item *item)
{
    static const char *const preprocessing[] = {
        "-include", "-isystem", "-iquote", "-internal-isystem",
        "-internal-externc-isystem", NULL};
    static const char *const front[] = {
        "-include-pch", "-serialize-diagnostic-file", NULL};
    static const char *const pass[] = {
        "-emit-pch", "-emit-module", "-ast-dump", "-ast-dump-all",
        "-ast-list", "-ast-view", "-ast-print", "-dump-tokens", NULL};
    const char *v = item->value;
    if (r->xclang_value_steps) {
        item->steps = r->xclang_value_steps;
        r->xclang_value_steps = 0;
    } else if (one_of(v, preprocessing)) {
        item->steps = r->xclang_value_steps = PRE;
    } else if (one_of(v, front)) {
        item->steps = r->xclang_value_steps = FRONT;
    } else if (!strncmp(v, "-D", 2) || !strncmp(v, "-U", 2) ||
               !strncmp(v, "-I", 2)) {
        item->steps = PRE;
    } else if (!strcmp(v, "-verify") || !strncmp(v, "-verify=", 8)) {
        item->steps = FRONT;
        r->command->must_diagnose = true;
    } else if (one_of(v, pass)) {
        r->command->mode = MODE_PASS;
    }
}

/* -W…: does it turn warnings on?  `name` is what follows, NULL for options
 * with names of their own.  clang lays out a struct, and warns of it, when
 * code needs its layout. */
static void read_warning(struct command *c, const char *name)
{
    bool turns_off = name && !strncmp(name, "no-", 3);
    if (!turns_off)
        c->warnings_asked = true;
    static const char *const in_codegen[] = {
        "frame-larger-than", "padded", "packed", "everything",
        "error=frame-larger-than", "error=padded", "error=packed"};
    for (size_t i = 0; i < sizeof in_codegen / sizeof *in_codegen; i++)
        c->warns_in_codegen |= name && !strncmp(name, in_codegen[i],
                                                strlen(in_codegen[i]));
}

/* What an option means to escc; `mode` may be lowered to MODE_PASS. */
static void read_meaning(struct command *c, struct item *item)
{
    const char *value = item->value;
    switch (item->id) {
    case OPT_PLAIN: case OPT_LANGUAGE: case OPT_INCLUDE: case OPT_XCLANG:
        break;
    case OPT_COMPILE:
        if (c->mode == MODE_LINK)
            c->mode = MODE_OBJECT;
        break;
    case OPT_ASSEMBLE:
        if (c->mode == MODE_LINK || c->mode == MODE_OBJECT)
            c->mode = MODE_ASSEMBLY;
        break;
    case OPT_SYNTAX:
        if (c->mode != MODE_PASS)
            c->mode = MODE_SYNTAX;
        break;
    case OPT_PASS: c->mode = MODE_PASS; break;
    case OPT_DRY_RUN: c->dry_run = true; break;
    case OPT_VERBOSE: c->verbose = true; break;
    case OPT_VERSION: c->version = true; break;
    case OPT_HELP: c->help = true; break;
    case OPT_LINK_FLAGS: c->print_link_flags = true; break;
    case OPT_FINGERPRINT: c->fingerprint = true; break;
    case OPT_DOCTOR: c->asks_doctor = true; break;
    case OPT_TOPIC: c->topic = value ? value : ""; break;
    case OPT_OUTPUT: c->output = value; break;
    case OPT_SAVE_TEMPS:
        c->save_temps = !value ? SAVE_BY_DEFAULT
                        : !strcmp(value, "obj") ? SAVE_BESIDE_OUTPUT
                                                : SAVE_CWD;
        break;
    case OPT_DUMP_DIR: c->dump_dir = value; break;
    case OPT_PCH: c->precompiled_header = true; break;
    case OPT_WP: read_wp(c, item); break;
    case OPT_MD: c->depend = true; break;
    case OPT_MF: c->depend_has_file = true; break;
    case OPT_MT: c->depend_has_target = true; break;
    case OPT_MJ: c->compilation_database = value; break;
    case OPT_FREESTANDING: c->freestanding = true; break;
    case OPT_HOSTED: c->freestanding = false; break;
    case OPT_WARNING: read_warning(c, value); break;
    case OPT_NO_WARNINGS: c->warnings_off = true; break;
    case OPT_WERROR:
        c->warnings_may_fail = true;
        read_warning(c, item->words[0] + strlen("-W"));
        break;
    case OPT_FRONT: case OPT_FRONT_FILE:
        c->must_diagnose = true;
        if (!strcmp(item->words[0], "-Weverything"))
            c->warns_in_codegen = true;
        break;
    case OPT_COLOR: c->color = 1; break;
    case OPT_NO_COLOR: c->color = 0; break;
    case OPT_COLOR_IS:
        c->color = !strcmp(value, "always") ? 1
                   : !strcmp(value, "never") ? 0 : -1;
        break;
    case OPT_SANITIZE:
        if (allocating_sanitizer(value))
            c->sanitizer = allocating_sanitizer(value);
        break;
    case OPT_NO_SANITIZE:
        if (c->sanitizer &&
            (list_has(value, c->sanitizer) || list_has(value, "all")))
            c->sanitizer = NULL;
        break;
    case OPT_SHARED: c->shared = true; break;
    case OPT_STATIC: c->is_static = true; break;
    case OPT_RELOCATABLE: c->relocatable = true; break;
    case OPT_NO_LIBRARY: c->no_library = true; break;
    case OPT_LINKER_WORD: read_linker_word(c, item); break;
    case OPT_LIBRARY: c->has_library = true; break;
    case OPT_DIRECTIVES: case OPT_PREPROCESSED: break;
    case OPT_COVERAGE:
        c->maps_coverage = strncmp(item->words[0], "-fno-", 5) != 0;
        break;
    case OPT_MODULES:
        c->uses_modules = strncmp(item->words[0], "-fno-", 5) != 0;
        break;
    case OPT_EMULATED_TLS:
        c->emulates_tls = strncmp(item->words[0], "-fno-", 5) != 0;
        break;
    case OPT_PROFILE:
        c->uses_profile = strncmp(item->words[0], "-fno-", 5) != 0;
        break;
    }
}

/* Reads words[*at] and its value; leaves *at on the last word taken. */
static void read_option(struct reader *r, const struct word_vec *words,
                        size_t *at)
{
    struct command *c = r->command;
    const char *word = words->items[*at];
    const struct option_row *row = find_option(word);
    struct item item = {.id = OPT_PLAIN, .steps = ALL, .words = {word}};
    if (row) {
        size_t bytes = strlen(row->spelling);
        item.id = row->id;
        item.steps = row->steps;
        if (row->arity == JOINED || (row->arity == EITHER && word[bytes]))
            item.value = word + bytes;
        else if (row->arity != FLAG && *at + 1 < words->count)
            item.value = item.words[1] = words->items[++*at];
        else if (row->arity != FLAG)
            c->mode = MODE_PASS; /* the back end complains best */
        if (row->arity == FLAG || item.value)
            read_meaning(c, &item);
        if (item.id == OPT_XCLANG && item.value)
            read_xclang(r, &item);
        if (item.id == OPT_LANGUAGE && item.value)
            r->x = strcmp(item.value, "none") ? item.value : NULL;
    }
    vec_push(&c->items, item);  /* [inv.order] */
}

static void read_words(struct command *c, const struct word_vec *words)
{
    struct reader r = {.command = c};
    for (size_t i = 0; i < words->count; i++) {
        const char *word = words->items[i];
        const char *ours = r.only_inputs ? NULL : escc_spelling(word);
        if (ours)
            read_escc_option(c, ours);
        else if (!r.only_inputs && !strcmp(word, "--"))
            r.only_inputs = c->inputs_may_look_like_options = true;
        else if (r.only_inputs || word[0] != '-' || !word[1])
            add_input(c, word, r.x);
        else
            read_option(&r, words, &i);
    }
}

/* Modes that only the whole line decides. */
static void settle_mode(struct command *c)
{
    bool bare_stdin = false;
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        if (!item->is_input)
            continue;
        if (item->language == LANGUAGE_HEADER)
            c->mode = MODE_PASS;
        bare_stdin |= !strcmp(item->words[0], "-") &&
                      !item->explicit_language;
    }
    bool reports = c->rewriter_options.count || c->emit_source;
    bool nothing = !c->input_count && !c->has_library;
    if (nothing || bare_stdin || c->version || c->help ||
        (c->mode == MODE_SYNTAX && !reports))
        c->mode = MODE_PASS;
}

/* -fpreprocessed -fdirectives-only, as icecream's farms have it. */
static void settle_directives(struct command *c)
{
    bool directives = false, preprocessed = false;
    for (size_t i = 0; i < c->items.count; i++) {
        directives |= c->items.items[i].id == OPT_DIRECTIVES;
        preprocessed |= c->items.items[i].id == OPT_PREPROCESSED;
    }
    c->reads_directives = directives && preprocessed;
    for (size_t i = 0; c->reads_directives && i < c->items.count; i++)
        if (c->items.items[i].language == LANGUAGE_C_PREPROCESSED)
            c->items.items[i].language = LANGUAGE_C;
}

bool command_parse(struct command *c, int argc, char **argv,
                   const char *prefix)
{
    *c = (struct command){.mode = MODE_LINK, .color = -1};
    struct word_vec words = {0};
    unsigned errors = diag_error_count();
    if (prefix)
        split_words(&words, prefix);
    for (int i = 1; i < argc; i++)
        expand(c, &words, argv[i], 0);
    read_words(c, &words);
    settle_mode(c);
    settle_directives(c);
    vec_free(&words);
    return diag_error_count() == errors;
}

bool command_has_debug(const struct command *c)
{
    bool has = false;
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        if (!item->is_input && !strncmp(item->words[0], "-g", 2))
            has = strcmp(item->words[0], "-g0") != 0;
    }
    return has;
}

bool command_warns_of_falls(const struct command *c)
{
    for (size_t i = 0; i < c->items.count; i++) {
        const char *word = c->items.items[i].words[0];
        if (!c->items.items[i].is_input &&
            (!strcmp(word, "-W") || !strcmp(word, "-Wextra") ||
                !strncmp(word, "-Wimplicit-fallthrough", 22)))
            return true;
    }
    return false;
}

void item_words(struct word_vec *out, const struct item *item)
{
    for (int i = 0; i < 2; i++)
        if (item->words[i])
            vec_push(out, item->words[i]);
}
