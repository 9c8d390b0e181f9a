/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* pragmas.c - see pragmas.h.
 *
 *     #define WIDTH 4
 *     #pragma unroll WIDTH
 *     #pragma pack(WIDTH)
 *
 * clang expands macros in some of its pragmas, but only when it compiles: -E
 * hands them on as they are, and the macro is gone.  Then the text is refused
 * ("undeclared identifier"), or means something else: such a `pack` is
 * ignored, and the layout of records is another one.
 *
 * With -fms-extensions -E expands them, and does everything else as before.
 * So a text in which such a pragma has a word that could be a macro is made
 * a second time that way, and those pragmas are taken from there.
 *
 * [inv.pragmas.same]  Nothing is taken from a second text that differs from
 * the first in anything but pragmas.  (The time of day, in digits, may be
 * another one.)
 *
 * gcc expands none of its pragmas that its preprocessor does not: there is
 * nothing to be done for it.
 */
#define _GNU_SOURCE
#include "pragmas.h"

#include "job.h"
#include "util/arena.h"
#include "util/diag.h"
#include "util/path.h"
#include "util/strbuf.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static const char pragma[] = "#pragma ";

/* Pragmas in which clang expands macros and its -E does not. */
static const char *const kinds[] = {
    "GCC unroll", "align", "clang attribute", "clang fp", "clang loop",
    "clang max_tokens_here", "clang optimize", "comment", "float_control",
    "ms_struct", "options", "pack", "redefine_extname", "unroll",
    "unroll_and_jam", "weak", NULL
};

/* Their own words.  One that a program has made a macro of is expanded only
 * if another word has given the occasion. */
static const char *const own_words[] = {
    "align", "apply_to", "assume_safety", "contract", "disable",
    "distribute", "double", "enable", "eval_method", "except", "exceptions",
    "extended", "fast", "fixed_width", "full", "ignore", "interleave",
    "interleave_count", "lib", "mac68k", "maytrap", "native", "natural",
    "numeric", "off", "on", "packed", "pipeline",
    "pipeline_initiation_interval", "pop", "power", "pragma", "precise",
    "push", "reassociate", "reciprocal", "reset", "scalable", "show",
    "source", "strict", "unroll", "unroll_count", "vectorize",
    "vectorize_predicate", "vectorize_width", NULL
};

/* A stretch of a text, without a NUL. */
struct piece { const char *at, *end; };

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || c < 0;
}

static bool is_one_of(const char *const *words, struct piece p)
{
    size_t bytes = (size_t)(p.end - p.at);
    for (; *words; words++)
        if (strlen(*words) == bytes && !memcmp(*words, p.at, bytes))
            return true;
    return false;
}

/* The next line, without its end, which is taken off the text as well. */
static struct piece next_line(struct piece *text)
{
    const char *end = memchr(text->at, '\n', (size_t)(text->end - text->at));
    struct piece line = {text->at, end ? end : text->end};
    text->at = end ? end + 1 : text->end;
    return line;
}

static bool is_pragma(struct piece line)
{
    return line.end - line.at >= (ptrdiff_t)(sizeof pragma - 1) &&
           !memcmp(line.at, pragma, sizeof pragma - 1);
}

/* What a pragma's line is about: a word, or two if the first is a compiler's
 * name. */
static struct piece kind_of(struct piece line)
{
    struct piece kind = {line.at + sizeof pragma - 1, NULL};
    const char *p = kind.at;
    while (p < line.end && is_word(*p))
        p++;
    kind.end = p;
    if (is_one_of((const char *const[]){"GCC", "clang", NULL}, kind) &&
        p < line.end && *p == ' ') {
        for (p++; p < line.end && is_word(*p); p++)
            ;
        kind.end = p;
    }
    return kind;
}

/* The first word behind `at` that is no number and in no string; empty: there
 * is none. */
