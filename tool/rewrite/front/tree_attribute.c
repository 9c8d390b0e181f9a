/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_attribute.c - what attributes say of a symbol.
 *
 * libclang has a cursor for each attribute that clang knows, mostly without a
 * kind: its name is read in the text.
 */
#include "front.h"

#include <stdlib.h>
#include <string.h>

/* Where the attribute's name stands: behind the `gnu ::` of [[gnu::weak]]. */
static uint32_t attribute_name(const struct front *f, struct extent x)
{
    uint32_t at = text_skip_space(f, text_token_end(f, x.begin));
    if (f->text[at] != ':' || at >= x.end)
        return x.begin;
    while (f->text[at] == ':')
        at = text_skip_space(f, at + 1);
    return at;
}

/* The attribute's own text without underscores around: `__noreturn__`,
 * `noreturn` and `_Noreturn` all give "noreturn" or "Noreturn". */
static bool attribute_is(const struct front *f, struct extent x,
                         const char *name)
{
    const char *t = f->text + attribute_name(f, x), *end = f->text + x.end;
    while (t < end && *t == '_')
        t++;
    size_t length = strlen(name);
    return (size_t)(end - t) >= length && !strncmp(t, name, length) &&
           (t + length == end || !strchr("abcdefghijklmnopqrstuvwxyz",
                                            t[length]));
}

/* The value of an alignment attribute; the largest there is without one. */
static int64_t attribute_alignment(struct front *f, CXCursor c,
                                   struct extent x)
{
    enum {
        BIGGEST_ALIGNMENT = 16, /* of plain `aligned`, on x86-64 */
        TYPE_ALIGNMENT = 64     /* _Alignas(T) does not tell T: a cache line,
                                   or the widest vector, is enough */
    };
    int64_t value = 0;
    size_t first = front_children(f, c);
    for (size_t i = first; i < f->cursors.count; i++) {
        CXCursor kid = f->cursors.items[i];
        if (clang_getCursorKind(kid) == CXCursor_TypeRef)
            value = clang_Type_getAlignOf(clang_getCursorType(kid));
        if (!clang_isExpression(clang_getCursorKind(kid)))
            continue;
        struct node *n = tree_unevaluated(f, kid);
        if (!(n->flags & NODE_CONSTANT))
            constant_evaluate(n, kid);
        value = n->value;
    }
    front_pop(f, first);
    if (value)
        return value;
    uint32_t open = text_skip_space(
        f, text_token_end(f, attribute_name(f, x)));
    if (f->text[open] != '(')
        return BIGGEST_ALIGNMENT;
    value = strtoll(f->text + text_skip_space(f, open + 1), NULL, 0);
    return value > 0 ? value : TYPE_ALIGNMENT;
}

/* Attributes by which a function's symbol is not just its name. */
static bool renames(const struct front *f, struct extent x)
{
    static const char *const names[] = {
        "alias", "ifunc", "weakref", "overloadable", "cpu_dispatch",
        "cpu_specific", "target_version"
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (attribute_is(f, x, names[i]))
            return true;
    return false;
}

/* What stands between the attribute's quotation marks, of which there may be
 * several pairs: `"__" "name"`. */
static const char *quoted(const struct front *f, struct extent x)
{
    const char *end = f->text + x.end, *name = "";
    const char *at = f->text + attribute_name(f, x);
    while ((at = memchr(at, '"', (size_t)(end - at)))) {
        const char *to = memchr(at + 1, '"', (size_t)(end - at - 1));
        if (!to)
            return "";
        name = arena_printf("%s%.*s", name, (int)(to - at - 1), at + 1);
        at = to + 1;
    }
    return name;
}

/* The name in the attribute's parentheses. */
static const char *argument(const struct front *f, struct extent x)
{
    uint32_t at = text_skip_space(
        f, text_token_end(f, attribute_name(f, x)));
    if (at >= x.end || f->text[at] != '(')
        return "";
    at = text_skip_space(f, at + 1);
    return arena_strndup(f->text + at, text_token_end(f, at) - at);
}

static void read_names(struct front *f, struct symbol *s, struct extent x)
{
    const char *name = NULL;
    if (attribute_is(f, x, "alias"))
        name = s->alias_of = quoted(f, x);
    else if (attribute_is(f, x, "weakref"))
        name = quoted(f, x);
    else if (attribute_is(f, x, "cleanup"))
        name = argument(f, x);
    if (name)
        map_put_string(&f->attribute_names, name, s);
}

static void read_attribute(struct front *f, struct symbol *s, CXCursor c)
{
    struct extent x = extent_of(f, c);
    enum CXCursorKind kind = clang_getCursorKind(c);
    bool system = place_is_system(f->unit, x.begin);
    s->is_renamed |= kind == CXCursor_AsmLabelAttr || renames(f, x);
    if (kind != CXCursor_AsmLabelAttr)
        read_names(f, s, x);
    if (kind == CXCursor_AsmLabelAttr) {
        s->has_asm_label = true;
        s->has_asm_register |= s->storage == ST_REGISTER;
        s->is_own |= !system;
    } else if (kind == CXCursor_AlignedAttr) {
        int64_t a = attribute_alignment(f, c, x);
        s->has_alignment = true;
        s->alignment = a > s->alignment ? a : s->alignment;
    } else if (attribute_is(f, x, "cleanup"))
        s->has_cleanup = true;
    else if (attribute_is(f, x, "noreturn") || attribute_is(f, x, "Noreturn"))
        s->is_noreturn = true;
    else if (attribute_is(f, x, "returns_twice"))
        s->returns_twice = true;
    else if (attribute_is(f, x, "pure") || attribute_is(f, x, "const"))
        s->is_pure = true;
    else if (attribute_is(f, x, "error") || attribute_is(f, x, "warning"))
        s->warns_if_called = true;
    else if (attribute_is(f, x, "naked"))
        s->is_naked = true;
    else if (attribute_is(f, x, "used"))
        s->is_named_elsewhere = true;
    else if (attribute_is(f, x, "weak"))
        s->is_weak = true;
    else if (attribute_is(f, x, "alias") || attribute_is(f, x, "ifunc") ||
             attribute_is(f, x, "weakref"))
        s->is_own |= !system;
}

void tree_read_attributes(struct front *f, struct symbol *s, CXCursor c)
{
    size_t first = front_children(f, c), count = f->cursors.count;
    for (size_t i = first; i < count; i++)
        if (clang_isAttribute(clang_getCursorKind(f->cursors.items[i])))
            read_attribute(f, s, f->cursors.items[i]);
    front_pop(f, first);
}

bool symbol_is_aliased(const struct symbol *s, const struct symbol *alias)
{
    return s->kind == S_FUNCTION && s->definition && s != alias &&
           alias->kind == S_FUNCTION && alias->alias_of &&
           (!*alias->alias_of || strcmp(s->name, alias->alias_of) == 0);
}
