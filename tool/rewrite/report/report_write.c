/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_write.c - see report_write.h: which formats are made, and where they
 * go. */
#include "report.h"
#include "report_document.h"
#include "report_write.h"

#include "util/diag.h"
#include "util/path.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    WRITTEN_AT_ONCE = 64 * 1024 /* bytes: enough for few calls, and little
                                   memory */
};

/* The folder of the reports, and what is seen from there. */
struct folder {
    const char *path;           /* NULL: standard output instead */
    const char *directory;      /* this process's, from there */
    const char *name;           /* of the unit's files, without extension */
};

uint64_t report_hash(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
    return hash;
}

static const char *unit_name(const char *main_file)
{
    char *name = arena_strdup(path_stem(main_file));
    for (char *s = name; *s; s++)
        if (!isalnum((unsigned char)*s) && !strchr("._-+", *s))
            *s = '_';
    return *name == '.' ? arena_printf("_%s", name) : name;
}

static bool open_folder(const struct report_options *options,
                        const char *main_file, struct folder *folder)
{
    *folder = (struct folder){.directory = "."};
    if (!options->folder)
        return true;
    const char *here = path_real(".");
    if (mkdir(options->folder, 0777) != 0 && errno != EEXIST) {
        diag_error("escc-output", "cannot make the folder '%s': %s",
                   options->folder, strerror(errno));
        return false;
    }
    folder->path = path_real(options->folder);
    if (!folder->path || !here) {
        diag_error("escc-output", "cannot use the folder '%s': %s",
                   options->folder, strerror(errno));
        return false;
    }
    const char *object = options->object ? options->object : main_file;
    if (*object != '/')
        object = path_join(here, object);
    object = path_relative(folder->path, object);
    folder->directory = path_relative(folder->path, here);
    folder->name = arena_printf("%s-%016llx", unit_name(main_file),
                                (unsigned long long)report_hash(object));
    return true;
}

/* The parts of a format one after the other, written when there are enough of
 * them; false with errno set. */
static bool write_parts(int fd, const struct report *r,
                        const struct report_format *format,
                        const char *directory)
{
    struct report_output out = {.report = r, .directory = directory};
    struct strbuf *text = &out.text;
    bool done = true;
    format->begin(&out);
    for (size_t i = 0; i < r->entries.count; i++) {
        format->add(&out, &r->entries.items[i], i == 0);
        if (text->bytes >= WRITTEN_AT_ONCE) {
            done &= util_write(fd, text->text, text->bytes);
            text->bytes = 0;
        }
    }
    format->end(&out);
    done = done && (!text->bytes || util_write(fd, text->text, text->bytes));
    strbuf_free(text);
    strbuf_free(&out.steps);
    strbuf_free(&out.place);
    map_free(&out.known);
    map_free(&out.uris);
    return done;
}

/* [inv.report.file] */
static bool put(const struct folder *folder, const struct report *r,
                const struct report_format *format)
{
    if (!folder->path) {
        fflush(stdout);
        if (write_parts(1, r, format, folder->directory))
            return true;
        diag_error("escc-output", "cannot write the report: %s",
                   strerror(errno));
        return false;
    }
    const char *to = arena_printf("%s/%s%s", folder->path, folder->name,
                                  format->extension);
    const char *first = arena_printf("%s/.%s%s.%ld", folder->path,
                                     folder->name, format->extension,
                                     (long)getpid());
    int fd = open(first, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool done = fd >= 0 && write_parts(fd, r, format, folder->directory);
    if (fd >= 0)
        done &= close(fd) == 0;
    done = done && rename(first, to) == 0;
    if (!done) {
        diag_error("escc-output", "cannot write '%s': %s", to,
                   strerror(errno));
        remove(first);
    }
    return done;
}

static bool put_texts(const struct report *r,
                      const struct report_options *options)
{
    struct strbuf text = {0};
    if (options->level || options->advice)
        report_text(r, options->level, &text);
    if (options->summary)
        report_text_totals(r, &text);
    fflush(stderr);
    bool done = !text.bytes || util_write(2, text.text, text.bytes);
    strbuf_free(&text);
    return done;
}

static bool write_all(const struct report *r,
                      const struct report_options *options)
{
    struct folder folder;
    bool json = options->json ||
                (options->folder && !options->sarif && !options->remarks);
    if (!open_folder(options, r->main_file, &folder))
        return false;
    report_document_prepare();
    bool done = put_texts(r, options);
    if (json)
        done &= put(&folder, r, &report_json);
    if (options->sarif)
        done &= put(&folder, r, &report_sarif);
    if (options->remarks)
        done &= put(&folder, r, &report_remarks);
    return done;
}

/* ---- from the options to there ------------------------------------------- */

bool report_choose(struct report_options *options, const char *value)
{
    const struct { const char *name; bool *chosen; } words[] = {
        {"summary", &options->summary}, {"json", &options->json},
        {"sarif", &options->sarif}, {"yaml", &options->remarks}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(value, words[i].name))
            return *words[i].chosen = true;
    if (strcmp(value, "1") && strcmp(value, "2"))
        return false;
    options->level = *value - '0';
    return true;
}

bool report_is_asked(const struct report_options *options)
{
    return options->level || options->summary || options->json ||
           options->sarif || options->remarks || options->folder ||
           options->advice;
}

bool report_findings(const struct unit *unit,
                     const struct esc_findings *findings,
                     const struct report_options *options)
{
    bool explains = options->level >= 2 || options->json || options->sarif ||
                    options->remarks || options->folder;
    struct report *report = report_make(unit, findings, explains);
    if (options->advice)
        report_advice(unit, findings, report);
    return write_all(report, options);
}
