/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* untouched.c - see untouched.h.
 *
 * Most of what configure scripts compile is a few declarations and calls.
 * Loading libclang to find nothing in it costs more than all else, so such a
 * text is compiled as it is, from the user's file, with the user's words.
 *
 * [inv.untouched]  A text is left untouched only if all code that is made of
 * it is in functions
 *
 *   - without parameters (main may have some): they have no facts;
 *   - without a loop, a jump, an asm statement, a name that the language or
 *     the implementation reserves;
 *   - in which no local can have an address: it is of an arithmetic type, and
 *     there is no unary `&`;
 *   - that store nothing but numbers, in what has a name, or the value with
 *     which such a local begins;
 *   - that name functions only to call them, as do values of other objects:
 *     which functions are where is a fact;
 *   - that name no function of the library which stores, keeps, or returns
 *     new pointers, or makes the world open, by the table libc.tags, nor, with
 *     arguments, one with anything else said there; and print no pointer, nor
 *     what may have been one (rw_print.c).
 *
 * Inline functions of which no code is made need not be so, if none of those
 * names them.  The user's own declarations have no attribute, no asm, no
 * pragma.
 *
 * What is not known here is no such text: a scan that is mistaken in that
 * direction costs time.
 */
#define _GNU_SOURCE
#include "untouched.h"

#include "tokens.h"
#include "verbatim.h"
#include "util/arena.h"
#include "util/map.h"
#include "util/strbuf.h"
#include "libc_tags.h"

#include <string.h>

enum {
    /* Probes are small; who compiles more than this spends the time
     * elsewhere. */
    MOST_SOURCE_BYTES = 64 * 1024,
    MOST_TEXT_BYTES = 4 << 20
};

/* A local of an arithmetic type, and in how many blocks it is. */
struct local {
    const struct token *name;
    int blocks;
    bool is_hidden;             /* the name stood for something else since */
};

VEC_TYPE(local_vec, struct local);

struct scan {
    struct token_vec tokens;
    const struct token *t;      /* the next one; END at the end */
    struct map types;           /* names in typedefs */
    struct map inlines;         /* inline functions without code */
    struct map functions;       /* names in front of parentheses */
    bool is_guess;              /* a source with its directives */
};

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static const char *name_of(const struct token *t)
{
    return arena_strndup(t->text, t->bytes);
}

static void remember(struct map *map, const struct token *t)
{
    map_put_string(map, name_of(t), map);
}

/* From an opening mark behind its partner, or to the end. */
static const struct token *behind_group(const struct token *t)
{
    int depth = 0;
    for (; t->kind != TOKEN_END; t++) {
        if (t->bytes == 1) {
            depth += *t->text == '(' || *t->text == '{' || *t->text == '[';
            depth -= *t->text == ')' || *t->text == '}' || *t->text == ']';
        }
        if (!depth)
            return t + 1;
    }
    return t;
}

/* ---- names --------------------------------------------------------------- */

/* What the table says of a function behind the number of its parameters, of
 * all its rows; NULL: nothing at all. */
static const char *table_says(const struct token *name)
{
    struct strbuf said = {0};
    const char *end;
    for (const char *line = libc_tags; *line; line = end + (*end == '\n')) {
        end = strchr(line, '\n');
        if (!end)
            end = line + strlen(line);
        const char *colon = memchr(line, ':', (size_t)(end - line));
        if (!colon || *line == '#')
            continue;
        for (const char *p = line; p < colon;) {
            size_t n = strcspn(p, " :");
            if (n == name->bytes && !memcmp(p, name->text, n)) {
                const char *rest = colon + 1 + strspn(colon + 1, " ");
                rest += strspn(rest, "0123456789");
                strbuf_add(&said, rest, (size_t)(end - rest));
                strbuf_putc(&said, ' ');
            }
            p += n + (p + n < colon);
        }
    }
    const char *copy = said.text ? arena_strdup(said.text) : NULL;
    strbuf_free(&said);
    return copy;
}

/* A name in an expression, which may be one of the library's functions.  Of
 * those with variable arguments (printf) the first must be a constant. */
static bool is_harmless(const struct token *name, bool has_arguments)
{
    static const char *const twice[] = {"setjmp", "sigsetjmp", "vfork",
                                        "getcontext", "longjmp", NULL};
    if (token_is_one(name, twice) || (has_arguments && token_is(name, "free")))
        return false;
    const char *said = table_says(name);
    if (!said)
        return true;
    if (has_arguments)
        return !said[strspn(said, " ")] ||
               (!said[strspn(said, " .")] && name[2].kind == TOKEN_STRING);
    return !strstr(said, "open") && !strstr(said, "put=");
}

