/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_dump.c - the tree as text, for tests and people.
 *
 * One line a node: depth, kind, place, type, and what the kind adds.  What
 * comes from system headers is left out.  The form is meant for FileCheck:
 * it names no offsets, only lines and columns of the user's files.
 */
#include "tree.h"

#include <inttypes.h>
#include <stdio.h>

static const char *op_name(int op, char small[2])
{
    static const char *const names[] = {
        "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "++x", "--x",
        "x++", "x--", "real", "imag"
    };
    if (op >= OP_SHL)
        return names[op - OP_SHL];
    small[0] = (char)op;
    small[1] = '\0';
    return small;
}

static void print_flags(const struct node *n)
{
    static const struct { unsigned flag; const char *name; } names[] = {
        {NODE_LVALUE, "lvalue"}, {NODE_UNEVALUATED, "unevaluated"},
        {NODE_NULL_POINTER, "null"}, {NODE_MACRO, "macro"}
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (n->flags & names[i].flag)
            printf(" %s", names[i].name);
    if (n->flags & NODE_CONSTANT)
        printf(" =%" PRId64, n->value);
}

static void print_symbol(const struct symbol *s)
{
    printf(" %s", *s->name ? s->name : "<unnamed>");
    printf("#%d", s->id);
}

/* Size, and where a collector would look for pointers. */
static void print_contents(const struct type *t)
{
    if (t->size >= 0)
        printf(" size=%" PRId64, t->size);
    if (type_has_pointer(t))
        printf(" pointers/%u", type_pointer_stride(t));
    else
        printf(" %s", type_may_hold_pointer(t) ? "conservative" : "noscan");
}

/* What is known about a variable, where it is declared. */
static void print_variable(const struct symbol *s)
{
    printf(" '%s'", s->type->spelling);
    printf("%s%s%s%s%s", s->is_local ? " local" : "",
           s->is_thread_local ? " thread_local" : "",
           s->address_taken ? " address_taken" : "",
           s->has_cleanup ? " cleanup" : "",
           s->is_va_list ? " va_list" : "");
    if (s->has_asm_register)
        printf(" asm_register");
    if (s->has_alignment)
        printf(" aligned(%" PRId64 ")", s->alignment);
    if (s->in_pragma)
        printf(" in_pragma");
    if (s->is_shared)
        printf(" shared");
    printf(" uses=%u", s->use_count);
    print_contents(s->type);
}

static void print_place(const struct unit *u, const struct node *n)
{
    struct place p = unit_place(u, n->begin);
    struct place q = unit_place(u, n->end);
    printf(" %u:%u-%u:%u", p.line, p.column, q.line, q.column);
}

static void print_member(const struct node *n)
{
    if (n->field)
        printf(" .%s", *n->field->name ? n->field->name : "<anonymous>");
    if (n->index >= 0)
        printf(" [%" PRId64 "]", n->index);
    if (n->index_last > n->index)
        printf("...[%" PRId64 "]", n->index_last);
    printf(" bit %" PRId64, n->bit_offset);
}

static void print_asm(const struct asm_operands *a)
{
    printf(" outputs=%d inputs=%d", a->outputs, a->inputs);
    for (int i = 0; i < a->outputs + a->inputs; i++)
        printf(" \"%s\"", a->constraints[i]);
    printf("%s%s%s", a->is_volatile ? " volatile" : "",
           a->is_goto ? " goto" : "", a->clobbers_memory ? " memory" : "");
}

static void print_details(const struct node *n)
{
    char small[2];
    if (n->type)
        printf(" '%s'", n->type->spelling);
    if (n->op)
        printf(" %s", op_name(n->op, small));
    if (n->symbol)
        print_symbol(n->symbol);
    if (n->symbol && (n->kind == N_VAR || n->kind == N_PARAM))
        print_variable(n->symbol);
    if (n->kind == N_MEMBER || n->kind == N_ARROW || n->kind == N_INIT_ITEM)
        print_member(n);
    if (n->text)
        printf(" %s", n->text);
    if (n->asm_)
        print_asm(n->asm_);
    print_flags(n);
}

static void dump(const struct unit *u, const struct node *n, int depth,
                 const char *mark)
{
    if (!n) {
        printf("%*s-\n", depth * 2, "");
        return;
    }
    if (n->flags & NODE_SYSTEM)
        return;
    printf("%*s%s%s", depth * 2, "", mark, node_kind_name(n->kind));
    print_place(u, n);
    print_details(n);
    putchar('\n');
    for (int i = 0; i < n->kid_count; i++)
        dump(u, n->kids[i], depth + 1, "");
    for (int i = 0; i < n->type_part_count; i++)
        dump(u, n->type_parts[i], depth + 1, "type: ");
}

void unit_dump(const struct unit *u)
{
    dump(u, u->root, 0, "");
}
