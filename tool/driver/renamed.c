/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* renamed.c - see renamed.h.
 *
 * An object says in its section escc.names, which the linker leaves out of
 * programs, for which functions of the library its code calls the runtime's,
 * "malloc,free,".  It refers to these by their own names as well
 * [inv.alloc.names]: so when one of them has no symbol it was renamed since.
 * If the runtime's was renamed, too, that is what was meant, and works.
 *
 * Members of archives are not looked at.
 */
#define _GNU_SOURCE
#include "renamed.h"

#include "util/arena.h"
#include "util/diag.h"

#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct object {
    const char *file;
    uint64_t bytes;
    const Elf64_Shdr *sections;
    unsigned count;
};

/* The bytes of a section that has texts, each with its end; NULL: damaged, or
 * there is no such section. */
static const char *section_text(const struct object *o, unsigned index,
                                uint64_t *bytes)
{
    const Elf64_Shdr *s = o->sections + (index < o->count ? index : 0);
    if (index >= o->count || s->sh_type == SHT_NOBITS || !s->sh_size ||
        s->sh_offset > o->bytes || s->sh_size > o->bytes - s->sh_offset)
        return NULL;
    *bytes = s->sh_size;
    return o->file + s->sh_offset;
}

static bool is_object(struct object *o)
{
    const Elf64_Ehdr *h = (const void *)o->file;
    if (o->bytes < sizeof *h || memcmp(h->e_ident, ELFMAG, SELFMAG) != 0 ||
        h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_type != ET_REL ||
        h->e_shentsize != sizeof *o->sections || h->e_shoff % 8 ||
        h->e_shoff > o->bytes ||
        h->e_shnum > (o->bytes - h->e_shoff) / sizeof *o->sections)
        return false;
    o->sections = (const void *)(o->file + h->e_shoff);
    o->count = h->e_shnum;
    return true;
}

/* The contents of escc.names; NULL: it has none. */
static const char *find_names(const struct object *o, uint64_t *bytes)
{
    static const char wanted[] = "escc.names";
    const Elf64_Ehdr *h = (const void *)o->file;
    uint64_t size;
    const char *texts = section_text(o, h->e_shstrndx, &size);
    for (unsigned i = 0; texts && i < o->count; i++) {
        uint64_t at = o->sections[i].sh_name;
        if (at < size && size - at >= sizeof wanted &&
            !memcmp(texts + at, wanted, sizeof wanted))
            return section_text(o, i, bytes);
    }
    return NULL;
}

/* Has the object a symbol of that name, which is not of the file alone? */
static bool has_symbol(const struct object *o, const char *name)
{
    uint64_t size, text_bytes, length = strlen(name) + 1;
    for (unsigned i = 0; i < o->count; i++) {
        const char *table = o->sections[i].sh_type == SHT_SYMTAB &&
                            o->sections[i].sh_offset % 8 == 0
            ? section_text(o, i, &size) : NULL;
        const char *texts = table
            ? section_text(o, o->sections[i].sh_link, &text_bytes) : NULL;
        const Elf64_Sym *symbols = (const void *)table;
        for (uint64_t k = 0; texts && k < size / sizeof *symbols; k++)
            if (ELF64_ST_BIND(symbols[k].st_info) != STB_LOCAL &&
                symbols[k].st_name < text_bytes &&
                text_bytes - symbols[k].st_name >= length &&
                !memcmp(texts + symbols[k].st_name, name, length))
                return true;
    }
    return false;
}

/* The name of the runtime's function to which calls go instead; NULL: to
 * none. */
static const char *called_for(const struct object *o, const char *name)
{
    const char *ours = arena_printf("__escc_%s", name);
    if (!has_symbol(o, ours))
        ours = arena_printf("__escc_%s_now", name);
    return has_symbol(o, ours) ? ours : NULL;
}

static void check_object(const struct object *o, const char *path)
{
    uint64_t bytes = 0, at = 0;
    const char *names = find_names(o, &bytes);
    while (names && at < bytes) {
        const char *end = memchr(names + at, ',', bytes - at);
        if (!end)
            return;
        const char *name = arena_strndup(names + at,
                                         (size_t)(end - names - at));
        at = (uint64_t)(end + 1 - names);
        const char *ours = called_for(o, name);
        if (has_symbol(o, name) || !ours)
            continue;
        diag_warning("escc-renamed", "%s: %s has another name in the object, "
                     "but its calls go to %s", path, name, ours);
        diag_note("let objcopy give both that name, or use the linker's "
                  "--wrap=%s", name);
        return;
    }
}

void renamed_check(const struct command *c)
{
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        struct stat status;
        if (!item->is_input || item->language != LANGUAGE_OBJECT)
            continue;
        int file = open(item->words[0], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (file < 0)
            continue;
        if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
            status.st_size > 0) {
            struct object o = {.bytes = (uint64_t)status.st_size};
            o.file = mmap(NULL, o.bytes, PROT_READ, MAP_PRIVATE, file, 0);
            if (o.file != MAP_FAILED && is_object(&o))
                check_object(&o, item->words[0]);
            if (o.file != MAP_FAILED)
                munmap((void *)o.file, o.bytes);
        }
        close(file);
    }
}
