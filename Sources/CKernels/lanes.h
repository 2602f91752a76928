// Vectors of LANES floats, a number that the including file chooses, and arithmetic that more than one kind of kernel
// needs. `quotient` is the including file's where it knows a faster one.

#define WIDTH CKERNELS_PANEL_WIDTH
#define INLINE static inline __attribute__((always_inline))

typedef float lanes __attribute__((vector_size(LANES * 4)));
typedef int32_t lane_bits __attribute__((vector_size(LANES * 4)));
// Rows of weights in a mapped file are aligned to a float and no more.
typedef float unaligned_lanes __attribute__((vector_size(LANES * 4), aligned(4)));

// Vectors pass through macros, not functions, where the register is wider than the calling convention knows.
#define load(address) (*(const lanes *)(address))
#define load_anywhere(address) (*(const unaligned_lanes *)(address))
#define store(address, value) (*(lanes *)(address) = (value))
#define splat(value) ((lanes){0} + (value))
#define bits_of(value) ((lane_bits)(value))
#define floats_of(value) ((lanes)(value))
#define choose(mask, yes, no) floats_of((bits_of(yes) & (mask)) | (bits_of(no) & ~(mask)))
#define larger(a, b) choose((a) > (b), a, b)
#define smaller(a, b) choose((a) < (b), a, b)

#define ROWS_1(M) M(0)
#define ROWS_2(M) M(0) M(1)
#define ROWS_3(M) M(0) M(1) M(2)
#define ROWS_4(M) ROWS_3(M) M(3)
#define ROWS_6(M) ROWS_4(M) M(4) M(5)
#define ROWS_8(M) ROWS_6(M) M(6) M(7)
#define ROWS_12(M) ROWS_8(M) M(8) M(9) M(10) M(11)
#define ROWS_16(M) ROWS_12(M) M(12) M(13) M(14) M(15)

#define VECTORS_1(M, r) M(r, 0)
#define VECTORS_2(M, r) M(r, 0) M(r, 1)
#define VECTORS_4(M, r) M(r, 0) M(r, 1) M(r, 2) M(r, 3)

// The sum of a vector's lanes.
INLINE float total(const lanes *sums)
{
    float result = 0;
    for (size_t lane = 0; lane < LANES; lane++) {
        result += (*sums)[lane];
    }
    return result;
}

#ifndef quotient
#define quotient(a, b) ((a) / (b))
#endif

// x * Phi(x). erf(x / sqrt 2) = x * P(x^2) / Q(x^2): a least-maximum-error fit on |x| <= 5.5 (1.7e-8 relative); beyond
// it the function is 1 to single precision. gelu(x) = x / 2 * (1 + erf(x / sqrt 2)).
INLINE lanes activated(lanes value)
{
    const lanes above = larger(value, splat(-5.5f));
    const lanes x = smaller(above, splat(5.5f));
    const lanes square = x * x;
    lanes p = square * 4.586297593e-08f + 1.260307579e-05f;
    p = p * square + 3.291359381e-04f;
    p = p * square + 9.302891966e-03f;
    p = p * square + 6.691668022e-02f;
    p = p * square + 7.978845476e-01f;
    lanes q = square * 1.199034238e-06f + 7.216512774e-05f;
    q = q * square + 1.860612837e-03f;
    q = q * square + 2.841580843e-02f;
    q = q * square + 2.505340228e-01f;
    q = q * square + 1.0f;
    return value * 0.5f * (quotient(x * p, q) + 1.0f);
}

// 2 to the power of an exponent of at most 0; what is below -126 counts as that. 7.5e-8 relative.
INLINE lanes power_of_two(lanes exponent)
{
    // Adding and subtracting 1.5 * 2^23 rounds to an integer, which the low bits of the sum then hold.
    const float rounder = 12582912.0f;
    const lanes bounded = larger(exponent, splat(-126.0f));
    const lanes shifted = bounded + rounder;
    const lanes f = bounded - (shifted - rounder);
    lanes power = f * 1.327642434e-03f + 9.675540955e-03f;
    power = power * f + 5.550713421e-02f;
    power = power * f + 2.402211973e-01f;
    power = power * f + 6.931469670e-01f;
    power = power * f + 1.000000072e+00f;
    return floats_of(bits_of(power) + (bits_of(shifted) << 23));
}

// The lower and the upper halves of two vectors, lane by lane in turn.
#if LANES == 16
#define interleave_low(a, b)                                                                                           \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define interleave_high(a, b)                                                                                          \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#elif LANES == 8
#define interleave_low(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define interleave_high(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#endif

#ifdef interleave_low
// Rows become columns: value `j` of row `i` goes to target[j * stride + i], for as many rows and values as there are
// lanes; the rows are `row_length` apart.
INLINE void transpose(const float *rows, size_t row_length, float *target, size_t stride)
{
    lanes values[LANES];
    lanes mixed[LANES];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < LANES; i++) {
        values[i] = load_anywhere(rows + i * row_length);
    }
    // Each round doubles how many rows' values stand side by side.
#pragma clang loop unroll(full)
    for (size_t distance = 1; distance < LANES; distance *= 2) {
#pragma clang loop unroll(full)
        for (size_t i = 0; i < LANES / 2; i++) {
            mixed[2 * i] = interleave_low(values[i], values[i + LANES / 2]);
            mixed[2 * i + 1] = interleave_high(values[i], values[i + LANES / 2]);
        }
#pragma clang loop unroll(full)
        for (size_t i = 0; i < LANES; i++) {
            values[i] = mixed[i];
        }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < LANES; i++) {
        store(target + i * stride, values[i]);
    }
}
#endif
