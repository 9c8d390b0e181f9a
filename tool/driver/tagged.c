/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tagged.c - see tagged.h.
 *
 * Two line markers for each file, behind all code: one with the name of the
 * file, which makes it one that the text was made of, and one with the hash.
 */
#include "tagged.h"

#include "fingerprint.h"
#include "util/diag.h"
#include "util/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* The file that a word names, or NULL. */
static const char *tags_file(const char *word)
{
    static const char option[] = "-fescc-tags=";
    size_t bytes = sizeof option - 1;
    return strncmp(word, option, bytes) ? NULL : word + bytes;
}

/* -M, -P, -dM and their like make something else of the text. */
static bool is_other_form(const char *word)
{
    return !strncmp(word, "-M", 2) || !strcmp(word, "-P") ||
           !strncmp(word, "-d", 2) || !strcmp(word, "-fsyntax-only");
}

bool tagged_is_text(const struct command *c)
{
    bool is_text = false, has_tags = false;
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        if (!item->is_input && is_other_form(item->words[0]))
            return false;
        is_text |= !item->is_input && !strcmp(item->words[0], "-E");
    }
    for (size_t i = 0; i < c->rewriter_options.count; i++)
        has_tags |= tags_file(c->rewriter_options.items[i]) != NULL;
    return is_text && has_tags && !c->dry_run && c->c_count;
}

static void add_markers(struct strbuf *markers, const char *file)
{
    struct strbuf text = {0};
    bool there = strbuf_read_file(&text, file) && text.text;
    strbuf_puts(markers, "# 1 \"");
    for (const char *p = file; *p; p++) {
        if (*p == '"' || *p == '\\')
            strbuf_putc(markers, '\\');
        strbuf_putc(markers, *p);
    }
    strbuf_printf(markers, "\"\n# 1 \"<escc-tags %016" PRIx64 ">\"\n",
                  there ? fingerprint_hash(text.text, text.bytes) : 0);
    strbuf_free(&text);
}

bool tagged_add(const struct command *c)
{
    struct strbuf markers = {0};
    for (size_t i = 0; i < c->rewriter_options.count; i++) {
        const char *file = tags_file(c->rewriter_options.items[i]);
        if (file)
            add_markers(&markers, file);
    }
    bool to_file = c->output && strcmp(c->output, "-") != 0;
    int out = to_file ? open(c->output, O_WRONLY | O_APPEND | O_CLOEXEC) : 1;
    bool ok = out >= 0 && util_write(out, markers.text, markers.bytes);
    if (!ok)
        diag_error("escc-temporary", "cannot write %s: %s",
                   to_file ? c->output : "standard output", strerror(errno));
    if (to_file && out >= 0)
        close(out);
    strbuf_free(&markers);
    return ok;
}
