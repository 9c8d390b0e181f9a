/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_token.c - tokens, and what the names among them are bound to.
 *
 * See tree_scan.h.  A binding that a declaration hides is kept on a stack
 * until its scope ends, so that the innermost one of a name is at hand.
 */
#include "tree_scan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Sorted, for bsearch. */
static const struct keyword { const char *text; enum word word; } keywords[] =
{
    {"_Alignas", ALIGN}, {"_Alignof", SIZE}, {"_Atomic", TYPE_OF},
    {"_BitInt", TYPE_OF}, {"_Bool", TYPE}, {"_Complex", TYPE},
    {"_Float128", TYPE}, {"_Float16", TYPE}, {"_Float32", TYPE},
    {"_Float32x", TYPE}, {"_Float64", TYPE}, {"_Float64x", TYPE},
    {"_Generic", GENERIC}, {"_Imaginary", TYPE}, {"_Nonnull", QUALIFIER},
    {"_Noreturn", QUALIFIER}, {"_Null_unspecified", QUALIFIER},
    {"_Nullable", QUALIFIER}, {"_Static_assert", ASSERT},
    {"_Thread_local", QUALIFIER}, {"__alignof", SIZE},
    {"__alignof__", SIZE}, {"__asm", ASM}, {"__asm__", ASM},
    {"__attribute", ATTRIBUTE}, {"__attribute__", ATTRIBUTE},
    {"__auto_type", TYPE}, {"__bf16", TYPE},
    {"__builtin_ms_va_list", TYPE}, {"__builtin_offsetof", OFFSETOF},
    {"__builtin_va_list", TYPE}, {"__complex", TYPE},
    {"__complex__", TYPE}, {"__const", QUALIFIER},
    {"__const__", QUALIFIER}, {"__declspec", ATTRIBUTE},
    {"__extension__", PREFIX}, {"__float128", TYPE}, {"__float80", TYPE},
    {"__fp16", TYPE}, {"__imag", PREFIX}, {"__imag__", PREFIX},
    {"__inline", QUALIFIER}, {"__inline__", QUALIFIER},
    {"__int128", TYPE}, {"__int128_t", TYPE}, {"__label__", LABELS},
    {"__real", PREFIX}, {"__real__", PREFIX}, {"__restrict", QUALIFIER},
    {"__restrict__", QUALIFIER}, {"__seg_fs", QUALIFIER},
    {"__seg_gs", QUALIFIER}, {"__signed", TYPE}, {"__signed__", TYPE},
    {"__thread", QUALIFIER}, {"__typeof", TYPE_OF},
    {"__typeof__", TYPE_OF}, {"__typeof_unqual", TYPE_OF},
    {"__typeof_unqual__", TYPE_OF}, {"__uint128_t", TYPE},
    {"__volatile", QUALIFIER}, {"__volatile__", QUALIFIER},
    {"alignas", ALIGN}, {"alignof", SIZE}, {"asm", ASM},
    {"auto", QUALIFIER}, {"bool", TYPE}, {"break", JUMP}, {"case", CASE},
    {"char", TYPE}, {"const", QUALIFIER}, {"constexpr", QUALIFIER},
    {"continue", JUMP}, {"default", DEFAULT}, {"do", DO},
    {"double", TYPE}, {"else", ELSE}, {"enum", ENUM},
    {"extern", QUALIFIER}, {"float", TYPE}, {"for", FOR},
    {"goto", GOTO}, {"if", IF}, {"inline", QUALIFIER}, {"int", TYPE},
    {"long", TYPE}, {"register", QUALIFIER}, {"restrict", QUALIFIER},
    {"return", JUMP}, {"short", TYPE}, {"signed", TYPE},
    {"sizeof", SIZE}, {"static", QUALIFIER}, {"static_assert", ASSERT},
    {"struct", TAG}, {"switch", SWITCH}, {"thread_local", QUALIFIER},
    {"typedef", TYPEDEF}, {"typeof", TYPE_OF},
    {"typeof_unqual", TYPE_OF}, {"union", TAG}, {"unsigned", TYPE},
    {"void", TYPE}, {"volatile", QUALIFIER}, {"while", WHILE}
};

static int compare_keyword(const void *key, const void *element)
{
    return strcmp(key, ((const struct keyword *)element)->text);
}

/* ---- names --------------------------------------------------------------- */

static struct scan_name *name_new(struct scan *s, const char *text)
{
    struct scan_name *name = arena_new(struct scan_name);
    name->text = text;
    if (map_get_string(&s->f->type_names, text))
        name->now.kind = BOUND_TYPE;
    map_put_string(&s->names, text, name);
    return name;
}

void scan_ask(struct scan *s, const char *text)
{
    struct scan_name *name = map_get_string(&s->names, text);
    if (!name)
        name = name_new(s, text);
    name->asked = true;
}

/* A name that this function declares as a type comes into question
 * [inv.scan.names]. */
static struct scan_name *name_at(struct scan *s, uint32_t at)
{
    s->spelling.bytes = 0;
    text_add_spelling(s->f, at, &s->spelling);
    struct scan_name *name = map_get_string(&s->names, s->spelling.text);
    return name ? name : name_new(s, arena_strdup(s->spelling.text));
}

