/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_marks.c - what <escc/attr.h> lets a program say of its declarations.
 *
 * The marks are lists of attributes with no attribute in them, which mean
 * nothing to compilers and of which libclang shows nothing: they are found in
 * the text.  clang's attribute noescape of a parameter, which says the same as
 * ESCC_NOESCAPE but is not checked, is read here too, because a function's
 * prototype has no node for its parameters.
 */
#define _GNU_SOURCE
#include "front.h"

#include <string.h>

enum { MOST_TOKENS = 12, MOST_PROMISES = 64 };

/* ESCC_ON_STACK and ESCC_NOESCAPE, token by token. */
static const char *const stack_mark[MOST_TOKENS + 1] = {
    "__attribute__", "(", "(", ")", ")",
    "__attribute__", "(", "(", ",", ")", ")"
};
static const char *const noescape_mark[MOST_TOKENS + 1] = {
    "__attribute__", "(", "(", ",", ",", ")", ")",
    "__attribute__", "(", "(", ")", ")"
};

static bool is_mark(const struct front *f, uint32_t at,
                    const char *const *mark)
{
    for (; *mark; mark++) {
        bool same = (*mark)[1] ? text_is_word(f, at, *mark)
                               : f->text[at] == **mark;
        if (!same)
            return false;
        at = text_skip_space(f, text_token_end(f, at));
    }
    return true;
}

void tree_read_marks(const struct front *f, struct symbol *s)
{
    for (uint32_t at = s->specifiers_begin; at < s->declarator_end;
         at = text_skip_space(f, text_token_end(f, at))) {
        s->on_stack |= is_mark(f, at, stack_mark);
        s->asserts_noescape |= is_mark(f, at, noescape_mark);
    }
    f->unit->has_assertions |= s->asserts_noescape || s->on_stack;
}

/* Whether some declaration of the text may promise something. */
static bool has_promises(struct front *f)
{
    if (!f->promises_looked_for) {
        f->promises_looked_for = true;
        f->has_promises =
            memmem(f->text, f->bytes, "noescape", 8) ||
            memmem(f->text, f->bytes, "__attribute__((,,", 17);
    }
    return f->has_promises;
}

/* ESCC_RETURNS(n), which has three commas and n more: n + 1; 0: it is not. */
static int returns_mark(const struct front *f, uint32_t at)
{
    enum { FEWEST_COMMAS = 3, MOST_NUMBERS = 8 };
    static const char *const open[] = {"__attribute__", "(", "(", NULL};
    static const char *const rest[] = {")", ")", "__attribute__", "(", "(",
                                       ",", ")", ")", NULL};
    int commas = 0;
    if (!is_mark(f, at, open))
        return 0;
    for (int i = 0; open[i]; i++)
        at = text_skip_space(f, text_token_end(f, at));
    for (; f->text[at] == ','; commas++)
        at = text_skip_space(f, text_token_end(f, at));
    return commas >= FEWEST_COMMAS && commas < FEWEST_COMMAS + MOST_NUMBERS &&
           is_mark(f, at, rest) ? commas - FEWEST_COMMAS + 1 : 0;
}

/* In front of the name of the function that `c` declares. */
static void read_returns(struct front *f, struct symbol *s, CXCursor c)
{
    uint32_t end = offset_of(f, clang_getCursorLocation(c));
    for (uint32_t at = extent_of(f, c).begin; at < end;
         at = text_skip_space(f, text_token_end(f, at))) {
        int number = returns_mark(f, at);
        if (number)
            s->asserted_result = number;
    }
    if (s->asserted_result) {
        s->asserted_parameters = s->noescape_parameters = ~(uint64_t)0;
        f->unit->has_assertions = true;
    }
}

void tree_read_promises(struct front *f, struct symbol *s, CXCursor c)
{
    int count = has_promises(f) ? clang_Cursor_getNumArguments(c) : 0;
    for (int i = 0; i < count && i < MOST_PROMISES; i++) {
        struct extent x =
            extent_of(f, clang_Cursor_getArgument(c, (unsigned)i));
        uint32_t end = text_find(f, x.end, ",)");
        uint64_t bit = (uint64_t)1 << i;
        for (uint32_t at = x.begin; at < end;
             at = text_skip_space(f, text_token_end(f, at))) {
            if (is_mark(f, at, noescape_mark))
                s->asserted_parameters |= bit;
            else if (text_is_word(f, at, "noescape") ||
                     text_is_word(f, at, "__noescape__"))
                s->noescape_parameters |= bit;
        }
    }
    s->noescape_parameters |= s->asserted_parameters;
    if (has_promises(f))
        read_returns(f, s, c);
}
