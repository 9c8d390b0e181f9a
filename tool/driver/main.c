/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* main.c - escc, the compiler driver; see driver.c. */
#include "driver.h"

int main(int argc, char **argv)
{
    return driver_run(argc, argv);
}