static bool is_reserved(const struct token *t)
{
    static const char *const words[] = {
        "for", "while", "do", "goto", "typedef", "asm", "register", "auto",
        "volatile", "inline", "restrict", "typeof", "union", "constexpr",
        "thread_local", "nullptr", "alignas", NULL};
    return t->text[0] == '_' || begins(t->text, "escc") ||
           token_is_one(t, words);
}

static bool is_keyword(const struct token *t)
{
    static const char *const words[] = {
        "return", "if", "else", "switch", "case", "default", "break",
        "sizeof", "int", "char", "long", "short", "unsigned", "signed",
        "float", "double", "void", "const", "static", "struct", "enum",
        "extern", NULL};
    return token_is_one(t, words);
}

static bool is_arithmetic(const struct token *t)
{
    static const char *const types[] = {"int", "char", "long", "short",
                                        "unsigned", "signed", "float",
                                        "double", NULL};
    return token_is_one(t, types);
}

/* ---- bodies -------------------------------------------------------------- */

enum group { OTHER, CONDITION, SIZE };

enum { DEEPEST = 64 };

/* Where the scan of a body is. */
struct body {
    struct scan *scan;
    const struct token *begin;  /* of the statement */
    const struct token *before; /* the token before this one */
    enum group groups[DEEPEST];
    int open;                   /* parentheses */
    int blocks;                 /* braces, but for those of initialisers */
    int lists;                  /* these */
    bool begins;                /* a statement may begin here */
    bool percent, p;            /* seen in strings */
    bool casts;                 /* there are casts, maybe of pointers */
    struct local_vec locals;    /* in scope, that began with a value */
};

static bool in_size(const struct body *b)
{
    for (int i = 0; i < b->open; i++)
        if (b->groups[i] == SIZE)
            return true;
    return false;
}

static bool is_static(const struct body *b)
{
    return token_is(b->begin, "static");
}

/* `(void) name;` is how a program asks whether there is such a name. */
static bool is_dropped(const struct token *t)
{
    return token_is(t - 1, ")") && token_is(t - 2, "void") &&
           token_is(t - 3, "(") && token_is(t + 1, ";");
}

static bool declares(const struct token *t)
{
    static const char *const words[] = {"const", "void", "extern", "enum",
                                        "struct", NULL};
    return is_arithmetic(t) || token_is_one(t, words);
}

static bool is_same(const struct token *a, const struct token *b)
{
    return a->bytes == b->bytes && !memcmp(a->text, b->text, a->bytes);
}

/* The name is declared as something else. */
static void forget_local(struct body *b, const struct token *name)
{
    for (size_t i = 0; i < b->locals.count; i++)
        if (is_same(b->locals.items[i].name, name))
            b->locals.items[i].is_hidden = true;
}

/* An identifier that is evaluated, or declared. */
static bool take_word(struct body *b, const struct token *t)
{
    if (is_keyword(t)) {
        b->casts |= is_arithmetic(t) && b->open && !in_size(b);
        return !(token_is(t, "struct") && b->begin == t);
    }
    if (is_reserved(t))
        return false;
    if (is_static(b) || (declares(b->begin) && !is_arithmetic(b->begin)))
        forget_local(b, t);
    if (token_is(b->before, "struct") || token_is(b->before, "enum"))
        return b->open || is_static(b) || token_is(b->begin, "extern");
    if (token_is(b->before, ".") || in_size(b))
        return true;
    const char *name = name_of(t);
    if (map_get_string(&b->scan->inlines, name))
        return false;
    if (map_get_string(&b->scan->types, name)) {
        b->casts |= b->open > 0;
        return b->open || is_static(b);
    }
    bool calls = token_is(t + 1, "(");
    if (calls)
        remember(&b->scan->functions, t);
    else if (map_get_string(&b->scan->functions, name) && !is_dropped(t))
        return false;
    return is_harmless(t, calls && !token_is(t + 2, ")"));
}

/* `x = 1;` `x.y = 1;` `x[0] = 1;` */
static bool stores_number(const struct body *b, const struct token *equals)
{
    const struct token *to = b->begin + 1, *from = equals + 1;
    if (b->begin->kind != TOKEN_WORD || is_keyword(b->begin))
        return false;
    if (token_is(to, ".") && to[1].kind == TOKEN_WORD)
        to += 2;
    else if (token_is(to, "[") && to[1].kind == TOKEN_NUMBER &&
             token_is(&to[2], "]"))
        to += 3;
    from += token_is(from, "-");
    return to == equals && from->kind == TOKEN_NUMBER &&
           token_is(from + 1, ";");
}

