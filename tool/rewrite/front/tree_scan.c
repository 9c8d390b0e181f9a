/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_scan.c - what the names in a function's text are.
 *
 * libclang does not show everything that the text of a function says: the
 * parameters of function types, arguments of attributes, the associations of
 * a _Generic and more are nowhere in its tree.  Here the tokens are read
 * instead, by C's grammar as far as names depend on it: where a declaration
 * begins, what a declarator declares and from where on, which brackets hold a
 * type, what opens a scope.  Nothing is known of precedence, types or values.
 *
 * [inv.scan.operand]  after an operand `(` begins arguments, `&&` is the
 * operator and `[` an index; else they begin a cast or a parenthesis, a
 * label's address and a designator.
 */
#include "tree_scan.h"

#include <string.h>

static void expression(struct scan *, const char *stops);
static void block(struct scan *);
static void specifiers(struct scan *, bool *is_type);
static void type_name(struct scan *);
static void initializer_list(struct scan *);

/* ---- what begins a type -------------------------------------------------- */

static bool is_c23_attribute(const struct scan *s)
{
    return scan_is(s, '[') && scan_peek(s) == '[';
}

/* Whether a declaration's specifiers or a type name begin here. */
static bool begins_type(const struct scan *s)
{
    if (s->token != WORD)
        return is_c23_attribute(s);
    switch (s->word) {
    case TYPE: case QUALIFIER: case TYPEDEF: case TAG: case ENUM:
    case TYPE_OF: case ALIGN: case ATTRIBUTE:
        return true;
    case PLAIN:
        return scan_is_type_name(s);
    default:
        return false;
    }
}

/* `(` type or expression `)` */
static void type_or_expression(struct scan *s)
{
    scan_expect(s, '(');
    if (begins_type(s))
        type_name(s);
    else
        expression(s, ")");
    scan_expect(s, ')');
}

/* ---- attributes ---------------------------------------------------------- */

/* Attributes whose arguments are expressions, and those whose first argument
 * is a word, without underscores around. */
static const char *const with_expressions[] = {
    "aligned", "align", "alloc_align", "alloc_size", "assume",
    "assume_aligned", "constructor", "destructor", "diagnose_if",
    "enable_if", "ext_vector_type", "init_priority", "nonnull", "sentinel",
    "vector_size", NULL
};
static const char *const with_word[] = {
    "access", "alias", "cleanup", "counted_by", "deprecated", "error",
    "format", "format_arg", "malloc", "mode", "section", "target",
    "tls_model", "unavailable", "visibility", "warning", NULL
};

static bool is_among(const char *const *list, const char *text, size_t bytes)
{
    while (bytes > 4 && *text == '_' && text[bytes - 1] == '_') {
        text++;
        bytes -= 2;
    }
    for (; *list; list++)
        if (strlen(*list) == bytes && strncmp(*list, text, bytes) == 0)
            return true;
    return false;
}

/* Arguments of a call or an attribute, behind the `(`: also types. */
static void arguments(struct scan *s)
{
    while (s->token != END && !scan_is(s, ')')) {
        if (begins_type(s))
            type_name(s);
        else
            expression(s, ",)");
        if (!scan_accept(s, ','))
            break;
    }
    scan_expect(s, ')');
}

/* What a compiler makes of these is its own affair. */
static void unknown_arguments(struct scan *s)
{
    for (int depth = 1; depth > 0 && s->token != END;) {
        depth += scan_is(s, '(') - scan_is(s, ')');
        scan_take(s, SCAN_UNKNOWN);
    }
}

static void attribute_arguments(struct scan *s, const char *name,
                                size_t bytes)
{
    scan_next(s);
    if (is_among(with_expressions, name, bytes)) {
        arguments(s);
    } else if (is_among(with_word, name, bytes)) {
        char after = scan_peek(s);
        if (s->token == WORD && (after == ',' || after == ')')) {
            scan_take(s, SCAN_OTHER);
            scan_accept(s, ',');
        }
        arguments(s);
    } else {
        unknown_arguments(s);
    }
}

/* Up to the closing bracket, which is left. */
static void attribute_list(struct scan *s, int close)
{
    while (s->token != END && !scan_is(s, close)) {
        if (s->token != WORD) {         /* , and the :: of gnu::packed */
            scan_next(s);
            continue;
        }
        const char *name = s->f->text + s->at;
        size_t bytes = s->token_end - s->at;
        scan_take(s, SCAN_OTHER);
        if (scan_is(s, '('))
            attribute_arguments(s, name, bytes);
    }
}

