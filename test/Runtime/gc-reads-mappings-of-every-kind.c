/* A pointer that is only in memory that the program has mapped keeps its
 * object: private and shared anonymous memory, a private mapping of a file
 * that was written to.  (A shared mapping of a file is none of ours:
 * docs/limits.md.)
 *
 * Likewise in a sandbox that forbids process_vm_readv, even when there is
 * no file descriptor for /proc/self/mem; and parts that cannot be read are
 * stepped over.
 *
 * RUN: %rtcc %s -o %t && env ESCC_DEBUG=clobber=1,verify=1 %t
 * RUN: env ESCC_DEBUG=clobber=1,verify=1 %t forbidden
 * RUN: env ESCC_DEBUG=clobber=1,verify=1 %t forbidden none-left
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { BYTES = 1 << 16, SLOT = 1000, LAST_SLOT = BYTES / 8 - 1 };

struct kind { int flags, file; };

static struct node **map(struct kind kind)
{
    void *memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, kind.flags,
                        kind.file, 0);
    CHECK(memory != MAP_FAILED);
    return memory;
}

static void forbid_process_vm_readv(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_readv, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof code / sizeof *code, code};
    struct iovec none = {NULL, 0};
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0);
    CHECK(process_vm_readv(getpid(), &none, 1, &none, 1, 0) == -1);
}

int main(int argc, char **argv)
{
    (void)argv;
    const struct rlimit none_left = {3, 3};
    int file = memfd_create("words", 0);
    CHECK(file >= 0 && ftruncate(file, BYTES) == 0);
    const struct kind kinds[] = {
        {MAP_PRIVATE | MAP_ANONYMOUS, -1},
        {MAP_SHARED | MAP_ANONYMOUS, -1},
        {MAP_PRIVATE, file},
    };
    enum { KINDS = sizeof kinds / sizeof *kinds };
    struct node **memory[KINDS];
    for (int i = 0; i < KINDS; i++) {
        memory[i] = map(kinds[i]);
        memory[i][SLOT] = new_list(10 + i);
        memory[i][LAST_SLOT] = new_list(20 + i);
        CHECK(mprotect((char *)memory[i] + BYTES / 2, 8192, PROT_NONE) == 0);
    }
    if (argc > 1)
        forbid_process_vm_readv();
    CHECK(close(file) == 0);
    if (argc > 2)
        CHECK(setrlimit(RLIMIT_NOFILE, &none_left) == 0);
    for (int i = 0; i < 5; i++) {
        wipe_stack();
        new_list(5000);
        escc_gc();
    }
    for (int i = 0; i < KINDS; i++)
        check_list(memory[i][SLOT], 10 + i);
    for (int i = 0; i < KINDS; i++)
        check_list(memory[i][LAST_SLOT], 20 + i);
    return 0;
}
