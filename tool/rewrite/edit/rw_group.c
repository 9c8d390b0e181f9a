/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_group.c - stores in a row: one test of the flag behind the last.
 *
 *     p->next = v; p->count = 0; p->prev = w;    becomes
 *     __extension__({__auto_type t1 = (v); __auto_type s1 = &(p->next);
 *       *s1 = t1; p->count = 0; __auto_type t2 = (w);
 *       __auto_type s2 = &(p->prev); *s2 = t2; check of t1 and t2});
 *
 * [inv.group]  until the test every value that was stored is held in a
 * register or on the stack [inv.window], as with a single store: all are
 * operands of the test.  Behind the first store of a group nothing is called
 * and nothing is jumped to, so that the test is reached, and soon; what stands
 * there may read and overwrite the slots.
 *
 * A group is a run of statements of one block that are assignments or change
 * nothing that has a barrier.  Its statements are read as in rw_barrier.c,
 * which writes their texts.  Blocks among the statements, as macros have them
 * (`{ T *to = a; T *from = b; *to = *from; }`), may have such statements and
 * plain variables; what is tested then stands in variables outside.  In front
 * of the first store there may be other code.
 *
 * Or it is a comma between two assignments, of which nobody looks at the value:
 * `(p->pc = pc, l->top = top)`.  Its parentheses go, and the comma becomes a
 * semicolon.
 */
#include "rw_check.h"
#include "rw_passes.h"
#include "rw_stores.h"

#include "util/arena.h"
#include "util/strbuf.h"

struct contents {
    const struct rewrite *r;
    const struct node *whole;
    bool unfit;
};

/* Code that may be long under way, or stores for which there is another form
 * of barrier. */
static bool find_unfit(struct node *n, void *context)
{
    struct contents *contents = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    contents->unfit |= (n->flags & NODE_MACRO) != 0;
    switch (n->kind) {
    case N_CALL: case N_ATOMIC: case N_ASM: case N_STMT_EXPR: case N_VA_ARG:
    case N_OTHER_EXPR:
        contents->unfit = true;
        break;
    case N_ASSIGN:
        contents->unfit |= n != contents->whole &&
                           rw_store_form(contents->r, n) != STORE_PLAIN;
        break;
    case N_COMPOUND_ASSIGN:
        contents->unfit |= n != contents->whole;
        break;
    default:
        break;
    }
    return !contents->unfit;
}

static bool is_fit(const struct rewrite *r, struct node *n)
{
    struct contents contents = {r, n, false};
    node_walk(n, find_unfit, &contents);
    return !contents.unfit;
}

enum part { ENDS_GROUP, NEUTRAL, STORE };

/* Other text is put round it, or it is a directive's. */
static bool is_taken(const struct rewrite *r, const struct node *statement)
{
    return map_get(&r->torn_statements, statement) ||
        rw_loop_pragmas(r, statement).begin != statement->begin;
}

static bool is_word_store(const struct rewrite *r, struct node *n)
{
    return n->kind == N_ASSIGN && !(n->flags & NODE_MACRO) &&
        node_value_unused(n) && rw_store_form(r, n) == STORE_WORD;
}

static bool is_store(const struct rewrite *r, const struct node *statement)
{
    return statement && statement->kind == N_EXPR_STMT &&
        is_word_store(r, statement->kids[0]) && !is_taken(r, statement);
}

/* What a statement is to a group that has begun. */
static enum part part_of(const struct rewrite *r, struct node *statement)
{
    if (statement && statement->kind == N_EMPTY)
        return NEUTRAL;
    if (!statement || statement->kind != N_EXPR_STMT ||
        is_taken(r, statement))
        return ENDS_GROUP;
    struct node *n = node_unparenthesize(statement->kids[0]);
    if (!is_fit(r, n))
        return ENDS_GROUP;
    if (n->kind == N_COMPOUND_ASSIGN)
        return rw_compound_is_plain(r, n) ? NEUTRAL : ENDS_GROUP;
    if (n->kind != N_ASSIGN || rw_store_form(r, n) == STORE_PLAIN)
        return NEUTRAL;
    return is_store(r, statement) ? STORE : ENDS_GROUP;
}

