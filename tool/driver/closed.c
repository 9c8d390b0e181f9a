/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* closed.c - see closed.h.
 *
 * Looked at are the inputs that the user names: objects, archives with all of
 * their members (which of them the linker takes is not known before), in
 * whichever words they come, and what -l stands for, which is found as the
 * linker finds it.  Shared libraries are not part of what is linked: the
 * runtime looks at them when they are loaded (runtime/gc/mworld.c).  What the
 * compiler adds by itself, start files and its own library, stores no pointers
 * of the program.
 *
 * What is not understood makes the answer "open": linker scripts that do more
 * than to name files, other formats, a linker's own plugins, libraries that are
 * not where they are looked for.
 */
#define _GNU_SOURCE
#include "closed.h"

#include "archive.h"
#include "record.h"
#include "script.h"
#include "util/arena.h"
#include "util/path.h"
#include "util/strbuf.h"

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A member of a thin archive is a file, which may be an archive; a linker
 * script names files. */
enum { MOST_NESTED = 4 };

struct search {
    const struct command *command;
    const char *why;            /* the first reason; NULL: none yet */
    bool is_strange;            /* one is code that is not the rewriter's */
    struct word_vec folders;    /* for -l, the linker's order */
    bool is_static;             /* -Bstatic is in force */
    VEC_TYPE(bool_vec, bool) pushed;
    const char *takes;          /* the linker's option whose value is next */
};

static void open_for(struct search *s, const char *format, const char *what)
{
    if (!s->why)
        s->why = arena_printf(format, what);
    s->is_strange = true;
}

static void look_at_code(struct search *s, int file, uint64_t at,
                         const char *name)
{
    enum record_sort sort = record_of(file, at);
    bool was_strange = s->is_strange;
    if (sort == RECORD_CLOSED)
        return;
    open_for(s, "%s has code without barriers", name);
    s->is_strange = was_strange || sort == RECORD_NONE;
}

static bool one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (!strcmp(word, *list))
            return true;
    return false;
}

static bool begins(const char *word, const char *prefix)
{
    return !strncmp(word, prefix, strlen(prefix));
}

/* ---- files --------------------------------------------------------------- */

static void look_at_file(struct search *, const char *path, unsigned nested);

struct archive_search {
    struct search *search;
    const char *path;
    int file;
    unsigned nested;
};

static bool look_at_member(void *context, const struct archive_member *m)
{
    const struct archive_search *a = context;
    struct search *s = a->search;
    if (m->path)
        look_at_file(s, m->path, a->nested + 1);
    else
        look_at_code(s, a->file, m->at,
                     arena_printf("%s(%s)", a->path, m->name));
    return !s->is_strange;
}

static void look_at_archive(struct search *s, const char *path, int file,
                            unsigned nested)
{
    struct archive_search a = {s, path, file, nested};
    if (!archive_each(file, path, look_at_member, &a))
        open_for(s, "%s is not understood", path);
}

struct script_search {
    struct search *search;
    unsigned nested;
};

static void look_at_library(struct search *, const char *name,
                            unsigned nested);
static bool look_for(struct search *, const char *name, unsigned nested);

/* A file that a script names is where it says, or where -l would find it. */
static void look_at_word(void *context, const char *word)
{
    const struct script_search *script = context;
    struct search *s = script->search;
    if (begins(word, "-l"))
        look_at_library(s, word + 2, script->nested);
    else if (path_is_file(word))
        look_at_file(s, word, script->nested);
    else if (strchr(word, '/') || !look_for(s, word, script->nested))
        open_for(s, "%s, which a linker script names, is not found", word);
}

static bool look_at_script(struct search *s, int file, unsigned nested)
{
    struct script_search script = {s, nested + 1};
    return nested < MOST_NESTED && script_each(file, look_at_word, &script);
}

