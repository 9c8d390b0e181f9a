/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_frame.c - what -fescc-check-escapes puts into the text.
 *
 * The analysis leaves a local in its frame because it says that nobody has the
 * local's address when its block has been left.  A program that was compiled
 * with this option looks whether that is so (runtime/gc/mescapes.c).  For that
 * a block with such locals has a *record* of them, and a call when it is left,
 * in whatever way:
 *
 *     struct {struct __escc_frame head; struct __escc_left at[2];} __escc_f3
 *         __attribute__((__cleanup__(__escc_leave))) = {{…}, {…}};
 *     …
 *     struct node n = …;
 *     void *__escc_f4 = (__escc_f3.at[0].at = &n, …);
 *
 * [inv.frame.record]  a record is at the entry of its block, so that whoever
 * is in the block has made it: of a block that a goto or a switch enters
 * elsewhere the locals are in the record of a block around it, and so they are
 * in functions with a computed goto, which may leave no block that has
 * something to do at its end.  A declaration that is jumped over leaves its
 * row empty.  longjmp leaves blocks without looking.
 *
 * In the record are locals and parameters whose address is taken and does not
 * escape, those that are decided when the program is loaded, wherever they
 * are then: an address in the heap is no matter; and the buffers of blocks
 * that are in the frame (rw_promote.c).  What stays although it may
 * escape stays on purpose and is not asked about.  Nor are
 *
 *  - locals in functions with OpenMP directives: the block may be another
 *    thread's;
 *  - compound literals that stay: they have no name to take an address of;
 *  - what a static that only measures is set to (escape/esc_compared.c);
 *  - those of functions that the runtime calls, memcpy for example, and of
 *    functions that end in another (musttail): there is no end to look at.
 */
#define _GNU_SOURCE
#include "rw_moved.h"
#include "rw_passes.h"

#include "util/arena.h"

#include <string.h>

/* A row of a record: of a variable or literal, or of a buffer. */
struct frame_row {
    const struct symbol *symbol;
    const struct node *call;            /* that the buffer is for, or NULL */
    struct frame_record *record;
    int index;
    struct frame_row *next;
};

struct frame_record {
    const struct node *block;
    unsigned serial, exits;
    int count, lasting;         /* rows; of those, the first ones, whose locals
                                   live as long as the record */
    struct frame_row *rows, **end;
    struct frame_record *next;
};

/* ---- which locals -------------------------------------------------------- */

static bool is_checked(const struct rewrite *r, const struct symbol *s)
{
    if ((s->kind != S_VARIABLE && s->kind != S_PARAMETER) || !s->is_local ||
        !s->declaration || s->declaration->flags & (NODE_MACRO |
                                                    NODE_UNEVALUATED) ||
        map_get(&r->measured, s))
        return false;
    if (s->rewrite)
        return esc_decision(r->esc, s) >= 0;
    return s->name_begin < s->name_end && s->address_taken &&
           s->storage != ST_REGISTER && !s->on_stack && esc_stays(r->esc, s) &&
           (s->type->size >= 0 || s->type->is_vla);
}

static const struct node *own_block(const struct rewrite *r,
                                    const struct symbol *s)
{
    return s->kind == S_PARAMETER ? r->body
         : s->block ? s->block : node_block(s->declaration);
}

/* Whose record has what is declared in a block. */
static const struct node *block_for(const struct rewrite *r,
                                    const struct node *block)
{
    while (block != r->body &&
           (block->kind != N_BLOCK || rw_is_jumped_into(r, block)))
        block = node_block(block);
    return block;
}

static const struct node *block_of(const struct rewrite *r,
                                   const struct symbol *s)
{
    return block_for(r, own_block(r, s));
}

bool rw_holds_registers(const struct type *type)
{
    while (type->kind == T_ARRAY)
        type = type->target;
    if (type->kind != T_RECORD)
        return false;
    const struct record *record = type->unqualified->record;
    bool holds = strcmp(record->name, "__jmp_buf_tag") == 0;
    for (int i = 0; i < record->field_count && !holds; i++)
        holds = rw_holds_registers(record->fields[i].type);
    return holds;
}

/* Whether it lives as long as what is left with its block's record, and may
 * refer to none of that. */
static bool is_lasting(const struct rewrite *r, const struct symbol *s)
{
    return own_block(r, s) == block_of(r, s) && !rw_holds_registers(s->type);
}

static struct frame_record *record_of(struct rewrite *r,
                                      const struct node *block)
{
    struct frame_record **last = &r->frames;
    for (; *last; last = &(*last)->next)
        if ((*last)->block == block)
            return *last;
    struct frame_record *record = arena_new(struct frame_record);
    record->block = block;
    record->serial = ++r->serial;
    record->exits = r->frame_count++;
    record->end = &record->rows;
    *last = record;
    return record;
}

static struct frame_row *new_row(struct rewrite *r, const void *key,
                                 const struct node *block)
{
    struct frame_row *row = arena_new(struct frame_row);
    row->record = record_of(r, block);
    row->index = row->record->count++;
    *row->record->end = row;
    row->record->end = &row->next;
    map_put(&r->frame_rows, key, row);
    return row;
}

