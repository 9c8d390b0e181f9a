/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* dwarf.c - see dwarf.h.
 *
 * [inv.dwarf.reference]  A local `int x` that moved is, in the rewritten text
 * [inv.local.poison],
 *
 *     typedef int __escc_m7;  __escc_m7 *x = p;
 *
 * so its debug information has these entries:
 *
 *     typedef      __escc_m7  ->  int
 *     pointer                 ->  __escc_m7
 *     variable     x          ->  the pointer
 *
 * (or, where it is not certain that this file will see it, a struct with the
 * pointer as its member).  Of the typedef a reference to int is made, and x is
 * given it as its type.  Pointer and reference both say "the address of an int
 * is here", but what debuggers know of a reference is that its name stands for
 * the int, in whatever expression; that is what C has no declaration for.
 *
 * What an entry consists of is said by a table (.debug_abbrev).  A line for
 * references is added at its end, in an object in place, in a program in a copy
 * of the table, since tables follow each other there.  Entries keep their
 * size: what a typedef has more than a reference is a text that means
 * nothing.  In an object offsets into other sections are for the linker to
 * fill in, and are read from its relocations.
 */
#define _GNU_SOURCE
#include "dwarf.h"

#include "util/strbuf.h"
#include "util/vec.h"

#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Names and numbers of the standard (DWARF 5, section 7). */
enum {
    TAG_MEMBER = 0x0d, TAG_POINTER = 0x0f, TAG_REFERENCE = 0x10,
    TAG_STRUCT = 0x13, TAG_TYPEDEF = 0x16, TAG_VARIABLE = 0x34,
    AT_NAME = 0x03, AT_TYPE = 0x49, AT_STR_OFFSETS_BASE = 0x72,
    FORM_REF4 = 0x13, FORM_STRING = 0x08, FORM_STRP = 0x0e,
    FORM_INDIRECT = 0x16, FORM_STRX = 0x1a, FORM_STRX1 = 0x25,
    FORM_STRX2 = 0x26, FORM_STRX4 = 0x28, FORM_IMPLICIT = 0x21,
    UNIT_COMPILE = 1,
    /* Of no standard attribute, nor of a vendor's whom we know.  Its value is
     * a text: in a block dwz, which Debian's packages are made with, looks for
     * locations, and gives up if it does not know where it is. */
    AT_NOTHING = 0x3ece,
    /* A reference's entry: its number in 2 bytes, the type's offset, and at
     * least the end of the text. */
    REFERENCE_BYTES = 2 + 4 + 1,
    MOST_KINDS = 1 << 14        /* whose numbers have 2 bytes */
};

struct bytes { const uint8_t *at, *end; bool bad; };

struct section {
    const Elf64_Shdr *header;   /* NULL: there is none */
    struct bytes bytes;
    const Elf64_Rela *relocations;
    size_t relocation_count;
};

struct file {
    const uint8_t *start;
    uint64_t size;
    bool is_object;
    const Elf64_Ehdr *header;
    const Elf64_Shdr *sections;
    size_t section_count;
    struct section info, abbreviations, strings, string_offsets;
};

struct attribute { uint64_t name, form; };
struct kind {
    uint64_t tag;
    bool has_children;
    struct { VEC(struct attribute); } attributes;
};

/* An entry whose type may matter; offsets are those of the section. */
struct entry {
    uint64_t offset;            /* of the entry, or of the one it is in */
    uint64_t end;
    uint64_t type_at;
    uint64_t type;
    const char *name;
};
VEC_TYPE(entries, struct entry);

struct unit {
    struct file *file;
    uint64_t begin, end;
    unsigned version;
    uint64_t table;             /* in .debug_abbrev, and where its 0 is */
    uint64_t table_end;
    uint64_t table_at;          /* where the unit names it */
    uint64_t string_base;
    struct { VEC(struct kind); } kinds;         /* by number */
    struct entries markers, pointers, members, variables;
};

/* What will be written where in the file. */
struct change { uint64_t at; uint8_t bytes[8]; unsigned count; };
struct changes {
    VEC(struct change);
    struct strbuf table;        /* the new .debug_abbrev */
};

/* ---- reading ------------------------------------------------------------- */