/* Anything that a linker may be given. */
static void look_at_file(struct search *s, const char *path, unsigned nested)
{
    Elf64_Ehdr header = {0};
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t got = file < 0 ? -1 : pread(file, &header, sizeof header, 0);
    bool is_elf = got == sizeof header &&
                  !memcmp(header.e_ident, ELFMAG, SELFMAG);
    enum archive_sort sort =
        file < 0 || is_elf ? ARCHIVE_NONE : archive_sort(file);
    if (sort == ARCHIVE_WHOLE ||
        (sort == ARCHIVE_THIN && nested < MOST_NESTED))
        look_at_archive(s, path, file, nested);
    else if (!is_elf && file >= 0 && look_at_script(s, file, nested))
        ;                       /* it was looked at */
    else if (!is_elf)
        open_for(s, "%s is neither an object nor an archive", path);
    else if (header.e_type != ET_DYN)
        look_at_code(s, file, 0, path);
    if (file >= 0)
        close(file);
}

/* ---- libraries ----------------------------------------------------------- */

static void add_folders(struct search *s, const char *list)
{
    for (const char *p = list; p && *p; p += *p == ':') {
        size_t bytes = strcspn(p, ":");
        if (bytes)
            vec_push(&s->folders, arena_strndup(p, bytes));
        p += bytes;
    }
}

static bool look_for(struct search *s, const char *name, unsigned nested)
{
    for (size_t i = 0; i < s->folders.count; i++) {
        const char *path = path_join(s->folders.items[i], name);
        if (path_is_file(path)) {
            look_at_file(s, path, nested);
            return true;
        }
    }
    return false;
}

/* -lNAME, as the linker looks for it. */
static void look_at_library(struct search *s, const char *name,
                            unsigned nested)
{
    static const char *const shared[] = {"c", "pthread", "dl", "rt", "util",
                                         "resolv", "gcc_s", "esccrt", NULL};
    static const char *const either[] = {"m", "gcc", "gcc_eh",
                                         ":libesccrt.a", NULL};
    if (one_of(name, either))
        return;
    if (one_of(name, shared)) {
        if (s->is_static)
            open_for(s, "-l%s is linked into the program", name);
        return;
    }
    if (name[0] == ':') {
        if (!look_for(s, name + 1, nested))
            open_for(s, "-l%s is not found", name);
        return;
    }
    for (size_t i = 0; i < s->folders.count; i++)
        for (int k = s->is_static; k < 2; k++) {
            const char *path = arena_printf("%s/lib%s.%s",
                                            s->folders.items[i], name,
                                            k ? "a" : "so");
            if (path_is_file(path)) {
                look_at_file(s, path, nested);
                return;
            }
        }
    open_for(s, "-l%s is not found", name);
}

/* ---- the linker's words -------------------------------------------------- */

/* Options whose value is the next word, as far as one could take it for an
 * input, and those that bring code in a way that is not followed. */
static const char *const with_value[] = {
    "-rpath", "--rpath", "-rpath-link", "--rpath-link", "-soname", "--soname",
    "-h", "-o", "--output", "-Map", "--Map", "-e", "--entry", "-u",
    "--undefined", "-z", "-m", "-y", "--trace-symbol", "-dynamic-linker",
    "--dynamic-linker", "-I", "--version-script", "-version-script",
    "--dynamic-list", "-dynamic-list", "--export-dynamic-symbol",
    "--export-dynamic-symbol-list", "--retain-symbols-file",
    "-retain-symbols-file", "--exclude-libs", "-exclude-libs", "-init",
    "-fini", "--section-start", "--wrap", "-wrap",
    "--hash-style", "--dependency-file", "--image-base", "-f", "-F",
    "--auxiliary", "--filter", "-Y", "-a", "-A", "-G", "--require-defined",
    "--sort-section", "--unresolved-symbols", NULL};
static const char *const not_followed[] = {
    "-T", "--script", "-script", "-dT", "--default-script", "-c",
    "--mri-script", "-R", "--just-symbols", "-b", "--format", "-plugin",
    "--plugin", "--defsym", "-defsym", NULL};

