/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_shared.c - see rw_shared.h. */
#include "rw_shared.h"

#include "util/arena.h"
#include "util/diag.h"

#include <ctype.h>
#include <string.h>

/* ---- the text ------------------------------------------------------------ */

uint32_t rw_skip_space(const struct rewrite *r, uint32_t at)
{
    const struct unit *unit = r->unit;
    while (at < unit->bytes) {
        if (isspace((unsigned char)unit->text[at])) {
            at++;
        } else if (unit->text[at] == '#' &&
                   (at == 0 || unit->text[at - 1] == '\n')) {
            while (at < unit->bytes && unit->text[at] != '\n')
                at++;
        } else {
            break;
        }
    }
    return at;
}

uint32_t rw_block_entry(const struct rewrite *r, const struct node *block)
{
    static const char word[] = "__label__";
    const char *text = r->unit->text;
    uint32_t entry = block->begin + 1;
    for (;;) {
        uint32_t at = rw_skip_space(r, entry);
        if (strncmp(text + at, "__extension__", 13) == 0)
            at = rw_skip_space(r, at + 13);
        if (strncmp(text + at, word, sizeof word - 1) != 0)
            return entry;
        const char *semicolon = strchr(text + at, ';');
        diag_check(semicolon);
        entry = (uint32_t)(semicolon + 1 - text);
    }
}

uint32_t rw_statement_end(const struct rewrite *r, const struct node *n)
{
    const char *text = r->unit->text;
    if (n->kind == N_BLOCK || text[n->end - 1] == ';' ||
        text[n->end - 1] == '}')
        return n->end;
    uint32_t at = rw_skip_space(r, n->end);
    return text[at] == ';' ? at + 1 : n->end;
}

static bool has_word(const char *line, size_t bytes, const char *word)
{
    return strstr(arena_strndup(line, bytes), word);
}

struct loop_pragmas rw_loop_pragmas(const struct rewrite *r,
                                    const struct node *n)
{
    static const char *const about_loops[] = {
        "#pragma GCC ivdep", "#pragma GCC unroll", "#pragma omp",
        "#pragma clang loop", "#pragma unroll", "#pragma nounroll"};
    const struct openmp *openmp = unit_openmp_about(r->unit, n);
    struct loop_pragmas found = {.begin = n->begin, .omp = openmp,
                                 .collapsed = openmp && openmp->nested};
    if (openmp && openmp->is_attribute)
        found.begin = openmp->begin;
    bool pragma = openmp && !openmp->is_attribute;
    const char *text = r->unit->text;
    const char *at = text + (pragma ? openmp->begin : found.begin);
    for (;;) {
        const char *end = at;       /* of the line above */
        while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
            end--;
        if (end == text || end[-1] != '\n')
            break;
        at = --end;
        while (at > text && at[-1] != '\n')
            at--;
        size_t bytes = (size_t)(end - at);
        if (bytes && *at != '#' && strspn(at, " \t") < bytes) {
            if (pragma)
                found.begin = (uint32_t)(end - text);
            return found;
        }
        for (size_t i = 0; i < sizeof about_loops / sizeof *about_loops; i++)
            pragma |= !strncmp(at, about_loops[i], strlen(about_loops[i]));
        found.omp |= !strncmp(at, "#pragma omp", 11);
        found.collapsed |= found.omp && (has_word(at, bytes, "collapse") ||
                                         has_word(at, bytes, "ordered"));
    }
    if (pragma)
        found.begin = (uint32_t)(at - text);
    return found;
}

uint32_t rw_loop_begin(const struct rewrite *r, const struct node *n)
{
    bool loop = n->kind == N_FOR || n->kind == N_WHILE || n->kind == N_DO;
    return loop ? rw_loop_pragmas(r, n).begin : n->begin;
}

struct node *rw_loop_body(struct node *loop)
{
    return loop->kids[loop->kind == N_DO ? 0 : loop->kind == N_FOR ? 3 : 1];
}

void rw_enter_loop(struct rewrite *r, struct node *loop, const char *text)
{
    struct node *body = rw_loop_body(loop);
    if (body->kind == N_BLOCK) {
        edits_entry(&r->edits, rw_block_entry(r, body), text);
        return;
    }
    edits_before(&r->edits, body->begin, arena_printf("{%s", text));
    edits_after(&r->edits, rw_statement_end(r, body), "}");
}

void rw_behind_declaration(struct rewrite *r, const struct node *variable,
                           const char *text)
{
    const struct node *declaration = variable->parent;
    struct node *loop = declaration->parent;
    if (loop->kind == N_FOR)
        rw_enter_loop(r, loop, text);
    else
        edits_after(&r->edits, declaration->end, text);
}

/* ---- expressions --------------------------------------------------------- */

struct node *rw_written(struct node *value)
{
    while (value->kind == N_CONVERT)
        value = value->kids[0];
    return value;
}

struct symbol *rw_root(struct node *n)
{
    for (;;) {
        switch (n->kind) {
        case N_REF:
            return n->symbol && (n->symbol->kind == S_VARIABLE ||
                                 n->symbol->kind == S_PARAMETER)
                ? n->symbol : NULL;
        case N_COMPOUND_LITERAL:
            return n->symbol;
        case N_PAREN:
        case N_MEMBER:
            n = n->kids[0];
            break;
        case N_UNARY:
            if (n->op != OP_REAL && n->op != OP_IMAG)
                return NULL;
            n = n->kids[0];
            break;
        case N_INDEX:
            n = n->kids[0];
            while (n->kind == N_PAREN)
                n = n->kids[0];
            if (n->kind == N_DECAY)
                n = n->kids[0];
            else if (n->type->kind != T_VECTOR)
                return NULL;
            break;
        default:
            return NULL;
        }
    }
}