static uint64_t number(struct bytes *b, unsigned bytes)
{
    uint64_t value = 0;
    if ((size_t)(b->end - b->at) < bytes) {
        b->bad = true;
        b->at = b->end;
        return 0;
    }
    memcpy(&value, b->at, bytes);
    b->at += bytes;
    return value;
}

static uint64_t leb(struct bytes *b)
{
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint64_t byte = number(b, 1);
        if (shift < 64)
            value |= (byte & 127) << shift;
        if (!(byte & 128))
            return value;
    }
}

static void skip(struct bytes *b, uint64_t bytes)
{
    if ((uint64_t)(b->end - b->at) < bytes) {
        b->bad = true;
        b->at = b->end;
    } else {
        b->at += bytes;
    }
}

static void skip_string(struct bytes *b)
{
    while (number(b, 1) && !b->bad)
        ;
}

/* Over a value of this form; an unknown one makes the bytes bad. */
static void skip_value(struct bytes *b, uint64_t form, unsigned version)
{
    /* How many bytes, by form. */
    static const uint8_t fixed[] = {
        [0x01] = 8, [0x05] = 2, [0x06] = 4, [0x07] = 8, [0x0b] = 1,
        [0x0c] = 1, [0x0e] = 4, [0x11] = 1, [0x12] = 2, [0x13] = 4,
        [0x14] = 8, [0x17] = 4, [0x1c] = 4, [0x1d] = 4, [0x1e] = 16,
        [0x1f] = 4, [0x20] = 8, [0x24] = 8, [0x25] = 1, [0x26] = 2,
        [0x27] = 3, [0x28] = 4, [0x29] = 1, [0x2a] = 2, [0x2b] = 3,
        [0x2c] = 4};
    switch (form) {
    case 0x03: skip(b, number(b, 2)); return;           /* block2 */
    case 0x04: skip(b, number(b, 4)); return;           /* block4 */
    case 0x0a: skip(b, number(b, 1)); return;           /* block1 */
    case 0x09: case 0x18: skip(b, leb(b)); return;      /* block, exprloc */
    case FORM_STRING: skip_string(b); return;
    case 0x10: skip(b, version < 3 ? 8 : 4); return;    /* ref_addr */
    case 0x0d: case 0x0f: case 0x15: case 0x1a: case 0x1b: case 0x22:
    case 0x23: case 0x1f01: case 0x1f02: leb(b); return;
    case FORM_INDIRECT: skip_value(b, leb(b), version); return;
    case 0x19: case FORM_IMPLICIT: return;              /* in the table */
    case 0x1f20: case 0x1f21: skip(b, 4); return;       /* of GNU's */
    default:
        if (form < sizeof fixed && fixed[form])
            skip(b, fixed[form]);
        else
            b->bad = true;
    }
}

/* ---- sections ------------------------------------------------------------ */

static bool is_inside(const struct file *f, uint64_t at, uint64_t bytes)
{
    return at <= f->size && bytes <= f->size - at;
}

/* The section of this name that belongs to no group. */
static struct section section_named(const struct file *f, const char *name)
{
    struct section found = {0};
    const Elf64_Shdr *names = &f->sections[f->header->e_shstrndx];
    for (size_t i = 0; i < f->section_count; i++) {
        const Elf64_Shdr *s = &f->sections[i];
        if (s->sh_type != SHT_PROGBITS || s->sh_name >= names->sh_size ||
            s->sh_flags & (SHF_COMPRESSED | SHF_GROUP) ||
            !is_inside(f, s->sh_offset, s->sh_size) ||
            strcmp((const char *)f->start + names->sh_offset + s->sh_name,
                   name) != 0)
            continue;
        const uint8_t *start = f->start + s->sh_offset;
        found.header = s;
        found.bytes = (struct bytes){start, start + s->sh_size, false};
        break;
    }
    for (size_t i = 0; found.header && i < f->section_count; i++) {
        const Elf64_Shdr *s = &f->sections[i];
        if (s->sh_type != SHT_RELA ||
            s->sh_info != (size_t)(found.header - f->sections) ||
            !is_inside(f, s->sh_offset, s->sh_size) || s->sh_offset % 8)
            continue;
        found.relocations = (const void *)(f->start + s->sh_offset);
        found.relocation_count = s->sh_size / sizeof(Elf64_Rela);
    }
    return found;
}

