#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes sizeclasses.c and sizeclasses.h: the table of small object sizes.

Run it in runtime/ after a change here; the two files are committed, so that
a build needs no Python.  test/unit/test_sizeclasses.c checks what the
allocator relies on.

The sizes are those of Go's allocator with one difference: every size from
16 bytes on is a multiple of 16, because C's malloc promises the alignment of
max_align_t.  So Go's class of 24 bytes is missing.

How sizes are chosen:

- candidates step by a power of two that grows with the size, so that
  rounding a request up to its class wastes at most about 1/8;
- a span has the fewest pages that waste at most 1/8 of it at its end;
- when two neighbouring candidates put equally many objects in equally many
  pages, the smaller one is useless and is dropped.
"""

PAGE_BYTES = 8192
MIN_ALIGN = 16
MAX_SMALL = 32768
# Tables are indexed by size in steps of 8 up to here, of 128 above.
SMALL_SIZE_MAX = 1024


def step_after(size):
    """Distance from `size` to the next candidate."""
    step = 8 if size < MIN_ALIGN else MIN_ALIGN
    power = 1 << (size.bit_length() - 1)
    if power >= 2048:
        step = 256
    elif power >= 128:
        step = power // 8
    return step


def pages_for(size):
    pages = 1
    while (pages * PAGE_BYTES) % size > pages * PAGE_BYTES // 8:
        pages += 1
    return pages


def make_classes():
    """[(size, pages)] in ascending order, without the dummy class 0."""
    classes = []
    size = 8
    while size <= MAX_SMALL:
        pages = pages_for(size)
        same = classes and classes[-1][1] == pages and \
            pages * PAGE_BYTES // classes[-1][0] == pages * PAGE_BYTES // size
        if same:
            classes[-1] = (size, pages)
        else:
            classes.append((size, pages))
        size += step_after(size)
    # A size above the fine lookup table can be raised to what its span holds
    # anyway, in the steps of the coarse table.
    raised = []
    for size, pages in classes:
        if size > SMALL_SIZE_MAX:
            most = pages * PAGE_BYTES // (pages * PAGE_BYTES // size)
            size = max(size, most // 128 * 128)
        raised.append((size, pages))
    return raised


def lookup(classes, sizes):
    table = []
    for size in sizes:
        table.append(next(i + 1 for i, (s, _) in enumerate(classes)
                          if s >= size))
    return table


def c_table(kind, name, values, comment):
    lines = [comment, "const %s %s = {" % (kind, name)]
    line = "   "
    for value in values:
        item = " %s," % value
        if len(line) + len(item) > 79:
            lines.append(line)
            line = "   "
        line += item
    lines.append(line)
    lines.append("};")
    return "\n".join(lines)


LICENSE = "/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */\n"

HEADER = LICENSE + """\
/* sizeclasses.h - the table of small object sizes.
 * Written by mksizeclasses.py: change that.
 *
 * Class 0 stands for large objects, each in a span of its own; the others
 * are numbered by ascending size.
 */
#ifndef ESCC_SIZECLASSES_H
#define ESCC_SIZECLASSES_H

#include <stddef.h>
#include <stdint.h>

enum {
    SIZECLASS_COUNT = %(count)d,        /* with class 0 */
    SIZECLASS_MAX_BYTES = %(max)d,   /* largest small object */
    SIZECLASS_FINE_BYTES = %(fine)d,    /* limit of the fine lookup table */
    SIZECLASS_MAX_OBJECTS = %(objects)d,   /* most objects of one span */
    SIZECLASS_MAX_PAGES = %(pages)d       /* most pages of a small span */
};

#pragma GCC visibility push(hidden)
/* By class: bytes of an object, pages of a span, and the factor that turns
 * a division by the size into a multiplication (mspan_object_index). */
extern const uint16_t sizeclass_bytes[SIZECLASS_COUNT];
extern const uint8_t sizeclass_pages[SIZECLASS_COUNT];
extern const uint32_t sizeclass_divmul[SIZECLASS_COUNT];

/* Class by (size + 7) / 8, and by (size - SIZECLASS_FINE_BYTES + 127) / 128
 * above the fine table. */
extern const uint8_t sizeclass_fine[SIZECLASS_FINE_BYTES / 8 + 1];
extern const uint8_t sizeclass_coarse[
    (SIZECLASS_MAX_BYTES - SIZECLASS_FINE_BYTES) / 128 + 1];
#pragma GCC visibility pop

/* The class of an object of `bytes`, 1 <= bytes <= SIZECLASS_MAX_BYTES. */
static inline unsigned sizeclass_of(size_t bytes)
{
    if (__builtin_expect(bytes <= SIZECLASS_FINE_BYTES, 1))
        return sizeclass_fine[(bytes + 7) / 8];
    return sizeclass_coarse[(bytes - SIZECLASS_FINE_BYTES + 127) / 128];
}

#endif /* ESCC_SIZECLASSES_H */
"""


def main():
    classes = make_classes()
    sizes = [0] + [s for s, _ in classes]
    pages = [0] + [p for _, p in classes]
    divmul = [0] + [(2 ** 32 - 1) // s + 1 for s, _ in classes]
    objects = [p * PAGE_BYTES // s for s, p in classes]
    fine = [0] + lookup(classes, range(8, SMALL_SIZE_MAX + 1, 8))
    coarse = lookup(classes, range(SMALL_SIZE_MAX, MAX_SMALL + 1, 128))
    with open("sizeclasses.h", "w") as out:
        out.write(HEADER % {"count": len(sizes), "max": MAX_SMALL,
                            "fine": SMALL_SIZE_MAX,
                            "objects": max(objects), "pages": max(pages)})
    rows = [" * %5s %6s %5s %7s %10s" % ("class", "bytes", "pages",
                                         "objects", "tail waste")]
    for i, (size, npages) in enumerate(classes):
        rows.append(" * %5d %6d %5d %7d %10d" % (
            i + 1, size, npages, objects[i],
            npages * PAGE_BYTES - objects[i] * size))
    with open("sizeclasses.c", "w") as out:
        out.write(LICENSE)
        out.write("/* sizeclasses.c - the table of small object sizes.\n"
                  " * Written by mksizeclasses.py: change that.\n *\n")
        out.write("\n".join(rows) + "\n */\n")
        out.write('#include "sizeclasses.h"\n\n')
        out.write("\n\n".join([
            c_table("uint16_t", "sizeclass_bytes[SIZECLASS_COUNT]", sizes,
                    "/* Bytes of an object. */"),
            c_table("uint8_t", "sizeclass_pages[SIZECLASS_COUNT]", pages,
                    "/* Pages of a span. */"),
            c_table("uint32_t", "sizeclass_divmul[SIZECLASS_COUNT]",
                    ["%du" % d for d in divmul],
                    "/* 2^32 / bytes, rounded up. */"),
            c_table("uint8_t",
                    "sizeclass_fine[SIZECLASS_FINE_BYTES / 8 + 1]", fine,
                    "/* Class by (size + 7) / 8. */"),
            c_table("uint8_t", "sizeclass_coarse[\n"
                    "    (SIZECLASS_MAX_BYTES - SIZECLASS_FINE_BYTES) / 128"
                    " + 1]", coarse,
                    "/* Class by (size - SIZECLASS_FINE_BYTES + 127) / 128."
                    " */")]) + "\n")


if __name__ == "__main__":
    main()
