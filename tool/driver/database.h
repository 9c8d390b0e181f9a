/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* database.h - fragments of compile_commands.json, for -MJ. */
#ifndef ESCC_DATABASE_H
#define ESCC_DATABASE_H

#include "steps.h"

/* Writes one record a source to the file that -MJ names, as clang does; false
 * after printing why it cannot.  `compiler` is what the record says was
 * run: escc. */
bool database_write(const struct command *, const char *compiler,
                    const struct source *, size_t sources);

#endif
