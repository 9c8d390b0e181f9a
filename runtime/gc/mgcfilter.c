/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcfilter.c - many words at once: which are addresses of the heap?
 *
 * Most words that the marker reads are none: numbers, text, null, and nearly
 * all that begin in the middle of two aligned ones.  These are passed over
 * here by the 2 to 8; what is left goes to the marker's queue.  There is a
 * version for each generation of vector instructions, chosen once by what
 * processor and system have:
 *
 *   512   AVX-512: blocks of 64 bytes, whose hits are queued together.
 *   256   AVX2: blocks of 32 bytes.
 *   128   SSE2, which every processor has: blocks of 32 bytes.  It has no
 *         comparison of 64 bits, so upper halves are compared.
 *
 * The last two read a word again to queue it.  All leave the rest of less
 * than a block to the marker's loop, which reads all where an object is
 * small, the stride is less than 4, or ESCC_DEBUG=simd=0.
 *
 * [inv.whole-words]  Other threads write meanwhile.  What counts is that an
 * aligned word is read whole: its value before or after a write.  The
 * processor's manuals promise that of vector loads only in part (AMD's of 16
 * aligned bytes and more, Intel's of 16), but caches are read by 8 bytes or
 * more that never cross a line: a lane that is an aligned word is one access
 * in all known implementations, also if the load as a whole is unaligned or
 * crosses a page.  A word that begins at 4 may be torn where it crosses a
 * line, as in the marker's own loop.  A mixture is lost or keeps an object
 * for nothing, no more: what a thread writes while it is marked is told by
 * the barrier or read again (mgcshade.c, mgcwatch.c), and what it overwrites
 * need not be found.
 *
 * A lane that was compared is what is queued, or it is read and compared
 * again: the compiler may not read it twice in between.
 *
 * Nothing that __escc_shade_pushed runs may call this (mbarrier_amd64.S).
 */
#include "mgcfilter.h"

#include <cpuid.h>
#include <immintrin.h>

#define WITH_512 __attribute__((target("avx512f,popcnt")))
#define WITH_256 __attribute__((target("avx2")))

enum { WORD_BYTES = sizeof(uintptr_t), HALF_BYTES = WORD_BYTES / 2 };

/* ---- one by one ---------------------------------------------------------- */

/* Words at `at` and each 8 bytes further of which `hits` has a bit, read
 * once more. */
static inline void queue_hits(struct mgcwork *queue, uintptr_t at,
                              unsigned hits, uintptr_t heap_base,
                              uintptr_t heap_bytes)
{
    typedef uintptr_t __attribute__((may_alias, aligned(1))) loose_word;
    for (; hits; hits &= hits - 1) {
        uintptr_t where = at + (unsigned)__builtin_ctz(hits) * WORD_BYTES;
        uintptr_t word = *(const volatile loose_word *)where;
        if (word - heap_base < heap_bytes)
            mgcwork_push(queue, word);
    }
}

/* ---- 512 bits ------------------------------------------------------------ */

static __attribute__((noinline)) void queue_slowly(struct mgcwork *queue,
                                                  const uintptr_t *words,
                                                  unsigned hits)
{
    for (; hits; hits &= hits - 1)
        mgcwork_push(queue, words[__builtin_ctz(hits)]);
}

/* Whole loads: a loop of masked ones, which could also read the end of an
 * object, took twice as long for large objects on an EPYC with AVX-512. */
static inline WITH_512 void block_512(struct mgcwork *queue, uintptr_t at,
                                      __m512i base, __m512i bytes)
{
    __m512i words = _mm512_loadu_si512((const void *)at);
    __asm__("" : "+v"(words));
    __mmask8 hits =
        _mm512_cmplt_epu64_mask(_mm512_sub_epi64(words, base), bytes);
    if (!hits)
        return;
    uintptr_t *room = mgcwork_room(queue, 512 / 64);
    if (__builtin_expect(!!room, 1)) {
        /* Not the store that compresses: it is slow on some. */
        _mm512_storeu_si512(room, _mm512_maskz_compress_epi64(hits, words));
        mgcwork_use(queue, (unsigned)__builtin_popcount(hits));
        return;
    }
    uintptr_t copy[512 / 64];
    _mm512_storeu_si512(copy, words);
    queue_slowly(queue, copy, hits);
}

static WITH_512 uintptr_t filter_512(struct mgcwork *queue, uintptr_t from,
                                     uintptr_t to, uintptr_t heap_base,
                                     uintptr_t heap_bytes, unsigned stride)
{
    __m512i base = _mm512_set1_epi64((long long)heap_base);
    __m512i bytes = _mm512_set1_epi64((long long)heap_bytes);
    uintptr_t at = from;
    size_t half = stride == HALF_BYTES ? HALF_BYTES : 0;
    for (; to - at >= 64 + half; at += 64) {
        block_512(queue, at, base, bytes);
        if (half)
            block_512(queue, at + half, base, bytes);
    }
    return at;
}

