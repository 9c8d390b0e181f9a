/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_stmt.c - statements.
 *
 * libclang lists the parts of a statement that are written, in order, and
 * does not say which are missing: an `if` with three children has an `else`,
 * a `for` needs a look at its text.  An expression in the place of a
 * statement becomes N_EXPR_STMT.
 *
 * [inv.stmt.semicolon]  simple statements end after their `;`, and compound
 * ones where their last part ends.
 */
#include "front.h"

#include <string.h>

/* One past the `;` that ends the statement whose last token ends at `end`
 * [inv.stmt.semicolon]. */
static uint32_t after_semicolon(const struct front *f, uint32_t end)
{
    uint32_t at = text_skip_space(f, end);
    return f->text[at] == ';' ? at + 1 : end;
}

static bool is_expression(CXCursor c)
{
    enum CXCursorKind kind = clang_getCursorKind(c);
    return clang_isExpression(kind) || kind == CXCursor_BuiltinBitCastExpr;
}

static void cover(struct node *n, const struct node *kid)
{
    if (kid && kid->end > n->end)
        n->end = kid->end;
}

/* A statement that may be one of a long chain (`case 1: case 2: …`, `else if
 * … else if …`): asking libclang for its end would walk the rest of the chain
 * each time.  It will end where its last kid does. */
static struct node *node_chained(struct front *f, enum node_kind kind,
                                 CXCursor c)
{
    uint32_t begin = offset_of(f, clang_getCursorLocation(c));
    return node_new(f, kind, begin, text_token_end(f, begin));
}

/* Gives n its kids and makes it end no earlier than they do. */
static struct node *with_kids(struct node *n, struct node *const *kids,
                              int count)
{
    node_set_kids(n, kids, count);
    for (int i = 0; i < count; i++)
        cover(n, kids[i]);
    return n;
}

static CXCursor child(struct front *f, size_t first, size_t i)
{
    return f->cursors.items[first + i];
}

/* Condition-like kids first, then statements: if, while, switch. */
static struct node *controlled(struct front *f, enum node_kind kind,
                               CXCursor c, int kid_count)
{
    struct node *n = node_chained(f, kind, c);
    size_t first = front_children(f, c);
    size_t count = f->cursors.count - first;
    struct node *kids[3] = {0};
    if (count > 0)
        kids[0] = tree_value(f, tree_expression(f, child(f, first, 0)));
    for (size_t i = 1; i < count && i < 3; i++)
        kids[i] = tree_statement(f, child(f, first, i));
    front_pop(f, first);
    return with_kids(n, kids, kid_count);
}

static struct node *do_statement(struct front *f, CXCursor c)
{
    struct node *n = node_at(f, N_DO, extent_of(f, c));
    size_t first = front_children(f, c);
    struct node *kids[2] = {0};
    if (f->cursors.count - first == 2) {
        kids[0] = tree_statement(f, child(f, first, 0));
        kids[1] = tree_value(f, tree_expression(f, child(f, first, 1)));
    }
    front_pop(f, first);
    n->end = after_semicolon(f, n->end);
    return with_kids(n, kids, 2);
}

static struct node *for_statement(struct front *f, CXCursor c)
{
    struct node *n = node_at(f, N_FOR, extent_of(f, c));
    struct node *outer = f->block;
    size_t first = front_children(f, c);
    size_t count = f->cursors.count - first, next = 0;
    struct node *kids[4] = {0};
    n->parent = outer;
    if (count) {
        struct extent body = extent_of(f, child(f, first, count - 1));
        unsigned parts = text_for_parts(f, n->begin, body.begin);
        f->block = n;
        for (int part = 0; part < 3; part++) {
            if (!(parts & 1u << part) || next + 1 >= count)
                continue;
            CXCursor kid = child(f, first, next++);
            kids[part] = part == 0 && !is_expression(kid)
                ? tree_statement(f, kid) : tree_expression(f, kid);
        }
        if (!kids[0] || kids[0]->kind != N_DECL)
            f->block = outer;
        kids[3] = tree_statement(f, child(f, first, count - 1));
        f->block = outer;
    }
    front_pop(f, first);
    return with_kids(n, kids, 4);
}

static struct node *block(struct front *f, CXCursor c)
{
    struct node *n = node_at(f, N_BLOCK, extent_of(f, c));
    struct node *outer = f->block;
    f->block = n;
    size_t first = front_children(f, c), base = f->nodes.count;
    for (size_t i = first; i < f->cursors.count; i++) {
        struct node *kid = tree_statement(f, f->cursors.items[i]);
        if (kid)
            vec_push(&f->nodes, kid);
    }
    front_pop(f, first);
    node_take_kids(f, n, base);
    f->block = outer;
    return n;
}

static struct node *case_statement(struct front *f, CXCursor c)
{
    struct node *n = node_chained(f, N_CASE, c);
    size_t first = front_children(f, c);
    size_t count = f->cursors.count - first;
    struct node *kids[3] = {0};
    if (count > 0)
        kids[0] = tree_expression(f, child(f, first, 0));
    if (count > 2)
        kids[1] = tree_expression(f, child(f, first, 1));
    if (count > 1)
        kids[2] = tree_statement(f, child(f, first, count - 1));
    front_pop(f, first);
    return with_kids(n, kids, 3);
}

