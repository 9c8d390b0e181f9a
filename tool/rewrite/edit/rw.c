/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw.c - the walk over the tree, which offers every node to the passes.  See
 * rw.h.
 *
 * It is in pre-order: a construct is edited before what it contains, as
 * edits.h asks for.  In unevaluated operands, and where a macro of ours hides
 * which text is whose, only the names of moved locals are edited.
 */
#include "rw.h"

#include "rw_passes.h"
#include "rw_shade.h"

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
    rw_forget(r, n);
    if (!rw_promoted(r, n) && !rw_allocation(r, n) && !rw_bulk(r, n) &&
        !rw_sync_call(r, n) && !rw_look_up(r, n))
        rw_out_parameter(r, n);
}

static void visit_variable(struct rewrite *r, struct node *n)
{
    if (n->symbol->rewrite)
        rw_declare(r, n);
    rw_frame_declare(r, n);
    if (n->symbol->rewrite)
        return;
    rw_align_buffer(r, n);
    rw_keep_whole(r, n);
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
        rw_displace_in_place(r, n);
        rw_compound_assign(r, n);
        break;
    case N_INCDEC:
        rw_displace_in_place(r, n);
        break;
    case N_BINARY:
        rw_displace(r, n);
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
        if (n != r->body)
            rw_frame_enter(r, n);
        rw_group(r, n);
        rw_enter_block(r, n);
        break;
    case N_COMMA:
        rw_group_comma(r, n);
        break;
    case N_SWITCH:
        rw_enter_switch(r, n);
        break;
    case N_CASE:
    case N_DEFAULT:
        rw_enter_label(r, n);
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
    r->has_openmp = r->moved && unit_has_openmp(r->unit, r->body);
    rw_frame_plan(r, n);
    rw_frame_enter(r, r->body);
    rw_function_entry(r, n);
    rw_frame_parameters(r, n);
    rw_keep_parameters(r, n);
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
    if (n->kind == N_REF) {
        rw_rename(r, n);
        rw_name_look_up(r, n);
    } else if (n->kind == N_VAR) {
        visit_variable(r, n);   /* in typeof too: its uses are renamed */
    } else if (r->function && !(n->flags & (NODE_UNEVALUATED | NODE_MACRO))) {
        rewrite(r, n);
    }
    if (map_get(&r->wraps, n))
        r->wrapped++;
    visit_all(r, n->kids, n->kid_count);
    visit_all(r, n->type_parts, n->type_part_count);
    r->wrapped = wrapped;
}

struct open_reason rw_unit(const struct unit *unit, const struct esc *esc,
                           const struct rw_options *options,
                           struct strbuf *out)
{
    struct rewrite r = {.unit = unit, .esc = esc, .stride = 8,
                        .unoptimized = options->unoptimized,
                        .forgets = options->forgets,
                        .references = options->references,
                        .lazy = options->lazy,
                        .warns_of_falls = options->warns_of_falls,
                        .leaves_mentions = options->leaves_mentions,
                        .check_escapes = options->check_escapes};
    r.sites.by_call = unit->openmp_count > 0;
    edits_init(&r.edits, unit->compiled, unit->bytes);
    rw_torn_find(&r);
    visit(&r, unit->root);
    struct open_reason open = rw_world(&r);
    struct emitted emitted = {
        .sites = &r.sites, .stride = r.stride, .fields = r.fields,
        .unoptimized = r.unoptimized, .torn = r.torn, .looks_up = r.looks_up,
        .promotes = r.promotes,
        .forgets = r.forgot,
        .has_record = !options->no_record,
        .closed = !open.why,
        .names = rw_allocator_names(&r),
        .debug_script = options->debug_script, .facts = esc_facts(esc),
        .checks = {options->check_escapes, r.frame_count}
    };
    emit_unit(out, unit, &r.edits, &emitted);
    return open;
}
