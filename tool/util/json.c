/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* json.c - see json.h. */
#include "json.h"

#include <ctype.h>
#include <string.h>

static void begin_value(struct strbuf *out)
{
    if (out->bytes && !strchr("{[:\n", out->text[out->bytes - 1]))
        strbuf_putc(out, ',');
}

void json_open(struct strbuf *out, char bracket)
{
    begin_value(out);
    strbuf_putc(out, bracket);
}

void json_close(struct strbuf *out, char bracket)
{
    strbuf_putc(out, bracket);
}

/* How many bytes at `s` are one character of UTF-8; 0: they are none. */
static size_t character_bytes(const unsigned char *s)
{
    static const struct { unsigned char first, last, low, high; size_t n; }
    rows[] = {
        {0x00, 0x7f, 0, 0, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2},
        {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
        {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4},
        {0xf4, 0xf4, 0x80, 0x8f, 4}
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        if (s[0] < rows[r].first || s[0] > rows[r].last)
            continue;
        if (rows[r].n > 1 && (s[1] < rows[r].low || s[1] > rows[r].high))
            return 0;
        for (size_t i = 2; i < rows[r].n; i++)
            if ((s[i] & 0xc0) != 0x80)
                return 0;
        return rows[r].n;
    }
    return 0;
}

static bool is_plain(unsigned char c)
{
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '<';
}

static void add_quoted(struct strbuf *out, const char *value)
{
    const unsigned char *s = (const unsigned char *)value;
    strbuf_putc(out, '"');
    for (;;) {
        const unsigned char *begin = s;
        while (is_plain(*s))
            s++;
        strbuf_add(out, (const char *)begin, (size_t)(s - begin));
        if (!*s)
            break;
        size_t bytes = character_bytes(s);
        if (!bytes)
            strbuf_puts(out, "\\ufffd");
        else if (*s == '"' || *s == '\\')
            strbuf_printf(out, "\\%c", *s);
        else if (bytes == 1)
            strbuf_printf(out, "\\u%04x", (unsigned)*s);
        else
            strbuf_add(out, (const char *)s, bytes);
        s += bytes ? bytes : 1;
    }
    strbuf_putc(out, '"');
}

void json_key(struct strbuf *out, const char *key)
{
    begin_value(out);
    add_quoted(out, key);
    strbuf_putc(out, ':');
}

void json_text(struct strbuf *out, const char *value)
{
    begin_value(out);
    add_quoted(out, value);
}

void json_number(struct strbuf *out, long long value)
{
    char digits[24], *at = digits + sizeof digits;
    unsigned long long rest =
        value < 0 ? -(unsigned long long)value : (unsigned long long)value;
    begin_value(out);
    do
        *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        *--at = '-';
    strbuf_add(out, at, (size_t)(digits + sizeof digits - at));
}

void json_add_text(struct strbuf *out, const char *key, const char *value)
{
    json_key(out, key);
    json_text(out, value);
}

void json_add_number(struct strbuf *out, const char *key, long long value)
{
    json_key(out, key);
    json_number(out, value);
}

void json_add_open(struct strbuf *out, const char *key, char bracket)
{
    json_key(out, key);
    json_open(out, bracket);
}

void json_add_uri(struct strbuf *out, const char *key, const char *path)
{
    json_key(out, key);
    strbuf_puts(out, *path == '/' ? "\"file://" : "\"");
    for (const char *s = path; *s; s++)
        if (isalnum((unsigned char)*s) || strchr("/._-~+@,=", *s))
            strbuf_putc(out, *s);
        else
            strbuf_printf(out, "%%%02X", (unsigned)(unsigned char)*s);
    strbuf_putc(out, '"');
}
