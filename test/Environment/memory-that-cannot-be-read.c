/* Memory that a program made unreadable or read-only is stepped over, and what
 * is beside it is read: pages of a block, of variables and of a stack, by
 * mprotect, by a guard of madvise, by another mapping, by a bare system call.
 * A block that comes back so is ordinary memory again when it is used for
 * something else.
 *
 * RUN: bash %S/Inputs/same-as-gcc.sh %escc %gcc %s
 */
#define _GNU_SOURCE
#include "Inputs/churn.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096, GUARD_INSTALL = 102, BLOCKS = 6 };

struct record { char text[100]; };

/* Page 0 has the pointer, page 1 loses its access. */
struct block { struct record *record; char rest[2 * PAGE - 8]; };

static struct block variables[2] __attribute__((aligned(PAGE)));
static struct block *blocks[BLOCKS];

__attribute__((noinline)) static void fill(struct block *block, int i)
{
    block->record = malloc(sizeof *block->record);
    sprintf(block->record->text, "record %d", i);
}

static struct block *new_block(int i)
{
    void *block;
    if (posix_memalign(&block, PAGE, sizeof(struct block)))
        abort();
    memset(block, 'x', sizeof(struct block));
    fill(block, i);
    return block;
}

static int change(int how, void *page)
{
    switch (how) {
    case 0: return mprotect(page, PAGE, PROT_NONE);
    case 1: return mprotect(page, PAGE, PROT_READ);
    case 2: return (int)syscall(SYS_mprotect, page, PAGE, PROT_NONE);
    case 3: return mmap(page, PAGE, PROT_NONE,
                        MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
                   page;
    case 4: return munmap(page, PAGE);
    default:
        /* Before Linux 6.13 there is none. */
        madvise(page, PAGE, GUARD_INSTALL);
        return 0;
    }
}

__attribute__((noinline)) static void on_a_stack(void)
{
    struct block block __attribute__((aligned(PAGE)));
    fill(&block, 20);
    if (mprotect(block.rest + PAGE - 8, PAGE, PROT_NONE))
        abort();
    churn(64);
    puts(block.record->text);
    mprotect(block.rest + PAGE - 8, PAGE, PROT_READ | PROT_WRITE);
}

/* Dropped and freed while read-only: nobody must write to them as they are. */
__attribute__((noinline)) static void dropped(void)
{
    for (int i = 0; i < 20; i++) {
        struct block *block = new_block(i);
        if (mprotect(block->rest + PAGE - 8, PAGE, PROT_READ))
            abort();
        if (i % 2) {
            mprotect(block->rest + PAGE - 8, PAGE, PROT_READ | PROT_WRITE);
            free(block);
        }
    }
}

int main(void)
{
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = new_block(i);
        if (change(i, blocks[i]->rest + PAGE - 8))
            return 1;
    }
    for (int i = 0; i < 2; i++) {
        fill(&variables[i], 10 + i);
        if (change(i, variables[i].rest + PAGE - 8))
            return 1;
    }
    dropped();
    wipe();
    on_a_stack();
    churn(sizeof(struct record));
    churn(sizeof(struct block));
    for (int i = 0; i < BLOCKS; i++)
        puts(blocks[i]->record->text);
    for (int i = 0; i < 2; i++)
        puts(variables[i].record->text);
    return 0;
}
