// Dot products of a query with rows of signed bytes, and with the signs of such rows alone. The including file defines
//   prepared         a query in the form its instructions want
//   prepare          makes one of int16 values
//   code_sum         the sum over k of row[k] * query[k]
//   code_sums        the same of four rows that follow each other
//   sign_sum         the sum of the query's values where a bit is set; `words` of 64 bits
//   sign_sums        the same of four rows that follow each other
//   sign_word        the signs of up to 64 bytes: a bit is set where the byte is not negative
// All sums are exact, so that every instruction set gives the same result.

static void code_scores(const int8_t *rows, const float *scales, size_t count, size_t dimension, const int16_t *query,
                        float query_scale, float *scores)
{
    prepared own;
    prepare(&own, query, dimension);
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        int32_t sums[4];
        code_sums(rows + i * dimension, &own, dimension, sums);
        for (size_t row = 0; row < 4; row++) {
            scores[i + row] = (float)sums[row] * (scales[i + row] * query_scale);
        }
    }
    for (; i < count; i++) {
        scores[i] = (float)code_sum(rows + i * dimension, &own, dimension) * (scales[i] * query_scale);
    }
}

// How many rows ahead of the one in work the cache is told of: they lie anywhere in memory.
#define FETCHED_ROWS 8

static void code_scores_at(const int8_t *rows, const float *scales, const uint32_t *places, size_t count,
                           size_t dimension, const int16_t *query, float query_scale, float *scores)
{
    prepared own;
    prepare(&own, query, dimension);
    for (size_t i = 0; i < count; i++) {
        if (i + FETCHED_ROWS < count) {
            const int8_t *next = rows + places[i + FETCHED_ROWS] * dimension;
            for (size_t k = 0; k < dimension; k += 64) {
                __builtin_prefetch(next + k);
            }
        }
        const uint32_t place = places[i];
        scores[i] = (float)code_sum(rows + place * dimension, &own, dimension) * (scales[place] * query_scale);
    }
}

static void sign_scores(const uint64_t *signs, const float *factors, size_t count, size_t words, const int8_t *query,
                        float query_scale, float *scores)
{
    int32_t total = 0;
    for (size_t k = 0; k < words * 64; k++) {
        total += query[k];
    }
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        int32_t sums[4];
        sign_sums(signs + i * words, query, words, sums);
        for (size_t row = 0; row < 4; row++) {
            scores[i + row] = (float)(2 * sums[row] - total) * (factors[i + row] * query_scale);
        }
    }
    for (; i < count; i++) {
        scores[i] = (float)(2 * sign_sum(signs + i * words, query, words) - total) * (factors[i] * query_scale);
    }
}

static void signs_of_codes(const int8_t *rows, const float *scales, size_t count, size_t dimension, uint64_t *signs,
                           float *factors)
{
    const size_t words = (dimension + 63) / 64;
    for (size_t i = 0; i < count; i++) {
        const int8_t *row = rows + i * dimension;
        int32_t squares = 0;
        int32_t sizes = 0;
        for (size_t k = 0; k < dimension; k++) {
            squares += row[k] * row[k];
            sizes += row[k] < 0 ? -row[k] : row[k];
        }
        for (size_t word = 0; word < words; word++) {
            const size_t rest = dimension - word * 64;
            signs[i * words + word] = sign_word(row + word * 64, rest < 64 ? rest : 64);
        }
        factors[i] = sizes > 0 ? scales[i] * (float)squares / (float)sizes : 0.0f;
    }
}

static const ckernels_codes kernels = {code_scores, code_scores_at, sign_scores, signs_of_codes};
