/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* integers.c - integer code: do words that hold no pointers pay for barriers?
 *
 *     bench/integers.py ESCC
 *
 * Arguments: what to run (one of the names in `kernels`) and how often.  Prints
 * a checksum; nothing here stores a pointer, and everything is in memory of
 * malloc.  With -DAPART the kernels have external linkage, as in a library:
 * then their arguments may come from anywhere.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef APART
#define KERNEL __attribute__((__noinline__))
#else
#define KERNEL static __attribute__((__noinline__))
#endif

enum { COUNT = 1 << 14, SIDE = 128, SORTED = 1 << 10, BYTES = 1 << 16 };

static uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

/* ---- arrays of words ----------------------------------------------------- */

/* The cheapest way down a triangle, row by row. */
KERNEL void paths(int64_t *best, const int64_t *cost, int n)
{
    for (int row = 1; row < n; row++)
        for (int i = row; i > 0; i--) {
            int64_t left = best[i - 1];
            best[i] = (best[i] < left ? best[i] : left) + cost[i];
        }
}

KERNEL void prefix_sums(int64_t *a, int n)
{
    for (int i = 1; i < n; i++)
        a[i] += a[i - 1];
}

KERNEL void reverse(uint64_t *a, int n)
{
    for (int i = 0, k = n - 1; i < k; i++, k--) {
        uint64_t t = a[i];
        a[i] = a[k];
        a[k] = t;
    }
}

KERNEL void add_matrices(long *sum, const long *a, const long *b, int n)
{
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++)
            sum[i * n + k] = a[i * n + k] + b[i * n + k];
}

KERNEL void insertion_sort(int64_t *a, int n)
{
    for (int i = 1; i < n; i++) {
        int64_t t = a[i];
        int k = i;
        for (; k > 0 && a[k - 1] > t; k--)
            a[k] = a[k - 1];
        a[k] = t;
    }
}

/* ---- state in structures ------------------------------------------------- */

/* SipHash-2-4 by Aumasson and Bernstein. */
struct siphash { uint64_t v[4]; };

static void sip_round(struct siphash *s)
{
    s->v[0] += s->v[1];
    s->v[1] = rotate(s->v[1], 13) ^ s->v[0];
    s->v[0] = rotate(s->v[0], 32);
    s->v[2] += s->v[3];
    s->v[3] = rotate(s->v[3], 16) ^ s->v[2];
    s->v[0] += s->v[3];
    s->v[3] = rotate(s->v[3], 21) ^ s->v[0];
    s->v[2] += s->v[1];
    s->v[1] = rotate(s->v[1], 17) ^ s->v[2];
    s->v[2] = rotate(s->v[2], 32);
}

KERNEL uint64_t siphash(struct siphash *s, const unsigned char *bytes,
                        size_t count)
{
    s->v[0] = 0x736f6d6570736575;
    s->v[1] = 0x646f72616e646f6d;
    s->v[2] = 0x6c7967656e657261;
    s->v[3] = 0x7465646279746573;
    for (size_t i = 0; i + 8 <= count; i += 8) {
        uint64_t word;
        memcpy(&word, bytes + i, sizeof word);
        s->v[3] ^= word;
        sip_round(s);
        sip_round(s);
        s->v[0] ^= word;
    }
    s->v[2] ^= 0xff;
    for (int i = 0; i < 4; i++)
        sip_round(s);
    return s->v[0] ^ s->v[1] ^ s->v[2] ^ s->v[3];
}

/* xoshiro256** by Blackman and Vigna, its state behind a pointer ... */
struct xoshiro { uint64_t s[4]; };

static uint64_t next_of(struct xoshiro *x)
{
    uint64_t result = rotate(x->s[1] * 5, 7) * 9, t = x->s[1] << 17;
    x->s[2] ^= x->s[0];
    x->s[3] ^= x->s[1];
    x->s[1] ^= x->s[2];
    x->s[0] ^= x->s[3];
    x->s[2] ^= t;
    x->s[3] = rotate(x->s[3], 45);
    return result;
}

KERNEL uint64_t xoshiro(struct xoshiro *x, int n)
{
    uint64_t sum = 0;
    while (n--)
        sum += next_of(x);
    return sum;
}

/* ... and in a static. */
static uint64_t state[4];

static uint64_t next(void)
{
    uint64_t result = rotate(state[1] * 5, 7) * 9, t = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= t;
    state[3] = rotate(state[3], 45);
    return result;
}

KERNEL uint64_t xoshiro_static(int n)
{
    uint64_t sum = 0;
    while (n--)
        sum += next();
    return sum;
}

/* XXH64 by Collet. */
#define PRIME_1 11400714785074694791u
#define PRIME_2 14029467366897019727u
#define PRIME_3 1609587929392839161u
#define PRIME_4 9650029242287828579u

struct xxh64 { uint64_t lane[4], total; };

KERNEL uint64_t xxh64(struct xxh64 *x, const unsigned char *bytes,
                      size_t count)
{
    x->lane[0] = PRIME_1 + PRIME_2;
    x->lane[1] = PRIME_2;
    x->lane[2] = 0;
    x->lane[3] = -PRIME_1;
    x->total = 0;
    for (; x->total + 32 <= count; x->total += 32)
        for (int i = 0; i < 4; i++) {
            uint64_t word;
            memcpy(&word, bytes + x->total + 8 * i, sizeof word);
            x->lane[i] = rotate(x->lane[i] + word * PRIME_2, 31) * PRIME_1;
        }
    uint64_t hash = rotate(x->lane[0], 1) + rotate(x->lane[1], 7) +
        rotate(x->lane[2], 12) + rotate(x->lane[3], 18);
    for (int i = 0; i < 4; i++)
        hash = (hash ^ rotate(x->lane[i] * PRIME_2, 31) * PRIME_1) *
            PRIME_1 + PRIME_4;
    hash += x->total;
    hash = (hash ^ hash >> 33) * PRIME_2;
    hash = (hash ^ hash >> 29) * PRIME_3;
    return hash ^ hash >> 32;
}

