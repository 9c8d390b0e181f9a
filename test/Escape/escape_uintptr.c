// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* Addresses that are passed as integers: system calls, requests of devices. */
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

uintptr_t global;
void takes_number(uintptr_t);
static uintptr_t reads(uintptr_t p) { return *(int *)p; }
static void keeps(uintptr_t p) { global = p; }

int asks(int fd) { int n = 0; ioctl(fd, FIONREAD, &n); return n; }
int number_read(void) { int x = 1; return (int)reads((uintptr_t)&x); }
void number_kept(void) { int x = 1; keeps((uintptr_t)&x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
void number_passed(void) { int x = 1; takes_number((uintptr_t)&x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x, unless takes_number keeps nothing (decided at load)
long system_call(int fd)
{
    char text[4] = "abc";
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: text
    return syscall(SYS_write, fd, text, sizeof text);
}
long system_call_number(int fd)
{
    char text[4] = "abc";
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: text
    return syscall(SYS_write, fd, (long)text, sizeof text);
}
uintptr_t kept_number(void) { int x = 1; return (uintptr_t)&x; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
int aligned(void) { char x[16]; return ((uintptr_t)x & 7) == 0; }
