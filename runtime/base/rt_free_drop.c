/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_free_drop.c - makes ESCC_FREE=drop the program's default.
 *
 * A member of its own in the archive, which the driver pulls in by the name
 * at the end when the program is linked with -fescc-free=drop.
 */
#include "rt_free.h"
#include "rt_options.h"

const unsigned char __escc_free_default = RT_FREE_DROP;

RT_EXPORT const char __escc_free_drop = 1;
