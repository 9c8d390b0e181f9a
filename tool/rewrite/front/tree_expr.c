/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_expr.c - expressions.
 *
 * libclang tells a cursor's kind, type and children, but calls a good part of
 * clang's expression classes "unexposed" and says nothing about value
 * categories.  How each gap is closed:
 *
 *  - An unexposed expression with one child of the same extent is an implicit
 *    conversion.  An array or function below a pointer decays; an lvalue below
 *    its own type is loaded; anything else is converted.
 *  - Other unexposed expressions are named by their first token, when the
 *    brackets after it close where the expression ends (tree_builtin.c).
 *  - `.` and `->` differ by the type of what stands in front.
 *  - lvalues are known by syntax (NODE_LVALUE), and loads confirm it.
 *  - clang reports a parameter `T a[3]` as an array, also where the type was
 *    only carried along; every rvalue's type goes through type_decay.
 *
 * [inv.expr.value]  the type of a value is unqualified; conversions that
 * change nothing but qualifiers of the value itself are not in the tree.
 */
#include "tree_expr.h"

#include <string.h>

struct type *expr_type(struct front *f, CXCursor c)
{
    CXType t = clang_getCursorType(c);
    if (t.kind == CXType_Dependent && !f->broken) {
        f->broken = true;
        f->broken_at = extent_of(f, c).begin;
    }
    return type_intern(f, t);
}

/* [inv.expr.value], [inv.types.decayed] */
struct type *expr_value_type(struct front *f, CXCursor c)
{
    return type_decay(f, expr_type(f, c)->unqualified);
}

static bool is_expression(CXCursor c)
{
    enum CXCursorKind kind = clang_getCursorKind(c);
    return clang_isExpression(kind) || kind == CXCursor_BuiltinBitCastExpr;
}

size_t expr_children(struct front *f, CXCursor c)
{
    size_t first = front_children(f, c), out = first;
    for (size_t i = first; i < f->cursors.count; i++)
        if (is_expression(f->cursors.items[i]))
            f->cursors.items[out++] = f->cursors.items[i];
    f->cursors.count = out;
    return first;
}

struct node *expr_value_of(struct front *f, CXCursor c)
{
    return tree_value(f, tree_expression(f, c));
}

struct node *tree_value(struct front *f, struct node *n)
{
    struct type *t = n->type;
    if (!t)
        return n;
    if (t->kind == T_FUNCTION || ((t->kind == T_ARRAY ||
                                   t->kind == T_VA_LIST) &&
                                  n->flags & NODE_LVALUE))
        return node_wrap(f, N_DECAY, n, type_decay(f, t));
    if (n->flags & NODE_LVALUE)
        return node_wrap(f, N_LOAD, n, t->unqualified);
    return n;
}

struct node *tree_unevaluated(struct front *f, CXCursor c)
{
    unsigned outer = f->flags;
    f->flags |= NODE_UNEVALUATED;
    struct node *n = tree_expression(f, c);
    f->flags = outer;
    return n;
}

/* ---- implicit conversions ------------------------------------------------ */

static bool decays(const struct type *t)
{
    return t->kind == T_ARRAY || t->kind == T_VA_LIST ||
           t->kind == T_FUNCTION;
}

static struct node *implicit(struct front *f, CXCursor c, struct node *kid)
{
    struct type *t = expr_type(f, c);
    if (!kid->type)
        return kid;
    bool lvalue = kid->flags & NODE_LVALUE;
    if (decays(kid->type)) {
        /* __func__ around its string, a constant around a braced string. */
        if (t == kid->type)
            return kid;
        if (type_decay(f, t)->kind == T_POINTER)
            return node_wrap(f, N_DECAY, kid, type_decay(f, t));
    }
    t = type_decay(f, t->unqualified);
    if (t == kid->type->unqualified)
        return lvalue ? node_wrap(f, N_LOAD, kid, t) : kid;
    struct node *n = node_wrap(f, N_CONVERT, kid, t);
    constant_fold(f, n);
    return n;
}

