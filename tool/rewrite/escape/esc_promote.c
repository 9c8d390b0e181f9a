/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_promote.c - blocks of malloc's that may be in frames.
 *
 * `malloc(24)` that does not outlive its function may be a buffer of its frame
 * (rw_promote.c).  With locals a wrong "does not escape" costs a promise; here
 * it would cost the program.  So the solver's answer is where this begins, and
 * each of the following is asked for besides.  In doubt the block stays.
 *
 * [inv.promote.holders]  each call has a buffer of its own, which is one of the
 * block B of the text.  Every variable of the function from which the object
 * can be reached, by any number of dereferences, is declared in B or in a block
 * in it.  So when B is left nobody has the address: variables are all that
 * holds anything from one statement to the next, and what the object is stored
 * in is reached from one.  Values of statement expressions outlive their
 * blocks: there is no promotion in one.
 * [inv.promote.once]  from one entry of B to the next the call is evaluated
 * once at most: no loop of the text is between the two, and a function in which
 * a goto leads back, or leads nobody knows where, has no promoted blocks.  So
 * two objects that live at the same time never share a buffer.
 * [inv.promote.free]  the call of free that may get a buffer stands in B, and
 * looks whether its argument is in the buffer.  Who else may free it keeps it
 * from being promoted [inv.promote.release].  So does a call of realloc:  what
 * fits stays in the buffer, and is the same object; what does not is a block,
 * and nothing is in the buffer any more until B is entered again.  What it
 * returns may be in the buffer, too, and so the variables of the result are
 * holders.  One buffer a call: of several the text would have to tell which.
 * [inv.promote.frame]  the function returns to B once: it names no setjmp, no
 * vfork, no getcontext (what changed in a buffer since would be lost, in a
 * block it is not), has no OpenMP directives (a region runs a call in several
 * threads), no musttail (the frame ends before the call) and is no signal
 * handler.
 * [inv.promote.stack]  buffers need so little of the stack that no thread has
 * to have a larger one: MOST_BYTES along any chain of calls of this unit's
 * functions, MOST_BYTES_AGAIN in a frame of which there may be many, for the
 * function calls code that nobody here knows and that may call it.  A function
 * of which the unit shows that it calls itself has none.
 */
#define _GNU_SOURCE
#include "esc_promote.h"

#include "esc.h"
#include "esc_reach.h"
#include "esc_reuse.h"

#include <string.h>

enum {
    /* A sixteenth of the smallest stack that a thread can be given
     * (PTHREAD_STACK_MIN, 16 KiB), and less than what printf takes. */
    MOST_BYTES = 1024,
    /* About what a function takes for saved registers and a few locals. */
    MOST_BYTES_AGAIN = 128,
    /* One larger than this costs more to fill than to allocate. */
    MOST_OBJECT_BYTES = 256,
    /* Of a size that is not constant; what is larger is a block.  Most texts
     * and lists are shorter, and a frame that is given so much for nothing is
     * no large one. */
    MOST_VARIABLE_BYTES = 64,
    BLOCK_ALIGNMENT = 16        /* malloc's */
};

/* ---- tags ---------------------------------------------------------------- */

static bool lower_released(const struct esc_reach *r, struct esc_function *f)
{
    bool changed = false;
    for (int i = 0; i < f->graph->parameter_count; i++) {
        const struct esc_location *parameter = f->graph->parameters[i];
        if (!esc_is_reached(r, parameter))
            continue;
        int derefs = r->notes[parameter->index].derefs;
        changed |= esc_tag_lower(&f->tag->released[i],
                                 derefs < 0 ? 0 : derefs);
    }
    return changed;
}

