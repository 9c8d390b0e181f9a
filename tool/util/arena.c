/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* arena.c - see arena.h. */
#include "arena.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* Large enough that a unit of 3 MB of text needs some dozens of chunks,
     * small enough not to show in a one-line unit. */
    CHUNK_BYTES = 256 * 1024,
    ALIGNMENT = _Alignof(max_align_t)
};

/* In front of each chunk; aligned as what follows must be. */
union chunk {
    union chunk *older;
    max_align_t alignment;
};

static union chunk *newest;
static char *chunk_next, *chunk_end;

_Noreturn void util_out_of_memory(void)
{
    fputs("escc: error: out of memory\n", stderr);
    exit(1);
}

void *util_malloc(size_t bytes)
{
    void *p = malloc(bytes ? bytes : 1);
    if (!p)
        util_out_of_memory();
    return p;
}

void *util_realloc(void *old, size_t bytes)
{
    void *p = realloc(old, bytes ? bytes : 1);
    if (!p)
        util_out_of_memory();
    return p;
}

static char *new_chunk(size_t bytes)
{
    union chunk *c = calloc(1, sizeof *c + bytes);
    if (!c)
        util_out_of_memory();
    c->older = newest;
    newest = c;
    return (char *)(c + 1);
}

struct arena_mark arena_mark(void)
{
    return (struct arena_mark){newest, chunk_next, chunk_end};
}

void arena_release(struct arena_mark mark)
{
    while (newest != mark.chunk) {
        union chunk *older = newest->older;
        free(newest);
        newest = older;
    }
    chunk_next = mark.next;
    chunk_end = mark.end;
    if (chunk_next)     /* arena_alloc promises zeroes */
        memset(chunk_next, 0, (size_t)(chunk_end - chunk_next));
}

void *arena_alloc(size_t bytes)
{
    bytes = (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (bytes > (size_t)(chunk_end - chunk_next)) {
        size_t chunk = bytes > CHUNK_BYTES / 4 ? bytes : CHUNK_BYTES;
        char *fresh = new_chunk(chunk);
        if (chunk == bytes)
            return fresh;
        chunk_next = fresh;
        chunk_end = fresh + chunk;
    }
    void *result = chunk_next;
    chunk_next += bytes;
    return result;
}

char *arena_strndup(const char *text, size_t bytes)
{
    char *copy = arena_alloc(bytes + 1);
    memcpy(copy, text, bytes);
    return copy;
}

char *arena_strdup(const char *text)
{
    return arena_strndup(text, strlen(text));
}

size_t util_printed_bytes(const char *format, va_list arguments)
{
    va_list copy;
    va_copy(copy, arguments);
    int bytes = vsnprintf(NULL, 0, format, copy);
    va_end(copy);
    if (bytes < 0)
        util_out_of_memory();
    return (size_t)bytes;
}

char *arena_printf(const char *format, ...)
{
    va_list arguments, again;
    size_t room = (size_t)(chunk_end - chunk_next);
    va_start(arguments, format);
    va_copy(again, arguments);
    /* Where it will be if there is room, so that it is formatted once. */
    int printed = vsnprintf(chunk_next, room, format, arguments);
    size_t bytes = (size_t)printed;
    char *text = chunk_next;
    if (printed >= 0 && bytes < room) {
        arena_alloc(bytes + 1);
    } else {
        if (room)
            memset(chunk_next, 0, room);
        bytes = util_printed_bytes(format, again);
        text = arena_alloc(bytes + 1);
        vsnprintf(text, bytes + 1, format, again);
    }
    va_end(again);
    va_end(arguments);
    return text;
}

char *arena_join(const char *first, ...)
{
    va_list texts;
    size_t bytes = 1;
    va_start(texts, first);
    for (const char *s = first; s; s = va_arg(texts, const char *))
        bytes += strlen(s);
    va_end(texts);
    char *all = arena_alloc(bytes), *end = all;
    va_start(texts, first);
    for (const char *s = first; s; s = va_arg(texts, const char *))
        end = stpcpy(end, s);
    va_end(texts);
    return all;
}
