/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mverify_log.h - the objects that barriers were told of since the last
 * stop.  mverify_log_word, which fills it, is in mverify.h. */
#ifndef ESCC_MVERIFY_LOG_H
#define ESCC_MVERIFY_LOG_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the object that starts there was shaded.  With threads
 * stopped. */
bool mverify_log_has(uintptr_t object);

/* Empties the log.  With threads stopped. */
void mverify_log_clear(void);

#endif /* ESCC_MVERIFY_LOG_H */
