/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_advice.c - -report-advice: what would take less memory or time, and
 * how much less.
 *
 *   - members of a structure in another order, so that there is less padding;
 *   - a small object that a static function allocates for its result, which
 *     outlives no caller: it could be returned by value;
 *   - an array that grows by a constant in a loop;
 *   - an object whose member is always allocated right behind it.
 *
 * Each is said only where the text shows it to be so: a structure with a
 * layout of its own (packed, aligned, bit-fields) or of a system header is
 * left alone, and a first member that is a structure stays the first, because
 * pointers to both are often taken for each other.
 */
#include "report.h"
#include "report_model.h"

#include "util/map.h"
#include "util/strbuf.h"

#include <string.h>

enum {
    /* More members are not listed: the order would fill the line. */
    MOST_NAMES = 12,
    /* What is returned by value in registers. */
    BY_VALUE_BYTES = 16,
    /* The length of an array in an example. */
    EXAMPLE = 1000
};

struct adviser {
    const struct unit *unit;
    struct report *report;
    struct map records;         /* those that were looked at */
    struct map stores;          /* struct field -> how often it is assigned */
};

static bool is_users(const struct adviser *a, uint32_t offset)
{
    return !unit_place(a->unit, offset).system;
}

static void advise(struct adviser *a, uint32_t begin, uint32_t end,
                   const char *object, const char *text)
{
    struct place from = unit_place(a->unit, begin);
    struct place to = unit_place(a->unit, end);
    struct report_entry entry = {
        .rule = REPORT_ADVICE, .text = text, .function = "",
        .object = object, .at = report_range_of(a->unit, &from, begin, &to)};
    vec_push(&a->report->entries, entry);
    a->report->totals.advices++;
}

/* ---- padding ------------------------------------------------------------- */

static int64_t round_up(int64_t offset, int64_t alignment)
{
    return (offset + alignment - 1) / alignment * alignment;
}

/* Whether the members stand where plain C puts them. */
static bool is_plain(const struct record *r)
{
    int64_t offset = 0, widest = 1;
    if (!r->complete || r->is_union || r->field_count < 3)
        return false;
    for (int i = 0; i < r->field_count; i++) {
        const struct field *f = &r->fields[i];
        if (f->bit_width >= 0 || f->type->size <= 0 || f->type->alignment < 1)
            return false;
        offset = round_up(offset, f->type->alignment);
        if (f->bit_offset != offset * 8)
            return false;
        offset += f->type->size;
        if (f->type->alignment > widest)
            widest = f->type->alignment;
    }
    return r->alignment == widest && r->size == round_up(offset, widest);
}

/* The member for this offset: of those that need no padding the widest, else
 * the narrowest. */
static int next_member(const struct record *r, const bool *done,
                       int64_t offset)
{
    int best = -1, narrow = -1;
    for (int i = 0; i < r->field_count; i++) {
        int64_t alignment = r->fields[i].type->alignment;
        if (done[i])
            continue;
        if (offset % alignment == 0 &&
            (best < 0 || alignment > r->fields[best].type->alignment))
            best = i;
        if (narrow < 0 || alignment < r->fields[narrow].type->alignment)
            narrow = i;
    }
    return best >= 0 ? best : narrow;
}

/* The size with the members in another order, which goes to `order`. */
static int64_t reordered(const struct record *r, int *order)
{
    bool *done = arena_array(bool, r->field_count);
    int64_t offset = 0;
    for (int i = 0; i < r->field_count; i++) {
        bool leads = i == 0 && r->fields[0].type->kind == T_RECORD;
        int next = leads ? 0 : next_member(r, done, offset);
        const struct type *type = r->fields[next].type;
        done[next] = true;
        order[i] = next;
        offset = round_up(offset, type->alignment) + type->size;
    }
    return round_up(offset, r->alignment);
}

static bool has_names(const struct record *r)
{
    for (int i = 0; i < r->field_count; i++)
        if (!*r->fields[i].name)
            return false;
    return r->field_count <= MOST_NAMES;
}

