/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map.h - hash maps from a pointer or a string to a pointer.
 *
 * Zero-initialise.  Keys of a string map are not copied and must live as
 * long as the map.  There is no deletion of single keys: nothing here
 * needs one.
 */
#ifndef ESCC_UTIL_MAP_H
#define ESCC_UTIL_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map {
    struct map_slot *slots;
    size_t count, capacity;     /* capacity is 0 or a power of two */
};

/* The value, or NULL. */
void *map_get(const struct map *, const void *key);
void *map_get_string(const struct map *, const char *key);
/* Sets the value; `value` must not be NULL.  One map has one kind of key. */
void map_put(struct map *, const void *key, void *value);
void map_put_string(struct map *, const char *key, void *value);
/* Gives the memory back; the map is empty. */
void map_free(struct map *);

#endif
