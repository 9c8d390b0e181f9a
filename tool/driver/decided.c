/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* decided.c - see decided.h.
 *
 * [inv.decided.links]  A program or library that has escc-decided.o
 * (runtime/base/rt_decided.S) was linked such that a name stands for its one
 * definition, or for what the dynamic linker finds: the runtime follows units'
 * references by name (runtime/gc/mdecide.c).  So no link has it in which
 * symbols are given other definitions (--wrap, --defsym, linker scripts), one
 * of several definitions is taken (-z muldefs), or somebody else says how it
 * is linked (specs, words in files that are not read).  Then all that is left
 * to the program to decide stays on the heap.
 *
 * A word may be another option's value; to refuse it nevertheless is safe.
 */
#define _GNU_SOURCE
#include "decided.h"

#include "util/arena.h"
#include "util/path.h"

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_any_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (!strcmp(word, *list))
            return true;
    return false;
}

static bool begins_as(const char *word, const char *const *prefixes)
{
    for (; *prefixes; prefixes++)
        if (!strncmp(word, *prefixes, strlen(*prefixes)))
            return true;
    return false;
}

/* An object, an archive, or what a linker compiles first; a text would be a
 * script.  What cannot be read is the linker's to complain about. */
static bool is_script(const char *path)
{
    static const char *const magics[] = {
        ELFMAG, "!<arch>\n", "!<thin>\n", "BC\xc0\xde", "\xde\xc0\x17\x0b",
        NULL};
    char head[9] = "";
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t got = file < 0 ? -1 : read(file, head, sizeof head - 1);
    if (file >= 0)
        close(file);
    return got > 0 && !begins_as(head, magics);
}

static const char *why_not_file(const char *path)
{
    return is_script(path) ? arena_printf("%s may be a linker script", path)
                           : NULL;
}

/* `previous`: the word before, or "". */
static const char *why_not_linker_word(const char *previous,
                                       const char *word)
{
    static const char *const words[] = {
        "-T", "-dT", "-c", "-r", "-i", "-Ur", "-z muldefs", "muldefs",
        "-zmuldefs", NULL};
    static const char *const prefixes[] = {
        "--wrap", "-wrap", "--defsym", "-defsym", "--script", "-script",
        "-T", "--default-script", "--mri-script", "--just-symbols",
        "--allow-multiple-definition", "-allow-multiple-definition",
        "--noinhibit-exec", "-noinhibit-exec", "--relocatable", "@", NULL};
    bool is_file = word[0] != '-' && path_is_file(word);
    if (is_any_of(word, words) || begins_as(word, prefixes))
        return arena_printf("the linker is told %s", word);
    if (!strcmp(previous, "-R") && is_file)
        return arena_printf("the linker is told -R %s", word);
    if (word[0] == '-' && word[1] == 'R' && path_is_file(word + 2))
        return arena_printf("the linker is told %s", word);
    return is_file ? why_not_file(word) : NULL;
}

/* The words behind -Wl, or -Xlinker; the last one is in *previous. */
static const char *why_not_linker_words(const struct item *item,
                                        const char **previous)
{
    bool joined = !strncmp(item->words[0], "-Wl,", 4);
    for (const char *p = item->value; p && *p;) {
        size_t bytes = joined ? strcspn(p, ",") : strlen(p);
        const char *word = arena_strndup(p, bytes);
        const char *why = why_not_linker_word(*previous, word);
        if (why)
            return why;
        *previous = word;
        p += bytes + (p[bytes] == ',');
    }
    return NULL;
}

static const char *why_not_option(const struct item *item)
{
    static const char *const prefixes[] = {
        "-specs", "--specs", "-wrapper", "--config", "-T", NULL};
    const char *word = item->words[0];
    bool muldefs = !strncmp(word, "-z", 2) &&
                   strstr(item->value ? item->value : word, "muldefs");
    return muldefs || begins_as(word, prefixes)
        ? arena_printf("the command has %s", word) : NULL;
}

const char *decided_why_not(const struct command *c)
{
    const char *why = NULL, *previous = "";
    if (c->relocatable)
        return "what it makes is linked again";
    if (c->wrapped.count)
        return "the linker is told --wrap";
    if (getenv("CCC_OVERRIDE_OPTIONS") || getenv("GCC_EXEC_PREFIX"))
        return "the environment may add anything";
    for (size_t i = 0; i < c->items.count && !why; i++) {
        const struct item *item = &c->items.items[i];
        if (item->is_input)
            why = item->language == LANGUAGE_OBJECT
                ? why_not_file(item->words[0]) : NULL;
        else if (item->id == OPT_LINKER_WORD)
            why = why_not_linker_words(item, &previous);
        else
            why = why_not_option(item);
    }
    return why;
}
