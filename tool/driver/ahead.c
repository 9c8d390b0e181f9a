/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ahead.c - see ahead.h. */
#include "ahead.h"

#include "job.h"
#include "preload.h"
#include "util/arena.h"
#include "util/path.h"
#include "util/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* clang's only: gcc wants the first line marker before any comment.  Not on a
 * terminal, where its messages would lose their colours and nobody waits for
 * hundreds of probes. */
bool ahead_is_possible(const struct compilation *k, const struct source *s)
{
    const struct command *c = k->command;
    return k->backend->kind == BACKEND_CLANG && !k->stderr_is_terminal &&
           s->state == SOURCE_WAITING &&
           !c->verbose && !c->emit_source && !c->save_temps &&
           !c->plain_if_unsupported && c->mode != MODE_SYNTAX &&
           !source_is_preprocessed(s);
}

/* ---- the order to fork --------------------------------------------------- */

static void put_string(struct strbuf *text, const char *string)
{
    strbuf_puts(text, string);
    strbuf_putc(text, 0);
}

/* The part of the order about the rewriter: empty strings, if it is to be
 * started as a program. */
static void order_rewriter(struct strbuf *text, const struct compilation *k,
                           struct source *s)
{
    const char *library = k->where->rewriter_library;
    const char *pipe = path_join(k->folder, "rewriter.words");
    bool forks = !k->where->rewrites_all && path_exists(library) &&
                 (s->orders = job_pipe_to(pipe)) > 0;
    s->forked = path_join(k->folder, "rewriter");
    s->forked_noise = path_join(k->folder, "rewriter.noise");
    put_string(text, s->forked);
    put_string(text, s->forked_noise);
    put_string(text, pipe);
    put_string(text, forks ? library : "");
    put_string(text, source_seems_untouched(s) ? "" : "early");
    if (!forks)
        s->forked = NULL;
}

/* Writes the order for twice.c, and tells the source's preprocessing run. */
static void order_fork(struct head_start *h, const struct compilation *k,
                       struct source *s)
{
    const char *program = preload_target(k->backend->program, "clang",
                                         k->where->twice);
    if (!program || s->input_file)      /* its stdin is not the user's */
        return;
    const char *path = path_join(k->folder, "order");
    const char *child = path_join(k->folder, "child");
    const char *words = path_join(k->folder, "words");
    struct strbuf text = {0};
    put_string(&text, program);
    put_string(&text, child);
    put_string(&text, h->noise);
    put_string(&text, words);
    h->orders = job_pipe_to(words);
    if (h->orders < 0)
        return;
    order_rewriter(&text, k, s);
    const char **environment = arena_array(const char *, 3);
    environment[0] = preload_word(k->where->twice);
    environment[1] = arena_printf("ESCC_TWICE=%s", path);
    if (strbuf_write_file(&text, path)) {
        s->environment = environment;
        h->child = child;
    } else {
        s->forked = NULL;
    }
    strbuf_free(&text);
}

/* ---- the run ------------------------------------------------------------- */

void ahead_plan(struct head_start *h, const struct compilation *k,
                struct source *s)
{
    const char *pipe = s->text;
    if (mkdir(path_dir(pipe), 0700))
        return;
    h->fifo = job_fifo(pipe);
    if (h->fifo < 0)
        return;
    h->path = pipe;
    h->noise = path_join(k->folder, "finish.noise");
    source_note_outputs(k->command, s, 1);
    enum source_state state = s->state;
    s->state = SOURCE_REWRITTEN;          /* as it will be */
    step_finish(&h->words, k->command, k->backend, k->where, s, 1,
                FINISH_TEXTS);
    s->state = state;
    s->text = path_join(k->folder, "rewritten.i");
    order_fork(h, k, s);
}

static void start(struct head_start *h, const struct compilation *k)
{
    h->pid = job_start(k->backend->program, h->words.items,
                       (struct job_files){.err = h->noise}, true);
}

void ahead_start(struct head_start *h, const struct compilation *k,
                 const struct source *s)
{
    if (!h->child && !s->may_be_untouched)
        start(h, k);
}

/* The source's own text, by the run that would have read another. */
static int compile_original(struct head_start *h, const struct compilation *k)
{
    struct word_vec words = {0};
    step_original(&words, k->command, k->backend, k->where);
    int status = 1;
    if (h->child && (h->pid = job_forked(h->child))) {
        /* if they do not arrive, its status will say so */
        job_send_words(h->pid, h->orders, &words);
        status = job_wait(h->pid);
        close(h->fifo);
    } else {
        job_cancel_all(h->fifo);
        status = job_run(k->backend->program, words.items,
                         (struct job_files){.err = h->noise}, true);
    }
    job_settle(status);
    vec_free(&words);
    show_messages(h->noise);
    return status;
}

static int compile_text(struct head_start *h, const struct compilation *k,
                        const struct source *s)
{
    int status = 1;
    bool wanted = s->state == SOURCE_REWRITTEN;
    if (h->child && wanted && (h->pid = job_forked(h->child)))
        job_send_words(h->pid, h->orders, &h->words);
    else if (wanted && !h->pid)
        start(h, k);
    if (h->pid <= 0 || !wanted) {
        job_cancel_all(h->fifo);
    } else if (job_feed(h->pid, h->fifo, h->path, s->text)) {
        status = job_wait(h->pid);
        job_settle(status);
    }
    source_join();
    if (s->state == SOURCE_REWRITTEN)     /* not found wanting meanwhile */
        show_messages(h->noise);
    return status;
}

int ahead_finish(struct head_start *h, const struct compilation *k,
                 const struct source *s)
{
    int status = s->state == SOURCE_UNTOUCHED ? compile_original(h, k)
                                              : compile_text(h, k, s);
    if (h->orders > 0)
        close(h->orders);
    return status;
}
