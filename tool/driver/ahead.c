/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ahead.c - see ahead.h. */
#include "ahead.h"

#include "job.h"
#include "util/arena.h"
#include "util/path.h"
#include "util/strbuf.h"

#include <elf.h>
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
           !c->verbose && !c->emit_source && !c->save_temps &&
           !c->plain_if_unsupported && c->mode != MODE_SYNTAX &&
           !source_is_preprocessed(s);
}

/* ---- whether the back end can be forked ---------------------------------- */

/* The dynamic linker of a program for this kind of machine; NULL: there is
 * none, or it is another kind of file. */
static const char *dynamic_linker(const char *path)
{
    /* Linkers put the program headers and this name at the very front. */
    union { Elf64_Ehdr header; char bytes[4096]; } head = {0};
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    size_t bytes = fread(head.bytes, 1, sizeof head - 1, file);
    fclose(file);
    const Elf64_Ehdr *h = &head.header;
    if (bytes < sizeof *h || memcmp(h->e_ident, ELFMAG, SELFMAG) != 0 ||
        h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_machine != EM_X86_64)
        return NULL;
    for (int i = 0; i < h->e_phnum; i++) {
        Elf64_Phdr segment;
        size_t behind = ((size_t)i + 1) * sizeof segment;
        if (h->e_phoff > bytes || behind > bytes - h->e_phoff)
            return NULL;
        size_t at = h->e_phoff + behind - sizeof segment;
        memcpy(&segment, head.bytes + at, sizeof segment);
        if (segment.p_type == PT_INTERP)
            return segment.p_offset < bytes
                ? arena_strdup(head.bytes + segment.p_offset) : NULL;
    }
    return NULL;
}

/* The file of clang itself, if a preloaded library will be loaded with it as
 * it was meant: clang has the dynamic linker that we have, and nobody else
 * preloads anything.  NULL: it is a script, a cache, of another machine, … */
static const char *forkable_program(const struct compilation *k)
{
    const char *own = path_self();
    const char *real = path_real(path_search(k->backend->program));
    if (getenv("LD_PRELOAD") || !own || !real ||
        strncmp(path_base(real), "clang", strlen("clang")) != 0 ||
        strpbrk(k->where->twice, ": \t\n") ||   /* they separate names */
        !path_exists(k->where->twice))
        return NULL;
    const char *ours = dynamic_linker(own), *theirs = dynamic_linker(real);
    return ours && theirs && !strcmp(ours, theirs) ? real : NULL;
}

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
    const char *program = forkable_program(k);
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
    environment[0] = arena_printf("LD_PRELOAD=%s", k->where->twice);
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
