/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_decl.c - the unit, declarations, functions and symbols.
 *
 * libclang lists declarators one by one: at file scope all of `int a, *b;`
 * begin at the specifiers, in a function only the first does and the others
 * begin at their name.  They are put together again by the `;` that ends the
 * declaration in the text.  A tag definition is listed again below every
 * declarator that uses it; only the first listing is taken.
 *
 * [inv.decl.symbol]  redeclarations share one symbol, found by libclang's
 * canonical cursor.  The defining declaration wins where they differ.
 * [inv.decl.begin]  an N_VAR begins at the declared name: where a declarator
 * begins (`*x`, `(*x)[3]`) no rule needs, and only the name is certain.
 */
#include "front.h"

#include <stdlib.h>
#include <string.h>

/* ---- symbols ------------------------------------------------------------- */

struct symbol *symbol_new(struct front *f, enum symbol_kind kind,
                          const char *name, struct type *type)
{
    struct symbol *s = arena_new(struct symbol);
    s->kind = kind;
    s->name = name;
    s->type = type;
    s->id = (int)f->all_symbols.count;
    s->parameter_index = -1;
    vec_push(&f->all_symbols, s);
    return s;
}

struct symbol *label_symbol(struct front *f, uint32_t offset)
{
    const void *key = (const void *)(uintptr_t)(offset + 1u);
    struct symbol *s = map_get(&f->labels, key);
    if (!s) {
        s = symbol_new(f, S_LABEL, text_word(f, offset), type_void(f));
        s->function = f->function;
        s->name_begin = offset;
        s->name_end = offset + (uint32_t)strlen(s->name);
        map_put(&f->labels, key, s);
    }
    return s;
}

static bool is_among(const struct map *names, const char *name)
{
    return names->count && map_get_string(names, name);
}

static enum storage storage_of(CXCursor c)
{
    switch (clang_Cursor_getStorageClass(c)) {
    case CX_SC_Extern: return ST_EXTERN;
    case CX_SC_Static: return ST_STATIC;
    case CX_SC_Auto: return ST_AUTO;
    case CX_SC_Register: return ST_REGISTER;
    default: return ST_NONE;
    }
}

static bool returns_twice(const char *name)
{
    static const char *const names[] = {
        "setjmp", "_setjmp", "sigsetjmp", "__sigsetjmp", "vfork",
        "getcontext", "savectx", "__builtin_setjmp"
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(name, names[i]))
            return true;
    return false;
}

static enum symbol_kind symbol_kind_of(CXCursor c)
{
    switch (clang_getCursorKind(c)) {
    case CXCursor_FunctionDecl: return S_FUNCTION;
    case CXCursor_ParmDecl: return S_PARAMETER;
    case CXCursor_EnumConstantDecl: return S_ENUMERATOR;
    default: return S_VARIABLE;
    }
}

struct symbol *symbol_of(struct front *f, CXCursor c)
{
    CXCursor canonical = clang_getCanonicalCursor(c);   /* [inv.decl.symbol] */
    struct symbol *s = cursor_map_get(&f->symbols, canonical);
    if (s)
        return s;
    const char *name = front_string(clang_getCursorSpelling(c));
    if (!strncmp(name, SHIM_RENAMED, sizeof SHIM_RENAMED - 1))
        name += sizeof SHIM_RENAMED - 1;
    s = symbol_new(f, symbol_kind_of(c), name,
                   type_intern(f, clang_getCursorType(c)));
    cursor_map_put(&f->symbols, canonical, s);
    s->storage = storage_of(c);
    s->in_pragma = is_among(&f->pragma_names, name);
    s->is_given_in_pragma = is_among(&f->given_names, name);
    CXFile file;
    clang_getFileLocation(clang_getCursorLocation(c), &file, NULL, NULL,
                          NULL);
    if (s->kind == S_FUNCTION) {
        s->is_builtin = !file;
        s->returns_twice = returns_twice(s->name);
    } else if (s->kind == S_PARAMETER) {
        s->type = type_decay(f, s->type);
    }
    return s;
}