/* What the callees of this unit release. */
static void release_by_calls(const struct esc *esc, struct esc_function *f)
{
    for (size_t c = 0; c < f->calls.count; c++) {
        const struct esc_call *call = f->calls.items[c];
        const struct esc_function *callee =
            map_get(&esc->functions, call->callee);
        for (int i = 0; i < call->argument_count; i++) {
            int to = esc_tag_parameter(callee->tag, i);
            if (to < 0)
                esc_graph_release(f->graph, call->arguments[i], 0);
            else if (callee->tag->released[to] != ESC_NO_FLOW)
                esc_graph_release(f->graph, call->arguments[i],
                                  callee->tag->released[to]);
        }
    }
}

static bool release(const struct esc *esc, struct esc_function *f,
                    size_t own_releases)
{
    struct esc_reach r = esc_reach_new(f->graph);
    f->graph->released->count = own_releases;
    release_by_calls(esc, f);
    esc_reach_from(&r, f->graph->released);
    bool changed = lower_released(&r, f);
    for (size_t i = 0; i < f->frees.count; i++) {
        if (!f->frees.items[i].argument)
            continue;
        esc_reach_from(&r, f->frees.items[i].argument);
        changed |= lower_released(&r, f);
    }
    esc_reach_free(&r);
    return changed;
}

/* Of functions that call each other: sets `released` of their tags,
 * `calls_unknown` and `is_recursive`.  Those of all that they call besides are
 * set. */
static void release_batch(const struct esc *esc, struct esc_function **batch,
                          size_t count)
{
    size_t *own = arena_array(size_t, count);
    bool calls_unknown = false, changed;
    for (size_t i = 0; i < count; i++) {
        own[i] = batch[i]->graph->released->count;
        batch[i]->is_recursive = count > 1;
        calls_unknown |= batch[i]->calls_unknown;
        for (size_t c = 0; c < batch[i]->callees.count; c++) {
            const struct esc_function *callee = batch[i]->callees.items[c];
            batch[i]->is_recursive |= callee == batch[i];
            calls_unknown |= callee->calls_unknown;
        }
    }
    do {
        changed = false;
        for (size_t i = 0; i < count; i++)
            changed |= release(esc, batch[i], own[i]);
    } while (changed);
    for (size_t i = 0; i < count; i++)
        batch[i]->calls_unknown = calls_unknown;
}

/* ---- candidates ---------------------------------------------------------- */

/* A block that may be promoted. */
struct candidate {
    const struct esc_location *object;
    const struct esc_scope *needed;     /* every holder is in it; NULL: the
                                           block is not promoted */
    struct esc_promoted *promoted;
    const char *why;            /* it is not */
};

VEC_TYPE(candidates, struct candidate);

static void drop(struct candidate *c, const char *why)
{
    c->needed = NULL;
    c->why = why;
}

static bool is_constant(const struct node *n)
{
    return n->flags & NODE_CONSTANT && n->value >= 0 &&
           n->value <= MOST_OBJECT_BYTES;
}

static int64_t whole(int64_t bytes)
{
    return (bytes + BLOCK_ALIGNMENT - 1) / BLOCK_ALIGNMENT * BLOCK_ALIGNMENT;
}

/* A copy of a text needs as much as a literal takes, or what is allowed. */
static bool read_copy(const struct node *call, const char *name,
                      struct esc_promoted *p)
{
    const struct node *text = node_strip(call->kids[1]);
    if (call->kid_count != (strcmp(name, "strdup") == 0 ? 2 : 3) ||
        !type_is_integer(call->type->target))
        return false;
    p->is_text = p->is_variable = true;
    p->bytes = MOST_VARIABLE_BYTES;
    if (text->kind == N_STRING && text->type && text->type->size > 0 &&
        text->type->size <= MOST_OBJECT_BYTES)
        p->bytes = whole(text->type->size);
    return true;
}

/* realloc(NULL, n) */
static bool makes_of_null(const struct node *call, const char *name)
{
    return strcmp(name, "realloc") == 0 && call->kid_count == 3 &&
           call->kids[1]->flags & NODE_NULL_POINTER;
}

/* What the call makes, if that can be a buffer: its size, and how it is
 * made. */
