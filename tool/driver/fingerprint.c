/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fingerprint.c - see fingerprint.h.
 *
 * [inv.fingerprint]  Whatever changes an object and is neither in the source
 * nor on the command line has a line here: each variable that the driver
 * reads, escc's own programs and the runtime by their bytes, the compiler
 * behind escc and libclang, which are large, by what caches themselves look
 * at: name, size and time of the file.
 *
 * It is asked for before each compilation of a cache, and so starts nothing.
 */
#include "fingerprint.h"

#include "util/path.h"
#include "util/strbuf.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static void print_variable(const char *name)
{
    const char *value = getenv(name);
    printf("%s=%s\n", name, value ? value : "");
}

/* FNV-1a: nobody makes collisions on purpose here. */
uint64_t fingerprint_hash(const char *text, size_t bytes)
{
    uint64_t h = 0xcbf29ce484222325;
    for (size_t i = 0; i < bytes; i++)
        h = (h ^ (unsigned char)text[i]) * 0x100000001b3;
    return h;
}

static void print_content(const char *what, const char *path)
{
    struct strbuf text = {0};
    if (path && strbuf_read_file(&text, path) && text.bytes)
        printf("%s: %zu bytes, %016" PRIx64 "\n", what, text.bytes,
               fingerprint_hash(text.text, text.bytes));
    else
        printf("%s: none\n", what);
    strbuf_free(&text);
}

static void print_file(const char *what, const char *path)
{
    const char *real = path_real(path);
    struct stat state;
    if (real && stat(real, &state) == 0)
        printf("%s: %s, %lld bytes, %lld.%09ld\n", what, real,
               (long long)state.st_size, (long long)state.st_mtim.tv_sec,
               state.st_mtim.tv_nsec);
    else
        printf("%s: none\n", what);
}

int fingerprint_print(const struct backend *b, const struct installation *at,
                      const char *self)
{
    printf("escc %s\n", ESCC_VERSION);
    print_variable("ESCC_DISABLE");
    print_variable("ESCC_FLAGS");
    print_content("driver", self);
    print_content("rewriter", at->rewriter);
    print_content("rewriter's library", at->rewriter_library);
    print_content("runs of clang", at->twice);
    print_content("pages", at->pages);
    print_content("runtime", path_join(at->archive_folder, "libesccrt.a"));
    printf("debug script: %s\n", at->debug_script ? at->debug_script : "none");
    printf("compiler: %s\n", b->name);
    print_file("compiler", path_search(b->program));
    print_file("libclang", ESCC_LIBCLANG);
    return fflush(stdout) || ferror(stdout) ? 1 : 0;
}
