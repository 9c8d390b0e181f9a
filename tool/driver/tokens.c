/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tokens.c - see tokens.h. */
#define _GNU_SOURCE
#include "tokens.h"

#include <ctype.h>
#include <string.h>

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (c >= '0' && c <= '9');
}

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* A line that begins with `#`, in a preprocessed text; false: what is said
 * there changes more than places. */
static bool read_marker(const char *line, const char *end, bool *is_system)
{
    const char *p = line + 1;
    while (p < end && *p == ' ')
        p++;
    if (isdigit((unsigned char)*p)) {
        const char *quote = end;
        while (quote > p && quote[-1] != '"')
            quote--;
        *is_system = memchr(quote, '3', (size_t)(end - quote));
        return true;
    }
    return *is_system && begins(p, "pragma") &&
           !memmem(p, (size_t)(end - p), "redefine_extname", 16);
}

/* Behind a directive of a source, which may go on over lines. */
static const char *skip_directive(const char *p)
{
    while (*p && *p != '\n')
        p += p[0] == '\\' && p[1] == '\n' ? 2 : 1;
    return p;
}

static const char *skip_comment(const char *p)
{
    const char *end = p[1] == '*' ? strstr(p + 2, "*/") : strchr(p, '\n');
    return end ? end + (p[1] == '*' ? 2 : 0) : p + strlen(p);
}

static size_t string_bytes(const char *p)
{
    size_t n = 1;
    while (p[n] && p[n] != p[0])
        n += p[n] == '\\' && p[n + 1] ? 2 : 1;
    return p[n] ? n + 1 : n;
}

/* Two characters that are one mark; `<:` and its like are brackets. */
static size_t mark_bytes(const char *p)
{
    static const char *const seconds[] = {
        ['&'] = "&=", ['|'] = "|=", ['='] = "=", ['!'] = "=",
        ['<'] = "=<:%", ['>'] = "=>", ['-'] = ">-=", ['+'] = "+=",
        ['*'] = "=", ['/'] = "=", ['%'] = "=>:", ['^'] = "=", [':'] = ">",
        ['?'] = "?", ['.'] = "."};
    unsigned char first = (unsigned char)p[0];
    const char *second = first < sizeof seconds / sizeof *seconds
                         ? seconds[first] : NULL;
    return second && p[1] && strchr(second, p[1]) ? 2 : 1;
}

/* Behind the token at `p`, which is added. */
static const char *read_token(struct token_vec *tokens, const char *p,
                              bool is_system)
{
    enum token_kind kind = TOKEN_MARK;
    size_t n = 1;
    if (isdigit((unsigned char)*p)) {
        kind = TOKEN_NUMBER;
        while (is_word_char(p[n]) || p[n] == '.' ||
               ((p[n] == '+' || p[n] == '-') && strchr("eEpP", p[n - 1])))
            n++;
    } else if (is_word_char(*p)) {
        kind = TOKEN_WORD;
        while (is_word_char(p[n]))
            n++;
    } else if (*p == '"' || *p == '\'') {
        kind = *p == '"' ? TOKEN_STRING : TOKEN_NUMBER;
        n = string_bytes(p);
    } else {
        n = mark_bytes(p);
    }
    struct token token = {p, (unsigned)n, kind, is_system};
    vec_push(tokens, token);
    return p + n;
}

/* R"(…)", which ends elsewhere than another string. */
static bool is_raw(const struct token_vec *tokens)
{
    size_t n = tokens->count;
    const struct token *t = n > 1 ? &tokens->items[n - 2] : NULL;
    return t && t->kind == TOKEN_WORD && t[1].kind == TOKEN_STRING &&
           t->text[t->bytes - 1] == 'R' && t->text + t->bytes == t[1].text;
}

bool tokens_read(struct token_vec *tokens, const char *text, bool is_source)
{
    bool line_begins = true, is_system = false, known = true;
    const char *p = text;
    while (known && *p) {
        if (*p == '\n' || isspace((unsigned char)*p)) {
            line_begins |= *p++ == '\n';
        } else if (p[0] == '/' && (p[1] == '*' || p[1] == '/')) {
            p = skip_comment(p);
        } else if (*p == '#' && line_begins) {
            const char *end = skip_directive(p);
            known = is_source || read_marker(p, end, &is_system);
            p = end;
        } else {
            line_begins = false;
            p = read_token(tokens, p, is_system);
            known = !is_raw(tokens);
        }
    }
    struct token end = {.text = p, .kind = TOKEN_END};
    vec_push(tokens, end);
    return known;
}

bool token_is(const struct token *t, const char *text)
{
    return *t->text == *text && t->bytes == strlen(text) &&
           !memcmp(t->text, text, t->bytes);
}

bool token_is_one(const struct token *t, const char *const *words)
{
    for (; *words; words++)
        if (token_is(t, *words))
            return true;
    return false;
}
