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
 * This file has the statements, and where a function begins; the other parts
 * of the grammar are named in tree_scan_grammar.h.
 */
#include "tree_scan_grammar.h"

static void controlling(struct scan *s)
{
    scan_next(s);
    scan_expect(s, '(');
    scan_expression(s, ")");
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
            scan_expression(s, ")");
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
    if (scan_begins_type(s)) {
        scan_declaration(s);
    } else {
        scan_expression(s, ";");
        scan_expect(s, ';');
    }
    scan_expression(s, ";");
    scan_expect(s, ';');
    scan_expression(s, ")");
    scan_expect(s, ')');
    statement(s);
    scan_leave(s, mark);
}

static void plain_statement(struct scan *s)
{
    scan_expression(s, ";");
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
        scan_assertion(s);
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
        scan_expression(s, ":");
    } else if (scan_is_word(s, DEFAULT) || (scan_is_word(s, PLAIN) &&
                                            scan_peek(s) == ':')) {
        scan_take(s, SCAN_OTHER);
    } else {
        return false;
    }
    scan_expect(s, ':');
    while (scan_is_word(s, ATTRIBUTE) || scan_is_c23_attribute(s))
        scan_attributes(s);
    return true;
}

/* `__extension__` may stand in front of either. */
static bool begins_declaration(struct scan *s)
{
    if (!scan_is_word(s, PREFIX))
        return scan_begins_type(s);
    uint32_t before = s->at;
    while (scan_is_word(s, PREFIX))
        scan_next(s);
    bool type = scan_begins_type(s);
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
        if (scan_is_word(s, ATTRIBUTE) || scan_is_c23_attribute(s)) {
            scan_attributes(s);      /* of a statement, or of a declaration */
            continue;
        }
        break;
    }
    if (s->token == END || scan_is(s, '}'))
        return;
    if (scan_is(s, '{'))
        scan_block(s);
    else if (scan_is_word(s, IF))
        if_chain(s);
    else if (begins_declaration(s))
        scan_declaration(s);
    else if (s->token == WORD)
        word_statement(s);
    else
        plain_statement(s);
}

void scan_block(struct scan *s)
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
    scan_block(s);
}
