/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fingerprint.h - what objects depend on besides command line and source. */
#ifndef ESCC_FINGERPRINT_H
#define ESCC_FINGERPRINT_H

#include "link.h"
#include "steps.h"

#include <stddef.h>
#include <stdint.h>

/* Prints it for caches: two outputs that are the same mean that the same
 * command makes the same object of the same text.  Returns the exit status. */
int fingerprint_print(const struct backend *, const struct installation *,
                      const char *self);

/* Of a text, to tell it from others. */
uint64_t fingerprint_hash(const char *text, size_t bytes);

#endif
