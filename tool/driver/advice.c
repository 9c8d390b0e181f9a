/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* advice.c - see advice.h.
 *
 * clang 16 made errors of what it had warned of for long, and what gcc warns
 * of up to its version 13: functions called without a declaration, `int` left
 * out, integers and pointers mixed.  Old programs are full of it.  Whoever
 * meets such an error should know that ESCC_CC=gcc compiles the program.
 *
 * Whether it is that is not read from clang's messages, which go to the user:
 * this machine's gcc is asked what it says of the whole file with the user's
 * options.  Where it has errors, too, or warns of something else, nothing is
 * said.  Nor is it if warnings are errors, or if the user has named clang in
 * ESCC_CC: that was decided.
 */
#include "advice.h"

#include "job.h"
#include "util/diag.h"
#include "util/path.h"
#include "util/strbuf.h"

#include <string.h>

/* Whether gcc warns of what clang has errors for. */
static bool warns_of_old_c(const char *messages)
{
    static const char *const names[] = {
        "[-Wimplicit-function-declaration]", "[-Wimplicit-int]",
        "[-Wint-conversion]", "[-Wincompatible-pointer-types]",
        "[-Wreturn-type]"
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strstr(messages, names[i]))
            return true;
    return false;
}

static bool gcc_takes(const struct source *s, const struct compilation *k)
{
    static const char gcc[] = "gcc";
    const struct backend backend = {gcc, gcc, BACKEND_GCC, NULL, true};
    struct word_vec words = {0};
    if (!path_search(gcc))
        return false;
    step_diagnose(&words, k->command, &backend, s, false);
    struct job_files files = {.in = s->input_file, .out = "/dev/null",
                              .err = path_join(k->folder, "gcc.noise")};
    int status = job_run(gcc, words.items, files, true);
    struct strbuf messages = {0};
    bool read = strbuf_read_file(&messages, files.err) && messages.text;
    bool takes = status == 0 &&
        (k->command->warnings_off ||
            (read && warns_of_old_c(messages.text)));
    strbuf_free(&messages);
    vec_free(&words);
    return takes;
}

void advise_gcc(const struct source *s, const struct compilation *k)
{
    static bool said;
    if (said || k->backend->kind != BACKEND_CLANG || k->backend->is_chosen ||
        k->command->warnings_may_fail || !gcc_takes(s, k))
        return;
    said = true;
    diag_print(DIAG_REMARK, "escc-old-c", (struct diag_place){0},
               "gcc takes this, with a warning: ESCC_CC=gcc makes it the "
               "compiler behind escc");
}
