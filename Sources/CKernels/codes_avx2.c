#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

// Attributes, not compiler flags, choose the instructions, so that one binary serves every processor.
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

typedef struct {
    const int16_t *values;
} prepared;

static inline void prepare(prepared *own, const int16_t *query, size_t dimension)
{
    (void)dimension;
    own->values = query;
}

static inline int32_t total(__m256i sums)
{
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4E));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0xB1));
    return _mm_cvtsi128_si32(four);
}

static inline int32_t code_sum(const int8_t *row, const prepared *query, size_t dimension)
{
    const int16_t *values = query->values;
    __m256i even = _mm256_setzero_si256();
    __m256i odd = _mm256_setzero_si256();
    size_t k = 0;
    for (; k + 32 <= dimension; k += 32) {
        const __m256i first = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(row + k)));
        const __m256i second = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(row + k + 16)));
        even = _mm256_add_epi32(even, _mm256_madd_epi16(first, _mm256_loadu_si256((const __m256i *)(values + k))));
        odd = _mm256_add_epi32(odd, _mm256_madd_epi16(second, _mm256_loadu_si256((const __m256i *)(values + k + 16))));
    }
    int32_t sum = total(_mm256_add_epi32(even, odd));
    for (; k < dimension; k++) {
        sum += row[k] * values[k];
    }
    return sum;
}

static inline void code_sums(const int8_t *rows, const prepared *query, size_t dimension, int32_t *sums)
{
    for (size_t row = 0; row < 4; row++) {
        sums[row] = code_sum(rows + row * dimension, query, dimension);
    }
}

static inline int32_t sign_sum(const uint64_t *signs, const int8_t *query, size_t words)
{
    // Each of the 32 bits to a byte of its own: the byte that has it, then the bit in it.
    const __m256i bytes = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i bits = _mm256_set1_epi64x((long long)0x8040201008040201);
    const __m256i ones = _mm256_set1_epi8(1);
    __m256i sum = _mm256_setzero_si256();
    for (size_t half = 0; half < words * 2; half++) {
        int32_t own;
        memcpy(&own, (const char *)signs + half * 4, 4);
        const __m256i spread = _mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32(own), bytes), bits);
        const __m256i mask = _mm256_cmpeq_epi8(spread, bits);
        const __m256i values = _mm256_and_si256(mask, _mm256_loadu_si256((const __m256i *)(query + half * 32)));
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(ones, values), _mm256_set1_epi16(1)));
    }
    return total(sum);
}

static inline void sign_sums(const uint64_t *signs, const int8_t *query, size_t words, int32_t *sums)
{
    for (size_t row = 0; row < 4; row++) {
        sums[row] = sign_sum(signs + row * words, query, words);
    }
}

static inline uint64_t sign_word(const int8_t *row, size_t count)
{
    int8_t values[64];
    // What is not there is negative, so that its bit stays clear.
    memset(values, -1, sizeof values);
    memcpy(values, row, count);
    const int32_t low = _mm256_movemask_epi8(_mm256_loadu_si256((const __m256i *)values));
    const int32_t high = _mm256_movemask_epi8(_mm256_loadu_si256((const __m256i *)(values + 32)));
    return ~((uint64_t)(uint32_t)high << 32 | (uint32_t)low);
}

#include "codes.h"

#pragma clang attribute pop

const ckernels_codes *ckernels_codes_avx2(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernels : NULL;
}

#else

const ckernels_codes *ckernels_codes_avx2(void)
{
    return NULL;
}

#endif
