#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Attributes, not compiler flags, choose the instructions, so that one binary serves every processor.
#pragma clang attribute push(                                                                                          \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)

static inline int32_t code_dot(const int8_t *row, const int16_t *query, size_t dimension)
{
    __m512i even = _mm512_setzero_si512();
    __m512i odd = _mm512_setzero_si512();
    size_t k = 0;
    for (; k + 64 <= dimension; k += 64) {
        const __m512i first = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(row + k)));
        const __m512i second = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(row + k + 32)));
        even = _mm512_add_epi32(even, _mm512_madd_epi16(first, _mm512_loadu_si512(query + k)));
        odd = _mm512_add_epi32(odd, _mm512_madd_epi16(second, _mm512_loadu_si512(query + k + 32)));
    }
    int32_t sum = _mm512_reduce_add_epi32(_mm512_add_epi32(even, odd));
    for (; k < dimension; k++) {
        sum += row[k] * query[k];
    }
    return sum;
}

#define LANES 16
#define LINEAR_ROWS 12
#define LINEAR_ROW_LIST ROWS_12
#define ATTENTION_ROWS 16
#define ATTENTION_ROW_LIST ROWS_16
#define PANEL_VECTORS VECTORS_1
#define PAIRS_OF_PANELS 1
#include "kernels.h"

#pragma clang attribute pop

const ckernels_set *ckernels_avx512(void)
{
    __builtin_cpu_init();
    const int offered = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                        __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return offered ? &kernels : NULL;
}

#else

const ckernels_set *ckernels_avx512(void)
{
    return NULL;
}

#endif