static struct node *unexposed(struct front *f, CXCursor c)
{
    struct extent x = extent_of(f, c);
    size_t first = front_children(f, c), count = f->cursors.count - first;
    if (count == 1 && is_expression(f->cursors.items[first])) {
        CXCursor child = f->cursors.items[first];
        struct extent y = extent_of(f, child);
        if (x.begin == y.begin && x.end == y.end) {
            front_pop(f, first);
            return implicit(f, c, tree_expression(f, child));
        }
    }
    front_pop(f, first);
    return tree_builtin(f, c, x);
}

/* ---- primary expressions ------------------------------------------------- */

static struct node *reference(struct front *f, CXCursor c)
{
    struct node *n = node_at(f, N_REF, extent_of(f, c));
    CXCursor target = clang_getCursorReferenced(c);
    if (clang_Cursor_isNull(target)) {
        n->kind = N_OTHER_EXPR;
        n->type = expr_type(f, c);
        return n;
    }
    struct symbol *s = n->symbol = symbol_of(f, target);
    n->type = s->type;
    if (s->kind == S_ENUMERATOR) {
        n->type = expr_value_type(f, c);
        n->flags |= NODE_CONSTANT;
        n->value = clang_getEnumConstantDeclValue(target);
        n->flags |= n->value ? 0 : NODE_NULL_POINTER;
    } else if (s->kind == S_FUNCTION) {
        struct type *t = expr_type(f, c);
        if (t->kind == T_FUNCTION)      /* else: a builtin's placeholder */
            n->type = t;
    } else {
        n->flags |= NODE_LVALUE;
        struct type *t = expr_type(f, c);
        /* A complete type known here, but not (yet) for the symbol. */
        if (s->kind == S_VARIABLE && s->type->size < 0 && t->size >= 0)
            n->type = t;
    }
    return n;
}

static struct node *literal(struct front *f, CXCursor c)
{
    struct node *n = node_at(f, N_NUMBER, extent_of(f, c));
    n->type = expr_value_type(f, c);
    constant_literal(f, n, c);
    return n;
}

static struct node *string(struct front *f, CXCursor c)
{
    struct node *n = node_at(f, N_STRING, extent_of(f, c));
    n->type = expr_type(f, c);
    n->flags |= NODE_LVALUE;
    n->text = arena_strndup(f->text + n->begin, n->end - n->begin);
    return n;
}

static struct node *with_kid(struct front *f, enum node_kind kind, CXCursor c,
                             struct node *kid)
{
    struct node *n = node_at(f, kind, extent_of(f, c));
    n->type = kid->type;
    node_set_kids(n, &kid, 1);
    return n;
}

/* The only expression child, converted; NULL if there is none. */
static struct node *only_kid(struct front *f, CXCursor c)
{
    size_t first = expr_children(f, c);
    struct node *kid = f->cursors.count > first
        ? tree_expression(f, f->cursors.items[first]) : NULL;
    front_pop(f, first);
    return kid;
}

static struct node *parenthesis(struct front *f, CXCursor c)
{
    struct extent x = extent_of(f, c);
    if (x.macro) {
        struct node *builtin = tree_shim_builtin(f, c, x);
        if (builtin)
            return builtin;
    }
    struct node *kid = only_kid(f, c);
    if (!kid)
        return tree_other(f, c, x);
    struct node *n = node_at(f, N_PAREN, x);
    n->type = kid->type;
    n->flags |= kid->flags & NODE_LVALUE;
    node_set_kids(n, &kid, 1);
    constant_fold(f, n);
    return n;
}

/* ---- operators ----------------------------------------------------------- */

static const int unary_ops[] = {
    [CXUnaryOperator_PostInc] = OP_POST_INC,
    [CXUnaryOperator_PostDec] = OP_POST_DEC,
    [CXUnaryOperator_PreInc] = OP_PRE_INC,
    [CXUnaryOperator_PreDec] = OP_PRE_DEC,
    [CXUnaryOperator_Plus] = '+', [CXUnaryOperator_Minus] = '-',
    [CXUnaryOperator_Not] = '~', [CXUnaryOperator_LNot] = '!',
    [CXUnaryOperator_Real] = OP_REAL, [CXUnaryOperator_Imag] = OP_IMAG
};

static struct node *dereference(struct front *f, CXCursor c,
                                struct node *kid)
{
    struct node *n = with_kid(f, N_DEREF, c, kid);
    n->type = kid->type && kid->type->kind == T_POINTER
        ? kid->type->target : expr_type(f, c);
    if (n->type->kind != T_FUNCTION)
        n->flags |= NODE_LVALUE;
    return n;
}

