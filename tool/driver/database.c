/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* database.c - see database.h.
 *
 * clang would write down the command of the step that it runs, on a
 * temporary file.  The record that tools want has the user's file and the
 * user's options; its form is clang's.
 */
#include "database.h"

#include "util/diag.h"
#include "util/strbuf.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void add_string(struct strbuf *out, const char *text)
{
    strbuf_putc(out, '"');
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\')
            strbuf_printf(out, "\\%c", *p);
        else if ((unsigned char)*p < ' ')
            strbuf_printf(out, "\\u%04x", (unsigned)*p);
        else
            strbuf_putc(out, *p);
    }
    strbuf_putc(out, '"');
}

static void add_word(struct strbuf *out, const char *word)
{
    strbuf_puts(out, ", ");
    add_string(out, word);
}

/* Options that say where dependencies and output go are not part of it. */
static bool is_recorded(const struct item *item)
{
    switch (item->id) {
    case OPT_OUTPUT: case OPT_LANGUAGE: case OPT_MJ: case OPT_DRY_RUN:
        return false;
    default:
        return !item->is_input && item->steps != STEP_PREPROCESS;
    }
}

static void add_record(struct strbuf *out, const struct command *c,
                       const char *compiler, const struct source *s)
{
    char folder[4096];
    const char *file = s->item->words[0], *output = source_output(c, s);
    strbuf_puts(out, "{ \"directory\": ");
    add_string(out, getcwd(folder, sizeof folder) ? folder : ".");
    strbuf_puts(out, ", \"file\": ");
    add_string(out, file);
    strbuf_puts(out, ", \"output\": ");
    add_string(out, output);
    strbuf_puts(out, ", \"arguments\": [");
    add_string(out, compiler);
    add_word(out, source_is_preprocessed(s) ? "-xcpp-output" : "-xc");
    add_word(out, file);
    add_word(out, "-o");
    add_word(out, output);
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        for (int w = 0; is_recorded(item) && w < 2 && item->words[w]; w++)
            add_word(out, item->words[w]);
    }
    strbuf_puts(out, "]},\n");
}

bool database_write(const struct command *c, const char *compiler,
                    const struct source *sources, size_t count)
{
    struct strbuf text = {0};
    for (size_t i = 0; i < count; i++)
        add_record(&text, c, compiler, &sources[i]);
    bool written = strbuf_write_file(&text, c->compilation_database);
    if (!written)
        diag_error("escc-output", "cannot write %s: %s",
                   c->compilation_database, strerror(errno));
    strbuf_free(&text);
    return written;
}
