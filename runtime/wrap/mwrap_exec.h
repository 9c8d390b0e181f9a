/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_exec.h - becoming another program.  See mwrap_exec.c. */
#ifndef ESCC_MWRAP_EXEC_H
#define ESCC_MWRAP_EXEC_H

/* SYS_execve or SYS_execveat with their arguments. */
long mwrap_exec_syscall(long number, const long *arguments);

#endif /* ESCC_MWRAP_EXEC_H */
