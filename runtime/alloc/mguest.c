/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mguest.c - a process whose malloc is not ours.
 *
 * Usually the process's malloc is the runtime's, whoever calls it.  Not so
 *
 *   - in a program that was not linked with escc and loads a library that
 *     was: libc comes before libesccrt.so in the order of search, or the
 *     program brings a malloc of its own;
 *   - in a program compiled by escc that defines malloc itself: ours are
 *     weak in the archive;
 *   - in a program whose link hid our functions (--exclude-libs, a version
 *     script): then libc allocates from its own heap;
 *   - under valgrind's memory checkers.  They put theirs in the place of
 *     libc's malloc, so that one is taken for the host's.  (Known by the
 *     library that each of them preloads; tools that leave malloc alone
 *     preload the core library only.)
 *
 * There the runtime is a guest.  Memory goes to and fro between the library
 * and the program, and each may free what the other allocated, with its own
 * free: so there must be one heap, and it is the host's.  Rewritten code's
 * malloc and free are the process's then, with C's meaning.  Nothing is
 * collected: the pointers of the host are in memory that we cannot name,
 * its threads are not ours to stop, and its signals and waits not ours to
 * wrap.  Nobody would free the objects of locals that moved, so these are
 * where C has them: in the room that each keeps in its frame
 * (tool/rewrite/edit/rw_room.c).  A program that wants the collector is linked
 * with escc, or started with libesccrt.so in LD_PRELOAD.
 *
 * That somebody hid our functions, or the program's copy of the runtime from a
 * library, is told: whoever linked it did not mean that.
 *
 * That also makes memory checkers tell what they would of the same program
 * compiled plainly.
 *
 * Finding out.  A malloc of the object that has ours is either ours or the
 * program's, which is not called to find out: programs that replace malloc may
 * count its calls.  Otherwise which malloc the process uses is seen from a
 * block that it returns: an address comparison would not see a tracer that
 * calls ours in the end.  While that question is open, the asking thread's
 * calls that reach us are served from a small room of their own, which also
 * answers it; other threads, if there are any, wait.
 *
 * No lock: the state changes once, on the thread that starts the runtime.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "mguest.h"

#include "base/os.h"
#include "base/rt_atomic.h"
#include "base/rt_options.h"
#include "base/rt_print.h"
#include "base/rt_real.h"
#include "base/rt_syscall.h"
#include "heap/mheap.h"
#include "intercept.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdlib.h>
#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum {
    ROOM_BYTES = 4096,
    PROBE_BYTES = 24            /* of an ordinary small block */
};

static char room[ROOM_BYTES] __attribute__((aligned(64)));
static size_t room_used;
static int probing_tid;
static void *libc;              /* a checker has replaced its malloc */
static bool is_program_s;       /* malloc: the program's own */

/* The process's; NULL: it has none of its own. */
static struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    void *(*aligned_alloc)(size_t, size_t);     /* these two are used */
    void *(*memalign)(size_t, size_t);          /* without the first */
    void (*free)(void *);
    size_t (*malloc_usable_size)(void *);
} host;

extern __typeof__(dlsym) dlsym __attribute__((weak));
extern __typeof__(dladdr) dladdr __attribute__((weak));
extern struct r_debug _r_debug __attribute__((weak));

/* ---- while probing ------------------------------------------------------- */

static bool is_in_room(const void *block)
{
    return (uintptr_t)block - (uintptr_t)room < ROOM_BYTES;
}

/* True on the thread that probes; on others, false once that is over. */
static bool is_probing(void)
{
    while (rt_load_acquire(&rt_guest_state) == RT_GUEST_PROBING) {
        if (rt_load_relaxed(&probing_tid) == (int)rt_syscall(SYS_gettid))
            return true;
        rt_yield();
    }
    return false;
}

static void *take_room(size_t alignment, size_t bytes)
{
    size_t from = (room_used + alignment - 1) & ~(alignment - 1);
    if (alignment > 64 || bytes > ROOM_BYTES || from + bytes > ROOM_BYTES) {
        errno = ENOMEM;
        return NULL;
    }
    room_used = from + bytes;
    return room + from;
}

static void find_checker(void)
{
    static const char part[] = "/vgpreload_", core[] = "/vgpreload_core";
    if (rt_real_is_static() || !&_r_debug)
        return;
    for (struct link_map *map = _r_debug.r_map; map; map = map->l_next)
        if (map->l_name && strstr(map->l_name, part) &&
            !strstr(map->l_name, core))
            libc = rt_real_libc();
}

