/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* utf8.c - see utf8.h. */
#include "utf8.h"

#include "arena.h"
#include "strbuf.h"

#include <stddef.h>

/* How many bytes at `s` are one character; 0: they are none. */
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

/* Where the first byte is that belongs to no character, or the end. */
static const char *clean_end(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    while (*s) {
        size_t bytes = *s < 0x80 ? 1 : character_bytes(s);
        if (!bytes)
            break;
        s += bytes;
    }
    return (const char *)s;
}

const char *utf8_clean(const char *text)
{
    const char *end = clean_end(text);
    if (!*end)
        return text;
    struct strbuf out = {0};
    while (*end) {
        strbuf_add(&out, text, (size_t)(end - text));
        strbuf_puts(&out, "\xef\xbf\xbd");
        text = end + 1;
        end = clean_end(text);
    }
    strbuf_puts(&out, text);
    const char *copy = arena_strndup(out.text, out.bytes);
    strbuf_free(&out);
    return copy;
}
