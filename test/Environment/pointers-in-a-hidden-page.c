/* A page that is inaccessible except while somebody looks into it holds its
 * pointers all the time: in a mapping, in a block, in variables; also where
 * /proc/self/mem cannot be had (of a process that may not be looked into, by
 * itself neither), and in a child of fork.
 *
 * RUN: bash %S/Inputs/same-as-gcc.sh %escc %gcc %s '' undumpable
 */
#define _GNU_SOURCE
#include "Inputs/bare.h"
#include "Inputs/churn.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, N = 10 };

struct record { char name[120]; };

static char variables[PAGE] __attribute__((aligned(PAGE)));

__attribute__((noinline)) static void fill(struct record **vault, int kind)
{
    for (int i = 0; i < N; i++) {
        vault[i * 50] = malloc(sizeof(struct record));
        sprintf(vault[i * 50]->name, "record %d of %d", i, kind);
    }
    if (mprotect(vault, PAGE, PROT_NONE))
        abort();
}

static void show(struct record **vault)
{
    mprotect(vault, PAGE, PROT_READ | PROT_WRITE);
    for (int i = 0; i < N; i++)
        puts(vault[i * 50]->name);
    fflush(stdout);
    mprotect(vault, PAGE, PROT_NONE);
}

static void show_all(void *const *vaults)
{
    wipe();
    churn(sizeof(struct record));
    for (int i = 0; i < 3; i++)
        show(vaults[i]);
}

int main(int argc, char **argv)
{
    void *vaults[3] = {NULL, NULL, variables};
    (void)argv;
    if (argc > 1 && (bare_call(SYS_prctl, PR_SET_DUMPABLE, 0) ||
                     (geteuid() == 0 && bare_call(SYS_setuid, 65534, 0))))
        return 1;
    vaults[0] = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (vaults[0] == MAP_FAILED || posix_memalign(&vaults[1], PAGE, PAGE))
        return 1;
    for (int i = 0; i < 3; i++)
        fill(vaults[i], i);
    show_all(vaults);
    int child = fork();
    if (!child) {
        show_all(vaults);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    show_all(vaults);
    return 0;
}