static bool read_call(const struct node *call, struct esc_promoted *p)
{
    const struct symbol *callee = node_callee(call);
    if (!callee || !esc_library_tag(callee) ||
        call->flags & (NODE_MACRO | NODE_UNEVALUATED) || !call->type ||
        call->type->kind != T_POINTER)
        return false;
    /* By these names: who else may be called so is asked when it runs. */
    if (strcmp(callee->name, "strdup") == 0 ||
        strcmp(callee->name, "strndup") == 0)
        return read_copy(call, callee->name, p);
    if (call->type->target->kind != T_VOID)
        return false;
    const char *name = esc_plain_name(callee);
    p->is_zeroed = strcmp(name, "calloc") == 0;
    p->is_renewed = makes_of_null(call, name);
    if (p->is_zeroed || p->is_renewed
        ? call->kid_count != 3
        : call->kid_count != 2 || strcmp(name, "malloc") != 0)
        return false;
    int first = p->is_renewed ? 2 : 1;
    p->is_variable = !p->is_zeroed &&
                     !(call->kids[first]->flags & NODE_CONSTANT);
    int64_t bytes = p->is_variable ? MOST_VARIABLE_BYTES : 1;
    for (int i = first; i < call->kid_count && !p->is_variable; i++) {
        if (!is_constant(call->kids[i]))
            return false;
        bytes *= call->kids[i]->value;
    }
    p->bytes = whole(bytes);
    return bytes > 0 && bytes <= MOST_OBJECT_BYTES;
}

static void collect(const struct esc_function *f, struct candidates *to)
{
    for (size_t i = 0; i < f->allocations.count; i++) {
        const struct esc_location *object = f->allocations.items[i];
        struct esc_promoted promoted = {.call = object->node};
        if (object->escapes || object->conditions.count || object->in_frame ||
            !read_call(object->node, &promoted))
            continue;
        struct candidate c = {object, object->scope,
                              arena_new(struct esc_promoted), NULL};
        *c.promoted = promoted;
        vec_push(to, c);
    }
}

/* ---- functions ----------------------------------------------------------- */

static bool is_usual(struct node *n, void *context)
{
    bool *usual = context;
    const struct symbol *s = n->kind == N_REF ? n->symbol : NULL;
    if (s && s->kind == S_FUNCTION &&
        (s->returns_twice || strcmp(s->name, "swapcontext") == 0))
        *usual = false;
    return *usual;
}

/* [inv.promote.frame]; [inv.promote.once], as far as it is about jumps. */
bool esc_returns_once(const struct esc *esc, const struct esc_function *f)
{
    const struct node *n = f->node;
    bool usual = !f->has_openmp && !f->is_signal_handler && !f->jumps_back &&
                 !f->ambiguous && !(n->flags & NODE_SYSTEM) &&
                 !f->symbol->is_naked &&
                 !memmem(esc->unit->text + n->begin, n->end - n->begin,
                         "musttail", 8);
    if (usual)
        node_walk((struct node *)n, is_usual, &usual);
    return usual;
}

/* ---- holders ------------------------------------------------------------- */

static bool is_within(const struct esc_scope *inner,
                      const struct esc_scope *outer)
{
    while (inner && inner != outer)
        inner = inner->parent;
    return inner;
}

/* Whether reads and writes of the variable are what others may wait for. */
static bool is_watched(const struct esc_location *holder)
{
    const struct symbol *s = holder->symbol;
    return s && (esc_element(s->type)->qualifiers & (Q_VOLATILE | Q_ATOMIC) ||
                 s->type->qualifiers & (Q_VOLATILE | Q_ATOMIC) ||
                 s->has_asm_register || s->is_thread_local);
}

/* [inv.promote.holders] */
static void hold(struct esc_reach *r, const struct esc_location *holder,
                 struct candidates *candidates)
{
    esc_reach_from(r, holder);
    for (size_t i = 0; i < candidates->count; i++) {
        struct candidate *c = &candidates->items[i];
        if (!esc_is_held(r, c->object))
            continue;
        if (c->needed && is_watched(holder))
            drop(c, "a variable that leads to it is volatile, or alike");
        while (c->needed && !is_within(holder->scope, c->needed))
            c->needed = c->needed->parent;
    }
}