static bool find_sections(struct file *f)
{
    const Elf64_Ehdr *h = (const void *)f->start;
    if (f->size < sizeof *h || memcmp(h->e_ident, ELFMAG, SELFMAG) != 0 ||
        h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_machine != EM_X86_64 ||
        h->e_shentsize != sizeof(Elf64_Shdr) || h->e_shoff % 8 ||
        !is_inside(f, h->e_shoff, sizeof(Elf64_Shdr)))
        return false;
    f->header = h;
    f->is_object = h->e_type == ET_REL;
    f->sections = (const void *)(f->start + h->e_shoff);
    f->section_count = h->e_shnum ? h->e_shnum : f->sections[0].sh_size;
    size_t names = h->e_shstrndx;
    if (f->section_count > f->size / sizeof(Elf64_Shdr) ||
        !is_inside(f, h->e_shoff, f->section_count * sizeof(Elf64_Shdr)) ||
        names >= f->section_count ||
        !is_inside(f, f->sections[names].sh_offset,
                   f->sections[names].sh_size) ||
        !f->sections[names].sh_size ||
        f->start[f->sections[names].sh_offset + f->sections[names].sh_size
                 - 1])
        return false;
    f->info = section_named(f, ".debug_info");
    f->abbreviations = section_named(f, ".debug_abbrev");
    f->strings = section_named(f, ".debug_str");
    f->string_offsets = section_named(f, ".debug_str_offsets");
    return f->info.header && f->abbreviations.header && f->strings.header;
}

