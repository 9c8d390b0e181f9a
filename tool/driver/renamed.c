/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* renamed.c - see renamed.h.
 *
 * An object says in its section escc.names, which the linker leaves out of
 * programs, for which functions of the library its code calls the runtime's,
 * "malloc,free,", and has a relocation at each name against the symbol of that
 * name [inv.alloc.names].  objcopy changes the symbol, and so it is known what
 * was renamed, and to what.  Where the runtime's function has been given
 * another name, too, the user has seen to it himself.
 *
 * What was meant is done by objcopy once more, to a copy.  The linker cannot
 * do it: for it a name is the same in all of its inputs, and my_malloc, in
 * another unit, calls malloc.
 *
 * An archive is copied if what was renamed in one member was so in all; what
 * -l stands for is looked for in the command's own folders.
 */
#define _GNU_SOURCE
#include "renamed.h"

#include "archive.h"
#include "job.h"
#include "util/arena.h"
#include "util/diag.h"
#include "util/path.h"

#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A member of an archive begins at any even byte, so that nothing is read
 * through pointers. */
struct object {
    const char *bytes;
    uint64_t size;
    Elf64_Ehdr header;
};

/* `malloc` is called `now`; the same word: it was not renamed. */
struct renaming { const char *name, *now; };
VEC_TYPE(renaming_vec, struct renaming);

/* An input as the linker gets it: an object, or an archive. */
struct input {
    const char *path;
    const char *all;            /* the file */
    uint64_t bytes;
    struct renaming_vec names;  /* of which there are calls, each once */
    unsigned forms;             /* that are called of any of them */
    const char *mixed;          /* one renamed in a part of it; or NULL */
};

/* ---- objects ------------------------------------------------------------- */

static bool read_at(const struct object *o, uint64_t at, void *to,
                    size_t bytes)
{
    if (at > o->size || bytes > o->size - at)
        return false;
    memcpy(to, o->bytes + at, bytes);
    return true;
}

static bool is_object(struct object *o)
{
    const Elf64_Ehdr *h = &o->header;
    return read_at(o, 0, &o->header, sizeof o->header) &&
           memcmp(h->e_ident, ELFMAG, SELFMAG) == 0 &&
           h->e_ident[EI_CLASS] == ELFCLASS64 && h->e_type == ET_REL &&
           h->e_shentsize == sizeof(Elf64_Shdr);
}

/* A section with contents; false: damaged, or there is none. */
static bool get_section(const struct object *o, uint64_t index, Elf64_Shdr *s)
{
    return index < o->header.e_shnum &&
           read_at(o, o->header.e_shoff + index * sizeof *s, s, sizeof *s) &&
           s->sh_type != SHT_NOBITS && s->sh_offset <= o->size &&
           s->sh_size <= o->size - s->sh_offset;
}

/* The text at a byte of a section, up to `end`; NULL: damaged. */
static const char *text_at(const struct object *o, const Elf64_Shdr *s,
                           uint64_t at, char end)
{
    if (at >= s->sh_size)
        return NULL;
    const char *text = o->bytes + s->sh_offset + at;
    const char *stop = memchr(text, end, s->sh_size - at);
    return stop ? arena_strndup(text, (size_t)(stop - text)) : NULL;
}

/* The section escc.names, or the one with its relocations. */
static bool find_section(const struct object *o, uint64_t of, Elf64_Shdr *found,
                         uint64_t *index)
{
    Elf64_Shdr names;
    struct arena_mark mark = arena_mark();
    bool has_names = get_section(o, o->header.e_shstrndx, &names);
    for (uint64_t i = 0; has_names && i < o->header.e_shnum; i++) {
        if (!get_section(o, i, found))
            continue;
        const char *name = of ? NULL : text_at(o, &names, found->sh_name, 0);
        bool is_it = of ? found->sh_type == SHT_RELA && found->sh_info == of
                        : name && !strcmp(name, "escc.names");
        arena_release(mark);
        if (is_it) {
            *index = i;
            return true;
        }
    }
    return false;
}

/* The symbols of an object, by the section that a table of relocations or the
 * caller names. */
struct symbols {
    const struct object *object;
    Elf64_Shdr table, texts;
};

