/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* within HOW PROGRAM [ARGUMENTS]: runs a program under a filter of system calls
 * that it inherits.
 *
 *   nothing   no filter, but no new privileges
 *   service   what systemd's SystemCallFilter=@system-service lets through, as
 *             of the version that introduced the set (later ones add
 *             userfaultfd); for anything else the process is killed
 *   little    what the loader, malloc, threads, signals and stdio need
 *   errors    calls that containers' default profiles refuse fail
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define N(name) SYS_##name
#define END (-1)

static const int basic[] = {
    N(read), N(write), N(close), N(pread64), N(lseek), N(fstat),
    N(newfstatat), N(openat), N(access), N(ioctl), N(fcntl), N(stat), N(lstat),
    N(readv), N(writev), N(pwrite64), N(dup), N(dup2), N(readlink),
    N(getdents64), N(brk), N(mmap), N(munmap), N(mremap), N(mprotect),
    N(madvise), N(execve), N(exit), N(exit_group), N(arch_prctl), N(futex),
    N(futex_waitv), N(set_tid_address), N(set_robust_list), N(rseq),
    N(prlimit64), N(getrlimit), N(getrandom), N(clock_gettime),
    N(clock_getres), N(clock_nanosleep), N(nanosleep), N(gettimeofday), N(time),
    N(getpid), N(gettid), N(getppid), N(getuid), N(geteuid), N(getgid),
    N(getegid), N(getcwd), N(getrusage), N(sched_yield),
    N(sched_getaffinity), N(sysinfo),
    N(rt_sigaction), N(rt_sigprocmask), N(rt_sigreturn), N(sigaltstack),
    N(tgkill), N(clone), N(clone3), N(prctl), N(restart_syscall), N(uname),
    END};

