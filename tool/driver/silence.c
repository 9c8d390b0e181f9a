/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* silence.c - see silence.h.
 *
 * Compiling the original for nothing but gcc's warnings costs as much as
 * compiling the program, and only reading it for those that are on by default
 * still half of what gcc takes for a probe of configure's.  Most files have
 * none.
 *
 * [inv.silence]  Where all warnings stay warnings, the original is compiled, or
 * without a -W option read, only if there may be something to see: if libclang
 * warns of the original, with the warnings of its own that are about what
 * rewriting may hide (parse.c), or gcc warns of the rewritten text, which it
 * reads with the user's warnings on.  Those words are not shown, since they are
 * about another text; the original's are.  So nothing is added.  What may be
 * missing is what gcc's optimizer alone sees, only in the original, in a file
 * of which neither says anything.
 *
 * Not so where a warning may be an error, or is about what rewriting changes
 * for certain (which functions are pure, how large frames are), nor where
 * macros and comments matter, which preprocessed text does not have.
 */
#define _GNU_SOURCE
#include "silence.h"

#include "util/path.h"
#include "util/strbuf.h"

#include <string.h>

static bool is_warning(const struct item *item)
{
    return !item->is_input &&
           (item->id == OPT_WARNING || item->id == OPT_WERROR);
}

/* One of which the rewritten text says as much as the original. */
static bool is_same_of_text(const char *word)
{
    static const char *const words[] = {
        "-Wall", "-Wextra", "-W", "-Wpointer-arith", "-Wwrite-strings",
        "-Wmissing-prototypes", "-Wmissing-declarations",
        "-Wstrict-prototypes", "-Wold-style-definition", "-Wnested-externs",
        "-Wredundant-decls", "-Wundef", "-Wformat", "-Wformat=2",
        "-Wformat-security", "-Wimplicit", "-Wimplicit-fallthrough",
        "-Wimplicit-function-declaration", "-Wunused", "-Wuninitialized",
        "-Wdeclaration-after-statement"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(word, words[i]))
            return true;
    return !strncmp(word, "-Wno-", 5);
}

/* Compiling and linking with it apart leaves no other files, names and words
 * than at once. */
static bool may_be_apart(const struct item *item)
{
    static const char *const words[] = {
        "-g", "-g0", "-g1", "-g2", "-g3", "-ggdb", "-ggdb3", "-pthread",
        "-pipe", "-s", "-rdynamic", "-pie", "-no-pie", "-static", "-shared",
        "-fPIC", "-fpic", "-fPIE", "-fpie", "-fwrapv", "-fcommon", "-o", "-x"};
    static const char *const beginnings[] = {
        "-O", "-D", "-U", "-I", "-L", "-l", "-W", "-m", "-i", "-std=", "-fno-",
        "-fstack-protector", "-fvisibility=", "-gdwarf-"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(item->words[0], words[i]))
            return true;
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (!strncmp(item->words[0], beginnings[i], strlen(beginnings[i])))
            return true;
    return false;
}

bool silence_may_do(const struct command *c, const struct backend *b)
{
    if (b->kind != BACKEND_GCC || c->warnings != WARNINGS_AS_ASKED ||
        c->warnings_off || c->warnings_may_fail || c->must_diagnose ||
        c->c_count != 1 || c->input_count != 1 ||
        (c->mode != MODE_OBJECT && c->mode != MODE_ASSEMBLY &&
            c->mode != MODE_LINK) ||
        c->emit_source || c->dry_run || c->verbose || c->reads_directives)
        return false;
    for (size_t i = 0; i < c->items.count; i++) {
        const struct item *item = &c->items.items[i];
        if ((is_warning(item) && !is_same_of_text(item->words[0])) ||
            (!item->is_input && !strncmp(item->words[0], "-pedantic", 9)) ||
            (c->mode == MODE_LINK && !item->is_input && !may_be_apart(item)))
            return false;
    }
    return true;
}

bool silence_may_do_for(const char *preprocessed)
{
    struct strbuf text = {0};
    bool may = strbuf_read_file(&text, preprocessed) && text.text &&
               !strstr(text.text, "GCC diagnostic warning") &&
               !strstr(text.text, "GCC diagnostic error");
    strbuf_free(&text);
    return may;
}

bool silence_is_broken(const char *messages, const char *program,
                       bool *by_others)
{
    struct strbuf text = {0};
    const char *base = path_base(program);
    size_t bytes = strlen(base);
    *by_others = !strbuf_read_file(&text, messages);
    bool broken = *by_others || text.bytes;
    for (const char *line = text.text; line && *line;) {
        /* gcc: warning: …; /tmp/ccX.s: Assembler messages: */
        *by_others |= !strncmp(line, base, bytes) && line[bytes] == ':';
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    if (text.text)
        *by_others |= strstr(text.text, ".s: ") ||
                      strstr(text.text, "{standard input}");
    strbuf_free(&text);
    return broken;
}

bool silence_is_of_optimizer(const char *messages)
{
    static const char *const names[] = {
        "[-Wunused-result]", "[-Wreturn-local-addr]",
        "[-Wfree-nonheap-object]", "[-Wstringop-over", "[-Wattribute-warning]"};
    struct strbuf text = {0};
    bool is = false;
    if (strbuf_read_file(&text, messages) && text.text)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            is |= strstr(text.text, names[i]) != NULL;
    strbuf_free(&text);
    return is;
}