static struct node *unary(struct front *f, CXCursor c)
{
    struct node *kid = only_kid(f, c);
    enum CXUnaryOperatorKind op = clang_getCursorUnaryOperatorKind(c);
    if (!kid)
        return tree_other(f, c, extent_of(f, c));
    struct node *n;
    switch (op) {
    case CXUnaryOperator_AddrOf:
        n = with_kid(f, N_ADDRESS, c, kid);
        n->type = kid->type ? type_pointer_to(f, kid->type)
                            : expr_value_type(f, c);
        constant_fold(f, n);
        return n;
    case CXUnaryOperator_Deref:
        return dereference(f, c, kid);
    case CXUnaryOperator_Extension:
        n = with_kid(f, N_PAREN, c, kid);
        n->flags |= kid->flags & NODE_LVALUE;
        constant_fold(f, n);
        return n;
    case CXUnaryOperator_PostInc: case CXUnaryOperator_PostDec:
    case CXUnaryOperator_PreInc: case CXUnaryOperator_PreDec:
        n = with_kid(f, N_INCDEC, c, kid);
        n->type = type_decay(f, kid->type->unqualified);
        n->op = unary_ops[op];
        return n;
    case CXUnaryOperator_Real: case CXUnaryOperator_Imag:
        n = with_kid(f, N_UNARY, c, kid);
        n->type = expr_type(f, c);
        n->flags |= kid->flags & NODE_LVALUE;
        n->op = unary_ops[op];
        return n;
    case CXUnaryOperator_Plus: case CXUnaryOperator_Minus:
    case CXUnaryOperator_Not: case CXUnaryOperator_LNot:
        n = with_kid(f, N_UNARY, c, kid);
        n->type = expr_value_type(f, c);
        n->op = unary_ops[op];
        constant_fold(f, n);
        return n;
    default:
        return tree_other(f, c, extent_of(f, c));
    }
}

static const int binary_ops[] = {
    [CXBinaryOperator_Mul] = '*', [CXBinaryOperator_Div] = '/',
    [CXBinaryOperator_Rem] = '%', [CXBinaryOperator_Add] = '+',
    [CXBinaryOperator_Sub] = '-', [CXBinaryOperator_Shl] = OP_SHL,
    [CXBinaryOperator_Shr] = OP_SHR, [CXBinaryOperator_LT] = '<',
    [CXBinaryOperator_GT] = '>', [CXBinaryOperator_LE] = OP_LE,
    [CXBinaryOperator_GE] = OP_GE, [CXBinaryOperator_EQ] = OP_EQ,
    [CXBinaryOperator_NE] = OP_NE, [CXBinaryOperator_And] = '&',
    [CXBinaryOperator_Xor] = '^', [CXBinaryOperator_Or] = '|',
    [CXBinaryOperator_LAnd] = OP_AND, [CXBinaryOperator_LOr] = OP_OR,
    [CXBinaryOperator_Assign] = '=',
    [CXBinaryOperator_MulAssign] = '*', [CXBinaryOperator_DivAssign] = '/',
    [CXBinaryOperator_RemAssign] = '%', [CXBinaryOperator_AddAssign] = '+',
    [CXBinaryOperator_SubAssign] = '-',
    [CXBinaryOperator_ShlAssign] = OP_SHL,
    [CXBinaryOperator_ShrAssign] = OP_SHR,
    [CXBinaryOperator_AndAssign] = '&', [CXBinaryOperator_XorAssign] = '^',
    [CXBinaryOperator_OrAssign] = '|', [CXBinaryOperator_Comma] = ','
};

static enum node_kind binary_kind(enum CXBinaryOperatorKind op)
{
    switch (op) {
    case CXBinaryOperator_Comma:
        return N_COMMA;
    case CXBinaryOperator_LAnd: case CXBinaryOperator_LOr:
        return N_LOGICAL;
    case CXBinaryOperator_Assign:
        return N_ASSIGN;
    default:
        return op > CXBinaryOperator_Assign ? N_COMPOUND_ASSIGN : N_BINARY;
    }
}