static void advise_order(struct adviser *a, const struct record *r)
{
    if (!is_users(a, r->begin) || !is_plain(r) ||
        strchr(r->type->spelling, '('))
        return;
    int *order = arena_array(int, r->field_count);
    long long size = r->size, less = reordered(r, order);
    if (less >= size)
        return;
    struct strbuf names = {0};
    for (int i = 0; i < r->field_count; i++)
        strbuf_printf(&names, "%s%s", i ? ", " : "",
                      r->fields[order[i]].name);
    advise(a, r->begin, r->begin, r->type->spelling, arena_printf(
        "%s has %lld bytes, and %lld with %s%s: saves %lld bytes (%lld %%) of "
        "each", r->type->spelling, size, less,
        has_names(r) ? "its members in the order "
                     : "members of wide types before those of narrow ones",
        has_names(r) ? names.text : "", size - less,
        (size - less) * 100 / size));
    strbuf_free(&names);
}

/* ---- growth -------------------------------------------------------------- */

struct growth {
    const struct node *count;   /* a variable, or a member by way of one */
    const struct symbol *base;  /* that variable */
    int64_t step;               /* 0: none seen */
    bool otherwise;             /* it changes in another way, too */
};

static int64_t constant_of(const struct node *n)
{
    return n->flags & NODE_CONSTANT ? n->value : 0;
}

/* `x + 4`, `4 + x`: 4; `++x`: 1; else 0. */
static int64_t added(const struct node *n)
{
    if (n->kind == N_INCDEC)
        return n->op == OP_PRE_INC || n->op == OP_POST_INC;
    if (n->kind != N_BINARY || n->op != '+')
        return 0;
    int64_t left = constant_of(n->kids[0]), right = constant_of(n->kids[1]);
    return left && right ? 0 : left + right;
}

/* Whether both are the same variable, or member by way of the same one. */
static bool is_same(const struct node *a, const struct node *b)
{
    for (; a->kind == b->kind; a = node_strip(a->kids[0]),
                               b = node_strip(b->kids[0])) {
        if (a->kind == N_REF)
            return a->symbol == b->symbol;
        if ((a->kind != N_MEMBER && a->kind != N_ARROW) ||
            a->field != b->field)
            return false;
    }
    return false;
}

/* The variable that a member is reached by, or which it is; or NULL. */
static const struct symbol *base_of(const struct node *n)
{
    while (n->kind == N_MEMBER || n->kind == N_ARROW)
        n = node_strip(n->kids[0]);
    return n->kind == N_REF && n->symbol->kind != S_FUNCTION ? n->symbol
                                                              : NULL;
}

static bool see_change(struct node *n, void *context)
{
    struct growth *g = context;
    bool assigns = n->kind == N_ASSIGN || n->kind == N_COMPOUND_ASSIGN;
    if (!assigns && n->kind != N_INCDEC)
        return true;
    const struct node *to = node_strip(n->kids[0]);
    if (!is_same(to, g->count)) {
        g->otherwise |= to->kind == N_REF && to->symbol == g->base;
        return true;
    }
    int64_t step = n->kind == N_INCDEC ? added(n)
                   : n->kind == N_ASSIGN ? added(node_strip(n->kids[1]))
                   : n->op == '+' ? constant_of(n->kids[1]) : 0;
    if (step > 0)
        g->step = step;
    else
        g->otherwise = true;
    return true;
}

/* By how much the count grows each time round the loop; 0: not known. */
static int64_t growth_of(const struct node *count, struct node *loop)
{
    int64_t step = added(count);
    const struct node *inner = count;
    if (step && count->kind == N_BINARY)
        inner = node_strip(count->kids[constant_of(count->kids[0]) ? 1 : 0]);
    else if (step)
        inner = node_strip(count->kids[0]);
    struct growth g = {.count = inner, .base = base_of(inner)};
    if (!g.base)
        return 0;
    node_walk(loop, see_change, &g);
    return g.otherwise || !g.step ? 0 : g.step;
}

