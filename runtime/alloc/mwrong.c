/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrong.c - addresses that are given to free and are no block's.
 *
 * Owns what is said of them.  What happens to them is mfree.c's: where free
 * does nothing they, too, are nothing; where it is trusted they end the
 * program.  The C library's free, which would end it in any case, gets only
 * what may be a block of it.
 *
 * No state.
 */
#include "mwrong.h"

#include "base/rt_fatal.h"
#include "base/rt_options.h"
#include "base/rt_print.h"
#include "mcaller.h"
#include "thread/mthread.h"

#include <link.h>

struct search {
    uintptr_t address;
    const char *what;
};

static int look_into(struct dl_phdr_info *info, size_t size, void *argument)
{
    struct search *search = argument;
    (void)size;
    for (int i = 0; i < info->dlpi_phnum && !search->what; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t from = info->dlpi_addr + header->p_vaddr;
        if (header->p_type != PT_LOAD ||
            search->address - from >= header->p_memsz)
            continue;
        search->what = header->p_flags & PF_W
            ? "the address of a variable"
            : "the address of a constant, a string or a function";
    }
    return search->what ? 1 : 0;
}

/* BLOCKED: who has the linker's lock may be waiting for this thread to stop. */
const char *mwrong_of_object(uintptr_t address)
{
    struct search search = {address, NULL};
    bool blocked = mthread_block_begin();
    dl_iterate_phdr(look_into, &search);
    if (blocked)
        mthread_block_end();
    return search.what;
}

void mwrong_fatal(const char *call, const void *block, const char *what)
{
    char places[640];
    mcaller_describe(places, sizeof places, block);
    rt_fatal_hint(rt_options.free == RT_FREE_TRUST
                      ? "ESCC_FREE=ignore makes this harmless; to find it, "
                        "run the program with ESCC_DEBUG=free=1, or under "
                        "valgrind"
                      : "a library that was not compiled by escc corrupts "
                        "its memory; run the program under valgrind",
                  "%s(%p): %s%s", call, block, what, places);
}

void mwrong_tell(const void *block, const char *what)
{
    if (rt_options.tell_free)
        rt_print("escc: free(%p): %s; nothing was done\n", block, what);
}