static void bind(struct scan *s, struct scan_name *name, struct binding to)
{
    struct hidden hidden = {name, name->now};
    vec_push(&s->hidden, hidden);
    name->now = to;
}

void scan_declare(struct scan *s, struct scan_name *name, uint32_t at,
                  bool is_type)
{
    if (!name && is_type)
        name = name_at(s, at);
    if (!name)
        return;
    struct symbol *symbol =
        map_get(&s->locals, (const void *)(uintptr_t)(at + 1u));
    struct binding to = {symbol ? BOUND_LOCAL
                         : is_type ? BOUND_TYPE : BOUND_OTHER, symbol};
    if (name->asked)
        s->report(s->context, at, name->text, SCAN_DECLARED, symbol);
    bind(s, name, to);
}

size_t scan_enter(const struct scan *s)
{
    return s->hidden.count;
}

void scan_leave(struct scan *s, size_t mark)
{
    while (s->hidden.count > mark) {
        struct hidden hidden = vec_pop(&s->hidden);
        hidden.name->now = hidden.before;
    }
}

bool scan_is_type_name(const struct scan *s)
{
    return s->token == WORD && s->word == PLAIN && s->name &&
           s->name->now.kind == BOUND_TYPE;
}

void scan_take(struct scan *s, enum scan_role role)
{
    struct scan_name *name = s->token == WORD ? s->name : NULL;
    if (name && name->asked)
        s->report(s->context, s->at, name->text, role,
                  role == SCAN_OTHER ? NULL : name->now.symbol);
    scan_next(s);
}

/* ---- tokens -------------------------------------------------------------- */

static void read_word(struct scan *s)
{
    s->token = WORD;
    s->word = PLAIN;
    s->spelling.bytes = 0;
    text_add_spelling(s->f, s->at, &s->spelling);
    const char *text = s->spelling.text;
    s->name = map_get_string(&s->names, text);
    if (s->name)                /* then it is no keyword in this unit */
        return;
    if (map_get_string(&s->f->type_names, text)) {
        s->name = name_new(s, arena_strdup(text));
        return;
    }
    const struct keyword *keyword =
        bsearch(text, keywords, sizeof keywords / sizeof *keywords,
                sizeof *keywords, compare_keyword);
    if (keyword)
        s->word = keyword->word;
}

static void read_punctuator(struct scan *s)
{
    static const struct { char text[4]; int punctuator; } longer[] = {
        {"->", ARROW}, {"&&", BOTH_AND}, {"++", STEP}, {"--", STEP},
        {"...", DOTS}, {"::", SCOPE}
    };
    const char *text = s->f->text + s->at;
    s->token = PUNCTUATOR;
    s->punctuator = (unsigned char)*text;
    for (size_t i = 0; i < sizeof longer / sizeof *longer; i++) {
        size_t bytes = strlen(longer[i].text);
        if (strncmp(text, longer[i].text, bytes) == 0) {
            s->punctuator = longer[i].punctuator;
            s->token_end = s->at + (uint32_t)bytes;
            return;
        }
    }
}

static void read_token(struct scan *s, uint32_t at)
{
    const struct front *f = s->f;
    s->at = text_skip_space(f, at);
    s->name = NULL;
    if (s->at >= s->end) {
        s->token = END;
        return;
    }
    char c = f->text[s->at];
    s->token_end = text_token_end(f, s->at);
    if (c == '"' || c == '\'' || isdigit((unsigned char)c) ||
        (c == '.' && isdigit((unsigned char)f->text[s->at + 1])))
        s->token = LITERAL;
    else if (text_begins_word(f, s->at))
        read_word(s);
    else
        read_punctuator(s);
    if (s->token == WORD && text_is_prefix(f, s->at, s->token_end)) {
        s->token = LITERAL;
        s->token_end = text_token_end(f, s->token_end);
    }
}

void scan_start(struct scan *s, uint32_t at, uint32_t end)
{
    s->end = end;
    read_token(s, at);
}

void scan_next(struct scan *s)
{
    if (s->token != END)
        read_token(s, s->token_end);
}

void scan_seek(struct scan *s, uint32_t at)
{
    read_token(s, at);
}

void scan_stop(struct scan *s)
{
    if (s->token != END)
        s->stopped_at = s->at;
    s->token = END;
    s->at = s->token_end = s->end;
}

char scan_peek(const struct scan *s)
{
    uint32_t next = text_skip_space(s->f, s->token_end);
    return next < s->end ? s->f->text[next] : 0;
}

bool scan_is(const struct scan *s, int punctuator)
{
    return s->token == PUNCTUATOR && s->punctuator == punctuator;
}

bool scan_is_word(const struct scan *s, enum word word)
{
    return s->token == WORD && s->word == word;
}

bool scan_accept(struct scan *s, int punctuator)
{
    bool here = scan_is(s, punctuator);
    if (here)
        scan_next(s);
    return here;
}

void scan_expect(struct scan *s, int punctuator)
{
    if (!scan_accept(s, punctuator))
        scan_stop(s);
}
