/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mdecide.h - decides where locals live that move only if functions of other
 * units keep their addresses.  See mdecide.c. */
#ifndef ESCC_MDECIDE_H
#define ESCC_MDECIDE_H

/* Start-up, before anything can have been loaded by dlopen. */
void mdecide_init(void);

#endif /* ESCC_MDECIDE_H */