/* `default:` or a label: at most one statement below. */
static struct node *labelled(struct front *f, enum node_kind kind, CXCursor c)
{
    struct node *n = node_chained(f, kind, c);
    struct node *kid = NULL;
    if (kind == N_LABEL) {
        n->symbol = label_symbol(f, n->begin);
        n->symbol->declaration = n;
        n->symbol->block = f->block;
    }
    size_t first = front_children(f, c);
    for (size_t i = first; i < f->cursors.count; i++) {
        CXCursor each = f->cursors.items[i];
        if (!clang_isAttribute(clang_getCursorKind(each)))
            kid = tree_statement(f, each);
    }
    front_pop(f, first);
    return with_kids(n, &kid, 1);
}

static struct node *jump(struct front *f, enum node_kind kind, CXCursor c)
{
    struct node *n = node_at(f, kind, extent_of(f, c));
    n->end = after_semicolon(f, n->end);
    size_t first = front_children(f, c);
    struct node *kid = NULL;
    if (f->cursors.count > first) {
        CXCursor target = child(f, first, 0);
        if (kind == N_GOTO)
            n->symbol = label_symbol(
                f, offset_of(f, clang_getCursorLocation(
                                    clang_getCursorReferenced(target))));
        else
            kid = tree_value(f, tree_expression(f, target));
    }
    front_pop(f, first);
    if (kind == N_RETURN || kind == N_GOTO_COMPUTED)
        node_set_kids(n, &kid, 1);
    return n;
}

/* What asm goto stores would have to be shaded at each label it may jump to.
 * A local variable that stays in the frame needs no shading. */
static void check_asm_goto(struct front *f, const struct node *n)
{
    for (int i = 0; i < n->asm_->outputs && i < n->kid_count; i++) {
        const struct node *output = n->kids[i];
        if (!type_may_hold_pointer(output->type))
            continue;
        if (output->kind == N_REF && output->symbol->is_local)
            output->symbol->stays = true;
        else
            front_refuse(f, output->begin,
                         "asm goto with an output that may be a pointer and "
                         "is no local variable");
    }
}

static struct node *asm_statement(struct front *f, CXCursor c)
{
    struct node *n = node_at(f, N_ASM, extent_of(f, c));
    size_t first = front_children(f, c), base = f->nodes.count;
    for (size_t i = first; i < f->cursors.count; i++)
        if (is_expression(f->cursors.items[i]))
            vec_push(&f->nodes, tree_expression(f, f->cursors.items[i]));
    front_pop(f, first);
    int count = (int)(f->nodes.count - base);
    n->asm_ = text_asm_operands(f, n->begin, n->end, count);
    node_take_kids(f, n, base);
    if (n->asm_ && n->asm_->is_goto)
        check_asm_goto(f, n);
    n->end = after_semicolon(f, n->end);
    return n;
}

/* An attribute in front of a statement (`[[fallthrough]];`): what matters is
 * the statement inside, not an attribute's arguments. */
static struct node *wrapped_statement(struct front *f, CXCursor c)
{
    size_t first = front_children(f, c), inner = f->cursors.count;
    for (size_t i = first; i < f->cursors.count; i++) {
        CXCursor each = f->cursors.items[i];
        if (is_expression(each)
                ? inner == f->cursors.count
                : clang_isStatement(clang_getCursorKind(each)))
            inner = i;
    }
    struct node *kid = inner < f->cursors.count
        ? tree_statement(f, f->cursors.items[inner])
        : node_at(f, N_EMPTY, extent_of(f, c));
    front_pop(f, first);
    return kid;
}

static struct node *declaration_statement(struct front *f, CXCursor c)
{
    size_t first = front_children(f, c);
    struct node *n = tree_declaration(f, first, f->cursors.count,
                                      extent_of(f, c));
    front_pop(f, first);
    return n;
}

static struct node *expression_statement(struct front *f, CXCursor c)
{
    struct node *kid = tree_expression(f, c);
    struct node *n = node_new(f, N_EXPR_STMT, kid->begin,
                              after_semicolon(f, kid->end));
    node_set_kids(n, &kid, 1);
    return n;
}

struct node *tree_statement(struct front *f, CXCursor c)
{
    if (is_expression(c))
        return expression_statement(f, c);
    switch (clang_getCursorKind(c)) {
    case CXCursor_CompoundStmt:
        return block(f, c);
    case CXCursor_DeclStmt:
        return declaration_statement(f, c);
    case CXCursor_NullStmt:
        return node_at(f, N_EMPTY, extent_of(f, c));
    case CXCursor_IfStmt:
        return controlled(f, N_IF, c, 3);
    case CXCursor_WhileStmt:
        return controlled(f, N_WHILE, c, 2);
    case CXCursor_SwitchStmt:
        return controlled(f, N_SWITCH, c, 2);
    case CXCursor_DoStmt:
        return do_statement(f, c);
    case CXCursor_ForStmt:
        return for_statement(f, c);
    case CXCursor_CaseStmt:
        return case_statement(f, c);
    case CXCursor_DefaultStmt:
        return labelled(f, N_DEFAULT, c);
    case CXCursor_LabelStmt:
        return labelled(f, N_LABEL, c);
    case CXCursor_GotoStmt:
        return jump(f, N_GOTO, c);
    case CXCursor_IndirectGotoStmt:
        return jump(f, N_GOTO_COMPUTED, c);
    case CXCursor_BreakStmt:
        return jump(f, N_BREAK, c);
    case CXCursor_ContinueStmt:
        return jump(f, N_CONTINUE, c);
    case CXCursor_ReturnStmt:
        return jump(f, N_RETURN, c);
    case CXCursor_GCCAsmStmt:
        return asm_statement(f, c);
    default:
        return wrapped_statement(f, c);
    }
}
