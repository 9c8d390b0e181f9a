/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* record.c - see record.h.
 *
 * A record is "escc", in 4 bytes its sort, and in 8 bytes how much code, the
 * sizes of all executable sections added up, it speaks for.  `ld -r` puts
 * records and sections together; what has none, or was put between sections to
 * align them, shows as code that no record speaks for.
 *
 * Links with hundreds of objects ask for each: of a file only its headers are
 * read.  The names of sections are looked up only where the linker leaves the
 * section out of programs, as it does those with records and those with code
 * for its own optimizer.
 */
#define _GNU_SOURCE
#include "record.h"

#include "util/strbuf.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef SHF_EXCLUDE
#define SHF_EXCLUDE (1u << 31)
#endif

enum {
    /* What code that has barriers, and other code, is marked with; another
     * number is that of units which say less of their functions. */
    MARK_CLOSED = 2,
    MARK_REWRITTEN = 3,
    /* "# 1 "<escc>" 1 3" comes behind the first line marker, which has a file
     * name. */
    TEXT_BYTES = 8192,
    /* Objects have no more sections than this; a file with more is damaged. */
    MOST_SECTIONS = 1 << 22
};

struct record {
    char magic[4];
    uint32_t mark;
    uint64_t code_bytes;
};

/* What the headers of an object say. */
struct summary {
    uint64_t code_bytes;
    uint64_t covered;           /* of that, by records */
    uint64_t first;             /* where in the file the first record is */
    uint64_t first_covers;
    unsigned records;
    bool is_open;               /* one of them is of code without barriers */
};

static bool read_at(int file, void *to, size_t bytes, uint64_t at)
{
    return pread(file, to, bytes, (off_t)at) == (ssize_t)bytes;
}

/* The section headers, to be freed; NULL: it is no object of this machine. */
static Elf64_Shdr *read_headers(int file, uint64_t at, Elf64_Ehdr *h,
                                size_t *count)
{
    Elf64_Shdr first;
    if (!read_at(file, h, sizeof *h, at) ||
        memcmp(h->e_ident, ELFMAG, SELFMAG) != 0 ||
        h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_type != ET_REL ||
        h->e_machine != EM_X86_64 || h->e_shentsize != sizeof first ||
        !h->e_shoff || !read_at(file, &first, sizeof first, at + h->e_shoff))
        return NULL;
    *count = h->e_shnum ? h->e_shnum : first.sh_size;
    if (!*count || *count > MOST_SECTIONS)
        return NULL;
    Elf64_Shdr *headers = malloc(*count * sizeof *headers);
    if (headers && read_at(file, headers, *count * sizeof *headers,
                           at + h->e_shoff))
        return headers;
    free(headers);
    return NULL;
}

static bool add_records(int file, uint64_t at, const Elf64_Shdr *section,
                        struct summary *sum)
{
    struct record record;
    uint64_t where = at + section->sh_offset;
    if (section->sh_size % sizeof record)
        return false;
    for (uint64_t end = where + section->sh_size; where < end;
         where += sizeof record) {
        if (!read_at(file, &record, sizeof record, where) ||
            memcmp(record.magic, "escc", sizeof record.magic) != 0 ||
            (record.mark != MARK_CLOSED && record.mark != MARK_REWRITTEN) ||
            record.code_bytes > UINT64_MAX - sum->covered)
            return false;
        if (!sum->records++) {
            sum->first = where;
            sum->first_covers = record.code_bytes;
        }
        sum->is_open |= record.mark != MARK_CLOSED;
        sum->covered += record.code_bytes;
    }
    return true;
}

/* False: it is no object, or one whose code is not what will run. */
static bool add_excluded(int file, uint64_t at, const Elf64_Shdr *section,
                         const Elf64_Shdr *names, struct summary *sum)
{
    char name[16] = "";
    ssize_t got = pread(file, name, sizeof name - 1,
                        (off_t)(at + names->sh_offset + section->sh_name));
    if (got <= 0)
        return false;
    if (!strcmp(name, "escc.unit"))
        return add_records(file, at, section, sum);
    return strncmp(name, ".gnu.lto_", 9) != 0 &&
           strncmp(name, ".llvm.lto", 9) != 0;
}

static bool summarize(int file, uint64_t at, struct summary *sum)
{
    Elf64_Ehdr h;
    size_t count;
    Elf64_Shdr *headers = read_headers(file, at, &h, &count);
    size_t names = headers && h.e_shstrndx == SHN_XINDEX ? headers[0].sh_link
                                                         : h.e_shstrndx;
    *sum = (struct summary){0};
    bool known = headers && names < count;
    for (size_t i = 0; known && i < count; i++) {
        const Elf64_Shdr *section = &headers[i];
        if (section->sh_flags & SHF_EXECINSTR)
            sum->code_bytes += section->sh_size;
        if (section->sh_flags & SHF_EXCLUDE)
            known = add_excluded(file, at, section, &headers[names], sum);
    }
    free(headers);
    return known;
}

enum record_sort record_of(int file, uint64_t at)
{
    struct summary sum;
    if (!summarize(file, at, &sum) || sum.covered != sum.code_bytes)
        return RECORD_NONE;
    return sum.is_open ? RECORD_REWRITTEN : RECORD_CLOSED;
}

