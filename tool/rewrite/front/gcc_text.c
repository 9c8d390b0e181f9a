/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* gcc_text.c - what libclang is shown of a text that gcc has preprocessed.
 *
 * The text itself, but for a few words that are blanks to libclang.  And a
 * shim before it, of which this is the part that depends on the text: shim.c
 * holds what is the same for every text.  Without optimization many of
 * gcc's intrinsics are macros, so that builtins which clang lacks, or declares
 * otherwise, stand in the user's functions.  Here they become functions of any
 * arguments, with a result of the size of the type to which the text casts it
 * (gcc's headers cast each).
 */
#include "front.h"

#include "util/arena.h"
#include "util/strbuf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- the text ------------------------------------------------------------ */

/* The text with what libclang must not see made blanks, so that all is where
 * it was. */
struct blanked {
    const struct unit *unit;
    char *copy;                 /* NULL: there is nothing */
};

static void blank(struct blanked *b, const char *at, size_t bytes)
{
    if (!b->copy)
        b->copy = arena_strndup(b->unit->text, b->unit->bytes);
    memset(b->copy + (at - b->unit->text), ' ', bytes);
}

/* gcc's atomic_flag is an _Atomic struct, which clang initialises with no
 * list. */
static void blank_atomic_flag(struct blanked *b)
{
    static const char before[] = "typedef _Atomic struct";
    static const char name[] = "atomic_flag";
    for (const char *at = b->unit->text; (at = strstr(at, before));
         at += sizeof before - 1) {
        const char *close = strchr(at, '}');
        if (close)
            close += strspn(close, "} \n");
        if (close && strncmp(close, name, sizeof name - 1) == 0)
            blank(b, at + strlen("typedef "), strlen("_Atomic"));
    }
}

/* Pragmas that gcc passes over but clang obeys: it would lay out records by
 * them, or stumble over a macro in them, which gcc's preprocessor leaves. */
static void blank_pragmas(struct blanked *b)
{
    static const char pragma[] = "#pragma ";
    static const char *const known_to_gcc[] = {
        "GCC ", "STDC ", "omp ", "pack", "redefine_extname ",
        "scalar_storage_order ", "weak "};
    for (const char *at = b->unit->text; (at = strstr(at, pragma));) {
        const char *name = at + sizeof pragma - 1;
        size_t bytes = strcspn(at, "\n");
        bool known = at > b->unit->text && at[-1] != '\n';
        for (size_t i = 0; i < sizeof known_to_gcc / sizeof *known_to_gcc;
             i++)
            known |= !strncmp(name, known_to_gcc[i],
                              strlen(known_to_gcc[i]));
        if (!known)
            blank(b, at, bytes);
        at += bytes;
    }
}

/* Whether the place is in a literal, none of which goes over lines. */
static bool is_in_literal(const struct unit *u, const char *place)
{
    char quote = 0;
    const char *at = place;
    while (at > u->text && at[-1] != '\n')
        at--;
    for (; at < place; at++) {
        if (quote && *at == '\\')
            at++;
        else if (quote)
            quote = *at == quote ? 0 : quote;
        else if (*at == '"' || *at == '\'')
            quote = *at;
    }
    return quote;
}

/* Whether the word before is the attribute with which a function is like
 * malloc. */
static bool is_after_malloc(const char *at)
{
    static const char name[] = "malloc";
    enum { LETTERS = sizeof name - 1 };
    while (isspace((unsigned char)at[-1]))
        at--;
    return !strncmp(at - LETTERS, name, LETTERS) &&
           strchr("(, \n", at[-LETTERS - 1]);
}

/* Each malloc with arguments in the attribute's list that opens at `at` loses
 * them; the end of the list. */
static const char *blank_in_list(struct blanked *b, const char *at)
{
    enum { LIST = 2 };              /* __attribute__((…)) */
    const char *arguments = NULL;
    for (int depth = 0; *at; at++) {
        if (*at == '"') {
            while (*++at && *at != '"')
                at += *at == '\\' && at[1];
            if (!*at)
                break;
        } else if (*at == '(') {
            if (depth == LIST)
                arguments = is_after_malloc(at) ? at : NULL;
            depth++;
        } else if (*at == ')') {
            depth--;
            if (depth == LIST && arguments)
                blank(b, arguments, (size_t)(at + 1 - arguments));
            if (!depth)
                break;
        }
    }
    return at;
}

/* gcc's malloc attribute may name who frees, which clang's does not. With
 * underscores it is a macro of the shim; without it is the function's name,
 * too. */
static void blank_deallocators(struct blanked *b)
{
    static const char attribute[] = "__attribute__";
    for (const char *at = b->unit->text; (at = strstr(at, attribute));) {
        at += sizeof attribute - 1;
        const char *open = at + strspn(at, " \n");
        if (*open == '(' && !is_in_literal(b->unit, at))
            at = blank_in_list(b, open);
    }
}

/* Whether a static assertion is about what gcc folds and clang does not. */
static bool is_folded_by_gcc(const char *begin, const char *end)
{
    static const char builtin[] = "__builtin_";
    static const char *const names[] = {
        "has_attribute", "abs", "labs", "llabs", "imaxabs", "bswap128",
        "cabs", "ceil", "cos", "exp", "floor", "fmod", "ilogb", "isascii",
        "isdigit", "isgreater", "isgreaterequal", "isless", "islessequal",
        "islessgreater", "isunordered", "log", "logb", "lrint", "lround",
        "llround", "nearbyint", "pow", "powi", "rint", "round", "scalbln",
        "scalbn", "signbit", "sin", "sqrt", "strpbrk", "strspn", "strcspn",
        "strstr", "toascii", "trunc"};
    for (const char *at = begin; (at = strstr(at, builtin)) && at < end;) {
        at += sizeof builtin - 1;
        size_t bytes = strspn(at, "abcdefghijklmnopqrstuvwxyz_0123456789");
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (strlen(names[i]) == bytes && !strncmp(at, names[i], bytes))
                return true;
    }
    return false;
}

/* Past the parenthesis that closes the one at `at`; NULL: there is none, or
 * there is a block or a type's members between them. */
static const char *past_parentheses(const char *at)
{
    for (int depth = 0; *at && *at != '{'; at++) {
        if (*at == '"' || *at == '\'') {
            char quote = *at;
            while (*++at && *at != quote)
                at += *at == '\\' && at[1];
            if (!*at)
                break;
        } else if (*at == '(') {
            depth++;
        } else if (*at == ')' && !--depth) {
            return at + 1;
        }
    }
    return NULL;
}

/* Past blanks and lines that say where what follows is from. */
static const char *past_markers(const char *at)
{
    for (;; at++) {
        at += strspn(at, " \n");
        if (*at != '#' || at[-1] != '\n')
            return at;
        at += strcspn(at, "\n");
        if (!*at)
            return at;
    }
}

static void blank_but_markers(struct blanked *b, const char *at,
                              const char *end)
{
    while (at < end) {
        size_t bytes = strcspn(at, "\n");
        if (*at != '#')
            blank(b, at, bytes < (size_t)(end - at) ? bytes
                                                    : (size_t)(end - at));
        at += bytes + 1;
    }
}

/* Static assertions that only gcc can decide; the text that it compiles has
 * them.  A local that is named in one is not followed there, so it stays. */
static void blank_assertions(struct blanked *b)
{
    static const char word[] = "tatic_assert";
    const char *text = b->unit->text;
    for (const char *at = text; (at = strstr(at, word));) {
        const char *begin = at;
        while (begin > text &&
               (isalnum((unsigned char)begin[-1]) || begin[-1] == '_'))
            begin--;
        at += sizeof word - 1;
        const char *open = past_markers(at);
        const char *end = *open == '(' ? past_parentheses(open) : NULL;
        bool whole = !strncmp(begin, "_Static_assert", (size_t)(at - begin)) ||
                     !strncmp(begin, "static_assert", (size_t)(at - begin));
        if (end && whole && !is_in_literal(b->unit, begin) &&
            is_folded_by_gcc(open, end))
            blank_but_markers(b, begin, end);
    }
}

char *gcc_text_for_clang(const struct unit *u)
{
    struct blanked b = {.unit = u};
    blank_atomic_flag(&b);
    blank_deallocators(&b);
    blank_pragmas(&b);
    blank_assertions(&b);
    return b.copy;
}

/* ---- the shim ------------------------------------------------------------ */

static const char intrinsic[] = "__builtin_ia32_";

/* The type in the cast that ends before `at`; "" if there is none. */
static const char *cast_before(const struct front *f, uint32_t at)
{
    static const char *const types[] = {
        "__m", "__v", "char", "int", "long", "short", "unsigned", "float",
        "double"};
    while (at && isspace((unsigned char)f->text[at - 1]))
        at--;
    if (!at || f->text[at - 1] != ')')
        return "";
    uint32_t begin = --at;
    while (begin && f->text[begin - 1] != '(' && f->text[begin - 1] != ')')
        begin--;
    while (begin < at && isspace((unsigned char)f->text[begin]))
        begin++;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!strncmp(f->text + begin, types[i], strlen(types[i])))
            return arena_strndup(f->text + begin, at - begin);
    return "";
}