/* `x = …;` `x += …;` of such a local. */
static bool sets_local(const struct body *b, const struct token *equals)
{
    bool is_local = false;
    for (size_t i = 0; i < b->locals.count; i++)
        if (is_same(b->locals.items[i].name, b->begin))
            is_local = !b->locals.items[i].is_hidden;
    return is_local && equals == b->begin + 1 && !b->open;
}

/* Is the `=` that of a declaration, not of an assignment in its value? */
static bool begins_local(struct body *b, const struct token *equals)
{
    const struct token *before = b->before - 1;
    bool begins = is_arithmetic(b->begin) && !b->open &&
                  b->before->kind == TOKEN_WORD && !is_keyword(b->before) &&
                  before >= b->begin &&
                  (is_keyword(before) || token_is(before, ",")) &&
                  !token_is(equals + 1, "{");
    struct local local = {b->before, b->blocks, false};
    if (begins)
        vec_push(&b->locals, local);
    return begins;
}

/* An element of what has a name; arrays are declared `static`. */
static bool takes_element(const struct body *b)
{
    return is_static(b) ||
           (!declares(b->begin) && b->before->kind == TOKEN_WORD &&
               !is_keyword(b->before));
}

static bool take_open(struct body *b)
{
    if (b->open == DEEPEST)
        return false;
    bool condition = token_is(b->before, "if") || token_is(b->before, "switch");
    b->groups[b->open++] = condition ? CONDITION
                           : token_is(b->before, "sizeof") ? SIZE : OTHER;
    return true;
}

static bool take_close(struct body *b)
{
    if (!b->open)
        return false;
    b->begins = b->groups[--b->open] == CONDITION;
    return true;
}

static bool take_brace(struct body *b, bool at_begin)
{
    if (at_begin) {
        b->blocks++;
        b->begins = true;
        return true;
    }
    bool list = is_static(b) && (b->lists || token_is(b->before, "="));
    b->lists += list;
    return list;
}

static bool take_end(struct body *b)
{
    if (b->lists) {
        b->lists--;
        return true;
    }
    while (b->locals.count &&
           b->locals.items[b->locals.count - 1].blocks >= b->blocks)
        b->locals.count--;
    b->blocks--;
    b->begins = true;
    return !b->open;
}

static bool take_mark(struct body *b, const struct token *t, bool at_begin)
{
    static const char *const harmless[] = {
        "+", "-", "/", "%", "<", ">", "<=", ">=", "==", "!=", "!", "~", "||",
        "&&", "?", ":", ",", "<<", ">>", "|", "^", "]", NULL};
    static const char *const operators[] = {"+=", "-=", "*=", "/=", "%=", "&=",
                                            "|=", "^=", NULL};
    bool value = b->before->kind == TOKEN_WORD ||
                 b->before->kind == TOKEN_NUMBER ||
                 token_is(b->before, ")") || token_is(b->before, "]");
    if (token_is(t, ";")) {
        b->begins = true;
        return !b->open && !b->lists;
    }
    if (token_is(t, "("))
        return take_open(b);
    if (token_is(t, ")"))
        return take_close(b);
    if (token_is(t, "{"))
        return take_brace(b, at_begin);
    if (token_is(t, "}"))
        return take_end(b);
    if (token_is(t, "="))
        return is_static(b) || stores_number(b, t) || begins_local(b, t) ||
               sets_local(b, t);
    if (token_is_one(t, operators))
        return sets_local(b, t);
    if (token_is(t, "*"))
        return is_static(b) || in_size(b);
    if (token_is(t, "["))
        return takes_element(b);
    if (token_is(t, "."))
        return b->before->kind == TOKEN_WORD && t[1].kind == TOKEN_WORD;
    if (token_is(t, "&&") && !value)
        return false;           /* the address of a label */
    if (token_is(t, ":"))
        b->begins = b->lists == 0 && !b->open;
    return token_is_one(t, harmless);
}

static void take_string(struct body *b, const struct token *t)
{
    b->percent |= !!memchr(t->text, '%', t->bytes);
    b->p |= !!memchr(t->text, 'p', t->bytes);
}