static const int service[] = {
    /* @default, @basic-io, @file-system */
    N(get_robust_list), N(get_thread_area), N(getgroups), N(getpgid),
    N(getpgrp), N(getresgid), N(getresuid), N(getsid), N(membarrier), N(pause),
    N(set_thread_area), N(dup3), N(preadv), N(preadv2), N(pwritev),
    N(pwritev2), N(chdir), N(chmod), N(creat), N(faccessat), N(faccessat2),
    N(fallocate), N(fchdir), N(fchmod), N(fchmodat), N(fgetxattr),
    N(flistxattr), N(fremovexattr), N(fsetxattr), N(fstatfs), N(ftruncate),
    N(futimesat), N(getcwd), N(getdents), N(getxattr), N(inotify_add_watch),
    N(inotify_init), N(inotify_init1), N(inotify_rm_watch), N(lgetxattr),
    N(link), N(linkat), N(listxattr), N(llistxattr), N(lremovexattr),
    N(lsetxattr), N(mkdir), N(mkdirat), N(mknod), N(mknodat), N(open),
    N(openat2), N(readlinkat), N(removexattr), N(rename), N(renameat),
    N(renameat2), N(rmdir), N(setxattr), N(statfs), N(statx), N(symlink),
    N(symlinkat), N(truncate), N(unlink), N(unlinkat), N(utime), N(utimensat),
    N(utimes),
    /* @aio, @chown, @io-event, @ipc, @keyring, @memlock */
    N(io_cancel), N(io_destroy), N(io_getevents), N(io_setup), N(io_submit),
    N(chown), N(fchown), N(fchownat), N(lchown), N(epoll_create),
    N(epoll_create1), N(epoll_ctl), N(epoll_pwait), N(epoll_wait), N(eventfd),
    N(eventfd2), N(poll), N(ppoll), N(pselect6), N(select), N(memfd_create),
    N(mq_getsetattr), N(mq_notify), N(mq_open), N(mq_timedreceive),
    N(mq_timedsend), N(mq_unlink), N(msgctl), N(msgget), N(msgrcv), N(msgsnd),
    N(pipe), N(pipe2), N(process_vm_readv), N(process_vm_writev), N(semctl),
    N(semget), N(semop), N(semtimedop), N(shmat), N(shmctl), N(shmdt),
    N(shmget), N(add_key), N(keyctl), N(request_key), N(mlock), N(mlock2),
    N(mlockall), N(munlock), N(munlockall),
    /* @network-io, @process, @resources, @setuid */
    N(accept), N(accept4), N(bind), N(connect), N(getpeername), N(getsockname),
    N(getsockopt), N(listen), N(recvfrom), N(recvmmsg), N(recvmsg),
    N(sendmmsg), N(sendmsg), N(sendto), N(setsockopt), N(shutdown), N(socket),
    N(socketpair), N(capget), N(execveat), N(fork), N(kill), N(pidfd_open),
    N(pidfd_send_signal), N(rt_sigqueueinfo), N(rt_tgsigqueueinfo), N(setns),
    N(times), N(tkill), N(unshare), N(vfork), N(wait4), N(waitid),
    N(ioprio_set), N(mbind), N(migrate_pages), N(move_pages),
    N(sched_setaffinity), N(sched_setattr), N(sched_setparam),
    N(sched_setscheduler), N(set_mempolicy), N(setpriority), N(setrlimit),
    N(setgid), N(setgroups), N(setregid), N(setresgid), N(setresuid),
    N(setreuid), N(setuid),
    /* @signal, @sync, @timer, and single ones */
    N(rt_sigpending), N(rt_sigsuspend), N(rt_sigtimedwait), N(signalfd),
    N(signalfd4), N(fdatasync), N(fsync), N(msync), N(sync),
    N(sync_file_range), N(syncfs), N(alarm), N(getitimer), N(setitimer),
    N(timer_create), N(timer_delete), N(timer_getoverrun), N(timer_gettime),
    N(timer_settime), N(timerfd_create), N(timerfd_gettime),
    N(timerfd_settime), N(capset), N(copy_file_range), N(fadvise64), N(flock),
    N(get_mempolicy), N(getcpu), N(getpriority), N(ioprio_get), N(kcmp),
    N(name_to_handle_at), N(personality), N(readahead), N(remap_file_pages),
    N(sched_get_priority_max), N(sched_get_priority_min), N(sched_getattr),
    N(sched_getparam), N(sched_getscheduler), N(sched_rr_get_interval),
    N(sendfile), N(setfsgid), N(setfsuid), N(setpgid), N(setsid), N(splice),
    N(tee), N(umask), N(vmsplice), END};

static const int refused[] = {
    N(userfaultfd), N(ptrace), N(process_vm_readv), N(process_vm_writev),
    N(perf_event_open), N(bpf), N(mount), N(umount2), N(unshare), N(setns),
    N(add_key), N(keyctl), N(request_key), END};

static struct sock_filter code[2 * 512];
static unsigned short length;

static void add(struct sock_filter instruction)
{
    code[length++] = instruction;
}

static void for_each(const int *numbers, unsigned answer)
{
    for (; *numbers != END; numbers++) {
        add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                         (unsigned)*numbers, 0, 1));
        add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answer));
    }
}

static int enter(const char *how)
{
    unsigned rest = SECCOMP_RET_KILL_PROCESS;
    add((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                     offsetof(struct seccomp_data, nr)));
    if (strcmp(how, "errors") == 0) {
        for_each(refused, SECCOMP_RET_ERRNO | EPERM);
        rest = SECCOMP_RET_ALLOW;
    } else {
        for_each(basic, SECCOMP_RET_ALLOW);
        if (strcmp(how, "service") == 0)
            for_each(service, SECCOMP_RET_ALLOW);
    }
    add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, rest));
    struct sock_fprog program = {length, code};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int argc, char **argv)
{
    if (argc < 3 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        (strcmp(argv[1], "nothing") && enter(argv[1]))) {
        perror("within");
        return 2;
    }
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    return 2;
}
