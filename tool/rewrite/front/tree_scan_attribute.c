/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_scan_attribute.c - attributes, and what begins a type.
 *
 * See tree_scan_grammar.h.
 */
#include "tree_scan_grammar.h"

#include <string.h>

/* ---- what begins a type -------------------------------------------------- */

bool scan_is_c23_attribute(const struct scan *s)
{
    return scan_is(s, '[') && scan_peek(s) == '[';
}

bool scan_begins_type(const struct scan *s)
{
    if (s->token != WORD)
        return scan_is_c23_attribute(s);
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
        scan_arguments(s);
    } else if (is_among(with_word, name, bytes)) {
        char after = scan_peek(s);
        if (s->token == WORD && (after == ',' || after == ')')) {
            scan_take(s, SCAN_OTHER);
            scan_accept(s, ',');
        }
        scan_arguments(s);
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

void scan_attributes(struct scan *s)
{
    for (;;) {
        if (scan_is_c23_attribute(s)) {
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
