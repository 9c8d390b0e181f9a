/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* unused.c - declarations of headers that the unit never names.
 *
 * Two thirds of a usual text declare functions that nobody calls.  libclang
 * need not read them.
 *
 * [inv.unused]  What is left out is a function's prototype, or an inline
 * function of which no code is made unless it is called; it stands in a
 * header; and its name stands nowhere else in the unit, but in others that are
 * left out: neither in code nor in a pragma, nor in the strings of asm and
 * attributes, which may name symbols.  It brings no tag that was not there
 * before, and its attributes are some of which that is all that can be said.
 * So nothing that is left means anything else.  What the scan does not know
 * for such a declaration stays.
 *
 * The text that is compiled has them all.
 */
#include "front.h"

#include "util/strbuf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum word_kind {
    WORD_NAME,                  /* may be a function's */
    WORD_SPECIFIER,             /* of a type or a storage class; no name */
    WORD_STATIC, WORD_INLINE,
    WORD_TAG,                   /* struct and the like */
    WORD_ATTRIBUTE, WORD_ASM,
    WORD_ODD                    /* its declaration stays */
};

/* A word of the text, or one that the scan knows. */
struct word {
    const char *at;
    uint32_t bytes, hash;
    uint32_t count;             /* in the text */
    uint32_t unused;            /* as name of what could be left out */
    enum word_kind kind;
    bool is_attribute;          /* one that is known to be harmless */
    bool has_tag;               /* a tag of this name was declared */
};

/* What could be left out: from `begin` up to `end`. */
struct declaration {
    uint32_t begin, end;
    uint32_t name;              /* index of a word */
};

struct scan {
    const char *text, *end;     /* NUL-terminated */
    struct word_vec { VEC(struct word); } words;
    uint32_t *slots;            /* index of a word + 1, by hash */
    uint32_t slot_mask;
    struct { VEC(struct declaration); } found;
    bool unknown;               /* no text that the scan can read */

    const char *at;             /* the current token; its first character, or
                                   'a' of a word, '"' of literals, 0: end */
    const char *behind;
    const char *closed;         /* behind the group that was skipped last */
    char kind;
    uint32_t word;              /* of a word: its index */
    unsigned directives;        /* lines so far that are no line markers */
    int depth, naming_depth;    /* of parentheses; of those of an asm or an
                                   attribute, or 0 */
    bool names_next;            /* such a word came just before */
};

/* What is being read at file scope. */
struct item {
    uint32_t begin, name, previous, specifiers;
    unsigned directives;
    bool has_previous;          /* the last token was a name */
    bool has_parameters;
    bool is_rest;               /* begins with the body of a function */
    bool is_static, is_inline, is_gnu_inline;
    bool stays;
};

/* ---- words --------------------------------------------------------------- */

static const struct { const char *name; enum word_kind kind; } known_words[] = {
    {"static", WORD_STATIC}, {"inline", WORD_INLINE},
    {"__inline", WORD_INLINE}, {"__inline__", WORD_INLINE},
    {"struct", WORD_TAG}, {"union", WORD_TAG}, {"enum", WORD_TAG},
    {"__attribute__", WORD_ATTRIBUTE}, {"__attribute", WORD_ATTRIBUTE},
    {"asm", WORD_ASM}, {"__asm", WORD_ASM}, {"__asm__", WORD_ASM},
    {"extern", WORD_SPECIFIER}, {"const", WORD_SPECIFIER},
    {"__const", WORD_SPECIFIER}, {"volatile", WORD_SPECIFIER},
    {"__volatile__", WORD_SPECIFIER}, {"register", WORD_SPECIFIER},
    {"void", WORD_SPECIFIER}, {"char", WORD_SPECIFIER},
    {"short", WORD_SPECIFIER}, {"int", WORD_SPECIFIER},
    {"long", WORD_SPECIFIER}, {"float", WORD_SPECIFIER},
    {"double", WORD_SPECIFIER}, {"signed", WORD_SPECIFIER},
    {"unsigned", WORD_SPECIFIER}, {"__signed__", WORD_SPECIFIER},
    {"_Bool", WORD_SPECIFIER}, {"_Complex", WORD_SPECIFIER},
    {"__extension__", WORD_SPECIFIER}, {"__restrict", WORD_SPECIFIER},
    {"restrict", WORD_SPECIFIER}, {"_Noreturn", WORD_SPECIFIER},
    {"typedef", WORD_ODD}, {"typeof", WORD_ODD}, {"__typeof", WORD_ODD},
    {"__typeof__", WORD_ODD}, {"typeof_unqual", WORD_ODD},
    {"_Alignas", WORD_ODD}, {"alignas", WORD_ODD}, {"_Atomic", WORD_ODD},
    {"_Static_assert", WORD_ODD}, {"static_assert", WORD_ODD},
    {"_Thread_local", WORD_ODD}, {"__thread", WORD_ODD}, {"auto", WORD_ODD},
    {"_Generic", WORD_ODD}, {"sizeof", WORD_ODD}, {"_BitInt", WORD_ODD},
    {"__auto_type", WORD_ODD}, {"constexpr", WORD_ODD}
};

