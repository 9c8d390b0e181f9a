/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* utf8.h - text that ought to be UTF-8: names of files and sources may be
 * anything. */
#ifndef ESCC_UTIL_UTF8_H
#define ESCC_UTIL_UTF8_H

/* `text` itself if it is UTF-8 as RFC 3629 has it, else a copy in the arena
 * with U+FFFD for each byte that belongs to no character. */
const char *utf8_clean(const char *text);

#endif