static const char *after(const char *word, const char *const *prefixes)
{
    for (; *prefixes; prefixes++)
        if (begins(word, *prefixes))
            return word + strlen(*prefixes);
    return NULL;
}

static void change_state(struct search *s, const char *word)
{
    static const char *const to_static[] = {"-Bstatic", "-dn", "-static",
                                            "-non_shared", NULL};
    static const char *const to_shared[] = {"-Bdynamic", "-dy",
                                            "-call_shared", NULL};
    if (one_of(word, to_static)) {
        s->is_static = true;
    } else if (one_of(word, to_shared)) {
        s->is_static = false;
    } else if (!strcmp(word, "--push-state")) {
        vec_push(&s->pushed, s->is_static);
    } else if (!strcmp(word, "--pop-state") && s->pushed.count) {
        s->is_static = s->pushed.items[--s->pushed.count];
    }
}

static void linker_option(struct search *s, const char *word)
{
    static const char *const library[] = {"--library=", "-library=", "-l",
                                          NULL};
    static const char *const folder[] = {"--library-path=", "-library-path=",
                                         "-L", NULL};
    static const char *const scripts[] = {
        "-T", "--script=", "-dT", "--default-script=", "--mri-script=",
        "--just-symbols=", "--format=", "-plugin", "--plugin", "-flto",
        "--lto", "--defsym=", "-defsym=", NULL};
    bool is_library = !strcmp(word, "-l") || !strcmp(word, "--library");
    bool is_folder = !strcmp(word, "-L") || !strcmp(word, "--library-path");
    if (is_library || is_folder || one_of(word, with_value)) {
        s->takes = word;
    } else if (one_of(word, not_followed)) {
        open_for(s, "the linker's %s is not followed", word);
    } else if (after(word, library)) {
        look_at_library(s, after(word, library), 0);
    } else if (!after(word, folder)) {
        if (after(word, scripts))
            open_for(s, "the linker's %s is not followed", word);
        change_state(s, word);
    }
}

static void linker_word(struct search *s, const char *word)
{
    const char *takes = s->takes;
    s->takes = NULL;
    if (takes) {
        if (!strcmp(takes, "-l") || !strcmp(takes, "--library"))
            look_at_library(s, word, 0);
    } else if (word[0] == '@') {
        open_for(s, "%s is not read", word);
    } else if (word[0] == '-') {
        linker_option(s, word);
    } else if (path_is_file(word)) {
        look_at_file(s, word, 0);
    }
}

/* The words behind -Wl, or -Xlinker. */
static void each_linker_word(struct search *s, const struct item *item,
                             void (*each)(struct search *, const char *))
{
    bool joined = begins(item->words[0], "-Wl,");
    const char *p = item->value;
    while (p && *p) {
        size_t bytes = joined ? strcspn(p, ",") : strlen(p);
        each(s, arena_strndup(p, bytes));
        p += bytes + (p[bytes] == ',');
    }
}

/* Start files of somebody else's would be taken for the C library's. */
static bool has_start_files(const char *folder)
{
    static const char *const files[] = {"crt1.o", "Scrt1.o", "crti.o",
                                        "crtn.o", "crtbegin.o", "crtbeginS.o",
                                        "libgcc.a", NULL};
    for (const char *const *f = files; *f; f++)
        if (path_exists(path_join(folder, *f)))
            return true;
    return false;
}

/* The folders of -L hold for every -l. */
static void note_folder(struct search *s, const char *word)
{
    static const char *const folder[] = {"--library-path=", "-library-path=",
                                         "-L", NULL};
    const char *takes = s->takes, *joined = after(word, folder);
    s->takes = NULL;
    if (takes && (!strcmp(takes, "-L") || !strcmp(takes, "--library-path")))
        vec_push(&s->folders, word);
    else if (!strcmp(word, "-L") || !strcmp(word, "--library-path") ||
             (!takes && one_of(word, with_value)))
        s->takes = word;
    else if (joined && *joined)
        vec_push(&s->folders, joined);
}

