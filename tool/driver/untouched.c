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

#include "util/arena.h"
#include "util/map.h"
#include "util/strbuf.h"
#include "libc_tags.h"

#include <ctype.h>
#include <string.h>

enum {
    /* Probes are small; who compiles more than this spends the time
     * elsewhere. */
    MOST_SOURCE_BYTES = 16 * 1024,
    MOST_TEXT_BYTES = 4 << 20
};

enum kind { END, WORD, NUMBER, STRING, MARK };

struct token {
    enum kind kind;
    bool is_system;
    const char *text;           /* not terminated */
    size_t bytes;
};

VEC_TYPE(token_vec, struct token);

struct scan {
    struct token_vec tokens;
    const struct token *t;      /* the next one; END at the end */
    struct map types;           /* names in typedefs */
    struct map inlines;         /* inline functions without code */
    struct map functions;       /* names in front of parentheses */
    bool is_guess;              /* a source with its directives */
};

/* ---- tokens -------------------------------------------------------------- */

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* A line that begins with `#`, in a preprocessed text; false: what is said
 * there changes more than places. */
static bool read_marker(const char *line, const char *end, bool *is_system)
{
    const char *p = line + 1;
    while (p < end && *p == ' ')
        p++;
    if (isdigit((unsigned char)*p)) {
        const char *quote = end;
        while (quote > p && quote[-1] != '"')
            quote--;
        *is_system = memchr(quote, '3', (size_t)(end - quote));
        return true;
    }
    return *is_system && begins(p, "pragma") &&
           !memmem(p, (size_t)(end - p), "redefine_extname", 16);
}

/* Behind a directive of a source, which may go on over lines. */
static const char *skip_directive(const char *p)
{
    while (*p && *p != '\n')
        p += p[0] == '\\' && p[1] == '\n' ? 2 : 1;
    return p;
}

static const char *skip_comment(const char *p)
{
    const char *end = p[1] == '*' ? strstr(p + 2, "*/") : strchr(p, '\n');
    return end ? end + (p[1] == '*' ? 2 : 0) : p + strlen(p);
}

static size_t string_bytes(const char *p)
{
    size_t n = 1;
    while (p[n] && p[n] != p[0])
        n += p[n] == '\\' && p[n + 1] ? 2 : 1;
    return p[n] ? n + 1 : n;
}

/* Two characters that are one mark; `<:` and its like are brackets. */
static size_t mark_bytes(const char *p)
{
    static const char *const pairs[] = {
        "&&", "||", "==", "!=", "<=", ">=", "<<", ">>", "->", "++", "--",
        "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<:", ":>", "<%",
        "%>", "%:", "\?\?", ".."};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (begins(p, pairs[i]))
            return 2;
    return 1;
}

static void put(struct scan *s, enum kind kind, bool is_system,
                const char *text, size_t bytes)
{
    struct token token = {kind, is_system, text, bytes};
    vec_push(&s->tokens, token);
}

/* Behind the token at `p`, which is added. */
static const char *read_token(struct scan *s, const char *p, bool is_system)
{
    enum kind kind = MARK;
    size_t n = 1;
    if (isdigit((unsigned char)*p)) {
        kind = NUMBER;
        while (is_word_char(p[n]) || p[n] == '.' ||
               ((p[n] == '+' || p[n] == '-') && strchr("eEpP", p[n - 1])))
            n++;
    } else if (is_word_char(*p)) {
        kind = WORD;
        while (is_word_char(p[n]))
            n++;
    } else if (*p == '"' || *p == '\'') {
        kind = *p == '"' ? STRING : NUMBER;
        n = string_bytes(p);
    } else {
        n = mark_bytes(p);
    }
    put(s, kind, is_system, p, n);
    return p + n;
}