/* Also with underscores around them. */
static const char *const attributes[] = {
    "access", "alloc_align", "alloc_size", "always_inline", "artificial",
    "cold", "const", "deprecated", "fd_arg", "fd_arg_read", "fd_arg_write",
    "flatten", "format", "format_arg", "gnu_inline", "hot", "leaf", "malloc",
    "no_instrument_function", "noinline", "nonnull", "noreturn", "nothrow",
    "null_terminated_string_arg", "pure", "returns_nonnull", "returns_twice",
    "sentinel", "unavailable", "unused", "visibility", "warn_unused_result"};

static uint32_t hash_of(const char *at, size_t bytes)
{
    uint32_t h = 2166136261u;                   /* FNV-1a */
    for (size_t i = 0; i < bytes; i++)
        h = (h ^ (unsigned char)at[i]) * 16777619u;
    return h ^ h >> 15;
}

static void put_slot(struct scan *s, uint32_t word)
{
    uint32_t i = s->words.items[word].hash & s->slot_mask;
    while (s->slots[i])
        i = (i + 1) & s->slot_mask;
    s->slots[i] = word + 1;
}

static void make_slots(struct scan *s, uint32_t count)
{
    free(s->slots);
    s->slots = calloc(count, sizeof *s->slots);
    if (!s->slots)
        util_out_of_memory();
    s->slot_mask = count - 1;
    for (uint32_t i = 0; i < s->words.count; i++)
        put_slot(s, i);
}

static uint32_t index_of(struct scan *s, const char *at, size_t bytes)
{
    uint32_t hash = hash_of(at, bytes), i = hash & s->slot_mask;
    for (; s->slots[i]; i = (i + 1) & s->slot_mask) {
        const struct word *w = &s->words.items[s->slots[i] - 1];
        if (w->hash == hash && w->bytes == bytes &&
            !memcmp(w->at, at, bytes))
            return s->slots[i] - 1;
    }
    struct word word = {.at = at, .bytes = (uint32_t)bytes, .hash = hash};
    vec_push(&s->words, word);
    uint32_t new_word = (uint32_t)s->words.count - 1;
    if (s->words.count * 2 > s->slot_mask)
        make_slots(s, 2 * (s->slot_mask + 1));
    else
        put_slot(s, new_word);
    return new_word;
}

/* Until the next one is asked for. */
static struct word *word_of(struct scan *s, const char *at, size_t bytes)
{
    uint32_t index = index_of(s, at, bytes);
    return &s->words.items[index];
}

static void learn_words(struct scan *s)
{
    enum { FIRST_SLOTS = 8192 };
    make_slots(s, FIRST_SLOTS);
    for (size_t i = 0; i < sizeof known_words / sizeof *known_words; i++) {
        const char *name = known_words[i].name;
        word_of(s, name, strlen(name))->kind = known_words[i].kind;
    }
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        for (int reserved = 0; reserved < 2; reserved++) {
            const char *name = reserved
                ? arena_printf("__%s__", attributes[i]) : attributes[i];
            word_of(s, name, strlen(name))->is_attribute = true;
        }
}

/* ---- tokens -------------------------------------------------------------- */

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '\\' ||
           (unsigned char)c >= 0x80;
}

/* All words between two places, whatever they stand in. */
static void count_words(struct scan *s, const char *p, const char *end)
{
    while (p < end) {
        const char *begin = p;
        while (p < end && is_word_char(*p))
            p++;
        if (p > begin)
            word_of(s, begin, (size_t)(p - begin))->count++;
        else
            p++;
    }
}

/* A line with `#` in front: a line marker, or something that may name what
 * it likes. */
static const char *skip_directive(struct scan *s, const char *p)
{
    const char *end = strchr(p, '\n');
    end = end ? end : s->end;
    if (p[1] != ' ' || !isdigit((unsigned char)p[2])) {
        s->directives++;
        count_words(s, p, end);
    }
    return end;
}

