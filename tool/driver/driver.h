/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* driver.h - what a command line means and what is done about it. */
#ifndef ESCC_DRIVER_H
#define ESCC_DRIVER_H

/* Does what argv says; the result is the process's exit status.  Often it
 * does not return: the process becomes the back end. */
int driver_run(int argc, char **argv);

#endif
