/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_openmp.c - reading OpenMP directives, which are only text to libclang:
 * pragmas, and clang's attributes; and OpenACC's, which say the same things.
 *
 *     #pragma omp parallel for if(wanted(p))
 *     [[omp::sequence(directive(parallel), directive(for))]]
 *
 * [inv.openmp.calls]  What a clause calls or assigns is in no tree.  A name
 * that stands in the same parentheses as a call or an assignment, or behind a
 * reduction of the program's own, is_given_in_pragma: somebody may keep what
 * it holds.
 * [inv.openmp.variants]  Behind `declare variant` a call may be one of another
 * function than that which it names: what is known of the unit's functions
 * holds for none of its calls.
 */
#include "front.h"

#include "util/arena.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The last byte in front of `at` that is no blank; 0: there is none. */
static uint32_t before(const struct front *f, uint32_t at)
{
    while (at > 0 && is_blank(f->text[at - 1]))
        at--;
    return at;
}

/* ---- where directives are ------------------------------------------------ */

/* Whether the word at `at` begins a pragma's. */
static bool is_pragma(const struct front *f, uint32_t at)
{
    static const char word[] = "pragma";
    uint32_t end = before(f, at);
    if (end == at || end < sizeof word - 1 ||
        memcmp(f->text + end - (sizeof word - 1), word, sizeof word - 1))
        return false;
    uint32_t hash = before(f, end - (sizeof word - 1));
    if (hash == 0 || f->text[hash - 1] != '#')
        return false;
    uint32_t line = before(f, hash - 1);
    return line == 0 || f->text[line - 1] == '\n';
}

/* Whether it begins an attribute, `[[omp::directive(…)]]`. */
static bool is_attribute(const struct front *f, uint32_t at)
{
    uint32_t behind = text_skip_space(f, at + 3), front = before(f, at);
    return f->text[behind] == ':' && front > 0 &&
           (f->text[front - 1] == '[' || f->text[front - 1] == ',');
}

/* Where the line ends, or the attribute. */
static uint32_t directive_end(const struct front *f, uint32_t at, bool pragma)
{
    if (!pragma)
        return text_find(f, at, "]");
    const char *newline = memchr(f->text + at, '\n', f->bytes - at);
    return newline ? (uint32_t)(newline - f->text) : f->bytes;
}

/* Where the statement of a directive begins that ends at `at`. */
static uint32_t find_statement(const struct front *f, uint32_t at, bool pragma)
{
    if (!pragma) {
        at = text_skip_space(f, at + 1);
        at += f->text[at] == ']';
    }
    at = text_skip_space(f, at);
    while (f->text[at] == '[' && f->text[text_skip_space(f, at + 1)] == '[')
        at = text_skip_space(f, text_close(f, at));
    return at;
}

/* ---- names --------------------------------------------------------------- */

/* The variable of the loop at `at`, which an OpenMP directive is about, and
 * those of the loops directly inside if it is about these, too.  It must
 * stay what it is: the directive prescribes the form of the `for`. */
static void read_loop_variables(struct front *f, uint32_t at, bool nested)
{
    while (text_is_word(f, at = text_skip_space(f, at), "for")) {
        uint32_t open = text_skip_space(f, at + 3);
        uint32_t equals = text_find(f, open + 1, "=;"), name = 0;
        for (uint32_t i = open + 1; i < equals; i = text_token_end(f, i))
            if (text_begins_word(f, i))
                name = i;
        if (name)
            map_put_string(&f->pragma_names, text_word(f, name), f);
        if (!nested)
            return;
        at = text_skip_space(f, text_close(f, open));
        at += f->text[at] == '{';
    }
}

static void read_names(struct front *f, uint32_t at, uint32_t end,
                       struct map *names)
{
    for (; at < end; at = text_token_end(f, at))
        if (text_begins_word(f, at))
            map_put_string(names, text_word(f, at), f);
}

/* Whether what stands between the parentheses of a clause may call something
 * or assign: a word or a parenthesis in front of one, a `=`, a reduction by
 * another word than min and max. */