static struct node *loop_around(const struct node *n)
{
    struct node *loop = node_loop(n);
    while (loop && loop->kind == N_DO && loop->kids[1] &&
           loop->kids[1]->flags & NODE_CONSTANT && !loop->kids[1]->value)
        loop = loop->parent ? node_loop(loop->parent) : NULL;
    return loop;
}

static void advise_growth(struct adviser *a, const struct node *call)
{
    struct node *loop = loop_around(call);
    int64_t element = 1;
    if (call->kid_count != 3 || !loop || !is_users(a, call->begin))
        return;
    struct node *count = node_strip(call->kids[2]);
    if (count->kind == N_BINARY && count->op == '*') {
        int64_t left = constant_of(count->kids[0]);
        element = left + constant_of(count->kids[1]);
        count = node_strip(count->kids[left ? 1 : 0]);
    }
    long long step = growth_of(count, loop), bytes = element;
    if (!step || bytes < 1)
        return;
    long long times = EXAMPLE / step;
    if (times < 2)
        return;
    advise(a, call->begin, call->end, "realloc", arena_printf(
        "realloc in a loop makes room for %lld more each time: %d elements of "
        "%lld byte%s may take %lld bytes of copying; with twice the room when "
        "it is full, less than %lld", step, EXAMPLE, bytes,
        bytes == 1 ? "" : "s", times * (times - 1) / 2 * step * bytes,
        2 * EXAMPLE * bytes));
}

/* ---- objects that belong together ---------------------------------------- */

/* The size of what the call allocates, if it is constant; 0. */
static int64_t allocated_bytes(const struct node *n)
{
    const struct symbol *callee = n->kind == N_CALL ? node_callee(n) : NULL;
    if (!callee || !symbol_is_library(callee))
        return 0;
    if (!strcmp(callee->name, "malloc") && n->kid_count == 2)
        return constant_of(n->kids[1]);
    if (!strcmp(callee->name, "calloc") && n->kid_count == 3)
        return constant_of(n->kids[1]) * constant_of(n->kids[2]);
    return 0;
}

/* The variable that a statement gives a new object, or NULL. */
static const struct symbol *owner_of(const struct node *statement,
                                     int64_t *bytes)
{
    const struct node *value = NULL;
    const struct symbol *owner = NULL;
    if (statement->kind == N_DECL && statement->kid_count == 1 &&
        statement->kids[0]->kind == N_VAR && statement->kids[0]->kids[0]) {
        owner = statement->kids[0]->symbol;
        value = node_strip(statement->kids[0]->kids[0]);
    } else if (statement->kind == N_EXPR_STMT &&
               statement->kids[0]->kind == N_ASSIGN) {
        const struct node *to = node_strip(statement->kids[0]->kids[0]);
        owner = to->kind == N_REF ? to->symbol : NULL;
        value = node_strip(statement->kids[0]->kids[1]);
    }
    *bytes = owner && value ? allocated_bytes(value) : 0;
    return *bytes ? owner : NULL;
}

static void advise_member(struct adviser *a, const struct node *statement,
                          const struct symbol *owner, int64_t owner_bytes)
{
    if (statement->kind != N_EXPR_STMT ||
        statement->kids[0]->kind != N_ASSIGN)
        return;
    const struct node *to = node_strip(statement->kids[0]->kids[0]);
    const struct node *value = node_strip(statement->kids[0]->kids[1]);
    int64_t bytes = allocated_bytes(value);
    if (to->kind != N_ARROW || !bytes ||
        node_strip(to->kids[0])->symbol != owner)
        return;
    struct place here = unit_place(a->unit, value->begin);
    struct place record = unit_place(a->unit, to->field->parent->begin);
    bool is_private = !strcmp(record.file, here.file);
    if (!is_private ||
        (uintptr_t)map_get(&a->stores, to->field) != 1)
        return;
    advise(a, value->begin, value->end, to->field->name, arena_printf(
        "%s of %s is allocated right behind it and nowhere else: one "
        "allocation of %lld bytes instead of two saves a call for each",
        to->field->name,
        to->field->parent->type->spelling,
        (long long)(round_up(owner_bytes, 16) + bytes)));
}