static void find_holders(const struct esc_function *f,
                         struct candidates *candidates)
{
    struct esc_reach r = esc_reach_new(f->graph);
    for (size_t i = 0; i < f->graph->locations.count; i++) {
        const struct esc_location *l = f->graph->locations.items[i];
        if (l->kind == LOC_VARIABLE && l->count)
            hold(&r, l, candidates);
    }
    esc_reach_from(&r, f->graph->released);
    for (size_t i = 0; i < candidates->count; i++)
        if (esc_is_held(&r, candidates->items[i].object))
            drop(&candidates->items[i], "somebody is given its address who "
                 "may free it, or make a number of it");
    esc_reach_free(&r);
}

/* ---- blocks -------------------------------------------------------------- */

/* Whether the call is evaluated once at most when the block is entered, and
 * is no part of a statement expression. */
static bool is_once_in(const struct node *call, const struct node *block)
{
    bool in_block = true;
    for (const struct node *n = call->parent; n; n = n->parent) {
        bool loop = n->kind == N_FOR || n->kind == N_WHILE || n->kind == N_DO;
        if (n->kind == N_STMT_EXPR || (in_block && loop))
            return false;
        in_block &= n != block;
    }
    return !in_block;
}

/* The block that is to have the buffer, for all holders. */
static void choose_block(struct candidate *c)
{
    const struct esc_scope *scope = c->needed;
    if (!scope)
        return;
    while (scope && !scope->block)
        scope = scope->parent;
    if (!scope || scope->loop_depth != c->object->loop_depth ||
        scope->block->flags & NODE_MACRO ||
        !is_once_in(c->object->node, scope->block)) {
        drop(c, "a loop, or a statement expression, is between the call and "
                "the block of a variable that leads to it");
        return;
    }
    c->promoted->block = scope->block;
}

/* ---- frees --------------------------------------------------------------- */

static bool stands_in(const struct node *n, const struct node *block)
{
    while (n && n != block)
        n = n->parent;
    return n;
}

/* The call may get the object [inv.promote.free]. */
static void note_free(struct esc *esc, const struct esc_free *call,
                      struct esc_promoted *promoted)
{
    struct esc_freed *freed = arena_new(struct esc_freed);
    *freed = (struct esc_freed){promoted, call->renews,
                                map_get(&esc->frees, call->node)};
    map_put(&esc->frees, call->node, freed);
}

/* Drops those of which one call of realloc may get several: all but none. */
static void drop_several(const struct esc_reach *r,
                         struct candidates *candidates)
{
    struct candidate *first = NULL;
    for (size_t k = 0; k < candidates->count; k++) {
        struct candidate *c = &candidates->items[k];
        if (!c->needed || !esc_is_held(r, c->object))
            continue;
        if (first) {
            drop(first, "one call of realloc may get several blocks");
            drop(c, "one call of realloc may get several blocks");
        }
        first = c;
    }
}

/* Drops those that calls outside of their block may get, or notes the
 * calls. */
static void find_frees(struct esc *esc, const struct esc_function *f,
                       struct candidates *candidates, bool notes)
{
    struct esc_reach r = esc_reach_new(f->graph);
    for (size_t i = 0; i < f->frees.count; i++) {
        const struct esc_free *call = &f->frees.items[i];
        if (!call->argument)
            continue;
        esc_reach_from(&r, call->argument);
        if (call->renews)
            drop_several(&r, candidates);
        for (size_t k = 0; k < candidates->count; k++) {
            struct candidate *c = &candidates->items[k];
            if (!c->needed || !esc_is_held(&r, c->object))
                continue;
            if (!stands_in(call->node, c->promoted->block))
                drop(c, "it may be freed outside of its block");
            else if (notes)
                note_free(esc, call, c->promoted);
        }
    }
    esc_reach_free(&r);
}

