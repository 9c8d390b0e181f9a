/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* parse_warnings.c - warnings that only the preprocessed text deserves.
 *
 * A warning of libclang's makes the driver run the back end once more over
 * the original, for the user to see it as the back end words it.  That is a
 * whole parse, so it is worth a look whether there is anything to be seen.
 *
 * Clang does not warn about `if ((a == b))` where the inner parentheses come
 * from a macro, `if (NEVER(p == 0))`; after preprocessing it cannot know.
 * [inv.warnings.parentheses]  such a warning is dropped only if the original
 * line shows that nobody wrote those parentheses there: it has the `if (` or
 * `while (` in front of them itself, or no comparison; it is complete (as
 * many parentheses open as close); and no parenthesis follows directly upon
 * another, or stands where another might that is on the line before.  In
 * doubt the warning counts: the user waits longer, but misses nothing.
 */
#include "front.h"
#include "util/strbuf.h"

#include <ctype.h>
#include <string.h>

/* A file of the user's and where its lines begin. */
struct original {
    struct strbuf text;             /* .text NULL: cannot be read */
    struct offset_vec lines;
};

static struct original *read_original(const char *path)
{
    struct original *o = arena_new(struct original);
    if (!strbuf_read_file(&o->text, path) || !o->text.text)
        return o;
    const char *text = o->text.text, *end = text + o->text.bytes;
    for (const char *line = text; line < end; line++) {
        vec_push(&o->lines, (uint32_t)(line - text));
        line = memchr(line, '\n', (size_t)(end - line));
        if (!line)
            break;
    }
    return o;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' ||
           (unsigned char)c >= 0x80;
}

/* Whether the parenthesis at `at` has `if` or `while` in front. */
static bool is_after_keyword(const char *line, const char *at)
{
    while (at > line && is_blank(at[-1]))
        at--;
    const char *end = at;
    while (at > line && is_name(at[-1]))
        at--;
    size_t bytes = (size_t)(end - at);
    return (bytes == 2 && !memcmp(at, "if", 2)) ||
           (bytes == 5 && !memcmp(at, "while", 5));
}

/* Whether on this line of C nobody wrote a parenthesis around the whole
 * condition of an `if` or `while`; false in doubt
 * [inv.warnings.parentheses]. */
static bool line_is_macros(const char *line, size_t bytes)
{
    const char *end = line + bytes;
    bool keyword = false, compares = false;
    int open = 0;
    for (const char *s = line; s < end; s++) {
        open += (*s == '(') - (*s == ')');
        compares |= *s == '=' && s + 1 < end && s[1] == '=';
        if (*s == '\\')
            return false;
        if (*s != '(')
            continue;
        keyword |= is_after_keyword(line, s);
        const char *before = s;
        while (before > line && is_blank(before[-1]))
            before--;
        if (before == line || strchr("(;/", before[-1]))
            return false;
    }
    return (keyword || !compares) && open == 0;
}

/* The offset of a parenthesis that the compiler proposes to remove. */
static bool removed_parenthesis(struct front *f, CXDiagnostic d,
                                uint32_t *offset)
{
    bool found = false;
    CXDiagnosticSet notes = clang_getChildDiagnostics(d);
    for (unsigned i = 0; i < clang_getNumDiagnosticsInSet(notes); i++) {
        CXDiagnostic note = clang_getDiagnosticInSet(notes, i);
        unsigned count = clang_getDiagnosticNumFixIts(note);
        for (unsigned k = 0; k < count && !found; k++) {
            CXSourceRange range;
            clang_disposeString(clang_getDiagnosticFixIt(note, k, &range));
            *offset = offset_of(f, clang_getRangeStart(range));
            found = *offset < f->bytes && f->text[*offset] == '(';
        }
        clang_disposeDiagnostic(note);
    }
    clang_disposeDiagnosticSet(notes);
    return found;
}

bool warnings_is_only_ours(struct front *f, CXDiagnostic d,
                           struct map *originals)
{
    uint32_t offset;
    char *option = front_string(clang_getDiagnosticOption(d, NULL));
    if (strcmp(option, "-Wparentheses-equality") != 0 ||
        !removed_parenthesis(f, d, &offset))
        return false;
    struct place place = unit_place(f->unit, offset);
    struct original *o = map_get_string(originals, place.file);
    if (!o) {
        o = read_original(place.file);
        map_put_string(originals, place.file, o);
    }
    if (!place.line || place.line > o->lines.count)
        return false;
    const char *line = o->text.text + o->lines.items[place.line - 1];
    return line_is_macros(line, strcspn(line, "\n"));
}
