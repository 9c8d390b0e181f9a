/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcwork.h - the collector's queue of things to look at.
 * See mgcwork.c. */
#ifndef ESCC_MGCWORK_H
#define ESCC_MGCWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* 1021 words and a header make 8 KiB: several chunks a page of the
     * system would waste headers, larger ones stay half empty. */
#ifdef ESCC_HOSTILE
    MGCWORK_CHUNK_WORDS = 5,
    MGCWORK_LEAST_SHARED = 1,
#else
    MGCWORK_CHUNK_WORDS = 1021,
    /* Fewer are looked up as soon as given away. */
    MGCWORK_LEAST_SHARED = 8,
#endif
};

struct mgcwork_chunk {
    struct mgcwork_chunk *next;
    size_t nwords;
    uintptr_t words[MGCWORK_CHUNK_WORDS];
};

/* A stack of words over chunks.  Owned by one marker. */
struct mgcwork {
    struct mgcwork_chunk *top;  /* NULL: empty and no chunk */
    /* There was no memory for a chunk and words were dropped: what they
     * led to is unmarked. */
    bool overflowed;
    /* The least memory that a test lets the queue have; 0: no limit. */
    size_t limit_chunks;
    size_t nchunks;
};

/* Sees to it that there is memory for a queue, which takes the system a while
 * the first time. */
void mgcwork_prepare(void);

/* The slow half of mgcwork_push: a new chunk on top, or overflowed. */
void mgcwork_push_slow(struct mgcwork *work, uintptr_t word);
/* The slow half of mgcwork_pop: the top chunk is used up. */
bool mgcwork_pop_slow(struct mgcwork *work, uintptr_t *word);

static inline void mgcwork_push(struct mgcwork *work, uintptr_t word)
{
    struct mgcwork_chunk *top = work->top;
    if (__builtin_expect(top && top->nwords < MGCWORK_CHUNK_WORDS, 1))
        top->words[top->nwords++] = word;
    else
        mgcwork_push_slow(work, word);
}

/* Room for `nwords` words more without another chunk, or NULL; it is theirs
 * when mgcwork_use has said how many were put there. */
static inline uintptr_t *mgcwork_room(struct mgcwork *work, size_t nwords)
{
    struct mgcwork_chunk *top = work->top;
    return top && nwords + top->nwords <= MGCWORK_CHUNK_WORDS
               ? &top->words[top->nwords]
               : NULL;
}

static inline void mgcwork_use(struct mgcwork *work, size_t nwords)
{
    work->top->nwords += nwords;
}

/* Takes the word pushed last; false if there is none. */
static inline bool mgcwork_pop(struct mgcwork *work, uintptr_t *word)
{
    struct mgcwork_chunk *top = work->top;
    if (__builtin_expect(top && top->nwords, 1)) {
        *word = top->words[--top->nwords];
        return true;
    }
    return mgcwork_pop_slow(work, word);
}

/* Takes up to `most` of the words pushed last, in no order; returns how many: 0
 * if there is none. */
static inline unsigned mgcwork_pop_some(struct mgcwork *work,
                                        uintptr_t *words, unsigned most)
{
    struct mgcwork_chunk *top = work->top;
    if (__builtin_expect(!top || !top->nwords, 0))
        return mgcwork_pop_slow(work, words);
    unsigned n = top->nwords < most ? (unsigned)top->nwords : most;
    top->nwords -= n;
    for (unsigned i = 0; i < n; i++)
        words[i] = top->words[top->nwords + i];
    return n;
}

/* Pushes a pair, `to` first, or neither: half a pair would be read as
 * another. */
void mgcwork_push_range(struct mgcwork *work, uintptr_t from, uintptr_t to);

/* Moves all words of `from`, and that some were dropped, to `to`, which is
 * empty. */
void mgcwork_move(struct mgcwork *from, struct mgcwork *to);
/* The same, before those that `to` has.  As long as `from` is. */
void mgcwork_splice(struct mgcwork *from, struct mgcwork *to);

/* Whether there is enough for mgcwork_share. */
static inline bool mgcwork_has_surplus(const struct mgcwork *work)
{
    const struct mgcwork_chunk *top = work->top;
    return top && top->nwords &&
           (top->next || top->nwords >= 2 * MGCWORK_LEAST_SHARED);
}

/* Moves a chunk of words to `to`, those pushed early rather than late; false:
 * it is not worth it, or there is no memory. */
bool mgcwork_share(struct mgcwork *from, struct mgcwork *to);
/* Moves the top chunk of `from`, to which nothing is pushed and from which
 * nothing is popped, to `to`, which is empty; false: there is none. */
bool mgcwork_take(struct mgcwork *from, struct mgcwork *to);

static inline bool mgcwork_is_empty(const struct mgcwork *work)
{
    return !work->top || (work->top->nwords == 0 && !work->top->next);
}

/* Gives all chunks back to the pool; the queue is empty. */
void mgcwork_reset(struct mgcwork *work);

#endif /* ESCC_MGCWORK_H */