static bool get_symbols(const struct object *o, uint64_t index,
                        struct symbols *symbols)
{
    symbols->object = o;
    return get_section(o, index, &symbols->table) &&
           symbols->table.sh_type == SHT_SYMTAB &&
           get_section(o, symbols->table.sh_link, &symbols->texts);
}

static const char *symbol_name(const struct symbols *s, uint64_t index)
{
    Elf64_Sym symbol;
    return index < s->table.sh_size / sizeof symbol &&
           read_at(s->object, s->table.sh_offset + index * sizeof symbol,
                   &symbol, sizeof symbol)
        ? text_at(s->object, &s->texts, symbol.st_name, 0) : NULL;
}

static bool has_symbol(const struct symbols *s, const char *name)
{
    struct arena_mark mark = arena_mark();
    bool found = false;
    for (uint64_t i = 1; !found &&
                         i < s->table.sh_size / sizeof(Elf64_Sym); i++) {
        const char *other = symbol_name(s, i);
        found = other && !strcmp(other, name);
        arena_release(mark);
    }
    return found;
}

/* The runtime's functions that may be called instead of the library's. */
enum { FORMS = 2 };

static const char *runtime_name(unsigned form, const char *name)
{
    return form ? arena_printf("__escc_%s_now", name)
                : arena_printf("__escc_%s", name);
}

/* A set of bits. */
static unsigned called_forms(const struct symbols *s, const char *name)
{
    unsigned forms = 0;
    for (unsigned form = 0; form < FORMS; form++)
        if (has_symbol(s, runtime_name(form, name)))
            forms |= 1u << form;
    return forms;
}

static void note_name(struct input *in, const char *name, const char *now)
{
    for (size_t i = 0; i < in->names.count; i++) {
        const struct renaming *known = &in->names.items[i];
        if (strcmp(known->name, name) != 0)
            continue;
        if (strcmp(known->now, now) != 0)
            in->mixed = name;
        return;
    }
    vec_push(&in->names, ((struct renaming){name, now}));
}

static void look_at_object(struct input *in, uint64_t at, uint64_t bytes)
{
    struct object o = {.bytes = in->all + at, .size = bytes};
    Elf64_Shdr names, relocations;
    struct symbols symbols;
    uint64_t index, ignored;
    if (!is_object(&o) || !find_section(&o, 0, &names, &index) ||
        !find_section(&o, index, &relocations, &ignored) ||
        !get_symbols(&o, relocations.sh_link, &symbols))
        return;
    Elf64_Rela r;
    for (uint64_t i = 0; i < relocations.sh_size / sizeof r; i++) {
        if (!read_at(&o, relocations.sh_offset + i * sizeof r, &r, sizeof r))
            return;
        const char *name = text_at(&o, &names, r.r_offset, ',');
        const char *now = symbol_name(&symbols, ELF64_R_SYM(r.r_info));
        if (!name || !now)
            continue;
        bool was_renamed = strcmp(name, now) != 0;
        unsigned forms = was_renamed ? called_forms(&symbols, name) : 0;
        if (forms || !was_renamed)
            note_name(in, name, now);
        in->forms |= forms;
    }
}

/* ---- inputs -------------------------------------------------------------- */

static bool look_at_member(void *context, const struct archive_member *m)
{
    struct input *in = context;
    if (!m->path && m->at < in->bytes && m->bytes <= in->bytes - m->at)
        look_at_object(in, m->at, m->bytes);
    return true;
}

static bool is_renamed(const struct renaming *r)
{
    return strcmp(r->name, r->now) != 0;
}

static const char *first_renamed(const struct input *in)
{
    for (size_t i = 0; i < in->names.count; i++)
        if (is_renamed(&in->names.items[i]))
            return in->names.items[i].name;
    return NULL;
}

/* Is something renamed in the file? */
static bool look_at_input(struct input *in, const char *path)
{
    struct stat status;
    *in = (struct input){.path = path};
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return false;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_size > 0) {
        in->bytes = (uint64_t)status.st_size;
        void *all = mmap(NULL, in->bytes, PROT_READ, MAP_PRIVATE, file, 0);
        in->all = all;
        if (all == MAP_FAILED)
            in->all = NULL;
        else if (archive_sort(file) == ARCHIVE_WHOLE)
            archive_each(file, path, look_at_member, in);
        else
            look_at_object(in, 0, in->bytes);
        if (in->all)
            munmap(all, in->bytes);
    }
    close(file);
    return in->mixed || first_renamed(in);
}

