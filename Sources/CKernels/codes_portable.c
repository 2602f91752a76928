// Dot products of bytes for every processor.

#include "CKernels.h"

typedef struct {
    const int16_t *values;
} prepared;

static void prepare(prepared *own, const int16_t *query, size_t dimension)
{
    (void)dimension;
    own->values = query;
}

static int32_t code_sum(const int8_t *row, const prepared *query, size_t dimension)
{
    int32_t sum = 0;
    for (size_t k = 0; k < dimension; k++) {
        sum += row[k] * query->values[k];
    }
    return sum;
}

static void code_sums(const int8_t *rows, const prepared *query, size_t dimension, int32_t *sums)
{
    for (size_t row = 0; row < 4; row++) {
        sums[row] = code_sum(rows + row * dimension, query, dimension);
    }
}

static int32_t sign_sum(const uint64_t *signs, const int8_t *query, size_t words)
{
    int32_t sum = 0;
    for (size_t word = 0; word < words; word++) {
        for (size_t k = 0; k < 64; k++) {
            // All ones where the bit is set.
            const int32_t mask = -(int32_t)(signs[word] >> k & 1);
            sum += query[word * 64 + k] & mask;
        }
    }
    return sum;
}

static void sign_sums(const uint64_t *signs, const int8_t *query, size_t words, int32_t *sums)
{
    for (size_t row = 0; row < 4; row++) {
        sums[row] = sign_sum(signs + row * words, query, words);
    }
}

static uint64_t sign_word(const int8_t *row, size_t count)
{
    uint64_t word = 0;
    for (size_t k = 0; k < count; k++) {
        word |= (uint64_t)(row[k] >= 0) << k;
    }
    return word;
}

#include "codes.h"

const ckernels_codes *ckernels_codes_portable(void)
{
    return &kernels;
}
