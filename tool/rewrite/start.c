/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* start.c - escc-rewrite as a program. */
#include "rewrite_main.h"

int main(int argc, char **argv)
{
    return escc_rewrite(argc, argv);
}
