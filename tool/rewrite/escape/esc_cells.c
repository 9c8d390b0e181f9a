/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_cells.c - rules between facts about memory; see esc_cells.h.
 *
 * A fact that becomes true is propagated at once, so that there is no order
 * in which rules must be given, and none is missed that comes later.
 */
#include "esc_cells.h"

struct cell *cell_new(void)
{
    struct cell *cell = arena_new(struct cell);
    cell_rule(cell, WRITTEN, cell, HELD);
    cell_rule(cell, WRITTEN_AS_MEMBER, cell, HELD_AS_MEMBER);
    return cell;
}

void cell_learn(struct cell *cell, enum fact fact)
{
    struct consequences todo = {0};
    if (!cell)
        return;
    vec_push(&todo, ((struct consequence){cell, fact}));
    while (todo.count) {
        struct consequence c = vec_pop(&todo);
        if (c.fact == ONE_MORE) {
            if (--c.cell->missing)
                continue;
            c.fact = WRITTEN;
        }
        if (c.cell->known[c.fact])
            continue;
        c.cell->known[c.fact] = true;
        struct consequences *rules = &c.cell->rules[c.fact];
        for (size_t i = 0; i < rules->count; i++)
            vec_push(&todo, rules->items[i]);
    }
    vec_free(&todo);
}

void cell_rule(struct cell *from, enum fact if_fact, struct cell *to,
               enum fact then)
{
    if (!from || !to || (from == to && if_fact == then))
        return;
    if (from->known[if_fact]) {
        if (then != ONE_MORE)
            cell_learn(to, then);
        return;
    }
    struct consequence consequence = {to, then};
    vec_push(&from->rules[if_fact], consequence);
}

void cell_require(struct cell *cell, struct cell *required)
{
    cell->missing += !cell->missing;        /* until cell_settle */
    if (required->known[HELD])
        return;
    cell->missing++;
    cell_rule(required, HELD, cell, ONE_MORE);
}

void cell_settle(struct cell *cell)
{
    if (cell->missing && !--cell->missing)
        cell_learn(cell, WRITTEN);
}

void cell_assign(struct cell *to, struct cell *from)
{
    cell_rule(from, HELD, to, HELD);
    cell_rule(from, UNKNOWN, to, UNKNOWN);
    cell_rule(to, WRITTEN, from, WRITTEN);
}

bool cell_may_hold(const struct cell *cell)
{
    return cell && (cell->known[HELD] || cell->known[UNKNOWN]);
}
