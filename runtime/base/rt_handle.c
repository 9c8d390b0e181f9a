/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_handle.c - for programs without start files (-nostartfiles).
 *
 * atexit and pthread_atfork, which a program's own code gets from the C
 * library's small archive, name this object as the one that they are called
 * in; crtbegin.o would have it.  A member of its own in the archive:
 * `-u __dso_handle`, which the driver passes then, pulls it in.
 */
extern void *__dso_handle;

/* A library's is its own address; 0 is the program. */
__attribute__((visibility("hidden"))) void *__dso_handle;
