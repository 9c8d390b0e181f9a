/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_jumps.c - jumps into and out of a row of statements.
 *
 * A label is entered if a goto elsewhere names it, or if its address is taken
 * anywhere; a case or default if its switch is not among the statements.
 */
#include "esc_torn.h"

#include "util/vec.h"

struct search {
    uint32_t begin, end;        /* of the statements */
    struct esc_jumps jumps;
    VEC_TYPE(labels, const struct symbol *) inside, named;
};

static bool is_between(const struct search *s, const struct node *n)
{
    return n->begin >= s->begin && n->end <= s->end;
}

static const struct node *switch_of(const struct node *n)
{
    while (n && n->kind != N_SWITCH)
        n = n->parent;
    return n;
}

/* The statement that break or continue leaves. */
static const struct node *left_by(const struct node *n)
{
    const struct node *loop = node_loop(n);
    const struct node *outer = n->kind == N_BREAK ? switch_of(n) : NULL;
    return !outer || (loop && loop->begin > outer->begin) ? loop : outer;
}

static bool look(struct node *n, void *context)
{
    struct search *s = context;
    bool inside = is_between(s, n);
    const struct node *outer;
    switch (n->kind) {
    case N_RETURN: case N_GOTO_COMPUTED:
        s->jumps.leaves |= inside;
        break;
    case N_GOTO:
        s->jumps.leaves |= inside;
        if (!inside)
            vec_push(&s->named, n->symbol);
        break;
    case N_LABEL_ADDRESS:
        vec_push(&s->named, n->symbol);
        break;
    case N_BREAK: case N_CONTINUE:
        outer = left_by(n);
        s->jumps.leaves |= inside && outer && !is_between(s, outer);
        break;
    case N_LABEL:
        if (inside)
            vec_push(&s->inside, n->symbol);
        break;
    case N_CASE: case N_DEFAULT:
        outer = switch_of(n);
        s->jumps.enters |= inside && outer && !is_between(s, outer);
        break;
    case N_ASM:
        s->jumps.leaves |= inside && n->asm_ && n->asm_->is_goto;
        break;
    default:
        break;
    }
    return true;
}

struct esc_jumps esc_find_jumps(struct node *body, const struct node *first,
                                const struct node *last)
{
    struct search s = {.begin = first->begin, .end = last->end};
    node_walk(body, look, &s);
    for (size_t i = 0; i < s.inside.count; i++)
        for (size_t k = 0; k < s.named.count; k++)
            s.jumps.enters |= s.inside.items[i] == s.named.items[k];
    vec_free(&s.inside);
    vec_free(&s.named);
    return s.jumps;
}
