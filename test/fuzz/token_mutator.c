/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* token_mutator.c - see token_mutator.h.
 *
 * Everything is done on spans of the text: a token, or a piece (a statement
 * or declaration with its `;` or block).  A mutation replaces one span by
 * bytes from elsewhere, which covers insertion, deletion and exchange.
 */
#include "token_mutator.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum {
    MAX_TOKENS = 4096,          /* of larger texts the rest stays as it is */
    MAX_PIECE_BYTES = 4096
};

struct span { size_t begin, end; };

struct text {
    const uint8_t *bytes;
    size_t size;
    struct span tokens[MAX_TOKENS];
    size_t count;
};

/* Written in place of a token, or beside one. */
static const char *const words[] = {
    "*", "&", "[0]", "[i]", "->", ".", "+", "-", "~", "!", "=", "+=", "|=",
    "==", "<", "&&", "||", "? :", ",", ";", "(", ")", "{", "}", "0", "1",
    "(void *)0", "sizeof", "_Alignof", "static", "extern", "const",
    "volatile", "_Atomic", "_Thread_local", "register", "inline", "restrict",
    "unsigned", "char", "short", "int", "long", "float", "double", "_Bool",
    "void", "struct", "union", "enum", "typedef", "__auto_type", "typeof",
    "_Generic", "__builtin_choose_expr", "__builtin_alloca(8)",
    "__attribute__((packed))", "__attribute__((aligned(16)))",
    "__attribute__((cleanup(f)))", "__attribute__((vector_size(16)))",
    "if (1)", "else", "while (i--)", "do", "for (;;)", "switch (i)",
    "case 0:", "default:", "goto l;", "l:", "&&l", "goto *p;", "break;",
    "continue;", "return", "return &x;", "int x;", "int *p = &x;",
    "int a[i];", "malloc(sizeof(int))", "free(p);", "realloc(p, 8)",
    "memcpy(p, q, 8);", "(struct s){0}", "({ x; })", "__label__ l;",
    "__asm__ volatile (\"\" : \"+m\"(x));", "__func__", "\"s\"", "'c'",
    "L\"w\"", "0x1p3", "1.0", "setjmp(b)",
    "__atomic_store_n(&p, q, 5)", "__sync_lock_test_and_set(&p, q)",
    "(unsigned long)", "(void *)", "(char)", ".x =", "[0] =", "[1 ... 2] =",
    "_Static_assert(1, \"\");", "__extension__", "__real__", "_Complex"
};

static unsigned next_random(unsigned *seed)
{
    /* xorshift32 (Marsaglia 2003); a seed of 0 would stay 0 */
    unsigned x = *seed ? *seed : 2463534242u;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *seed = x;
}

static size_t below(unsigned *seed, size_t limit)
{
    return limit ? next_random(seed) % limit : 0;
}

static size_t literal_end(const struct text *t, size_t at)
{
    uint8_t quote = t->bytes[at++];
    while (at < t->size && t->bytes[at] != quote && t->bytes[at] != '\n')
        at += t->bytes[at] == '\\' && at + 1 < t->size ? 2 : 1;
    return at < t->size ? at + 1 : t->size;
}

static bool in_word(uint8_t c)
{
    return isalnum(c) || c == '_';
}

static void split(struct text *t, const uint8_t *bytes, size_t size)
{
    t->bytes = bytes;
    t->size = size;
    t->count = 0;
    size_t at = 0;
    while (at < size && t->count < MAX_TOKENS) {
        uint8_t c = bytes[at];
        size_t end = at + 1;
        if (isspace(c)) {
            at++;
            continue;
        }
        if (c == '"' || c == '\'')
            end = literal_end(t, at);
        else if (in_word(c))
            while (end < size && in_word(bytes[end]))
                end++;
        t->tokens[t->count++] = (struct span){at, end};
        at = end;
    }
}

static uint8_t first_byte(const struct text *t, size_t token)
{
    return t->bytes[t->tokens[token].begin];
}

/* The statement or declaration that begins at this token. */
static struct span piece_at(const struct text *t, size_t token)
{
    struct span s = t->tokens[token];
    int depth = 0;
    for (; token < t->count; token++) {
        uint8_t c = first_byte(t, token);
        if (c == '(' || c == '[' || c == '{')
            depth++;
        else if ((c == ')' || c == ']' || c == '}') && --depth < 0)
            return s;
        s.end = t->tokens[token].end;
        if (depth == 0 && (c == ';' || c == '}'))
            break;
    }
    return s;
}