static void find_folders(struct search *s)
{
    static const char *const folder[] = {"--library-directory=", "-L", NULL};
    const struct command *c = s->command;
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        bool names_folder = !item->is_input && item->value &&
                            (after(item->words[0], folder) ||
                                !strcmp(item->words[0],
                                        "--library-directory"));
        if (names_folder)
            vec_push(&s->folders, item->value);
        else if (!item->is_input && item->id == OPT_LINKER_WORD)
            each_linker_word(s, item, note_folder);
    }
    s->takes = NULL;
    size_t own = s->folders.count;
    add_folders(s, getenv("LIBRARY_PATH"));
    for (size_t i = own; i < s->folders.count; i++)
        if (has_start_files(s->folders.items[i]))
            open_for(s, "%s has start files", s->folders.items[i]);
    add_folders(s, "/usr/local/lib/x86_64-linux-gnu:/lib/x86_64-linux-gnu:"
                   "/usr/lib/x86_64-linux-gnu:/lib64:/usr/lib64:"
                   "/usr/local/lib:/lib:/usr/lib");
}

/* ---- the command --------------------------------------------------------- */

static void compiler_option(struct search *s, const struct item *item)
{
    static const char *const others[] = {
        "-flto", "-fsplit-stack", "-fsanitize=", "-specs", "--specs", "-T",
        "--sysroot", "-wrapper", "--config", "-emit-llvm", NULL};
    const char *word = item->words[0];
    if (!strcmp(word, "-B") || (begins(word, "-B") && item->value)) {
        if (item->value && has_start_files(item->value))
            open_for(s, "-B%s has start files", item->value);
    } else if (after(word, others)) {
        open_for(s, "%s is not followed", word);
    }
}

static void look_at_item(struct search *s, const struct item *item)
{
    if (item->is_input) {
        bool in_c = item->language == LANGUAGE_C ||
                    item->language == LANGUAGE_C_PREPROCESSED;
        if (item->language == LANGUAGE_OBJECT)
            look_at_file(s, item->words[0], 0);
        else if (!in_c)
            open_for(s, "%s is not C", item->words[0]);
    } else if (item->id == OPT_LINKER_WORD) {
        each_linker_word(s, item, linker_word);
    } else if (item->id == OPT_LIBRARY) {
        look_at_library(s, item->value ? item->value : "", 0);
    } else {
        compiler_option(s, item);
    }
}

/* __real_X is X by another name, behind whose calls nothing is shaded. */
static void look_at_wrapped(struct search *s)
{
    static const char *const harmless[] = {
        "malloc", "calloc", "realloc", "aligned_alloc", "free", "exit",
        "abort", "printf", "puts", "open", "close", "read", "write", NULL};
    for (size_t i = 0; i < s->command->wrapped.count; i++)
        if (!one_of(s->command->wrapped.items[i], harmless))
            open_for(s, "--wrap=%s gives it another name",
                     s->command->wrapped.items[i]);
}

static void look_at_command(struct search *s)
{
    const struct command *c = s->command;
    if (c->is_static)
        open_for(s, "%s", "a static program is not looked at");
    if (getenv("CCC_OVERRIDE_OPTIONS") || getenv("GCC_EXEC_PREFIX"))
        open_for(s, "%s", "the environment may add anything");
    if (s->is_strange)
        return;
    find_folders(s);
    look_at_wrapped(s);
    for (size_t i = 0; i < c->items.count && !s->is_strange; i++)
        look_at_item(s, &c->items.items[i]);
    if (s->is_static)
        open_for(s, "%s", "-Bstatic is in force at the end");
}

enum record_sort closed_sort(const struct command *c, const char **why)
{
    struct search s = {.command = c};
    look_at_command(&s);
    vec_free(&s.folders);
    vec_free(&s.pushed);
    *why = s.why;
    return s.is_strange ? RECORD_NONE
        : s.why ? RECORD_REWRITTEN : RECORD_CLOSED;
}
