/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_real.c - finds the C library's versions of replaced functions.
 *
 * The runtime defines, say, sigaction itself; every call in the process
 * that goes through the symbol table lands here.  The real one is found in
 * one of two ways:
 *
 *   dynamic executable   dlsym(RTLD_NEXT, ...), next after the object that
 *                        the runtime was linked into;
 *   static executable    the strong internal name of glibc's archive
 *                        (rt_real.def), in a table of a member of its own
 *                        (rt_static.c), which the link asks for by
 *                        `-u __escc_static_libc`.
 *
 * Whether that member is there tells the two cases apart.  Nobody else refers
 * to the internal names, not even weakly: in a dynamic executable some would
 * be GLIBC_PRIVATE's, and a package with it could be installed beside one
 * version of the C library only.  dlsym itself is referred to weakly, so that
 * a static executable does not get the dynamic loader on our account; if it
 * has one for other reasons, RTLD_NEXT finds nothing there.
 *
 * What is next may be another object's (LD_PRELOAD): functions of the C library
 * are those in its code.
 *
 * All names are looked up at once at start-up (some 30 us), because several
 * of them are called from signal handlers, where dlsym must not run.
 */
#include "rt_real.h"

#include "rt_atomic.h"
#include "rt_fatal.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <string.h>

struct rt_real rt_real;
bool rt_real_has_foreign;

/* Of an object: the segment that has a function. */
struct code {
    uintptr_t from, to;
    bool is_runtime;            /* another copy of this */
};

static struct code libc_code;

extern __typeof__(dlsym) dlsym __attribute__((weak));
/* glibc's archive alone has it, and each static executable. */
extern void __libc_setup_tls(void) __attribute__((weak));
extern const void *const __escc_static_libc[] __attribute__((weak));

/* Places in the table, in rt_real.def's order. */
enum {
#define REAL(name, alias) STATIC_##name,
#define REAL_BRIEF(name, alias) STATIC_##name,
#define REAL_DYNAMIC(name)
#define REAL_BRIEF_DYNAMIC(name)
#define REAL_FOREIGN(name)
#include "rt_real.def"
#undef REAL
#undef REAL_BRIEF
#undef REAL_DYNAMIC
#undef REAL_BRIEF_DYNAMIC
#undef REAL_FOREIGN
};

bool rt_real_is_static(void)
{
    return __escc_static_libc || !dlsym;
}

/* The linker warns of a dlopen in a static program, were it only a weak
 * reference: so it is looked up, too. */
void *rt_real_libc(void)
{
    void *opener = rt_real_is_static() ? NULL
                                       : dlsym(RTLD_DEFAULT, "dlopen");
    __typeof__(&dlopen) open_library;
    if (!opener)
        return NULL;
    memcpy(&open_library, &opener, sizeof open_library);
    return open_library("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
}

/* Where libesccrt.so comes after libc in the search order (a plain program
 * that links an instrumented library), nothing is next: libc is asked by
 * name. */
static void *look_up(const char *name, const void *alias)
{
    if (rt_real_is_static())
        return (void *)alias;
    void *found = dlsym(RTLD_NEXT, name);
    void *libc = found ? NULL : rt_real_libc();
    return libc ? dlsym(libc, name) : found;
}

/* For the address in question, which *argument begins with; 1, which ends the
 * search. */
static int find_code(struct dl_phdr_info *info, size_t size, void *argument)
{
    struct code *code = argument;
    uintptr_t address = code->from;
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t from = info->dlpi_addr + header->p_vaddr;
        uintptr_t to = from + header->p_memsz;
        if (header->p_type != PT_LOAD || address < from || address >= to)
            continue;
        *code = (struct code){from, to, false};
        if (strstr(info->dlpi_name, "/libesccrt.so"))
            code->is_runtime = true;
        return 1;
    }
    return 0;
}

static void find_libc_code(void)
{
    int *(*function)(void) = __errno_location;
    memcpy(&libc_code.from, &function, sizeof function);
    dl_iterate_phdr(find_code, &libc_code);
}

static bool is_foreign(const void *function)
{
    struct code code = {.from = (uintptr_t)function};
    if (!function || !libc_code.to ||
        code.from - libc_code.from < libc_code.to - libc_code.from)
        return false;
    dl_iterate_phdr(find_code, &code);
    return !code.is_runtime;
}

static void *look_up_foreign(const char *name)
{
    void *found = rt_real_is_static() ? NULL : dlsym(RTLD_NEXT, name);
    return is_foreign(found) ? found : NULL;
}

#define LOOK_UP_FOREIGN(name)                                               \
    {                                                                       \
        void *found = look_up_foreign(#name);                               \
        __typeof__(&name) function;                                         \
        memcpy(&function, &found, sizeof function);                         \
        rt_store_release(&rt_real.name, function);                          \
        rt_real_has_foreign |= (found ? true : false);                      \
    }

#define LOOK_UP_BRIEF(name, alias)                                          \
    void *found = look_up(#name, alias);                                    \
    __typeof__(&name) function;                                             \
    memcpy(&function, &found, sizeof function);                             \
    rt_store_release(&rt_real.name, function);

#define LOOK_UP(name, alias)                                                \
    {                                                                       \
        LOOK_UP_BRIEF(name, alias)                                          \
        rt_real_has_foreign |= is_foreign(found);                           \
    }

void rt_real_init(void)
{
    if (__libc_setup_tls && !__escc_static_libc)
        rt_fatal_hint("link it with escc, or with what\n"
                      "  escc -static --print-link-flags\n"
                      "prints",
                      "a static program without the C library's functions that "
                      "its runtime calls");
    if (!rt_real_is_static() && !libc_code.to)
        find_libc_code();
#define ALIAS(name)                                                         \
    (__escc_static_libc ? __escc_static_libc[STATIC_##name] : NULL)
#define REAL(name, alias) LOOK_UP(name, ALIAS(name))
#define REAL_BRIEF(name, alias) { LOOK_UP_BRIEF(name, ALIAS(name)) }
#define REAL_DYNAMIC(name) LOOK_UP(name, NULL)
#define REAL_BRIEF_DYNAMIC(name) { LOOK_UP_BRIEF(name, NULL) }
#define REAL_FOREIGN(name) LOOK_UP_FOREIGN(name)
#include "rt_real.def"
#undef REAL
#undef REAL_BRIEF
#undef REAL_DYNAMIC
#undef REAL_BRIEF_DYNAMIC
#undef REAL_FOREIGN
}
