// One register tile: TILE_ROWS rows of activations times a panel of weights, of two registers for each step. Included
// by rows_product.h once per number of rows. The steps are spelled out by macros, not by loops over arrays, so
// that an unoptimised build keeps a bearable speed. The including file defines
//   TILE_NAME            the function
//   TILE_ROWS            enumerates the rows
//   PRODUCT_INPUT        a value of the activations; PRODUCT_WEIGHT, a value of the weights
//   PRODUCT_SUM          a register of sums, START_SUM(r, v) its first value
//   PRODUCT_STEP         values of a row that one step multiplies
//   LOAD_WEIGHTS(v)      the weights of a step and register
//   SPREAD(r)            the values of a row for a step, in all lanes
//   ADD_PRODUCT(r, v)    adds their product to a sum
//   STORE_SUM(r, v)      writes a sum out

#define START_ROW(r) PRODUCT_SUM sum_##r##_0 = START_SUM(r, 0), sum_##r##_1 = START_SUM(r, 1);
#define MULTIPLY_ROW(r)                                                                                                \
    {                                                                                                                  \
        SPREAD(r)                                                                                                      \
        ADD_PRODUCT(r, 0)                                                                                              \
        ADD_PRODUCT(r, 1)                                                                                              \
    }
#define STORE_ROW(r) STORE_SUM(r, 0) STORE_SUM(r, 1)

static void TILE_NAME(product_operands operands)
{
    const PRODUCT_INPUT *input = operands.inputs;
    const PRODUCT_WEIGHT *weight = operands.weights;
    const size_t stride = operands.input_stride;
    TILE_ROWS(START_ROW)
    for (size_t k = 0; k < operands.depth; k += PRODUCT_STEP) {
        if (operands.fetches) {
            // Integers, because they may lie beyond the weights; fetching there is harmless, pointing there is not.
            __builtin_prefetch((const void *)((uintptr_t)weight + FETCHED_AHEAD));
            __builtin_prefetch((const void *)((uintptr_t)weight + FETCHED_AHEAD + 64));
        }
        LOAD_WEIGHTS(0)
        LOAD_WEIGHTS(1)
        TILE_ROWS(MULTIPLY_ROW)
        weight += PRODUCT_STEP * PANEL;
        input += PRODUCT_STEP;
    }
    TILE_ROWS(STORE_ROW)
}

#undef START_ROW
#undef MULTIPLY_ROW
#undef STORE_ROW
#undef TILE_NAME
#undef TILE_ROWS