/* ---- blocks inside ------------------------------------------------------- */

/* Code that may not stand in a statement expression. */
static bool find_jump(struct node *n, void *context)
{
    struct contents *contents = context;
    contents->unfit |= n->kind == N_STMT_EXPR || n->kind == N_LABEL_ADDRESS ||
                       n->kind == N_ASM || n->flags & NODE_MACRO;
    return !contents->unfit;
}

/* A declaration of plain variables. */
static bool is_plain_declaration(const struct node *n)
{
    for (int i = 0; i < n->kid_count; i++) {
        const struct node *kid = n->kids[i];
        const struct symbol *symbol = kid ? kid->symbol : NULL;
        if (!kid || kid->kind != N_VAR || !symbol || symbol->rewrite ||
            symbol->storage != ST_NONE || !type_is_scalar(symbol->type) ||
            symbol->address_taken || symbol->is_shared ||
            symbol->has_cleanup || symbol->has_asm_register)
            return false;
    }
    return true;
}

/* What a statement of a block inside is; `begun`: to a group. */
static enum part part_inside(const struct rewrite *r, struct node *n,
                             bool begun)
{
    struct contents contents = {r, n, false};
    if (n && n->kind == N_EMPTY)
        return NEUTRAL;
    if (!n || (n->kind != N_DECL && n->kind != N_EXPR_STMT) ||
        is_taken(r, n))
        return ENDS_GROUP;
    node_walk(n, find_jump, &contents);
    if (contents.unfit || (n->kind == N_DECL && !is_plain_declaration(n)))
        return ENDS_GROUP;
    if (n->kind == N_EXPR_STMT && (begun || is_store(r, n)))
        return is_store(r, n) && !begun ? STORE : part_of(r, n);
    return !begun || is_fit(r, n) ? NEUTRAL : ENDS_GROUP;
}

/* How many stores there are in a block inside that may be part of a group which
 * has `stores` already; -1: it may not. */
static int stores_inside(const struct rewrite *r, struct node *block,
                         int stores)
{
    int here = 0;
    if (!block || block->kind != N_BLOCK || r->check_escapes ||
        is_taken(r, block))
        return -1;
    for (int i = 0; i < block->kid_count; i++) {
        enum part part = part_inside(r, block->kids[i], stores + here > 0);
        if (part == ENDS_GROUP)
            return -1;
        here += part == STORE;
    }
    return stores + here <= GROUP_STORES ? here : -1;
}

/* ---- groups -------------------------------------------------------------- */

static bool is_grouped(const struct rewrite *r, const struct node *statement)
{
    return statement->kind == N_EXPR_STMT &&
           map_get(&r->groups, statement->kids[0]);
}

static void add_store(struct rewrite *r, struct store_group *group,
                      struct node *statement)
{
    if (!is_store(r, statement))
        return;
    struct node *n = statement->kids[0];
    if (!group->first)
        group->first = n;
    group->last = n;
    map_put(&r->groups, n, group);
}

/* The values and slots that variables outside of the blocks inside have. */
static void hoist(struct rewrite *r, struct store_group *group, int stores,
                  uint32_t begin, uint32_t end)
{
    struct strbuf open = {0};
    const char *slots[GROUP_STORES], *values[GROUP_STORES];
    group->hoisted = ++r->serial;
    strbuf_puts(&open, "__extension__({");
    for (int i = 0; i < stores; i++) {
        values[i] = arena_printf("__escc_g%u_%d", group->hoisted, i);
        slots[i] = arena_printf("*__escc_h%u_%d", group->hoisted, i);
        strbuf_printf(&open, "unsigned long %s;char(%s)[8];", values[i],
                      slots[i]);
    }
    edits_before(&r->edits, begin, arena_strdup(open.text));
    edits_after(&r->edits, end,
                arena_printf("%s});",
                             rw_words_check_text(slots, values, stores)));
    strbuf_free(&open);
}

