/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* types.c - libclang's types become interned struct types.
 *
 * libclang gives canonical types a unique identity (clang_equalTypes compares
 * the first data word), so one map leads from there to struct type.  Types
 * that clang cannot be asked for (the pointer an array parameter really is,
 * the element of a const array) are derived here; to keep pointer equality
 * true for those as well, pointers and qualified types always hang off the
 * type they are made from:
 *
 * [inv.types.unique]  there is one pointer type per target and one variant per
 * qualifier set, whoever asked first.
 * [inv.types.decayed]  clang reports the type of a parameter `int a[3]`, and
 * of every rvalue that carries its sugar, as `int[3]`.  A function type's
 * parameters are read from the canonical function type, which is right; for
 * expressions tree_expr.c applies type_decay.
 *
 * What may be asked about types is in types_query.c.
 */
#include "front.h"

#include <stdlib.h>
#include <string.h>

/* What struct type keeps for types.c only. */
struct type_node {
    struct type type;               /* first: struct type * converts */
    struct type *pointer;           /* to this type, or NULL */
    struct type_node *variants;     /* qualified: list from the plain one */
};

static struct type *intern_canonical(struct front *, CXType);

static struct type_node *private_of(struct type *t)
{
    return (struct type_node *)t;
}

char *front_string(CXString s)
{
    const char *c = clang_getCString(s);
    char *copy = arena_strdup(c ? c : "");
    clang_disposeString(s);
    return copy;
}

static struct type *type_new(enum type_kind kind, const char *spelling)
{
    struct type *t = &arena_new(struct type_node)->type;
    t->kind = kind;
    t->size = t->alignment = t->count = -1;
    t->unqualified = t;
    t->spelling = spelling;
    return t;
}

static int64_t positive(long long n)
{
    return n < 0 ? -1 : n;
}

/* How clang would print a pointer to the type: `int (*)[3]`. */
static const char *spell_pointer(const struct type *target)
{
    const char *s = target->spelling, *at = NULL;
    if (target->kind == T_ARRAY || target->kind == T_VA_LIST)
        at = strchr(s, '[');
    else if (target->kind == T_FUNCTION)
        at = strchr(s, '(');
    if (!at)
        at = s + strlen(s);
    const char *space = at > s && strchr("* ", at[-1]) ? "" : " ";
    const char *star = *at ? "(*)" : "*";
    return arena_printf("%.*s%s%s%s", (int)(at - s), s, space, star, at);
}

struct type *type_pointer_to(struct front *f, struct type *target)
{
    (void)f;
    struct type_node *p = private_of(target);
    if (!p->pointer) {          /* [inv.types.unique] */
        struct type *t = type_new(T_POINTER, spell_pointer(target));
        t->size = t->alignment = sizeof(void *);
        t->target = target;
        t->variably_modified = target->variably_modified;
        p->pointer = t;
    }
    return p->pointer;
}

static const char *spell_qualified(const struct type *t, unsigned q)
{
    const char *words = arena_printf(
        "%s%s%s%s", q & Q_CONST ? "const " : "",
        q & Q_VOLATILE ? "volatile " : "", q & Q_ATOMIC ? "_Atomic " : "",
        q & Q_RESTRICT ? "restrict " : "");
    if (t->kind == T_POINTER)
        return arena_printf("%s%.*s", t->spelling, (int)strlen(words) - 1,
                            words);
    return arena_printf("%s%s", words, t->spelling);
}

/* The type with these qualifiers more. */
static struct type *type_qualify(struct type *t, unsigned qualifiers)
{
    unsigned all = t->qualifiers | qualifiers;
    if (all == t->qualifiers)
        return t;
    struct type_node *plain = private_of(t->unqualified), *v;
    for (v = plain->variants; v; v = v->variants)
        if (v->type.qualifiers == all)
            return &v->type;
    v = arena_new(struct type_node);
    v->type = plain->type;
    v->type.qualifiers = all;
    v->type.spelling = spell_qualified(&plain->type, all);
    if (plain->type.kind == T_ARRAY)
        v->type.target = type_qualify(plain->type.target, qualifiers);
    v->variants = plain->variants;
    plain->variants = v;
    return &v->type;
}

struct type *type_decay(struct front *f, struct type *t)
{
    if (t->kind == T_ARRAY || t->kind == T_VA_LIST)
        return type_pointer_to(f, t->target);
    if (t->kind == T_FUNCTION)
        return type_pointer_to(f, t);
    return t;
}

struct type *type_void(struct front *f)
{
    if (!f->void_type)
        f->void_type = type_new(T_VOID, "void");
    return f->void_type;
}

/* ---- records ------------------------------------------------------------- */

static bool unnamed(const char *name)
{
    return !*name || strchr(name, '(');
}

static enum CXVisitorResult push_field(CXCursor field, CXClientData data)
{
    struct front *f = data;
    vec_push(&f->cursors, field);
    return CXVisit_Continue;
}

