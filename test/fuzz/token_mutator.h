/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* token_mutator.h - changes C text so that much of it is still C.
 *
 * A fuzzer that flips bytes shows the rewriter nothing but syntax errors.
 * This one works on tokens and on whole statements and declarations (what
 * lies between two semicolons or braces of one depth).
 */
#ifndef ESCC_FUZZ_TOKEN_MUTATOR_H
#define ESCC_FUZZ_TOKEN_MUTATOR_H

#include <stddef.h>
#include <stdint.h>

/* Changes the text in place; returns its new size, at most `max_size`. */
size_t mutate_tokens(uint8_t *text, size_t size, size_t max_size,
                     unsigned seed);

/* Writes the one text with a piece of the other put in; returns its size. */
size_t cross_tokens(const uint8_t *one, size_t one_size,
                    const uint8_t *other, size_t other_size, uint8_t *out,
                    size_t max_size, unsigned seed);

#endif