static struct node *binary(struct front *f, CXCursor c)
{
    enum CXBinaryOperatorKind op = clang_getCursorBinaryOperatorKind(c);
    /* Without macros the kids tell the extent; libclang would look for the
     * begin of each partial sum at the bottom of the chain. */
    struct extent x = {0};
    if (f->has_shim)
        x = extent_of(f, c);
    size_t first = expr_children(f, c);
    if (f->cursors.count - first != 2 ||
        (size_t)op >= sizeof binary_ops / sizeof *binary_ops) {
        front_pop(f, first);
        return tree_other(f, c, extent_of(f, c));
    }
    struct node *n = node_at(f, binary_kind(op), x);
    CXCursor right = f->cursors.items[first + 1];
    struct node *kids[2];
    kids[0] = tree_expression(f, f->cursors.items[first]);
    kids[1] = tree_value(f, tree_expression(f, right));
    front_pop(f, first);
    if (!f->has_shim) {
        n->begin = kids[0]->begin;
        n->end = kids[1]->end;
    }
    bool assigns = n->kind == N_ASSIGN || n->kind == N_COMPOUND_ASSIGN;
    if (n->kind == N_COMMA)
        n->type = kids[1]->type;
    else if (assigns && kids[0]->type)
        n->type = type_decay(f, kids[0]->type->unqualified);
    else
        n->type = expr_value_type(f, c);
    n->op = binary_ops[op];
    n->op_begin = text_skip_space(f, kids[0]->end);
    node_set_kids(n, kids, 2);
    if (n->kind == N_BINARY || n->kind == N_LOGICAL)
        constant_fold(f, n);
    return n;
}

static struct node *conditional(struct front *f, CXCursor c)
{
    struct node *n = node_at(f, N_CONDITIONAL, extent_of(f, c));
    size_t first = expr_children(f, c);
    struct node *kids[3] = {0};
    for (size_t i = 0; i < 3 && first + i < f->cursors.count; i++)
        kids[i] = expr_value_of(f, f->cursors.items[first + i]);
    front_pop(f, first);
    n->type = expr_value_type(f, c);
    node_set_kids(n, kids, 3);
    constant_fold(f, n);
    return n;
}

/* ---- members, elements, calls -------------------------------------------- */

static struct node *member(struct front *f, CXCursor c)
{
    struct node *kid = only_kid(f, c);
    CXCursor target = clang_getCursorReferenced(c);
    if (!kid || clang_getCursorKind(target) != CXCursor_FieldDecl)
        return tree_other(f, c, extent_of(f, c));
    bool arrow = kid->type && kid->type->kind == T_POINTER;
    struct node *n = with_kid(f, arrow ? N_ARROW : N_MEMBER, c, kid);
    n->type = expr_type(f, c);
    n->field = field_of(f, target);
    struct type *record = arrow ? kid->type->target : kid->type;
    if (n->field && record && record->kind == T_RECORD)
        n->bit_offset = field_offset_in(record->record, n->field);
    if (arrow || kid->flags & NODE_LVALUE)
        n->flags |= NODE_LVALUE;
    return n;
}

static struct node *element(struct front *f, CXCursor c)
{
    struct node *n = node_at(f, N_INDEX, extent_of(f, c));
    size_t first = expr_children(f, c);
    struct node *kids[2] = {0};
    for (size_t i = 0; i < 2 && first + i < f->cursors.count; i++)
        kids[i] = tree_expression(f, f->cursors.items[first + i]);
    front_pop(f, first);
    if (!kids[0] || !kids[1])
        return tree_other(f, c, extent_of(f, c));
    enum type_kind right = kids[1]->type ? kids[1]->type->kind : T_OTHER;
    if (right == T_POINTER || right == T_VECTOR) {      /* 1[a] */
        struct node *swap = kids[0];
        kids[0] = kids[1];
        kids[1] = swap;
    }
    n->type = expr_type(f, c);
    n->flags |= NODE_LVALUE;
    if (kids[0]->type && kids[0]->type->kind == T_POINTER)
        n->type = kids[0]->type->target;
    else if (!(kids[0]->flags & NODE_LVALUE))   /* of a vector value */
        n->flags &= ~(unsigned)NODE_LVALUE;
    node_set_kids(n, kids, 2);
    return n;
}

