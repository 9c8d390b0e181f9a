/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rewrite_main.h - escc-rewrite as a function. */
#ifndef ESCC_REWRITE_MAIN_H
#define ESCC_REWRITE_MAIN_H

/* All of a run of escc-rewrite; returns only after an error in the words. */
int escc_rewrite(int argc, char **argv);

#endif