/* What the process calls by that name. */
static void *find(const char *name)
{
    static const struct {
        const char *name;
        void *function;
    } linked[] = {
        {"malloc", (void *)malloc},
        {"calloc", (void *)calloc},
        {"realloc", (void *)realloc},
        {"posix_memalign", (void *)posix_memalign},
        {"aligned_alloc", (void *)aligned_alloc},
        {"memalign", (void *)memalign},
        {"free", (void *)free},
        {"malloc_usable_size", (void *)malloc_usable_size},
    };
    if (!rt_real_is_static())
        return dlsym(libc ? libc : RTLD_DEFAULT, name);
    for (size_t i = 0; i < sizeof linked / sizeof *linked; i++)
        if (strcmp(linked[i].name, name) == 0)
            return linked[i].function;
    return NULL;
}

/* Whether a block is from neither our heap nor the room; frees it then. */
static bool is_host_s(void *block)
{
    if (!block || is_in_room(block) || mheap_contains((uintptr_t)block))
        return false;
    host.free(block);
    return true;
}

static const void *object_of(const void *symbol)
{
    Dl_info info;
    if (rt_real_is_static())
        return NULL;            /* there is one */
    return symbol && dladdr(symbol, &info) ? info.dli_fbase : NULL;
}

/* In a static executable everything is. */
static bool is_of_our_object(const void *symbol)
{
    return rt_real_is_static() ||
           object_of(symbol) == object_of(&rt_guest_state);
}

/* Opening libc allocates, so it is looked for by its place first. */
static void *find_libc_s(const char *name)
{
    if (rt_real_is_static())
        return NULL;
    void *next = dlsym(RTLD_NEXT, name), *opened = NULL;
    if (!next)
        opened = rt_real_libc();
    return opened ? dlsym(opened, name) : next;
}

/* The host's function of that name.  A program with a malloc of its own may
 * lack others, which then are libc's, as without us; but the search may
 * find ours instead. */
static void *find_host_s(const char *name, const void *host_malloc)
{
    const void *ours = object_of(&rt_guest_state);
    void *symbol = find(name);
    if (object_of(symbol) != ours || object_of(host_malloc) == ours)
        return symbol;
    return find_libc_s(name);
}

/* A program may have a malloc of its own and no aligned functions, or one of
 * three; what it lacks is libc's then, as without us. */
static void find_aligned(const void *host_malloc)
{
    void *symbol = find_host_s("posix_memalign", host_malloc);
    void *first = find_host_s("aligned_alloc", host_malloc);
    void *second = find_host_s("memalign", host_malloc);
    bool is_ours = symbol == (void *)intercept_posix_memalign;
    if (is_ours && first != (void *)intercept_aligned_alloc)
        memcpy(&host.aligned_alloc, &first, sizeof first);
    else if (is_ours && second != (void *)intercept_memalign)
        memcpy(&host.memalign, &second, sizeof second);
    memcpy(&host.posix_memalign, &symbol, sizeof symbol);
}

static void use_libc_s_aligned(void)
{
    void *symbol = find_libc_s("posix_memalign");
    memcpy(&host.posix_memalign, &symbol, sizeof symbol);
}

/* Functions that are ours by name may lead to the host all the same, or
 * not: these must not be called from ours. */
static void check_functions(void)
{
    void *aligned = NULL;
    if (is_program_s) {
        if (host.calloc == intercept_calloc)
            host.calloc = NULL;
        if (host.realloc == intercept_realloc)
            host.realloc = NULL;
        if (host.posix_memalign == intercept_posix_memalign)
            use_libc_s_aligned();
        if (host.malloc_usable_size == intercept_malloc_usable_size)
            host.malloc_usable_size = NULL;
        return;
    }
    if (host.calloc == intercept_calloc &&
        !is_host_s(host.calloc(1, PROBE_BYTES)))
        host.calloc = NULL;
    if (host.realloc == intercept_realloc &&
        !is_host_s(host.realloc(NULL, PROBE_BYTES)))
        host.realloc = NULL;
    if (host.posix_memalign == intercept_posix_memalign &&
        (host.posix_memalign(&aligned, 64, PROBE_BYTES) != 0 ||
         !is_host_s(aligned)))
        use_libc_s_aligned();
    /* Ours, while it is probing, knows nothing of that block. */
    aligned = host.malloc(PROBE_BYTES);
    if (host.malloc_usable_size &&
        host.malloc_usable_size(aligned) < PROBE_BYTES)
        host.malloc_usable_size = NULL;
    host.free(aligned);
}

static void find_functions(const void *host_malloc)
{
    void *symbol = find_host_s("calloc", host_malloc);
    memcpy(&host.calloc, &symbol, sizeof symbol);
    symbol = find_host_s("realloc", host_malloc);
    memcpy(&host.realloc, &symbol, sizeof symbol);
    find_aligned(host_malloc);
    symbol = find_host_s("malloc_usable_size", host_malloc);
    memcpy(&host.malloc_usable_size, &symbol, sizeof symbol);
    if (object_of(host_malloc) == object_of(&rt_guest_state))
        check_functions();
}