/* The archive that -lNAME stands for, if it is in a folder of the command's
 * and the linker does not find a shared library before; NULL: it is not. */
static const char *find_archive(const struct command *c, const char *name)
{
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        if (item->is_input || !item->value || strncmp(item->words[0], "-L", 2))
            continue;
        const char *archive = path_join(item->value,
                                        arena_printf("lib%s.a", name));
        if (!c->is_static &&
            path_exists(path_join(item->value, arena_printf("lib%s.so", name))))
            return NULL;
        if (path_is_file(archive))
            return archive;
    }
    return NULL;
}

/* The file that an item of the command lets the linker read; NULL: none that
 * would be looked at. */
static const char *item_file(const struct command *c, const struct item *item)
{
    if (item->is_input)
        return item->language == LANGUAGE_OBJECT ? item->words[0] : NULL;
    return item->id == OPT_LIBRARY && item->value
        ? find_archive(c, item->value) : NULL;
}

/* ---- following ----------------------------------------------------------- */

static const char *find_objcopy(void)
{
    static const char *const names[] = {"objcopy", "llvm-objcopy-19",
                                        "llvm-objcopy"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (path_search(names[i]))
            return names[i];
    return NULL;
}

static void warn(const struct input *in, const char *name)
{
    diag_warning("escc-renamed", "%s: %s has another name in the object, but "
                 "its calls go to __escc_%s", in->path, name, name);
    diag_note("let objcopy give both that name, or use the linker's --wrap=%s",
              name);
}

/* A name in the temporary folder whose base is the input's, which
 * --exclude-libs may name. */
static const char *copy_name(const struct input *in, size_t number)
{
    const char *folder = job_folder();
    if (!folder)
        return NULL;
    folder = arena_printf("%s/renamed%zu", folder, number);
    return mkdir(folder, 0700) == 0 ? path_join(folder, path_base(in->path))
                                    : NULL;
}

/* Renames one form of all functions.  objcopy gives no two names the same
 * other. */
static bool run_objcopy(const char *objcopy, const struct input *in,
                        unsigned form, const char *from, const char *to)
{
    struct word_vec words = {0};
    vec_push(&words, objcopy);
    for (size_t i = 0; i < in->names.count; i++) {
        const struct renaming *r = &in->names.items[i];
        if (!is_renamed(r))
            continue;
        vec_push(&words, "--redefine-sym");
        vec_push(&words, arena_printf("%s=%s", runtime_name(form, r->name),
                                      r->now));
    }
    vec_push(&words, from);
    vec_push(&words, to);
    vec_push(&words, NULL);
    int status = job_run(objcopy, words.items, (struct job_files){0}, false);
    vec_free(&words);
    return status == 0;
}

/* The copy's name, or NULL. */
static const char *make_copy(const struct input *in, size_t number)
{
    const char *objcopy = find_objcopy(), *from = in->path;
    const char *copy = objcopy && !in->mixed ? copy_name(in, number) : NULL;
    for (unsigned form = 0; copy && form < FORMS; form++) {
        if (!(in->forms & 1u << form))
            continue;
        if (!run_objcopy(objcopy, in, form, from, copy))
            return NULL;
        from = copy;
    }
    return copy;
}

/* The item becomes its copy, or stays as it is. */
static void follow(struct command *c, struct item *item,
                   const struct input *in, size_t number)
{
    job_begin();
    const char *copy = make_copy(in, number);
    if (!copy) {
        warn(in, in->mixed ? in->mixed : first_renamed(in));
        return;
    }
    *item = (struct item){.is_input = true, .words = {copy},
                          .language = LANGUAGE_OBJECT};
    c->has_escc_option = true;          /* the user's words are not enough */
}

bool renamed_follow(struct command *c)
{
    bool is_any = false;
    for (size_t i = 0; i < c->items.count; i++) {
        struct input in;
        const char *path = item_file(c, &c->items.items[i]);
        if (!path)
            continue;
        if (look_at_input(&in, path)) {
            follow(c, &c->items.items[i], &in, i);
            is_any = true;
        }
        vec_free(&in.names);
    }
    return is_any;
}