/* Builtins that look at their arguments' types only. */
static bool is_unevaluating(const char *name)
{
    return !strcmp(name, "__builtin_constant_p") ||
           !strcmp(name, "__builtin_object_size") ||
           !strcmp(name, "__builtin_dynamic_object_size") ||
           !strcmp(name, "__builtin_classify_type");
}

static struct node *call(struct front *f, CXCursor c)
{
    struct extent x = extent_of(f, c);
    size_t first = expr_children(f, c), count = f->cursors.count;
    if (count == first)
        return tree_other(f, c, x);
    struct node *n = node_at(f, N_CALL, x);
    size_t base = f->nodes.count;
    vec_push(&f->nodes, expr_value_of(f, f->cursors.items[first]));
    struct symbol *callee = node_callee_of(f->nodes.items[base]);
    unsigned outer = f->flags;
    if (callee && is_unevaluating(callee->name))
        f->flags |= NODE_UNEVALUATED;
    for (size_t i = first + 1; i < count; i++)
        vec_push(&f->nodes, tree_expression(f, f->cursors.items[i]));
    f->flags = outer;
    front_pop(f, first);
    n->type = expr_value_type(f, c);
    node_take_kids(f, n, base);
    if (callee && !strncmp(callee->name, "__sync_", 7)) {
        n->kind = N_ATOMIC;
        n->text = text_word(f, n->begin);
        node_set_kids(n, n->kids + 1, n->kid_count - 1);
    }
    return n;
}

/* ---- casts, literals of objects, sizes ----------------------------------- */

/* Converts the expression children; the last becomes kid 0 (by `convert`),
 * the others, which belong to the type's text, type_parts. */
static struct node *typed(struct front *f, enum node_kind kind, CXCursor c,
                          struct type *type)
{
    struct node *n = node_at(f, kind, extent_of(f, c));
    n->type = type;
    size_t base = f->nodes.count;
    expr_push_tag_parts(f, c);
    size_t first = expr_children(f, c), count = f->cursors.count;
    struct node *kid = NULL;
    for (size_t i = first; i < count; i++) {
        CXCursor each = f->cursors.items[i];
        if (i + 1 < count) {
            vec_push(&f->nodes, type->variably_modified
                     ? tree_expression(f, each) : tree_unevaluated(f, each));
        } else if (kind == N_COMPOUND_LITERAL) {
            kid = tree_init_list(f, each, type);
        } else {
            kid = tree_expression(f, each);
        }
    }
    front_pop(f, first);
    node_take_type_parts(f, n, base);
    node_set_kids(n, &kid, 1);
    return n;
}

static struct node *cast(struct front *f, CXCursor c)
{
    struct node *n = typed(f, N_CAST, c, expr_value_type(f, c));
    constant_fold(f, n);
    return n;
}

static struct node *compound_literal(struct front *f, CXCursor c)
{
    struct node *n = typed(f, N_COMPOUND_LITERAL, c, expr_type(f, c));
    struct symbol *s = symbol_new(f, S_VARIABLE, "", n->type);
    uint32_t type_begin = text_skip_space(f, n->begin + 1);
    bool is_static = text_is_word(f, type_begin, "static");
    s->storage = is_static ? ST_STATIC : ST_NONE;
    s->is_local = f->function && !is_static;
    s->function = f->function;
    s->block = f->block;
    s->declaration = n;
    s->name_begin = s->name_end = s->declarator_end = n->begin;
    s->specifiers_begin = n->begin;
    n->symbol = s;
    n->flags |= NODE_LVALUE;
    return n;
}

static struct node *statement_expression(struct front *f, CXCursor c)
{
    struct node *n = node_at(f, N_STMT_EXPR, extent_of(f, c));
    size_t first = front_children(f, c);
    struct node *kid = f->cursors.count > first
        ? tree_statement(f, f->cursors.items[first]) : NULL;
    front_pop(f, first);
    n->type = expr_value_type(f, c);
    node_set_kids(n, &kid, 1);
    return n;
}

