/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_copy.c - loops that copy pieces of pointers: one check behind the loop.
 *
 * A check behind each byte would keep compilers from making a byte-wise copy
 * what it is, a memcpy or vector instructions.  Where what a loop stores is a
 * range that is known when it ends, that is shaded then:
 *
 *     while (n--) *a++ = *b++;    becomes
 *     {__auto_type f = a; __escc_tls.torn++; while (n--) *a++ = *b++;
 *      asm volatile("" ::: "memory");
 *      if (marking) __escc_shade_slots(f, (char *)a - (char *)f);
 *      if (!--__escc_tls.torn && __escc_tls.pending) __escc_whole();}
 *
 * The forms are `*a++`, `*--a`, `*a` with `a++` behind it, and `a[i]` in a
 * `for` that counts i from a constant to what it does not change.  In such a
 * loop nothing is called, and nothing is jumped to; the array is not read
 * through the same pointer, so that no word is overwritten in the loop that
 * was copied in it.
 *
 * [inv.barrier.loop]  until the loop ends nothing of it is shaded.  Most such
 * loops leave the copied words in the source, where the collector would find
 * them.  Two pointers into one array, as in a memmove, do not, and the last
 * look at the source may be its last mention.  So a stop waits for the end
 * of the loop and its shade: both are torn code [inv.torn].
 *
 * A loop of nothing but such a store of a byte, which it reads without
 * looking at it, copies whatever the caller has, even if this unit has only
 * pointers to characters: it is shaded in any case.
 */
#include "rw_check.h"
#include "rw_passes.h"

#include "util/arena.h"
#include "util/vec.h"

struct copy {
    struct rewrite *r;
    struct node *loop;
    bool unfit;                 /* calls, jumps, loops inside */
    bool breaks, continues;
    VEC_TYPE(stores, struct node *) stores;
};

/* ---- what is in the loop ------------------------------------------------- */

static bool look(struct node *n, void *context)
{
    struct copy *copy = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    copy->unfit |= n->flags & NODE_MACRO;
    switch (n->kind) {
    case N_CALL: case N_ATOMIC: case N_ASM: case N_GOTO:
    case N_GOTO_COMPUTED: case N_RETURN: case N_LABEL: case N_CASE:
    case N_DEFAULT: case N_SWITCH: case N_STMT_EXPR: case N_LABEL_ADDRESS:
    case N_OTHER_EXPR: case N_VA_ARG:
        copy->unfit = true;
        break;
    case N_FOR: case N_WHILE: case N_DO:
        copy->unfit |= n != copy->loop;
        break;
    case N_BREAK:
        copy->breaks = true;
        break;
    case N_CONTINUE:
        copy->continues = true;
        break;
    case N_ASSIGN:
        vec_push(&copy->stores, n);
        break;
    default:
        break;
    }
    return true;
}

struct changes { const struct symbol *symbol; int count; };

static bool count_change(struct node *n, void *context)
{
    struct changes *changes = context;
    if (n->kind == N_INCDEC || n->kind == N_ASSIGN ||
        n->kind == N_COMPOUND_ASSIGN) {
        const struct node *to = node_unparenthesize(n->kids[0]);
        changes->count += to->kind == N_REF && to->symbol == changes->symbol;
    }
    return true;
}

static int changes_of(struct node *n, const struct symbol *symbol)
{
    struct changes changes = {symbol, 0};
    if (n)
        node_walk(n, count_change, &changes);
    return changes.count;
}

/* A local that only its name leads to, declared outside of the loop. */
static struct symbol *local_of(const struct copy *copy, struct node *n)
{
    while (n->kind == N_PAREN || n->kind == N_LOAD || n->kind == N_CONVERT)
        n = n->kids[0];
    struct symbol *s = n->kind == N_REF ? n->symbol : NULL;
    if (!s || !s->is_local || s->address_taken || s->rewrite || !*s->name ||
        s->type->qualifiers & (Q_VOLATILE | Q_ATOMIC) || !s->declaration)
        return NULL;
    uint32_t at = s->declaration->begin;
    return at >= copy->loop->begin && at < copy->loop->end ? NULL : s;
}

