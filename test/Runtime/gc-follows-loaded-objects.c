/* Globals and thread-locals of a library that is loaded at run time are
 * roots as long as it is loaded, also while other threads load and unload
 * it and collect.
 *
 * RUN: %clang -DLIBRARY -shared -fPIC %s -o %t.so
 * RUN: %rtcc %s -o %t -pthread -ldl && env ESCC_DEBUG=clobber=1 %t %t.so
 */
#ifdef LIBRARY
void *library_global[1000];
static __thread void *library_local[1000];
void **library_thread_local(void)
{
    return library_local;
}
#else
#include "Inputs/check.h"

#include <dlfcn.h>
#include <pthread.h>

static const char *path;
static int stop;

__attribute__((noinline)) static void fill(void *library)
{
    void **global = dlsym(library, "library_global");
    void **(*local)(void);
    void *symbol = dlsym(library, "library_thread_local");
    memcpy(&local, &symbol, sizeof local);
    CHECK(global && symbol);
    global[999] = new_list(10);
    local()[999] = new_list(20);
}

__attribute__((noinline)) static void check(void *library)
{
    void **global = dlsym(library, "library_global");
    void **(*local)(void);
    void *symbol = dlsym(library, "library_thread_local");
    memcpy(&local, &symbol, sizeof local);
    check_list(global[999], 10);
    check_list(local()[999], 20);
}

static void *collect(void *unused)
{
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
        new_list(100);
        escc_gc();
    }
    return unused;
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    path = argv[1];
    pthread_t collector;
    pthread_create(&collector, NULL, collect, NULL);
    for (int i = 0; i < 20; i++) {
        void *library = dlopen(path, RTLD_NOW);
        CHECK(library);
        fill(library);
        wipe_stack();
        for (int j = 0; j < 3; j++) {
            new_list(1000);
            escc_gc();
        }
        check(library);
        dlclose(library);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    pthread_join(collector, NULL);
    return 0;
}
#endif