static void advise_together(struct adviser *a, const struct node *block)
{
    const struct symbol *owner = NULL;
    int64_t bytes = 0;
    for (int i = 0; i < block->kid_count; i++) {
        const struct node *statement = block->kids[i];
        int64_t found;
        const struct symbol *next =
            statement ? owner_of(statement, &found) : NULL;
        if (next) {
            owner = next;
            bytes = found;
        } else if (owner && statement) {
            advise_member(a, statement, owner, bytes);
        }
    }
}

/* ---- return by value ----------------------------------------------------- */

struct returned {
    unsigned calls;
    bool outlives;
};

/* All calls of a static function are in the unit, and so are the findings
 * about what they allocate. */
static void advise_values(struct adviser *a,
                          const struct esc_findings *findings)
{
    struct map seen = {0};
    VEC_TYPE(callees, const struct symbol *) callees = {0};
    for (size_t i = 0; i < findings->count; i++) {
        const struct esc_finding *f = &findings->items[i];
        const struct node *call = f->about.call;
        const struct symbol *callee =
            f->about.kind == ESC_OBJECT_ALLOCATION && call->kind == N_CALL
            ? node_callee(call) : NULL;
        if (!callee || !callee->definition)
            continue;
        struct returned *r = map_get(&seen, callee);
        if (!r) {
            r = arena_new(struct returned);
            map_put(&seen, callee, r);
            vec_push(&callees, callee);
        }
        r->calls++;
        r->outlives |= f->kind != ESC_DOES_NOT_ESCAPE;
    }
    for (size_t i = 0; i < callees.count; i++) {
        const struct symbol *f = callees.items[i];
        const struct returned *r = map_get(&seen, f);
        const struct type *to =
            f->type->target ? f->type->target->target : NULL;
        if (!r->outlives && f->storage == ST_STATIC && to &&
            !f->function_address_taken && r->calls == f->use_count &&
            to->kind != T_VOID && to->size > 0 && to->size <= BY_VALUE_BYTES)
            advise(a, f->name_begin, f->name_end, f->name, arena_printf(
                "what %s returns outlives no caller: returned by value (%s, "
                "%lld bytes) it saves an allocation at each of %u call%s",
                f->name, to->spelling, (long long)to->size, r->calls,
                r->calls == 1 ? "" : "s"));
    }
    vec_free(&callees);
    map_free(&seen);
}

/* ---- the whole ----------------------------------------------------------- */

static bool see_store(struct node *n, void *context)
{
    struct adviser *a = context;
    const struct node *to =
        n->kind == N_ASSIGN || n->kind == N_COMPOUND_ASSIGN
        ? node_strip(n->kids[0])
        : n->kind == N_ADDRESS ? node_strip(n->kids[0]) : n;
    bool is_member = to->kind == N_MEMBER || to->kind == N_ARROW;
    if ((to != n && is_member) || (n->kind == N_INIT_ITEM && n->field)) {
        uintptr_t stores = (uintptr_t)map_get(&a->stores, to->field);
        map_put(&a->stores, to->field, (void *)(stores + 1));
    }
    return !(n->flags & NODE_UNEVALUATED);
}

static bool look(struct node *n, void *context)
{
    struct adviser *a = context;
    if (n->kind == N_MEMBER || n->kind == N_ARROW) {
        struct record *r = n->field->parent;
        if (!map_get(&a->records, r)) {
            map_put(&a->records, r, r);
            advise_order(a, r);
        }
    } else if (n->kind == N_BLOCK) {
        advise_together(a, n);
    } else if (n->kind == N_CALL && node_callee(n) &&
               !strcmp(node_callee(n)->name, "realloc")) {
        advise_growth(a, n);
    }
    return !(n->flags & NODE_UNEVALUATED);
}

void report_advice(const struct unit *unit,
                   const struct esc_findings *findings, struct report *report)
{
    struct adviser a = {.unit = unit, .report = report};
    node_walk(unit->root, see_store, &a);
    node_walk(unit->root, look, &a);
    advise_values(&a, findings);
    report_settle(report);
    map_free(&a.records);
    map_free(&a.stores);
}
