#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Attributes, not compiler flags, choose the instructions, so that one binary serves every processor.
#pragma clang attribute push(                                                                                          \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), apply_to = function)

// A longer query is read as it is given.
#define LONGEST_SPLIT 4096
// Bytes ahead of the rows in work that the cache is told of.
#define FETCHED_BYTES 1024

// The instructions multiply bytes: a value of the query is 128 * high + low. They want one factor without a sign, for
// which rows are raised by 128; `excess` is what that adds to each sum.
typedef struct {
    int8_t high[LONGEST_SPLIT];
    int8_t low[LONGEST_SPLIT];
    uint32_t excess;
    const int16_t *values;
} prepared;

static inline void prepare(prepared *own, const int16_t *query, size_t dimension)
{
    own->values = query;
    own->excess = 0;
    if (dimension > LONGEST_SPLIT) {
        return;
    }
    for (size_t k = 0; k < (dimension + 63) / 64 * 64; k++) {
        const int32_t value = k < dimension ? query[k] : 0;
        const int32_t high = (value + 64) >> 7;
        own->high[k] = (int8_t)high;
        own->low[k] = (int8_t)(value - high * 128);
        own->excess += (uint32_t)value << 7;
    }
}

// Sums in sixteen parts, with the excess.
static inline __m512i parts(const int8_t *row, const prepared *query, size_t dimension)
{
    const __m512i raise = _mm512_set1_epi8((char)0x80);
    __m512i high = _mm512_setzero_si512();
    __m512i low = _mm512_setzero_si512();
    for (size_t k = 0; k < dimension; k += 64) {
        const size_t rest = dimension - k;
        const __m512i bytes =
            rest < 64 ? _mm512_maskz_loadu_epi8((1ULL << rest) - 1, row + k) : _mm512_loadu_si512(row + k);
        const __m512i raised = _mm512_xor_si512(bytes, raise);
        high = _mm512_dpbusd_epi32(high, raised, _mm512_loadu_si512(query->high + k));
        low = _mm512_dpbusd_epi32(low, raised, _mm512_loadu_si512(query->low + k));
    }
    return _mm512_add_epi32(_mm512_slli_epi32(high, 7), low);
}

// The sum of the parts of each of four rows.
static inline __m128i totals(__m512i first, __m512i second, __m512i third, __m512i fourth)
{
    const __m512i pair = _mm512_add_epi32(_mm512_unpacklo_epi32(first, second), _mm512_unpackhi_epi32(first, second));
    const __m512i other = _mm512_add_epi32(_mm512_unpacklo_epi32(third, fourth), _mm512_unpackhi_epi32(third, fourth));
    const __m512i all = _mm512_add_epi32(_mm512_unpacklo_epi64(pair, other), _mm512_unpackhi_epi64(pair, other));
    const __m256i half = _mm256_add_epi32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
    return _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

static int32_t long_sum(const int8_t *row, const int16_t *values, size_t dimension)
{
    int32_t sum = 0;
    for (size_t k = 0; k < dimension; k++) {
        sum += row[k] * values[k];
    }
    return sum;
}

static inline int32_t code_sum(const int8_t *row, const prepared *query, size_t dimension)
{
    if (dimension > LONGEST_SPLIT) {
        return long_sum(row, query->values, dimension);
    }
    // Where parts pass 32 bits they wrap, and the difference is right again.
    return (int32_t)((uint32_t)_mm512_reduce_add_epi32(parts(row, query, dimension)) - query->excess);
}

static inline void code_sums(const int8_t *rows, const prepared *query, size_t dimension, int32_t *sums)
{
    if (dimension > LONGEST_SPLIT) {
        for (size_t row = 0; row < 4; row++) {
            sums[row] = long_sum(rows + row * dimension, query->values, dimension);
        }
        return;
    }
    for (size_t k = 0; k < 4 * dimension; k += 64) {
        // An integer, because the address may lie beyond the rows; fetching there is harmless, pointing there is not.
        _mm_prefetch((const char *)((uintptr_t)rows + FETCHED_BYTES + k), _MM_HINT_T0);
    }
    const __m512i first = parts(rows, query, dimension);
    const __m512i second = parts(rows + dimension, query, dimension);
    const __m512i third = parts(rows + 2 * dimension, query, dimension);
    const __m512i fourth = parts(rows + 3 * dimension, query, dimension);
    const __m128i four = totals(first, second, third, fourth);
    _mm_storeu_si128((__m128i *)sums, _mm_sub_epi32(four, _mm_set1_epi32((int32_t)query->excess)));
}

static inline __m512i sign_parts(const uint64_t *signs, const int8_t *query, size_t words)
{
    const __m512i ones = _mm512_set1_epi8(1);
    __m512i sum = _mm512_setzero_si512();
    for (size_t word = 0; word < words; word++) {
        const __m512i set = _mm512_maskz_mov_epi8(signs[word], ones);
        sum = _mm512_dpbusd_epi32(sum, set, _mm512_loadu_si512(query + word * 64));
    }
    return sum;
}

static inline int32_t sign_sum(const uint64_t *signs, const int8_t *query, size_t words)
{
    return _mm512_reduce_add_epi32(sign_parts(signs, query, words));
}

static inline void sign_sums(const uint64_t *signs, const int8_t *query, size_t words, int32_t *sums)
{
    const __m128i four = totals(sign_parts(signs, query, words), sign_parts(signs + words, query, words),
                                sign_parts(signs + 2 * words, query, words),
                                sign_parts(signs + 3 * words, query, words));
    _mm_storeu_si128((__m128i *)sums, four);
}

static inline uint64_t sign_word(const int8_t *row, size_t count)
{
    const uint64_t there = count < 64 ? (1ULL << count) - 1 : ~0ULL;
    return ~_mm512_movepi8_mask(_mm512_maskz_loadu_epi8(there, row)) & there;
}

#include "codes.h"

#pragma clang attribute pop

// Without the products of bytes (VNNI), the kernels for AVX2 are as good.
const ckernels_codes *ckernels_codes_avx512(void)
{
    __builtin_cpu_init();
    const int has_products = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                             __builtin_cpu_supports("avx512vnni");
    return has_products ? &kernels : ckernels_codes_avx2();
}

#else

const ckernels_codes *ckernels_codes_avx512(void)
{
    return NULL;
}

#endif
