/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hash.c - a map of small entries: insert, look up, delete.
 *
 *     hash KILOENTRIES THREADS
 *
 * Four maps, chained and doubled as they grow, each filled with a quarter of
 * the entries.  Then 12 operations to an entry on random keys: half look up,
 * a quarter delete, a quarter insert, so that the number of entries stays
 * near the half of the keys.  A map belongs to one thread.
 */
#include "bench.h"

enum { MAPS = 4, OPERATIONS = 12 };

struct entry {
    struct entry *next;
    uint64_t key, value;
};

struct map {
    struct entry **slots;
    size_t count, size;
};

static size_t slot_of(const struct map *map, uint64_t key)
{
    return (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & (map->size - 1);
}

static void grow(struct map *map)
{
    struct map larger = { NULL, map->count, map->size ? map->size * 2 : 16 };
    larger.slots = bench_alloc_zeroed(larger.size, sizeof *larger.slots);
    for (size_t i = 0; i < map->size; i++) {
        struct entry *entry = map->slots[i];
        while (entry) {
            struct entry *next = entry->next;
            struct entry **slot = &larger.slots[slot_of(&larger, entry->key)];
            entry->next = *slot;
            *slot = entry;
            entry = next;
        }
    }
    bench_free(map->slots);
    *map = larger;
}

static struct entry *find(const struct map *map, uint64_t key)
{
    struct entry *entry = map->slots[slot_of(map, key)];
    while (entry && entry->key != key)
        entry = entry->next;
    return entry;
}

static void insert(struct map *map, uint64_t key, uint64_t value)
{
    struct entry *entry, **slot;
    if (map->count >= map->size)
        grow(map);
    entry = find(map, key);
    if (entry) {
        entry->value += value;
        return;
    }
    slot = &map->slots[slot_of(map, key)];
    entry = bench_alloc(sizeof *entry);
    *entry = (struct entry){ *slot, key, value };
    *slot = entry;
    map->count++;
}

static uint64_t remove_key(struct map *map, uint64_t key)
{
    struct entry **at = &map->slots[slot_of(map, key)];
    for (; *at; at = &(*at)->next) {
        struct entry *entry = *at;
        if (entry->key == key) {
            uint64_t value = entry->value;
            *at = entry->next;
            bench_free(entry);
            map->count--;
            return value;
        }
    }
    return 0;
}

static void release(struct map *map)
{
    for (size_t i = 0; i < map->size; i++) {
        struct entry *entry = map->slots[i];
        while (entry) {
            struct entry *next = entry->next;
            bench_free(entry);
            entry = next;
        }
    }
    bench_free(map->slots);
}

/* Everything that is done with one map. */
static uint64_t use_map(uint64_t entries, uint64_t seed)
{
    struct map map = { NULL, 0, 0 };
    uint64_t sum = 0, random = seed, keys = entries * 2;

    for (uint64_t i = 0; i < entries; i++)
        insert(&map, i * 2, i);
    for (uint64_t i = 0; i < entries * OPERATIONS; i++) {
        uint64_t drawn = bench_random(&random), key = (drawn >> 8) % keys;
        struct entry *found;
        switch (drawn & 3) {
        case 0:
            insert(&map, key, drawn >> 40);
            break;
        case 1:
            sum += remove_key(&map, key);
            break;
        default:
            found = find(&map, key);
            sum += found ? found->value : 1;
        }
    }
    sum += map.count;
    release(&map);
    return sum;
}

static uint64_t body(const struct bench *bench, int index)
{
    uint64_t sum = 0;
    for (int i = index; i < MAPS; i += bench->threads)
        sum += use_map(bench->size * 1024 / MAPS, (uint64_t)i);
    return sum;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "hash");
    uint64_t sum = bench_threads(&bench, bench.threads, body);
    bench_close(&bench, sum, bench.size * 1024 * (OPERATIONS + 1), NULL);
    return 0;
}
