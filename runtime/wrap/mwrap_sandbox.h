/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_sandbox.h - the program locks itself in.  See mwrap_sandbox.c. */
#ifndef ESCC_MWRAP_SANDBOX_H
#define ESCC_MWRAP_SANDBOX_H

/* syscall(SYS_seccomp, …) with these arguments. */
long mwrap_sandbox_seccomp(const long *given);

#endif /* ESCC_MWRAP_SANDBOX_H */
