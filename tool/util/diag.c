/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* diag.c - see diag.h. */
#include "diag.h"

#include "strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int color_mode = -1;
static unsigned errors;

void diag_set_color(int mode)
{
    color_mode = mode;
}

unsigned diag_error_count(void)
{
    return errors;
}

static bool decide_color(void)
{
    const char *force = getenv("CLICOLOR_FORCE"), *no = getenv("NO_COLOR");
    if (no && *no)
        return false;
    if (force && *force && strcmp(force, "0"))
        return true;
    const char *term = getenv("TERM");
    return isatty(2) && term && strcmp(term, "dumb");
}

/* Decided once: a report is many lines. */
static bool use_color(void)
{
    static int decided = -1;
    if (color_mode >= 0)
        return color_mode;
    if (decided < 0)
        decided = decide_color();
    return decided;
}

static void add_place(struct strbuf *line, struct diag_place place)
{
    strbuf_puts(line, place.file ? place.file : "escc");
    if (!place.file || !place.line)
        return;
    strbuf_putc(line, ':');
    strbuf_number(line, place.line);
    if (!place.column)
        return;
    strbuf_putc(line, ':');
    strbuf_number(line, place.column);
}

void diag_begin(struct strbuf *line, enum diag_severity severity,
                struct diag_place place)
{
    static const char *const names[] = {"note", "remark", "warning", "error"};
    /* clang's own colours, so that a mixed log looks like one tool's. */
    static const char *const colors[] =
        {"\033[0;1;36m", "\033[0;1;34m", "\033[0;1;35m", "\033[0;1;31m"};
    bool color = use_color();
    strbuf_puts(line, color ? "\033[1m" : "");
    add_place(line, place);
    strbuf_puts(line, ": ");
    strbuf_puts(line, color ? colors[severity] : "");
    strbuf_puts(line, names[severity]);
    strbuf_puts(line, color ? "\033[0m: " : ": ");
}

void diag_end(struct strbuf *line, enum diag_severity severity, const char *id)
{
    if (id) {
        strbuf_puts(line, " [");
        strbuf_puts(line, id);
        strbuf_putc(line, ']');
    }
    strbuf_putc(line, '\n');
    if (severity == DIAG_ERROR)
        errors++;
}

static void add_line(struct strbuf *line, enum diag_severity severity,
                     const char *id, struct diag_place place,
                     const char *format, va_list arguments)
{
    diag_begin(line, severity, place);
    strbuf_vprintf(line, format, arguments);
    diag_end(line, severity, id);
}

static void print(enum diag_severity severity, const char *id,
                  struct diag_place place, const char *format,
                  va_list arguments)
{
    struct strbuf line = {0};
    add_line(&line, severity, id, place, format, arguments);
    fflush(stderr);
    util_write(2, line.text, line.bytes);
    strbuf_free(&line);
}

void diag_print(enum diag_severity severity, const char *id,
                struct diag_place place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print(severity, id, place, format, arguments);
    va_end(arguments);
}

void diag_add(struct strbuf *out, enum diag_severity severity, const char *id,
              struct diag_place place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_line(out, severity, id, place, format, arguments);
    va_end(arguments);
}

void diag_error(const char *id, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print(DIAG_ERROR, id, (struct diag_place){0}, format, arguments);
    va_end(arguments);
}

void diag_warning(const char *id, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print(DIAG_WARNING, id, (struct diag_place){0}, format, arguments);
    va_end(arguments);
}

void diag_note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print(DIAG_NOTE, NULL, (struct diag_place){0}, format, arguments);
    va_end(arguments);
}

/* Levenshtein distance, one row at a time. */
static size_t distance(const char *a, const char *b)
{
    enum { LIMIT = 128 };       /* longer words are nobody's typing error */
    size_t m = strlen(a), n = strlen(b), row[LIMIT + 1];
    if (m > LIMIT || n > LIMIT)
        return LIMIT;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[n];
}

const char *diag_nearest(const char *word, const char *const *candidates)
{
    const char *best = NULL;
    size_t bytes = strlen(word), best_distance = bytes / 3 + 2;
    for (; *candidates; candidates++) {
        size_t d = distance(word, *candidates);
        if (d < best_distance && d < bytes) {   /* at least one is the same */
            best_distance = d;
            best = *candidates;
        }
    }
    return best;
}

_Noreturn void diag_internal(const char *file, int line, const char *text)
{
    const char *base = strrchr(file, '/');
    fprintf(stderr, "escc: internal error: %s:%d: %s\n",
            base ? base + 1 : file, line, text);
    exit(DIAG_EXIT_INTERNAL);
}
