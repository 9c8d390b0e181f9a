/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcaller.c - where the program called the allocator, for messages.
 *
 * A program that frees a block twice wants to know where.  The runtime has
 * frame pointers: from a function below it goes up until a call from one of
 * the entries (MCALLER_ENTRY), whose own caller is the program.  Nothing is
 * kept for this while all is well.
 *
 * Printed are a file and an offset in it, which addr2line makes a line of:
 * reading debug information is nothing for a program that is about to end
 * because its memory is wrong.
 *
 * With ESCC_DEBUG=free=1 the places of frees are noted, too, in a table that
 * later ones overwrite: of two frees the first is known as long as not too many
 * came between.  Threads race for entries; the address and the place of one are
 * a word each, so at worst a place is another block's: the address is checked.
 */
#include "mcaller.h"

#include "base/rt_atomic.h"
#include "base/rt_print.h"
#include "base/rt_syscall.h"
#include "thread/mthread.h"

#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>

enum {
    /* Of the runtime's own between the message and the entry. */
    MOST_FRAMES = 12,
    /* A frame of the runtime is smaller. */
    FRAME_BYTES = 16 * 1024,
    NOTED = 1 << 14,
    PATH_BYTES = 256
};

/* The linker's; weak, as it may drop the section with all that leads here. */
extern const char __start_escc_entry[]
    __attribute__((weak, visibility("hidden")));
extern const char __stop_escc_entry[]
    __attribute__((weak, visibility("hidden")));

struct frame {
    const struct frame *next;
    uintptr_t return_address;
};

/* Whether what a frame has for the next one may be it: where no entry was
 * called, the program's frames follow, whose register may be anything. */
static bool is_next(const struct frame *frame)
{
    uintptr_t next = (uintptr_t)frame->next;
    uintptr_t end = mthread_self()->stack_end;
    return next % sizeof(void *) == 0 && next > (uintptr_t)frame &&
           next - (uintptr_t)frame < FRAME_BYTES &&
           ((uintptr_t)frame >= end || next <= end - sizeof *frame);
}

/* The address behind the program's call, or 0. */
static __attribute__((noinline)) uintptr_t caller(void)
{
    const struct frame *frame = __builtin_frame_address(0);
    for (int i = 0; i < MOST_FRAMES && is_next(frame); i++) {
        uintptr_t back = frame->return_address;
        frame = frame->next;
        if (back > (uintptr_t)__start_escc_entry &&
            back <= (uintptr_t)__stop_escc_entry)
            return frame->return_address;
    }
    return 0;
}

/* ---- frees that were noted ----------------------------------------------- */

struct note {
    uintptr_t block, place;
};

static struct note notes[NOTED];

static struct note *note_of(const void *block)
{
    uint64_t h = (uint64_t)(uintptr_t)block * 0x9e3779b97f4a7c15;
    return &notes[(h >> 40) % NOTED];
}

void mcaller_note_free(const void *block)
{
    struct note *note = note_of(block);
    rt_store_relaxed(&note->block, (uintptr_t)block);
    rt_store_relaxed(&note->place, caller());
}

/* ---- text ---------------------------------------------------------------- */

struct search {
    uintptr_t address, offset;
    char path[PATH_BYTES];
};

static int look_into(struct dl_phdr_info *info, size_t size, void *argument)
{
    struct search *search = argument;
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t from = info->dlpi_addr + header->p_vaddr;
        if (header->p_type != PT_LOAD ||
            search->address - from >= header->p_memsz)
            continue;
        search->offset = search->address - info->dlpi_addr;
        rt_format(search->path, sizeof search->path, "%s", info->dlpi_name);
        return 1;
    }
    return 0;
}

/* The instruction of the call is before the address that it left. */
static bool find(struct search *search, uintptr_t behind)
{
    search->address = behind - 1;
    search->path[0] = '\0';
    if (!behind || !dl_iterate_phdr(look_into, search))
        return false;
    if (!search->path[0]) {
        long bytes = rt_syscall(SYS_readlink, "/proc/self/exe", search->path,
                                sizeof search->path - 1);
        search->path[bytes > 0 ? bytes : 0] = '\0';
    }
    return search->path[0] != '\0';
}

static size_t add_line(char *out, size_t bytes, const char *what,
                       uintptr_t behind)
{
    struct search search;
    if (!find(&search, behind))
        return 0;
    return rt_format(out, bytes, "\nescc: %s: addr2line -fpe %s %p", what,
                     search.path, (void *)search.offset);
}

void mcaller_describe(char *out, size_t bytes, const void *block)
{
    const struct note *note = note_of(block);
    uintptr_t here = caller(), before = 0;
    if (rt_load_relaxed(&note->block) == (uintptr_t)block)
        before = rt_load_relaxed(&note->place);
    out[0] = '\0';
    bool blocked = mthread_block_begin();
    size_t used = add_line(out, bytes, "called here", here);
    add_line(out + used, bytes - used, "freed before here", before);
    if (blocked)
        mthread_block_end();
}
