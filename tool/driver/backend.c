/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* backend.c - see backend.h.
 *
 * Who says what the back end is, the first that does:
 *
 *     -fescc-cc=PROGRAM
 *     escc-gcc, escc-clang-19          escc's own name: the word behind it
 *     ESCC_CC
 *     cc, gcc, clang-19, c99, …        a link to escc in a folder that comes
 *                                      first in PATH: the program of that
 *                                      name that would be found without it
 *     the machine's cc                 a gcc from 12 or a clang from 19 on,
 *                                      unless escc was configured with one
 *     what was there when escc was configured: clang 19, else gcc
 *
 * escc++ (or what ends so) has the same back end for C, and for other languages
 * and for links its counterpart for C++.
 *
 * [inv.backend.self]  The back end is never escc: a name that leads back to it
 * is looked up behind it in PATH.  Others masquerade in the same way (ccache):
 * what precedes escc's folder in PATH has had its turn, and what follows does
 * not see the folder, so that two of them do not start each other for ever.
 */
#include "backend.h"

#include "job.h"
#include "util/arena.h"
#include "util/diag.h"
#include "util/path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang or gcc?  By its name, then by the name of what a link leads to
 * (/usr/bin/cc), then by asking. */
static enum backend_kind kind_of(const char *program)
{
    const char *path = path_search(program), *real = path_real(path);
    const char *names[] = {path_base(program), real ? path_base(real) : ""};
    enum backend_kind kind = BACKEND_GCC;
    bool known = false;
    for (int i = 0; i < 2 && !known; i++) {
        known = true;
        if (strstr(names[i], "clang"))
            kind = BACKEND_CLANG;
        else if (!strstr(names[i], "gcc"))
            known = false;
    }
    if (known || !path)
        return kind;
    FILE *pipe = popen(job_quote((const char *const[]){
                           program, "--version", NULL}), "re");
    char line[512] = "";
    while (pipe && fgets(line, sizeof line, pipe))
        if (strstr(line, "clang"))
            kind = BACKEND_CLANG;
    if (pipe)
        pclose(pipe);
    return kind;
}

/* ---- names --------------------------------------------------------------- */

/* What follows "escc-" in [TRIPLE-]escc-gcc and its like; NULL: no such. */
static const char *name_behind(const char *base)
{
    static const char own[] = "escc-";
    const char *at = strstr(base, own);
    if (!at || (at > base && at[-1] != '-'))
        return NULL;
    at += sizeof own - 1;
    return !strncmp(at, "clang", 5) || !strncmp(at, "gcc", 3) ? at : NULL;
}

/* Is it a compiler's, and not one of escc's own (escc-clang)? */
static bool is_compiler_name(const char *base)
{
    return !strstr(base, "escc") &&
           (strstr(base, "gcc") || strstr(base, "clang") ||
               !strcmp(base, "cc") || backend_standard(base));
}

const char *backend_standard(const char *own_name)
{
    const char *base = path_base(own_name);
    if (!strcmp(base, "c99"))
        return "-std=c99";
    return strcmp(base, "c89") ? NULL : "-std=c90";
}

/* ---- looking for programs ------------------------------------------------ */

static bool is_file(const char *path, const char *real)
{
    const char *other = path_real(path);
    return other && real && !strcmp(other, real);
}

/* The first program of the name in the list of folders that is not escc.  If
 * there is an escc among them, only what follows the last one counts, and the
 * folders of escc leave PATH. */
static const char *search_behind(const char *name, const char *self)
{
    const char *found = NULL, *path = getenv("PATH"), *others = "";
    while (path && *path) {
        size_t bytes = strcspn(path, ":");
        const char *folder = bytes ? arena_strndup(path, bytes) : ".";
        const char *candidate = path_join(folder, name);
        bool ours = is_file(candidate, self);
        if (ours)
            found = NULL;
        else if (!found && path_is_file(candidate))
            found = path_search(candidate);
        if (!ours)
            others = arena_printf("%s%s%s", others, *others ? ":" : "", folder);
        path += bytes + (path[bytes] == ':');
    }
    setenv("PATH", others, 1);
    return found;
}

/* [inv.backend.self]; NULL: there is no other program of the name. */
static const char *not_self(const char *program, const char *self)
{
    const char *found = path_search(program);
    if (!found || !is_file(found, self))
        return program;
    return strchr(program, '/') ? NULL : search_behind(program, self);
}

static void set_program(struct backend *b, const char *program)
{
    b->program = program;
    b->kind = kind_of(program);
}

/* escc-clang: the clang that escc was configured with, if it was one. */
static const char *program_behind(const char *base, const char *behind)
{
    const char *configured = ESCC_DEFAULT_KIND == BACKEND_CLANG
                             ? ESCC_DEFAULT_CC : "clang";
    size_t prefix = (size_t)(behind - base) - strlen("escc-");
    if (!strncmp(behind, "gcc", 3))
        return arena_printf("%.*s%s", (int)prefix, base, behind);
    return strcmp(behind, "clang") ? behind : configured;
}

/* ---- the choice ---------------------------------------------------------- */

/* False after an error. */
static bool choose(struct backend *b, const char *who, const char *program,
                   const char *self)
{
    const char *other = not_self(program, self);
    if (!other) {
        diag_error("escc-program", "%s names escc itself", who);
        return false;
    }
    b->is_chosen = true;
    set_program(b, other);
    return true;
}

/* ---- the machine's own --------------------------------------------------- */

