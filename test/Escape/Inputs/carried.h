/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 * For programs that hide an address in some kind of value and use it when the
 * object would be gone if nobody had followed it.
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((__noinline__))

static int failures;

/* Overwrites dead frames, and dead objects if there are any. */
static NOINLINE void overwrite(void)
{
    volatile char frame[8192];
    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = 0x5a;
    for (int i = 0; i < 30; i++) {
        char *volatile object = malloc(48);
        if (object)
            memset(object, 0x33, 48);
    }
}

#define CHECK(condition)                                                   \
    do {                                                                   \
        overwrite();                                                       \
        if (!(condition)) {                                                \
            printf("line %d: %s\n", __LINE__, #condition);                 \
            failures++;                                                    \
        }                                                                  \
    } while (0)
