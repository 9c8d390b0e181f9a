/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_entry.c - where the objects of holders (rw_plan.c) are made.
 *
 * A block is entered at its `{`, by a goto, or by a switch: there its moved
 * locals that have holders get new objects.  What a switch does it does for
 * each of its cases, and an interpreter's has two hundred, of which ten lead
 * into a block with such locals.  So the objects are made behind those labels:
 *
 *     case 7: __escc_h3=__escc_new(…); …
 *
 * [inv.entry.fall]  Who comes to the label from the statement before it has
 * entered the block already and keeps the object.  If somebody may, a branch
 * that nobody takes but from the switch has the label:
 *
 *     if(0){case 7: __escc_h3=__escc_new(…);} …
 *
 * Not where gcc is to warn of a statement that falls through, which it would
 * not see, nor where an attribute says that it does: that stands in front of
 * labels alone.  Then, and where the label is no statement of a
 * block itself, or most of the switch's labels lead into it, the head of the
 * switch does it:
 *
 *     switch (__escc_h3=__escc_new(…),(x)) …
 */
#include "rw_moved.h"
#include "rw_passes.h"

#include "escape/esc_decide.h"
#include "util/arena.h"

#include <string.h>

enum { MOST_LABELS = 64 };

static const struct node *block_of(const struct moved *m)
{
    return m->symbol->block ? m->symbol->block
                            : node_block(m->symbol->declaration);
}

static const char *renew_text(struct rewrite *r, const struct moved *m)
{
    return arena_printf("__escc_h%u=%s", m->holder,
                        rw_new_text(r, m->symbol, m->symbol->declaration,
                                    NULL));
}

static bool has_block_holder(const struct moved *m)
{
    return m->holder && m->symbol->kind != S_PARAMETER;
}

/* ---- labels -------------------------------------------------------------- */

static bool is_case(const struct node *n)
{
    return n && (n->kind == N_CASE || n->kind == N_DEFAULT);
}

static struct node *labelled(const struct node *label)
{
    return label->kid_count ? label->kids[label->kid_count - 1] : NULL;
}

/* The block that has the label, or the labels before it, as a statement. */
static const struct node *block_with(const struct node *label,
                                     const struct node **statement)
{
    *statement = label;
    while ((*statement)->parent->kind == N_LABEL)
        *statement = (*statement)->parent;
    const struct node *up = (*statement)->parent;
    return up->kind == N_BLOCK ? up : NULL;
}

static const struct node *statement_before(const struct node *block,
                                           const struct node *statement)
{
    const struct node *before = NULL;
    for (int i = 0; block->kids[i] != statement; i++)
        if (block->kids[i] && block->kids[i]->kind != N_EMPTY)
            before = block->kids[i];
    return before;
}

/* Whether one may come to the statement from what is in front of it. */
static bool is_fallen_into(const struct node *block,
                           const struct node *statement)
{
    const struct node *before = statement_before(block, statement);
    while (before && before->kind == N_DECL)
        before = statement_before(block, before);
    return before ? !esc_ends(NULL, before)
                  : block->parent->kind != N_SWITCH;
}

static bool is_announced(const struct rewrite *r, const struct node *block,
                         const struct node *statement)
{
    uint32_t begin = block->begin;
    for (int i = 0; block->kids[i] != statement; i++)
        if (block->kids[i] && block->kids[i]->kind != N_EMPTY)
            begin = block->kids[i]->begin;
    const char *text =
        arena_strndup(r->unit->text + begin, statement->begin - begin);
    return strstr(text, "fallthrough");
}

/* Whether some come to the labels in a row, of which this is the first, and
 * not from the switch. */
static bool has_others(const struct node *label)
{
    const struct node *block = label->parent;
    return block->kind != N_BLOCK || is_fallen_into(block, label);
}

/* One past the colon of the last of the labels, or 0. */
static uint32_t labels_end(const struct rewrite *r, const struct node *label)
{
    while (is_case(labelled(label)))
        label = labelled(label);
    uint32_t at = label->begin + 7;
    if (label->kind == N_CASE)
        at = (label->kids[1] ? label->kids[1] : label->kids[0])->end;
    else if (strncmp(r->unit->text + label->begin, "default", 7) != 0)
        return 0;
    at = rw_skip_space(r, at);
    return r->unit->text[at] == ':' ? at + 1 : 0;
}

static bool can_make_at(const struct rewrite *r, const struct node *label)
{
    const struct node *statement, *block = block_with(label, &statement);
    return block && !(label->flags & NODE_MACRO) && labels_end(r, label) &&
           (!has_others(label) ||
               (!r->warns_of_falls && !is_announced(r, block, statement)));
}

static bool can_make_at_labels(const struct rewrite *r, const struct node *n,
                               const struct node *block)
{
    size_t count = 0, all = 0;
    const struct node *label;
    for (size_t i = 0; (label = rw_case_into(r, n, block, &i)); i++) {
        if (is_case(label->parent))
            continue;
        if (++count > MOST_LABELS || !can_make_at(r, label))
            return false;
    }
    for (size_t i = 0; (label = rw_case_of(r, n, &i)); i++)
        all += !is_case(label->parent);
    return 2 * count <= all;
}

static void make_at_labels(struct rewrite *r, const struct node *n,
                           const struct moved *m)
{
    const char *text = renew_text(r, m);
    const struct node *label;
    for (size_t i = 0; (label = rw_case_into(r, n, block_of(m), &i)); i++) {
        if (is_case(label->parent))
            continue;
        const char *others = map_get(&r->label_entries, label);
        map_put(&r->label_entries, (void *)label,
                (void *)arena_printf("%s%s;", others ? others : "", text));
    }
}

/* ---- ways into a block --------------------------------------------------- */

void rw_enter_block(struct rewrite *r, struct node *block)
{
    for (const struct moved *m = r->moved; m; m = m->next)
        if (has_block_holder(m) && block_of(m) == block)
            edits_entry(&r->edits, rw_block_entry(r, block),
                        arena_printf("%s%s;",
                                     m->holder_in_function ? "" : "void*",
                                     renew_text(r, m)));
}

void rw_enter_switch(struct rewrite *r, struct node *n)
{
    for (const struct moved *m = r->moved; m; m = m->next) {
        size_t first = 0;
        if (!has_block_holder(m) || !rw_case_into(r, n, block_of(m), &first))
            continue;
        if (can_make_at_labels(r, n, block_of(m))) {
            make_at_labels(r, n, m);
            continue;
        }
        edits_before(&r->edits, n->kids[0]->begin,
                     arena_printf("%s,(", renew_text(r, m)));
        edits_after(&r->edits, n->kids[0]->end, ")");
    }
}

void rw_enter_label(struct rewrite *r, struct node *n)
{
    const char *text = map_get(&r->label_entries, n);
    if (!text)
        return;
    bool detour = has_others(n);    /* [inv.entry.fall] */
    if (detour)
        edits_before(&r->edits, n->begin, "if(0){");
    edits_after(&r->edits, labels_end(r, n),
                detour ? arena_printf("%s}", text) : text);
}

void rw_enter_goto(struct rewrite *r, struct node *n)
{
    for (const struct moved *m = r->moved; m; m = m->next) {
        if (!has_block_holder(m) || !rw_goto_enters(r, n, block_of(m)))
            continue;
        edits_before(&r->edits, n->begin,
                     arena_printf("{%s;", renew_text(r, m)));
        edits_after(&r->edits, rw_statement_end(r, n), "}");
    }
}
