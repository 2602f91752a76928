// The arithmetic around the products of the tile kernels: activation, exponential, and values as bfloat16 terms. Included
// where AVX-512 is switched on.

#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))

// 16-bit values of a tile: 16 rows of 32.
#define TILE 512
#define WIDTH CKERNELS_PANEL_WIDTH
#define BLOCK CKERNELS_TILE_FEATURES

// Bits of a value whose upper half is the nearest bfloat16.
INLINE __m512i rounded(__m512 value)
{
    return _mm512_add_epi32(_mm512_castps_si512(value), _mm512_set1_epi32(0x8000));
}

// The upper halves of two vectors, one in the lower, one in the upper half of each lane.
INLINE __m512i paired(__m512i low, __m512i high)
{
    return _mm512_mask_blend_epi16(0xAAAAAAAA, _mm512_srli_epi32(low, 16), high);
}

// What a bfloat16 leaves of a value.
INLINE __m512 remainder_of(__m512 value, __m512i bits)
{
    return value - _mm512_castsi512_ps(_mm512_and_si512(bits, _mm512_set1_epi32((int)0xFFFF0000)));
}

// Two vectors as pairs of bfloat16: first terms, and with two terms also second ones.
INLINE void split(__m512 low, __m512 high, int terms, __m512i *first, __m512i *second)
{
    const __m512i low_bits = rounded(low);
    const __m512i high_bits = rounded(high);
    *first = paired(low_bits, high_bits);
    if (terms == 2) {
        *second = paired(rounded(remainder_of(low, low_bits)), rounded(remainder_of(high, high_bits)));
    }
}

// Rows become columns, 16 by 16 lanes.
INLINE void transpose(__m512i *rows)
{
    __m512i parts[16];
#pragma clang loop unroll(full)
    for (int g = 0; g < 16; g += 4) {
        const __m512i low_0 = _mm512_unpacklo_epi32(rows[g], rows[g + 1]);
        const __m512i high_0 = _mm512_unpackhi_epi32(rows[g], rows[g + 1]);
        const __m512i low_1 = _mm512_unpacklo_epi32(rows[g + 2], rows[g + 3]);
        const __m512i high_1 = _mm512_unpackhi_epi32(rows[g + 2], rows[g + 3]);
        parts[g] = _mm512_unpacklo_epi64(low_0, low_1);
        parts[g + 1] = _mm512_unpackhi_epi64(low_0, low_1);
        parts[g + 2] = _mm512_unpacklo_epi64(high_0, high_1);
        parts[g + 3] = _mm512_unpackhi_epi64(high_0, high_1);
    }
    // Quarter q of parts[4g + c] now holds column 4q + c of rows 4g..<4g+4.
#pragma clang loop unroll(full)
    for (int c = 0; c < 4; c++) {
        const __m512i even_0 = _mm512_shuffle_i32x4(parts[c], parts[4 + c], 0x88);
        const __m512i odd_0 = _mm512_shuffle_i32x4(parts[c], parts[4 + c], 0xDD);
        const __m512i even_1 = _mm512_shuffle_i32x4(parts[8 + c], parts[12 + c], 0x88);
        const __m512i odd_1 = _mm512_shuffle_i32x4(parts[8 + c], parts[12 + c], 0xDD);
        rows[c] = _mm512_shuffle_i32x4(even_0, even_1, 0x88);
        rows[4 + c] = _mm512_shuffle_i32x4(odd_0, odd_1, 0x88);
        rows[8 + c] = _mm512_shuffle_i32x4(even_0, even_1, 0xDD);
        rows[12 + c] = _mm512_shuffle_i32x4(odd_0, odd_1, 0xDD);
    }
}

// x * Phi(x), as in kernels.h; the quotient by an estimate of the reciprocal, which one step of Newton makes exact where
// two terms of the result are wanted.
INLINE __m512 gelu(__m512 value, int terms)
{
    const __m512 x = _mm512_min_ps(_mm512_max_ps(value, _mm512_set1_ps(-5.5f)), _mm512_set1_ps(5.5f));
    const __m512 square = x * x;
    __m512 p = square * 4.586297593e-08f + 1.260307579e-05f;
    p = p * square + 3.291359381e-04f;
    p = p * square + 9.302891966e-03f;
    p = p * square + 6.691668022e-02f;
    p = p * square + 7.978845476e-01f;
    __m512 q = square * 1.199034238e-06f + 7.216512774e-05f;
    q = q * square + 1.860612837e-03f;
    q = q * square + 2.841580843e-02f;
    q = q * square + 2.505340228e-01f;
    q = q * square + 1.0f;
    __m512 reciprocal = _mm512_rcp14_ps(q);
    if (terms == 2) {
        reciprocal = reciprocal * (2.0f - q * reciprocal);
    }
    const __m512 half = value * 0.5f;
    return half * (x * p * reciprocal) + half;
}

// 2 to the power of an exponent of at most 0; what is below -126 counts as that. 7.5e-8 relative; 7.5e-5 where one term is
// wanted.
INLINE __m512 power_of_2(__m512 exponent, int terms)
{
    const __m512 rounder = _mm512_set1_ps(12582912.0f);
    const __m512 bounded = _mm512_max_ps(exponent, _mm512_set1_ps(-126.0f));
    const __m512 shifted = bounded + rounder;
    const __m512 f = bounded - (shifted - rounder);
    __m512 power;
    if (terms == 2) {
        power = f * 1.327642434e-03f + 9.675540955e-03f;
        power = power * f + 5.550713421e-02f;
        power = power * f + 2.402211973e-01f;
        power = power * f + 6.931469670e-01f;
        power = power * f + 1.000000072e+00f;
    } else {
        power = f * 5.517166492e-02f + 2.426111219e-01f;
        power = power * f + 6.932609862e-01f;
        power = power * f + 9.999280736e-01f;
    }
    return _mm512_castsi512_ps(
        _mm512_add_epi32(_mm512_castps_si512(power), _mm512_slli_epi32(_mm512_castps_si512(shifted), 23)));
}
