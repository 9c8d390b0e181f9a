/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_scan.h - the tokens of a function, with what their names mean.
 *
 * tree_token.c reads tokens and knows what is declared; tree_scan.c and the
 * other parts of the grammar (tree_scan_grammar.h) drive it.  Who wants to
 * know about names calls scan_function.
 *
 * [inv.scan.valid]  the text is what clang has accepted.  The scan need not
 * refuse anything; where it does not understand it stops, and what was not
 * reported is not understood.
 * [inv.scan.names]  only names in question have bindings: those that the
 * caller asks for, and all that are types somewhere.
 */
#ifndef ESCC_REWRITE_TREE_SCAN_H
#define ESCC_REWRITE_TREE_SCAN_H

#include "front.h"
#include "util/strbuf.h"

enum scan_role {
    SCAN_USE,           /* an ordinary identifier in an expression or type */
    SCAN_DECLARED,      /* the name that a declarator declares */
    SCAN_OTHER,         /* member, tag, label, or a word of an attribute */
    SCAN_UNKNOWN        /* any of these, or none */
};

/* A token that spells a name asked for.  `symbol`: the local of the tree that
 * it names or declares, or NULL if that is something else. */
typedef void scan_report(void *context, uint32_t at, const char *name,
                         enum scan_role, struct symbol *symbol);

enum binding_kind { BOUND_OTHER, BOUND_TYPE, BOUND_LOCAL };

struct binding {
    enum binding_kind kind;
    struct symbol *symbol;      /* BOUND_LOCAL */
};

struct scan_name {
    const char *text;
    bool asked;
    struct binding now;         /* the innermost declaration */
};

enum token { END, WORD, LITERAL, PUNCTUATOR };
/* Punctuators of several characters that matter; others are characters. */
enum { ARROW = 256, BOTH_AND, STEP, DOTS, SCOPE };

enum word {
    PLAIN, TYPE, QUALIFIER, TYPEDEF, TAG, ENUM, TYPE_OF, ALIGN, ATTRIBUTE,
    ASM, SIZE, PREFIX, GENERIC, OFFSETOF, ASSERT, LABELS, IF, ELSE, FOR,
    WHILE, DO, SWITCH, CASE, DEFAULT, GOTO, JUMP
};

struct hidden { struct scan_name *name; struct binding before; };

struct scan {
    struct front *f;
    struct map names;           /* text -> struct scan_name */
    struct map locals;          /* name_begin + 1 -> struct symbol */
    struct { VEC(struct hidden); } hidden;
    uint32_t at, token_end;     /* the current token */
    uint32_t end;               /* of what is scanned */
    uint32_t stopped_at;        /* before that; 0: it did not */
    enum token token;
    int punctuator;
    enum word word;
    struct scan_name *name;     /* a PLAIN word in question, or NULL */
    struct strbuf spelling;
    scan_report *report;
    void *context;
};

/* ---- tree_scan.c --------------------------------------------------------- */

/* Adds a name that is asked for; `text` lives on. */
void scan_ask(struct scan *, const char *text);
/* Scans the body of a function, N_FUNCTION, whose locals are in s->locals. */
void scan_function(struct scan *, struct node *function);

/* ---- tree_token.c -------------------------------------------------------- */

/* Begins at `at`; goes on to the next token. */
void scan_start(struct scan *, uint32_t at, uint32_t end);
void scan_next(struct scan *);
/* Back to the token at `at`, of which nothing was said since. */
void scan_seek(struct scan *, uint32_t at);
/* Gives up: everything is at its end. */
void scan_stop(struct scan *);
/* The first byte of the next token. */
char scan_peek(const struct scan *);
bool scan_is(const struct scan *, int punctuator);
bool scan_is_word(const struct scan *, enum word);
/* Steps over the punctuator, or gives up where there is another token. */
void scan_expect(struct scan *, int punctuator);
bool scan_accept(struct scan *, int punctuator);
/* Whether the current word is the name of a type here. */
bool scan_is_type_name(const struct scan *);

/* Says what the current word is, and steps over it. */
void scan_take(struct scan *, enum scan_role);
/* Says what the word `name` at `at` declares, and binds it. */
void scan_declare(struct scan *, struct scan_name *, uint32_t at,
                  bool is_type);
/* A scope: the mark is for its end, which restores what it hid. */
size_t scan_enter(const struct scan *);
void scan_leave(struct scan *, size_t mark);

#endif
