/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* doctor.h - --escc-doctor: is an installation whole? */
#ifndef ESCC_DOCTOR_H
#define ESCC_DOCTOR_H

#include "link.h"
#include "steps.h"

/* Prints what there is and what is missing; compiles and runs a program.
 * Returns 1 if escc cannot work as it is, else 0. */
int doctor_run(const struct backend *, const struct installation *,
               const char *self);

#endif