/* A typedef may ask for more than its canonical type, which is all that
 * struct type shows. */
static void read_type_alignment(struct symbol *s, CXType clang)
{
    long long alignment = s->type->alignment > 0
        ? clang_Type_getAlignOf(clang) : 0;
    if (alignment > s->type->alignment && alignment > s->alignment) {
        s->has_alignment = true;
        s->alignment = alignment;
    }
}

static bool is_va_list(const struct type *t)
{
    return t->kind == T_VA_LIST ||
           (t->kind == T_POINTER && t->target->kind == T_RECORD &&
               !strcmp(t->target->record->name, "__va_list_tag"));
}

/* ---- declarators --------------------------------------------------------- */

/* Where name and declarator are; `from` is where text at bracket depth 0 in
 * front of the name begins. */
static void locate(struct front *f, struct symbol *s, CXCursor c,
                   uint32_t from, const char *stops)
{
    s->name_begin = offset_of(f, clang_getCursorLocation(c));
    s->name_end = s->name_begin;
    if (*s->name && text_is_word(f, s->name_begin, s->name))
        s->name_end = text_token_end(f, s->name_begin);
    int depth = text_depth(f, from, s->name_begin);
    uint32_t at = s->name_end, last = at;
    for (;;) {
        uint32_t next = text_skip_space(f, at);
        char c0 = next < f->bytes ? f->text[next] : 0;
        if (!c0 || (depth <= 0 && strchr(stops, c0)))
            break;
        if (c0 == ')')
            depth--;
        bool open = c0 == '(' || c0 == '[' || c0 == '{';
        last = at = open ? text_close(f, next) : text_token_end(f, next);
    }
    s->declarator_end = last;
}

/* The expressions among the children of a declaration are pushed on
 * f->nodes, but the initialiser and plain numbers (as in `int a[3]`), which
 * tell nothing.  `typeof` operands stand before the name; they, or bounds in
 * them, may be evaluated only if the type of what is declared varies. */
static void push_type_parts(struct front *f, CXCursor c, uint32_t name,
                            CXCursor init)
{
    size_t first = front_children(f, c), count = f->cursors.count;
    bool varies = clang_getCursorKind(c) == CXCursor_ParmDecl ||
        type_intern(f, clang_getCursorType(c))->variably_modified;
    for (size_t i = first; i < count; i++) {
        CXCursor each = f->cursors.items[i];
        enum CXCursorKind kind = clang_getCursorKind(each);
        if (!clang_isExpression(kind) || kind == CXCursor_IntegerLiteral ||
            clang_equalCursors(each, init))
            continue;
        bool is_operand = extent_of(f, each).begin < name;
        struct node *n = is_operand && !varies ? tree_unevaluated(f, each)
                                               : tree_expression(f, each);
        if (!is_operand)
            n = tree_value(f, n);
        vec_push(&f->nodes, n);
    }
    front_pop(f, first);
}

/* `typeof(parameter) x` and `__auto_type x = parameter` have clang's
 * undecayed type too (inv.types.decayed). */
static void correct_typeof(struct front *f, struct symbol *s,
                           const struct node *n)
{
    if (s->type->kind != T_ARRAY && s->type->kind != T_FUNCTION)
        return;
    /* It is among the specifiers, not in the initialiser of another. */
    for (uint32_t at = s->specifiers_begin;
         at < s->name_begin && !strchr("=,", f->text[at]);) {
        if (text_is_word(f, at, "__auto_type") ||
            text_is_word(f, at, "auto"))
            s->type = type_decay(f, s->type);
        bool open = strchr("([{", f->text[at]);
        at = text_skip_space(f, open ? text_close(f, at)
                                     : text_token_end(f, at));
    }
    for (int i = 0; i < n->type_part_count; i++) {
        const struct node *part = n->type_parts[i];
        if (part->end <= s->name_begin && part->type &&
            part->type->kind == T_POINTER)
            s->type = type_decay(f, s->type);
    }
}

/* These attributes change the type of what is declared, which would then be
 * the pointer; a constexpr object must not become one. */
