/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuzz_rewrite.c - libFuzzer target: any text through the whole rewriter.
 *
 * What must hold for any input: no crash, no internal error (diag_internal
 * ends the process, which libFuzzer reports), no endless loop; and what is
 * emitted for a text that parses has the shape of its input (verify.h).  Each
 * text goes through three times: as clang's output, with all locals moved and
 * for a clang that does not optimise, and as gcc's output.
 *
 * It runs on the main thread (a fresh stack of a gibibyte for each text costs
 * AddressSanitizer more than the text): give that one a large limit.
 *
 * libclang keeps what it has parsed until unit_close; the rewriter's own
 * lists and maps are not freed (a process sees one unit), so a long campaign
 * needs -fork=1, where libFuzzer starts new processes now and then.
 */
#define _GNU_SOURCE 1           /* memmem */
#include "token_mutator.h"

#include "edit/emit.h"
#include "edit/rw.h"
#include "escape/esc.h"
#include "escape/esc_finding.h"
#include "front/tree.h"
#include "report/report.h"
#include "verify.h"

#include "util/arena.h"
#include "util/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size,
                                 const uint8_t *two, size_t two_size,
                                 uint8_t *out, size_t max_size,
                                 unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* With this many events the explanations' code runs, too. */
enum { REPORT_LEVEL = 2 };

struct way { bool gcc_text, all_locals, unoptimized; };

static char in_path[64], out_path[64];

static void remove_files(void)
{
    remove(in_path);
    remove(out_path);
}

static void name_files(void)
{
    /* memory, not a disk: thousands of files a minute */
    snprintf(in_path, sizeof in_path, "/dev/shm/escc-fuzz-%ld.i",
             (long)getpid());
    snprintf(out_path, sizeof out_path, "/dev/shm/escc-fuzz-%ld.out.i",
             (long)getpid());
    atexit(remove_files);
}

static void rewrite(const struct way *way)
{
    static const char *const flags[] = {"-std=gnu2x", "-w", NULL};
    struct parse_options parse = {
        .path = in_path, .main_file = in_path, .flags = flags,
        .gcc_text = way->gcc_text, .validate = true};
    struct esc_options escape = {
        .locals = way->all_locals ? ESC_LOCALS_ALL : ESC_LOCALS_ESCAPING};
    struct report_options report = {.level = REPORT_LEVEL, .summary = true};
    struct unit *unit;
    if (unit_parse(&parse, &unit) != PARSE_ERRORS) {
        struct esc *esc = esc_analyze(unit, &escape);
        struct esc_findings findings = {0};
        esc_find(esc, &findings);
        report_findings(unit, &findings, &report);
        vec_free(&findings);
        struct strbuf text = {0};
        struct rw_options options = {.unoptimized = way->unoptimized};
        rw_unit(unit, esc, &options, &text);
        if (strbuf_write_file(&text, out_path))
            verify_output(unit, out_path, &parse);
        strbuf_free(&text);
    }
    unit_close(unit);
}

static void write_input(const void *data, size_t size)
{
    FILE *file = fopen(in_path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file)) {
        perror(in_path);
        abort();
    }
}

/* What is read once for all (libc.tags) must be older than any mark. */
static void warm_up(void)
{
    static const char text[] = "int puts(const char *);\n"
                               "void f(void) { puts(\"\"); }\n";
    if (in_path[0])
        return;
    name_files();
    write_input(text, sizeof text - 1);
    rewrite(&(struct way){0});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct way ways[] = {
        {0}, {.all_locals = true, .unoptimized = true}, {.gcc_text = true}};
    warm_up();
    /* Names that begin so are the rewriter's own. */
    if (memmem(data, size, "__escc", 6))
        return -1;
    write_input(data, size);
    struct arena_mark mark = arena_mark();
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        rewrite(&ways[i]);
        arena_release(mark);
    }
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed)
{
    if (seed % 32 == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    return mutate_tokens(data, size, max_size, seed);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size,
                                 const uint8_t *two, size_t two_size,
                                 uint8_t *out, size_t max_size,
                                 unsigned seed)
{
    return cross_tokens(one, one_size, two, two_size, out, max_size, seed);
}
