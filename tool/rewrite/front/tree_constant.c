/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_constant.c - integer constant expressions and null pointers.
 *
 * Values are folded from the kids as the tree is built: that is much cheaper
 * than asking libclang, which is left for what folding cannot know (offsetof,
 * sizeof of a type, odd literals).
 *
 * [inv.constant.value]  a NODE_CONSTANT's value is the value in the node's
 * type, wrapped to its width and extended by its signedness.
 */
#include "front.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

int64_t type_wrap(const struct type *t, int64_t value)
{
    enum { WIDEST = 64 };
    uint64_t u = (uint64_t)value;
    if (t->kind == T_BOOL)
        return value != 0;
    if (t->value_bits > 0 && t->value_bits < WIDEST) {
        uint64_t sign = (uint64_t)1 << (t->value_bits - 1);
        u &= sign - 1 + sign;
        return (int64_t)(t->is_unsigned ? u : (u ^ sign) - sign);
    }
    switch (t->size) {
    case 1: return t->is_unsigned ? (int64_t)(uint8_t)u : (int8_t)u;
    case 2: return t->is_unsigned ? (int64_t)(uint16_t)u : (int16_t)u;
    case 4: return t->is_unsigned ? (int64_t)(uint32_t)u : (int32_t)u;
    default: return value;
    }
}

static void set_value(struct node *n, int64_t value)
{
    enum { WIDEST_FOLDED = 8 };
    if (!n->type || !type_is_integer(n->type) ||
        n->type->size > WIDEST_FOLDED)
        return;
    n->value = type_wrap(n->type, value);   /* [inv.constant.value] */
    n->flags |= NODE_CONSTANT;
    if (n->value == 0)
        n->flags |= NODE_NULL_POINTER;
}

void constant_evaluate(struct node *n, CXCursor c)
{
    CXEvalResult result = clang_Cursor_Evaluate(c);
    if (!result)
        return;
    if (clang_EvalResult_getKind(result) == CXEval_Int)
        set_value(n, clang_EvalResult_isUnsignedInt(result)
                  ? (int64_t)clang_EvalResult_getAsUnsigned(result)
                  : clang_EvalResult_getAsLongLong(result));
    clang_EvalResult_dispose(result);
}

/* ---- literals ------------------------------------------------------------ */

/* The value of an integer literal's text, if it is an ordinary one. */
static bool read_integer(const char *text, size_t bytes, int64_t *value)
{
    char digits[80];
    size_t n = 0;
    for (size_t i = 0; i < bytes; i++) {
        if (n + 1 == sizeof digits)
            return false;
        if (text[i] != '\'')        /* C23's digit separator */
            digits[n++] = text[i];
    }
    digits[n] = '\0';
    bool binary = digits[0] == '0' && (digits[1] | 32) == 'b';
    char *end;
    *value = (int64_t)strtoull(digits + (binary ? 2 : 0), &end,
                               binary ? 2 : 0);
    return !*end || strchr("uUlLzZ", *end);
}

/* 'x' and the simple escapes. */
static bool read_character(const char *text, size_t bytes, int64_t *value)
{
    static const char escapes[] = "n\nt\tr\r0\0a\a" "b\bf\fv\v\\\\''\"\"";
    if (bytes == 3 && text[0] == '\'' && (unsigned char)text[1] < 0x80) {
        *value = text[1];
        return true;
    }
    if (bytes != 4 || text[0] != '\'' || text[1] != '\\')
        return false;
    for (size_t i = 0; i + 1 < sizeof escapes; i += 2)
        if (escapes[i] == text[2]) {
            *value = escapes[i + 1];
            return true;
        }
    return false;
}

void constant_literal(struct front *f, struct node *n, CXCursor c)
{
    enum CXCursorKind kind = clang_getCursorKind(c);
    const char *text = f->text + n->begin;
    size_t bytes = n->end - n->begin;
    int64_t value;
    if (kind == CXCursor_CXXNullPtrLiteralExpr || kind == CXCursor_GNUNullExpr)
        n->flags |= NODE_NULL_POINTER;
    else if (kind == CXCursor_CXXBoolLiteralExpr)
        set_value(n, text_is_word(f, n->begin, "true"));
    else if (kind != CXCursor_IntegerLiteral &&
             kind != CXCursor_CharacterLiteral)
        return;
    else if (!(n->flags & NODE_MACRO) &&
             (kind == CXCursor_IntegerLiteral
                 ? read_integer(text, bytes, &value)
                 : read_character(text, bytes, &value)))
        set_value(n, value);
    else
        constant_evaluate(n, c);
}

/* ---- folding ------------------------------------------------------------- */

