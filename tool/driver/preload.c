/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* preload.c - see preload.h. */
#include "preload.h"

#include "job.h"
#include "util/arena.h"
#include "util/path.h"

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The dynamic linker of a program for this kind of machine; NULL: there is
 * none, or it is another kind of file. */
static const char *dynamic_linker(const char *path)
{
    /* Linkers put the program headers and this name at the very front. */
    union { Elf64_Ehdr header; char bytes[4096]; } head = {0};
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    size_t bytes = fread(head.bytes, 1, sizeof head - 1, file);
    fclose(file);
    const Elf64_Ehdr *h = &head.header;
    if (bytes < sizeof *h || memcmp(h->e_ident, ELFMAG, SELFMAG) != 0 ||
        h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_machine != EM_X86_64)
        return NULL;
    for (int i = 0; i < h->e_phnum; i++) {
        Elf64_Phdr segment;
        size_t behind = ((size_t)i + 1) * sizeof segment;
        if (h->e_phoff > bytes || behind > bytes - h->e_phoff)
            return NULL;
        size_t at = h->e_phoff + behind - sizeof segment;
        memcpy(&segment, head.bytes + at, sizeof segment);
        if (segment.p_type == PT_INTERP)
            return segment.p_offset < bytes
                ? arena_strdup(head.bytes + segment.p_offset) : NULL;
    }
    return NULL;
}

/* clang-19, x86_64-linux-gnu-gcc-12; not ccache. */
static bool is_named(const char *base, const char *kind)
{
    const char *found = strstr(base, kind);
    return found && (found == base || found[-1] == '-');
}

bool preload_is_compiler(const char *program, const char *kind)
{
    const char *real = path_real(path_search(program));
    return real && is_named(path_base(real), kind) && dynamic_linker(real);
}

const char *preload_target(const char *program, const char *kind,
                           const char *library)
{
    const char *own = path_self();
    const char *real = path_real(path_search(program));
    if (getenv("LD_PRELOAD") || !own || !real ||
        !is_named(path_base(real), kind) ||
        strpbrk(library, ": \t\n") ||     /* they separate names */
        !path_exists(library))
        return NULL;
    const char *ours = dynamic_linker(own), *theirs = dynamic_linker(real);
    return ours && theirs && !strcmp(ours, theirs) ? real : NULL;
}

const char *preload_word(const char *library)
{
    return arena_printf("LD_PRELOAD=%s", library);
}

void preload_large_pages(const struct backend *b,
                         const struct installation *where)
{
    const char *const *large_pages = job_large_pages();
    if (!large_pages)
        return;
    putenv((char *)(uintptr_t)*large_pages);
    if (b->kind == BACKEND_GCC &&
        preload_target(b->program, "gcc", where->pages))
        putenv((char *)(uintptr_t)preload_word(where->pages));
}
