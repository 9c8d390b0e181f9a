/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* main.c - escc-tables: where the locals of a program will live that it
 * decides about when it is loaded.
 *
 * The files are loaded as the dynamic linker would (image.c); the rest is what
 * the runtime does, by the same code (runtime/base/rt_modules.c).  Libraries
 * that are not named are nothing that could export a function: what is only
 * theirs is not known.  If one of those named needs them, they are strangers
 * [inv.slots].
 */
#include "base/rt_modules.h"
#include "image.h"
#include "util/arena.h"
#include "util/diag.h"

#include <elf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int usage(FILE *out)
{
    fputs("Usage: escc-tables PROGRAM [LIBRARY...]\n"
          "Prints where those locals of PROGRAM and of the libraries that it "
          "is loaded\n"
          "with will live that are on the heap only if functions of other "
          "files keep\n"
          "their addresses, and the first reason if they are.\n", out);
    return fflush(out) || ferror(out) ? 1 : out == stderr ? 2 : 0;
}

/* Only the headers of files are checked. */
static void is_damaged(int signal)
{
    static const char text[] = "escc-tables: a file is damaged\n";
    (void)signal;
    _exit(write(2, text, sizeof text - 1) < 0 ? 70 : 2);
}

static void *zeroed(size_t bytes)
{
    void *memory = calloc(1, bytes + 1);
    if (!memory) {
        diag_error("escc-tables", "out of memory");
        exit(1);
    }
    return memory;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool is_given(const struct rt_modules *modules, const char *soname)
{
    for (size_t i = 0; i < modules->nmodules; i++) {
        const struct rt_object *o = &modules->modules[i].object;
        if (!strcmp(o->soname ? o->soname : base_name(o->name), soname))
            return true;
    }
    return false;
}

/* The name of the nth library that it was linked with; NULL: there are no
 * more. */
static const char *needed_library(const struct rt_object *o, size_t n)
{
    const Elf64_Dyn *entry = o->strings ? o->dynamic : NULL;
    for (; entry && entry->d_tag != DT_NULL; entry++)
        if (entry->d_tag == DT_NEEDED && !n--)
            return entry->d_un.d_val < o->string_bytes
                ? o->strings + entry->d_un.d_val : NULL;
    return NULL;
}

static void find_strangers(struct rt_modules *modules)
{
    for (size_t i = 0; i < modules->nmodules; i++) {
        const struct rt_object *o = &modules->modules[i].object;
        for (size_t n = 0;; n++) {
            const char *name = needed_library(o, n);
            if (!name)
                break;
            struct rt_object needed = {.soname = base_name(name)};
            if (!modules->facts.stranger && !rt_object_is_system(&needed) &&
                !rt_object_is_apart(&needed) &&
                !is_given(modules, needed.soname))
                modules->facts.stranger = needed.soname;
        }
    }
}

static void print_unit(const struct rt_facts *f,
                       const struct rt_facts_unit *u, size_t *frames)
{
    char line[4096];
    for (uint32_t i = 0; i < rt_facts_nlocals(u); i++) {
        rt_facts_describe(f, u, i, line, sizeof line);
        puts(line);
        *frames += rt_facts_is_frame(f, u, i);
    }
}

static int print_all(const struct rt_modules *modules)
{
    const struct rt_facts *f = &modules->facts;
    size_t frames = 0;
    for (size_t i = 0; i < f->nunits; i++)
        print_unit(f, &f->units[i], &frames);
    printf("%zu in frames, %zu on the heap; %zu units\n", frames,
           modules->nlocals - frames, f->nunits);
    return fflush(stdout) || ferror(stdout) ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "--help"))
        return usage(stdout);
    if (argc < 2 || argv[1][0] == '-')
        return usage(stderr);
    struct dl_phdr_info *objects =
        arena_array(struct dl_phdr_info, (size_t)argc);
    struct rt_modules modules = {.ninitial = (size_t)argc};
    signal(SIGSEGV, is_damaged);
    signal(SIGBUS, is_damaged);
    for (int i = 1; i < argc; i++) {
        if (!image_load(&objects[i], argv[i]))
            return 1;
        rt_modules_count(&modules, &objects[i]);
    }
    rt_modules_begin(&modules, zeroed(rt_modules_bytes(&modules)));
    for (int i = 1; i < argc; i++)
        rt_modules_add(&modules, &objects[i]);
    struct rt_facts *f = &modules.facts;
    find_strangers(&modules);
    rt_facts_solve(f, zeroed(rt_facts_join(f, zeroed(rt_facts_begin(f)))));
    return print_all(&modules);
}
