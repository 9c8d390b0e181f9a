// gcc's intrinsics are accepted with every -m option, as functions and, without
// optimization, as macros with builtins that clang lacks.
// REQUIRES: gcc
// RUN: export ESCC_CC=%gcc
// RUN: %escc_verify -Wall -Wextra -Werror %s -o %t && timeout 60 %t
// RUN: %escc_verify -O2 -Wall -Wextra -Werror %s -o %t && timeout 60 %t
// RUN: %escc_verify -march=sapphirerapids -c %s -o %t.o
// A macro of the program changes words of the headers, which are not its own:
// RUN: %escc_verify -O1 -Wall -Werror -Df=of -c %s -o %t.o
#include <immintrin.h>
#include <stdlib.h>
#include <x86intrin.h>

struct node {
    struct node *next;
    __m128i v;
} *list;

static int in_node(struct node *n)
{
    int x = 1;
    list->next = n;
    __m128i a = _mm_add_epi32(_mm_set1_epi32(x), n->v);
    a = _mm_shuffle_epi32(a, _MM_SHUFFLE(0, 1, 2, 3));
    a = _mm_srli_si128(_mm_slli_si128(a, 4), 4);
    _mm_store_si128(&list->v, a);
    _mm_prefetch((const char *)n, _MM_HINT_T0);
    _mm_pause();
    unsigned processor;
    return __rdtsc() <= __rdtscp(&processor) ? _mm_extract_epi16(a, 0) : 0;
}

#ifdef __SSE4_2__
int of_sse4(const char *s, __m128i a)
{
    __m128i b = _mm_loadu_si128((const __m128i *)s);
    return _mm_cmpistri(a, b, _SIDD_CMP_EQUAL_ANY)
        + _mm_extract_epi32(_mm_insert_epi32(a, 3, 1), 1)
        + _mm_cvtsi128_si32(_mm_blend_epi16(a, b, 5));
}
#endif
#ifdef __AVX__
__m256d of_avx(const double *p, __m256d a)
{
    a = _mm256_permute_pd(_mm256_insertf128_pd(a, _mm_loadu_pd(p), 1), 5);
    return _mm256_cmp_pd(a, _mm256_blend_pd(a, a, 2), _CMP_LT_OQ);
}
#endif
#ifdef __AVX2__
__m256i of_avx2(const int *p, __m256i i)
{
    i = _mm256_permute4x64_epi64(_mm256_i32gather_epi32(p, i, 4), 0x1b);
    return _mm256_alignr_epi8(i, _mm256_srli_si256(i, 2), 3);
}
#endif
#ifdef __AVX512F__
__m512i of_avx512(int *p, __m512i a, __mmask16 m)
{
    _mm512_mask_i32scatter_epi32(p, m, a, a, 4);
    a = _mm512_mask_shuffle_epi32(a, m, a, _MM_PERM_ABCD);
    m = _mm512_cmp_epi32_mask(a, a, _MM_CMPINT_LE);
    return _mm512_ternarylogic_epi64(_mm512_maskz_add_epi32(m, a, a), a, a, 7);
}
#endif
#ifdef __RTM__
int of_rtm(void) { return _xbegin() == _XBEGIN_STARTED ? _xtest() : 0; }
#endif

int main(void)
{
    struct node *n = aligned_alloc(16, sizeof *n);
    list = aligned_alloc(16, sizeof *list);
    n->v = _mm_set1_epi32(41);
    return in_node(n) != 42 || list->next != n;
}