/* From `{` behind its `}`; false: something is to be rewritten, or unknown. */
static bool take_body(struct scan *s)
{
    struct body b = {.scan = s, .begin = s->t, .before = s->t,
                     .begins = true};
    bool taken = true;
    do {
        const struct token *t = s->t++;
        bool at_begin = b.begins;
        taken = t->kind != TOKEN_END;
        /* a block's end begins none, and an else follows one */
        if (at_begin)
            b.begin = t;
        b.begins = t->kind == TOKEN_WORD && token_is(t, "else");
        if (t->kind == TOKEN_WORD)
            taken = take_word(&b, t);
        else if (t->kind == TOKEN_MARK)
            taken = take_mark(&b, t, at_begin);
        else if (t->kind == TOKEN_STRING)
            take_string(&b, t);
        b.before = t;
    } while (taken && b.blocks);
    vec_free(&b.locals);
    return taken && !(b.percent && (b.p || b.casts));
}

/* ---- declarations at file scope ------------------------------------------ */

/* A declaration up to its body, its value or its end. */
struct head {
    struct token_vec tokens;    /* without attributes */
    bool is_user, is_inline, is_static, is_typedef;
    bool is_gnu_inline;         /* by attribute: extern makes no code of it */
    bool is_odd;                /* another attribute makes code or names */
};

static bool take_attribute(struct scan *s, struct head *h)
{
    static const char *const odd[] = {
        "constructor", "__constructor__", "destructor", "__destructor__",
        "used", "__used__", "alias", "__alias__", "ifunc", "__ifunc__",
        "weakref", "__weakref__", "cleanup", "__cleanup__", "section",
        "__section__", NULL};
    const struct token *end = behind_group(s->t + 1);
    for (; s->t < end; s->t++) {
        h->is_gnu_inline |= token_is(s->t, "gnu_inline") ||
                            token_is(s->t, "__gnu_inline__");
        h->is_odd |= token_is_one(s->t, odd);
    }
    return !h->is_user;
}

/* Of a record or an enumeration, not a function's. */
static bool follows_tag(const struct token_vec *tokens)
{
    static const char *const words[] = {"struct", "union", "enum", NULL};
    size_t n = tokens->count;
    return (n > 0 && token_is_one(&tokens->items[n - 1], words)) ||
           (n > 1 && token_is_one(&tokens->items[n - 2], words));
}

/* Whether it is `name()` or `name(void)`, or main. */
static bool has_no_parameters(const struct head *h)
{
    const struct token *t = h->tokens.items;
    size_t n = h->tokens.count, i = 0;
    while (i < n && !token_is(&t[i], "("))
        i++;
    if (!i || i == n || t[i - 1].kind != TOKEN_WORD || is_keyword(&t[i - 1]) ||
        is_reserved(&t[i - 1]))
        return false;
    if (token_is(&t[i - 1], "main"))
        return true;
    bool nothing = i + 2 == n || (i + 3 == n && token_is(&t[i + 1], "void"));
    return nothing && !table_says(&t[i - 1]);
}

static bool take_function(struct scan *s, struct head *h)
{
    if (h->is_odd)
        return false;
    if (!h->is_inline || !(h->is_static || h->is_gnu_inline))
        return has_no_parameters(h) && take_body(s);
    for (size_t i = 1; i < h->tokens.count; i++)
        if (token_is(&h->tokens.items[i], "(") &&
            h->tokens.items[i - 1].kind == TOKEN_WORD)
            remember(&s->inlines, &h->tokens.items[i - 1]);
    s->t = behind_group(s->t);
    return true;
}

/* What an object begins with, up to the semicolon: no address of a
 * function. */
static bool take_value(struct scan *s)
{
    for (; s->t->kind != TOKEN_END && !token_is(s->t, ";"); s->t++)
        if (s->t->kind == TOKEN_WORD && !is_keyword(s->t) &&
            (is_reserved(s->t) || token_is(s->t + 1, "(") ||
                map_get_string(&s->functions, name_of(s->t)) ||
                !is_harmless(s->t, false)))
            return false;
    return s->t->kind != TOKEN_END;
}

/* One token of a head that is no attribute. */
static void add_to_head(struct scan *s, struct head *h)
{
    static const char *const inlines[] = {"inline", "__inline",
                                          "__inline__", NULL};
    h->is_inline |= token_is_one(s->t, inlines);
    h->is_static |= token_is(s->t, "static");
    h->is_typedef |= token_is(s->t, "typedef");
    if (s->t->kind == TOKEN_WORD && token_is(s->t + 1, "("))
        remember(&s->functions, s->t);
    vec_push(&h->tokens, *s->t++);
}

