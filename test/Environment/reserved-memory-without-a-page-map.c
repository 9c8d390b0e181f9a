/* Memory that is reserved and hardly touched costs a collection nothing, also
 * where the page map cannot be opened: after setuid, in a folder without /proc.
 *
 * RUN: bash %S/Inputs/same-as-gcc.sh %escc %gcc %s '' setuid chroot
 */
#define _GNU_SOURCE
#include "Inputs/bare.h"
#include "Inputs/churn.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static const size_t bytes = (size_t)4 << 30;
/* Of processor time; looking at each page takes more than a second for each
 * collection. */
enum { MOST_SECONDS = 10 };

static void leave_proc(const char *how)
{
    char folder[] = "emptyXXXXXX";
    if (geteuid() != 0)
        return;
    if (strcmp(how, "setuid") == 0 &&
        (bare_call(SYS_setgid, 65534, 0) || bare_call(SYS_setuid, 65534, 0)))
        abort();
    if (strcmp(how, "chroot") == 0 &&
        (!mkdtemp(folder) || bare_call(SYS_chroot, (long)folder, 0) ||
         chdir("/")))
        abort();
}

int main(int argc, char **argv)
{
    struct rusage usage;
    leave_proc(argc > 1 ? argv[1] : "");
    char **near = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (near == MAP_FAILED)
        return 1;
    char **far = near + bytes / 2 / sizeof *near;
    near[5] = strcpy(malloc(100), "near");
    far[0] = strcpy(malloc(100), "far");
    wipe();
    churn(100);
    getrusage(RUSAGE_SELF, &usage);
    printf("%s %s, %s\n", near[5], far[0],
           usage.ru_utime.tv_sec + usage.ru_stime.tv_sec < MOST_SECONDS
               ? "quick" : "slow");
    return 0;
}
