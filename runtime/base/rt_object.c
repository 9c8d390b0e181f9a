/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_object.c - what a loaded object says of itself.
 *
 * Only segments that are loaded are read, and of the dynamic section what the
 * dynamic linker itself goes by.  Symbols are found by the object's own hash
 * table and not by dlsym, which would say what is bound and not who else
 * could be, might call resolvers, and takes locks.
 */
#include "rt_object.h"

#include <elf.h>
#include <string.h>

/* ---- headers ------------------------------------------------------------- */

/* glibc puts the base into addresses, but for objects that it cannot write. */
static const void *address(uintptr_t base, ElfW(Addr) value)
{
    return (const void *)(value < base ? base + value : value);
}

static void read_entry(struct rt_object *o, const ElfW(Dyn) *entry)
{
    const void *at = address(o->base, entry->d_un.d_ptr);
    size_t value = entry->d_un.d_val;
    switch (entry->d_tag) {
    case DT_SYMTAB: o->symbols = at; break;
    case DT_STRTAB: o->strings = at; break;
    case DT_STRSZ: o->string_bytes = value; break;
    case DT_GNU_HASH: o->gnu_hash = at; break;
    case DT_HASH: o->hash = at; break;
    case DT_VERSYM: o->versions = at; break;
    case DT_RELA: o->relocations = at; break;
    case DT_RELASZ: o->nrelocations = value / sizeof *o->relocations; break;
    case DT_RELACOUNT: o->nrelative = value; break;
    case DT_BIND_NOW: o->binds_now = true; break;
    case DT_FLAGS: o->binds_now |= (value & DF_BIND_NOW) != 0; break;
    case DT_FLAGS_1: o->binds_now |= (value & DF_1_NOW) != 0; break;
    }
}

static void read_dynamic(struct rt_object *o, const ElfW(Dyn) *entry)
{
    size_t soname = 0;
    o->dynamic = entry;
    for (; entry->d_tag != DT_NULL; entry++) {
        read_entry(o, entry);
        if (entry->d_tag == DT_SONAME)
            soname = entry->d_un.d_val;
    }
    if (soname && o->strings && soname < o->string_bytes)
        o->soname = o->strings + soname;
}

void rt_object_read(struct rt_object *o, const struct dl_phdr_info *info)
{
    *o = (struct rt_object){.base = info->dlpi_addr,
                            .name = info->dlpi_name,
                            .from = UINTPTR_MAX};
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *h = &info->dlpi_phdr[i];
        uintptr_t start = o->base + h->p_vaddr;
        if (h->p_type == PT_DYNAMIC)
            read_dynamic(o, (const void *)start);
        if (h->p_type != PT_LOAD)
            continue;
        if (start < o->from)
            o->from = start;
        if (start + h->p_memsz > o->to)
            o->to = start + h->p_memsz;
    }
}

/* ---- notes --------------------------------------------------------------- */

static const void *find_note(uintptr_t start, size_t left, size_t align,
                             uint32_t type, size_t *bytes)
{
    static const char owner[] = "escc";
    size_t unit = align == 8 ? 8 : 4;
    while (left >= sizeof(ElfW(Nhdr))) {
        const ElfW(Nhdr) *note = (const void *)start;
        size_t name = (note->n_namesz + 3) / 4 * 4;
        size_t whole = (sizeof *note + name + note->n_descsz + unit - 1) /
                       unit * unit;
        if (note->n_namesz > left || note->n_descsz > left || whole > left)
            return NULL;
        *bytes = note->n_descsz;
        if (note->n_type == type && note->n_namesz == sizeof owner &&
            memcmp(note + 1, owner, sizeof owner) == 0)
            return (const char *)(note + 1) + name;
        start += whole;
        left -= whole;
    }
    return NULL;
}

const void *rt_object_note(const struct dl_phdr_info *info, uint32_t type,
                           size_t *bytes)
{
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *h = &info->dlpi_phdr[i];
        if (h->p_type != PT_NOTE)
            continue;
        const void *found = find_note(info->dlpi_addr + h->p_vaddr,
                                      h->p_memsz, h->p_align, type, bytes);
        if (found)
            return found;
    }
    return NULL;
}

/* ---- symbols ------------------------------------------------------------- */

