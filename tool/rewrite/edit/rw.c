/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw.c - the walk over the tree, and what the passes share.  See rw.h. */
#include "rw.h"

#include "util/arena.h"
#include "util/diag.h"

#include <ctype.h>
#include <string.h>

void rw_wrap(struct rewrite *r, struct node *n)
{
    map_put(&r->wraps, n, n);
}

/* ---- the text ------------------------------------------------------------ */

static uint32_t skip_space(const struct unit *unit, uint32_t at)
{
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
        uint32_t at = skip_space(r->unit, entry);
        if (strncmp(text + at, "__extension__", 13) == 0)
            at = skip_space(r->unit, at + 13);
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
    uint32_t at = skip_space(r->unit, n->end);
    return text[at] == ';' ? at + 1 : n->end;
}

const char *rw_site(struct rewrite *r, const struct node *node,
                    const char *what, size_t bytes, enum site_scan scan)
{
    const char *function = r->function ? r->function->name : "";
    return emit_site(&r->sites, r->unit, node->begin, function, what, bytes,
                     scan);
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
        case N_GENERIC:
        case N_CHOOSE:
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

bool rw_is_harmless(struct node *n)
{
    for (;;) {
        if (n->flags & (NODE_NULL_POINTER | NODE_CONSTANT))
            return true;
        switch (n->kind) {
        case N_PAREN:
        case N_CONVERT:
        case N_CAST:
        case N_GENERIC:
        case N_CHOOSE:
            n = n->kids[0];
            break;
        case N_COMMA:
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

/* ---- the walk ------------------------------------------------------------ */

static void visit(struct rewrite *, struct node *);

static void visit_all(struct rewrite *r, struct node **nodes, int count)
{
    for (int i = 0; i < count; i++)
        if (nodes[i])
            visit(r, nodes[i]);
}

static void note_stride(struct rewrite *r, const struct type *type)
{
    unsigned stride = type ? type_pointer_stride(type) : 8;
    if (stride < r->stride)
        r->stride = stride;
}

/* Types of objects, of what is dereferenced and of what is cast to: their
 * pointers must be found wherever they are in memory. */
static void note_types(struct rewrite *r, const struct node *n)
{
    switch (n->kind) {
    case N_VAR:
        note_stride(r, n->symbol->type);
        break;
    case N_CAST:
    case N_ARROW:
    case N_DEREF: {
        const struct type *type =
            n->kind == N_CAST ? n->type : n->kids[0]->type;
        if (type && type->kind == T_POINTER && type->target->size > 0)
            note_stride(r, type->target);
        break;
    }
    case N_MEMBER:
        note_stride(r, n->kids[0]->type);
        break;
    case N_INIT_ITEM:
        rw_note_field(r, n->field, n->kids[0]);
        break;
    default:
        break;
    }
}

static void visit_call(struct rewrite *r, struct node *n)
{
    rw_print(r, n);
    if (!rw_allocation(r, n) && !rw_bulk(r, n) && !rw_sync_call(r, n))
        rw_out_parameter(r, n);
}

static void visit_variable(struct rewrite *r, struct node *n)
{
    if (n->symbol->rewrite) {
        rw_declare(r, n);
        return;
    }
    rw_align_buffer(r, n);
    if (n->kids[0])
        rw_initialise(r, n);
}

/* Evaluated constructs whose text is the user's. */
static void rewrite(struct rewrite *r, struct node *n)
{
    note_types(r, n);
    switch (n->kind) {
    case N_ASSIGN:
        rw_assign(r, n);
        break;
    case N_COMPOUND_ASSIGN:
        rw_compound_assign(r, n);
        break;
    case N_CALL:
        visit_call(r, n);
        break;
    case N_ATOMIC:
        rw_atomic(r, n);
        break;
    case N_ASM:
        rw_asm(r, n);
        break;
    case N_COMPOUND_LITERAL:
        rw_literal(r, n);
        break;
    case N_BLOCK:
        rw_enter_block(r, n);
        break;
    case N_SWITCH:
        rw_enter_switch(r, n);
        break;
    case N_GOTO:
        rw_enter_goto(r, n);
        break;
    case N_FOR:
    case N_WHILE:
    case N_DO:
        rw_copy_loop(r, n);
        rw_keep(r, n);
        break;
    default:
        break;
    }
}

static void visit_function(struct rewrite *r, struct node *n)
{
    r->function = n->symbol;
    r->body = n->kids[n->kid_count - 1];
    rw_plan(r, n);
    r->has_openmp = r->moved && rw_has_openmp(r);
    rw_function_entry(r, n);
    /* Bounds in the parameter list name the parameters themselves, not
     * their copies: nothing is edited there. */
    visit(r, r->body);
    r->function = NULL;
    r->body = NULL;
    r->moved = NULL;
}

static void visit(struct rewrite *r, struct node *n)
{
    unsigned wrapped = r->wrapped;
    if (n->kind == N_FUNCTION) {
        visit_function(r, n);
        return;
    }
    if (n->kind == N_SIZEOF && rw_alignof(r, n))
        return;
    if (n->kind == N_BLOCK)
        r->wrapped = 0;
    rw_torn(r, n);
    if (n->kind == N_REF)
        rw_rename(r, n);
    else if (n->kind == N_VAR)
        visit_variable(r, n);   /* in typeof too: its uses are renamed */
    else if (r->function && !(n->flags & (NODE_UNEVALUATED | NODE_MACRO)))
        rewrite(r, n);
    if (map_get(&r->wraps, n))
        r->wrapped++;
    visit_all(r, n->kids, n->kid_count);
    visit_all(r, n->type_parts, n->type_part_count);
    r->wrapped = wrapped;
}

void rw_unit(const struct unit *unit, const struct esc *esc,
             const struct rw_options *options, struct strbuf *out)
{
    struct rewrite r = {.unit = unit, .esc = esc, .stride = 8,
                        .unoptimized = options->unoptimized,
                        .leaves_mentions = options->leaves_mentions};
    edits_init(&r.edits, unit->text, unit->bytes);
    rw_torn_find(&r);
    visit(&r, unit->root);
    emit_unit(out, unit, &r.edits, &r.sites, r.stride, r.fields,
              r.unoptimized, r.torn);
}