bool rw_is_private(struct node *lvalue)
{
    const struct symbol *root = rw_root(lvalue);
    if (!root)
        return false;
    if (root->has_asm_register)
        return true;
    return root->is_local && !root->address_taken && !root->is_shared &&
        !root->rewrite;
}

bool rw_is_in_frame(struct node *lvalue)
{
    lvalue = node_unparenthesize(lvalue);
    if (lvalue->kind == N_DEREF) {      /* `*(&x)`, which macros make */
        struct node *pointer = node_unparenthesize(lvalue->kids[0]);
        lvalue = pointer->kind == N_ADDRESS ? pointer->kids[0] : lvalue;
    }
    const struct symbol *root = rw_root(lvalue);
    return root && root->is_local && !root->is_shared && !root->rewrite;
}

/* The address of this lvalue (or function) is no collectable object. */
static bool is_harmless_address(struct node *lvalue)
{
    struct node *plain = node_unparenthesize(lvalue);
    if (plain->kind == N_STRING)
        return true;
    if (plain->kind == N_REF && plain->symbol &&
        plain->symbol->kind == S_FUNCTION)
        return true;
    const struct symbol *root = rw_root(lvalue);
    return root && !root->rewrite;
}

/* What is found in this lvalue is what an initialiser gave it, an address
 * constant: an object of static storage, or a part of one, that is constant. */
static bool is_constant_object(struct node *lvalue)
{
    const struct symbol *root = rw_root(lvalue);
    unsigned qualifiers = lvalue->type ? lvalue->type->qualifiers : 0;
    return root && root->kind == S_VARIABLE && !root->is_local &&
           qualifiers & Q_CONST && !(qualifiers & Q_VOLATILE);
}

bool rw_is_harmless(struct node *n)
{
    for (;;) {
        if (n->flags & (NODE_NULL_POINTER | NODE_CONSTANT))
            return true;
        switch (n->kind) {
        case N_PAREN:
        case N_CONVERT:
        case N_CAST:
            n = n->kids[0];
            break;
        case N_COMMA:
            n = n->kids[1];
            break;
        case N_ASSIGN:          /* not read again */
            if (n->kids[0]->type->qualifiers & (Q_VOLATILE | Q_ATOMIC))
                return false;
            n = n->kids[1];
            break;
        case N_CONDITIONAL:
            if (!rw_is_harmless(n->kids[1] ? n->kids[1] : n->kids[0]))
                return false;
            n = n->kids[2];
            break;
        case N_ADDRESS:
        case N_DECAY:
            return is_harmless_address(n->kids[0]);
        case N_LOAD:
            return is_constant_object(n->kids[0]);
        case N_LABEL_ADDRESS:
        case N_STRING:
        case N_NUMBER:
        case N_OFFSETOF:
        case N_SIZEOF:
            return true;
        default:
            return false;
        }
    }
}

bool rw_is_lent_local(struct node *pointer)
{
    if (pointer->flags & NODE_NULL_POINTER)
        return true;
    struct node *plain = node_strip(pointer);
    if (plain->kind == N_ADDRESS)
        plain = plain->kids[0];
    else if (!plain->type || plain->type->kind != T_ARRAY)
        return false;
    const struct symbol *root = rw_root(plain);
    return root && root->is_local && !root->rewrite;
}

bool rw_is_word_buffer(const struct symbol *s)
{
    const struct type *type = s->type;
    return s->kind == S_VARIABLE && s->is_local && s->address_taken &&
        !s->rewrite && !s->has_alignment && type->kind == T_ARRAY &&
        !type->is_vla && type->size >= 8 && type->size < 16 &&
        type->alignment < 8 && s->declarator_end;
}

static bool strip_prefix(const char **name, const char *prefix)
{
    size_t bytes = strlen(prefix);
    if (strncmp(*name, prefix, bytes) != 0)
        return false;
    *name += bytes;
    return true;
}

const char *rw_library_callee(const struct node *call, bool *checked)
{
    const struct symbol *callee = node_callee(call);
    if (!callee || !symbol_is_library(callee))
        return NULL;
    const char *name = callee->name;
    bool builtin = strip_prefix(&name, "__builtin_");
    if (builtin || callee->is_system || callee->is_builtin)
        strip_prefix(&name, "__");
    size_t bytes = strlen(name);
    *checked = bytes > 4 && strcmp(name + bytes - 4, "_chk") == 0;
    return *checked ? arena_strndup(name, bytes - 4) : name;
}

/* ---- what passes leave behind -------------------------------------------- */

void rw_wrap(struct rewrite *r, struct node *n)
{
    map_put(&r->wraps, n, n);
}

void rw_name_operand(struct rewrite *r, struct node *whole,
                     struct node *operand, const char *name,
                     const char *open, const char *instead)
{
    edit_cut cut = edits_cut(&r->edits, operand->begin, operand->end,
                             instead);
    edits_before_cut(&r->edits, whole->begin,
                     arena_printf("__auto_type %s=%s", name, open), cut,
                     ");");
}

const char *rw_site(struct rewrite *r, const struct node *node,
                    const char *what, size_t bytes, enum site_scan scan)
{
    const char *function = r->function ? r->function->name : "";
    return emit_site(&r->sites, r->unit, node->begin, function, what, bytes,
                     scan);
}

