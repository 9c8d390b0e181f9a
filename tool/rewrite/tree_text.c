/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_text.c - reading the text where libclang is silent.
 *
 * libclang does not say which parts of a `for` are written, where a
 * declarator with its attributes ends, or what an asm operand's constraint
 * is.  All of that is a matter of tokens and brackets, which this file scans.
 * The text is preprocessed: there are no macros (but those of the shim, which
 * look like calls), and line markers may stand between any two tokens.
 *
 * [inv.text.end] the text ends with a NUL byte, and no scan passes it.
 */
#include "front.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool is_identifier_byte(char c)
{
    /* Bytes of UTF-8 sequences and $ are identifier characters too. */
    return isalnum((unsigned char)c) || c == '_' || c == '$'
           || (unsigned char)c >= 0x80;
}

uint32_t text_skip_space(const struct front *f, uint32_t at)
{
    const char *t = f->text;
    while (at < f->bytes) {
        char c = t[at];
        bool line_start = at == 0 || t[at - 1] == '\n';
        if (c == '#' && line_start) {
            while (at < f->bytes && t[at] != '\n')
                at++;
        } else if (isspace((unsigned char)c)
                   || (c == '\\' && t[at + 1] == '\n')) {
            at++;
        } else if (c == '/' && t[at + 1] == '*') {
            const char *close = strstr(t + at + 2, "*/");
            at = close ? (uint32_t)(close - t) + 2 : f->bytes;
        } else if (c == '/' && t[at + 1] == '/') {
            while (at < f->bytes && t[at] != '\n')
                at++;
        } else {
            break;
        }
    }
    return at;
}

uint32_t text_token_end(const struct front *f, uint32_t at)
{
    const char *t = f->text;
    if (at >= f->bytes)
        return f->bytes;
    if (t[at] == '"' || t[at] == '\'') {
        char quote = t[at++];
        while (at < f->bytes && t[at] != quote && t[at] != '\n')
            at += t[at] == '\\' && at + 1 < f->bytes ? 2 : 1;
        return at < f->bytes ? at + 1 : f->bytes;
    }
    if (isdigit((unsigned char)t[at])
        || (t[at] == '.' && isdigit((unsigned char)t[at + 1]))) {
        for (at++; at < f->bytes; at++) {
            bool sign = (t[at] == '+' || t[at] == '-')
                        && strchr("eEpP", t[at - 1]);
            bool separator = t[at] == '\''
                             && is_identifier_byte(t[at + 1]);
            if (!is_identifier_byte(t[at]) && t[at] != '.' && !sign
                && !separator)
                break;
        }
        return at;
    }
    if (!is_identifier_byte(t[at]))
        return at + 1;
    while (at < f->bytes && is_identifier_byte(t[at]))
        at++;
    return at;
}

uint32_t text_close(const struct front *f, uint32_t at)
{
    int depth = 0;
    while ((at = text_skip_space(f, at)) < f->bytes) {
        char c = f->text[at];
        if (c == '(' || c == '[' || c == '{')
            depth++;
        if ((c == ')' || c == ']' || c == '}') && --depth == 0)
            return at + 1;
        at = text_token_end(f, at);
    }
    return f->bytes;
}

uint32_t text_find(const struct front *f, uint32_t at, const char *stops)
{
    while ((at = text_skip_space(f, at)) < f->bytes) {
        char c = f->text[at];
        if (strchr(stops, c))
            return at;
        if (c == '(' || c == '[' || c == '{')
            at = text_close(f, at);
        else
            at = text_token_end(f, at);
    }
    return f->bytes;
}

bool text_is_word(const struct front *f, uint32_t at, const char *word)
{
    size_t length = strlen(word);
    return at + length <= f->bytes && !memcmp(f->text + at, word, length)
           && !is_identifier_byte(f->text[at + length]);
}

char *text_word(const struct front *f, uint32_t at)
{
    uint32_t end = at;
    while (end < f->bytes && is_identifier_byte(f->text[end]))
        end++;
    return arena_strndup(f->text + at, end - at);
}

int text_depth(const struct front *f, uint32_t from, uint32_t to)
{
    int depth = 0;
    for (uint32_t at = text_skip_space(f, from); at < to;
         at = text_skip_space(f, text_token_end(f, at))) {
        char c = f->text[at];
        depth += c == '(' || c == '[' || c == '{';
        depth -= c == ')' || c == ']' || c == '}';
    }
    return depth;
}

unsigned text_for_parts(const struct front *f, uint32_t for_begin,
                        uint32_t body_begin)
{
    unsigned parts = 0;
    uint32_t at = text_skip_space(f, for_begin + 3);
    if (f->text[at] != '(')
        return 0;
    at = text_skip_space(f, at + 1);
    for (int part = 0; part < 3 && at < body_begin; part++) {
        const char *stop = part < 2 ? ";" : ")";
        if (f->text[at] != *stop)
            parts |= 1u << part;
        at = text_skip_space(f, text_find(f, at, stop) + 1);
    }
    return parts;
}

