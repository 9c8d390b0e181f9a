/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map.c - open addressing with linear probing; see map.h. */
#include "map.h"

#include "arena.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct map_slot {
    const void *key;
    void *value;                /* NULL: empty */
    uint64_t hash;
};

static uint64_t mix(uint64_t h)
{
    /* The finaliser of splitmix64 (Steele, Lea, Flood 2014). */
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    return h ^ (h >> 31);
}

static uint64_t hash_pointer(const void *key)
{
    return mix((uint64_t)(uintptr_t)key);
}

static uint64_t hash_string(const char *key)
{
    uint64_t h = 14695981039346656037u;         /* FNV-1a */
    for (; *key; key++)
        h = (h ^ (unsigned char)*key) * 1099511628211u;
    return mix(h);
}

static struct map_slot *find(const struct map *m, const void *key,
                             uint64_t hash, bool string)
{
    size_t mask = m->capacity - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct map_slot *s = &m->slots[i];
        if (!s->value)
            return s;
        if (s->hash == hash &&
            (string ? !strcmp(s->key, key) : s->key == key))
            return s;
    }
}

static void grow(struct map *m, bool string)
{
    struct map old = *m;
    m->capacity = old.capacity ? old.capacity * 2 : 16;
    m->slots = calloc(m->capacity, sizeof *m->slots);
    if (!m->slots)
        util_out_of_memory();
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i].value)
            *find(m, old.slots[i].key, old.slots[i].hash, string)
                = old.slots[i];
    free(old.slots);
}

static void put(struct map *m, const void *key, uint64_t hash, bool string,
                void *value)
{
    /* At most 3/4 full, so that probes stay short and always end. */
    if ((m->count + 1) * 4 > m->capacity * 3)
        grow(m, string);
    struct map_slot *s = find(m, key, hash, string);
    if (!s->value)
        m->count++;
    *s = (struct map_slot){key, value, hash};
}

void *map_get(const struct map *m, const void *key)
{
    return m->count ? find(m, key, hash_pointer(key), false)->value : NULL;
}

void *map_get_string(const struct map *m, const char *key)
{
    return m->count ? find(m, key, hash_string(key), true)->value : NULL;
}

void map_put(struct map *m, const void *key, void *value)
{
    put(m, key, hash_pointer(key), false, value);
}

void map_put_string(struct map *m, const char *key, void *value)
{
    put(m, key, hash_string(key), true, value);
}

void map_free(struct map *m)
{
    free(m->slots);
    *m = (struct map){0};
}