static void read_field(struct front *f, struct record *r, int index,
                       CXCursor cursor)
{
    struct field *field = &r->fields[index];
    cursor_map_put(&f->fields, cursor, field);
    char *name = front_string(clang_getCursorSpelling(cursor));
    field->name = unnamed(name) ? "" : name;
    field->index = index;
    field->parent = r;
    field->bit_offset = positive(clang_Cursor_getOffsetOfField(cursor));
    field->bit_width = clang_getFieldDeclBitWidth(cursor);
    field->type = type_intern(f, clang_getCursorType(cursor));
}

static void read_record(struct front *f, struct type *t, CXType clang)
{
    CXCursor decl = clang_getTypeDeclaration(clang);
    struct record *r = arena_new(struct record);
    char *name = front_string(clang_getCursorSpelling(decl));
    r->anonymous = unnamed(name);
    r->name = r->anonymous ? "" : name;
    r->is_union = clang_getCursorKind(decl) == CXCursor_UnionDecl;
    r->size = t->size;
    r->alignment = t->alignment;
    r->complete = t->size >= 0;
    r->is_system = place_is_system(f->unit, extent_of(f, decl).begin);
    r->type = t;
    r->begin = extent_of(f, decl).begin;
    t->record = r;
    if (!r->complete)
        return;
    size_t first = f->cursors.count;
    clang_Type_visitFields(clang, push_field, f);
    r->field_count = (int)(f->cursors.count - first);
    r->fields = arena_array(struct field, r->field_count + 1);
    for (int i = 0; i < r->field_count; i++)
        read_field(f, r, i, f->cursors.items[first + (size_t)i]);
    front_pop(f, first);
}

const struct field *field_of(struct front *f, CXCursor cursor)
{
    struct field *field = cursor_map_get(&f->fields, cursor);
    if (!field) {
        /* A record that only this member access has named so far. */
        CXCursor parent = clang_getCursorSemanticParent(cursor);
        type_intern(f, clang_getCursorType(parent));
        field = cursor_map_get(&f->fields, cursor);
    }
    return field;
}

int64_t field_offset_in(const struct record *r, const struct field *field)
{
    if (field->parent == r)
        return field->bit_offset;
    for (int i = 0; i < r->field_count; i++) {
        const struct field *hop = &r->fields[i];
        if (*hop->name || hop->type->kind != T_RECORD)
            continue;
        int64_t inner = field_offset_in(hop->type->record, field);
        if (inner >= 0)
            return hop->bit_offset + inner;
    }
    return -1;
}

/* ---- interning ----------------------------------------------------------- */

static enum type_kind builtin_kind(enum CXTypeKind kind, const char *spelling)
{
    switch (kind) {
    case CXType_Void:
        return T_VOID;
    case CXType_Bool:
        return T_BOOL;
    case CXType_Char_U: case CXType_UChar: case CXType_Char16:
    case CXType_Char32: case CXType_UShort: case CXType_UInt:
    case CXType_ULong: case CXType_ULongLong: case CXType_UInt128:
    case CXType_Char_S: case CXType_SChar: case CXType_WChar:
    case CXType_Short: case CXType_Int: case CXType_Long:
    case CXType_LongLong: case CXType_Int128:
        return T_INTEGER;
    case CXType_Float: case CXType_Double: case CXType_LongDouble:
    case CXType_Float128: case CXType_Half: case CXType_Float16:
    case CXType_BFloat16: case CXType_Ibm128:
        return T_FLOAT;
    case CXType_Complex:
        return T_COMPLEX;
    case CXType_Vector: case CXType_ExtVector:
        return T_VECTOR;
    case CXType_Record:
        return T_RECORD;
    case CXType_Enum:
        return T_ENUM;
    case CXType_FunctionNoProto: case CXType_FunctionProto:
        return T_FUNCTION;
    case CXType_ConstantArray: case CXType_IncompleteArray:
    case CXType_VariableArray:
        return T_ARRAY;
    default:
        return strstr(spelling, "_BitInt(") ? T_INTEGER : T_OTHER;
    }
}

static bool kind_is_unsigned(enum CXTypeKind kind, const char *spelling)
{
    return kind == CXType_Bool ||
           (kind >= CXType_Char_U && kind <= CXType_UInt128) ||
           !strncmp(spelling, "unsigned _BitInt", 16);
}

/* N of `_BitInt(N)`, which clang prints as a number; else 0. */
static int bits_of_value(const char *spelling)
{
    const char *bits = strstr(spelling, "_BitInt(");
    return bits ? atoi(bits + strlen("_BitInt(")) : 0;
}