static bool has_word_that_stays(const struct front *f, const struct symbol *s)
{
    static const char *const words[] = {
        "mode", "__mode__", "vector_size", "__vector_size__",
        "ext_vector_type", "constexpr"
    };
    for (uint32_t at = s->specifiers_begin; at < s->declarator_end;
         at = text_skip_space(f, text_token_end(f, at)))
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (text_is_word(f, at, words[i]))
                return true;
    return false;
}

/* `typedef int list[]; list a = {1, 2};`: no declarator says the bound. */
static bool completes_typedef(struct front *f, CXCursor c)
{
    bool found = false;
    size_t first = front_children(f, c);
    for (size_t i = first; i < f->cursors.count; i++) {
        CXCursor kid = f->cursors.items[i];
        CXType type = clang_getCanonicalType(clang_getCursorType(kid));
        found |= clang_getCursorKind(kid) == CXCursor_TypeRef &&
                 type.kind == CXType_IncompleteArray;
    }
    front_pop(f, first);
    return found;
}

static void read_local(struct front *f, struct symbol *s, CXCursor c)
{
    CXType type = clang_getCursorType(c);
    read_type_alignment(s, type);
    s->infers_type = type.kind == CXType_Auto;
    tree_read_marks(f, s);
    s->stays |= has_word_that_stays(f, s) || completes_typedef(f, c) ||
                (s->infers_type && s->type->qualifiers);
}

/* A compound literal in the value of `[a ... b] =` must stay as it is, for
 * clang takes no statement expression there, and so must the variable, whose
 * initialiser would get one put round it. */
static bool keep_range(struct node *n, void *found)
{
    if (n->kind == N_COMPOUND_LITERAL && n->symbol)
        for (const struct node *up = n->parent; up; up = up->parent)
            if (up->kind == N_INIT_ITEM && up->index_last > up->index)
                *(bool *)found = n->symbol->stays = true;
    return true;
}

static struct node *variable(struct front *f, CXCursor c, uint32_t specifiers,
                             uint32_t from)
{
    struct extent x = extent_of(f, c);
    struct symbol *s = symbol_of(f, c);
    struct node *n = node_at(f, N_VAR, x);
    bool defines = clang_isCursorDefinition(c), first = !s->declaration;
    if (first || defines) {
        struct type *t = type_intern(f, clang_getCursorType(c));
        if (first || s->type->size < 0)
            s->type = t;
        s->declaration = n;
        s->function = f->function;
        s->block = f->block;
        s->specifiers_begin = specifiers;
        locate(f, s, c, from, "=,;");
        s->is_local = f->function && !clang_Cursor_hasVarDeclGlobalStorage(c);
        if (s->is_local)
            read_local(f, s, c);
        s->is_thread_local = clang_getCursorTLSKind(c) != CXTLS_None;
        if (s->storage == ST_NONE)
            s->storage = storage_of(c);
    }
    tree_read_attributes(f, s, c);
    n->symbol = s;
    n->begin = offset_of(f, clang_getCursorLocation(c));  /* [inv.decl.begin] */
    CXCursor init = clang_Cursor_getVarDeclInitializer(c);
    size_t base = f->nodes.count;
    push_type_parts(f, c, n->begin, init);
    node_take_type_parts(f, n, base);
    if (first || defines)
        correct_typeof(f, s, n);
    s->is_va_list = is_va_list(s->type);
    struct node *kid = NULL;
    if (!clang_Cursor_isNull(init)) {
        kid = clang_getCursorKind(init) == CXCursor_InitListExpr
            ? tree_init_list(f, init, s->type) : tree_expression(f, init);
        if (kid->kind != N_STRING && kid->kind != N_INIT_LIST)
            kid = tree_value(f, kid);
    }
    node_set_kids(n, &kid, 1);
    if (kid && kid->kind == N_INIT_LIST && s->is_local)
        node_walk(kid, keep_range, &s->stays);
    if (n->end < s->declarator_end && n->begin == s->name_begin && !kid)
        n->end = s->declarator_end;
    return n;
}