struct naming { const struct symbol *symbol; bool found; };

static bool is_named(struct node *n, void *context)
{
    struct naming *naming = context;
    naming->found |= n->kind == N_REF && n->symbol == naming->symbol;
    return true;
}

static bool names(struct node *n, const struct symbol *symbol)
{
    struct naming naming = {symbol, false};
    node_walk(n, is_named, &naming);
    return naming.found;
}

/* ---- the forms ----------------------------------------------------------- */

static bool is_step(const struct node *n, const struct symbol *symbol)
{
    while (n && n->kind == N_COMMA) {
        if (is_step(n->kids[0], symbol))
            return true;
        n = n->kids[1];
    }
    return n && n->kind == N_INCDEC &&
        (n->op == OP_POST_INC || n->op == OP_PRE_INC) &&
        n->kids[0]->kind == N_REF && n->kids[0]->symbol == symbol;
}

/* `*a` is stored in each pass, and `a++` comes behind it. */
static bool moves_behind(const struct copy *copy, const struct node *store,
                         const struct symbol *symbol)
{
    struct node *body = rw_loop_body(copy->loop);
    if (copy->breaks)
        return false;
    if (copy->loop->kind == N_FOR && is_step(copy->loop->kids[2], symbol))
        return true;
    bool stored = false;
    if (copy->continues || body->kind != N_BLOCK)
        return false;
    for (int i = 0; i < body->kid_count; i++) {
        const struct node *n = body->kids[i];
        if (!n || n->kind != N_EXPR_STMT)
            continue;
        if (stored && is_step(n->kids[0], symbol))
            return true;
        stored |= n->kids[0] == store;
    }
    return false;
}

/* [inv.barrier.loop] */
static void shade(struct copy *copy, const char *before, const char *from,
                  const char *size)
{
    struct rewrite *r = copy->r;
    edits_before(&r->edits, copy->loop->begin,
                 arena_printf("{%s" RW_TEAR, before));
    edits_after(&r->edits, rw_statement_end(r, copy->loop),
                arena_printf(RW_ORDER "%s" RW_MEND "}",
                             rw_memory_check_text("", "slots", from,
                                                  size)));
}

static bool copies_by_pointer(struct copy *copy, struct node *store)
{
    struct node *left = node_unparenthesize(store->kids[0]);
    if (left->kind != N_DEREF)
        return false;
    struct node *pointer = node_unparenthesize(left->kids[0]);
    bool moves = pointer->kind == N_INCDEC;
    if (moves && pointer->op != OP_POST_INC && pointer->op != OP_PRE_DEC)
        return false;
    struct symbol *a = local_of(copy, moves ? pointer->kids[0] : pointer);
    if (!a || changes_of(copy->loop, a) != 1 || names(store->kids[1], a) ||
        (!moves && !moves_behind(copy, store, a)))
        return false;
    const char *first = arena_printf("__escc_k%u", ++copy->r->serial);
    const char *from = first, *to = a->name;
    if (moves && pointer->op == OP_PRE_DEC) {
        from = a->name;
        to = first;
    }
    shade(copy, arena_printf("__auto_type %s=%s;", first, a->name),
          from, arena_printf("(unsigned long)((const char*)%s-"
                             "(const char*)%s)", to, from));
    return true;
}

/* Whether the loop begins with `i = constant`; sets both. */
static bool begins_at(struct node *init, struct symbol **i, int64_t *first)
{
    struct node *value = NULL;
    if (init && init->kind == N_DECL && init->kid_count == 1 &&
        init->kids[0]->kind == N_VAR) {
        *i = init->kids[0]->symbol;
        value = init->kids[0]->kids[0];
    } else if (init && init->kind == N_ASSIGN) {
        struct node *to = node_unparenthesize(init->kids[0]);
        *i = to->kind == N_REF ? to->symbol : NULL;
        value = init->kids[1];
    }
    if (!value || !*i || !(value->flags & NODE_CONSTANT) || value->value < 0)
        return false;
    *first = value->value;
    return type_is_integer((*i)->type) && !(*i)->address_taken &&
        (*i)->is_local;
}

