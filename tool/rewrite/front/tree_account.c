/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_account.c - every name of a local that could move is accounted for.
 *
 * [inv.account]  each identifier in a function that spells the name of a local
 * that could move is a node of the tree, or the scan of the tokens
 * (tree_scan.c) knows what it is: the local, then it becomes an N_REF with
 * NODE_MENTION and is rewritten like any other; or something else of that
 * name.  A name that is neither sets symbol->unfollowed, and the local stays
 * in its frame.
 *
 * Scanning everything would be slow.  The first pass only looks for names
 * that are no nodes; most functions have none, and are not scanned.
 */
#include "tree_scan.h"

#include "util/diag.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct account {
    struct front *f;
    bool everything;
    const char *const *others;  /* names; NULL-terminated, or NULL */
    int disagreements;
    uint64_t *explained;        /* a bit for each byte: a node's name begins */
    VEC_TYPE(mention_vec, struct mention) mentions;

    /* of the current function */
    struct node *function;
    struct symbol **locals;     /* those that could move */
    size_t local_count;
    uint64_t filter;            /* of their names, see filter_bit */
    struct map names;           /* their names -> themselves */
    struct map refs;            /* offset + 1 -> symbol of the N_REF there */
    struct offset_vec suspects; /* names that are no nodes */
    struct map reported;        /* offset + 1 -> itself: by the scan */
};

static const void *key_of(uint32_t offset)
{
    return (const void *)(uintptr_t)(offset + 1u);
}

/* ---- what the tree explains ---------------------------------------------- */

enum { WORD_BITS = 64 };

/* The names of nodes.  (Asked of the tree as it stands: not every node that
 * was made has become a part of it.) */
static bool explain(struct node *n, void *context)
{
    uint64_t *explained = context;
    uint32_t at = n->begin;
    if (n->kind == N_PARAM && n->symbol)
        at = n->symbol->name_begin;
    if (n->kind == N_REF || n->kind == N_VAR || n->kind == N_PARAM)
        explained[at / WORD_BITS] |= (uint64_t)1 << at % WORD_BITS;
    return true;
}

static bool is_explained(const struct account *a, uint32_t at)
{
    return a->explained[at / WORD_BITS] >> at % WORD_BITS & 1;
}

/* ---- names that stay ----------------------------------------------------- */

static bool in_scope(const struct symbol *symbol, uint32_t at)
{
    uint32_t begin = symbol->kind == S_PARAMETER && symbol->block
        ? symbol->block->begin : symbol->declarator_end;
    return at >= begin && (!symbol->block || at < symbol->block->end);
}

static void unfollow(struct symbol *symbol, uint32_t at)
{
    if (symbol && !symbol->unfollowed)
        symbol->unfollowed = at;
}

/* Whichever local of that name it may be. */
static void unfollow_name(struct account *a, const char *name, uint32_t at)
{
    for (size_t i = 0; i < a->local_count; i++)
        if (strcmp(a->locals[i]->name, name) == 0 &&
            in_scope(a->locals[i], at))
            unfollow(a->locals[i], at);
}

/* ---- the first pass ------------------------------------------------------ */

/* Most words of a function are none of these names: length and two bytes
 * tell. */
static uint64_t filter_bit(const char *name, size_t bytes)
{
    unsigned mixed = (unsigned char)name[0] * 7u
                     + (unsigned char)name[bytes - 1] * 3u + (unsigned)bytes;
    return (uint64_t)1 << mixed % WORD_BITS;
}

static bool is_ascii(const char *name)
{
    while (*name && (unsigned char)*name < 0x80)
        name++;
    return !*name;
}

/* A name that is asked for, at a word of the text; or NULL. */
static const char *asked_at(struct account *a, uint32_t at, uint32_t end)
{
    if (!(a->filter & filter_bit(a->f->text + at, end - at)))
        return NULL;
    struct strbuf spelling = {0};
    text_add_spelling(a->f, at, &spelling);
    const char *name = map_get_string(&a->names, spelling.text);
    strbuf_free(&spelling);
    return name;
}

