/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_proc.h - reading /proc.  See rt_proc.c.
 *
 * System calls and the caller's memory only: async-signal-safe, usable while
 * threads are stopped.  errno is not kept. */
#ifndef ESCC_RT_PROC_H
#define ESCC_RT_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Opens for reading, with `flags` added; -1 and errno if that fails. */
int rt_proc_open(const char *path, int flags);

/* What one read of an open file gives, with a NUL behind it; closes the
 * file.  Returns the length, 0 also on errors. */
size_t rt_proc_read(int fd, char *text, size_t bytes);

/* Calls `visit` for each entry of an open folder but those that begin with a
 * dot; closes the folder. */
void rt_proc_for_each_entry(int fd, void (*visit)(const char *name,
                                                  void *argument),
                            void *argument);

/* The decimal number that a text begins with; 0 if there is none. */
unsigned long rt_proc_decimal(const char *text);

/* The number behind `label` and white space; 0 if there is none.  `base`: up
 * to 16. */
uint64_t rt_proc_number_after(const char *text, const char *label,
                              unsigned base);

/* An open file, character by character. */
struct rt_proc_reader {
    int fd;
    size_t at, filled;
    char text[2048];
};

/* False if the file cannot be opened. */
bool rt_proc_begin(struct rt_proc_reader *reader, const char *path);
/* The next character; -1 at the end. */
int rt_proc_char(struct rt_proc_reader *reader);
/* The next line without its newline, cut to what fits in `bytes`; false at
 * the end. */
bool rt_proc_line(struct rt_proc_reader *reader, char *line, size_t bytes);
void rt_proc_end(struct rt_proc_reader *reader);

#endif /* ESCC_RT_PROC_H */
