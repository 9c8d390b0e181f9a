/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* archive.c - see archive.h.
 *
 * Each member has a header of text, and begins at an even byte.  A member
 * called "//" has the names that are too long for a header, which says "/123"
 * then.  In a thin archive only the tables have contents.
 */
#define _GNU_SOURCE
#include "archive.h"

#include "util/arena.h"
#include "util/path.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    HEADER_BYTES = 60,
    SIZE_AT = 48,               /* in the header: bytes, in decimal */
    MAGIC_BYTES = 8
};

struct archive {
    const char *path;
    int file;
    bool is_thin;
    uint64_t at;
    char *names;                /* the member with long names; or NULL */
    size_t name_bytes;
};

static bool begins(const char *word, const char *prefix)
{
    return !strncmp(word, prefix, strlen(prefix));
}

enum archive_sort archive_sort(int file)
{
    char magic[MAGIC_BYTES];
    if (pread(file, magic, MAGIC_BYTES, 0) != MAGIC_BYTES)
        return ARCHIVE_NONE;
    return !memcmp(magic, "!<arch>\n", MAGIC_BYTES) ? ARCHIVE_WHOLE
        : !memcmp(magic, "!<thin>\n", MAGIC_BYTES) ? ARCHIVE_THIN
        : ARCHIVE_NONE;
}

/* A member's name as its header spells it, "/123" looked up.  "": that is not
 * possible. */
static const char *member_name(const struct archive *a, const char *header)
{
    if (header[0] != '/')
        return arena_strndup(header, strcspn(header, "/ "));
    size_t at = strtoul(header + 1, NULL, 10);
    if (!a->names || at >= a->name_bytes)
        return "";
    size_t bytes = 0;
    while (at + bytes < a->name_bytes && a->names[at + bytes] != '\n')
        bytes++;
    if (bytes && a->names[at + bytes - 1] == '/')
        bytes--;
    return arena_strndup(a->names + at, bytes);
}

static bool read_names(struct archive *a, uint64_t bytes)
{
    struct stat status;
    free(a->names);
    a->names = NULL;
    a->name_bytes = 0;
    if (fstat(a->file, &status) < 0 || bytes > (uint64_t)status.st_size)
        return false;
    a->names = malloc(bytes + 1);
    if (!a->names ||
        pread(a->file, a->names, bytes, (off_t)a->at) != (ssize_t)bytes)
        return false;
    a->name_bytes = bytes;
    return true;
}

static bool visit_member(const struct archive *a, const char *header,
                         uint64_t bytes, archive_visit *visit, void *context)
{
    struct archive_member m = {.name = member_name(a, header), .at = a->at,
                               .bytes = bytes};
    if (a->is_thin)
        m.path = m.name[0] == '/' ? m.name
                                  : path_join(path_dir(a->path), m.name);
    return visit(context, &m);
}

/* Reads the header at a->at and steps over its member: 1; 0 at the end, or if
 * the visitor has enough; -1: damaged. */
static int next_member(struct archive *a, archive_visit *visit, void *context)
{
    char header[HEADER_BYTES + 1] = "";
    ssize_t got = pread(a->file, header, HEADER_BYTES, (off_t)a->at);
    if (got == 0)
        return 0;
    if (got != HEADER_BYTES || header[HEADER_BYTES - 2] != '`' ||
        begins(header, "#1/"))
        return -1;
    uint64_t bytes = strtoull(header + SIZE_AT, NULL, 10);
    bool table = begins(header, "/ ") || begins(header, "/SYM64/ ");
    bool names = begins(header, "// ");
    a->at += HEADER_BYTES;
    if (names && !read_names(a, bytes))
        return -1;
    if (!table && !names && !visit_member(a, header, bytes, visit, context))
        return 0;
    if (!a->is_thin || table || names)
        a->at += bytes + bytes % 2;
    return 1;
}

bool archive_each(int file, const char *path, archive_visit *visit,
                  void *context)
{
    enum archive_sort sort = archive_sort(file);
    struct archive a = {.path = path, .file = file, .at = MAGIC_BYTES,
                        .is_thin = sort == ARCHIVE_THIN};
    int more = sort == ARCHIVE_NONE ? -1 : 1;
    while (more > 0)
        more = next_member(&a, visit, context);
    free(a.names);
    return more == 0;
}
