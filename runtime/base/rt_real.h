/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_real.h - the C library's own versions of functions that the runtime
 * replaces.  See rt_real.c. */
#ifndef ESCC_RT_REAL_H
#define ESCC_RT_REAL_H

#include <aio.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

struct rt_real {
#define REAL(name, alias) __typeof__(&name) name;
#define REAL_DYNAMIC(name) __typeof__(&name) name;
#define REAL_BRIEF(name, alias) __typeof__(&name) name;
#define REAL_BRIEF_DYNAMIC(name) __typeof__(&name) name;
#define REAL_FOREIGN(name) __typeof__(&name) name;
#include "rt_real.def"
#undef REAL
#undef REAL_DYNAMIC
#undef REAL_BRIEF
#undef REAL_BRIEF_DYNAMIC
#undef REAL_FOREIGN
};

/* Filled in by rt_real_init, constant afterwards. */
extern struct rt_real rt_real;

/* Some are another object's than the C library's.  Such a function may do
 * anything: allocate, take locks, wait. */
extern bool rt_real_has_foreign;

/* Looks all of them up.  Idempotent; allocates nothing when every name
 * exists; takes the dynamic linker's lock. */
void rt_real_init(void);

/* The executable is static: there are no objects to look names up in. */
bool rt_real_is_static(void);

/* libc's handle for dlsym; NULL in a static executable.  May allocate. */
void *rt_real_libc(void);

/* The real `name`, also when a constructor calls a replaced function
 * before the runtime has started. */
#define RT_REAL(name)                                                       \
    (__builtin_expect(rt_real.name != NULL, 1)                              \
         ? rt_real.name                                                     \
         : (rt_real_init(), rt_real.name))

#endif /* ESCC_RT_REAL_H */