static int compare_offsets(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* The offset into another section that stands in 4 bytes of this one;
 * relocations are in the order of what they relocate. */
static uint64_t offset_at(const struct file *f, const struct section *s,
                          uint64_t at)
{
    if (!s->header || at > s->header->sh_size || s->header->sh_size - at < 4)
        return UINT64_MAX;
    struct bytes b = {f->start + s->header->sh_offset + at, s->bytes.end,
                      false};
    uint64_t value = number(&b, 4);
    const Elf64_Rela *r = s->relocation_count
        ? bsearch(&at, s->relocations, s->relocation_count, sizeof *r,
                  compare_offsets) : NULL;
    if (!r)
        return value;
    for (size_t i = 0; i < f->section_count; i++) {
        const Elf64_Shdr *symbols = &f->sections[i];
        if (symbols->sh_type != SHT_SYMTAB || symbols->sh_offset % 8 ||
            !is_inside(f, symbols->sh_offset, symbols->sh_size) ||
            ELF64_R_SYM(r->r_info) >= symbols->sh_size / sizeof(Elf64_Sym))
            continue;
        const Elf64_Sym *all = (const void *)(f->start + symbols->sh_offset);
        return all[ELF64_R_SYM(r->r_info)].st_value + (uint64_t)r->r_addend;
    }
    return UINT64_MAX;
}

static const char *string_at(const struct file *f, uint64_t offset)
{
    const struct bytes *all = &f->strings.bytes;
    if (offset >= (uint64_t)(all->end - all->at) || all->end[-1])
        return NULL;
    return (const char *)all->at + offset;
}

/* ---- units --------------------------------------------------------------- */

static void read_kind(struct unit *u, struct bytes *b, uint64_t code)
{
    struct kind kind = {.tag = leb(b), .has_children = number(b, 1)};
    for (;;) {
        struct attribute a = {leb(b), leb(b)};
        if (a.form == FORM_IMPLICIT)
            leb(b);
        if ((!a.name && !a.form) || b->bad)
            break;
        vec_push(&kind.attributes, a);
    }
    while (code < MOST_KINDS - 1 && u->kinds.count <= code)
        vec_push(&u->kinds, (struct kind){0});
    if (code >= u->kinds.count || u->kinds.items[code].tag) {
        vec_free(&kind.attributes);
        b->bad = true;
    } else {
        u->kinds.items[code] = kind;
    }
}

/* False: the table is not understood. */
static bool read_kinds(struct unit *u)
{
    struct bytes b = u->file->abbreviations.bytes;
    const uint8_t *start = b.at;
    skip(&b, u->table);
    while (!b.bad) {
        u->table_end = (uint64_t)(b.at - start);
        uint64_t code = leb(&b);
        if (!code)
            break;
        read_kind(u, &b, code);
    }
    return !b.bad && u->kinds.count;
}

static const char *indexed_string(const struct unit *u, uint64_t index)
{
    const struct file *f = u->file;
    if (index > UINT32_MAX)
        return NULL;
    return string_at(f, offset_at(f, &f->string_offsets,
                                  u->string_base + index * 4));
}

/* The value is a name. */
static const char *name_of(const struct unit *u, struct bytes b,
                           uint64_t form)
{
    const struct section *info = &u->file->info;
    switch (form) {
    case FORM_STRING:
        return memchr(b.at, 0, (size_t)(b.end - b.at)) ? (const char *)b.at
                                                       : NULL;
    case FORM_STRP:
        return string_at(u->file,
                         offset_at(u->file, info,
                                   (uint64_t)(b.at - info->bytes.at)));
    case FORM_STRX:
        return indexed_string(u, leb(&b));
    case FORM_STRX1: case FORM_STRX2: case FORM_STRX2 + 1: case FORM_STRX4:
        return indexed_string(u, number(&b, (unsigned)(form - 0x24)));
    default:
        return NULL;
    }
}

static bool is_marker(const char *name)
{
    static const char prefix[] = "__escc_m";
    return name && !strncmp(name, prefix, sizeof prefix - 1);
}

static void note(struct unit *u, const struct kind *kind, struct entry e,
                 uint64_t parent)
{
    if (!e.type_at)
        return;
    if (kind->tag == TAG_TYPEDEF && is_marker(e.name))
        vec_push(&u->markers, e);
    else if (kind->tag == TAG_POINTER)
        vec_push(&u->pointers, e);
    else if (kind->tag == TAG_VARIABLE && e.name)
        vec_push(&u->variables, e);
    else if (kind->tag == TAG_MEMBER && parent) {
        e.offset = parent;
        vec_push(&u->members, e);
    }
}

/* One entry; `offset` is where it begins. */
static void read_entry(struct unit *u, struct bytes *b,
                       const struct kind *kind, uint64_t offset,
                       uint64_t parent)
{
    struct entry e = {.offset = offset};
    const uint8_t *start = u->file->info.bytes.at;
    for (size_t i = 0; i < kind->attributes.count && !b->bad; i++) {
        const struct attribute *a = &kind->attributes.items[i];
        if (a->name == AT_NAME && (kind->tag == TAG_TYPEDEF ||
                                   kind->tag == TAG_VARIABLE))
            e.name = name_of(u, *b, a->form);
        if (a->name == AT_TYPE && a->form == FORM_REF4) {
            struct bytes value = *b;
            e.type_at = (uint64_t)(b->at - start);
            e.type = u->begin + number(&value, 4);
        }
        if (a->name == AT_STR_OFFSETS_BASE)
            u->string_base = offset_at(u->file, &u->file->info,
                                       (uint64_t)(b->at - start));
        skip_value(b, a->form, u->version);
    }
    e.end = (uint64_t)(b->at - start);
    note(u, kind, e, parent);
}

static void read_entries(struct unit *u, struct bytes b)
{
    const uint8_t *start = u->file->info.bytes.at;
    struct { VEC(uint64_t); } parents = {0};
    while (b.at < b.end && !b.bad) {
        uint64_t offset = (uint64_t)(b.at - start), code = leb(&b);
        if (!code) {
            if (parents.count)
                parents.count--;
            continue;
        }
        if (code >= u->kinds.count || !u->kinds.items[code].tag)
            break;
        const struct kind *kind = &u->kinds.items[code];
        read_entry(u, &b, kind, offset,
                   parents.count ? vec_last(&parents) : 0);
        if (kind->has_children)
            vec_push(&parents, kind->tag == TAG_STRUCT ? offset : 0);
    }
    vec_free(&parents);
}

/* ---- changes ------------------------------------------------------------- */

static const struct entry *entry_at(const struct entries *all, uint64_t offset)
{
    return all->count ? bsearch(&offset, all->items, all->count,
                                sizeof *all->items, compare_offsets)
                      : NULL;
}

static void change_file(struct changes *c, uint64_t at, uint64_t value,
                        unsigned bytes)
{
    struct change one = {.at = at, .count = bytes};
    memcpy(one.bytes, &value, bytes);
    vec_push(c, one);
}

static void change(struct changes *c, const struct section *s, uint64_t at,
                   uint64_t value, unsigned bytes)
{
    change_file(c, s->header->sh_offset + at, value, bytes);
}

/* The marker to which the type at this offset, a pointer or a struct with a
 * pointer, leads; or NULL. */
static const struct entry *marker_behind(const struct unit *u, uint64_t type)
{
    const struct entry *member = entry_at(&u->members, type);
    const struct entry *pointer =
        entry_at(&u->pointers, member ? member->type : type);
    const struct entry *marker =
        pointer ? entry_at(&u->markers, pointer->type) : NULL;
    return marker && marker->end - marker->offset >= REFERENCE_BYTES ? marker
                                                                     : NULL;
}

/* In the head of a loop the copy is a plain pointer, to what the one in the
 * body is a pointer to, declared behind the pointer that is used. */
static void change_head(const struct unit *u, size_t inner,
                        const struct entry *marker, struct changes *c)
{
    const char *wanted = u->variables.items[inner].name;
    size_t i = inner;
    while (i-- > 0 && strcmp(u->variables.items[i].name, wanted) != 0)
        ;
    if (i == SIZE_MAX || i == 0)
        return;
    const struct entry *head = &u->variables.items[i];
    const struct entry *pointer = entry_at(&u->pointers, head->type);
    const char *twin = head[-1].name;
    const char *name =
        strncmp(twin, "__escc_p", 8) == 0 ? strchr(twin + 8, '_') : NULL;
    if (pointer && pointer->type == marker->type && name &&
        !strcmp(name + 1, wanted))
        change(c, &u->file->info, head->type_at, marker->offset - u->begin,
               4);
}

/* The linker is to leave alone what stands in these bytes. */
static void forget_relocations(const struct file *f, uint64_t begin,
                               uint64_t end, struct changes *c)
{
    const struct section *info = &f->info;
    for (size_t i = 0; i < info->relocation_count; i++) {
        const Elf64_Rela *r = &info->relocations[i];
        if (r->r_offset >= begin && r->r_offset < end)
            change_file(c, (uint64_t)((const uint8_t *)&r->r_info - f->start),
                        ELF64_R_INFO(0, R_X86_64_NONE), sizeof r->r_info);
    }
}

/* Not below 128: lldb takes it that a number has no more bytes than it needs,
 * and these have 2. */
static unsigned reference_code(const struct unit *u)
{
    enum { LEAST_OF_2_BYTES = 128 };
    return u->kinds.count > LEAST_OF_2_BYTES ? (unsigned)u->kinds.count
                                             : LEAST_OF_2_BYTES;
}

/* `code` is a reference's number [inv.dwarf.reference]. */
static void change_marker(const struct unit *u, const struct entry *marker,
                          uint64_t code, struct changes *c)
{
    const struct section *info = &u->file->info;
    uint64_t at = marker->offset;
    forget_relocations(u->file, at, marker->end, c);
    change(c, info, at, (code & 127) | 128 | (code >> 7) << 8, 2);
    change(c, info, at + 2, marker->type - u->begin, 4);
    for (at += 6; at + 1 < marker->end; at++)
        change(c, info, at, '.', 1);
    change(c, info, at, 0, 1);
}

/* The line for references in the unit's table. */
static void add_line(const struct unit *u, struct strbuf *out)
{
    unsigned code = reference_code(u);
    const char line[] = {
        (char)((code & 127) | 128), (char)(code >> 7), TAG_REFERENCE, 0,
        AT_TYPE, FORM_REF4,
        (char)((AT_NOTHING & 127) | 128), AT_NOTHING >> 7, FORM_STRING,
        0, 0, 0};
    strbuf_add(out, line, sizeof line);
}

static void change_unit(const struct unit *u, struct changes *c)
{
    const struct section *info = &u->file->info;
    size_t before = c->count;
    for (size_t i = 0; i < u->variables.count; i++) {
        const struct entry *v = &u->variables.items[i];
        const struct entry *marker = marker_behind(u, v->type);
        if (!marker)
            continue;
        change(c, info, v->type_at, marker->offset - u->begin, 4);
        change_marker(u, marker, reference_code(u), c);
        change_head(u, i, marker, c);
    }
    if (c->count == before)
        return;
    const char *table = (const char *)u->file->abbreviations.bytes.at;
    if (u->file->is_object) {
        strbuf_add(&c->table, table, u->table_end);
    } else {
        if (!c->table.bytes)
            strbuf_add(&c->table, table,
                       u->file->abbreviations.header->sh_size);
        change(c, info, u->table_at, c->table.bytes, 4);
        strbuf_add(&c->table, table + u->table, u->table_end - u->table);
    }
    add_line(u, &c->table);
}

static void free_unit(struct unit *u)
{
    for (size_t i = 0; i < u->kinds.count; i++)
        vec_free(&u->kinds.items[i].attributes);
    vec_free(&u->kinds);
    vec_free(&u->markers);
    vec_free(&u->pointers);
    vec_free(&u->members);
    vec_free(&u->variables);
}

/* One unit from its header on; false: there is no other one. */
static bool take_unit(struct file *f, struct bytes *rest, struct changes *c)
{
    const uint8_t *start = f->info.bytes.at;
    struct unit u = {.file = f, .begin = (uint64_t)(rest->at - start),
                     .string_base = 8};
    uint64_t bytes = number(rest, 4);
    if (rest->bad || bytes >= 0xfffffff0 ||
        bytes > (uint64_t)(rest->end - rest->at))
        return false;
    struct bytes b = {rest->at, rest->at + bytes, false};
    skip(rest, bytes);
    u.version = (unsigned)number(&b, 2);
    uint64_t type = UNIT_COMPILE;
    if (u.version >= 5) {
        type = number(&b, 1);
        number(&b, 1);          /* an address's size */
    }
    u.table_at = (uint64_t)(b.at - start);
    u.table = offset_at(f, &f->info, u.table_at);
    number(&b, 4);
    if (u.version < 5)
        number(&b, 1);
    /* The table that an object's only unit has ends the section. */
    bool alone = !u.begin && rest->at == rest->end;
    if (type == UNIT_COMPILE && u.version >= 2 && u.version <= 5 &&
        (!f->is_object || alone) && !b.bad && read_kinds(&u) &&
        (!f->is_object ||
            (!u.table &&
                u.table_end + 1 == f->abbreviations.header->sh_size))) {
        read_entries(&u, b);
        change_unit(&u, c);
    }
    free_unit(&u);
    return true;
}

/* ---- writing ------------------------------------------------------------- */

/* The new table is behind everything else.  What is half written is an error
 * of the system, of which the back end's next reader will tell. */
static void write_changes(int file, const struct file *f,
                          const struct changes *c)
{
    uint64_t header = (uint64_t)((const uint8_t *)f->abbreviations.header
                                 - f->start);
    Elf64_Shdr changed = *f->abbreviations.header;
    changed.sh_offset = f->size;
    changed.sh_size = c->table.bytes;
    if (pwrite(file, c->table.text, c->table.bytes, (off_t)f->size) !=
            (ssize_t)c->table.bytes ||
        pwrite(file, &changed, sizeof changed, (off_t)header) !=
            (ssize_t)sizeof changed)
        return;
    for (size_t i = 0; i < c->count; i++) {
        const struct change *one = &c->items[i];
        ssize_t put = pwrite(file, one->bytes, one->count, (off_t)one->at);
        (void)put;
    }
}

void dwarf_show_moved(const char *path)
{
    struct stat status;
    struct changes changes = {0};
    struct file f = {0};
    int file = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_size > 0) {
        f.size = (uint64_t)status.st_size;
        void *all = mmap(NULL, f.size, PROT_READ, MAP_PRIVATE, file, 0);
        f.start = all;
        if (all != MAP_FAILED && find_sections(&f)) {
            struct bytes rest = f.info.bytes;
            while (rest.at < rest.end && take_unit(&f, &rest, &changes))
                ;
            if (changes.count)
                write_changes(file, &f, &changes);
        }
        if (all != MAP_FAILED)
            munmap(all, f.size);
    }
    vec_free(&changes);
    strbuf_free(&changes.table);
    close(file);
}
