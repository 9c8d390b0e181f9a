/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* reader.c - see reader.h. */
#include "reader.h"

#include "util/strbuf.h"
#include "util/arena.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DEPTH = 64 };       /* a report has seven */

static void skip_blanks(const char **at)
{
    *at += strspn(*at, " \t\r\n");
}

static bool skip_string(const char **at)
{
    const char *s = *at;
    if (*s++ != '"')
        return false;
    for (; *s != '"'; s++) {
        if ((unsigned char)*s < ' ')
            return false;
        if (*s != '\\')
            continue;
        if (*++s == 'u') {
            for (int i = 0; i < 4; i++)
                if (!isxdigit((unsigned char)*++s))
                    return false;
        } else if (!*s || !strchr("\"\\/bfnrt", *s)) {
            return false;
        }
    }
    *at = s + 1;
    return true;
}

static bool skip_digits(const char **at)
{
    size_t digits = strspn(*at, "0123456789");
    *at += digits;
    return digits > 0;
}

static bool skip_number(const char **at)
{
    *at += **at == '-';
    if (!skip_digits(at) || (**at == '.' && (++*at, !skip_digits(at))))
        return false;
    if (**at != 'e' && **at != 'E')
        return true;
    ++*at;
    *at += **at == '+' || **at == '-';
    return skip_digits(at);
}

static bool skip_word(const char **at)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strncmp(*at, words[i], strlen(words[i]))) {
            *at += strlen(words[i]);
            return true;
        }
    return skip_number(at);
}

static bool skip(const char **at, int depth);

/* What stands between two brackets. */
static bool skip_members(const char **at, char close, int depth)
{
    ++*at;
    skip_blanks(at);
    if (**at == close)
        return ++*at;
    for (;;) {
        skip_blanks(at);
        if (close == '}') {
            if (!skip_string(at))
                return false;
            skip_blanks(at);
            if (*(*at)++ != ':')
                return false;
        }
        if (!skip(at, depth + 1))
            return false;
        skip_blanks(at);
        char next = *(*at)++;
        if (next == close)
            return true;
        if (next != ',')
            return false;
    }
}

static bool skip(const char **at, int depth)
{
    skip_blanks(at);
    if (depth > MOST_DEPTH)
        return false;
    switch (**at) {
    case '{':
        return skip_members(at, '}', depth);
    case '[':
        return skip_members(at, ']', depth);
    case '"':
        return skip_string(at);
    default:
        return skip_word(at);
    }
}

bool reader_skip(const char **at)
{
    return skip(at, 0);
}

const char *reader_member(const char *object, const char *name)
{
    const char *at = object;
    skip_blanks(&at);
    if (*at != '{')
        return NULL;
    do {
        at++;
        skip_blanks(&at);
        const char *key = reader_text(&at);
        skip_blanks(&at);
        if (!key || *at++ != ':')
            return NULL;
        skip_blanks(&at);
        if (!strcmp(key, name))
            return at;
        if (!reader_skip(&at))
            return NULL;
        skip_blanks(&at);
    } while (*at == ',');
    return NULL;
}

static void add_character(struct strbuf *out, unsigned code)
{
    if (code < 0x80) {
        strbuf_putc(out, (char)code);
    } else if (code < 0x800) {
        strbuf_putc(out, (char)(0xc0 | code >> 6));
        strbuf_putc(out, (char)(0x80 | (code & 0x3f)));
    } else {
        strbuf_putc(out, (char)(0xe0 | code >> 12));
        strbuf_putc(out, (char)(0x80 | (code >> 6 & 0x3f)));
        strbuf_putc(out, (char)(0x80 | (code & 0x3f)));
    }
}

/* The escape at `s`, behind its backslash; how many bytes it has. */
static size_t add_escape(struct strbuf *out, const char *s)
{
    static const char names[] = "bfnrt", values[] = "\b\f\n\r\t";
    const char *name = strchr(names, *s);
    if (*s != 'u') {
        strbuf_putc(out, name ? values[name - names] : *s);
        return 1;
    }
    char digits[5] = {s[1], s[2], s[3], s[4]};
    add_character(out, (unsigned)strtoul(digits, NULL, 16));
    return 5;
}

const char *reader_text(const char **at)
{
    const char *s = *at + 1;
    if (**at != '"' || !skip_string(at))
        return NULL;
    struct strbuf text = {0};
    while (s < *at - 1)
        if (*s == '\\')
            s += 1 + add_escape(&text, s + 1);
        else
            strbuf_putc(&text, *s++);
    const char *copy = arena_strndup(text.text ? text.text : "", text.bytes);
    strbuf_free(&text);
    return copy;
}
