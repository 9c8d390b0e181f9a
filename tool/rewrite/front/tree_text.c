/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_text.c - reading the text where libclang is silent.
 *
 * libclang does not say which parts of a `for` are written, where a
 * declarator with its attributes ends, or what an asm operand's constraint
 * is.  All of that is a matter of tokens and brackets, which this file scans.
 * The text is preprocessed: there are no macros (but those of the shim, which
 * look like calls), and line markers may stand between any two tokens.
 *
 * [inv.text.end]  the text ends with a NUL byte, and no scan passes it.
 */
#include "front.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool is_identifier_byte(char c)
{
    /* Bytes of UTF-8 sequences and $ are identifier characters too. */
    return isalnum((unsigned char)c) || c == '_' || c == '$' ||
           (unsigned char)c >= 0x80;
}

/* One past the literal whose quote is at `at`.  The ' between digits of C23's
 * numbers is none; R"x(…)x" is GNU C, too. */
static size_t literal_end(const char *text, size_t at, size_t bytes)
{
    size_t word = at;
    while (word > 0 && is_identifier_byte(text[word - 1]))
        word--;
    char quote = text[at++];
    if (word + 1 < at && quote == '\'' && isdigit((unsigned char)text[word]))
        return at;
    if (word + 1 < at && quote == '"' && text[at - 2] == 'R') {
        size_t open = at + strcspn(text + at, "(");
        char close[20] = ")";
        strncat(close, text + at, open - at < 16 ? open - at : 16);
        strcat(close, "\"");
        const char *end = strstr(text + open, close);
        return end ? (size_t)(end - text) + strlen(close) : bytes;
    }
    while (at < bytes && text[at] != quote && text[at] != '\n')
        at += text[at] == '\\' ? 2 : 1;
    return at + 1;
}

/* Whether there are only blanks in front of `at` on its line. */
static bool begins_line(const char *text, size_t at)
{
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t'))
        at--;
    return at == 0 || text[at - 1] == '\n';
}

/* Where the line ends that `at` lies in. */
static size_t line_end(const char *text, size_t at, size_t bytes)
{
    const char *end = memchr(text + at, '\n', bytes - at);
    return end ? (size_t)(end - text) : bytes;
}

void text_replace_digraphs(char *text, size_t bytes)
{
    static const char digraphs[][4] = {
        "<%{ ", "%> }", "<:[ ", ":> ]"
    };
    /* All else is passed: this loop sees every byte of the text. */
    static const bool matters[256] = {
        ['"'] = true, ['\''] = true, ['#'] = true, ['<'] = true,
        ['%'] = true, [':'] = true
    };
    for (size_t at = 0; at + 1 < bytes; at++) {
        char c = text[at];
        if (!matters[(unsigned char)c])
            continue;
        if (c == '"' || c == '\'') {
            at = literal_end(text, at, bytes) - 1;
        } else if (c == '#') {
            if (begins_line(text, at))
                at = line_end(text, at, bytes);
        } else {
            for (int i = 0; i < 4; i++)
                if (memcmp(text + at, digraphs[i], 2) == 0)
                    memcpy(text + at, digraphs[i] + 2, 2);
        }
    }
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
        } else if (isspace((unsigned char)c) ||
                   (c == '\\' && t[at + 1] == '\n')) {
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

/* The bytes of a universal character name (\\u00e9), as which gcc's
 * preprocessor writes UTF-8 in identifiers; 0: there is none. */
static uint32_t universal_bytes(const struct front *f, uint32_t at)
{
    const char *t = f->text + at;
    return t[0] != '\\' ? 0 : t[1] == 'u' ? 6 : t[1] == 'U' ? 10 : 0;
}

static uint32_t identifier_end(const struct front *f, uint32_t at)
{
    while (at < f->bytes) {
        uint32_t bytes = is_identifier_byte(f->text[at])
            ? 1 : universal_bytes(f, at);
        if (!bytes)
            break;
        at += bytes;
    }
    return at < f->bytes ? at : f->bytes;
}

/* Writes the UTF-8 of the name at `at`, of `bytes` bytes, to `out`; the
 * number of bytes written. */
static uint32_t universal_to_utf8(const struct front *f, uint32_t at,
                                  uint32_t bytes, char out[4])
{
    char digits[9] = {0};
    memcpy(digits, f->text + at + 2, bytes - 2);
    unsigned long c = strtoul(digits, NULL, 16);
    uint32_t length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (uint32_t i = length; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(first[length] | c);
    return length;
}

bool text_begins_word(const struct front *f, uint32_t at)
{
    return (is_identifier_byte(f->text[at]) &&
            !isdigit((unsigned char)f->text[at])) ||
           universal_bytes(f, at);
}

bool text_is_prefix(const struct front *f, uint32_t at, uint32_t end)
{
    return (f->text[end] == '"' || f->text[end] == '\'') &&
           strspn(f->text + at, "LUu8R") == end - at;
}

void text_add_spelling(const struct front *f, uint32_t at,
                       struct strbuf *out)
{
    uint32_t end = identifier_end(f, at);
    while (at < end) {
        char utf8[4];
        uint32_t bytes = universal_bytes(f, at);
        if (bytes)
            strbuf_add(out, utf8, universal_to_utf8(f, at, bytes, utf8));
        else
            strbuf_putc(out, f->text[at]);
        at += bytes ? bytes : 1;
    }
}

uint32_t text_token_end(const struct front *f, uint32_t at)
{
    const char *t = f->text;
    if (at >= f->bytes)
        return f->bytes;
    if (t[at] == '"' || t[at] == '\'') {
        size_t end = literal_end(t, at, f->bytes);
        return end < f->bytes ? (uint32_t)end : f->bytes;
    }
    if (isdigit((unsigned char)t[at]) ||
        (t[at] == '.' && isdigit((unsigned char)t[at + 1]))) {
        for (at++; at < f->bytes; at++) {
            bool sign = (t[at] == '+' || t[at] == '-') &&
                        strchr("eEpP", t[at - 1]);
            bool separator = t[at] == '\'' &&
                             is_identifier_byte(t[at + 1]);
            if (!is_identifier_byte(t[at]) && t[at] != '.' && !sign &&
                !separator)
                break;
        }
        return at;
    }
    uint32_t end = identifier_end(f, at);
    return end > at ? end : at + 1;
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
    while (*word) {
        uint32_t bytes = at < f->bytes ? universal_bytes(f, at) : 0;
        char utf8[4] = {at < f->bytes ? f->text[at] : 0};
        uint32_t length = bytes ? universal_to_utf8(f, at, bytes, utf8) : 1;
        if (strncmp(word, utf8, length) != 0)
            return false;
        word += length;
        at += bytes ? bytes : 1;
    }
    return identifier_end(f, at) == at;
}

char *text_word(const struct front *f, uint32_t at)
{
    return arena_strndup(f->text + at, identifier_end(f, at) - at);
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

/* ---- asm statements ------------------------------------------------------ */

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
    a->template_text = template_text;
    a->outputs = total;
    if (f->text[at] == ':')
        at = read_operands(f, at + 1, &total, a->constraints, operand_count);
    a->inputs = total - a->outputs;
    if (f->text[at] == ':')
        read_clobbers(f, at + 1, a);
    return a;
}
