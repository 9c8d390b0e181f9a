/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* target.c - see target.h.
 *
 * The runtime is for x86-64 and Linux, and so is what the rewriter writes.
 * What a command compiles for is in its options; without one, in the name of
 * the compiler (aarch64-linux-gnu-gcc); without a prefix there, it is this
 * machine.
 */
#include "target.h"

#include "util/arena.h"
#include "util/diag.h"
#include "util/path.h"

#include <string.h>

/* x86_64-pc-linux-gnu, amd64-linux-gnu; not x86_64-linux-gnux32. */
static bool has_runtime(const char *triple)
{
    bool is_x86_64 = !strncmp(triple, "x86_64-", 7) ||
                     !strncmp(triple, "amd64-", 6);
    return is_x86_64 && strstr(triple, "linux") && !strstr(triple, "x32") &&
           !strstr(triple, "android");
}

/* The triple in front of the compiler's name; NULL: none. */
static const char *triple_of_name(const char *program)
{
    static const char *const names[] = {"-gcc", "-clang", "-cc"};
    const char *base = path_base(program);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *end = strstr(base, names[i]);
        const char *first = strchr(base, '-');
        /* "ccache-gcc" has no machine in front. */
        if (end && first && first < end)
            return arena_strndup(base, (size_t)(end - base));
    }
    return NULL;
}

const char *target_without_runtime(const struct command *c,
                                   const struct backend *b)
{
    const char *triple = triple_of_name(b->name), *narrow = NULL;
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        const char *word = item->words[0];
        if (item->is_input)
            continue;
        if (!strcmp(word, "-m32") || !strcmp(word, "-mx32") ||
            !strcmp(word, "-m16"))
            narrow = word;
        else if (!strcmp(word, "-m64"))
            narrow = NULL;
        else if (item->value && (!strncmp(word, "--target=", 9) ||
                                 !strcmp(word, "-target")))
            triple = item->value;
    }
    const char *lacking = triple && !has_runtime(triple) ? triple : narrow;
    return lacking ? arena_printf("has no runtime for %s", lacking) : NULL;
}

bool target_refuse(const struct command *c, const char *id, const char *lacks)
{
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        struct diag_place place = {item->words[0], 1, 0};
        if (!item->is_input || (item->language != LANGUAGE_C &&
                                item->language != LANGUAGE_C_PREPROCESSED))
            continue;
        if (c->plain_if_unsupported)
            diag_print(DIAG_REMARK, "escc-plain", place,
                       "compiled without escc: it %s", lacks);
        else
            diag_print(DIAG_ERROR, id, place, "escc %s", lacks);
    }
    if (!c->plain_if_unsupported)
        diag_note("-fescc-on-unsupported=plain compiles without escc");
    return c->plain_if_unsupported;
}