static void asm_label(struct scan *s)
{
    scan_next(s);
    scan_expect(s, '(');
    while (s->token == LITERAL)
        scan_next(s);
    scan_expect(s, ')');
}

/* One after another, also asm("name") and other things behind a declarator
 * that say nothing. */
static void attributes(struct scan *s)
{
    for (;;) {
        if (is_c23_attribute(s)) {
            scan_next(s);
            scan_next(s);
            attribute_list(s, ']');
            scan_expect(s, ']');
            scan_expect(s, ']');
        } else if (scan_is_word(s, ATTRIBUTE)) {
            scan_next(s);
            scan_expect(s, '(');
            bool doubled = scan_accept(s, '(');
            attribute_list(s, ')');
            scan_expect(s, ')');
            if (doubled)
                scan_expect(s, ')');
        } else if (scan_is_word(s, ASM) && scan_peek(s) == '(') {
            asm_label(s);
        } else {
            return;
        }
    }
}

/* ---- declarations -------------------------------------------------------- */

enum declares { OBJECT, MEMBER, PARAMETER, UNNAMED };

struct declared {
    struct scan_name *name;
    uint32_t at;            /* 0: nothing */
};

static void parameters(struct scan *s);

static void suffixes(struct scan *s)
{
    for (;;) {
        attributes(s);
        if (scan_accept(s, '[')) {
            while (scan_is_word(s, QUALIFIER))
                scan_next(s);
            expression(s, "]");
            scan_expect(s, ']');
        } else if (scan_is(s, '(')) {
            parameters(s);
        } else {
            return;
        }
    }
}

static void pointers(struct scan *s)
{
    for (;;) {
        attributes(s);
        if (!scan_accept(s, '*') && !scan_accept(s, '^')) {
            if (!scan_is_word(s, QUALIFIER) && !scan_is_word(s, TYPE_OF))
                return;
            scan_next(s);       /* TYPE_OF: _Atomic as a qualifier */
        }
    }
}

/* Behind the `(` there is a parameter list, not another declarator. */
static bool begins_parameters(const struct scan *s)
{
    return begins_type(s) || scan_is(s, ')') || scan_is(s, DOTS);
}

static void declarator(struct scan *s, enum declares what,
                       struct declared *declared)
{
    pointers(s);
    if (scan_is(s, '(')) {
        uint32_t before = s->at;
        scan_next(s);
        /* Without a name `(` may begin either; an attribute is no sign. */
        bool nested = scan_is_word(s, ATTRIBUTE) ||
            !begins_parameters(s) || (what != PARAMETER &&
                                         what != UNNAMED);
        if (nested) {
            declarator(s, what, declared);
            scan_expect(s, ')');
        } else {
            scan_seek(s, before);
        }
    } else if (scan_is_word(s, PLAIN)) {
        declared->name = s->name;
        declared->at = s->at;
        if (what == MEMBER)
            scan_take(s, SCAN_OTHER);
        else
            scan_next(s);
    }
    suffixes(s);
}

static void parameters(struct scan *s)
{
    size_t mark = scan_enter(s);
    scan_expect(s, '(');
    while (s->token != END && !scan_is(s, ')')) {
        struct declared declared = {0};
        bool is_type = false;
        if (!scan_accept(s, DOTS)) {
            specifiers(s, &is_type);
            declarator(s, PARAMETER, &declared);
        }
        if (declared.at)
            scan_declare(s, declared.name, declared.at, false);
        if (!scan_accept(s, ','))
            break;
    }
    scan_leave(s, mark);
    scan_expect(s, ')');
}

static void type_name(struct scan *s)
{
    struct declared declared = {0};
    bool is_type = false;
    specifiers(s, &is_type);
    declarator(s, UNNAMED, &declared);
}

static void assertion(struct scan *s)
{
    scan_next(s);
    scan_expect(s, '(');
    arguments(s);
    scan_accept(s, ';');
}

