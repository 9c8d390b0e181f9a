/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_members.c - members that only names lead to [inv.member], as functions.
 *
 * A structure is one location, so who keeps something of what is found in it
 * keeps something of all that is.  With members that only their names lead to
 * this need not be so: `w->parse`, kept, says nothing of `w->context`.
 *
 * What can be found in a member by its name is one of three things, which
 * is why [inv.esc.member] is right.  It was stored in an object of the
 * function that reads it: this is followed as other flows are
 * (esc_graph_read).  Or in one of others, by some function of the unit:
 * that store was a call of the member, whose tag says what is done by all
 * who find it, and a store in an object that must not live longer than what
 * is stored.  Or it comes from nobody here, and is on the heap.  So the
 * object need not be asked who keeps what was found in it, but who reads
 * all of it, or a structure around it, reads this, too.
 */
#include "esc_build.h"
#include "esc_private.h"

struct esc_members {
    const struct esc_private *private;
    struct map *functions;
    struct map found;           /* field -> struct esc_function */
};

struct esc_members *esc_members_new(const struct esc_private *private,
                                    struct map *functions)
{
    struct esc_members *members = arena_new(struct esc_members);
    members->private = private;
    members->functions = functions;
    return members;
}

static bool is_link(const struct field *field)
{
    const struct type *type = field->type;
    return type_is_pointer(type) && type->target &&
           type->target->kind == T_RECORD &&
           type->target->record == field->parent;
}

/* The function that a member stands for: nobody has its name. */
static struct esc_function *make(struct esc_members *members,
                                 const struct field *field)
{
    struct esc_function *member = arena_new(struct esc_function);
    struct symbol *symbol = arena_new(struct symbol);
    symbol->kind = S_FUNCTION;
    symbol->storage = ST_STATIC;
    symbol->type = field->type;
    symbol->name = arena_printf("%s.%s", field->parent->name, field->name);
    member->symbol = symbol;
    member->tag = esc_tag_new(1, false);
    member->graph = esc_graph_new(1);
    member->found = arena_new(struct esc_member);
    *member->found = (struct esc_member){
        .symbol = symbol, .tag = member->tag, .kept = member->graph->kept,
        .is_link = is_link(field)};
    map_put(members->functions, symbol, member);
    return member;
}

struct esc_function *esc_member(struct esc_members *members,
                                const struct node *n)
{
    if (n->kind != N_MEMBER && n->kind != N_ARROW && n->kind != N_INIT_ITEM)
        return NULL;
    const struct field *field = esc_private_member(members->private, n);
    struct esc_function *member = field ? map_get(&members->found, field)
                                        : NULL;
    if (field && !member) {
        member = make(members, field);
        map_put(&members->found, field, member);
    }
    return member;
}

/* What the function finds there in others' objects. */
static struct esc_location *outside(struct esc_builder *b,
                                    struct esc_function *member)
{
    struct esc_location_vec *members = &b->function->members;
    for (size_t i = 0; i < members->count; i++)
        if (members->items[i]->member == member->found)
            return members->items[i];
    struct esc_location *l = esc_graph_add(b->graph, LOC_VARIABLE, NULL);
    l->member = member->found;
    l->callee = b->function->symbol;
    /* To callers: what the member keeps is on the heap. */
    esc_graph_flow(b->graph, l, b->graph->heap, -1, NULL);
    vec_push(members, l);
    return l;
}

static struct esc_location *pointer_to(struct esc_builder *b,
                                       struct esc_place place)
{
    if (place.derefs)
        return place.base;
    struct esc_location *pointer = esc_new_temporary(b);
    esc_graph_flow(b->graph, pointer, place.base, -1, NULL);
    return pointer;
}

void esc_member_read(struct esc_builder *b, struct esc_hole hole,
                     struct esc_function *member, struct esc_place place)
{
    esc_flow(b, hole, place.base == b->graph->heap
                      ? place.base
                      : esc_graph_read(b->graph, pointer_to(b, place),
                                       member->found, outside(b, member)));
}

struct esc_hole esc_member_hole(struct esc_builder *b,
                                struct esc_function *member,
                                struct esc_place place)
{
    return place.base == b->graph->heap
        ? esc_into(place.base)
        : esc_into(esc_graph_write(b->graph, pointer_to(b, place),
                                   member->found));
}

void esc_member_store(struct esc_builder *b, struct esc_function *member,
                      struct esc_location *value,
                      const struct esc_note *notes)
{
    if (member->found->is_link)
        return;
    struct esc_call *call = arena_new(struct esc_call);
    *call = (struct esc_call){
        .callee = member->symbol,
        .arguments = arena_array(struct esc_location *, 1),
        .argument_count = 1, .notes = notes, .scope = b->scope};
    call->arguments[0] = value;
    vec_push(&b->function->calls, call);
}

void esc_member_init(struct esc_builder *b, struct esc_hole hole,
                     struct esc_function *member, struct esc_location *value)
{
    if (!hole.derefs && hole.to->kind == LOC_VARIABLE)
        hole.to = esc_graph_part(b->graph, hole.to, member->found);
    esc_flow(b, hole, value);
    esc_member_store(b, member, value, hole.notes);
}

size_t esc_members_told(const struct esc_function *f)
{
    size_t count = 0;
    for (size_t i = 0; i < f->members.count; i++)
        count += f->members.items[i]->member->is_returned;
    return count;
}

void esc_members_solved(const struct esc *esc,
                        const struct esc_function *f)
{
    for (size_t i = 0; i < f->members.count; i++) {
        struct esc_member *found = f->members.items[i]->member;
        struct esc_function *member =
            map_get(&esc->functions, found->symbol);
        member->tag_version += found->changed;
        found->changed = false;
    }
}