static bool read_tokens(struct scan *s, const char *p)
{
    bool line_begins = true, is_system = false, known = true;
    while (known && *p) {
        if (*p == '\n' || isspace((unsigned char)*p)) {
            line_begins |= *p++ == '\n';
        } else if (p[0] == '/' && (p[1] == '*' || p[1] == '/')) {
            p = skip_comment(p);
        } else if (*p == '#' && line_begins) {
            const char *end = skip_directive(p);
            known = s->is_guess || read_marker(p, end, &is_system);
            p = end;
        } else {
            line_begins = false;
            p = read_token(s, p, is_system);
        }
    }
    put(s, END, false, p, 0);
    s->t = s->tokens.items;
    return known;
}

static bool is(const struct token *t, const char *text)
{
    return t->bytes == strlen(text) && !memcmp(t->text, text, t->bytes);
}

static bool is_one(const struct token *t, const char *const *words)
{
    for (; *words; words++)
        if (is(t, *words))
            return true;
    return false;
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
    for (; t->kind != END; t++) {
        depth += is(t, "(") || is(t, "{") || is(t, "[");
        depth -= is(t, ")") || is(t, "}") || is(t, "]");
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
    if (is_one(name, twice) || (has_arguments && is(name, "free")))
        return false;
    const char *said = table_says(name);
    if (!said)
        return true;
    if (has_arguments)
        return !said[strspn(said, " ")] ||
               (!said[strspn(said, " .")] && name[2].kind == STRING);
    return !strstr(said, "open") && !strstr(said, "put=");
}

static bool is_reserved(const struct token *t)
{
    static const char *const words[] = {
        "for", "while", "do", "goto", "typedef", "asm", "register", "auto",
        "volatile", "inline", "restrict", "typeof", "union", "constexpr",
        "thread_local", "nullptr", "alignas", NULL};
    return t->text[0] == '_' || begins(t->text, "escc") || is_one(t, words);
}

static bool is_keyword(const struct token *t)
{
    static const char *const words[] = {
        "return", "if", "else", "switch", "case", "default", "break",
        "sizeof", "int", "char", "long", "short", "unsigned", "signed",
        "float", "double", "void", "const", "static", "struct", "enum",
        "extern", NULL};
    return is_one(t, words);
}

static bool is_arithmetic(const struct token *t)
{
    static const char *const types[] = {"int", "char", "long", "short",
                                        "unsigned", "signed", "float",
                                        "double", NULL};
    return is_one(t, types);
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
    return is(b->begin, "static");
}

/* `(void) name;` is how a program asks whether there is such a name. */
static bool is_dropped(const struct token *t)
{
    return is(t - 1, ")") && is(t - 2, "void") && is(t - 3, "(") &&
           is(t + 1, ";");
}

/* An identifier that is evaluated, or declared. */
static bool take_word(struct body *b, const struct token *t)
{
    if (is_keyword(t)) {
        b->casts |= is_arithmetic(t) && b->open && !in_size(b);
        return !(is(t, "struct") && b->begin == t);
    }
    if (is_reserved(t))
        return false;
    if (is(b->before, "struct") || is(b->before, "enum"))
        return b->open || is_static(b) || is(b->begin, "extern");
    if (is(b->before, ".") || in_size(b))
        return true;
    const char *name = name_of(t);
    if (map_get_string(&b->scan->inlines, name))
        return false;
    if (map_get_string(&b->scan->types, name)) {
        b->casts |= b->open > 0;
        return b->open || is_static(b);
    }
    bool calls = is(t + 1, "(");
    if (calls)
        remember(&b->scan->functions, t);
    else if (map_get_string(&b->scan->functions, name) && !is_dropped(t))
        return false;
    return is_harmless(t, calls && !is(t + 2, ")"));
}

/* `x = 1;` `x.y = 1;` `x[0] = 1;` */
static bool stores_number(const struct body *b, const struct token *equals)
{
    const struct token *to = b->begin + 1, *from = equals + 1;
    if (b->begin->kind != WORD || is_keyword(b->begin))
        return false;
    if (is(to, ".") && to[1].kind == WORD)
        to += 2;
    else if (is(to, "[") && to[1].kind == NUMBER && is(&to[2], "]"))
        to += 3;
    from += is(from, "-");
    return to == equals && from->kind == NUMBER && is(from + 1, ";");
}

/* Is the `=` that of a declaration, not of an assignment in its value? */
static bool begins_local(const struct body *b, const struct token *equals)
{
    const struct token *before = b->before - 1;
    return is_arithmetic(b->begin) && !b->open &&
           b->before->kind == WORD && !is_keyword(b->before) &&
           before >= b->begin && (is_keyword(before) || is(before, ",")) &&
           !is(equals + 1, "{");
}

static bool declares(const struct token *t)
{
    static const char *const words[] = {"const", "void", "extern", "enum",
                                        "struct", NULL};
    return is_arithmetic(t) || is_one(t, words);
}

/* An element of what has a name; arrays are declared `static`. */
static bool takes_element(const struct body *b, const struct token *t)
{
    return is_static(b) ||
           (!declares(b->begin) && b->before->kind == WORD &&
               !is_keyword(b->before) && t[1].kind == NUMBER &&
               is(&t[2], "]"));
}

static bool take_open(struct body *b)
{
    if (b->open == DEEPEST)
        return false;
    bool condition = is(b->before, "if") || is(b->before, "switch");
    b->groups[b->open++] = condition ? CONDITION
                           : is(b->before, "sizeof") ? SIZE : OTHER;
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
    bool list = is_static(b) && (b->lists || is(b->before, "="));
    b->lists += list;
    return list;
}

static bool take_end(struct body *b)
{
    if (b->lists) {
        b->lists--;
        return true;
    }
    b->blocks--;
    b->begins = true;
    return !b->open;
}

static bool take_mark(struct body *b, const struct token *t, bool at_begin)
{
    static const char *const harmless[] = {
        "+", "-", "/", "%", "<", ">", "<=", ">=", "==", "!=", "!", "~", "||",
        "&&", "?", ":", ",", "<<", ">>", "|", "^", "]", NULL};
    bool value = b->before->kind == WORD || b->before->kind == NUMBER ||
                 is(b->before, ")") || is(b->before, "]");
    if (is(t, ";")) {
        b->begins = true;
        return !b->open && !b->lists;
    }
    if (is(t, "("))
        return take_open(b);
    if (is(t, ")"))
        return take_close(b);
    if (is(t, "{"))
        return take_brace(b, at_begin);
    if (is(t, "}"))
        return take_end(b);
    if (is(t, "="))
        return is_static(b) || stores_number(b, t) || begins_local(b, t);
    if (is(t, "*"))
        return is_static(b) || in_size(b);
    if (is(t, "["))
        return takes_element(b, t);
    if (is(t, "."))
        return b->before->kind == WORD && t[1].kind == WORD;
    if (is(t, "&&") && !value)
        return false;           /* the address of a label */
    if (is(t, ":"))
        b->begins = b->lists == 0 && !b->open;
    return is_one(t, harmless);
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
    do {
        const struct token *t = s->t++;
        bool at_begin = b.begins, taken = t->kind != END;
        /* a block's end begins none, and an else follows one */
        if (at_begin)
            b.begin = t;
        b.begins = t->kind == WORD && is(t, "else");
        if (t->kind == WORD)
            taken = take_word(&b, t);
        else if (t->kind == MARK)
            taken = take_mark(&b, t, at_begin);
        else if (t->kind == STRING)
            take_string(&b, t);
        if (!taken)
            return false;
        b.before = t;
    } while (b.blocks);
    return !(b.percent && (b.p || b.casts));
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
        h->is_gnu_inline |= is(s->t, "gnu_inline") ||
                            is(s->t, "__gnu_inline__");
        h->is_odd |= is_one(s->t, odd);
    }
    return !h->is_user;
}