static void members(struct scan *s)
{
    while (s->token != END && !scan_is(s, '}')) {
        bool is_type = false;
        if (scan_accept(s, ';'))
            continue;
        if (scan_is_word(s, ASSERT)) {
            assertion(s);
            continue;
        }
        specifiers(s, &is_type);
        while (s->token != END && !scan_is(s, ';') && !scan_is(s, '}')) {
            struct declared declared = {0};
            declarator(s, MEMBER, &declared);
            if (scan_accept(s, ':'))
                expression(s, ",;}");
            attributes(s);
            if (!scan_accept(s, ','))
                break;
        }
        if (!scan_accept(s, ';') && !scan_is(s, '}'))
            scan_stop(s);
    }
}

static void enumerators(struct scan *s)
{
    while (scan_is_word(s, PLAIN)) {
        struct declared declared = {s->name, s->at};
        scan_next(s);
        attributes(s);
        if (scan_accept(s, '='))
            expression(s, ",}");
        scan_declare(s, declared.name, declared.at, false);
        if (!scan_accept(s, ','))
            break;
    }
}

static void tag(struct scan *s)
{
    bool is_enum = scan_is_word(s, ENUM);
    scan_next(s);
    attributes(s);
    if (scan_is_word(s, PLAIN))
        scan_take(s, SCAN_OTHER);
    attributes(s);
    if (is_enum && scan_is(s, ':')) {
        uint32_t before = s->at;
        bool is_type = false;
        scan_next(s);
        if (begins_type(s))
            specifiers(s, &is_type);
        else                    /* an unnamed bit-field */
            scan_seek(s, before);
    }
    if (!scan_accept(s, '{'))
        return;
    if (is_enum)
        enumerators(s);
    else
        members(s);
    scan_expect(s, '}');
}

/* Declaration specifiers or specifiers and qualifiers of a type name. */
static void specifiers(struct scan *s, bool *is_type)
{
    bool complete = false;      /* a type was named */
    for (;;) {
        if (is_c23_attribute(s) || scan_is_word(s, ATTRIBUTE)) {
            attributes(s);
            continue;
        }
        if (s->token != WORD)
            return;
        switch (s->word) {
        case TYPE:
            complete = true;
            scan_next(s);
            break;
        case TYPEDEF:
            *is_type = true;
            scan_next(s);
            break;
        case QUALIFIER:
            scan_next(s);
            break;
        case TAG:
        case ENUM:
            tag(s);
            complete = true;
            break;
        case TYPE_OF:
            scan_next(s);
            if (scan_is(s, '(')) {      /* not the qualifier _Atomic */
                type_or_expression(s);
                complete = true;
            }
            break;
        case ALIGN:
            scan_next(s);
            type_or_expression(s);
            break;
        case PREFIX:
            scan_next(s);
            break;
        case PLAIN:
            if (complete || !scan_is_type_name(s))
                return;
            complete = true;
            scan_take(s, SCAN_OTHER);
            break;
        default:
            return;
        }
    }
}

static void initializer(struct scan *s, const char *stops)
{
    if (scan_is(s, '{'))
        initializer_list(s);
    else
        expression(s, stops);
}

/* From the `{` to behind the `}`. */
static void initializer_list(struct scan *s)
{
    scan_expect(s, '{');
    while (s->token != END && !scan_is(s, '}')) {
        bool designated = false;
        if (scan_is_word(s, PLAIN) && scan_peek(s) == ':') {
            scan_take(s, SCAN_OTHER);       /* GNU's `member: value` */
            scan_next(s);
        }
        for (;;) {
            if (scan_accept(s, '[')) {
                expression(s, "]");
                scan_expect(s, ']');
            } else if (scan_accept(s, '.')) {
                scan_take(s, SCAN_OTHER);
            } else {
                break;
            }
            designated = true;
        }
        if (designated)
            scan_accept(s, '=');
        initializer(s, ",}");
        if (!scan_accept(s, ','))
            break;
    }
    scan_expect(s, '}');
}

/* From behind the specifiers to behind the `;`. */
static void declarators(struct scan *s, bool is_type)
{
    while (s->token != END && !scan_is(s, ';')) {
        struct declared declared = {0};
        declarator(s, OBJECT, &declared);
        if (declared.at)
            scan_declare(s, declared.name, declared.at, is_type);
        if (scan_accept(s, '='))
            initializer(s, ",;");
        if (!scan_accept(s, ','))
            break;
    }
    scan_expect(s, ';');
}

static void declaration(struct scan *s)
{
    bool is_type = false;
    specifiers(s, &is_type);
    declarators(s, is_type);
}

