/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* image.c - a program or library as it would be loaded.
 *
 * What reads loaded objects in a process (runtime/base/rt_object.c) then reads
 * these as well.  Only addresses inside the object are filled in: entries lead
 * to facts by them.  A program that is linked for one place is put there.
 */
#include "image.h"

#include "util/arena.h"
#include "util/diag.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef DT_RELR
#define DT_RELRSZ 35
#define DT_RELR 36
#endif

/* Of addresses, so that a damaged file does not ask for all that there are;
 * programs are smaller. */
static const uint64_t most_bytes = UINT64_C(1) << 36;

struct image {
    int file;
    const char *path;
    Elf64_Ehdr header;
    Elf64_Phdr *segments;
    uint64_t from, to;          /* the file's addresses, whole pages */
    char *memory;               /* where `from` is */
};

static bool fail(const struct image *m, const char *why)
{
    diag_error("escc-tables", "%s: %s", m->path, why);
    return false;
}

static bool read_headers(struct image *m)
{
    Elf64_Ehdr *h = &m->header;
    if (pread(m->file, h, sizeof *h, 0) != sizeof *h ||
        memcmp(h->e_ident, ELFMAG, SELFMAG) != 0 ||
        h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_machine != EM_X86_64 ||
        (h->e_type != ET_EXEC && h->e_type != ET_DYN) ||
        h->e_phentsize != sizeof *m->segments)
        return fail(m, "is no program and no shared library");
    size_t bytes = h->e_phnum * sizeof *m->segments;
    m->segments = arena_alloc(bytes);
    if (pread(m->file, m->segments, bytes, (off_t)h->e_phoff) !=
        (ssize_t)bytes)
        return fail(m, "is damaged");
    m->from = UINT64_MAX;
    for (unsigned i = 0; i < h->e_phnum; i++) {
        const Elf64_Phdr *p = &m->segments[i];
        if (p->p_type != PT_LOAD)
            continue;
        if (p->p_memsz > most_bytes || p->p_filesz > p->p_memsz ||
            p->p_vaddr > UINT64_MAX / 2)
            return fail(m, "is damaged");
        if (p->p_vaddr < m->from)
            m->from = p->p_vaddr & ~UINT64_C(4095);
        if (p->p_vaddr + p->p_memsz > m->to)
            m->to = (p->p_vaddr + p->p_memsz + 4095) & ~UINT64_C(4095);
    }
    if (m->from >= m->to || m->to - m->from > most_bytes)
        return fail(m, "is damaged");
    return true;
}

/* Whether `bytes` bytes at an address of the file's are in its memory. */
static bool is_inside(const struct image *m, uint64_t at, uint64_t bytes)
{
    return at >= m->from && at < m->to && bytes <= m->to - at;
}

static bool map_segments(struct image *m)
{
    bool fixed = m->header.e_type == ET_EXEC;
    m->memory = mmap(fixed ? (void *)m->from : NULL, m->to - m->from,
                     PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
                         (fixed ? MAP_FIXED_NOREPLACE : 0), -1, 0);
    if (m->memory == MAP_FAILED || (fixed && m->memory != (void *)m->from))
        return fail(m, "there is no room where it has to be");
    for (unsigned i = 0; i < m->header.e_phnum; i++) {
        const Elf64_Phdr *p = &m->segments[i];
        if (p->p_type == PT_LOAD &&
            pread(m->file, m->memory + (p->p_vaddr - m->from), p->p_filesz,
                  (off_t)p->p_offset) != (ssize_t)p->p_filesz)
            return fail(m, "is damaged");
        if (p->p_type != PT_LOAD && p->p_memsz &&
            p->p_type != PT_GNU_STACK && !is_inside(m, p->p_vaddr,
                                                    p->p_memsz))
            return fail(m, "is damaged");
    }
    return true;
}

/* ---- relocations --------------------------------------------------------- */

static void relocate(const struct image *m, uint64_t at, uint64_t value)
{
    value += (uintptr_t)m->memory - m->from;
    if (is_inside(m, at, sizeof value))
        memcpy(m->memory + (at - m->from), &value, sizeof value);
}

/* Adds the base to a word that has the value already. */
static void relocate_word(const struct image *m, uint64_t at)
{
    uint64_t value;
    if (!is_inside(m, at, sizeof value))
        return;
    memcpy(&value, m->memory + (at - m->from), sizeof value);
    relocate(m, at, value);
}

static void relocate_table(const struct image *m, const Elf64_Rela *r,
                           size_t n)
{
    for (; n; n--, r++)
        if (ELF64_R_TYPE(r->r_info) == R_X86_64_RELATIVE)
            relocate(m, r->r_offset, (uint64_t)r->r_addend);
}

/* Words that are addresses, each followed by bits for the 63 words behind. */
static void relocate_packed(const struct image *m, const uint64_t *word,
                            size_t n)
{
    uint64_t at = 0;
    for (; n; n--, word++) {
        if (!(*word & 1)) {
            relocate_word(m, *word);
            at = *word + 8;
            continue;
        }
        for (unsigned i = 0; i < 63; i++)
            if (*word >> (i + 1) & 1)
                relocate_word(m, at + i * 8);
        at += UINT64_C(63) * 8;
    }
}

static void relocate_all(const struct image *m, const Elf64_Phdr *dynamic)
{
    const Elf64_Dyn *d = (const void *)(m->memory +
                                        (dynamic->p_vaddr - m->from));
    uint64_t rela = 0, rela_bytes = 0, relr = 0, relr_bytes = 0;
    for (size_t n = dynamic->p_memsz / sizeof *d; n && d->d_tag; n--, d++)
        switch (d->d_tag) {
        case DT_RELA: rela = d->d_un.d_ptr; break;
        case DT_RELASZ: rela_bytes = d->d_un.d_val; break;
        case DT_RELR: relr = d->d_un.d_ptr; break;
        case DT_RELRSZ: relr_bytes = d->d_un.d_val; break;
        }
    if (rela && is_inside(m, rela, rela_bytes))
        relocate_table(m, (const void *)(m->memory + (rela - m->from)),
                       rela_bytes / sizeof(Elf64_Rela));
    if (relr && is_inside(m, relr, relr_bytes))
        relocate_packed(m, (const void *)(m->memory + (relr - m->from)),
                        relr_bytes / sizeof(uint64_t));
}

bool image_load(struct dl_phdr_info *info, const char *path)
{
    struct image m = {.path = path,
                      .file = open(path, O_RDONLY | O_CLOEXEC)};
    if (m.file < 0)
        return fail(&m, strerror(errno));
    bool loaded = read_headers(&m) && map_segments(&m);
    close(m.file);
    if (!loaded)
        return false;
    for (unsigned i = 0; i < m.header.e_phnum; i++)
        if (m.segments[i].p_type == PT_DYNAMIC)
            relocate_all(&m, &m.segments[i]);
    *info = (struct dl_phdr_info){
        .dlpi_addr = (uintptr_t)m.memory - m.from, .dlpi_name = path,
        .dlpi_phdr = m.segments, .dlpi_phnum = m.header.e_phnum};
    return true;
}