/* SHA-256, FIPS 180-4: words of 32 bits, a count of 64. */
struct sha256 { uint32_t h[8]; uint64_t bytes; unsigned char block[64]; };

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

static uint32_t rotate_right(uint32_t x, int bits)
{
    return x >> bits | x << (32 - bits);
}

static void sha256_block(struct sha256 *s)
{
    uint32_t w[64], h[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)s->block[4 * i] << 24 |
            (uint32_t)s->block[4 * i + 1] << 16 |
            (uint32_t)s->block[4 * i + 2] << 8 | s->block[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] +
            (rotate_right(a, 7) ^ rotate_right(a, 18) ^ a >> 3) +
            (rotate_right(b, 17) ^ rotate_right(b, 19) ^ b >> 10);
    }
    memcpy(h, s->h, sizeof h);
    for (int i = 0; i < 64; i++) {
        uint32_t e = h[4], a = h[0];
        uint32_t t = h[7] + (rotate_right(e, 6) ^ rotate_right(e, 11) ^
                             rotate_right(e, 25)) +
            ((e & h[5]) ^ (~e & h[6])) + round_constants[i] + w[i];
        uint32_t u = (rotate_right(a, 2) ^ rotate_right(a, 13) ^
                      rotate_right(a, 22)) +
            ((a & h[1]) ^ (a & h[2]) ^ (h[1] & h[2]));
        for (int k = 7; k > 0; k--)
            h[k] = h[k - 1];
        h[4] += t;
        h[0] = t + u;
    }
    for (int i = 0; i < 8; i++)
        s->h[i] += h[i];
}

KERNEL void sha256_update(struct sha256 *s, const unsigned char *bytes,
                          size_t count)
{
    while (count--) {
        s->block[s->bytes++ % 64] = *bytes++;
        if (s->bytes % 64 == 0)
            sha256_block(s);
    }
}

static uint64_t sha256(struct sha256 *s, const unsigned char *bytes,
                       size_t count)
{
    static const uint32_t initial[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    };
    memcpy(s->h, initial, sizeof initial);
    s->bytes = 0;
    sha256_update(s, bytes, count);
    return (uint64_t)s->h[0] << 32 | s->h[1];
}

/* ---- running them -------------------------------------------------------- */

struct memory {
    int64_t *a, *b, *c;
    unsigned char *bytes;
    struct siphash *siphash;
    struct xoshiro *xoshiro;
    struct xxh64 *xxh64;
    struct sha256 *sha256;
};

/* The same numbers in each round, as far as a kernel overwrites them. */
static void fill(int64_t *a, int n)
{
    uint32_t random = 1;
    for (int i = 0; i < n; i++)
        a[i] = (random = random * 1103515245u + 12345u) >> 8;
}

static uint64_t round_of(const char *what, struct memory *m)
{
    if (!strcmp(what, "paths")) {
        fill(m->a, SORTED);
        paths(m->a, m->b, SORTED);
    } else if (!strcmp(what, "prefix")) {
        prefix_sums(m->a, COUNT);
    } else if (!strcmp(what, "reverse")) {
        reverse((uint64_t *)m->a, COUNT);
    } else if (!strcmp(what, "matrix")) {
        add_matrices(m->c, m->a, m->b, SIDE);
        return (uint64_t)m->c[SIDE + 1];
    } else if (!strcmp(what, "insertion")) {
        fill(m->a, SORTED);
        insertion_sort(m->a, SORTED);
    } else if (!strcmp(what, "siphash")) {
        return siphash(m->siphash, m->bytes, BYTES);
    } else if (!strcmp(what, "xoshiro")) {
        return xoshiro(m->xoshiro, COUNT);
    } else if (!strcmp(what, "xoshiro_static")) {
        return xoshiro_static(COUNT);
    } else if (!strcmp(what, "xxh64")) {
        return xxh64(m->xxh64, m->bytes, BYTES);
    } else if (!strcmp(what, "sha256")) {
        return sha256(m->sha256, m->bytes, BYTES);
    } else {
        fprintf(stderr, "integers: no kernel %s\n", what);
        exit(2);
    }
    return (uint64_t)m->a[SORTED / 2];
}

static void *allocate(size_t count, size_t bytes)
{
    void *memory = calloc(count, bytes);
    if (!memory)
        exit(2);
    return memory;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "paths";
    int rounds = argc > 2 ? atoi(argv[2]) : 1;
    struct memory m = {
        allocate(COUNT, sizeof *m.a), allocate(COUNT, sizeof *m.b),
        allocate(COUNT, sizeof *m.c), allocate(BYTES, 1),
        allocate(1, sizeof *m.siphash), allocate(1, sizeof *m.xoshiro),
        allocate(1, sizeof *m.xxh64), allocate(1, sizeof *m.sha256)
    };
    uint64_t sum = 0;

    fill(m.a, COUNT);
    fill(m.b, COUNT);
    for (int i = 0; i < BYTES; i++)
        m.bytes[i] = (unsigned char)(i * 7);
    for (int i = 0; i < 4; i++)
        m.xoshiro->s[i] = state[i] = (uint64_t)i + 1;
    for (int i = 0; i < rounds; i++)
        sum = sum * 31 + round_of(what, &m);
    printf("%016llx\n", (unsigned long long)sum);
    return 0;
}
