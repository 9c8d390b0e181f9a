/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_scan_expression.c - expressions, arguments, initializers.
 *
 * See tree_scan_grammar.h.  Operators are read one after another: which of
 * them binds what is of no concern to names.
 *
 * [inv.scan.operand]  after an operand `(` begins arguments, `&&` is the
 * operator and `[` an index; else they begin a cast or a parenthesis, a
 * label's address and a designator.
 */
#include "tree_scan_grammar.h"

#include <string.h>

static void initializer_list(struct scan *);

/* ---- expressions --------------------------------------------------------- */

/* The `(` is no call's.  Returns whether an operand has ended. */
static bool parenthesis(struct scan *s)
{
    scan_expect(s, '(');
    if (scan_is(s, '{')) {
        scan_block(s);
        scan_expect(s, ')');
        return true;
    }
    if (!scan_begins_type(s)) {
        scan_expression(s, ")");
        scan_expect(s, ')');
        return true;
    }
    scan_type_name(s);
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
    if (scan_begins_type(s))
        scan_type_name(s);
    else
        scan_expression(s, ",");
    while (scan_accept(s, ',')) {
        if (scan_is_word(s, DEFAULT))
            scan_next(s);
        else
            scan_type_name(s);
        scan_expect(s, ':');
        scan_expression(s, ",)");
    }
    scan_expect(s, ')');
}

static void offset_of_member(struct scan *s)
{
    scan_next(s);
    scan_expect(s, '(');
    scan_type_name(s);
    scan_expect(s, ',');
    scan_take(s, SCAN_OTHER);
    scan_expression(s, ")");
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

struct expression {
    bool operand;               /* [inv.scan.operand] one has ended */
    int conditions;             /* `?` without their `:` */
};

/* An operator, or a bracket with what is in it. */
static void punctuator(struct scan *s, struct expression *e)
{
    bool operand = e->operand;
    switch (s->punctuator) {
    case '(':
        if (!operand) {
            e->operand = parenthesis(s);
            break;
        }
        scan_next(s);
        scan_arguments(s);
        break;
    case '[':
        scan_next(s);
        scan_expression(s, "]");
        scan_expect(s, ']');
        e->operand = true;
        break;
    case '.':
    case ARROW:
        scan_next(s);
        scan_take(s, SCAN_OTHER);
        e->operand = true;
        break;
    case BOTH_AND:
        scan_next(s);
        if (!operand)
            scan_take(s, SCAN_OTHER);
        e->operand = !operand;
        break;
    case STEP:
        scan_next(s);
        break;
    case ')': case ']': case '{': case '}': case ';': case '#':
        scan_stop(s);
        break;
    default:
        e->conditions += scan_is(s, '?') - scan_is(s, ':');
        if (e->conditions < 0)
            scan_stop(s);
        scan_next(s);
        e->operand = false;
    }
}

void scan_expression(struct scan *s, const char *stops)
{
    struct expression e = {0};
    while (s->token != END) {
        int c = s->token == PUNCTUATOR ? s->punctuator : 0;
        if (e.operand && scan_is_word(s, ATTRIBUTE))
            return;             /* behind the width of a bit-field */
        if (c && c < ARROW && strchr(stops, c) &&
            !(c == ':' && e.conditions))
            return;
        if (s->token == WORD) {
            e.operand = operand_word(s);
        } else if (s->token == LITERAL) {
            e.operand = true;
            scan_next(s);
        } else {
            punctuator(s, &e);
        }
    }
}

void scan_type_or_expression(struct scan *s)
{
    scan_expect(s, '(');
    if (scan_begins_type(s))
        scan_type_name(s);
    else
        scan_expression(s, ")");
    scan_expect(s, ')');
}

void scan_arguments(struct scan *s)
{
    while (s->token != END && !scan_is(s, ')')) {
        if (scan_begins_type(s))
            scan_type_name(s);
        else
            scan_expression(s, ",)");
        if (!scan_accept(s, ','))
            break;
    }
    scan_expect(s, ')');
}

/* ---- initializers -------------------------------------------------------- */

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
                scan_expression(s, "]");
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
        scan_initializer(s, ",}");
        if (!scan_accept(s, ','))
            break;
    }
    scan_expect(s, '}');
}

void scan_initializer(struct scan *s, const char *stops)
{
    if (scan_is(s, '{'))
        initializer_list(s);
    else
        scan_expression(s, stops);
}
