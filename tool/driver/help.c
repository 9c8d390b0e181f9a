/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* help.c - see help.h.  What is said is in help.def.
 *
 * --version begins with the back end's text, unchanged: configure scripts look
 * at its first lines.  People read --help: it begins with escc's page.
 */
#include "help.h"

#include "job.h"
#include "util/arena.h"
#include "util/diag.h"
#include "util/path.h"
#include "util/strbuf.h"

#include <stdio.h>
#include <string.h>

enum line_kind { IS_TOPIC, IS_ROW, IS_TEXT };

struct line {
    enum line_kind kind;
    const char *words, *text;
};

static const struct line lines[] = {
#define TOPIC(name, title) {IS_TOPIC, name, title},
#define ROW(words, text) {IS_ROW, words, text},
#define TEXT(text) {IS_TEXT, "", text},
#include "help.def"
};

enum {
    LINES = sizeof lines / sizeof *lines,
    /* Where the text of a row begins; wider words have a line of their own. */
    TEXT_COLUMN = 29
};

static void print_row(const struct line *row)
{
    int width = (int)strlen(row->words) + 2;
    if (width >= TEXT_COLUMN)
        printf("  %s\n%*s%s\n", row->words, TEXT_COLUMN, "", row->text);
    else
        printf("  %-*s%s\n", TEXT_COLUMN - 2, row->words, row->text);
}

/* False if there is no such topic. */
static bool print_topic(const char *name)
{
    int i = 0;
    while (i < LINES && (lines[i].kind != IS_TOPIC ||
                         strcmp(lines[i].words, name)))
        i++;
    if (i == LINES)
        return false;
    printf("%s:\n", lines[i].text);
    for (i++; i < LINES && lines[i].kind != IS_TOPIC; i++)
        if (lines[i].kind == IS_ROW)
            print_row(&lines[i]);
        else
            puts(lines[i].text);
    return true;
}

static void print_topics(void)
{
    puts("More, by escc --escc-help=TOPIC:");
    for (int i = 0; i < LINES; i++)
        if (lines[i].kind == IS_TOPIC)
            print_row(&lines[i]);
}

static void print_page(const struct backend *b, const struct installation *at)
{
    printf("escc %s compiles unmodified C and gives it Go's memory "
           "management.\n\n"
           "Usage: escc [options] file...     in place of cc: make CC=escc\n"
           "It takes the options of the compiler behind it, which is %s.\n\n",
           ESCC_VERSION, b->program);
    print_topic("options");
    putchar('\n');
    print_topic("environment");
    putchar('\n');
    print_topics();
    const char *documents = arena_printf("%s/" ESCC_DOCDIR, at->prefix);
    printf("The manual: man escc, man escc-runtime; documents in %s\n",
           path_exists(documents) ? documents
                                  : "docs/ of escc's sources");
}

int help_print(const char *topic, const struct backend *b,
               const struct installation *at)
{
    const char *names[LINES + 1] = {NULL};
    int count = 0;
    for (int i = 0; i < LINES; i++)
        if (lines[i].kind == IS_TOPIC)
            names[count++] = lines[i].words;
    if (!topic || !*topic) {
        print_page(b, at);
    } else if (!print_topic(topic)) {
        const char *nearest = diag_nearest(topic, names);
        if (nearest)
            diag_error("escc-option", "no help on '%s'; did you mean '%s'?",
                       topic, nearest);
        else
            diag_error("escc-option", "no help on '%s'; escc --escc-help "
                       "lists what there is", topic);
        return 1;
    }
    return fflush(stdout) || ferror(stdout) ? 1 : 0;
}

/* The first number with dots behind "version " or at the end of line 1. */
const char *help_version_in(const char *text)
{
    const char *line = arena_strndup(text, strcspn(text, "\n"));
    const char *at = strstr(line, "version ");
    if (!at)
        at = strrchr(line, ' ');
    if (!at)
        return "?";
    at += *at == ' ' ? 1 : strlen("version ");
    return arena_strndup(at, strcspn(at, " ("));
}

int help_inform(const struct command *c, const struct backend *b,
                const struct installation *at, const struct word_vec *words)
{
    job_begin();
    const char *folder = job_folder();
    if (!folder)
        return 1;
    struct job_files files = {.out = path_join(folder, "out")};
    int status = job_run(b->program, words->items, files, true);
    struct strbuf text = {0};
    strbuf_read_file(&text, files.out);
    job_end();
    const char *out = text.text ? text.text : "";
    if (!status && c->help && !c->version) {
        print_page(b, at);
        printf("\nThe compiler behind escc says:\n\n");
    }
    fputs(out, stdout);
    if (!status && c->version)
        printf("escc %s (%s %s back end)\n", ESCC_VERSION,
               b->kind == BACKEND_CLANG ? "clang" : "gcc",
               help_version_in(out));
    return fflush(stdout) || ferror(stdout) ? 1 : status;
}
