/* A program's own malloc without aligned functions gets libc's for these; one
 * with a single one of the three gets that one.
 *
 * RUN: bash %S/Inputs/same-as-gcc.sh %escc %gcc %s
 * RUN: bash %S/Inputs/same-as-gcc.sh %escc %gcc "%s -DOWN_ALIGNED_ALLOC"
 * RUN: bash %S/Inputs/same-as-gcc.sh %escc %gcc "%s -DOWN_MEMALIGN"
 * RUN: bash %S/Inputs/same-as-gcc.sh %escc %gcc "%s -DOWN_POSIX_MEMALIGN"
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POOL_BYTES = 16 << 20 };

static char pool[POOL_BYTES] __attribute__((aligned(4096)));
static size_t used;

static char *take(size_t align, size_t bytes)
{
    used = (used + 16 + align - 1) / align * align;
    char *block = pool + used;
    used += bytes;
    memcpy(block - sizeof bytes, &bytes, sizeof bytes);
    return used < POOL_BYTES ? block : NULL;
}

void *malloc(size_t bytes) { return take(16, bytes); }
void free(void *block) { (void)block; }
void *calloc(size_t n, size_t bytes) { return take(16, n * bytes); }

void *realloc(void *block, size_t bytes)
{
    char *moved = take(16, bytes);
    size_t old = 0;
    if (block)
        memcpy(&old, (char *)block - sizeof old, sizeof old);
    return memcpy(moved, block ? block : "", old < bytes ? old : bytes);
}

#ifdef OWN_ALIGNED_ALLOC
void *aligned_alloc(size_t align, size_t bytes) { return take(align, bytes); }
#endif
#ifdef OWN_MEMALIGN
void *memalign(size_t align, size_t bytes) { return take(align, bytes); }
#endif
#ifdef OWN_POSIX_MEMALIGN
int posix_memalign(void **out, size_t align, size_t bytes)
{
    *out = take(align, bytes);
    return 0;
}
#endif

static const char *whose(const void *block)
{
    const char *at = block;
    return at >= pool && at < pool + POOL_BYTES ? "the pool's" : "another's";
}

static void show(const char *name, void *block, size_t align)
{
    if (!block)
        printf("%s: none\n", name);
    else
        printf("%s: %s%s\n", name, whose(block),
               (size_t)block % align ? ", not aligned" : "");
}

int main(void)
{
    void *block = NULL;
    show("malloc", malloc(5), 16);
    show("calloc", calloc(5, 5), 16);
    show("realloc", realloc(malloc(5), 10), 16);
    show("strdup", strdup("text"), 1);
#if !defined OWN_MEMALIGN && !defined OWN_POSIX_MEMALIGN
    show("aligned_alloc", aligned_alloc(64, 128), 64);
#endif
#if !defined OWN_ALIGNED_ALLOC && !defined OWN_POSIX_MEMALIGN
    show("memalign", memalign(256, 100), 256);
#endif
#if !defined OWN_ALIGNED_ALLOC && !defined OWN_MEMALIGN
    if (posix_memalign(&block, 4096, 100) == 0)
        show("posix_memalign", block, 4096);
#endif
    show("reallocarray", reallocarray(block, 10, 10), 16);
    return 0;
}
