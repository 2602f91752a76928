// One register tile: TILE_ROWS rows of weights times TILE_VECTORS registers of inputs, summed over `depth`. Included by
// kernels.h once per shape. The steps are spelled out by macros, not by loops over arrays, so that an unoptimised build
// keeps a bearable speed.

#define SUM_AT(r, v) (outputs + (r) * WIDTH + VECTOR_OFFSET(v, output_stride))

#define START_SUM(r, v) lanes sum_##r##_##v = continues ? load(SUM_AT(r, v)) : splat(bias == NULL ? 0.0f : bias[r]);
#define LOAD_INPUT(r, v) const lanes input_##v = load(input + VECTOR_OFFSET(v, input_stride));
#define ADD_PRODUCT(r, v) sum_##r##_##v += input_##v * factor;
#define STORE_SUM(r, v) store(SUM_AT(r, v), sum_##r##_##v);

#define START_ROW(r) TILE_VECTORS(START_SUM, r)
#define MULTIPLY_ROW(r)                                                                                                \
    {                                                                                                                  \
        const float factor = weight[(r) * row_stride];                                                                 \
        TILE_VECTORS(ADD_PRODUCT, r)                                                                                   \
    }
// An integer, because the address may lie beyond the weights; fetching there is harmless, pointing there is not.
#define FETCH_ROW(r)                                                                                                   \
    __builtin_prefetch((const void *)((uintptr_t)weight + ((r) + LINEAR_ROWS) * row_stride * sizeof(float)));
#define STORE_ROW(r) TILE_VECTORS(STORE_SUM, r)

// The weight of row r at depth k is weights[r * row_stride + k * depth_stride]. With `continues`, the sums start from
// what stands in the outputs, else from the bias, which may be NULL. With `fetches`, the cache is told to expect the
// rows after this tile's.
INLINE void TILE_NAME(const float *weights, size_t row_stride, size_t depth_stride, size_t depth, const float *bias,
                      const float *inputs, size_t input_stride, float *outputs, size_t output_stride, int continues,
                      int fetches)
{
    (void)input_stride;
    (void)output_stride;
    TILE_ROWS(START_ROW)
    const float *weight = weights;
    const float *input = inputs;
    for (size_t k = 0; k < depth; k++) {
        if (fetches && k % FLOATS_PER_CACHE_LINE == 0) {
            TILE_ROWS(FETCH_ROW)
        }
        TILE_VECTORS(LOAD_INPUT, 0)
        TILE_ROWS(MULTIPLY_ROW)
        weight += depth_stride;
        input += WIDTH;
    }
    TILE_ROWS(STORE_ROW)
}

#undef SUM_AT
#undef START_SUM
#undef LOAD_INPUT
#undef ADD_PRODUCT
#undef STORE_SUM
#undef START_ROW
#undef MULTIPLY_ROW
#undef FETCH_ROW
#undef STORE_ROW
#undef TILE_NAME
#undef TILE_ROWS
#undef TILE_VECTORS