/* ---- the frame ----------------------------------------------------------- */

static int64_t bytes_below(const struct esc_function *f)
{
    int64_t most = 0;
    for (size_t i = 0; i < f->callees.count; i++)
        if (f->callees.items[i]->promoted_bytes > most)
            most = f->callees.items[i]->promoted_bytes;
    return most;
}

/* [inv.promote.stack] */
static void fit(struct esc_function *f, struct candidates *candidates)
{
    int64_t below = bytes_below(f), used = 0;
    int64_t most = f->calls_unknown ? MOST_BYTES_AGAIN : MOST_BYTES - below;
    for (size_t i = 0; i < candidates->count; i++) {
        struct candidate *c = &candidates->items[i];
        if (!c->needed)
            continue;
        if (used + c->promoted->bytes > most)
            drop(c, f->calls_unknown
                 ? "a function that calls others, which may call it, has room "
                   "for 128 bytes"
                 : "a chain of calls has room for 1024 bytes");
        else
            used += c->promoted->bytes;
    }
    f->promoted_bytes = below + used;
}

/* ---- marks --------------------------------------------------------------- */

bool esc_is_demanded(const struct node *call)
{
    const struct node *n = call->parent;
    while (n->kind == N_PAREN || n->kind == N_CAST || n->kind == N_CONVERT)
        n = n->parent;
    return n->kind == N_VAR && n->symbol->on_stack &&
           n->symbol->is_local && type_is_pointer(n->symbol->type);
}

static bool has_marked(const struct esc_function *f)
{
    for (size_t i = 0; i < f->allocations.count; i++)
        if (esc_is_demanded(f->allocations.items[i]->node))
            return true;
    return false;
}

/* Why a marked block is none in the frame, or may be none; NULL: it is one. */
static const char *why_not_demanded(const struct esc *esc,
                                    const struct esc_location *object)
{
    const struct esc_promoted *promoted = esc_promoted(esc, object->node);
    if (!promoted)
        return "it escapes";
    return !promoted->is_variable ? NULL
           : promoted->is_text    ? "how long the text is is not known"
                                  : "its size is not constant";
}

/* Why a call makes nothing that can be a buffer (read_call). */
static const char *why_no_candidate(const struct node *call)
{
    const struct symbol *callee = node_callee(call);
    const char *name = callee && esc_library_tag(callee)
        ? esc_plain_name(callee) : "";
    bool zeroed = strcmp(name, "calloc") == 0;
    int64_t bytes = 1;
    if (call->flags & NODE_MACRO ||
        !(zeroed || strcmp(name, "malloc") == 0 || makes_of_null(call, name)))
        return "only what malloc, calloc, strdup, strndup and realloc of null "
               "make is";
    for (int i = zeroed ? 1 : call->kid_count - 1; i < call->kid_count; i++) {
        if (!(call->kids[i]->flags & NODE_CONSTANT))
            return "its size is not constant";
        bytes = call->kids[i]->value ? bytes : 0;
    }
    return bytes ? "it has more than 256 bytes" : "it has no bytes";
}

/* Why a block that does not escape is none in the frame. */
static const char *why_not(const struct esc_function *f,
                           const struct candidates *candidates,
                           const struct esc_location *object)
{
    for (size_t i = 0; i < candidates->count; i++)
        if (candidates->items[i].object == object)
            return f->is_recursive ? "its function may call itself"
                   : candidates->items[i].why
                       ? candidates->items[i].why
                       : "its function may be left or entered by a jump";
    return why_no_candidate(object->node);
}

