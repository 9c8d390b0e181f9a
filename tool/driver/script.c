/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* script.c - see script.h.
 *
 * Where distributions have a text in the place of a shared library it only
 * says which files are meant: `INPUT(libncurses.so.6 -ltinfo)`, with GROUP,
 * AS_NEEDED and OUTPUT_FORMAT.  Whatever else a linker script can say is not
 * understood: it may give symbols other values, or take other files.
 */
#include "script.h"

#include "util/arena.h"

#include <string.h>
#include <unistd.h>

enum {
    /* Of libc.so and libncurses.so some 300. */
    MOST_BYTES = 4096,
    MOST_NESTED = 8
};

struct script {
    const char *at;
    void (*visit)(void *, const char *);
    void *context;
};

/* A word, `(` or `)`; "": the end, NULL: something else. */
static const char *next(struct script *s)
{
    static const char between[] = " \t\r\n,;";
    for (;;) {
        s->at += strspn(s->at, between);
        if (strncmp(s->at, "/*", 2) != 0)
            break;
        const char *end = strstr(s->at + 2, "*/");
        if (!end)
            return NULL;
        s->at = end + 2;
    }
    size_t bytes = *s->at == '(' || *s->at == ')'
                   ? 1 : strcspn(s->at, " \t\r\n,;()\"'*?[=");
    if (*s->at && (!bytes || (s->at[bytes] &&
                                 strchr("\"'*?[=", s->at[bytes]))))
        return NULL;
    const char *word = arena_strndup(s->at, bytes);
    s->at += bytes;
    return word;
}

static bool is(const char *word, const char *other)
{
    return word && strcmp(word, other) == 0;
}

/* What stands in parentheses; `visited`: files. */
static bool list(struct script *s, bool visited, int nested)
{
    if (!is(next(s), "(") || nested == MOST_NESTED)
        return false;
    for (;;) {
        const char *word = next(s);
        if (is(word, ")"))
            return true;
        if (!word || !*word || is(word, "("))
            return false;
        if (is(word, "AS_NEEDED")) {
            if (!visited || !list(s, true, nested + 1))
                return false;
        } else if (visited) {
            s->visit(s->context, word);
        }
    }
}

bool script_each(int file, void (*visit)(void *context, const char *word),
                 void *context)
{
    char text[MOST_BYTES + 1];
    ssize_t got = pread(file, text, sizeof text, 0);
    if (got <= 0 || got > MOST_BYTES || memchr(text, 0, (size_t)got))
        return false;
    text[got] = 0;
    struct script s = {text, visit, context};
    for (;;) {
        const char *command = next(&s);
        bool inputs = is(command, "INPUT") || is(command, "GROUP");
        if (is(command, ""))
            return true;
        if (!(inputs || is(command, "OUTPUT_FORMAT")) ||
            !list(&s, inputs, 0))
            return false;
    }
}