static bool take_declaration(struct scan *s, struct head *h)
{
    static const char *const attributes[] = {"__attribute__", "__attribute",
                                             NULL};
    static const char *const labels[] = {"asm", "__asm__", "__asm", NULL};
    for (; s->t->kind != TOKEN_END && !token_is(s->t, ";");) {
        h->is_user |= !s->t->is_system;
        if (token_is_one(s->t, attributes)) {
            if (!take_attribute(s, h))
                return false;
        } else if (token_is_one(s->t, labels)) {
            if (!h->tokens.count || h->is_user)
                return false;
            s->t = behind_group(s->t + 1);
        } else if (token_is(s->t, "{") && follows_tag(&h->tokens)) {
            s->t = behind_group(s->t);
        } else if (token_is(s->t, "{")) {
            return h->tokens.count &&
                   token_is(&h->tokens.items[h->tokens.count - 1], ")") &&
                   take_function(s, h);
        } else if (token_is(s->t, "=")) {
            if (!take_value(s))
                return false;
        } else {
            add_to_head(s, h);
        }
    }
    for (size_t i = 0; h->is_typedef && i < h->tokens.count; i++)
        if (h->tokens.items[i].kind == TOKEN_WORD)
            remember(&s->types, &h->tokens.items[i]);
    s->t += s->t->kind != TOKEN_END;
    return true;
}

static bool scan_text(const char *text, bool is_guess)
{
    struct scan s = {.is_guess = is_guess};
    bool known = tokens_read(&s.tokens, text, is_guess);
    s.t = s.tokens.items;
    while (known && s.t->kind != TOKEN_END) {
        struct head head = {0};
        known = take_declaration(&s, &head);
        vec_free(&head.tokens);
    }
    vec_free(&s.tokens);
    map_free(&s.types);
    map_free(&s.inlines);
    map_free(&s.functions);
    return known;
}

static bool scan_file(const char *path, bool is_guess, size_t most)
{
    struct strbuf text = {0};
    bool known = strbuf_read_file(&text, path) && text.text &&
                 text.bytes <= most && strlen(text.text) == text.bytes &&
                 scan_text(text.text, is_guess);
    strbuf_free(&text);
    return known;
}

/* ---- what the driver asks ------------------------------------------------ */

/* Assembly has no record of what it is but that of the rewriter: only where it
 * goes nowhere, as that of Kconfig's probes, is there none to add. */
static bool is_of_a_kind(const struct command *c)
{
    return c->mode == MODE_OBJECT || c->mode == MODE_LINK ||
           (c->mode == MODE_ASSEMBLY && c->output &&
            !strcmp(c->output, "/dev/null"));
}

bool untouched_is_possible(const struct command *c)
{
    static const char *const others[] = {
        "-flto", "-emit-llvm", "-fsplit-stack", "-fkeep-", "-finstrument",
        "-fplugin", "-fpass-plugin", "-fopenmp", "--config", "-traditional",
        "-trigraphs", "-fembed-bitcode"};
    if (!is_of_a_kind(c) || c->relocatable ||
        c->c_count != 1 || c->emit_source || c->save_temps || c->verbose ||
        c->report_world || c->report_folder || c->rewriter_options.count ||
        c->compilation_database || c->uses_profile ||
        c->warnings != WARNINGS_AS_ASKED)
        return false;
    for (size_t i = 0; i < c->items.count; i++)
        for (size_t k = 0; k < sizeof others / sizeof *others; k++)
            if (!c->items.items[i].is_input &&
                begins(c->items.items[i].words[0], others[k]))
                return false;
    return true;
}

bool untouched_as_written(const struct command *c, const struct backend *b,
                          const char *path)
{
    struct strbuf source = {0}, text = {0};
    bool is = verbatim_is_possible(c, b) &&
              strbuf_read_file(&source, path) && source.text &&
              source.bytes <= MOST_SOURCE_BYTES &&
              strlen(source.text) == source.bytes &&
              verbatim_text(&text, c, source.text) &&
              scan_text(text.text, false);
    strbuf_free(&source);
    strbuf_free(&text);
    return is;
}

bool untouched_is_likely(const char *path)
{
    return scan_file(path, true, MOST_SOURCE_BYTES);
}

bool untouched_is_certain(const char *path)
{
    return scan_file(path, false, MOST_TEXT_BYTES);
}