static void add_row(struct rewrite *r, const struct symbol *s)
{
    struct frame_row *row = new_row(r, s, block_of(r, s));
    row->symbol = s;
    row->record->lasting += is_lasting(r, s);
}

/* Behind all others: a buffer does not count as lasting, since it may hold
 * addresses of its function's locals, as a block of its own would. */
static bool add_buffer(struct node *n, void *context)
{
    struct rewrite *r = context;
    const struct esc_promoted *p =
        n->kind == N_CALL ? esc_promoted(r->esc, n) : NULL;
    if (p)
        new_row(r, n, block_for(r, p->block))->call = n;
    return true;
}

static void add_rows(struct rewrite *r, bool lasting)
{
    for (size_t i = 0; i < rw_object_count(r); i++) {
        const struct symbol *s = rw_object(r, i);
        if (is_checked(r, s) && !map_get(&r->frame_rows, s) &&
            is_lasting(r, s) == lasting)
            add_row(r, s);
    }
}

static bool note_measured(struct node *n, void *context)
{
    struct rewrite *r = context;
    if (n->kind == N_REF && n->symbol && n->symbol->is_local)
        map_put(&r->measured, n->symbol, n->symbol);
    return true;
}

/* What is assigned to a static that only measures. */
static bool find_measured(struct node *n, void *context)
{
    struct rewrite *r = context;
    const struct node *to =
        n->kind == N_ASSIGN ? node_strip(n->kids[0]) : NULL;
    if (to && to->kind == N_REF && esc_only_measures(r->esc, to->symbol))
        node_walk(n->kids[1], note_measured, r);
    return true;
}

static bool ends_in_others(const struct rewrite *r, const struct node *n)
{
    return memmem(r->unit->text + n->begin, n->end - n->begin, "musttail", 8);
}

void rw_frame_plan(struct rewrite *r, struct node *function)
{
    r->frames = NULL;
    if (!r->check_escapes || function->symbol->is_naked ||
        unit_has_openmp(r->unit, function) || ends_in_others(r, function))
        return;
    node_walk(function, find_measured, r);
    add_rows(r, true);
    add_rows(r, false);
    node_walk(function, add_buffer, r);
}

/* ---- the text ------------------------------------------------------------ */

static const char *site_of(struct rewrite *r, const struct frame_row *row)
{
    const struct symbol *s = row->symbol;
    const struct node *n = s ? s->declaration : row->call;
    bool named = s && *s->name;
    return rw_site(r, n, named ? s->name : r->unit->text + n->begin,
                   named ? strlen(s->name) : n->end - n->begin, SITE_SCAN);
}

void rw_frame_enter(struct rewrite *r, const struct node *block)
{
    const struct frame_record *record = r->frames;
    while (record && record->block != block)
        record = record->next;
    if (!record)
        return;
    unsigned serial = ++r->serial;
    const char *rows = "";
    for (const struct frame_row *row = record->rows; row; row = row->next)
        rows = arena_printf("%s%s{0,0,%s}", rows, *rows ? "," : "",
                            site_of(r, row));
    edits_entry(&r->edits, rw_block_entry(r, block), arena_printf(
        "__extension__ struct{struct __escc_frame head;"
        "struct __escc_left at[%d];}__escc_f%u __attribute__((__unused__,"
        "__cleanup__(__escc_leave)))={{0,&__escc_exits[%u],0,%d,%d},{%s}};"
        "void*__escc_f%u __attribute__((__unused__))="
        "__escc_enter(&__escc_f%u.head);",
        record->count, record->serial, record->exits, record->count,
        record->lasting, rows, serial, record->serial));
}

const char *rw_frame_text(struct rewrite *r, const void *key,
                          const char *address, const char *bytes)
{
    const struct frame_row *row = map_get(&r->frame_rows, key);
    if (!row)
        return "";
    return arena_printf("void*__escc_f%u __attribute__((__unused__))="
                        "(__escc_f%u.at[%d].bytes=%s,"
                        "__escc_f%u.at[%d].at=(const void*)%s,(void*)0);",
                        ++r->serial, row->record->serial, row->index, bytes,
                        row->record->serial, row->index, address);
}

/* Of a variable or a parameter, where it is in scope. */
static const char *row_text(struct rewrite *r, const struct symbol *s)
{
    const struct moved *m = s->rewrite;
    const char *address, *bytes;
    if (m && m->holder)
        address = arena_printf("__escc_h%u", m->holder);
    else
        address = m ? m->pointer : arena_printf("&%s", s->name);
    bytes = s->type->size >= 0
        ? arena_printf("%lld", (long long)s->type->size)
        : arena_printf("sizeof(%s)", s->name);
    return rw_frame_text(r, s, address, bytes);
}

void rw_frame_parameters(struct rewrite *r, const struct node *function)
{
    for (int i = 0; i < function->kid_count - 1; i++) {
        const struct symbol *s = function->kids[i]->symbol;
        if (s && map_get(&r->frame_rows, s))
            edits_entry(&r->edits, rw_block_entry(r, r->body),
                        row_text(r, s));
    }
}

void rw_frame_declare(struct rewrite *r, const struct node *variable)
{
    if (map_get(&r->frame_rows, variable->symbol))
        rw_behind_declaration(r, variable, row_text(r, variable->symbol));
}
