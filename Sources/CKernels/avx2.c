#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Attributes, not compiler flags, choose the instructions, so that one binary serves every processor.
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

static inline int32_t code_dot(const int8_t *row, const int16_t *query, size_t dimension)
{
    __m256i even = _mm256_setzero_si256();
    __m256i odd = _mm256_setzero_si256();
    size_t k = 0;
    for (; k + 32 <= dimension; k += 32) {
        const __m256i first = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(row + k)));
        const __m256i second = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(row + k + 16)));
        even = _mm256_add_epi32(even, _mm256_madd_epi16(first, _mm256_loadu_si256((const __m256i *)(query + k))));
        odd = _mm256_add_epi32(odd, _mm256_madd_epi16(second, _mm256_loadu_si256((const __m256i *)(query + k + 16))));
    }
    const __m256i both = _mm256_add_epi32(even, odd);
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4E));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0xB1));
    int32_t sum = _mm_cvtsi128_si32(four);
    for (; k < dimension; k++) {
        sum += row[k] * query[k];
    }
    return sum;
}

#define LANES 8
#define LINEAR_ROWS 6
#define LINEAR_ROW_LIST ROWS_6
#define ATTENTION_ROWS 4
#define ATTENTION_ROW_LIST ROWS_4
#define PANEL_VECTORS VECTORS_2
#define PAIRS_OF_PANELS 0
#include "kernels.h"

#pragma clang attribute pop

const ckernels_set *ckernels_avx2(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernels : NULL;
}

#else

const ckernels_set *ckernels_avx2(void)
{
    return NULL;
}

#endif