/* Of a record or an enumeration, not a function's. */
static bool follows_tag(const struct token_vec *tokens)
{
    static const char *const words[] = {"struct", "union", "enum", NULL};
    size_t n = tokens->count;
    return (n > 0 && is_one(&tokens->items[n - 1], words)) ||
           (n > 1 && is_one(&tokens->items[n - 2], words));
}

/* Whether it is `name()` or `name(void)`, or main. */
static bool has_no_parameters(const struct head *h)
{
    const struct token *t = h->tokens.items;
    size_t n = h->tokens.count, i = 0;
    while (i < n && !is(&t[i], "("))
        i++;
    if (!i || i == n || t[i - 1].kind != WORD || is_keyword(&t[i - 1]) ||
        is_reserved(&t[i - 1]))
        return false;
    if (is(&t[i - 1], "main"))
        return true;
    bool nothing = i + 2 == n || (i + 3 == n && is(&t[i + 1], "void"));
    return nothing && !table_says(&t[i - 1]);
}

static bool take_function(struct scan *s, struct head *h)
{
    if (h->is_odd)
        return false;
    if (!h->is_inline || !(h->is_static || h->is_gnu_inline))
        return has_no_parameters(h) && take_body(s);
    for (size_t i = 1; i < h->tokens.count; i++)
        if (is(&h->tokens.items[i], "(") &&
            h->tokens.items[i - 1].kind == WORD)
            remember(&s->inlines, &h->tokens.items[i - 1]);
    s->t = behind_group(s->t);
    return true;
}

