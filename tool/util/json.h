/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* json.h - JSON as it is written, into a text.
 *
 * Commas come by themselves: a value that does not follow an opening bracket,
 * a key or the beginning of a line is preceded by one.  So a line is a
 * document, and a text may hold several.
 *
 * Strings are UTF-8 whatever they are given: bytes that are none become
 * U+FFFD.  `<` is written as an escape, so that a document may stand in a
 * script of a page.
 */
#ifndef ESCC_UTIL_JSON_H
#define ESCC_UTIL_JSON_H

#include "strbuf.h"

/* bracket: '{' or '[', '}' or ']'. */
void json_open(struct strbuf *, char bracket);
void json_close(struct strbuf *, char bracket);
void json_key(struct strbuf *, const char *key);
void json_text(struct strbuf *, const char *value);
void json_number(struct strbuf *, long long value);

/* A key and its value. */
void json_add_text(struct strbuf *, const char *key, const char *value);
void json_add_number(struct strbuf *, const char *key, long long value);
/* A key and what opens its value. */
void json_add_open(struct strbuf *, const char *key, char bracket);

/* A path as a reference of a URI: "file:///a%20b" if it is absolute, else
 * relative. */
void json_add_uri(struct strbuf *, const char *key, const char *path);

#endif