/* ---- expressions --------------------------------------------------------- */

/* The `(` is no call's.  Returns whether an operand has ended. */
static bool parenthesis(struct scan *s)
{
    scan_expect(s, '(');
    if (scan_is(s, '{')) {
        block(s);
        scan_expect(s, ')');
        return true;
    }
    if (!begins_type(s)) {
        expression(s, ")");
        scan_expect(s, ')');
        return true;
    }
    type_name(s);
    scan_expect(s, ')');
    if (!scan_is(s, '{'))
        return false;
    initializer_list(s);
    return true;
}

static void generic(struct scan *s)
{
    scan_next(s);
    scan_expect(s, '(');
    if (begins_type(s))
        type_name(s);
    else
        expression(s, ",");
    while (scan_accept(s, ',')) {
        if (scan_is_word(s, DEFAULT))
            scan_next(s);
        else
            type_name(s);
        scan_expect(s, ':');
        expression(s, ",)");
    }
    scan_expect(s, ')');
}

static void offset_of_member(struct scan *s)
{
    scan_next(s);
    scan_expect(s, '(');
    type_name(s);
    scan_expect(s, ',');
    scan_take(s, SCAN_OTHER);
    expression(s, ")");
    scan_expect(s, ')');
}

/* A word in an expression; whether an operand has ended. */
static bool operand_word(struct scan *s)
{
    switch (s->word) {
    case SIZE:
        scan_next(s);
        return scan_is(s, '(') && (parenthesis(s), true);
    case PREFIX:
        scan_next(s);
        return false;
    case GENERIC:
        generic(s);
        return true;
    case OFFSETOF:
        offset_of_member(s);
        return true;
    case PLAIN:
        scan_take(s, SCAN_USE);
        return true;
    default:
        scan_stop(s);
        return true;
    }
}

/* Up to one out of `stops` outside of brackets, which is left. */
static void expression(struct scan *s, const char *stops)
{
    bool operand = false;       /* [inv.scan.operand] */
    int conditions = 0;         /* `?` without their `:` */
    while (s->token != END) {
        if (s->token == LITERAL) {
            operand = true;
            scan_next(s);
            continue;
        }
        if (operand && scan_is_word(s, ATTRIBUTE))
            return;             /* behind the width of a bit-field */
        if (s->token == WORD) {
            operand = operand_word(s);
            continue;
        }
        int c = s->punctuator;
        if (c < ARROW && strchr(stops, c) && !(c == ':' && conditions))
            return;
        switch (c) {
        case '(':
            if (operand) {
                scan_next(s);
                arguments(s);
            } else {
                operand = parenthesis(s);
            }
            break;
        case '[':
            scan_next(s);
            expression(s, "]");
            scan_expect(s, ']');
            operand = true;
            break;
        case '.':
        case ARROW:
            scan_next(s);
            scan_take(s, SCAN_OTHER);
            operand = true;
            break;
        case BOTH_AND:
            scan_next(s);
            if (!operand) {
                scan_take(s, SCAN_OTHER);
                operand = true;
            } else {
                operand = false;
            }
            break;
        case STEP:
            scan_next(s);
            break;
        case ')': case ']': case '{': case '}': case ';': case '#':
            scan_stop(s);
            break;
        default:
            conditions += (c == '?') - (c == ':');
            if (conditions < 0)
                scan_stop(s);
            scan_next(s);
            operand = false;
        }
    }
}

/* ---- statements ---------------------------------------------------------- */

static void controlling(struct scan *s)
{
    scan_next(s);
    scan_expect(s, '(');
    expression(s, ")");
    scan_expect(s, ')');
}

static void assembler(struct scan *s)
{
    enum { LABELS_PART = 4 };
    scan_next(s);
    while (s->token == WORD)            /* volatile, goto, inline */
        scan_next(s);
    scan_expect(s, '(');
    for (int part = 0; s->token != END && !scan_is(s, ')');) {
        if (scan_accept(s, '[')) {
            scan_take(s, SCAN_OTHER);
            scan_expect(s, ']');
        } else if (scan_accept(s, '(')) {
            expression(s, ")");
            scan_expect(s, ')');
        } else if (s->token == WORD && part == LABELS_PART) {
            scan_take(s, SCAN_OTHER);
        } else if (s->token == WORD) {
            scan_stop(s);
        } else {
            part += scan_is(s, ':') + 2 * scan_is(s, SCOPE);
            scan_next(s);
        }
    }
    scan_expect(s, ')');
}

