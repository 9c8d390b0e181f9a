/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* main.c - escc-report: one page from the reports of a build.
 *
 *   escc-report [-o PAGE.html] FOLDER
 *
 * The folder is that of -fescc-report-dir.  Each unit's lines go into the
 * page as they are, once it is known that they are JSON, and with them the
 * sources that they speak of; merging, filtering and showing is the page's
 * own script (page.html).  Nothing is loaded from elsewhere.
 *
 * A file of sources is known in the page by its path as seen from the folder
 * if the compiler was given a relative one.
 */
#include "reader.h"
#include "report_page.h"

#include "util/arena.h"
#include "util/diag.h"
#include "util/json.h"
#include "util/map.h"
#include "util/path.h"
#include "util/strbuf.h"
#include "util/vec.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

VEC_TYPE(names, const char *);

struct page {
    const char *folder;         /* absolute */
    struct strbuf out;
    struct map known;           /* paths of sources */
    struct names sources;       /* the same, as they are found */
};

static int usage(FILE *out)
{
    fputs("Usage: escc-report [-o PAGE.html] FOLDER\n"
          "Makes one page of the reports that escc -fescc-report-dir=FOLDER "
          "has left:\n"
          "the sources, what was decided about them, and why.\n", out);
    return fflush(out) || ferror(out) ? 1 : out == stderr ? 2 : 0;
}

static bool fail(const char *path, const char *why)
{
    diag_error("escc-report", "%s: %s", path, why);
    return false;
}

/* ---- units --------------------------------------------------------------- */

/* The path by which the page knows a file that a unit names. */
static const char *page_path(const struct page *page, const char *directory,
                             const char *file)
{
    if (*file == '/')
        return file;
    return path_relative(page->folder,
                         path_join(path_join(page->folder, directory), file));
}

static bool add_paths(struct page *page, const char *header)
{
    const char *at = reader_member(header, "directory");
    const char *directory = at ? reader_text(&at) : NULL;
    at = reader_member(header, "sources");
    if (!directory || !at || *at != '[')
        return false;
    json_add_open(&page->out, "paths", '{');
    while (*at == '[' || *at == ',') {
        at++;
        const char *file = reader_text(&at);
        if (!file)
            break;              /* the list is empty */
        const char *path = page_path(page, directory, file);
        json_add_text(&page->out, file, path);
        if (!map_get_string(&page->known, path)) {
            map_put_string(&page->known, path, page);
            vec_push(&page->sources, path);
        }
    }
    json_close(&page->out, '}');
    return *at == ']';
}

/* A line of JSON, so that it can stand in a script: there `<` is only in
 * strings. */
static void add_line(struct strbuf *out, const char *line)
{
    for (; *line; line++)
        if (*line == '<')
            strbuf_puts(out, "\\u003c");
        else
            strbuf_putc(out, *line);
}

static bool add_unit(struct page *page, const char *path)
{
    struct strbuf text = {0};
    if (!strbuf_read_file(&text, path))
        return fail(path, strerror(errno));
    char *rest = text.text ? text.text : "";
    json_open(&page->out, '{');
    for (unsigned number = 0; *rest; number++) {
        char *line = rest, *end = strchr(rest, '\n');
        const char *at = line;
        rest = end ? end + 1 : line + strlen(line);
        if (end)
            *end = '\0';
        if (*line != '{' || !reader_skip(&at) || *at)
            return fail(path, arena_printf("line %u is no report's",
                                           number + 1));
        if (!number) {
            if (!add_paths(page, line))
                return fail(path, "it does not begin as a report does");
            json_key(&page->out, "header");
            add_line(&page->out, line);
            json_add_open(&page->out, "entries", '[');
        } else {
            strbuf_puts(&page->out, number > 1 ? ",\n" : "\n");
            add_line(&page->out, line);
        }
    }
    bool empty = !text.bytes;
    strbuf_free(&text);
    if (empty)
        return fail(path, "it is empty");
    json_close(&page->out, ']');
    json_close(&page->out, '}');
    return true;
}

static int compare(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool list_units(const struct page *page, struct names *units)
{
    DIR *folder = opendir(page->folder);
    if (!folder)
        return fail(page->folder, strerror(errno));
    for (struct dirent *e; (e = readdir(folder));) {
        const char *dot = strrchr(e->d_name, '.');
        if (dot && *e->d_name != '.' && !strcmp(dot, ".jsonl"))
            vec_push(units, arena_strdup(e->d_name));
    }
    closedir(folder);
    if (!units->count)
        return fail(page->folder, "there is no report; compile with "
                                  "-fescc-report-dir");
    qsort(units->items, units->count, sizeof *units->items, compare);
    return true;
}

static bool add_units(struct page *page)
{
    struct names units = {0};
    if (!list_units(page, &units))
        return false;
    json_add_open(&page->out, "units", '[');
    for (size_t i = 0; i < units.count; i++)
        if (!add_unit(page, path_join(page->folder, units.items[i])))
            return false;
    json_close(&page->out, ']');
    vec_free(&units);
    return true;
}

/* ---- sources ------------------------------------------------------------- */

static void add_sources(struct page *page)
{
    qsort(page->sources.items, page->sources.count,
          sizeof *page->sources.items, compare);
    json_add_open(&page->out, "sources", '{');
    for (size_t i = 0; i < page->sources.count; i++) {
        const char *path = page->sources.items[i];
        struct strbuf text = {0};
        const char *file = *path == '/' ? path
                                        : path_join(page->folder, path);
        if (path_is_file(file) && strbuf_read_file(&text, file))
            json_add_text(&page->out, path, text.text ? text.text : "");
        strbuf_free(&text);
    }
    json_close(&page->out, '}');
}

static bool write_page(const struct page *page, const char *to)
{
    static const char mark[] = "@DATA@";
    const char *at = strstr(report_page, mark);
    struct strbuf all = {0};
    strbuf_add(&all, report_page, (size_t)(at - report_page));
    strbuf_add(&all, page->out.text, page->out.bytes);
    strbuf_puts(&all, at + sizeof mark - 1);
    bool done = strcmp(to, "-") ? strbuf_write_file(&all, to)
                                : util_write(1, all.text, all.bytes);
    strbuf_free(&all);
    return done || fail(to, strerror(errno));
}

int main(int argc, char **argv)
{
    const char *to = "escc-report.html", *folder = NULL;
    util_reserve_standard_files();
    if (argc == 2 && !strcmp(argv[1], "--help"))
        return usage(stdout);
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "-o") && i + 1 < argc)
            to = argv[++i];
        else if (argv[i][0] != '-' && !folder)
            folder = argv[i];
        else
            return usage(stderr);
    }
    if (!folder)
        return usage(stderr);
    struct page page = {.folder = path_real(folder)};
    if (!page.folder)
        return !fail(folder, strerror(errno));
    json_open(&page.out, '{');
    if (!add_units(&page))
        return 1;
    add_sources(&page);
    json_close(&page.out, '}');
    return !write_page(&page, to);
}
