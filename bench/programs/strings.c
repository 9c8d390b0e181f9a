/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* strings.c - texts that grow, are joined and are taken apart.
 *
 *     strings KILOWORDS THREADS
 *
 * Texts of 2048 words are built in a growing buffer, split into words that
 * are blocks of their own, joined two by two with a hyphen, and joined all to
 * a second text.  The threads divide the texts.
 */
#include "bench.h"

enum { WORDS = 2048 };

struct buffer {
    char *text;
    size_t length, size;
};

static void append(struct buffer *buffer, const char *text, size_t length)
{
    if (buffer->length + length > buffer->size) {
        size_t size = buffer->size ? buffer->size * 2 : 32;
        while (size < buffer->length + length)
            size *= 2;
        buffer->text = bench_realloc(buffer->text, size);
        buffer->size = size;
    }
    memcpy(buffer->text + buffer->length, text, length);
    buffer->length += length;
}

static void write_words(struct buffer *buffer, uint64_t *random)
{
    for (int i = 0; i < WORDS; i++) {
        uint64_t drawn = bench_random(random);
        size_t length = 2 + (size_t)(drawn & 15);
        for (size_t k = 0; k < length; k++) {
            char letter = (char)('a' + (drawn >> (4 + 3 * k)) % 8);
            append(buffer, &letter, 1);
        }
        append(buffer, " ", 1);
    }
}

static char *copy_of(const char *text, size_t length)
{
    char *copy = bench_alloc_plain(length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

/* Returns an array of `*count` words. */
static char **split(const struct buffer *buffer, size_t *count)
{
    char **words = NULL;
    size_t size = 0, start = 0;
    *count = 0;
    for (size_t i = 0; i < buffer->length; i++) {
        if (buffer->text[i] != ' ')
            continue;
        if (*count == size) {
            size = size ? size * 2 : 16;
            words = bench_realloc(words, size * sizeof *words);
        }
        words[(*count)++] = copy_of(buffer->text + start, i - start);
        start = i + 1;
    }
    return words;
}

static char *join(const char *first, const char *second)
{
    size_t first_length = strlen(first), second_length = strlen(second);
    char *joined = bench_alloc_plain(first_length + second_length + 2);
    memcpy(joined, first, first_length);
    joined[first_length] = '-';
    memcpy(joined + first_length + 1, second, second_length + 1);
    return joined;
}

static uint64_t use_text(uint64_t random)
{
    struct buffer text = { NULL, 0, 0 }, second = { NULL, 0, 0 };
    uint64_t sum;
    size_t count;
    char **words;

    write_words(&text, &random);
    words = split(&text, &count);
    for (size_t i = 0; i < count; i++) {
        char *joined = join(words[i], words[(i * 7 + 1) % count]);
        append(&second, joined, strlen(joined));
        append(&second, ",", 1);
        bench_free(joined);
    }
    sum = bench_hash(BENCH_HASH, text.text, text.length);
    sum = bench_hash(sum, second.text, second.length);
    for (size_t i = 0; i < count; i++)
        bench_free(words[i]);
    bench_free(words);
    bench_free(text.text);
    bench_free(second.text);
    return sum;
}

static uint64_t body(const struct bench *bench, int index)
{
    uint64_t texts = bench->size * 1024 / WORDS, sum = 0;
    for (uint64_t i = (uint64_t)index; i < texts;
         i += (uint64_t)bench->threads)
        sum += use_text(i);
    return sum;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "strings");
    uint64_t sum = bench_threads(&bench, bench.threads, body);
    bench_close(&bench, sum, bench.size * 1024, NULL);
    return 0;
}
