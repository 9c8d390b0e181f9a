/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* arena.h - bump allocation for data that lives as long as the process.
 *
 * One escc-rewrite process handles one translation unit and then exits, so
 * nothing in the tree, the types or the graphs is freed one by one.  Running
 * out of memory ends the process with a message (util_out_of_memory): the
 * tool has nothing better to do.
 */
#ifndef ESCC_UTIL_ARENA_H
#define ESCC_UTIL_ARENA_H

#include <stdarg.h>
#include <stddef.h>

/* Zeroed memory aligned for any type; never NULL; never freed. */
void *arena_alloc(size_t bytes);

/* A zeroed array of `count` T. */
#define arena_array(T, count) ((T *)arena_alloc(sizeof(T) * (size_t)(count)))
/* A zeroed T. */
#define arena_new(T) ((T *)arena_alloc(sizeof(T)))

/* A NUL-terminated copy of `bytes` bytes at `text`. */
char *arena_strndup(const char *text, size_t bytes);
char *arena_strdup(const char *text);
char *arena_printf(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
/* The texts, of which the last is followed by NULL, one behind the other. */
char *arena_join(const char *first, ...) __attribute__((sentinel));

/* For processes that work on one input after another (the fuzzers): what was
 * allocated since arena_mark is freed by arena_release. */
struct arena_mark { void *chunk; char *next, *end; };
struct arena_mark arena_mark(void);
void arena_release(struct arena_mark);

/* malloc and realloc that do not fail; for what is freed or grows. */
void *util_malloc(size_t bytes);
void *util_realloc(void *old, size_t bytes);

/* Of what printf would print, without a NUL. */
size_t util_printed_bytes(const char *format, va_list)
    __attribute__((format(printf, 1, 0)));

/* Prints the one message for exhausted memory and exits with 1. */
_Noreturn void util_out_of_memory(void);

#endif