/* The number at the end of gcc-12 or clang-19; 0: there is none. */
static int number_in(const char *base)
{
    const char *dash = strrchr(base, '-');
    int number = dash ? atoi(dash + 1) : 0;
    return number > 0 && number < 1000 ? number : 0;
}

/* The major version of a compiler as its file's name (gcc-12) or folder
 * (/usr/lib/llvm-19/bin/clang) says; 0: they do not. */
static int named_version(const char *program)
{
    const char *real = path_real(path_search(program));
    const char *folder = real ? strstr(real, "/llvm-") : NULL;
    int version = real ? number_in(path_base(real)) : 0;
    return version || !folder ? version : atoi(folder + strlen("/llvm-"));
}

/* The same, as it says itself; 0: it does not tell. */
static int asked_version(const char *program)
{
    FILE *pipe = popen(job_quote((const char *const[]){
                           program, "-dumpversion", NULL}), "re");
    char line[64] = "";
    int version = pipe && fgets(line, sizeof line, pipe) ? atoi(line) : 0;
    if (pipe)
        pclose(pipe);
    return version;
}

static int least_version(enum backend_kind kind)
{
    enum { GCC_LEAST = 12, CLANG_LEAST = 19 };
    return kind == BACKEND_GCC ? GCC_LEAST : CLANG_LEAST;
}

/* Only what the name says costs nothing, but names are no proof. */
const char *backend_too_old(const char *program)
{
    int version = named_version(program);
    enum backend_kind kind = version ? kind_of(program) : BACKEND_GCC;
    if (!version || version >= least_version(kind))
        return NULL;
    version = asked_version(program);
    if (!version || version >= least_version(kind))
        return NULL;
    return arena_printf("needs clang %d or gcc %d, or later: %s is %s %d",
                        least_version(BACKEND_CLANG),
                        least_version(BACKEND_GCC), program,
                        kind == BACKEND_GCC ? "gcc" : "clang", version);
}

/* The machine's cc becomes the back end, if it is one that can be. */
static void take_machines(struct backend *b, const char *self)
{
    const char *found = path_search("cc");
    if (found && is_file(found, self))
        found = search_behind("cc", self);
    if (!found)
        return;
    enum backend_kind kind = kind_of(found);
    int version = named_version(found);
    if ((version ? version : asked_version(found)) < least_version(kind))
        return;
    b->program = found;
    b->kind = kind;
}

/* False after an error.  NAME.behind is what the name led to before escc was
 * put in its place: in the environments of farms, which start one path. */
static bool masquerade(struct backend *b, const char *base, const char *self)
{
    const char *name = backend_standard(base) ? "cc" : base;
    const char *moved = path_search(arena_printf("%s.behind", name));
    const char *other = moved ? moved : search_behind(name, self);
    if (!other) {
        diag_error("escc-program", "there is no %s in PATH behind escc's link "
                   "of that name", name);
        return false;
    }
    b->is_chosen = strcmp(name, "cc") != 0;
    set_program(b, other);
    return true;
}

/* clang takes its target from its own name: aarch64-linux-gnu-escc runs
 * it as aarch64-linux-gnu-clang. */
static const char *name_for(const struct backend *b, const char *base)
{
    const char *end = strstr(base, "-escc");
    bool is_last = end && (!end[5] || name_behind(end + 1));
    if (b->kind == BACKEND_CLANG && is_last)
        return arena_printf("%.*s-clang", (int)(end - base), base);
    return b->program;
}

/* The counterpart for C++ beside a compiler for C: clang++-19 of clang-19,
 * g++-12 of gcc-12, c++ of cc.  NULL: there is none. */
static const char *cxx_of(const char *program)
{
    static const char *const names[][2] = {
        {"clang", "clang++"}, {"gcc", "g++"}, {"cc", "c++"}};
    const char *base = path_base(program);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *at = strstr(base, names[i][0]);
        if (!at)
            continue;
        const char *cxx = arena_printf(
            "%.*s%s%s", (int)(at - program), program, names[i][1],
            at + strlen(names[i][0]));
        return path_search(cxx) ? cxx : NULL;
    }
    return NULL;
}

static bool ends_in(const char *text, const char *end)
{
    size_t bytes = strlen(text), tail = strlen(end);
    return bytes >= tail && !strcmp(text + bytes - tail, end);
}

/* False after an error. */
static bool find_cxx(struct backend *b)
{
    b->cxx = cxx_of(b->program);
    if (!b->cxx)
        diag_error("escc-program", "there is no compiler for C++ beside %s",
                   b->program);
    return b->cxx;
}

bool backend_find(struct backend *b, const struct command *c,
                  const char *own_name, const char *self)
{
    const char *base = path_base(own_name), *behind = name_behind(base);
    const char *chosen = getenv("ESCC_CC");
    bool fine = true;
    b->program = ESCC_DEFAULT_CC;
    b->kind = (enum backend_kind)ESCC_DEFAULT_KIND;
    if (c->compiler)
        fine = choose(b, "-fescc-cc", c->compiler, self);
    else if (behind)
        fine = choose(b, base, program_behind(base, behind), self);
    else if (chosen && *chosen)
        fine = choose(b, "ESCC_CC", chosen, self);
    else if (is_compiler_name(base))
        fine = masquerade(b, base, self);
    else if (ESCC_DEFAULT_IS_MACHINES && !strstr(base, "-escc"))
        take_machines(b, self);
    b->name = name_for(b, base);
    if (fine && ends_in(base, "escc++"))
        fine = find_cxx(b);
    return fine;
}