static bool returns_nothing(const char *name)
{
    return strstr(name, "scatter") || strstr(name, "gatherpf") ||
           (strstr(name, "store") && strstr(name, "_mask"));
}

/* Bytes of "__m256i", "__v8si" and the like; 0: no vector type. */
static unsigned vector_bytes(const char *type)
{
    static const struct { char letter; unsigned bytes; } elements[] = {
        {'q', 1}, {'h', 2}, {'b', 2}, {'s', 4}, {'d', 8}};
    enum { BITS_PER_BYTE = 8 };
    char *end;
    if (strncmp(type, "__m", 3) && strncmp(type, "__v", 3))
        return 0;
    unsigned count = (unsigned)strtoul(type + 3, &end, 10);
    if (type[2] == 'm')
        return count / BITS_PER_BYTE;
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (*end == elements[i].letter)
            return count * elements[i].bytes;
    return 0;
}

static void declare(struct strbuf *out, const char *name, const char *type)
{
    unsigned bytes = vector_bytes(type);
    const char *vector = bytes ? arena_printf(
        " __attribute__((__vector_size__(%u)))", bytes) : "";
    if (bytes || !strncmp(type, "__mmask", 7))
        type = "long long";
    strbuf_printf(out, "#define %s " SHIM_RENAMED "%s\n"
                  "%s%s %s(ESCC_ANY);\n", name, name,
                  *type ? type : "void", vector, name);
}

const char *gcc_text_shim(const struct front *f)
{
    struct strbuf shim = {0};
    struct map seen = {0};
    strbuf_puts(&shim, shim_gcc);
    strbuf_puts(&shim, "#if __STDC_VERSION__ > 201710L\n#define ESCC_ANY ...\n"
                "#else\n#define ESCC_ANY\n#endif\n");
    for (const char *p = f->text; (p = strstr(p, intrinsic));
         p += sizeof intrinsic - 1) {
        uint32_t at = (uint32_t)(p - f->text);
        if (place_is_system(f->unit, at))
            continue;
        const char *name = text_word(f, at), *type = cast_before(f, at);
        if (map_get_string(&seen, name) ||
            (!*type && !returns_nothing(name)))
            continue;
        map_put_string(&seen, name, &shim);
        declare(&shim, name, type);
    }
    strbuf_puts(&shim, "#undef ESCC_ANY\n");
    return shim.text;
}
