/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* emitted.c - see emitted.h. */
#include "emitted.h"

#include "util/diag.h"
#include "util/strbuf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int emit_sources(const struct command *c, const struct source *sources,
                 size_t count)
{
    const char *to = c->emit_file ? c->emit_file : c->output;
    struct strbuf all = {0};
    for (size_t i = 0; i < count; i++)
        if (sources[i].state == SOURCE_REWRITTEN &&
            !strbuf_read_file(&all, sources[i].text)) {
            diag_error("escc-temporary", "cannot read %s: %s",
                       sources[i].text, strerror(errno));
            return 1;
        }
    bool written = to && strcmp(to, "-")
                       ? strbuf_write_file(&all, to)
                       : fwrite(all.text ? all.text : "", 1, all.bytes,
                                stdout) == all.bytes && !fflush(stdout);
    if (!written)
        diag_error("escc-output", "cannot write %s: %s", to ? to : "stdout",
                   strerror(errno));
    strbuf_free(&all);
    return written ? 0 : 1;
}