static const char *skip_space(struct scan *s, const char *p)
{
    for (;; p++) {
        while (*p == ' ' || *p == '\n')
            p++;
        const char *line = p;
        if (*p == '#') {
            while (line > s->text && (line[-1] == ' ' || line[-1] == '\t'))
                line--;
            s->unknown |= line > s->text && line[-1] != '\n';
            p = skip_directive(s, p) - 1;
        } else if (p[0] == '/' && p[1] == '*') {
            const char *close = strstr(p + 2, "*/");
            p = close ? close + 1 : s->end - 1;
        } else if (*p != '\t' && *p != '\r' && *p != '\f' && *p != '\v') {
            return p;
        }
    }
}

static const char *behind_literal(struct scan *s, const char *p)
{
    char quote = *p++;
    while (*p != quote) {
        if (!*p || *p == '\n') {
            s->unknown = true;
            return s->end;
        }
        p += *p == '\\' && p[1] && p[1] != '\n' ? 2 : 1;
    }
    return p + 1;
}

static void read_word(struct scan *s)
{
    const char *p = s->at;
    while (is_word_char(*p))
        p++;
    s->behind = p;
    s->kind = 'a';
    s->word = index_of(s, s->at, (size_t)(p - s->at));
    struct word *w = &s->words.items[s->word];
    w->count++;
    if (w->kind == WORD_ATTRIBUTE || w->kind == WORD_ASM)
        s->names_next = true;
    s->unknown |= *p == '"' && p[-1] == 'R';    /* it ends elsewhere */
}

/* A mark, of which parentheses are followed. */
static void read_mark(struct scan *s)
{
    s->behind = s->at + 1;
    s->kind = *s->at;
    if (s->kind == '(') {
        s->depth++;
        if (s->names_next && !s->naming_depth)
            s->naming_depth = s->depth;
        s->names_next = false;
    } else if (s->kind == ')') {
        if (s->depth == s->naming_depth)
            s->naming_depth = 0;
        s->depth--;
    } else if ((s->kind == '[' && s->at[1] == '[') ||
               (s->kind == '/' && s->at[1] == '/')) {
        s->unknown = true;
    }
}

static void next(struct scan *s)
{
    s->at = skip_space(s, s->behind);
    if (s->at >= s->end || s->unknown) {
        s->at = s->behind = s->end;
        s->kind = 0;
    } else if (isdigit((unsigned char)*s->at)) {
        s->kind = '0';
        for (s->behind = s->at; is_word_char(*s->behind) ||
                 *s->behind == '.';)
            s->behind++;
    } else if (is_word_char(*s->at)) {
        read_word(s);
    } else if (*s->at == '"' || *s->at == '\'') {
        s->kind = '"';
        s->behind = behind_literal(s, s->at);
        if (s->naming_depth)
            count_words(s, s->at, s->behind);
    } else {
        read_mark(s);
    }
}

/* From an opening bracket to behind the one that closes it. */
static void skip_group(struct scan *s)
{
    char open = s->kind;
    char close = open == '(' ? ')' : open == '[' ? ']' : '}';
    int depth = 0;
    do {
        depth += (s->kind == open) - (s->kind == close);
        s->closed = s->behind;
        next(s);
    } while (depth > 0 && s->kind);
}

/* ---- declarations -------------------------------------------------------- */

/* `__attribute__((…))`, at its word.  Words in the second parentheses are
 * attributes, those further inside are not. */
static void read_attribute(struct scan *s, struct item *item)
{
    static const char *const inlines[] = {"gnu_inline", "__gnu_inline__"};
    int outside = s->depth;
    next(s);
    if (s->kind != '(')
        return;
    for (next(s); s->kind && s->depth > outside; next(s)) {
        if (s->kind != 'a' || s->depth != outside + 2)
            continue;
        const struct word *w = &s->words.items[s->word];
        for (size_t i = 0; i < 2; i++)
            item->is_gnu_inline |= w->bytes == strlen(inlines[i]) &&
                                   !memcmp(w->at, inlines[i], w->bytes);
        item->stays |= !w->is_attribute;
    }
    next(s);
}

static void read_tag_attributes(struct scan *s, struct item *item)
{
    while (s->kind == 'a' &&
           s->words.items[s->word].kind == WORD_ATTRIBUTE) {
        item->stays = true;
        read_attribute(s, item);
    }
}

/* A struct, union or enumeration, at its first word. */
static void read_tag(struct scan *s, struct item *item)
{
    item->specifiers++;
    next(s);
    read_tag_attributes(s, item);
    if (s->kind == 'a') {
        item->stays |= !s->words.items[s->word].has_tag;
        s->words.items[s->word].has_tag = true;
        next(s);
    }
    while (s->kind == ':' || (s->kind == 'a' && item->stays &&
                                 s->words.items[s->word].kind ==
                                     WORD_SPECIFIER))
        next(s);                /* an enumeration's type */
    if (s->kind == '{') {
        item->stays = true;
        skip_group(s);
    }
}

