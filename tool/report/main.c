/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* main.c - escc-report: one page from the reports of a build.
 *
 *   escc-report [-o PAGE.html] FOLDER
 *
 * The folder is that of -fescc-report-dir.  The page has a document of JSON a
 * line: one for each unit (unit.h), then one for each source that they speak
 * of.  Merging, filtering and showing is the page's own script (page.html).
 * Nothing is loaded from elsewhere.  Of the documents only one is there at a
 * time, and of what the arena has only names.
 *
 * A file of sources is known in the page by its path as seen from the folder
 * if the compiler was given a relative one.
 */
#include "report_page.h"
#include "unit.h"

#include "util/arena.h"
#include "util/diag.h"
#include "util/path.h"
#include "util/strbuf.h"
#include "util/utf8.h"
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
    json_t *sources;            /* an object: its keys are their paths */
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

/* ---- documents ----------------------------------------------------------- */

/* In a script `<` must not stand as it is; JSON has it in strings only. */
static int add_piece(const char *piece, size_t bytes, void *out)
{
    for (const char *end = piece + bytes; piece < end;) {
        const char *stop = memchr(piece, '<', (size_t)(end - piece));
        strbuf_add(out, piece, (size_t)((stop ? stop : end) - piece));
        if (stop)
            strbuf_puts(out, "\\u003c");
        piece = stop ? stop + 1 : end;
    }
    return 0;
}

/* A line of the page, and the end of the document. */
static bool add_document(struct page *page, const char *path,
                         json_t *document)
{
    bool done = json_dump_callback(document, add_piece, &page->out,
                                   JSON_COMPACT) == 0;
    json_decref(document);
    strbuf_putc(&page->out, '\n');
    return done || fail(path, "it is nested too deep");
}

static json_t *string(const char *text)
{
    return json_string(utf8_clean(text));
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

static void add_paths(struct page *page, json_t *unit)
{
    json_t *header = json_object_get(unit, "header");
    json_t *sources = json_object_get(header, "sources"), *source;
    json_t *paths = json_object(), *directory;
    size_t index;
    directory = json_object_get(header, "directory");
    json_array_foreach(sources, index, source) {
        const char *file = json_string_value(source);
        json_t *path = string(page_path(
            page, json_string_value(directory), file));
        json_object_set_new(page->sources, json_string_value(path),
                            json_null());
        json_object_set_new(paths, file, path);
    }
    json_object_set_new(unit, "paths", paths);
}

static bool add_unit(struct page *page, const char *path)
{
    struct arena_mark mark = arena_mark();
    json_t *unit = unit_load(path);
    if (!unit)
        return false;
    add_paths(page, unit);
    arena_release(mark);
    return add_document(page, path, unit);
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
    bool done = list_units(page, &units);
    for (size_t i = 0; done && i < units.count; i++)
        done = add_unit(page, path_join(page->folder, units.items[i]));
    vec_free(&units);
    return done;
}

/* ---- sources ------------------------------------------------------------- */

static bool add_source(struct page *page, const char *path)
{
    struct arena_mark mark = arena_mark();
    struct strbuf text = {0};
    const char *file = *path == '/' ? path : path_join(page->folder, path);
    bool done = true;
    if (path_is_file(file) && strbuf_read_file(&text, file))
        done = add_document(page, file, json_pack(
            "{s:s,s:o}", "source", path, "text",
            string(text.text ? text.text : "")));
    strbuf_free(&text);
    arena_release(mark);
    return done;
}

static bool add_sources(struct page *page)
{
    const char *path;
    json_t *ignored;
    json_object_foreach(page->sources, path, ignored)
        if (!add_source(page, path))
            return false;
    return true;
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
    json_set_alloc_funcs(util_malloc, free);
    page.sources = json_object();
    bool done = add_units(&page) && add_sources(&page) &&
                write_page(&page, to);
    json_decref(page.sources);
    strbuf_free(&page.out);
    return !done;
}