static void statement(struct scan *);

static void for_loop(struct scan *s)
{
    size_t mark = scan_enter(s);
    scan_next(s);
    scan_expect(s, '(');
    while (scan_is_word(s, PREFIX))
        scan_next(s);
    if (begins_type(s)) {
        declaration(s);
    } else {
        expression(s, ";");
        scan_expect(s, ';');
    }
    expression(s, ";");
    scan_expect(s, ';');
    expression(s, ")");
    scan_expect(s, ')');
    statement(s);
    scan_leave(s, mark);
}

static void plain_statement(struct scan *s)
{
    expression(s, ";");
    scan_expect(s, ';');
}

static void word_statement(struct scan *s)
{
    switch (s->word) {
    case SWITCH:
    case WHILE:
        controlling(s);
        statement(s);
        break;
    case FOR:
        for_loop(s);
        break;
    case DO:
        scan_next(s);
        statement(s);
        if (!scan_is_word(s, WHILE))
            scan_stop(s);
        controlling(s);
        scan_accept(s, ';');
        break;
    case GOTO:
        scan_next(s);
        if (s->token == WORD)
            scan_take(s, SCAN_OTHER);
        plain_statement(s);
        break;
    case JUMP:
        scan_next(s);
        plain_statement(s);
        break;
    case ASM:
        assembler(s);
        scan_accept(s, ';');
        break;
    case ASSERT:
        assertion(s);
        break;
    case LABELS:
        do {
            scan_next(s);
            scan_take(s, SCAN_OTHER);
        } while (scan_is(s, ','));
        scan_expect(s, ';');
        break;
    default:
        plain_statement(s);
    }
}

/* Labels in front of a statement; there need not be one before a `}`. */
static bool label(struct scan *s)
{
    if (scan_is_word(s, CASE)) {
        scan_next(s);
        expression(s, ":");
    } else if (scan_is_word(s, DEFAULT) || (scan_is_word(s, PLAIN) &&
                                            scan_peek(s) == ':')) {
        scan_take(s, SCAN_OTHER);
    } else {
        return false;
    }
    scan_expect(s, ':');
    while (scan_is_word(s, ATTRIBUTE) || is_c23_attribute(s))
        attributes(s);
    return true;
}

/* `__extension__` may stand in front of either. */
static bool begins_declaration(struct scan *s)
{
    if (!scan_is_word(s, PREFIX))
        return begins_type(s);
    uint32_t before = s->at;
    while (scan_is_word(s, PREFIX))
        scan_next(s);
    bool type = begins_type(s);
    scan_seek(s, before);
    return type;
}

/* As long a chain as there is, in one call. */
static void if_chain(struct scan *s)
{
    controlling(s);
    statement(s);
    while (scan_is_word(s, ELSE)) {
        scan_next(s);
        if (scan_is_word(s, IF))
            controlling(s);
        statement(s);
    }
}

static void statement(struct scan *s)
{
    for (;;) {
        while (label(s))
            ;
        if (scan_is_word(s, ATTRIBUTE) || is_c23_attribute(s)) {
            attributes(s);      /* of a statement, or of a declaration */
            continue;
        }
        break;
    }
    if (s->token == END || scan_is(s, '}'))
        return;
    if (scan_is(s, '{'))
        block(s);
    else if (scan_is_word(s, IF))
        if_chain(s);
    else if (begins_declaration(s))
        declaration(s);
    else if (s->token == WORD)
        word_statement(s);
    else
        plain_statement(s);
}

static void block(struct scan *s)
{
    size_t mark = scan_enter(s);
    scan_expect(s, '{');
    while (s->token != END && !scan_is(s, '}'))
        statement(s);
    scan_leave(s, mark);
    scan_expect(s, '}');
}

void scan_function(struct scan *s, struct node *function)
{
    struct node *body = function->kids[function->kid_count - 1];
    for (int i = 0; i < function->kid_count - 1; i++) {
        struct symbol *parameter = function->kids[i]->symbol;
        struct scan_name *name =
            parameter ? map_get_string(&s->names, parameter->name) : NULL;
        if (name)
            name->now = (struct binding){BOUND_LOCAL, parameter};
    }
    scan_start(s, body->begin, body->end);
    block(s);
}
