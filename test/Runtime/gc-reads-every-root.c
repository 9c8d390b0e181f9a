/* An object that is reachable from one place only survives, for each kind
 * of place that a C program may keep a pointer in.
 *
 * RUN: %rtcc %s -o %t -pthread && %t argument
 * RUN: env ESCC_DEBUG=clobber=1,verify=1 %t argument
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <pthread.h>
#include <search.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <unistd.h>

static struct node *in_data = (struct node *)1, *in_bss;
static __thread struct node *in_tls;
static __thread struct node *in_initialised_tls = (struct node *)1;
static pthread_key_t first_key, last_key;
static char **arguments;
static jmp_buf environment;

/* Every place gets a fresh node; the stack keeps none of them. */
__attribute__((noinline)) static void fill(void **foreign, void **mapped,
                                           void **reserved, void **broken)
{
    in_data = new_node(NULL, 1);
    in_bss = new_node(NULL, 2);
    in_tls = new_node(NULL, 3);
    in_initialised_tls = new_node(NULL, 4);
    *foreign = new_node(NULL, 5);
    *mapped = new_node(NULL, 6);
    *reserved = new_node(NULL, 7);
    *broken = new_node(NULL, 8);
    pthread_setspecific(first_key, new_node(NULL, 9));
    pthread_setspecific(last_key, new_node(NULL, 10));
    arguments[1] = (char *)new_node(NULL, 11);
    /* A tag in the low bits, as many interpreters have it. */
    ((uintptr_t *)foreign)[1] = (uintptr_t)new_node(NULL, 12) | 3;
    memcpy(&environment, &(struct node *){new_node(NULL, 13)},
           sizeof(void *));
    ((struct node **)foreign)[2] = new_node(NULL, 14);
}

static void check_all(void **foreign, void **mapped, void **reserved,
                      void **broken)
{
    check_node(in_data, 1);
    check_node(in_bss, 2);
    check_node(in_tls, 3);
    check_node(in_initialised_tls, 4);
    check_node(*foreign, 5);
    check_node(*mapped, 6);
    check_node(*reserved, 7);
    check_node(*broken, 8);
    check_node(pthread_getspecific(first_key), 9);
    check_node(pthread_getspecific(last_key), 10);
    check_node((struct node *)arguments[1], 11);
    check_node((struct node *)(((uintptr_t *)foreign)[1] & ~(uintptr_t)3),
               12);
    struct node *n;
    memcpy(&n, &environment, sizeof n);
    check_node(n, 13);
    check_node(((struct node **)foreign)[2], 14);
}

static void churn(void)
{
    for (int i = 0; i < 5; i++) {
        wipe_stack();
        new_list(5000);
        escc_gc();
    }
}

static void *run(void *unused)
{
    (void)unused;
    size_t page = 4096, far = (size_t)1 << 30;
    void **foreign = malloc(64);
    void **mapped = mmap(NULL, 8 * page, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *reserved = mmap(NULL, far, PROT_NONE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                          0);
    void **broken = sbrk((intptr_t)page);
    CHECK(mapped != MAP_FAILED && reserved != MAP_FAILED);
    CHECK(munmap(mapped + page / sizeof(void *), page) == 0);
    CHECK(mprotect(reserved + far / 2, page, PROT_READ | PROT_WRITE) == 0);
    void **in_reserved = (void **)(reserved + far / 2);
    void **in_mapped = mapped + 3 * page / sizeof(void *);
    fill(foreign, in_mapped, in_reserved, broken);
    churn();
    check_all(foreign, in_mapped, in_reserved, broken);
    /* A mapping that moves keeps its words. */
    void **moved = mremap(mapped + 2 * page / sizeof(void *), 6 * page,
                          64 * page, MREMAP_MAYMOVE);
    CHECK(moved != MAP_FAILED);
    in_mapped = moved + page / sizeof(void *);
    churn();
    check_all(foreign, in_mapped, in_reserved, broken);
    munmap(moved, 64 * page);
    munmap(reserved, far);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    CHECK(argc > 1);
    arguments = argv;
    pthread_key_create(&first_key, NULL);
    /* Values of keys from the 33rd on are in a block of libc's. */
    for (int i = 0; i < 40; i++)
        pthread_key_create(&last_key, NULL);
    run(NULL);
    pthread_create(&thread, NULL, run, NULL);
    pthread_join(thread, NULL);
    return 0;
}
