/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* verbatim.c - see verbatim.h.
 *
 * Many probes of build systems have no #include ("does it know this option?"),
 * and a run of the compiler to preprocess them costs as much as the rest.
 *
 * [inv.verbatim]  The preprocessed text has the source's tokens, if
 *
 *   - the source's only directives are `#define` and `#undef` of names that
 *     appear nowhere else, and `#ifdef __cplusplus` with its `#endif`;
 *   - it has no word that is reserved, since the compiler defines such, none
 *     of those that gcc and clang define without an underscore, and none that
 *     the command defines;
 *   - characters stand for themselves: no trigraph, no digraph for `#`, no line
 *     that goes on behind a backslash, no `//`, which is no comment for all;
 *   - the command names no other option of the preprocessor's, since all that
 *     bring files bring text, and the compiler is not a script that could.
 */
#include "verbatim.h"

#include "preload.h"
#include "tokens.h"
#include "util/arena.h"
#include "util/map.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct verbatim {
    struct map names;           /* of macros */
    struct strbuf *text;
    bool skips;                 /* behind #ifdef __cplusplus */
    bool fails;
};

/* ---- the command --------------------------------------------------------- */

/* NAME of -DNAME=1 and its like; NULL: it is none of them. */
static const char *defined_name(const struct item *item)
{
    static const char *const options[] = {
        "-D", "-U", "--define-macro", "--define-macro=", "--undefine-macro",
        "--undefine-macro="};
    const char *word = item->words[0], *value = item->value;
    for (size_t i = 0; value && i < sizeof options / sizeof *options; i++) {
        size_t bytes = strlen(options[i]);
        bool joined = value == word + bytes;
        if (!strncmp(word, options[i], bytes) && (joined || !word[bytes]))
            return arena_strndup(value, strcspn(value, "=("));
    }
    return NULL;
}

/* An option for all that reads the source and nothing else, or of which only
 * the compiler knows what it does. */
static bool may_bring_text(const struct item *item)
{
    static const char *const others[] = {"-B", "-specs", "--specs", "-wrapper",
                                         "-finput-charset"};
    const unsigned all = STEP_PREPROCESS | STEP_DIAGNOSE;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!strncmp(item->words[0], others[i], strlen(others[i])))
            return true;
    return item->id == OPT_XCLANG || item->id == OPT_PCH ||
           (item->steps == all && !defined_name(item));
}

bool verbatim_is_possible(const struct command *c, const struct backend *b)
{
    static const char *const variables[] = {
        "CCC_OVERRIDE_OPTIONS", "GCC_EXEC_PREFIX", "CPATH", "C_INCLUDE_PATH"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (getenv(variables[i]))
            return false;
    for (size_t i = 0; i < c->items.count; i++)
        if (!c->items.items[i].is_input && may_bring_text(&c->items.items[i]))
            return false;
    return !c->reads_directives &&
           preload_is_compiler(b->program, b->kind == BACKEND_CLANG ? "clang"
                                                                    : "gcc");
}

/* ---- directives ---------------------------------------------------------- */

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The word at *p, which goes behind it; "": there is none. */
static const char *take_name(const char **p)
{
    size_t bytes = 0;
    *p += strspn(*p, " \t");
    while (is_word_char((*p)[bytes]))
        bytes++;
    const char *name = arena_strndup(*p, bytes);
    *p += bytes;
    return name;
}

/* From `#` to the end of the line. */
static void take_directive(struct verbatim *v, const char *p, size_t bytes)
{
    const char *line = arena_strndup(p, bytes);
    p = line + 1;
    const char *what = take_name(&p), *name = take_name(&p);
    bool is_macro = !strcmp(what, "define") || !strcmp(what, "undef");
    if (v->skips && !strcmp(what, "endif"))
        v->skips = false;
    else if (v->skips && (!strcmp(what, "error") || is_macro))
        ;
    else if (!v->skips && !strcmp(what, "ifdef") &&
             !strcmp(name, "__cplusplus"))
        v->skips = true;
    else if (!v->skips && is_macro && *name)
        map_put_string(&v->names, name, v);
    else
        v->fails = true;
    v->fails |= strstr(line, "/*") != NULL;
}

/* ---- text ---------------------------------------------------------------- */

static bool is_strange(const char *p)
{
    return (p[0] == '?' && p[1] == '?') || (p[0] == '%' && p[1] == ':') ||
           (p[0] == '\\' && isspace((unsigned char)p[1])) || *p == '\r';
}

/* Behind a comment; NULL: it is none, or does not end. */
static const char *behind_comment(const char *p)
{
    const char *end = p[1] == '*' ? strstr(p + 2, "*/") : NULL;
    return end ? end + 2 : NULL;
}

/* Behind a string or a character on one line; NULL: it does not end there. */
static const char *behind_string(const char *p)
{
    char quote = *p++;
    for (; *p && *p != '\n' && *p != quote; p++)
        if (*p == '\\' && *++p == 0)
            return NULL;
    return *p == quote ? p + 1 : NULL;
}

/* A piece that may be left out, or stands for itself; behind it.  NULL: no. */
static const char *take_piece(struct verbatim *v, const char *p,
                              bool line_begins)
{
    const char *end = p + 1;
    bool is_text = true;
    if (*p == '#') {
        end = p + strcspn(p, "\n");
        is_text = false;
        if (!line_begins)
            return NULL;
        take_directive(v, p, (size_t)(end - p));
    } else if (p[0] == '/' && (p[1] == '*' || p[1] == '/')) {
        end = behind_comment(p);
        is_text = false;
        strbuf_putc(v->text, ' ');
    } else if (*p == '"' || *p == '\'') {
        end = behind_string(p);
    }
    if (end && is_text && !v->skips)
        strbuf_add(v->text, p, (size_t)(end - p));
    return v->fails ? NULL : end;
}

static bool has_macros(const struct verbatim *v)
{
    static const char *const predefined[] = {"linux", "unix", "i386", NULL};
    struct token_vec tokens = {0};
    bool has = !tokens_read(&tokens, v->text->text, false);
    for (size_t i = 0; i < tokens.count && !has; i++) {
        const struct token *t = &tokens.items[i];
        has = t->kind == TOKEN_WORD &&
              (t->text[0] == '_' || token_is_one(t, predefined) ||
                  map_get_string(&v->names, arena_strndup(t->text, t->bytes)));
    }
    vec_free(&tokens);
    return has;
}

bool verbatim_text(struct strbuf *text, const struct command *c,
                   const char *source)
{
    struct verbatim v = {.text = text};
    bool line_begins = true;
    const char *p = source;
    for (; *p && !v.fails; p++)
        v.fails = is_strange(p);
    for (p = source; !v.fails && *p;) {
        const char *end = take_piece(&v, p, line_begins);
        line_begins = *p == '\n' ||
                      (line_begins && (isspace((unsigned char)*p) ||
                                          (p[0] == '/' && p[1] == '*')));
        v.fails |= !end;
        p = end;
    }
    for (size_t i = 0; i < c->items.count; i++)
        if (!c->items.items[i].is_input && defined_name(&c->items.items[i]))
            map_put_string(&v.names, defined_name(&c->items.items[i]), &v);
    strbuf_putc(text, '\n');
    bool same = !v.fails && !v.skips &&
                !map_get_string(&v.names, "__cplusplus") && !has_macros(&v);
    map_free(&v.names);
    return same;
}
