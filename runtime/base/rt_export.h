/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_export.h - marks what the runtime shows to the program.
 *
 * The runtime is compiled with hidden visibility; the ABI of <escc/rt.h>,
 * the functions of <escc/gc.h> and the replaced C library functions are
 * exported with this. */
#ifndef ESCC_RT_EXPORT_H
#define ESCC_RT_EXPORT_H

#define RT_EXPORT __attribute__((visibility("default")))

#endif /* ESCC_RT_EXPORT_H */