static bool is_value_of(struct node *n, const struct symbol *symbol)
{
    while (n->kind == N_PAREN || n->kind == N_LOAD || n->kind == N_CONVERT)
        n = n->kids[0];
    return n->kind == N_REF && n->symbol == symbol;
}

static bool copies_by_index(struct copy *copy, struct node *store)
{
    struct node *loop = copy->loop, *left = node_unparenthesize(
        store->kids[0]);
    struct symbol *i;
    int64_t first;
    if (loop->kind != N_FOR || copy->breaks || !loop->kids[1] ||
        left->kind != N_INDEX || !begins_at(loop->kids[0], &i, &first))
        return false;
    struct node *condition = node_unparenthesize(loop->kids[1]);
    struct symbol *a = local_of(copy, left->kids[0]);
    int own = loop->kids[0]->kind == N_ASSIGN;
    if (condition->kind != N_BINARY ||
        (condition->op != '<' && condition->op != OP_NE) ||
        !is_value_of(condition->kids[0], i) ||
        !is_value_of(left->kids[1], i) || !is_step(loop->kids[2], i) ||
        changes_of(loop, i) != 1 + own || !a || !type_is_pointer(a->type) ||
        changes_of(loop, a) || names(store->kids[1], a))
        return false;
    struct node *end = condition->kids[1];
    struct symbol *n = local_of(copy, end);
    if (!(end->flags & NODE_CONSTANT) && (!n || changes_of(loop, n)))
        return false;
    const char *count = end->flags & NODE_CONSTANT
        ? arena_printf("%ldl", (long)end->value) : n->name;
    shade(copy, "", arena_printf("(%s+%ld)", a->name, (long)first),
          arena_printf("%s>%ld?((unsigned long)%s-%ld)*sizeof *%s:0", count,
                       (long)first, count, (long)first, a->name));
    return true;
}

/* ---- which stores -------------------------------------------------------- */

static bool is_only_statement(const struct copy *copy,
                              const struct node *store)
{
    const struct node *n = store->parent;
    if (!n || n->kind != N_EXPR_STMT)
        return false;
    const struct node *body = rw_loop_body(copy->loop);
    return n == body || (body->kind == N_BLOCK && body->kid_count == 1 &&
                         body->kids[0] == n);
}

/* A byte that is read through a pointer, by a loop of nothing else. */
static bool is_plain_byte(const struct copy *copy, struct node *store)
{
    struct node *right = rw_written(store->kids[1]);
    if (store->kids[0]->type->size != 1 || right->kind != N_LOAD ||
        !type_is_integer(right->type) || right->type->size != 1 ||
        !is_only_statement(copy, store))
        return false;
    struct node *from = node_unparenthesize(right->kids[0]);
    return from->kind == N_DEREF ||
        (from->kind == N_INDEX && from->kids[0]->kind != N_DECAY);
}

static bool needs_shade(const struct copy *copy, struct node *store)
{
    if (!type_is_scalar(store->kids[0]->type) ||
        rw_is_private(store->kids[0]) ||
        store->kids[0]->type->qualifiers & (Q_VOLATILE | Q_ATOMIC))
        return false;
    enum shade_kind kind = rw_shade_kind(copy->r, store->kids[0]->type,
                                         store->kids[1]);
    return kind == SHADE_PIECES || kind == SHADE_BITS ||
        is_plain_byte(copy, store);
}

void rw_copy_loop(struct rewrite *r, struct node *loop)
{
    struct copy copy = {.r = r, .loop = loop};
    node_walk(loop, look, &copy);
    bool fit = !copy.unfit && rw_loop_begin(r, loop) == loop->begin;
    for (size_t i = 0; fit && i < copy.stores.count; i++) {
        struct node *store = copy.stores.items[i];
        if (needs_shade(&copy, store) &&
            (copies_by_pointer(&copy, store) ||
                copies_by_index(&copy, store)))
            map_put(&r->copied, store, store);
    }
    vec_free(&copy.stores);
}