static void note_unpromoted(struct esc *esc, const struct esc_function *f,
                            const struct candidates *candidates)
{
    for (size_t i = 0; i < f->allocations.count; i++) {
        const struct esc_location *object = f->allocations.items[i];
        const char *why = NULL;
        if (object->in_frame)
            continue;
        if (!object->escapes && !object->conditions.count &&
            !esc_promoted(esc, object->node))
            why = why_not(f, candidates, object);
        else if (esc_is_demanded(object->node))
            why = why_not_demanded(esc, object);
        if (why)
            map_put(&esc->unpromoted, object->node, (void *)why);
    }
}

/* ---- one function -------------------------------------------------------- */

static void promote(struct esc *esc, struct esc_function *f)
{
    struct candidates candidates = {0};
    f->promoted_bytes = bytes_below(f);
    collect(f, &candidates);
    if (candidates.count && !f->is_recursive && esc_returns_once(esc, f)) {
        find_holders(f, &candidates);
        for (size_t i = 0; i < candidates.count; i++)
            choose_block(&candidates.items[i]);
        find_frees(esc, f, &candidates, false);
        fit(f, &candidates);
        find_frees(esc, f, &candidates, true);
        for (size_t i = 0; i < candidates.count; i++)
            if (candidates.items[i].needed)
                map_put(&esc->promoted, candidates.items[i].object->node,
                        candidates.items[i].promoted);
    }
    note_unpromoted(esc, f, &candidates);
    vec_free(&candidates);
}

/* ---- the unit ------------------------------------------------------------ */

/* A program that has an allocator of its own may count what is allocated. */
static bool defines_allocator(const struct unit *unit)
{
    static const char *const names[] = {
        "malloc", "calloc", "realloc", "free", "aligned_alloc",
        "posix_memalign", "memalign"
    };
    for (int i = 0; i < unit->symbol_count; i++) {
        const struct symbol *s = unit->symbols[i];
        if (s->kind != S_FUNCTION || !(s->definition || s->is_own))
            continue;
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (strcmp(s->name, names[k]) == 0)
                return true;
    }
    return false;
}

static bool has_candidate(const struct esc_function *f)
{
    struct candidates candidates = {0};
    collect(f, &candidates);
    bool has = candidates.count;
    vec_free(&candidates);
    return has;
}

void esc_promote_all(struct esc *esc)
{
    bool any = false;
    if (esc->options.keeps_blocks || esc->options.own_names ||
        esc->options.unknown_stays ||
        esc->options.locals == ESC_LOCALS_NONE ||
        defines_allocator(esc->unit))
        return;
    for (size_t i = 0; i < esc->solved.count && !any; i++)
        any = has_candidate(esc->solved.items[i]) ||
              has_marked(esc->solved.items[i]) ||
              esc_may_reuse(esc->solved.items[i]);
    if (!any) {                 /* most units: what follows takes time */
        for (size_t i = 0; i < esc->solved.count; i++)
            if (!esc->solved.items[i]->general)
                note_unpromoted(esc, esc->solved.items[i],
                                &(struct candidates){0});
        return;
    }
    for (size_t i = 0; i < esc->solved.count;
         i += esc->solved.items[i]->in_batch)
        release_batch(esc, &esc->solved.items[i],
                      esc->solved.items[i]->in_batch);
    for (size_t i = 0; i < esc->solved.count; i++) {
        if (esc->solved.items[i]->general)
            continue;           /* its allocations are the whole one's */
        promote(esc, esc->solved.items[i]);
        esc_reuse(esc, esc->solved.items[i]);
    }
}

struct esc_promoted *esc_promoted(const struct esc *esc,
                                  const struct node *call)
{
    return map_get(&esc->promoted, call);
}

const struct esc_freed *esc_freed(const struct esc *esc,
                                  const struct node *call)
{
    return map_get(&esc->frees, call);
}

const char *esc_unpromoted(const struct esc *esc, const struct node *call)
{
    return map_get(&esc->unpromoted, call);
}

bool esc_is_reused(const struct esc *esc, const struct node *call)
{
    return map_get(&esc->reused, call);
}

const struct node *esc_reusing(const struct esc *esc, const struct node *call)
{
    return map_get(&esc->reusing, call);
}
