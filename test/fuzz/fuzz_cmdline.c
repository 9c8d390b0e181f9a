/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuzz_cmdline.c - libFuzzer target: any words through the option parser.
 *
 * The input's lines are the words; a first line that begins with "@flags "
 * is ESCC_FLAGS.  Whatever the words are, the command is understood or
 * refused, and the words of every step can be written: no crash, no word
 * invented that is not a string.
 */
#include "driver/steps.h"

#include "util/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_WORDS = 64 };

/* The result of a step is a NULL-terminated list of strings. */
static void check(struct word_vec *words)
{
    if (!words->count || words->items[words->count - 1])
        abort();
    for (size_t i = 0; i + 1 < words->count; i++)
        if (strlen(words->items[i]) > 1u << 20)
            abort();
    vec_free(words);
}

static void write_steps(const struct command *c, enum backend_kind kind)
{
    const struct backend backend = {"cc", "cc", kind};
    const struct installation where = {"rewrite", "archive", "shared"};
    struct word_vec words = {0};
    struct source *sources = arena_array(struct source, c->items.count + 1);
    size_t count = 0;
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        if (!item->is_input || (item->language != LANGUAGE_C
                                && item->language
                                       != LANGUAGE_C_PREPROCESSED))
            continue;
        struct source *s = &sources[count];
        *s = (struct source){.item = item, .preprocessed = "0.i",
                             .text = "0/x.i", .errors = "0.errors",
                             .object = "0/x.o",
                             .state = count % 2 ? SOURCE_PLAIN
                                                : SOURCE_REWRITTEN};
        count++;
        step_preprocess(&words, c, &backend, s, false);
        check(&words);
        step_diagnose(&words, c, &backend, s, count % 2);
        check(&words);
        step_rewrite(&words, c, &backend, &where, s, true);
        check(&words);
        step_object(&words, c, &backend, s);
        check(&words);
    }
    for (int how = FINISH_TEXTS; how <= FINISH_OBJECTS; how++) {
        step_finish(&words, c, &backend, &where, sources, count,
                    (enum finish)how);
        check(&words);
    }
    step_plain(&words, c, &backend, sources, count);
    check(&words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena_mark mark = arena_mark();
    char *text = arena_strndup((const char *)data, size), *flags = NULL;
    /* Response files would read whatever is there, or /dev/zero for ever;
     * relative names lead nowhere in the campaign's empty folder. */
    char *argv[MAX_WORDS + 2] = {"escc"};
    int argc = 1;
    for (char *word = strtok(text, "\n"); word && argc <= MAX_WORDS;
         word = strtok(NULL, "\n")) {
        if (argc == 1 && !flags && !strncmp(word, "@flags ", 7))
            flags = word + 7;
        else if (!strstr(word, "@/"))
            argv[argc++] = word;
    }
    if (flags && strstr(flags, "@/"))
        flags = NULL;
    struct command *c = arena_new(struct command);
    if (command_parse(c, argc, argv, flags) && c->mode != MODE_PASS) {
        write_steps(c, BACKEND_CLANG);
        write_steps(c, BACKEND_GCC);
    }
    vec_free(&c->items);
    vec_free(&c->rewriter_options);
    arena_release(mark);
    return 0;
}
