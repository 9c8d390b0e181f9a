// Pointers that are moved by bytes, halves or characters of a buffer stand
// nowhere as a whole meanwhile: the thread is not stopped then [inv.torn].
//
// RUN: %escc_verify -O0 %s -o %t && %t 1 && %t 0
// RUN: %escc_verify -O1 %s -o %t && %t 1 && %t 0
// RUN: %escc_verify -O2 %s -o %t && %t 1 && %t 0
// RUN: env ESCC_DEBUG=clobber=1,gcstress=500 timeout 100 %t 1
// RUN: env ESCC_CC=%gcc %escc_verify -O0 %s -o %t && %t 1
// RUN: env ESCC_CC=%gcc %escc_verify -O1 %s -o %t && %t 1
// RUN: env ESCC_CC=%gcc %escc_verify -O2 %s -o %t && %t 1
// RUN: env ESCC_DEBUG=clobber=1,gcrandom=100 timeout 100 %t 0
// REQUIRES: gcc
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void escc_gc(void);

enum { N = 64, ROUNDS = 3000 };

struct object { long stamp; long rest[5]; };

static struct object **array;
static int done;

static void swap_bytes(char *a, char *b, size_t n)
{
    char t;
    do {
        t = *a;
        *a++ = *b;
        *b++ = t;
    } while (--n);
}

static void swap_shorts(void *va, void *vb, size_t n)
{
    short *a = va, *b = vb;
    for (size_t i = 0; i < n / 2; i++) {
        short t = a[i];
        a[i] = b[i];
        b[i] = t;
    }
}

static void swap_ints(int *a, int *b, size_t n)
{
    for (size_t i = 0; i < n / 4; i++) {
        int t = a[i];
        a[i] = b[i];
        b[i] = t;
    }
}

/* The loop is the caller's. */
static void swap_one(unsigned char *a, unsigned char *b)
{
    unsigned char t = *a;
    *a = *b;
    *b = t;
}

static void swap_by_ones(void *va, void *vb, size_t n)
{
    unsigned char *a = va, *b = vb;
    while (n--)
        swap_one(a++, b++);
}

#define SWAP1(i) (t = a[i], a[i] = b[i], b[i] = t)
static void swap_unrolled(char *a, char *b)
{
    char t;
    SWAP1(0); SWAP1(1); SWAP1(2); SWAP1(3);
    SWAP1(4); SWAP1(5); SWAP1(6); SWAP1(7);
}

static void swap_with_buffer(char *a, char *b)
{
    char t[8];
    for (int i = 0; i < 8; i++)
        t[i] = a[i];
    for (int i = 0; i < 8; i++)
        a[i] = b[i];
    for (int i = 0; i < 8; i++)
        b[i] = t[i];
}

/* gcc puts such a buffer at an odd address. */
static void swap_with_memcpy(void *a, void *b, size_t n)
{
    char odd, t[8];
    __asm__ volatile("" : : "r"(&odd), "r"(&t) : "memory");
    if ((size_t)t % sizeof(void *) != 0)
        exit(5);
    memcpy(t, a, n);
    memcpy(a, b, n);
    memcpy(b, t, n);
    __asm__ volatile("" : : "r"(&odd), "r"(&t) : "memory");
}

static void move_and_erase(char *to, char *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i] = from[i];
        from[i] = 0;
    }
}

static void reverse(char *a, size_t n)
{
    char *b = a + n - 1;
    while (a < b) {
        char t = *a;
        *a++ = *b;
        *b-- = t;
    }
}

static void rotate_by_reversals(char *a, size_t n, size_t k)
{
    reverse(a, k);
    reverse(a + k, n - k);
    reverse(a, n);
}

static void rotate_in_cycles(char *a, size_t n, size_t k)
{
    for (size_t start = 0; start < k; start++) {
        char t = a[start];
        size_t i = start;
        for (;;) {
            size_t next = i + k < n ? i + k : i + k - n;
            if (next == start)
                break;
            a[i] = a[next];
            i = next;
        }
        a[i] = t;
    }
}

/* Leaves by return, goto and break. */
static int rotate_by_one(char *a, size_t n, int how)
{
    for (size_t byte = 0; byte < 8; byte++) {
        char t = a[byte];
        for (size_t i = byte;; i += 8) {
            if (i + 8 >= n) {
                a[i] = t;
                if (how == 0)
                    break;
                if (byte == 7 && how == 1)
                    return 1;
                if (byte == 7)
                    goto out;
                break;
            }
            a[i] = a[i + 8];
        }
    }
out:
    return how;
}

static void *spare;

static int step(unsigned kind, char *a, char *b)
{
    char *all = (char *)array;
    size_t bytes = N * sizeof *array;
    switch (kind % 14) {
    case 0: swap_bytes(a, b, 8); break;
    case 1: swap_shorts(a, b, 8); break;
    case 2: swap_ints((int *)(void *)a, (int *)(void *)b, 8); break;
    case 3: swap_by_ones(a, b, 8); break;
    case 4: swap_unrolled(a, b); break;
    case 5: swap_with_buffer(a, b); break;
    case 6: swap_with_memcpy(a, b, 8); break;
    case 7:
        reverse(all, bytes);
        reverse(all, bytes);
        break;
    case 8: rotate_by_reversals(all, bytes, 40); break;
    case 9: rotate_in_cycles(all, bytes, 8); break;
    case 10:
        move_and_erase((char *)&spare, a, 8);
        move_and_erase(a, (char *)&spare, 8);
        break;
    default: return rotate_by_one(all, bytes, (int)(kind % 14) - 11);
    }
    return 0;
}

static void *collect(void *unused)
{
    while (!__atomic_load_n(&done, __ATOMIC_RELAXED)) {
        escc_gc();
        for (int i = 0; i < 20; i++)
            if (!calloc(1, sizeof(struct object)))
                exit(2);
    }
    return unused;
}

int main(int argc, char **argv)
{
    int scattered = argc > 1 && *argv[1] == '1';
    unsigned x = 1;
    pthread_t thread;
    array = malloc(N * sizeof *array);
    for (long i = 0; i < N; i++) {
        array[i] = malloc(sizeof **array);
        array[i]->stamp = i + 1000;
        for (int k = 0; scattered && k < 2000; k++)
            free(aligned_alloc(16, sizeof **array));
    }
    pthread_create(&thread, NULL, collect, NULL);
    for (unsigned r = 0; r < ROUNDS * 14; r++) {
        x = x * 1103515245 + 12345;
        unsigned i = x >> 16 & (N - 1), j = x >> 22 & (N - 1);
        if (i != j)
            step(r / ROUNDS, (char *)&array[i], (char *)&array[j]);
        for (int k = 0; r % 16 == 0 && k < N; k++)
            if (array[k]->stamp < 1000 || array[k]->stamp >= 1000 + N)
                return printf("lost in kind %u\n", r / ROUNDS), 1;
    }
    __atomic_store_n(&done, 1, __ATOMIC_RELAXED);
    pthread_join(thread, NULL);
    return 0;
}
