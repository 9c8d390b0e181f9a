/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcidle.h - memory of a program that asks for nothing.  See mgcidle.c.
 * Without locks, but for what they read of all caches. */
#ifndef ESCC_MGCIDLE_H
#define ESCC_MGCIDLE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the heap is large enough for somebody to look after it at each tick.
 * Any context. */
bool mgcidle_is_watched(void);

/* The collector's thread, at a tick: */
struct mgcidle_look {
    bool is_busy;               /* somebody has allocated since the last one */
    bool collects;              /* nobody has, and there may be much garbage */
};
struct mgcidle_look mgcidle_look(void);

/* Gives free memory back that was not in use at the last ticks; `was`: what was
 * seen at this one.  False: nothing has happened for some ticks, nor will. */
bool mgcidle_give_back(struct mgcidle_look was);

#endif /* ESCC_MGCIDLE_H */
