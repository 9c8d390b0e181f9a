/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_scan_declare.c - declarations and type names.
 *
 * See tree_scan_grammar.h.
 */
#include "tree_scan_grammar.h"

static bool specifiers(struct scan *);

/* ---- declarators --------------------------------------------------------- */

enum declares { OBJECT, MEMBER, PARAMETER, UNNAMED };

struct declared {
    struct scan_name *name;
    uint32_t at;            /* 0: nothing */
};

static void parameters(struct scan *s);

static void suffixes(struct scan *s)
{
    for (;;) {
        scan_attributes(s);
        if (scan_accept(s, '[')) {
            while (scan_is_word(s, QUALIFIER))
                scan_next(s);
            scan_expression(s, "]");
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
        scan_attributes(s);
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
    return scan_begins_type(s) || scan_is(s, ')') || scan_is(s, DOTS);
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
        if (!scan_accept(s, DOTS)) {
            specifiers(s);
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

/* ---- specifiers ---------------------------------------------------------- */

static void members(struct scan *s)
{
    while (s->token != END && !scan_is(s, '}')) {
        if (scan_accept(s, ';'))
            continue;
        if (scan_is_word(s, ASSERT)) {
            scan_assertion(s);
            continue;
        }
        specifiers(s);
        while (s->token != END && !scan_is(s, ';') && !scan_is(s, '}')) {
            struct declared declared = {0};
            declarator(s, MEMBER, &declared);
            if (scan_accept(s, ':'))
                scan_expression(s, ",;}");
            scan_attributes(s);
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
        scan_attributes(s);
        if (scan_accept(s, '='))
            scan_expression(s, ",}");
        scan_declare(s, declared.name, declared.at, false);
        if (!scan_accept(s, ','))
            break;
    }
}

static void tag(struct scan *s)
{
    bool is_enum = scan_is_word(s, ENUM);
    scan_next(s);
    scan_attributes(s);
    if (scan_is_word(s, PLAIN))
        scan_take(s, SCAN_OTHER);
    scan_attributes(s);
    if (is_enum && scan_is(s, ':')) {
        uint32_t before = s->at;
        scan_next(s);
        if (scan_begins_type(s))
            specifiers(s);
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

struct specifiers {
    bool is_type;               /* a typedef */
    bool complete;              /* a type was named */
};

/* False if it is no specifier. */
static bool specifier(struct scan *s, struct specifiers *all)
{
    switch (s->word) {
    case TYPE:
        all->complete = true;
        scan_next(s);
        return true;
    case TYPEDEF:
        all->is_type = true;
        scan_next(s);
        return true;
    case QUALIFIER:
    case PREFIX:
        scan_next(s);
        return true;
    case TAG:
    case ENUM:
        tag(s);
        all->complete = true;
        return true;
    case TYPE_OF:
        scan_next(s);
        if (scan_is(s, '(')) {  /* not the qualifier _Atomic */
            scan_type_or_expression(s);
            all->complete = true;
        }
        return true;
    case ALIGN:
        scan_next(s);
        scan_type_or_expression(s);
        return true;
    case PLAIN:
        if (all->complete || !scan_is_type_name(s))
            return false;
        all->complete = true;
        scan_take(s, SCAN_OTHER);
        return true;
    default:
        return false;
    }
}

/* Declaration specifiers or specifiers and qualifiers of a type name; whether
 * `typedef` is among them. */
static bool specifiers(struct scan *s)
{
    struct specifiers all = {0};
    for (;;) {
        if (scan_is_c23_attribute(s) || scan_is_word(s, ATTRIBUTE))
            scan_attributes(s);
        else if (s->token != WORD || !specifier(s, &all))
            return all.is_type;
    }
}

/* ---- declarations -------------------------------------------------------- */

/* From behind the specifiers to behind the `;`. */
static void declarators(struct scan *s, bool is_type)
{
    while (s->token != END && !scan_is(s, ';')) {
        struct declared declared = {0};
        declarator(s, OBJECT, &declared);
        if (declared.at)
            scan_declare(s, declared.name, declared.at, is_type);
        if (scan_accept(s, '='))
            scan_initializer(s, ",;");
        if (!scan_accept(s, ','))
            break;
    }
    scan_expect(s, ';');
}

void scan_type_name(struct scan *s)
{
    struct declared declared = {0};
    specifiers(s);
    declarator(s, UNNAMED, &declared);
}

void scan_declaration(struct scan *s)
{
    bool is_type = specifiers(s);
    declarators(s, is_type);
}

void scan_assertion(struct scan *s)
{
    scan_next(s);
    scan_expect(s, '(');
    scan_arguments(s);
    scan_accept(s, ';');
}
