// Dot products of a query with rows of signed bytes. The including file defines code_dot, the sum over k of
// row[k] * query[k]; all sums are exact, so that every instruction set gives the same result.

static void code_scores(const int8_t *rows, const float *scales, size_t count, size_t dimension, const int16_t *query,
                        float query_scale, float *scores)
{
    for (size_t i = 0; i < count; i++) {
        scores[i] = (float)code_dot(rows + i * dimension, query, dimension) * (scales[i] * query_scale);
    }
}