void record_complete(const char *path)
{
    struct summary sum;
    struct stat status;
    int file = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
        summarize(file, 0, &sum) && sum.records) {
        uint64_t rest = sum.covered - sum.first_covers;
        uint64_t first = sum.code_bytes - rest;
        if (rest <= sum.code_bytes && first != sum.first_covers) {
            uint64_t where = sum.first + offsetof(struct record, code_bytes);
            ssize_t put = pwrite(file, &first, sizeof first, (off_t)where);
            (void)put;          /* then it covers nothing */
        }
    }
    close(file);
}

/* ---- adding -------------------------------------------------------------- */

/* What is put behind the end of an object: contents of new sections, the
 * names of all sections, and their headers. */
struct addition {
    uint64_t at;                /* where in the file it begins */
    struct strbuf bytes;
    Elf64_Shdr *headers;        /* the old ones, then room for two more */
    size_t count;
    struct strbuf names;
};

static void pad(struct addition *a)
{
    while ((a->at + a->bytes.bytes) % sizeof(uint64_t))
        strbuf_putc(&a->bytes, 0);
}

static void add_section(struct addition *a, const char *name, uint64_t flags,
                        const void *content, size_t bytes)
{
    Elf64_Shdr *section = &a->headers[a->count++];
    *section = (Elf64_Shdr){
        .sh_name = (Elf64_Word)a->names.bytes, .sh_type = SHT_PROGBITS,
        .sh_flags = flags, .sh_offset = a->at + a->bytes.bytes,
        .sh_size = bytes, .sh_addralign = 1,
        .sh_entsize = flags & SHF_STRINGS ? 1 : 0};
    strbuf_add(&a->names, name, strlen(name) + 1);
    strbuf_add(&a->bytes, content, bytes);
}

/* 1 says that a file's name follows (emit.c). */
static void add_script(struct addition *a, const char *script)
{
    struct strbuf text = {0};
    strbuf_putc(&text, 1);
    strbuf_add(&text, script, strlen(script) + 1);
    add_section(a, ".debug_gdb_scripts", SHF_MERGE | SHF_STRINGS, text.text,
                text.bytes);
    strbuf_free(&text);
}

static bool read_names(int file, const Elf64_Shdr *section,
                       struct strbuf *names)
{
    char *text = malloc(section->sh_size);
    bool read = text && section->sh_size &&
                read_at(file, text, section->sh_size, section->sh_offset);
    if (read)
        strbuf_add(names, text, section->sh_size);
    free(text);
    return read;
}

/* The header last: until then the object is as it was. */
static void write_addition(int file, Elf64_Ehdr *h, struct addition *a)
{
    Elf64_Shdr *names = &a->headers[h->e_shstrndx];
    names->sh_offset = a->at + a->bytes.bytes;
    names->sh_size = a->names.bytes;
    strbuf_add(&a->bytes, a->names.text, a->names.bytes);
    pad(a);
    h->e_shoff = a->at + a->bytes.bytes;
    h->e_shnum = (Elf64_Half)a->count;
    strbuf_add(&a->bytes, (const char *)a->headers,
               a->count * sizeof *a->headers);
    ssize_t all = (ssize_t)a->bytes.bytes;
    if (pwrite(file, a->bytes.text, a->bytes.bytes, (off_t)a->at) == all) {
        ssize_t put = pwrite(file, h, sizeof *h, 0);
        (void)put;
    }
}

void record_add(const char *path, const char *debug_script)
{
    struct record record = {{'e', 's', 'c', 'c'}, MARK_CLOSED, 0};
    struct stat status;
    struct addition a = {0};
    Elf64_Ehdr h;
    size_t count;
    int file = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return;
    Elf64_Shdr *old = fstat(file, &status) == 0 && S_ISREG(status.st_mode)
                      ? read_headers(file, 0, &h, &count) : NULL;
    if (old && h.e_shnum && count + 2 < SHN_LORESERVE &&
        h.e_shstrndx < count &&
        (a.headers = realloc(old, (count + 2) * sizeof *old))) {
        old = a.headers;
        a.count = count;
        a.at = (uint64_t)status.st_size;
        if (read_names(file, &old[h.e_shstrndx], &a.names)) {
            add_section(&a, "escc.unit", SHF_EXCLUDE, &record, sizeof record);
            if (debug_script)
                add_script(&a, debug_script);
            write_addition(file, &h, &a);
        }
    }
    free(old);
    strbuf_free(&a.bytes);
    strbuf_free(&a.names);
    close(file);
}

enum record_sort record_in_text(const char *path)
{
    static const char start[] =
        "\n# 1 \"<escc>\" 1 3\n__asm__(\".pushsection escc.unit,";
    static const char closed[] = "\\n.long 2\\n";
    char head[TEXT_BYTES + 1];
    FILE *file = fopen(path, "re");
    if (!file)
        return RECORD_NONE;
    head[0] = '\n';             /* it may be the first line */
    size_t bytes = fread(head + 1, 1, TEXT_BYTES - 1, file);
    fclose(file);
    const char *end = head + bytes + 1;
    const char *at = memmem(head, bytes + 1, start, sizeof start - 1);
    const char *line = at ? at + sizeof start - 1 : end;
    const char *line_end = memchr(line, '\n', (size_t)(end - line));
    size_t left = (size_t)((line_end ? line_end : end) - line);
    const char *record_end = at ? memmem(line, left, ".popsection", 11) : NULL;
    if (!at)
        return RECORD_NONE;
    return record_end && memmem(line, (size_t)(record_end - line), closed,
                                sizeof closed - 1)
        ? RECORD_CLOSED : RECORD_REWRITTEN;
}
