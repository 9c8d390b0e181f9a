/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* farm.h - commands that a farm of compilers has made of the user's. */
#ifndef ESCC_FARM_H
#define ESCC_FARM_H

#include <stdbool.h>

/* Does the command ask for text that will be compiled elsewhere without escc?
 * Then that has been said. */
bool farm_loses(int argc, char **argv);

#endif