/* Whether the compiler knows the function that this declares, with this type:
 * clang puts a declaration of its own in the same place, in front. */
static bool declares_builtin(CXCursor c)
{
    CXCursor first = clang_getCanonicalCursor(c);
    return !clang_equalCursors(first, c) &&
           clang_equalLocations(clang_getCursorLocation(first),
                                   clang_getCursorLocation(c));
}

/* Typedefs, tags, prototypes and static assertions. */
static struct node *other_declaration(struct front *f, CXCursor c)
{
    struct extent x = extent_of(f, c);
    struct node *n = node_at(f, N_OTHER_DECL, x);
    size_t base = f->nodes.count;
    enum CXCursorKind kind = clang_getCursorKind(c);
    uint32_t name = offset_of(f, clang_getCursorLocation(c));
    if (kind == CXCursor_FunctionDecl) {
        struct symbol *s = symbol_of(f, c);
        n->symbol = s;
        s->is_inline |= clang_Cursor_isFunctionInlined(c) != 0;
        s->is_system |= place_is_system(f->unit, x.begin);
        s->is_library |= place_is_library(f->unit, x.begin);
        s->is_known |= declares_builtin(c);
        if (!s->declaration) {
            s->declaration = n;
            s->name_begin = name;
            s->name_end = text_token_end(f, name);
        }
        if (!s->type->has_prototype)
            s->type = type_intern(f, clang_getCursorType(c));
        tree_read_attributes(f, s, c);
        tree_read_promises(f, s, c);
    } else if (kind == CXCursor_TypedefDecl) {
        n->text = front_string(clang_getCursorSpelling(c));
        if (!f->function)
            map_put_string(&f->type_names, n->text, f);
        /* The bounds of a variably modified type are evaluated here. */
        push_type_parts(f, c, name, clang_getNullCursor());
    } else {
        tree_collect_parts(f, c);
    }
    node_take_type_parts(f, n, base);
    return n;
}

static bool is_tag(enum CXCursorKind kind)
{
    return kind == CXCursor_StructDecl || kind == CXCursor_UnionDecl ||
           kind == CXCursor_EnumDecl;
}

/* libclang lists a tag that is defined in a parameter list or an initialiser
 * in front of the declaration it is part of: such tags are no siblings. */
static void drop_tags_after(struct front *f, size_t base, uint32_t name)
{
    while (f->nodes.count > base && vec_last(&f->nodes)->begin > name)
        f->nodes.count--;
}

struct node *tree_declaration(struct front *f, size_t first, size_t last,
                              struct extent x)
{
    struct node *n = node_at(f, N_DECL, x);
    size_t base = f->nodes.count;
    uint32_t from = x.begin, end = 0;
    for (size_t i = first; i < last; i++) {
        CXCursor c = f->cursors.items[i];
        enum CXCursorKind kind = clang_getCursorKind(c);
        if (clang_isAttribute(kind))
            continue;
        struct node *kid = kind == CXCursor_VarDecl
            ? variable(f, c, x.begin, from) : other_declaration(f, c);
        uint32_t name = offset_of(f, clang_getCursorLocation(c));
        if (is_tag(kind) && kid->begin < end)
            continue;           /* inside the declarator before */
        if (!is_tag(kind)) {
            drop_tags_after(f, base, name);
            end = f->nodes.count > base ? vec_last(&f->nodes)->end : 0;
        }
        if (kid->begin < end)   /* the specifiers hold a tag's definition */
            kid->begin = name;
        end = kid->end;
        vec_push(&f->nodes, kid);
        if (is_tag(kind))
            continue;
        /* The next declarator begins after this one's comma. */
        from = text_find(f, kid->end, ",;");
        from += from < f->bytes;
    }
    node_take_kids(f, n, base);
    return n;
}

/* ---- functions ----------------------------------------------------------- */

