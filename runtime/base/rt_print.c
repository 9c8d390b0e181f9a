/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_print.c - the runtime's own formatting.
 *
 * The runtime cannot use stdio: it allocates, takes locks that a stopped
 * thread may hold, and is not async-signal-safe.  Here is the small part of
 * printf that messages need, over a caller's buffer.  What is written goes
 * out by one write(2) per message, so that messages of several threads do
 * not mix.
 *
 * No state, no locks; everything may be called from a signal handler, from
 * the collector while threads are stopped, and before start-up.
 */
#include "rt_print.h"

#include "rt_syscall.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

/* 1024: longer than any message of the runtime, and short enough for the
 * small stacks that handlers run on. */
enum { MESSAGE_BYTES = 1024 };

struct sink {
    char *at, *end;
};

struct spec {
    unsigned width;
    int precision;              /* -1: none given; -2: the next argument */
    unsigned longs;             /* number of l; z and j count as two */
    bool zero, left;
};

static void put(struct sink *sink, char c)
{
    if (sink->at < sink->end)
        *sink->at++ = c;
}

static void put_padded(struct sink *sink, const char *text, unsigned length,
                       struct spec spec)
{
    unsigned pad = spec.width > length ? spec.width - length : 0;
    if (!spec.left)
        for (; pad; pad--)
            put(sink, ' ');
    while (length--)
        put(sink, *text++);
    for (; pad; pad--)
        put(sink, ' ');
}

static void put_number(struct sink *sink, uint64_t value, bool negative,
                       unsigned base, const char *prefix, struct spec spec)
{
    char digits[72];
    char *at = digits + sizeof digits;
    unsigned least = spec.precision > 0 ? (unsigned)spec.precision : 1;
    if (spec.zero && !spec.left && spec.precision < 0)
        least = spec.width > negative ? spec.width - negative : 1;
    if (least > 64)
        least = 64;
    unsigned n = 0;
    for (; value || n < least; n++, value /= base)
        *--at = "0123456789abcdef"[value % base];
    while (*prefix)
        *--at = *prefix++;
    if (negative)
        *--at = '-';
    put_padded(sink, at, (unsigned)(digits + sizeof digits - at), spec);
}

static const char *parse_spec(const char *format, struct spec *spec)
{
    *spec = (struct spec){.precision = -1};
    for (;; format++) {
        if (*format == '0')
            spec->zero = true;
        else if (*format == '-')
            spec->left = true;
        else
            break;
    }
    while (*format >= '0' && *format <= '9')
        spec->width = spec->width * 10 + (unsigned)(*format++ - '0');
    if (*format == '.') {
        spec->precision = format[1] == '*' ? (format++, -2) : 0;
        while (*++format >= '0' && *format <= '9')
            spec->precision = spec->precision * 10 + (*format - '0');
    }
    for (;; format++) {
        if (*format == 'l')
            spec->longs++;
        else if (*format == 'z' || *format == 'j')
            spec->longs = 2;
        else
            return format;
    }
}

static void put_string(struct sink *sink, const char *text, struct spec spec)
{
    if (!text)
        text = "(null)";
    unsigned length = 0;
    while ((spec.precision < 0 || length < (unsigned)spec.precision) &&
           text[length])
        length++;
    put_padded(sink, text, length, spec);
}

size_t rt_vformat(char *out, size_t bytes, const char *format, va_list list)
{
    if (!bytes)
        return 0;
    struct sink sink = {out, out + bytes - 1};
    for (; *format; format++) {
        if (*format != '%') {
            put(&sink, *format);
            continue;
        }
        struct spec spec;
        format = parse_spec(format + 1, &spec);
        if (spec.precision == -2)
            spec.precision = va_arg(list, int);
        if (*format == 'd' || *format == 'i') {
            int64_t value = spec.longs ? va_arg(list, long)
                                       : va_arg(list, int);
            uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
            put_number(&sink, size, value < 0, 10, "", spec);
        } else if (*format == 'u' || *format == 'x') {
            uint64_t value = spec.longs ? va_arg(list, unsigned long)
                                        : va_arg(list, unsigned);
            put_number(&sink, value, false, *format == 'u' ? 10 : 16, "",
                       spec);
        } else if (*format == 'p') {
            put_number(&sink, (uintptr_t)va_arg(list, void *), false, 16,
                       "x0", spec);
        } else if (*format == 's') {
            put_string(&sink, va_arg(list, const char *), spec);
        } else if (*format == 'c') {
            put(&sink, (char)va_arg(list, int));
        } else if (*format == '%') {
            put(&sink, '%');
        } else {
            break;              /* the end, or a letter we do not know */
        }
    }
    *sink.at = 0;
    return (size_t)(sink.at - out);
}

size_t rt_format(char *out, size_t bytes, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    size_t length = rt_vformat(out, bytes, format, list);
    va_end(list);
    return length;
}

void rt_write(const char *text, size_t bytes)
{
    int saved = errno;
    while (bytes) {
        long n = rt_syscall(SYS_write, 2, text, bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        text += n;
        bytes -= (size_t)n;
    }
    errno = saved;
}

void rt_print(const char *format, ...)
{
    char message[MESSAGE_BYTES];
    va_list list;
    va_start(list, format);
    size_t length = rt_vformat(message, sizeof message, format, list);
    va_end(list);
    rt_write(message, length);
}