/* ---- 256 bits ------------------------------------------------------------ */

/* Comparisons are signed: `base` and `bytes` have the top bit turned over. */
static inline WITH_256 unsigned hits_256(uintptr_t at, __m256i base,
                                         __m256i bytes)
{
    __m256i words = _mm256_loadu_si256((const __m256i_u *)at);
    __m256i is_hit = _mm256_cmpgt_epi64(bytes, _mm256_sub_epi64(words, base));
    return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(is_hit));
}

static WITH_256 uintptr_t filter_256(struct mgcwork *queue, uintptr_t from,
                                     uintptr_t to, uintptr_t heap_base,
                                     uintptr_t heap_bytes, unsigned stride)
{
    const uintptr_t top = (uintptr_t)1 << 63;
    __m256i base = _mm256_set1_epi64x((long long)(heap_base ^ top));
    __m256i bytes = _mm256_set1_epi64x((long long)(heap_bytes ^ top));
    uintptr_t at = from;
    size_t half = stride == HALF_BYTES ? HALF_BYTES : 0;
    for (; to - at >= 32 + half; at += 32) {
        unsigned hits = hits_256(at, base, bytes);
        unsigned halves = half ? hits_256(at + half, base, bytes) : 0;
        if (hits)
            queue_hits(queue, at, hits, heap_base, heap_bytes);
        if (halves)
            queue_hits(queue, at + half, halves, heap_base, heap_bytes);
    }
    return at;
}

/* ---- 128 bits ------------------------------------------------------------ */

/* Of four words: whose upper half is that of an address of the heap.  `base`
 * is the least of these halves, `past` how many there are beyond it, with
 * the top bit turned over. */
static inline unsigned hits_128(uintptr_t at, __m128i base, __m128i past)
{
    __m128i low = _mm_loadu_si128((const __m128i_u *)at);
    __m128i high = _mm_loadu_si128((const __m128i_u *)(at + 16));
    __m128i upper = _mm_castps_si128(_mm_shuffle_ps(
        _mm_castsi128_ps(low), _mm_castsi128_ps(high), 0xdd));
    __m128i misses = _mm_cmpgt_epi32(_mm_sub_epi32(upper, base), past);
    return ~(unsigned)_mm_movemask_ps(_mm_castsi128_ps(misses)) & 0xf;
}

static uintptr_t filter_128(struct mgcwork *queue, uintptr_t from,
                            uintptr_t to, uintptr_t heap_base,
                            uintptr_t heap_bytes, unsigned stride)
{
    const uint32_t top = (uint32_t)1 << 31;
    uint32_t least = (uint32_t)(heap_base >> 32);
    uint32_t most = (uint32_t)((heap_base + heap_bytes - 1) >> 32);
    __m128i base = _mm_set1_epi32((int)(least ^ top));
    __m128i past = _mm_set1_epi32((int)((most - least) ^ top));
    uintptr_t at = from;
    size_t half = stride == HALF_BYTES ? HALF_BYTES : 0;
    for (; to - at >= 32 + half; at += 32) {
        unsigned hits = hits_128(at, base, past);
        unsigned halves = half ? hits_128(at + half, base, past) : 0;
        if (hits)
            queue_hits(queue, at, hits, heap_base, heap_bytes);
        if (halves)
            queue_hits(queue, at + half, halves, heap_base, heap_bytes);
    }
    return at;
}

/* ---- the choice ---------------------------------------------------------- */

/* Which of the registers a thread keeps from one time slice to the next: the
 * system says so in XCR0, whose bits are those of the XSAVE area. */
static uint32_t kept_registers(void)
{
    uint32_t low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

/* By CPUID and not by the compiler's builtin, whose table is in a library
 * that a link may leave out. */
static unsigned widest(void)
{
    /* SSE and AVX; these, the mask registers and both parts of AVX-512. */
    enum { KEEPS_256 = 0x06, KEEPS_512 = 0xe6 };
    unsigned a, b, c, d;
    unsigned needs = bit_OSXSAVE | bit_AVX | bit_POPCNT;
    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & needs) != needs)
        return 128;
    uint32_t kept = kept_registers();
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & bit_AVX2) ||
        (kept & KEEPS_256) != KEEPS_256)
        return 128;
    bool is_512 = (b & bit_AVX512F) && (kept & KEEPS_512) == KEEPS_512;
    return is_512 ? 512 : 256;
}

mgcfilter *mgcfilter_choose(unsigned bits)
{
    unsigned most = widest();
    if (bits < most)
        most = bits;
    return most >= 512   ? filter_512
           : most >= 256 ? filter_256
           : most >= 128 ? filter_128
                         : NULL;
}