static struct node *parameter(struct front *f, CXCursor c, int index,
                              struct symbol *function)
{
    struct extent x = extent_of(f, c);
    struct node *n = node_at(f, N_PARAM, x);
    struct symbol *s = symbol_of(f, c);
    n->symbol = s;
    s->declaration = n;
    s->function = function;
    s->is_local = true;
    s->parameter_index = index;
    s->specifiers_begin = x.begin;
    s->is_va_list = is_va_list(s->type);
    locate(f, s, c, x.begin, ",;)");
    tree_read_marks(f, s);
    if (index < 64 && function->asserted_parameters >> index & 1)
        s->asserts_noescape = f->unit->has_assertions = true;
    tree_read_attributes(f, s, c);
    if (n->end < s->declarator_end)
        n->end = s->declarator_end;
    size_t base = f->nodes.count;
    push_type_parts(f, c, s->name_begin, clang_getNullCursor());
    node_take_type_parts(f, n, base);
    return n;
}

/* Whether an error that was tolerated lies inside. */
static bool has_error(const struct front *f, struct extent x)
{
    size_t low = 0, high = f->error_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (f->errors[middle] < x.begin)
            low = middle + 1;
        else
            high = middle;
    }
    return low < f->error_count && f->errors[low] < x.end;
}

static CXCursor body_of(struct front *f, CXCursor function)
{
    CXCursor body = clang_getNullCursor();
    size_t first = front_children(f, function);
    if (f->cursors.count > first) {
        CXCursor last = vec_last(&f->cursors);
        if (clang_getCursorKind(last) == CXCursor_CompoundStmt)
            body = last;
    }
    front_pop(f, first);
    return body;
}

/* What clang could not understand: an error in the user's code; a system
 * header's function is demoted to a declaration. */
static struct node *broken_function(struct front *f, struct node *n)
{
    if (!(n->flags & NODE_SYSTEM)) {
        vec_push(&f->user_errors, f->broken_at);
        return n;
    }
    struct node *kid = node_new(f, N_OTHER_DECL, n->begin, n->end);
    struct node *decl = node_new(f, N_DECL, n->begin, n->end);
    kid->symbol = n->symbol;
    n->symbol->definition = NULL;
    n->symbol->declaration = kid;
    node_set_kids(decl, &kid, 1);
    return decl;
}

/* `int a[keep(&n)]`: what is kept is the address of the parameter itself, for
 * a bound is evaluated before anything of ours can be. */
static bool keep_parameter(struct node *n, void *context)
{
    (void)context;
    struct node *of = n->kind == N_ADDRESS || n->kind == N_DECAY
        ? node_unparenthesize(n->kids[0]) : NULL;
    while (of && of->kind == N_MEMBER)
        of = node_unparenthesize(of->kids[0]);
    if (of && of->symbol && of->symbol->kind == S_PARAMETER)
        of->symbol->stays = true;
    return !(n->flags & NODE_UNEVALUATED);
}

static struct node *function(struct front *f, CXCursor c)
{
    struct extent x = extent_of(f, c);
    struct node *n = node_at(f, N_FUNCTION, x);
    struct symbol *s = symbol_of(f, c);
    n->symbol = s;
    s->definition = s->declaration = n;
    s->type = type_intern(f, clang_getCursorType(c));
    s->is_inline |= clang_Cursor_isFunctionInlined(c) != 0;
    s->is_system |= place_is_system(f->unit, x.begin);
    if (place_is_library(f->unit, x.begin))
        s->is_library = true;
    else
        s->is_own = true;
    s->specifiers_begin = x.begin;
    s->name_begin = offset_of(f, clang_getCursorLocation(c));
    s->name_end = text_token_end(f, s->name_begin);
    if (s->storage == ST_NONE || s->storage == ST_EXTERN)
        s->storage = storage_of(c) == ST_STATIC ? ST_STATIC : s->storage;
    tree_read_attributes(f, s, c);
    tree_read_promises(f, s, c);
    f->function = s;
    size_t base = f->nodes.count;
    int count = clang_Cursor_getNumArguments(c);
    for (int i = 0; i < count; i++)
        vec_push(&f->nodes, parameter(
            f, clang_Cursor_getArgument(c, (unsigned)i), i, s));
    for (size_t i = base; i < f->nodes.count; i++)
        node_walk(f->nodes.items[i], keep_parameter, NULL);
    struct node *body = tree_statement(f, body_of(f, c));
    for (size_t i = base; i < f->nodes.count; i++)
        f->nodes.items[i]->symbol->block = body;
    vec_push(&f->nodes, body);
    node_take_kids(f, n, base);
    f->function = NULL;
    bool broken = f->broken;
    f->broken = false;
    return broken ? broken_function(f, n) : n;
}

