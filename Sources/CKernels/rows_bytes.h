// Activations and weights as bytes. Each row of a slab has a scale of its own. Before they are rounded, rows are turned
// by a Hadamard matrix: it keeps every dot product, and spreads the few features that are much larger than the rest,
// whose size the scale would otherwise have to follow.

// A row of activations: what a byte is worth, and what weights being above zero by 128 adds to each of its sums.
typedef struct {
    float scale;
    int32_t offset;
} row_factor;

// Registers of a block of features that are turned together.
#define TURNED 8

// The sums and differences of lanes whose numbers differ in one bit.
#define TURN_LANES(value, swapped, negative)                                                                           \
    ((value) = _mm512_add_ps((swapped), _mm512_mask_sub_ps((value), (negative), _mm512_setzero_ps(), (value))))

// Turns a block of `count` registers, a power of 2 up to TURNED; unscaled, so that dot products grow by the block's
// features. Returns their largest magnitudes.
INLINE __m512 turn_block(const float *values, size_t count, float *result)
{
    __m512 block[TURNED];
    __m512 largest = _mm512_setzero_ps();
#pragma clang loop unroll(full)
    for (size_t i = 0; i < count; i++) {
        block[i] = _mm512_loadu_ps(values + i * LANES);
    }
#pragma clang loop unroll(full)
    for (size_t distance = 1; distance < count; distance *= 2) {
#pragma clang loop unroll(full)
        for (size_t i = 0; i < count; i++) {
            if ((i & distance) == 0) {
                const __m512 first = block[i];
                block[i] = first + block[i + distance];
                block[i + distance] = first - block[i + distance];
            }
        }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < count; i++) {
        __m512 value = block[i];
        TURN_LANES(value, _mm512_permute_ps(value, 0xB1), 0xAAAA);
        TURN_LANES(value, _mm512_permute_ps(value, 0x4E), 0xCCCC);
        TURN_LANES(value, _mm512_shuffle_f32x4(value, value, 0xB1), 0xF0F0);
        TURN_LANES(value, _mm512_shuffle_f32x4(value, value, 0x4E), 0xFF00);
        _mm512_store_ps(result + i * LANES, value);
        largest = _mm512_max_ps(largest, _mm512_abs_ps(value));
    }
    return largest;
}

// The features that are turned together.
INLINE size_t turned(size_t depth) { return depth % (TURNED * LANES) == 0 ? TURNED * LANES : 2 * LANES; }

// Turns a row of a slab and returns its largest magnitude.
INLINE float turn(const float *values, size_t depth, float *result)
{
    __m512 largest = _mm512_setzero_ps();
    if (turned(depth) == TURNED * LANES) {
        for (size_t start = 0; start < depth; start += TURNED * LANES) {
            largest = _mm512_max_ps(largest, turn_block(values + start, TURNED, result + start));
        }
    } else {
        for (size_t start = 0; start < depth; start += 2 * LANES) {
            largest = _mm512_max_ps(largest, turn_block(values + start, 2, result + start));
        }
    }
    return _mm512_reduce_max_ps(largest);
}

// A row of a slab as bytes.
INLINE row_factor to_bytes(const float *values, size_t depth, int8_t *bytes)
{
    float row[SLAB] __attribute__((aligned(64)));
    const float largest = turn(values, depth, row);
    const float inverse = largest > 0.0f ? 127.0f / largest : 0.0f;
    __m512i sum = _mm512_setzero_si512();
    for (size_t f = 0; f < depth; f += LANES) {
        const __m512i value = _mm512_cvtps_epi32(_mm512_load_ps(row + f) * inverse);
        sum = _mm512_add_epi32(sum, value);
        _mm_store_si128((__m128i *)(bytes + f), _mm512_cvtsepi32_epi8(value));
    }
    return (row_factor){largest / 127.0f, -128 * _mm512_reduce_add_epi32(sum)};
}

// The part of a row of weights that lies in a slab, as bytes of its place in a panel; returns what a byte is worth.
INLINE float weights_to_bytes(const float *weights, size_t depth, uint8_t *bytes)
{
    float row[SLAB] __attribute__((aligned(64)));
    const float largest = turn(weights, depth, row);
    const float inverse = largest > 0.0f ? 127.0f / largest : 0.0f;
    for (size_t f = 0; f < depth; f += LANES) {
        const __m512i value = _mm512_cvtps_epi32(_mm512_load_ps(row + f) * inverse);
        uint8_t four[LANES];
        _mm_storeu_si128((__m128i *)four, _mm512_cvtepi32_epi8(_mm512_add_epi32(value, _mm512_set1_epi32(128))));
        for (size_t i = 0; i < LANES; i += 4) {
            __builtin_memcpy(bytes + (f + i) * PANEL, four + i, 4);
        }
    }
    return largest / (127.0f * (float)turned(depth));
}