static void begin_group(struct rewrite *r, struct node **statements,
                        int first, int last, int stores)
{
    struct store_group *group = arena_new(struct store_group);
    bool inside = false;
    for (int i = first; i <= last; i++)
        inside |= statements[i]->kind == N_BLOCK;
    if (inside)
        hoist(r, group, stores, statements[first]->begin,
              rw_statement_end(r, statements[last]));
    for (int i = first; i <= last; i++) {
        struct node *n = statements[i];
        if (n->kind == N_EXPR_STMT) {
            rw_wrap(r, n->kids[0]);
            add_store(r, group, n);
        }
        for (int k = 0; n->kind == N_BLOCK && k < n->kid_count; k++)
            add_store(r, group, n->kids[k]);
    }
}

/* How many stores the statement adds to a group that has so many; -1: it ends
 * it. */
static int stores_of(const struct rewrite *r, struct node *statement,
                     int stores)
{
    if (statement && statement->kind == N_BLOCK)
        return stores_inside(r, statement, stores);
    enum part part = !stores && is_store(r, statement) ? STORE
                                                       : part_of(r, statement);
    return part == ENDS_GROUP ? -1 : part == STORE;
}

void rw_group(struct rewrite *r, struct node *block)
{
    /* [inv.barrier.unoptimized] */
    if (r->unoptimized)
        return;
    for (int i = 0; i < block->kid_count; i++) {
        int last = i, stores = 0;
        if (!block->kids[i] || is_grouped(r, block->kids[i]))
            continue;
        for (int k = i; k < block->kid_count && stores < GROUP_STORES; k++) {
            int more = stores_of(r, block->kids[k], stores);
            if (more < 0 || (k == i && !more))
                break;
            stores += more;
            if (more)
                last = k;
        }
        if (stores > 1 && last > i)
            begin_group(r, block->kids, i, last, stores);
        i = last;
    }
}

/* ---- commas -------------------------------------------------------------- */

static void drop_parentheses(struct rewrite *r, const struct node *n)
{
    for (; n->kind == N_PAREN; n = n->kids[0]) {
        edits_replace(&r->edits, n->begin, n->begin + 1, "");
        edits_replace(&r->edits, n->end - 1, n->end, "");
    }
}

/* Whether nothing but parentheses is round the assignment in the text. */
static bool has_bare_parentheses(const struct rewrite *r,
                                 const struct node *n)
{
    const char *text = r->unit->text;
    for (; n->kind == N_PAREN; n = n->kids[0])
        if (n->flags & NODE_MACRO || text[n->begin] != '(' ||
            text[n->end - 1] != ')')
            return false;
    return true;
}

void rw_group_comma(struct rewrite *r, struct node *comma)
{
    struct node *first = node_unparenthesize(comma->kids[0]);
    struct node *last = node_unparenthesize(comma->kids[1]);
    /* [inv.barrier.unoptimized] */
    if (r->unoptimized || !node_value_unused(comma) ||
        !is_word_store(r, first) || !is_word_store(r, last) ||
        !is_fit(r, last) || !has_bare_parentheses(r, comma->kids[0]) ||
        !has_bare_parentheses(r, comma->kids[1]) ||
        r->unit->text[comma->op_begin] != ',')
        return;
    struct store_group *group = arena_new(struct store_group);
    group->first = first;
    group->last = last;
    group->comma = comma;
    rw_wrap(r, comma);
    map_put(&r->groups, first, group);
    map_put(&r->groups, last, group);
    drop_parentheses(r, comma->kids[0]);
    drop_parentheses(r, comma->kids[1]);
    edits_replace(&r->edits, comma->op_begin, comma->op_begin + 1, ";");
}