static bool compare(int op, int64_t a, int64_t b, bool is_unsigned,
                    int64_t *out)
{
    bool less = is_unsigned ? (uint64_t)a < (uint64_t)b : a < b;
    switch (op) {
    case '<': *out = less; return true;
    case '>': *out = !less && a != b; return true;
    case OP_LE: *out = less || a == b; return true;
    case OP_GE: *out = !less; return true;
    case OP_EQ: *out = a == b; return true;
    case OP_NE: *out = a != b; return true;
    default: return false;
    }
}

static bool divide(int op, int64_t a, int64_t b, bool is_unsigned,
                   int64_t *out)
{
    if (b == 0 || (!is_unsigned && a == INT64_MIN && b == -1))
        return false;
    if (is_unsigned)
        *out = op == '/' ? (int64_t)((uint64_t)a / (uint64_t)b)
                         : (int64_t)((uint64_t)a % (uint64_t)b);
    else
        *out = op == '/' ? a / b : a % b;
    return true;
}

static bool shift(int op, int64_t a, int64_t b, bool is_unsigned,
                  int64_t *out)
{
    if (b < 0 || b > 63)
        return false;
    if (op == OP_SHL)
        *out = (int64_t)((uint64_t)a << b);
    else
        *out = is_unsigned ? (int64_t)((uint64_t)a >> b) : a >> b;
    return true;
}

bool node_arithmetic(int op, int64_t a, int64_t b, bool is_unsigned,
                     int64_t *out)
{
    uint64_t x = (uint64_t)a, y = (uint64_t)b;
    switch (op) {
    case '+': *out = (int64_t)(x + y); return true;
    case '-': *out = (int64_t)(x - y); return true;
    case '*': *out = (int64_t)(x * y); return true;
    case '&': *out = a & b; return true;
    case '|': *out = a | b; return true;
    case '^': *out = a ^ b; return true;
    case '/': case '%': return divide(op, a, b, is_unsigned, out);
    case OP_SHL: case OP_SHR: return shift(op, a, b, is_unsigned, out);
    default: return compare(op, a, b, is_unsigned, out);
    }
}

static bool is_constant(const struct node *n)
{
    return n && n->flags & NODE_CONSTANT;
}

static void fold_unary(struct node *n)
{
    int64_t v = n->kids[0]->value;
    if (!is_constant(n->kids[0]))
        return;
    if (n->op == '!')
        set_value(n, !v);
    else if (n->op == '~')
        set_value(n, ~v);
    else
        set_value(n, n->op == '-' ? (int64_t)(0 - (uint64_t)v) : v);
}

static void fold_binary(struct node *n)
{
    const struct node *a = n->kids[0], *b = n->kids[1];
    int64_t out;
    if (is_constant(a) && is_constant(b) &&
        node_arithmetic(n->op, a->value, b->value, a->type->is_unsigned,
                        &out))
        set_value(n, out);
}

static void fold_logical(struct node *n)
{
    const struct node *a = n->kids[0], *b = n->kids[1];
    if (!is_constant(a))
        return;
    if ((n->op == OP_AND) == (a->value == 0))
        set_value(n, a->value != 0);
    else if (is_constant(b))
        set_value(n, b->value != 0);
}

static void fold_conditional(struct node *n)
{
    const struct node *a = n->kids[0], *b = n->kids[1], *c = n->kids[2];
    if (is_constant(a) && b && c) {
        const struct node *chosen = a->value ? b : c;
        if (is_constant(chosen))
            set_value(n, chosen->value);
    }
    if (b && c && b->flags & c->flags & NODE_NULL_POINTER &&
        n->type->kind == T_POINTER)
        n->flags |= NODE_NULL_POINTER;
}

static void fold_conversion(struct node *n)
{
    const struct node *kid = n->kids[0];
    if (n->type->kind == T_POINTER) {
        if (kid->flags & NODE_NULL_POINTER)
            n->flags |= NODE_NULL_POINTER;
    } else if (is_constant(kid)) {
        set_value(n, kid->value);
    } else if (kid->flags & NODE_NULL_POINTER) {
        set_value(n, 0);
    }
}

void constant_fold(struct front *f, struct node *n)
{
    (void)f;
    if (!n->type)
        return;
    switch (n->kind) {
    case N_PAREN:
        n->value = n->kids[0]->value;
        n->flags |= n->kids[0]->flags & (NODE_CONSTANT | NODE_NULL_POINTER);
        break;
    case N_CONVERT: case N_CAST:
        if (n->kids[0])
            fold_conversion(n);
        break;
    case N_UNARY:
        fold_unary(n);
        break;
    case N_BINARY:
        fold_binary(n);
        break;
    case N_LOGICAL:
        fold_logical(n);
        break;
    case N_CONDITIONAL:
        fold_conditional(n);
        break;
    default:
        break;
    }
}
