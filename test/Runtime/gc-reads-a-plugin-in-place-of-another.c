/* A new version of a plugin may be loaded where the old one was, with its
 * dynamic section at the same place, and have more variables: what these lead
 * to is kept.
 *
 * RUN: %clang -DPLUGIN=4 -shared -fPIC %s -o %t.old.so
 * RUN: %clang -DPLUGIN=400 -shared -fPIC %s -o %t.new.so
 * RUN: %rtcc %s -o %t -ldl && env ESCC_DEBUG=clobber=1 %t %t.old.so %t.new.so
 */
#ifdef PLUGIN
static void *variables[PLUGIN];
void **last_variable(void)
{
    return &variables[PLUGIN - 1];
}
#else
#include "Inputs/check.h"

#include <dlfcn.h>
#include <link.h>
#include <stdbool.h>

enum { TRIES = 50 };

static void **last_of(void *plugin)
{
    void **(*last)(void);
    void *symbol = dlsym(plugin, "last_variable");
    CHECK(symbol);
    memcpy(&last, &symbol, sizeof last);
    return last();
}

static void *load(const char *path)
{
    void *plugin = dlopen(path, RTLD_NOW);
    CHECK(plugin);
    return plugin;
}

__attribute__((noinline)) static void fill(void *plugin)
{
    *last_of(plugin) = new_list(10);
}

static bool is_where(void *plugin, uintptr_t base, uintptr_t dynamic)
{
    const struct link_map *map = plugin;
    return map->l_addr == base && (uintptr_t)map->l_ld == dynamic;
}

int main(int argc, char **argv)
{
    int nsame = 0;
    CHECK(argc == 3);
    for (int i = 0; i < TRIES; i++) {
        void *plugin = load(argv[1]);
        const struct link_map *map = plugin;
        uintptr_t base = map->l_addr, dynamic = (uintptr_t)map->l_ld;
        escc_gc();
        CHECK(dlclose(plugin) == 0);
        plugin = load(argv[2]);
        nsame += is_where(plugin, base, dynamic);
        fill(plugin);
        wipe_stack();
        escc_gc();
        new_list(1000);
        check_list(*last_of(plugin), 10);
        CHECK(dlclose(plugin) == 0);
    }
    /* Else it was not tested. */
    CHECK(nsame > 0);
    return 0;
}
#endif