/* Directives whose words are names of nothing in the program. */
static bool has_only_words(const char *pragma)
{
    static const char *const heads[] = {
        "GCC diagnostic", "GCC system_header", "GCC warning", "GCC error",
        "GCC poison", "GCC push", "GCC pop", "GCC optimize", "GCC target",
        "GCC ivdep", "GCC visibility", "clang diagnostic", "STDC", "pack",
        "message", "weak", "redefine_extname", "push_macro", "pop_macro",
        "omp", "acc"    /* see text_read_directives */
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (strncmp(pragma, heads[i], strlen(heads[i])) == 0)
            return true;
    return false;
}

/* A line that begins with `#`; nothing can be rewritten there. */
static uint32_t read_directive(struct account *a, uint32_t at)
{
    static const char pragma[] = "#pragma ";
    const struct front *f = a->f;
    const char *newline = memchr(f->text + at, '\n', f->bytes - at);
    uint32_t end = newline ? (uint32_t)(newline - f->text) : f->bytes;
    bool matters = strncmp(f->text + at, pragma, sizeof pragma - 1) == 0 &&
        !has_only_words(f->text + at + sizeof pragma - 1);
    for (at += sizeof pragma - 1; matters && at < end;) {
        uint32_t next = text_token_end(f, at);
        const char *name =
            text_begins_word(f, at) ? asked_at(a, at, next) : NULL;
        if (name)
            unfollow_name(a, name, at);
        at = next;
    }
    return end;
}

/* Whether what was read last, up to `end`, is `.` or `->`. */
static bool is_member_access(const char *text, uint32_t end)
{
    return text[end - 1] == '.' ? text[end - 2] != '.'
           : text[end - 1] == '>' && text[end - 2] == '-';
}

/* What words are made of, as text_token_end has it, but for the universal
 * character names of gcc's preprocessor. */
static const bool is_word_byte[256] = {
    ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true,
    ['_'] = true, ['$'] = true, [0x80 ... 0xff] = true
};

static uint32_t word_end(const struct front *f, uint32_t at)
{
    const char *text = f->text;
    uint32_t end = at;
    while (is_word_byte[(unsigned char)text[end]])
        end++;
    return isdigit((unsigned char)text[at]) || text[end] == '\\'
        ? text_token_end(f, at) : end;
}

/* Reads every byte of the functions that have locals that could move. */
static void find_suspects(struct account *a, uint32_t begin, uint32_t end)
{
    const struct front *f = a->f;
    const char *text = f->text;
    uint32_t last = begin;      /* end of the token before */
    for (uint32_t at = begin; at < end;) {
        char c = text[at];
        uint32_t next = at + 1;
        if (is_word_byte[(unsigned char)c] || c == '\\') {
            next = word_end(f, at);
            if (asked_at(a, at, next) && !is_explained(a, at) &&
                !is_member_access(text, last) &&
                !text_is_prefix(f, at, next))
                vec_push(&a->suspects, at);
        } else if (c == '"' || c == '\'') {
            next = text_token_end(f, at);
        } else if (c == '\n' && text[next] == '#') {
            at = read_directive(a, next);
            continue;
        } else if (c == '/' && (text[next] == '*' || text[next] == '/')) {
            at = text_skip_space(f, at);
            continue;
        } else if (isspace((unsigned char)c)) {
            at = next;
            continue;
        }
        last = at = next;
    }
}

/* ---- the second pass ----------------------------------------------------- */

static void disagree(struct account *a, uint32_t at, const char *what)
{
    struct place place = unit_place(a->f->unit, at);
    a->disagreements++;
    if (a->everything)
        fprintf(stderr, "escc-rewrite: %s:%u:%u: %s\n", place.file,
                place.line, place.column, what);
}

/* `__alignof__ x` may be more than the alignment of the type. */
static bool is_alignof_operand(const struct front *f, uint32_t at)
{
    while (at > 0 && (isspace((unsigned char)f->text[at - 1]) ||
                      f->text[at - 1] == '('))
        at--;
    uint32_t word = at;
    while (word > 0 && (isalpha((unsigned char)f->text[word - 1]) ||
                        f->text[word - 1] == '_'))
        word--;
    return strstr(arena_strndup(f->text + word, at - word), "lignof");
}

static void mention(struct account *a, uint32_t at, const char *name,
                    struct symbol *symbol)
{
    struct mention found = {at, name, symbol};
    vec_push(&a->mentions, found);
    if (symbol && symbol->has_alignment && is_alignof_operand(a->f, at))
        unfollow(symbol, at);
}

static void report(void *context, uint32_t at, const char *name,
                   enum scan_role role, struct symbol *symbol)
{
    struct account *a = context;
    struct symbol *seen = map_get(&a->refs, key_of(at));
    map_put(&a->reported, key_of(at), a);
    if (role == SCAN_UNKNOWN) {
        unfollow(symbol, at);
        return;
    }
    if (!seen) {
        if (role == SCAN_USE)
            mention(a, at, name, symbol);
        return;
    }
    struct symbol *local = seen->is_local ? seen : NULL;
    if (role == SCAN_USE && local == symbol)
        return;
    unfollow(local, at);
    unfollow(symbol, at);
    disagree(a, at, arena_printf("%s is not what the tree says", name));
}

struct collected { struct account *account; struct scan *scan; };

static bool collect(struct node *n, void *context)
{
    struct collected *c = context;
    struct symbol *s = n->symbol;
    if (n->kind == N_REF && s && s->kind != S_LABEL &&
        text_is_word(c->account->f, n->begin, s->name) &&
        map_get_string(&c->account->names, s->name))
        map_put(&c->account->refs, key_of(n->begin), s);
    if ((n->kind == N_VAR || n->kind == N_PARAM) && s && s->is_local)
        map_put(&c->scan->locals, key_of(s->name_begin), s);
    return true;
}

static void scan(struct account *a)
{
    struct scan s = {.f = a->f, .report = report, .context = a};
    struct collected collected = {a, &s};
    node_walk(a->function, collect, &collected);
    for (size_t i = 0; i < a->local_count; i++)
        scan_ask(&s, a->locals[i]->name);
    for (const char *const *n = a->others; n && *n; n++)
        scan_ask(&s, *n);
    scan_function(&s, a->function);
    if (s.stopped_at)           /* [inv.scan.valid] */
        disagree(a, s.stopped_at, "the scan does not understand this");
    for (size_t i = 0; i < a->suspects.count; i++) {
        uint32_t at = a->suspects.items[i];
        if (map_get(&a->reported, key_of(at)))
            continue;
        const char *name = asked_at(a, at, text_token_end(a->f, at));
        unfollow_name(a, name, at);
        disagree(a, at, arena_printf("%s is not understood", name));
    }
    map_free(&s.names);
    map_free(&s.locals);
    strbuf_free(&s.spelling);
    vec_free(&s.hidden);
}

/* ---- functions ----------------------------------------------------------- */

static void ask(struct account *a, const char *name)
{
    map_put_string(&a->names, name, (void *)(uintptr_t)name);
    a->filter |= is_ascii(name) ? filter_bit(name, strlen(name)) : UINT64_MAX;
}

static void account_function(struct account *a, struct node *function,
                             struct symbol **locals, size_t count)
{
    struct node *body = function->kids[function->kid_count - 1];
    a->function = function;
    a->locals = locals;
    a->local_count = count;
    a->filter = 0;
    a->suspects.count = 0;
    for (size_t i = 0; i < count; i++)
        ask(a, locals[i]->name);
    for (const char *const *n = a->others; n && *n; n++)
        ask(a, *n);
    node_walk(function, explain, a->explained);
    find_suspects(a, body->begin, body->end);
    if (a->suspects.count || a->everything)
        scan(a);
    map_free(&a->names);
    map_free(&a->refs);
    map_free(&a->reported);
}

static bool could_move(const struct account *a, const struct symbol *s)
{
    return (s->kind == S_VARIABLE || s->kind == S_PARAMETER) && s->is_local &&
           s->name_begin < s->name_end && s->declaration &&
           (a->everything ||
               (s->address_taken && !s->stays && !s->in_pragma &&
                   s->storage != ST_REGISTER));
}

static int by_function(const void *left, const void *right)
{
    const struct symbol *a = *(struct symbol *const *)left;
    const struct symbol *b = *(struct symbol *const *)right;
    uint32_t x = node_function(a->declaration)->begin;
    uint32_t y = node_function(b->declaration)->begin;
    return x != y ? (x > y) - (x < y) : (a->id > b->id) - (a->id < b->id);
}

/* ---- the nodes ----------------------------------------------------------- */

static struct node *part_at(struct node *n, uint32_t at)
{
    for (int i = 0; i < n->kid_count; i++)
        if (n->kids[i] && at >= n->kids[i]->begin && at < n->kids[i]->end)
            return n->kids[i];
    for (int i = 0; i < n->type_part_count; i++)
        if (at >= n->type_parts[i]->begin && at < n->type_parts[i]->end)
            return n->type_parts[i];
    return NULL;
}

static void add_node(struct front *f, const struct mention *m)
{
    struct node *n = node_new(f, N_REF, m->offset,
                              text_token_end(f, m->offset));
    n->flags = NODE_UNEVALUATED | NODE_MENTION | NODE_LVALUE;
    n->symbol = m->symbol;
    n->type = m->symbol->type;
    struct node *up = node_function(m->symbol->declaration), *part;
    while ((part = part_at(up, m->offset)))
        up = part;
    struct node **parts = arena_array(struct node *, up->type_part_count + 1);
    for (int i = 0; i < up->type_part_count; i++)
        parts[i] = up->type_parts[i];
    parts[up->type_part_count] = n;
    node_set_type_parts(up, parts, up->type_part_count + 1);
}

int tree_account(struct front *f, bool everything, const char *const *names)
{
    struct account a = {.f = f, .everything = everything, .others = names};
    a.explained = arena_array(uint64_t, f->bytes / WORD_BITS + 1);
    struct symbol_vec locals = {0};
    for (size_t i = 0; i < f->all_symbols.count; i++) {
        struct symbol *s = f->all_symbols.items[i];
        if (could_move(&a, s) && node_function(s->declaration))
            vec_push(&locals, s);
    }
    if (locals.count)
        qsort(locals.items, locals.count, sizeof *locals.items, by_function);
    for (size_t i = 0, next; i < locals.count; i = next) {
        struct node *function = node_function(locals.items[i]->declaration);
        for (next = i + 1; next < locals.count &&
             node_function(locals.items[next]->declaration) == function;)
            next++;
        account_function(&a, function, locals.items + i, next - i);
    }
    for (size_t i = 0; i < a.mentions.count; i++)
        if (a.mentions.items[i].symbol)
            add_node(f, &a.mentions.items[i]);
    f->unit->mentions = a.mentions.items;
    f->unit->mention_count = a.mentions.count;
    vec_free(&locals);
    vec_free(&a.suspects);
    return a.disagreements;
}
