/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* strbuf.h - a growing text. */
#ifndef ESCC_UTIL_STRBUF_H
#define ESCC_UTIL_STRBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialise; `text` is NUL-terminated once anything was added, NULL
 * before.  Ends with strbuf_free, or with the process. */
struct strbuf {
    char *text;
    size_t bytes;      /* without the NUL */
    size_t capacity;
};

void strbuf_add(struct strbuf *, const char *text, size_t bytes);
void strbuf_puts(struct strbuf *, const char *text);
void strbuf_putc(struct strbuf *, char c);
void strbuf_fill(struct strbuf *, char c, size_t count);
/* In decimal digits. */
void strbuf_number(struct strbuf *, uint64_t);
void strbuf_printf(struct strbuf *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void strbuf_vprintf(struct strbuf *, const char *format, va_list)
    __attribute__((format(printf, 2, 0)));
void strbuf_free(struct strbuf *);

/* Writes all of it to a descriptor, or returns false with errno set. */
bool util_write(int fd, const char *text, size_t bytes);

/* To be called first: a standard file that is closed must not become the
 * number of a file that the process opens, which messages would then be
 * written to.  Programs that this one runs find it closed as it was. */
void util_reserve_standard_files(void);

/* The whole file, or false with errno set; adds to what is there. */
bool strbuf_read_file(struct strbuf *, const char *path);
/* Writes everything to `path` (created or truncated; on failure the file is
 * removed), or returns false with errno set. */
bool strbuf_write_file(const struct strbuf *, const char *path);

#endif
