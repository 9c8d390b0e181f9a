/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tokens.h - a text in C as tokens, for looks at it without a parser. */
#ifndef ESCC_TOKENS_H
#define ESCC_TOKENS_H

#include "util/vec.h"

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
    TOKEN_END, TOKEN_WORD, TOKEN_NUMBER /* or a character */, TOKEN_STRING,
    TOKEN_MARK
};

/* There are a hundred thousand in a unit of many headers. */
struct token {
    const char *text;           /* not terminated */
    unsigned bytes;
    enum token_kind kind : 8;
    bool is_system;             /* of a system header */
};

VEC_TYPE(token_vec, struct token);

/* Appends the tokens of the text, which must outlive them, and a TOKEN_END.
 * Of a source the directives are left out; false: a preprocessed text has one
 * that changes more than places, or a string is not what it seems. */
bool tokens_read(struct token_vec *, const char *text, bool is_source);

bool token_is(const struct token *, const char *text);
bool token_is_one(const struct token *, const char *const *words);

#endif
