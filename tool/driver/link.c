/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* link.c - see link.h.
 *
 * One process must have one copy of the runtime.
 *
 * An executable gets the archive whole: it is one relocatable member, and
 * `-u` pulls it in even when nothing in the executable itself allocates,
 * because a shared library that it loads may; the library's allocations must
 * then meet the same allocator.  For those libraries, and for plugins loaded
 * later, the executable exports the runtime's names (the linker exports
 * malloc and its family by itself, as libc.so defines them too).
 *
 * -fescc-free=MODE asks for one more member, which holds the program's
 * default for the runtime's ESCC_FREE.  A shared library has no say in it.
 *
 * A link in which all code has barriers, or is the rewriter's at least
 * (closed.c), gets one small object more,
 * with a note that says so to the runtime.  Another one is for links in which
 * names stand for their definitions (decided.c); both are the driver's alone:
 * what it prints for links by others does not have them.
 *
 * [inv.link.wrap]  `--wrap=malloc` asks that calls of malloc go to the
 * program's __wrap_malloc, and rewritten code calls __escc_malloc: so that one
 * is wrapped as well, by the same function.  The site, an argument more than
 * it takes, is in a register that nobody reads.  (What a program may define
 * under its own name needs none of this: runtime/alloc/mlibrary.c.)
 *
 * A shared library refers to libesccrt.so, which steps back when the
 * executable brought a copy.
 *
 * The archive is named `-l:libesccrt.a`, not by its path: the word is no
 * input, so no `-x` of the user's applies to it, and CMake's scan of
 * implicit libraries carries it over to targets that another language's
 * compiler links.  --as-needed is in force for the two libraries behind it
 * that old C libraries keep apart, whatever the user set before.  What else the
 * linker is told CMake does not carry over; that such a link exports the
 * runtime's names is for libesccnames (runtime/CMakeLists.txt), an archive of
 * nothing in links by the driver.
 *
 * [inv.link.names]  A link finds no function that it would not find without
 * escc: configure scripts ask "does it link without -lm?".  So the runtime
 * needs no library that the C library keeps apart for others, and defines no
 * public name that the C library does not define.
 */
#include "link.h"

#include "hidden.h"
#include "util/arena.h"
#include "util/path.h"

#include <stdio.h>
#include <string.h>

static const char *first_with(const char *name, const char *const *folders)
{
    for (const char *const *f = folders; *f; f++)
        if (path_exists(path_join(*f, name)))
            return *f;
    return folders[0];
}

/* gdb loads by itself what is in its own folder; of another one it says what
 * would allow it.  A name that would have to be quoted is none. */
static const char *find_debug_script(const char *prefix)
{
    static const char *const names[] = {
        "share/gdb/auto-load/escc/escc-gdb.py", "share/escc/escc-gdb.py"};
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+-~@";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = path_join(prefix, names[i]);
        if (path[0] == '/' && !path[strspn(path, plain)] && path_exists(path))
            return path;
    }
    return NULL;
}

void installation_find(struct installation *where, const char *self)
{
    const char *bin = path_dir(self), *prefix = path_dir(bin);
    const char *folders[] = {
        arena_printf("%s/lib/escc", prefix), arena_printf("%s/lib", prefix),
        arena_printf("%s/" ESCC_LIBDIR, prefix), NULL};
    where->prefix = prefix;
    where->rewriter = arena_printf("%s/libexec/escc/escc-rewrite", prefix);
    where->rewriter_library = arena_printf("%s/libexec/escc/rewrite.so",
                                           prefix);
    where->twice = arena_printf("%s/libexec/escc/twice.so", prefix);
    where->pages = arena_printf("%s/libexec/escc/pages.so", prefix);
    where->debug_script = find_debug_script(prefix);
    where->archive_folder = first_with("libesccrt.a", folders);
    where->names_folder = path_join(folders[0], "link");
    where->shared_folder = first_with("libesccrt.so", folders);
}

const char *link_note_object(const struct installation *where,
                             enum record_sort sort)
{
    return path_join(where->archive_folder, sort == RECORD_CLOSED
                                            ? "escc-closed.o"
                                            : "escc-rewritten.o");
}

const char *link_decided_object(const struct installation *where)
{
    return path_join(where->archive_folder, "escc-decided.o");
}

bool link_needs_runtime(const struct command *c)
{
    return !c->relocatable && !c->no_library && !c->freestanding &&
           !c->sanitizer && (c->input_count || c->has_library);
}

/* Does the dynamic linker look into the folder by itself?  Into those of
 * /usr/local only where its configuration says so, and only once ldconfig has
 * run: what was just installed there is to be found. */
