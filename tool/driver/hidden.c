/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hidden.c - see hidden.h.
 *
 * [inv.hidden.malloc]  A process has one malloc, or its runtime collects
 * nothing (runtime/alloc/mguest.c).  An executable's functions are shown to
 * the C library when the linker exports them, as it does those that a library
 * of the link defines, too.  A version script or --exclude-libs can undo that,
 * which its author, who thought of the program's own names, cannot know.  So
 * that is told when it happens, and again when the program starts.
 */
#define _GNU_SOURCE
#include "hidden.h"

#include "util/arena.h"
#include "util/diag.h"

#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Those that have to be one heap's. */
static const char *const family[] = {
    "malloc", "calloc", "realloc", "free", "aligned_alloc", "memalign",
    "posix_memalign", "malloc_usable_size"};
enum { FAMILY = sizeof family / sizeof *family };

bool hidden_is_possible(const struct command *c)
{
    if (c->mode != MODE_LINK || c->shared || c->relocatable || c->is_static)
        return false;
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        if (!item->is_input && item->id == OPT_LINKER_WORD && item->value &&
            (strstr(item->value, "version-script") ||
                strstr(item->value, "exclude-libs")))
            return true;
    }
    return false;
}

void hidden_words(struct word_vec *out)
{
    for (size_t i = 0; i < FAMILY; i++)
        vec_push(out, arena_printf("-Wl,--export-dynamic-symbol=%s",
                                   family[i]));
}

/* Does the file's table of dynamic symbols lack a malloc or free of its own?
 * Not if it has no such table. */
static bool lacks_malloc(const char *file, uint64_t bytes)
{
    const Elf64_Ehdr *h = (const void *)file;
    bool has_table = false, has_malloc = false, has_free = false;
    if (bytes < sizeof *h || memcmp(h->e_ident, ELFMAG, SELFMAG) != 0 ||
        h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_shoff % 8 ||
        h->e_shoff > bytes ||
        h->e_shnum > (bytes - h->e_shoff) / sizeof(Elf64_Shdr))
        return false;
    const Elf64_Shdr *sections = (const void *)(file + h->e_shoff);
    for (size_t i = 0; i < h->e_shnum; i++) {
        const Elf64_Shdr *s = &sections[i];
        if (s->sh_type != SHT_DYNSYM || s->sh_link >= h->e_shnum)
            continue;
        const Elf64_Shdr *names = &sections[s->sh_link];
        if (s->sh_offset > bytes || s->sh_size > bytes - s->sh_offset ||
            s->sh_offset % 8 || names->sh_offset > bytes ||
            names->sh_size > bytes - names->sh_offset || !names->sh_size ||
            file[names->sh_offset + names->sh_size - 1])
            continue;
        const Elf64_Sym *symbols = (const void *)(file + s->sh_offset);
        has_table = true;
        for (size_t k = 0; k < s->sh_size / sizeof *symbols; k++) {
            if (symbols[k].st_shndx == SHN_UNDEF ||
                symbols[k].st_name >= names->sh_size)
                continue;
            const char *name = file + names->sh_offset + symbols[k].st_name;
            has_malloc |= !strcmp(name, family[0]);
            has_free |= !strcmp(name, "free");
        }
    }
    return has_table && !(has_malloc && has_free);
}

void hidden_check(const struct command *c)
{
    const char *path = c->output ? c->output : "a.out";
    struct stat status;
    int file = hidden_is_possible(c)
        ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    if (file < 0)
        return;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_size > 0) {
        size_t bytes = (size_t)status.st_size;
        char *all = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, file, 0);
        bool lacks = all != MAP_FAILED && lacks_malloc(all, bytes);
        if (all != MAP_FAILED)
            munmap(all, bytes);
        if (lacks) {
            diag_warning("escc-hidden", "%s hides malloc from the C library: "
                         "nothing is collected in it", path);
            diag_note("let malloc, calloc, realloc, free and their relatives "
                      "be global in the version script, or name the libraries "
                      "to exclude");
        }
    }
    close(file);
}
