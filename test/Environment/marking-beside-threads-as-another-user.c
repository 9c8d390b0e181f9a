// A server that began as root serves as somebody else.  Its /proc files are
// root's from then on, but what was opened before tells which pages code without
// barriers writes: it is not stopped for whole collections.  (Where the tests do
// not run as root nothing is lost by these calls, but by `undumpable`.)
//
// RUN: %escc -O2 %s -o %t
// RUN: env ESCC_CC=gcc %escc -O2 -static %s -o %t.static
// RUN: for how in setuid setgid setresuid seteuid chroot undumpable setfsuid \
// RUN:   syscall; do \
// RUN:   env ESCC_DEBUG=concurrent=1,checkmark=1,gctrace=2 timeout 60 %t $how \
// RUN:     > %t.$how.out 2>&1 || exit 1; \
// RUN:   FileCheck %s --check-prefixes=CHECK,%beside < %t.$how.out || exit 1; \
// RUN:   timeout 60 %t.static $how | FileCheck %s || exit 1; \
// RUN: done
// Of a child nothing was opened before: it stops its threads, and loses
// nothing.
// RUN: env ESCC_DEBUG=concurrent=1,checkmark=1 timeout 60 %t setuid fork \
// RUN:   | FileCheck %s --check-prefixes=CHECK,CHILD
// CHECK: refused: -1, Invalid argument
// CHECK-NOT: fatal
// BESIDE: beside threads in an open world
// STOPPED: threads stopped
// CHECK: user {{0|65534}}, all {{[0-9]+}} are there
// CHILD: user {{0|65534}}, all {{[0-9]+}} are there
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Code that nobody knows. */
__asm__(".text\nunknown: ret");

enum { NODES = 3000, ROUNDS = 40, NOBODY = 65534 };

struct node {
    struct node *next;
    char text[56];
};

static struct node *list;

static int lose(const char *how)
{
    if (strcmp(how, "undumpable") == 0)
        return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (geteuid() != 0)
        return 0;
    if (strcmp(how, "setgid") == 0)
        return setgid(NOBODY) || setuid(NOBODY);
    if (strcmp(how, "setresuid") == 0)
        return setresgid(NOBODY, NOBODY, NOBODY) ||
               setresuid(NOBODY, NOBODY, NOBODY);
    if (strcmp(how, "seteuid") == 0)
        return setegid(NOBODY) || seteuid(NOBODY);
    if (strcmp(how, "chroot") == 0) {
        char folder[] = "emptyXXXXXX";
        return !mkdtemp(folder) || chroot(folder) || chdir("/");
    }
    if (strcmp(how, "setfsuid") == 0)
        return setfsuid(NOBODY) != 0 || setfsuid((uid_t)-1) != NOBODY;
    if (strcmp(how, "syscall") == 0)
        return (int)syscall(SYS_setuid, NOBODY);
    return setuid(NOBODY);
}

static void build(void)
{
    for (int i = 0; i < NODES; i++) {
        struct node *node = malloc(sizeof *node);
        snprintf(node->text, sizeof node->text, "node %d", i);
        node->next = list;
        list = node;
    }
}

static int count(void)
{
    int n = 0;
    char text[56];
    for (struct node *node = list; node; node = node->next) {
        snprintf(text, sizeof text, "node %d", NODES - 1 - n);
        n += strcmp(text, node->text) == 0;
    }
    return n;
}

static void serve(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        list = NULL;
        build();
    }
    printf("user %d, all %d are there\n", (int)geteuid(), count());
    fflush(stdout);
}

int main(int argc, char **argv)
{
    errno = 0;
    int refused = setuid((uid_t)-1);
    printf("refused: %d, %s\n", refused, strerror(errno));
    fflush(stdout);
    if (lose(argc > 1 ? argv[1] : ""))
        return 1;
    serve();
    if (argc > 2) {
        if (fork() == 0) {
            serve();
            _exit(0);
        }
        wait(NULL);
    }
    return 0;
}