static bool is_defined_as(const struct rt_object *o, uint32_t i,
                          const char *name)
{
    const ElfW(Sym) *symbol = &o->symbols[i];
    return symbol->st_shndx != SHN_UNDEF &&
        strcmp(o->strings + symbol->st_name, name) == 0;
}

/* The table: buckets, where symbols begin, Bloom filter's words and shift;
 * the filter; the buckets; a hash for each symbol, odd at a chain's end. */
static uint32_t find_gnu(const struct rt_object *o, const char *name,
                         uint32_t previous)
{
    const uint32_t *table = o->gnu_hash;
    uint32_t hash = 5381;
    for (const unsigned char *c = (const unsigned char *)name; *c; c++)
        hash = hash * 33 + *c;
    const ElfW(Addr) *filter = (const void *)(table + 4);
    const unsigned bits = 8 * sizeof *filter;
    ElfW(Addr) word = table[2] ? filter[hash / bits % table[2]] : 0;
    if (!(word >> hash % bits & word >> (hash >> table[3]) % bits & 1))
        return 0;
    const uint32_t *buckets = (const void *)(filter + table[2]);
    uint32_t i = table[0] ? buckets[hash % table[0]] : 0;
    if (i < table[1])
        return 0;
    for (const uint32_t *chain = buckets + table[0] - table[1];; i++) {
        if (i > previous && (chain[i] | 1) == (hash | 1) &&
            is_defined_as(o, i, name))
            return i;
        if (chain[i] & 1)
            return 0;
    }
}

/* The table: buckets, symbols; the buckets; the next symbol of each. */
static uint32_t find_sysv(const struct rt_object *o, const char *name,
                          uint32_t previous)
{
    const uint32_t *table = o->hash;
    uint32_t hash = 0;
    for (const unsigned char *c = (const unsigned char *)name; *c; c++) {
        hash = (hash << 4) + *c;
        hash = (hash ^ (hash & 0xf0000000) >> 24) & 0x0fffffff;
    }
    bool behind = previous == 0;
    uint32_t i = table[0] ? table[2 + hash % table[0]] : 0;
    for (; i; i = table[2 + table[0] + i]) {
        if (behind && is_defined_as(o, i, name))
            return i;
        behind |= i == previous;
    }
    return 0;
}

uint32_t rt_object_find(const struct rt_object *o, const char *name,
                        uint32_t previous)
{
    if (!o->symbols || !o->strings)
        return 0;
    if (o->gnu_hash)
        return find_gnu(o, name, previous);
    return o->hash ? find_sysv(o, name, previous) : 0;
}

/* A GNU table begins behind the symbols without a definition, unless it is
 * empty; then the names stand behind the symbols. */
size_t rt_object_nsymbols(const struct rt_object *o)
{
    if (o->hash)
        return o->hash[1];
    if (o->gnu_hash && o->gnu_hash[1] > 1)
        return o->gnu_hash[1];
    uintptr_t from = (uintptr_t)o->symbols, to = (uintptr_t)o->strings;
    return from && from < to ? (to - from) / sizeof *o->symbols : 0;
}

/* ---- whose it is --------------------------------------------------------- */

static bool is_one_of(const char *soname, const char *const *names, size_t n)
{
    for (size_t i = 0; soname && i < n; i++)
        if (strcmp(soname, names[i]) == 0)
            return true;
    return false;
}

/* libnss_*: glibc's own; others keep what they like. */
bool rt_object_is_system(const struct rt_object *o)
{
    static const char *const names[] = {
        "libc.so.6", "ld-linux-x86-64.so.2", "libm.so.6", "libmvec.so.1",
        "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1",
        "libresolv.so.2", "libgcc_s.so.1", "linux-vdso.so.1",
        "libnss_files.so.2", "libnss_dns.so.2", "libnss_compat.so.2",
        "libesccrt.so.0"};
    return is_one_of(o->soname, names, sizeof names / sizeof *names) ||
           (o->name && strstr(o->name, "/gconv/"));
}

/* [inv.slots.apart]  A library here has no structures but its own, calls no
 * function of others but those that it is given, hands none of these a pointer
 * to a function, and loads no other code.  Of its structures, and of functions
 * with its names, esc_slots.c knows. */
bool rt_object_is_apart(const struct rt_object *o)
{
    static const char *const names[] = {
        "libz.so.1", "liblzma.so.5", "libbz2.so.1.0", "libtinfo.so.6"};
    return is_one_of(o->soname, names, sizeof names / sizeof *names);
}
