/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_clock.c - the time.
 *
 * Owns where it is asked.  Not of libc: a program may have a clock_gettime of
 * its own, with a lock that a stopped thread holds.  The kernel maps an object
 * into each process that tells the time without a system call (vdso(7)): some
 * 30 ns, where the call takes 100 to 2000.  It needs no more than a signal
 * handler has, and no program can define its names.  Where it is not there
 * (valgrind hides it, vdso=0) the system call does the same; so it does where
 * threads may not read the processor's counter, as it does (PR_SET_TSC).  That
 * it was so from the start is not asked: a filter may punish the question.
 */
#include "rt_clock.h"

#include "rt_atomic.h"

#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>

#if defined __x86_64__
static const char vdso_name[] = "__vdso_clock_gettime";
#elif defined __aarch64__
static const char vdso_name[] = "__kernel_clock_gettime";
#endif

typedef int gettime(clockid_t, struct timespec *);

static gettime *of_vdso;        /* atomic; NULL: by a system call */

/* What the object says about its names. */
struct names {
    const ElfW(Sym) *symbols;
    const char *text;
    size_t n;
    uintptr_t bias;             /* address less what the file says */
};

/* A chain of the hash table has one entry for each symbol (gABI, 5-20). */
static void read_dynamic(const ElfW(Dyn) *entry, struct names *names)
{
    for (; entry->d_tag != DT_NULL; entry++) {
        uintptr_t at = names->bias + entry->d_un.d_ptr;
        if (entry->d_tag == DT_SYMTAB)
            names->symbols = (const void *)at;
        else if (entry->d_tag == DT_STRTAB)
            names->text = (const void *)at;
        else if (entry->d_tag == DT_HASH)
            names->n = ((const uint32_t *)at)[1];
    }
}

static gettime *find(const ElfW(Ehdr) *object)
{
    const char *start = (const char *)object;
    const ElfW(Phdr) *segment = (const void *)(start + object->e_phoff);
    const ElfW(Dyn) *dynamic = NULL;
    struct names names = {0};
    for (unsigned i = 0; i < object->e_phnum; i++)
        if (segment[i].p_type == PT_LOAD && !names.bias)
            names.bias = (uintptr_t)start + segment[i].p_offset -
                         segment[i].p_vaddr;
        else if (segment[i].p_type == PT_DYNAMIC)
            dynamic = (const void *)(start + segment[i].p_offset);
    if (dynamic)
        read_dynamic(dynamic, &names);
    for (size_t i = 0; names.symbols && names.text && i < names.n; i++)
        if (strcmp(names.text + names.symbols[i].st_name, vdso_name) == 0 &&
            names.symbols[i].st_shndx != SHN_UNDEF)
            return (gettime *)(names.bias + names.symbols[i].st_value);
    return NULL;
}

void rt_clock_init(void)
{
    unsigned long object = getauxval(AT_SYSINFO_EHDR);
    struct timespec now;
    gettime *found = object ? find((const void *)object) : NULL;
    if (found && found(CLOCK_MONOTONIC, &now) == 0)
        rt_store_relaxed(&of_vdso, found);
}

void rt_clock_ask_kernel(void)
{
    rt_store_relaxed(&of_vdso, NULL);
}

uint64_t rt_clock_now_ns(void)
{
    struct timespec now = {0, 0};
    gettime *ask = rt_load_relaxed(&of_vdso);
    if (!ask || ask(CLOCK_MONOTONIC, &now) != 0)
        rt_syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