static struct node *label_address(struct front *f, CXCursor c)
{
    struct node *n = node_at(f, N_LABEL_ADDRESS, extent_of(f, c));
    n->type = expr_value_type(f, c);
    size_t first = front_children(f, c);
    if (f->cursors.count > first)
        n->symbol = label_symbol(
            f, offset_of(f, clang_getCursorLocation(clang_getCursorReferenced(
                                f->cursors.items[first]))));
    front_pop(f, first);
    return n;
}

struct node *tree_expression(struct front *f, CXCursor c)
{
    switch (clang_getCursorKind(c)) {
    case CXCursor_UnexposedExpr:
        return unexposed(f, c);
    case CXCursor_DeclRefExpr:
        return reference(f, c);
    case CXCursor_MemberRefExpr:
        return member(f, c);
    case CXCursor_CallExpr:
        return call(f, c);
    case CXCursor_IntegerLiteral: case CXCursor_FloatingLiteral:
    case CXCursor_ImaginaryLiteral: case CXCursor_CharacterLiteral:
    case CXCursor_CXXBoolLiteralExpr: case CXCursor_CXXNullPtrLiteralExpr:
    case CXCursor_GNUNullExpr: case CXCursor_FixedPointLiteral:
        return literal(f, c);
    case CXCursor_StringLiteral:
        return string(f, c);
    case CXCursor_ParenExpr:
        return parenthesis(f, c);
    case CXCursor_UnaryOperator:
        return unary(f, c);
    case CXCursor_ArraySubscriptExpr:
        return element(f, c);
    case CXCursor_BinaryOperator: case CXCursor_CompoundAssignOperator:
        return binary(f, c);
    case CXCursor_ConditionalOperator:
        return conditional(f, c);
    case CXCursor_CStyleCastExpr:
        return cast(f, c);
    case CXCursor_CompoundLiteralExpr:
        return compound_literal(f, c);
    case CXCursor_InitListExpr:
        return tree_init_list(f, c, expr_type(f, c));
    case CXCursor_AddrLabelExpr:
        return label_address(f, c);
    case CXCursor_BlockExpr:    /* it copies the locals that it names */
        front_refuse(f, extent_of(f, c).begin, "a block (^{ … })");
        return tree_other(f, c, extent_of(f, c));
    case CXCursor_StmtExpr:
        return statement_expression(f, c);
    case CXCursor_GenericSelectionExpr:
        return tree_generic(f, c);
    case CXCursor_UnaryExpr:
        return tree_sizeof(f, c);
    default:
        return tree_other(f, c, extent_of(f, c));
    }
}

static bool is_tag(CXCursor c)
{
    enum CXCursorKind kind = clang_getCursorKind(c);
    return kind == CXCursor_StructDecl || kind == CXCursor_UnionDecl ||
           kind == CXCursor_EnumDecl;
}

/* `sizeof(struct { … })` defines a type too. */
void expr_push_tag_parts(struct front *f, CXCursor c)
{
    if (!f->function)
        return;
    size_t first = front_children(f, c), count = f->cursors.count;
    for (size_t i = first; i < count; i++)
        if (is_tag(f->cursors.items[i]))
            tree_collect_parts(f, f->cursors.items[i]);
    front_pop(f, first);
}

/* Only inside functions: what matters is the use of locals, which the
 * rewriter may rename. */
void tree_collect_parts(struct front *f, CXCursor declaration)
{
    if (!f->function)
        return;
    /* Tags inside of tags and expressions are listed below both. */
    if (is_tag(declaration)) {
        if (cursor_map_get(&f->parts_of, declaration))
            return;
        cursor_map_put(&f->parts_of, declaration, f);
    }
    bool of_field = clang_getCursorKind(declaration) == CXCursor_FieldDecl;
    size_t first = front_children(f, declaration), count = f->cursors.count;
    for (size_t i = first; i < count; i++) {
        CXCursor each = f->cursors.items[i];
        enum CXCursorKind kind = clang_getCursorKind(each);
        if (is_expression(each)) {
            if (kind != CXCursor_IntegerLiteral)
                vec_push(&f->nodes, tree_unevaluated(f, each));
        } else if ((is_tag(each) && !of_field) || kind == CXCursor_FieldDecl ||
                   kind == CXCursor_EnumConstantDecl) {
            tree_collect_parts(f, each);
        }
    }
    front_pop(f, first);
}
