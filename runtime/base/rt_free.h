/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_free.h - the program's own default for ESCC_FREE.
 *
 * `escc -fescc-free=trust` links a member of the archive that defines this
 * name strongly (rt_free_trust.c), over the weak definition in
 * wrap/rt_start.c. */
#ifndef ESCC_RT_FREE_H
#define ESCC_RT_FREE_H

#include "rt_export.h"

/* An enum rt_free. */
RT_EXPORT extern const unsigned char __escc_free_default;

#endif /* ESCC_RT_FREE_H */