/* What an object begins with, up to the semicolon: no address of a
 * function. */
static bool take_value(struct scan *s)
{
    for (; s->t->kind != END && !is(s->t, ";"); s->t++)
        if (s->t->kind == WORD && !is_keyword(s->t) &&
            (is_reserved(s->t) || is(s->t + 1, "(") ||
                map_get_string(&s->functions, name_of(s->t)) ||
                !is_harmless(s->t, false)))
            return false;
    return s->t->kind != END;
}

/* One token of a head that is no attribute. */
static void add_to_head(struct scan *s, struct head *h)
{
    static const char *const inlines[] = {"inline", "__inline",
                                          "__inline__", NULL};
    h->is_inline |= is_one(s->t, inlines);
    h->is_static |= is(s->t, "static");
    h->is_typedef |= is(s->t, "typedef");
    if (s->t->kind == WORD && is(s->t + 1, "("))
        remember(&s->functions, s->t);
    vec_push(&h->tokens, *s->t++);
}

static bool take_declaration(struct scan *s, struct head *h)
{
    static const char *const attributes[] = {"__attribute__", "__attribute",
                                             NULL};
    static const char *const labels[] = {"asm", "__asm__", "__asm", NULL};
    for (; s->t->kind != END && !is(s->t, ";");) {
        h->is_user |= !s->t->is_system;
        if (is_one(s->t, attributes)) {
            if (!take_attribute(s, h))
                return false;
        } else if (is_one(s->t, labels)) {
            if (!h->tokens.count || h->is_user)
                return false;
            s->t = behind_group(s->t + 1);
        } else if (is(s->t, "{") && follows_tag(&h->tokens)) {
            s->t = behind_group(s->t);
        } else if (is(s->t, "{")) {
            return h->tokens.count &&
                   is(&h->tokens.items[h->tokens.count - 1], ")") &&
                   take_function(s, h);
        } else if (is(s->t, "=")) {
            if (!take_value(s))
                return false;
        } else {
            add_to_head(s, h);
        }
    }
    for (size_t i = 0; h->is_typedef && i < h->tokens.count; i++)
        if (h->tokens.items[i].kind == WORD)
            remember(&s->types, &h->tokens.items[i]);
    s->t += s->t->kind != END;
    return true;
}

static bool scan_text(const char *text, bool is_guess)
{
    struct scan s = {.is_guess = is_guess};
    bool known = read_tokens(&s, text);
    while (known && s.t->kind != END) {
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

bool untouched_is_possible(const struct command *c)
{
    static const char *const others[] = {
        "-flto", "-emit-llvm", "-fsplit-stack", "-fkeep-", "-finstrument",
        "-fplugin", "-fpass-plugin", "-fopenmp", "--config", "-traditional",
        "-trigraphs", "-fembed-bitcode"};
    if ((c->mode != MODE_OBJECT && c->mode != MODE_LINK) || c->relocatable ||
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

bool untouched_is_likely(const char *path)
{
    return scan_file(path, true, MOST_SOURCE_BYTES);
}

bool untouched_is_certain(const char *path)
{
    return scan_file(path, false, MOST_TEXT_BYTES);
}
