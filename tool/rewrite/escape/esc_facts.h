/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_facts.h - makes the facts of a solved unit. */
#ifndef ESCC_ESC_FACTS_H
#define ESCC_ESC_FACTS_H

#include "esc_build.h"

/* NULL: there is nothing to say.  Numbers the locals that are decided
 * (`decision` of their locations).  Lives as long as the process. */
const struct esc_facts *esc_facts_make(const struct esc *);

#endif
