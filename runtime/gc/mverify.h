/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mverify.h - ESCC_DEBUG=verify=1, barrier, noscan.  See mverify.c. */
#ifndef ESCC_MVERIFY_H
#define ESCC_MVERIFY_H

#include <escc/rt.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a process in which a check has found something. */
enum { MVERIFY_EXIT_STATUS = 66 };

/* Start-up, after the options were read and before a second thread
 * exists. */
void mverify_init(void);

/* Within a stop, mcaches flushed: before marking and after it. */
void mverify_before_marking(void);
void mverify_after_marking(void);

/* verify=barrier is on; constant after start-up. */
extern bool mverify_barriers;

/* A barrier saw `word` stored.  In the runtime; general registers only. */
void mverify_log_word(uintptr_t word);

/* An object was allocated, zeroed or not, with its site (may be NULL).  In
 * the runtime, only if mverify_sites (mverify_sites.h). */
void mverify_record_site(uintptr_t object, const struct __escc_site *site);

#endif /* ESCC_MVERIFY_H */