/* ---- the unit ------------------------------------------------------------ */

static bool defines_function(struct front *f, CXCursor c, struct extent x)
{
    return clang_getCursorKind(c) == CXCursor_FunctionDecl &&
           clang_isCursorDefinition(c) && !has_error(f, x);
}

/* A file-scope declaration, from child `i` on; returns the next child.  It
 * goes as far as children begin before the `;` that ends it. */
static size_t top_level(struct front *f, size_t i, size_t count)
{
    CXCursor c = f->cursors.items[i];
    enum CXCursorKind kind = clang_getCursorKind(c);
    struct extent x = extent_of(f, c);
    if (!x.end)
        return i + 1;
    f->flags = place_is_system(f->unit, x.begin) ? NODE_SYSTEM : 0;
    if (defines_function(f, c, x)) {
        vec_push(&f->nodes, function(f, c));
        return i + 1;
    }
    if (kind == CXCursor_UnexposedDecl) {
        struct extent whole = {x.begin, text_find(f, x.begin, ";") + 1, 0};
        if (f->text[x.begin] != ';')
            vec_push(&f->nodes, node_at(f, N_ASM_TOP, whole));
        return i + 1;
    }
    size_t next = i + 1;
    bool body = kind == CXCursor_FunctionDecl && clang_isCursorDefinition(c);
    uint32_t end = body ? x.end : text_find(f, x.end, ";") + 1;
    for (; next < count; next++) {
        CXCursor after = f->cursors.items[next];
        struct extent y = extent_of(f, after);
        if (!y.end || y.begin >= end || body)
            break;
        if (defines_function(f, after, y))
            return next;        /* a tag in the function's return type */
        x.begin = y.begin < x.begin ? y.begin : x.begin;
        if (y.end > end)
            end = text_find(f, y.end, ";") + 1;
        x.macro |= y.macro;
    }
    x.end = end;
    vec_push(&f->nodes, tree_declaration(f, i, next, x));
    if (f->broken && !(f->flags & NODE_SYSTEM))
        vec_push(&f->user_errors, f->broken_at);
    f->broken = false;
    return next;
}

/* Others may call an alias. */
static void find_aliased(struct unit *u)
{
    for (int i = 0; i < u->symbol_count; i++) {
        struct symbol *alias = u->symbols[i];
        for (int k = 0; alias->alias_of && k < u->symbol_count; k++)
            if (symbol_is_aliased(u->symbols[k], alias))
                u->symbols[k]->function_address_taken =
                    u->symbols[k]->is_aliased = true;
        if (alias->alias_of)
            alias->function_address_taken = true;
    }
}

static void find_named(struct front *f)
{
    for (int i = 0; i < f->unit->symbol_count; i++) {
        struct symbol *s = f->unit->symbols[i];
        s->is_named_elsewhere |=
            !s->is_local &&
            (s->in_pragma || map_get_string(&f->attribute_names, s->name));
        s->is_weak |= s->kind == S_FUNCTION && f->has_variants &&
                      !s->is_system;
    }
}

void tree_convert_unit(struct front *f)
{
    struct unit *u = f->unit;
    u->root = node_new(f, N_UNIT, 0, f->bytes);
    size_t first = front_children(
        f, clang_getTranslationUnitCursor(f->clang));
    size_t count = f->cursors.count;
    for (size_t i = first; i < count;)
        i = top_level(f, i, count);
    front_pop(f, first);
    node_take_kids(f, u->root, 0);
    u->symbols = f->all_symbols.items;
    u->symbol_count = (int)f->all_symbols.count;
    find_aliased(u);
    find_named(f);
}
