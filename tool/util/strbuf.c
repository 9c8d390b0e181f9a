/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* strbuf.c - see strbuf.h. */
#include "strbuf.h"

#include "arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static inline void reserve(struct strbuf *b, size_t more)
{
    if (b->bytes + more + 1 <= b->capacity)
        return;
    size_t capacity = b->capacity ? b->capacity * 2 : 256;
    while (capacity < b->bytes + more + 1)
        capacity *= 2;
    b->text = util_realloc(b->text, capacity);
    b->capacity = capacity;
}

void strbuf_add(struct strbuf *b, const char *text, size_t bytes)
{
    reserve(b, bytes);
    if (bytes)
        memcpy(b->text + b->bytes, text, bytes);
    b->bytes += bytes;
    b->text[b->bytes] = '\0';
}

void strbuf_puts(struct strbuf *b, const char *text)
{
    strbuf_add(b, text, strlen(text));
}

void strbuf_putc(struct strbuf *b, char c)
{
    reserve(b, 1);
    b->text[b->bytes++] = c;
    b->text[b->bytes] = '\0';
}

void strbuf_fill(struct strbuf *b, char c, size_t count)
{
    reserve(b, count);
    memset(b->text + b->bytes, c, count);
    b->bytes += count;
    b->text[b->bytes] = '\0';
}

void strbuf_number(struct strbuf *b, uint64_t number)
{
    char digits[20], *first = digits + sizeof digits;   /* UINT64_MAX */
    do
        *--first = (char)('0' + number % 10);
    while (number /= 10);
    strbuf_add(b, first, (size_t)(digits + sizeof digits - first));
}

void strbuf_vprintf(struct strbuf *b, const char *format, va_list arguments)
{
    enum { MOST_LINES_FIT = 128 };      /* then they are formatted once */
    va_list again;
    va_copy(again, arguments);
    reserve(b, MOST_LINES_FIT);
    size_t room = b->capacity - b->bytes;
    int printed = vsnprintf(b->text + b->bytes, room, format, arguments);
    size_t bytes = (size_t)printed;
    if (printed < 0 || bytes >= room) {
        bytes = util_printed_bytes(format, again);
        reserve(b, bytes);
        vsnprintf(b->text + b->bytes, bytes + 1, format, again);
    }
    va_end(again);
    b->bytes += bytes;
}

void strbuf_printf(struct strbuf *b, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    strbuf_vprintf(b, format, arguments);
    va_end(arguments);
}

void strbuf_free(struct strbuf *b)
{
    free(b->text);
    *b = (struct strbuf){0};
}

bool strbuf_read_file(struct strbuf *b, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    for (;;) {
        reserve(b, 64 * 1024);
        ssize_t got = read(fd, b->text + b->bytes, 64 * 1024);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            int error = errno;
            close(fd);
            errno = error;
            b->text[b->bytes] = '\0';
            return got == 0;
        }
        b->bytes += (size_t)got;
    }
}

bool util_write(int fd, const char *text, size_t bytes)
{
    while (bytes) {
        ssize_t put = write(fd, text, bytes);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        text += put;
        bytes -= (size_t)put;
    }
    return true;
}

void util_reserve_standard_files(void)
{
    /* Each open takes the lowest number that is free. */
    int fd;
    do
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}

bool strbuf_write_file(const struct strbuf *b, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return false;
    if (util_write(fd, b->text, b->bytes))
        return close(fd) == 0;
    int error = errno;
    struct stat status;
    /* half a file goes; a full device stays */
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        unlink(path);
    close(fd);
    errno = error;
    return false;
}