uint32_t text_skip_attributes(const struct front *f, uint32_t at)
{
    static const char *const words[] = {
        "__attribute__", "__attribute", "__asm__", "__asm", "asm",
        "_Alignas", "__declspec", "__extension__"
    };
    for (;;) {
        uint32_t next = text_skip_space(f, at);
        bool found = false;
        if (f->text[next] == '[' && f->text[next + 1] == '[') {
            at = text_close(f, next);
            continue;
        }
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            found |= text_is_word(f, next, words[i]);
        if (!found)
            return at;
        at = text_token_end(f, next);
        next = text_skip_space(f, at);
        if (f->text[next] == '(')
            at = text_close(f, next);
    }
}

/* The variable of the loop at `at`, which an OpenMP directive is about, and
 * those of the loops directly inside if it is about these, too.  It must
 * stay what it is: the directive prescribes the form of the `for`. */
static void read_loop_variables(struct front *f, uint32_t at, bool nested)
{
    while (text_is_word(f, at = text_skip_space(f, at), "for")) {
        uint32_t open = text_skip_space(f, at + 3);
        uint32_t equals = text_find(f, open + 1, "=;"), name = 0;
        for (uint32_t i = open + 1; i < equals; i = text_token_end(f, i))
            if (is_identifier_byte(f->text[i]))
                name = i;
        if (name)
            map_put_string(&f->pragma_names, text_word(f, name), f);
        if (!nested)
            return;
        at = text_skip_space(f, text_close(f, open));
        at += f->text[at] == '{';
    }
}

void text_read_pragmas(struct front *f)
{
    static const char directive[] = "#pragma omp";
    const char *line = f->text;
    while ((line = strstr(line, directive))) {
        bool starts_line = line == f->text || line[-1] == '\n';
        uint32_t at = (uint32_t)(line - f->text) + sizeof directive - 1;
        line += sizeof directive - 1;
        while (starts_line && at < f->bytes && f->text[at] != '\n') {
            if (is_identifier_byte(f->text[at]))
                map_put_string(&f->pragma_names, text_word(f, at), f);
            at = text_token_end(f, at);
        }
        const char *words = arena_strndup(line, at > (uint32_t)(line - f->text)
                                          ? at - (line - f->text) : 0);
        if (starts_line)
            read_loop_variables(f, at, strstr(words, "collapse")
                                       || strstr(words, "ordered"));
    }
}

/* ---- asm statements ---- */

/* Adjacent string literals at `at`, joined, without the quotes. */
static uint32_t read_string(const struct front *f, uint32_t at, char **out)
{
    char *joined = arena_strdup("");
    while (f->text[at] == '"') {
        uint32_t end = text_token_end(f, at);
        joined = arena_printf("%s%.*s", joined, (int)(end - at) - 2,
                              f->text + at + 1);
        at = text_skip_space(f, end);
    }
    *out = joined;
    return at;
}

/* Reads `[name] "constraint" (operand), …` up to a colon or parenthesis. */
static uint32_t read_operands(const struct front *f, uint32_t at, int *count,
                              const char **constraints, int room)
{
    for (;;) {
        at = text_skip_space(f, at);
        if (f->text[at] == '[')
            at = text_skip_space(f, text_close(f, at));
        if (f->text[at] != '"')
            return at;
        char *constraint;
        at = read_string(f, at, &constraint);
        if (*count < room)
            constraints[*count] = constraint;
        ++*count;
        if (f->text[at] == '(')
            at = text_skip_space(f, text_close(f, at));
        if (f->text[at] != ',')
            return at;
        at++;
    }
}

static void read_clobbers(const struct front *f, uint32_t at,
                          struct asm_operands *a)
{
    for (at = text_skip_space(f, at); f->text[at] == '"';) {
        char *clobber;
        at = read_string(f, at, &clobber);
        a->clobbers_memory |= !strcmp(clobber, "memory");
        if (f->text[at] != ',')
            return;
        at = text_skip_space(f, at + 1);
    }
}

struct asm_operands *text_asm_operands(const struct front *f, uint32_t begin,
                                       uint32_t end, int operand_count)
{
    struct asm_operands *a = arena_new(struct asm_operands);
    a->constraints = arena_array(const char *, operand_count + 1);
    for (int i = 0; i < operand_count; i++)
        a->constraints[i] = "";
    uint32_t at = text_skip_space(f, text_token_end(f, begin));
    while (at < end && f->text[at] != '(') {
        char *word = text_word(f, at);
        a->is_volatile |= strstr(word, "volatile") != NULL;
        a->is_goto |= !strcmp(word, "goto");
        at = text_skip_space(f, text_token_end(f, at));
    }
    char *template_text;
    at = read_string(f, text_skip_space(f, at + 1), &template_text);
    int total = 0;
    if (f->text[at] == ':')
        at = read_operands(f, at + 1, &total, a->constraints, operand_count);
    a->outputs = total;
    if (f->text[at] == ':')
        at = read_operands(f, at + 1, &total, a->constraints, operand_count);
    a->inputs = total - a->outputs;
    if (f->text[at] == ':')
        read_clobbers(f, at + 1, a);
    return a;
}