static bool is_system_folder(const char *folder)
{
    static const char *const system[] = {"/lib", "/usr/lib"};
    for (size_t i = 0; i < sizeof system / sizeof *system; i++) {
        size_t bytes = strlen(system[i]);
        const char *rest = folder + bytes;
        if (strncmp(folder, system[i], bytes))
            continue;
        /* the folder itself, or its subfolder for one kind of machine */
        if (!*rest || (*rest == '/' && strstr(rest, "-linux-") &&
                       !strchr(rest + 1, '/')))
            return true;
    }
    return false;
}

static bool has_word(const struct command *c, const char *word)
{
    for (size_t i = 0; i < c->items.count; i++)
        if (!c->items.items[i].is_input &&
            !strcmp(c->items.items[i].words[0], word))
            return true;
    return false;
}

static void executable_words(struct word_vec *out, const struct command *c,
                             const struct installation *where)
{
    if (c->is_static) {
        /* the C library's functions that the runtime finds by dlsym in a
         * dynamic program (runtime/base/rt_static.c) */
        vec_push(out, "-Wl,-u,__escc_static_libc");
    } else {
        vec_push(out, "-Wl,--export-dynamic-symbol=__escc_*");
        vec_push(out, "-Wl,--export-dynamic-symbol=escc_*");
        /* Else the linker warns about libraries that name libesccrt.so and
         * cannot be looked through. */
        vec_push(out, "-Xlinker");
        vec_push(out, "-rpath-link");
        vec_push(out, "-Xlinker");
        vec_push(out, where->shared_folder);
    }
    if (hidden_is_possible(c))
        hidden_words(out);
    if (has_word(c, "-nostartfiles"))
        vec_push(out, "-Wl,-u,__dso_handle");
    vec_push(out, "-Wl,-u,__escc_malloc");
    if (c->free_member)
        vec_push(out, arena_printf("-Wl,-u,%s", c->free_member));
    vec_push(out, arena_printf("-L%s", where->archive_folder));
    vec_push(out, "-Wl,--push-state,--as-needed");
    vec_push(out, "-l:libesccrt.a");
    vec_push(out, "-lpthread");
    vec_push(out, "-ldl");
    vec_push(out, "-Wl,--pop-state");
    if (!c->is_static && where->names_folder &&
        path_exists(path_join(where->names_folder, "libesccnames.so"))) {
        vec_push(out, arena_printf("-L%s", where->names_folder));
        vec_push(out, "-Wl,--push-state,-Bstatic");
        vec_push(out, "-lesccnames");
        vec_push(out, "-Wl,--pop-state");
    }
}

static void shared_words(struct word_vec *out,
                         const struct installation *where)
{
    vec_push(out, arena_printf("-L%s", where->shared_folder));
    if (!is_system_folder(where->shared_folder)) {
        vec_push(out, "-Xlinker");
        vec_push(out, "-rpath");
        vec_push(out, "-Xlinker");
        vec_push(out, where->shared_folder);
    }
    vec_push(out, "-Wl,--push-state,--as-needed");
    vec_push(out, "-lesccrt");
    vec_push(out, "-Wl,--pop-state");
}

/* [inv.link.wrap] */
static void wrap_words(struct word_vec *out, const struct command *c)
{
    static const char *const names[] = {
        "malloc", "calloc", "realloc", "aligned_alloc", "free"};
    for (size_t i = 0; i < c->wrapped.count; i++)
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (!strcmp(c->wrapped.items[i], names[k]))
                vec_push(out, arena_printf(
                    "-Wl,--wrap=__escc_%s,"
                    "--defsym=__wrap___escc_%s=__wrap_%s",
                    names[k], names[k], names[k]));
}

void link_words(struct word_vec *out, const struct command *c,
                const struct installation *where)
{
    wrap_words(out, c);
    if (c->shared)
        shared_words(out, where);
    else
        executable_words(out, c, where);
    if (where->closed) {
        vec_push(out, "-Xlinker");
        vec_push(out, where->closed);
    }
    if (where->decided) {
        vec_push(out, "-Xlinker");
        vec_push(out, where->decided);
    }
}

/* In quotes where a shell would not take the word as it is; not for a `*`,
 * which matches nothing, so that $(escc --print-link-flags) is good, too. */
static void print_shell_word(const char *before, const char *word)
{
    fputs(before, stdout);
    if (!word[strcspn(word, " \t\n\"'\\$`&;|<>()#?[]{}~!")]) {
        fputs(word, stdout);
        return;
    }
    putchar('\'');
    for (; *word; word++)
        if (*word == '\'')
            fputs("'\\''", stdout);
        else
            putchar(*word);
    putchar('\'');
}

bool link_print_flags(const struct command *c,
                      const struct installation *where)
{
    struct word_vec words = {0};
    struct installation whole = *where;
    whole.names_folder = NULL;  /* nothing is lost of these words */
    link_words(&words, c, &whole);
    for (size_t i = 0; i < words.count; i++)
        print_shell_word(i ? " " : "", words.items[i]);
    putchar('\n');
    return !fflush(stdout);
}
