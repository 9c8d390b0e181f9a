/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* unsupported.c - see unsupported.h.
 *
 * libclang's messages are about what it expected to read.  Where they mean a
 * construct that gcc takes and clang does not, the message names it; the list
 * is that of docs/limits.md.
 */
#include "unsupported.h"

#include "util/diag.h"
#include "util/strbuf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Of libclang's errors; the first ones say it. */
enum { MAX_UNSUPPORTED_SHOWN = 5 };

/* What a message is about, for people; NULL: not known. */
static const char *construct_of(const char *message)
{
    static const struct { const char *part, *construct; } constructs[] = {
        {"function definition is not allowed here", "a nested function"},
        {"fields must have a constant size",
         "an array of variable size in a struct"},
        {"decimal type", "decimal floating point"},
        {"invalid suffix 'd", "decimal floating point"},
        {"invalid suffix 'D", "decimal floating point"},
        {"illegal initializer type", "the initializer of an _Atomic struct"},
        {"indirect goto in function with no address-of-label",
         "a computed goto to another function"},
        {"unsuitable for global register", "a global register variable"},
        {"naked function", "C code in a naked function"},
        {"address of vector element", "the address of a vector's element"},
        {"put constraint '", "an asm constraint"},
        {"asm input for constraint", "an asm constraint"},
        {"use of unknown builtin", "a builtin function of gcc's"},
        {"initialization of flexible array member",
         "the initializer of a flexible array"},
        {"illegal storage class on function",
         "a static function declared in a block"},
        {"definition of builtin function", "the definition of a builtin"},
        {"not a compile-time constant", "a static initializer"},
        {"array is too large", "an object of that size"},
        {"cannot jump from", "a jump past a variable with a cleanup"},
    };
    for (size_t i = 0; i < sizeof constructs / sizeof *constructs; i++)
        if (strstr(message, constructs[i].part))
            return constructs[i].construct;
    return NULL;
}

void show_unsupported(const struct source *s, bool compiled_plainly)
{
    struct strbuf text = {0};
    strbuf_read_file(&text, s->errors);
    enum diag_severity severity = compiled_plainly ? DIAG_REMARK : DIAG_ERROR;
    unsigned shown = 0;
    for (char *line = text.text, *next; line && *line; line = next) {
        next = line + strcspn(line, "\n");
        if (*next)
            *next++ = 0;
        char *colon = strstr(line, ": error: ");
        if (!colon)
            colon = strstr(line, ": fatal error: ");
        if (!colon || shown == MAX_UNSUPPORTED_SHOWN)
            continue;
        const char *message = strstr(colon, "error: ") + 7;
        *colon = 0;
        unsigned numbers[2] = {0};
        for (int i = 0; i < 2; i++) {
            char *last = strrchr(line, ':');
            if (!last || !isdigit((unsigned char)last[1]))
                break;
            numbers[1] = numbers[0];
            numbers[0] = (unsigned)strtoul(last + 1, NULL, 10);
            *last = 0;
        }
        const char *what = construct_of(message);
        diag_print(severity, "escc-unsupported",
                   (struct diag_place){line, numbers[0], numbers[1]},
                   "escc cannot rewrite %s: %s", what ? what : "this",
                   message);
        shown++;
    }
    if (!shown)
        diag_print(severity, "escc-unsupported",
                   (struct diag_place){s->item->words[0], 0, 0},
                   "escc cannot rewrite this file");
    strbuf_free(&text);
    if (compiled_plainly)
        diag_print(DIAG_REMARK, "escc-plain",
                   (struct diag_place){s->item->words[0], 0, 0},
                   "compiled without escc: the collector sees its memory as "
                   "foreign");
    else
        diag_note("-fescc-on-unsupported=plain compiles such files without "
                  "escc");
}