/* A piece begins after `;`, `{` or `}`. */
static struct span random_piece(const struct text *t, unsigned *seed)
{
    size_t token = below(seed, t->count);
    while (token > 0 && !strchr(";{}", first_byte(t, token - 1)))
        token--;
    return piece_at(t, token);
}

static bool is_word(const struct text *t, size_t token)
{
    return in_word(first_byte(t, token));
}

/* A token of the same class as `like`: a word for a word. */
static struct span random_like(const struct text *t, size_t like,
                               unsigned *seed)
{
    for (int tries = 0; tries < 16; tries++) {
        size_t token = below(seed, t->count);
        if (is_word(t, token) == is_word(t, like))
            return t->tokens[token];
    }
    return t->tokens[like];
}

/* out = text with `hole` replaced by the bytes, blanks around them. */
static size_t replace(uint8_t *out, size_t max_size, const uint8_t *text,
                      size_t size, struct span hole, const void *bytes,
                      size_t count)
{
    size_t blanks = count ? 2 : 1;
    if (size - (hole.end - hole.begin) + count + blanks > max_size)
        return 0;
    memmove(out + hole.begin + count + blanks, text + hole.end,
            size - hole.end);
    if (out != text)
        memmove(out, text, hole.begin);
    uint8_t *to = out + hole.begin;
    *to++ = ' ';
    if (count) {
        memcpy(to, bytes, count);
        to[count] = ' ';
    }
    return size - (hole.end - hole.begin) + count + blanks;
}

static size_t replace_by_span(uint8_t *text, size_t size, size_t max_size,
                              struct span hole, struct span by)
{
    uint8_t copy[MAX_PIECE_BYTES];
    size_t count = by.end - by.begin;
    if (count > sizeof copy)
        count = sizeof copy;
    memcpy(copy, text + by.begin, count);
    return replace(text, max_size, text, size, hole, copy, count);
}

static size_t mutate_once(uint8_t *text, size_t size, size_t max_size,
                          unsigned *seed)
{
    static struct text t;
    split(&t, text, size);
    const char *word = words[below(seed, sizeof words / sizeof *words)];
    if (!t.count)
        return replace(text, max_size, text, size, (struct span){0, size},
                       word, strlen(word));
    size_t token = below(seed, t.count);
    struct span hole = t.tokens[token], none = {hole.begin, hole.begin};
    struct span piece = random_piece(&t, seed), before = {piece.begin,
                                                          piece.begin};
    switch (below(seed, 8)) {
    case 0:     /* a token of the text for another */
    case 1:
        return replace_by_span(text, size, max_size, hole,
                               random_like(&t, token, seed));
    case 2:
        return replace(text, max_size, text, size, hole, word, strlen(word));
    case 3:
        return replace(text, max_size, text, size, none, word, strlen(word));
    case 4:
        return replace(text, max_size, text, size, hole, "", 0);
    case 5:
        return replace(text, max_size, text, size, piece, "", 0);
    case 6:     /* a piece again, in front of another */
        return replace_by_span(text, size, max_size, before,
                               random_piece(&t, seed));
    default:
        return replace_by_span(text, size, max_size, piece,
                               random_piece(&t, seed));
    }
}

size_t mutate_tokens(uint8_t *text, size_t size, size_t max_size,
                     unsigned seed)
{
    size_t changes = 1 + below(&seed, 3);
    while (changes--) {
        size_t changed = mutate_once(text, size, max_size, &seed);
        if (changed)
            size = changed;
    }
    return size;
}

size_t cross_tokens(const uint8_t *one, size_t one_size,
                    const uint8_t *other, size_t other_size, uint8_t *out,
                    size_t max_size, unsigned seed)
{
    static struct text t, from;
    split(&t, one, one_size);
    split(&from, other, other_size);
    if (!t.count || !from.count || one_size > max_size)
        return 0;
    struct span at = random_piece(&t, &seed), by = random_piece(&from, &seed);
    struct span hole = {at.begin, at.begin};
    return replace(out, max_size, one, one_size, hole, other + by.begin,
                   by.end - by.begin);
}