static struct piece next_word(const char *at, const char *end)
{
    while (at < end && (!is_word(*at) || isdigit((unsigned char)*at))) {
        if (*at == '"') {
            for (at++; at < end && *at != '"'; at++)
                at += *at == '\\' && at + 1 < end;
            at += at < end;
        } else if (isdigit((unsigned char)*at)) {
            while (at < end && is_word(*at))
                at++;
        } else {
            at++;
        }
    }
    const char *begin = at;
    while (at < end && is_word(*at))
        at++;
    return (struct piece){begin, at};
}

static bool may_name_macro(struct piece line)
{
    struct piece kind = kind_of(line);
    if (!is_one_of(kinds, kind))
        return false;
    struct piece word = next_word(kind.end, line.end);
    for (; word.at < word.end; word = next_word(word.end, line.end))
        if (!is_one_of(own_words, word))
            return true;
    return false;
}

static bool any_may_name_macro(struct piece text)
{
    const char *begin = text.at;
    while ((text.at = memmem(text.at, (size_t)(text.end - text.at), pragma,
                             sizeof pragma - 1))) {
        bool begins_line = text.at == begin || text.at[-1] == '\n';
        struct piece line = next_line(&text);
        if (begins_line && may_name_macro(line))
            return true;
    }
    return false;
}

static bool are_equal(struct piece a, struct piece b)
{
    return a.end - a.at == b.end - b.at &&
           !memcmp(a.at, b.at, (size_t)(a.end - a.at));
}

/* Equal but for digits. */
static bool are_alike(struct piece a, struct piece b)
{
    if (a.end - a.at != b.end - b.at)
        return false;
    for (; a.at < a.end; a.at++, b.at++)
        if (*a.at != *b.at && !(isdigit((unsigned char)*a.at) &&
                                isdigit((unsigned char)*b.at)))
            return false;
    return true;
}

/* The first text with the pragmas of the second; false: [inv.pragmas.same]
 * forbids it, or nothing is changed by it. */
static bool merge(struct strbuf *out, struct piece first,
                  struct piece second)
{
    bool changed = false;
    while (first.at < first.end && second.at < second.end) {
        const char *begin = first.at;
        struct piece a = next_line(&first), b = next_line(&second);
        bool both = is_pragma(a) && is_pragma(b);
        if (both && is_one_of(kinds, kind_of(a)) &&
            are_equal(kind_of(a), kind_of(b)) && !are_equal(a, b)) {
            changed = true;
            strbuf_add(out, b.at, (size_t)(b.end - b.at));
            begin = a.end;
        } else if (!both && !are_alike(a, b)) {
            return false;
        }
        strbuf_add(out, begin, (size_t)(first.at - begin));
    }
    return changed && first.at == first.end && second.at == second.end;
}

/* What clang makes of the original if it expands macros in pragmas. */
static bool preprocess_again(struct strbuf *text, const struct source *s,
                             const struct compilation *k)
{
    const char *path = path_replace_extension(s->preprocessed, ".pragmas.i");
    struct word_vec words = {0};
    step_expand(&words, k->command, k->backend, s, path);
    struct job_files files = {.in = s->input_file, .err = "/dev/null"};
    bool made = job_run(k->backend->program, words.items, files, true) == 0;
    vec_free(&words);
    return made && strbuf_read_file(text, path);
}

static struct piece whole(const struct strbuf *b)
{
    return (struct piece){b->text, b->text + b->bytes};
}

void pragmas_expand(const struct source *s, const struct compilation *k)
{
    struct strbuf text = {0}, again = {0}, merged = {0};
    if (k->backend->kind == BACKEND_CLANG &&
        strbuf_read_file(&text, s->preprocessed) &&
        any_may_name_macro(whole(&text)) && preprocess_again(&again, s, k) &&
        merge(&merged, whole(&text), whole(&again)) &&
        !strbuf_write_file(&merged, s->preprocessed))
        diag_error("escc-temporary", "cannot write %s: %s", s->preprocessed,
                   strerror(errno));
    strbuf_free(&text);
    strbuf_free(&again);
    strbuf_free(&merged);
}
