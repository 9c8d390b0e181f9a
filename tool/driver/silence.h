/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* silence.h - when the user's warnings need no compilation of the original. */
#ifndef ESCC_SILENCE_H
#define ESCC_SILENCE_H

#include "steps.h"

/* May the command's source be compiled with the user's warnings on, and the
 * original only if something is said [inv.silence]? */
bool silence_may_do(const struct command *, const struct backend *);

/* The same of its preprocessed text, which may turn on others. */
bool silence_may_do_for(const char *preprocessed);

/* Was something said in that run, whose messages are in this file?  `by_others`
 * then tells whether it may have been somebody else than the compiler proper:
 * its driver, or the assembler. */
bool silence_is_broken(const char *messages, const char *program,
                       bool *by_others);

/* Whether something in it is what gcc's front end alone would not say, of what
 * is on by default. */
bool silence_is_of_optimizer(const char *messages);

#endif