static void read_function(struct front *f, struct type *t, CXType clang)
{
    t->has_prototype = clang.kind == CXType_FunctionProto;
    t->variadic = clang_isFunctionTypeVariadic(clang) && t->has_prototype;
    t->target = type_intern(f, clang_getResultType(clang));
    int count = t->has_prototype ? clang_getNumArgTypes(clang) : 0;
    t->parameter_count = count < 0 ? 0 : count;
    t->parameters = arena_array(struct type *, t->parameter_count + 1);
    for (int i = 0; i < t->parameter_count; i++)
        t->parameters[i] = type_decay(
            f, type_intern(f, clang_getArgType(clang, (unsigned)i)));
    t->size = t->alignment = -1;
}

static void read_array(struct front *f, struct type *t, CXType clang)
{
    t->target = type_intern(f, clang_getArrayElementType(clang));
    t->is_vla = clang.kind == CXType_VariableArray;
    t->count = clang.kind == CXType_ConstantArray
        ? positive(clang_getArraySize(clang)) : -1;
    t->variably_modified = t->is_vla || t->target->variably_modified;
    t->alignment = t->target->alignment;
    if (t->variably_modified || t->count < 0)
        t->size = -1;
    /* x86-64's va_list: an array, so that it is passed by reference. */
    if (t->count == 1 && t->target->kind == T_RECORD &&
        !strcmp(t->target->record->name, "__va_list_tag"))
        t->kind = T_VA_LIST;
}

static void read_builtin(struct front *f, struct type *t, CXType clang)
{
    /* libclang crashes over the size of placeholders such as
     * `<builtin fn type>`. */
    if (t->kind != T_OTHER || clang.kind == CXType_NullPtr) {
        t->size = positive(clang_Type_getSizeOf(clang));
        t->alignment = positive(clang_Type_getAlignOf(clang));
    }
    t->is_unsigned = kind_is_unsigned(clang.kind, t->spelling);
    if (t->kind == T_INTEGER)
        t->value_bits = bits_of_value(t->spelling);
    switch (t->kind) {
    case T_VOID:
        t->size = t->alignment = -1;
        break;
    case T_ENUM: {
        CXCursor decl = clang_getTypeDeclaration(clang);
        struct type *base = type_intern(
            f, clang_getEnumDeclIntegerType(decl));
        t->is_unsigned = base->is_unsigned;
        t->value_bits = base->kind == T_BOOL;
        break;
    }
    case T_COMPLEX: case T_VECTOR:
        t->target = type_intern(f, clang_getElementType(clang));
        t->count = t->kind == T_VECTOR
            ? positive(clang_getNumElements(clang)) : 2;
        break;
    case T_RECORD:
        read_record(f, t, clang);
        break;
    case T_ARRAY:
        read_array(f, t, clang);
        break;
    case T_FUNCTION:
        read_function(f, t, clang);
        break;
    default:
        break;
    }
}

/* A canonical type without qualifiers that is not in the map yet. */
static struct type *intern_plain(struct front *f, CXType clang)
{
    if (clang.kind == CXType_Void)
        return type_void(f);
    if (clang.kind == CXType_Pointer)
        return type_pointer_to(f, type_intern(f, clang_getPointeeType(clang)));
    if (clang.kind == CXType_Atomic) {
        struct type *value = type_intern(f, clang_Type_getValueType(clang));
        struct type *t = type_qualify(value, Q_ATOMIC);
        /* An atomic record may be padded to a size the machine can lock. */
        t->size = positive(clang_Type_getSizeOf(clang));
        t->alignment = positive(clang_Type_getAlignOf(clang));
        return t;
    }
    char *spelling = front_string(clang_getTypeSpelling(clang));
    struct type *t = type_new(builtin_kind(clang.kind, spelling), spelling);
    /* Before the fields: they may point back here. */
    map_put(&f->types, clang.data[0], t);
    read_builtin(f, t, clang);
    return t;
}

static struct type *intern_canonical(struct front *f, CXType clang)
{
    unsigned qualifiers
        = (clang_isConstQualifiedType(clang) ? Q_CONST : 0)
        | (clang_isVolatileQualifiedType(clang) ? Q_VOLATILE : 0)
        | (clang_isRestrictQualifiedType(clang) ? Q_RESTRICT : 0);
    if (!qualifiers)
        return intern_plain(f, clang);
    CXType plain = clang_getUnqualifiedType(clang);
    struct type *t = plain.data[0] != clang.data[0]
        ? type_intern(f, plain) : intern_plain(f, clang);
    return type_qualify(t, qualifiers);
}

struct type *type_intern(struct front *f, CXType clang)
{
    if (!clang.data[0]) {
        struct type *none = map_get(&f->types, f);
        if (!none) {
            none = type_new(T_OTHER, "?");
            map_put(&f->types, f, none);
        }
        return none;
    }
    struct type *t = map_get(&f->types, clang.data[0]);
    if (t)
        return t;
    CXType canonical = clang_getCanonicalType(clang);
    if (canonical.data[0] != clang.data[0])
        t = type_intern(f, canonical);
    else
        t = intern_canonical(f, clang);
    map_put(&f->types, clang.data[0], t);
    return t;
}