static bool clause_acts(const struct front *f, uint32_t at, uint32_t end,
                        bool reduction)
{
    bool word = false;
    while ((at = text_skip_space(f, at)) < end) {
        char c = f->text[at], next = f->text[at + 1];
        if ((c == '(' && word) || (c == '=' && next != '=') ||
            (c == ':' && word && reduction))
            return true;
        uint32_t after = text_token_end(f, at);
        if (strchr("=<>!", c) && next == '=')
            after = at + 2;
        word = c == ')' ||
            (text_begins_word(f, at) && !text_is_word(f, at, "min") &&
                !text_is_word(f, at, "max") && !text_is_word(f, at, "sizeof"));
        at = after;
    }
    return false;
}

/* [inv.openmp.calls] */
static void read_clauses(struct front *f, uint32_t at, uint32_t end)
{
    bool reduction = false;
    while ((at = text_skip_space(f, at)) < end) {
        uint32_t close = f->text[at] == '(' ? text_close(f, at)
                                            : text_token_end(f, at);
        if (f->text[at] != '(')
            reduction = strstr(text_word(f, at), "reduction");
        else if (clause_acts(f, at + 1, close - 1, reduction))
            read_names(f, at, close, &f->given_names);
        at = close;
    }
}

/* ---- directives ---------------------------------------------------------- */

/* Whether threads get copies of locals that the directive does not name, as
 * numbers are copied in OpenACC. */
static bool copies(const struct front *f, uint32_t at, const char *words)
{
    if (text_is_word(f, at, "acc"))
        return true;
    const char *word = strstr(words, "default"), *end;
    for (; word; word = strstr(end, "default")) {
        end = word + strcspn(word, ")");
        if (strstr(arena_strndup(word, (size_t)(end - word)), "private"))
            return true;
    }
    return strstr(words, "task") || strstr(words, "target");
}

/* Where the pragma or the attribute begins. */
static uint32_t find_begin(const struct front *f, uint32_t at, bool pragma)
{
    while (at > 0 && (pragma ? f->text[at] != '#'
                             : f->text[at] != '[' || f->text[at + 1] != '['))
        at--;
    return at;
}

static void read_directive(struct front *f, uint32_t at, bool pragma)
{
    uint32_t end = directive_end(f, at, pragma), first = at + 3;
    read_names(f, first, end, &f->pragma_names);
    if (pragma) {
        first = text_skip_space(f, first);
        read_clauses(f, first, end);
    } else {
        /* All clauses are in parentheses of the attribute's. */
        read_names(f, first, end, &f->given_names);
        first = text_find(f, first, "(]");
        first = first < end ? text_skip_space(f, first + 1) : end;
    }
    const char *words = arena_strndup(f->text + first,
                                      first < end ? end - first : 0);
    struct directive directive = {
        strncmp(words, "atomic", 6) == 0 || strstr(words, "directive(atomic"),
        strstr(words, "read"), copies(f, at, words)};
    struct openmp openmp = {
        find_begin(f, at, pragma), find_statement(f, end, pragma), !pragma,
        strstr(words, "collapse") || strstr(words, "ordered")};
    read_loop_variables(f, openmp.statement, openmp.nested);
    vec_push(&f->directives, directive);
    vec_push(&f->found, openmp);
    f->has_variants |= strstr(words, "declare") && strstr(words, "variant");
}

void text_read_directives(struct front *f)
{
    static const char *const words[] = {"omp", "acc"};
    const char *next[] = {strstr(f->text, words[0]), strstr(f->text, words[1])};
    while (next[0] || next[1]) {
        int which = !next[0] || (next[1] && next[1] < next[0]);
        uint32_t at = (uint32_t)(next[which] - f->text);
        if (text_is_word(f, at, words[which])) {
            bool pragma = is_pragma(f, at);
            if (pragma || (which == 0 && is_attribute(f, at)))
                read_directive(f, at, pragma);
        }
        next[which] = strstr(next[which] + 1, words[which]);
    }
    f->unit->openmp = f->found.items;
    f->unit->openmp_count = f->found.count;
}
