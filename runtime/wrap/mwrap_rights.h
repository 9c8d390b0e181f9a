/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_rights.h - the program gives rights up.  See mwrap_rights.c. */
#ifndef ESCC_MWRAP_RIGHTS_H
#define ESCC_MWRAP_RIGHTS_H

/* Before a call that may take from root what collections need.  Keeps errno.
 * May wait for a collection to end.  Signal-safe. */
void mwrap_rights_before_loss(void);
/* The same where whoever calls loses it. */
void mwrap_rights_before_hiding(void);

#endif /* ESCC_MWRAP_RIGHTS_H */
