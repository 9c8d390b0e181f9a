/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_names.c - functions that the linker knows by their name in C.
 *
 * What a unit says of a function, others find by the name of a symbol.  C text
 * has many ways to make the two differ, or to have one name mean two things:
 * asm labels, aliases, `#pragma redefine_extname`, names that clang mangles,
 * and assembly (`.set`, `.weak`, `.symver`), of which only the words are
 * looked at here.  Such functions are known by no name.
 */
#include "esc_names.h"

#include "util/arena.h"
#include "util/map.h"

#include <ctype.h>
#include <string.h>

struct search {
    const struct unit *unit;
    struct map *names;
};

static bool is_of_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$';
}

/* Escape sequences separate, they are part of no name. */
static void add_words(struct map *names, const char *at, const char *end)
{
    while (at < end) {
        if (!is_of_word(*at)) {
            at += *at == '\\' ? 2 : 1;
            continue;
        }
        const char *begin = at;
        while (at < end && is_of_word(*at))
            at++;
        const char *word = arena_strndup(begin, (size_t)(at - begin));
        map_put_string(names, word, (void *)(uintptr_t)word);
    }
}

static bool visit(struct node *n, void *context)
{
    struct search *s = context;
    const char *text = s->unit->text;
    if (n->kind == N_ASM || n->kind == N_ASM_TOP)
        add_words(s->names, text + n->begin, text + n->end);
    return true;
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && isspace((unsigned char)*at))
        at++;
    return at;
}

/* Behind the word, if it is the next one; else NULL. */
static const char *accept(const char *at, const char *end, const char *word)
{
    size_t bytes = strlen(word);
    at = skip_blanks(at, end);
    bool found = (size_t)(end - at) > bytes && !memcmp(at, word, bytes) &&
                 !is_of_word(at[bytes]);
    return found ? at + bytes : NULL;
}

/* `#pragma weak f`, `#pragma redefine_extname f g`. */
static void add_pragma(struct map *names, const char *line, const char *end)
{
    const char *at = accept(line + 1, end, "pragma");
    if (at && (accept(at, end, "weak") ||
                  accept(at, end, "redefine_extname")))
        add_words(names, at, end);
}

static void add_pragmas(const struct unit *unit, struct map *names)
{
    const char *at = unit->text, *end = at + unit->bytes;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *next = newline ? newline : end;
        at = skip_blanks(at, next);
        if (at < next && *at == '#')
            add_pragma(names, at, next);
        at = next + 1;
    }
}

/* Of what the unit defines; locals have no names in assembly. */
static void mark(const struct unit *unit, const struct map *names)
{
    for (int i = 0; i < unit->symbol_count; i++) {
        struct symbol *s = unit->symbols[i];
        bool defined = s->kind == S_VARIABLE ||
                       (s->kind == S_FUNCTION && s->definition);
        s->is_named_elsewhere |=
            defined && !s->is_local && map_get_string(names, s->name);
    }
}

struct map *esc_names_new(const struct unit *unit)
{
    struct search s = {unit, arena_new(struct map)};
    node_walk(unit->root, visit, &s);
    add_pragmas(unit, s.names);
    mark(unit, s.names);
    return s.names;
}

bool esc_is_shared_by_name(const struct map *names, const struct symbol *s)
{
    return !s->is_renamed && !map_get_string(names, s->name);
}

bool esc_is_linked_by_name(const struct map *names, const struct symbol *s)
{
    if (s->kind != S_FUNCTION || s->storage == ST_STATIC || s->is_weak ||
        s->is_renamed || !*s->name || strncmp(s->name, "__builtin_", 10) == 0)
        return false;
    for (const char *p = s->name; *p; p++)
        if (!is_of_word(*p))
            return false;
    return !map_get_string(names, s->name);
}

/* What the first line marker says: the input may be a text that a farm or a
 * cache has made, of any name. */
const char *esc_unit_name(const struct unit *u)
{
    const char *line = memchr(u->text, '\n', u->bytes);
    const char *name = NULL;
    if (line && u->text[0] == '#' && line + 1 < u->text + u->bytes)
        name = unit_place(u, (uint32_t)(line + 1 - u->text)).file;
    return name && *name ? name : u->main_file;
}