static void read_item_word(struct scan *s, struct item *item)
{
    enum word_kind kind = s->words.items[s->word].kind;
    item->has_previous = false;
    switch (kind) {
    case WORD_TAG:
        read_tag(s, item);
        return;
    case WORD_ATTRIBUTE:
        read_attribute(s, item);
        return;
    case WORD_ASM:
        item->stays |= !item->has_parameters;
        next(s);
        if (s->kind == '(')
            skip_group(s);
        return;
    case WORD_STATIC:
        item->is_static = true;
        break;
    case WORD_INLINE:
        item->is_inline = true;
        break;
    case WORD_SPECIFIER:
        item->specifiers++;
        break;
    case WORD_ODD:
        item->stays = true;
        break;
    case WORD_NAME:
        item->stays |= item->has_parameters;    /* a parameter of K&R's */
        item->has_previous = true;
        item->previous = s->word;
        item->specifiers++;
        break;
    }
    next(s);
}

/* Parameters, if a name is in front of them.  One word may as well be what is
 * declared, `type (name);`. */
static void read_parameters(struct scan *s, struct item *item)
{
    bool is_function = item->has_previous && item->specifiers > 1 &&
                       !item->has_parameters;
    const char *inside = s->behind;
    skip_group(s);
    inside = skip_space(s, inside);
    size_t bytes = 0;
    while (is_word_char(inside[bytes]))
        bytes++;
    if (bytes && *skip_space(s, inside + bytes) == ')' &&
        word_of(s, inside, bytes)->kind != WORD_SPECIFIER)
        is_function = false;
    item->name = item->previous;
    item->has_parameters = true;
    item->stays |= !is_function;
    item->has_previous = false;
}

/* `end`: of the declaration. */
static void finish_item(struct scan *s, const struct item *item,
                        const char *end, bool has_body)
{
    bool is_local = item->is_static || item->is_gnu_inline;
    if (item->stays || !item->has_parameters ||
        item->directives != s->directives ||
        (has_body && !(item->is_inline && is_local)))
        return;
    struct declaration d = {item->begin, (uint32_t)(end - s->text),
                            item->name};
    vec_push(&s->found, d);
    s->words.items[item->name].unused++;
}

/* Whether the item ends with this token's group, a function's body. */
static bool read_item_token(struct scan *s, struct item *item)
{
    bool is_rest = item->is_rest;
    item->is_rest = false;
    switch (s->kind) {
    case 'a':
        read_item_word(s, item);
        return false;
    case '(':
        read_parameters(s, item);
        return false;
    case '{':
        skip_group(s);
        return is_rest || item->has_parameters;
    case '*':
        break;
    case '[':
        item->stays = true;
        skip_group(s);
        return false;
    default:
        item->stays = true;
    }
    item->has_previous = false;
    next(s);
    return false;
}

/* One declaration, or what stands for one. */
static void read_item(struct scan *s)
{
    struct item item = {.begin = (uint32_t)(s->at - s->text),
                        .directives = s->directives,
                        .stays = s->kind != 'a',
                        .is_rest = s->kind == '{'};
    while (s->kind && s->kind != ';')
        if (read_item_token(s, &item)) {
            finish_item(s, &item, s->closed, true);
            return;
        }
    if (s->kind)
        finish_item(s, &item, s->behind, false);
    next(s);
}

/* ---- leaving out --------------------------------------------------------- */

/* But for line markers and the ends of lines. */
static void blank(char *text, uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin; i < end; i++) {
        if (text[i] == '#' && i && text[i - 1] == '\n')
            while (i < end && text[i] != '\n')
                i++;
        if (i < end && text[i] != '\n')
            text[i] = ' ';
    }
}

static bool may_leave_out(const struct unit *u, const struct declaration *d,
                          bool users_headers)
{
    return place_is_header(u, d->begin) && place_is_header(u, d->end - 1) &&
           (users_headers || (place_is_system(u, d->begin) &&
                                 place_is_system(u, d->end - 1)));
}

char *unused_blank(const struct unit *u, char *copy, bool users_headers)
{
    struct scan s = {.text = u->text, .end = u->text + strlen(u->text),
                     .behind = u->text};
    learn_words(&s);
    for (next(&s); s.kind;)
        read_item(&s);
    for (size_t i = 0; i < s.found.count && !s.unknown; i++) {
        const struct declaration *d = &s.found.items[i];
        const struct word *name = &s.words.items[d->name];
        if (name->count != name->unused ||
            !may_leave_out(u, d, users_headers))
            continue;
        if (!copy)
            copy = arena_strndup(u->text, u->bytes);
        blank(copy, d->begin, d->end);
    }
    free(s.slots);
    vec_free(&s.words);
    vec_free(&s.found);
    return copy;
}