/* Is this copy of the runtime in the program itself? */
static bool is_in_program(void)
{
    const struct link_map *program = &_r_debug ? _r_debug.r_map : NULL;
    return program && program->l_ld &&
           object_of(program->l_ld) == object_of(&rt_guest_state);
}

/* Is the process's malloc that of another copy, in the program? */
static bool is_other_copy_s(const void *process_malloc)
{
    void *symbol = find("mallopt");
    __typeof__(&mallopt) ask;
    if (!symbol || object_of(symbol) != object_of(process_malloc))
        return false;
    memcpy(&ask, &symbol, sizeof symbol);
    return ask(MGUEST_IS_IT_YOU, 0) == MGUEST_IT_IS;
}

static void tell_guest(const void *process_malloc)
{
    bool is_meant = is_program_s || libc || rt_real_is_static() ||
                    is_of_our_object(process_malloc) ||
                    rt_options.gc_percent < 0;
    if (!is_meant && is_in_program())
        rt_print("escc: nothing is collected: the link of this program hides "
                 "malloc (a version script, --exclude-libs)\n");
    else if (!is_meant && is_other_copy_s(process_malloc))
        rt_print("escc: what a library allocates is not collected: the link "
                 "of this program hides its copy of the runtime; use escc, "
                 "escc++, or all of escc --print-link-flags\n");
    else if (rt_options.gctrace)
        rt_print("escc: this process's malloc is not escc's: memory comes "
                 "from there, and nothing is collected\n");
}

void mguest_find(void)
{
    find_checker();
    void *process_malloc = find("malloc"), *process_free = find("free");
    if (!process_malloc || !process_free)
        return;
    memcpy(&host.malloc, &process_malloc, sizeof process_malloc);
    memcpy(&host.free, &process_free, sizeof process_free);
    is_program_s = process_malloc != (void *)intercept_malloc && !libc &&
                   is_of_our_object(process_malloc);
    rt_store_relaxed(&probing_tid, (int)rt_syscall(SYS_gettid));
    rt_store_release(&rt_guest_state, RT_GUEST_PROBING);
    bool is_guest = is_program_s || is_host_s(host.malloc(PROBE_BYTES));
    if (is_guest)
        find_functions(process_malloc);
    rt_store_release(&rt_guest_state, is_guest ? RT_GUEST_YES : RT_GUEST_NO);
    if (is_guest)
        tell_guest(process_malloc);
}

/* ---- the host's functions ------------------------------------------------ */

void *mguest_malloc(size_t bytes)
{
    return is_probing() ? take_room(16, bytes) : host.malloc(bytes);
}

void *mguest_calloc(size_t count, size_t bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    if (is_probing())
        return take_room(16, total);    /* used once, so still zero */
    if (host.calloc)
        return host.calloc(count, bytes);
    void *block = host.malloc(total);
    return block ? memset(block, 0, total) : NULL;
}

void *mguest_realloc(void *block, size_t bytes)
{
    if (is_probing()) {
        void *moved = take_room(16, bytes);
        size_t rest = block ? (size_t)(room + ROOM_BYTES - (char *)block)
                            : 0;
        return moved && block
                   ? memmove(moved, block, rest < bytes ? rest : bytes)
                   : moved;
    }
    if (host.realloc)
        return host.realloc(block, bytes);
    errno = ENOMEM;
    return NULL;
}

void *mguest_memalign(size_t alignment, size_t bytes)
{
    void *block = NULL;
    int saved = errno, error = ENOMEM;
    if (alignment < sizeof(void *))
        alignment = sizeof(void *);
    if (is_probing())
        return take_room(alignment, bytes);
    if (host.aligned_alloc)
        return host.aligned_alloc(alignment, bytes);
    if (host.memalign)
        return host.memalign(alignment, bytes);
    if (host.posix_memalign)
        error = host.posix_memalign(&block, alignment, bytes);
    else if (alignment <= 16)
        return host.malloc(bytes);
    errno = error ? error : saved;
    return error ? NULL : block;
}

void mguest_free(void *block)
{
    /* Ours, or from the time of the probing: nobody's. */
    if (is_in_room(block) || mheap_contains((uintptr_t)block))
        return;
    if (!is_probing())
        host.free(block);
}

size_t mguest_usable_size(void *block)
{
    if (is_in_room(block))
        return (size_t)(room + ROOM_BYTES - (char *)block);
    if (is_probing())
        return 0;
    return host.malloc_usable_size ? host.malloc_usable_size(block) : 0;
}
