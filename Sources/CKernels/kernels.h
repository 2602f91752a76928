// The kernels, written once with vector types and compiled once per instruction set. The including file chooses
//   LANES              floats in a register
//   LINEAR_ROWS        rows of weights in a register tile, and LINEAR_ROW_LIST to enumerate them
//   ATTENTION_ROWS     the same for attention; divides 16
//   PANEL_VECTORS      enumerates the registers that make up a panel, 16 / LANES of them
//   PAIRS_OF_PANELS    whether a tile of the linear kernel spans two panels (only where a panel is one register)

#include "CKernels.h"
#include "lanes.h"

#define PARTS (WIDTH / LANES)
#define FLOATS_PER_CACHE_LINE 16

// Within one panel, register v follows register v - 1.
#define VECTOR_OFFSET(v, stride) ((v) * LANES)

#define TILE_NAME linear_tile
#define TILE_ROWS LINEAR_ROW_LIST
#define TILE_VECTORS PANEL_VECTORS
#include "tile.h"

#define TILE_NAME linear_single_row
#define TILE_ROWS ROWS_1
#define TILE_VECTORS PANEL_VECTORS
#include "tile.h"

#define TILE_NAME attention_tile
#define TILE_ROWS ATTENTION_ROW_LIST
#define TILE_VECTORS PANEL_VECTORS
#include "tile.h"

#if PAIRS_OF_PANELS
#undef VECTOR_OFFSET
#define VECTOR_OFFSET(v, stride) ((v) * (stride))

#define TILE_NAME linear_tile_pair
#define TILE_ROWS LINEAR_ROW_LIST
#define TILE_VECTORS VECTORS_2
#include "tile.h"
#endif

// Panels whose inputs stay in the second-level cache while all rows of weights pass by.
#define LINEAR_BLOCK 8

// With few panels, waiting for weights takes longer than using them. Rows that cross pages often defeat the processor's
// own foresight; long ones do not.
#define FETCHED_PANELS 2
#define FETCHED_DEPTH 512

static void linear_block(const float *weights, const float *bias, size_t rows, size_t depth, const float *inputs,
                         size_t input_stride, size_t panels, float *outputs, size_t output_stride)
{
    const int fetches = panels <= FETCHED_PANELS && depth <= FETCHED_DEPTH;
    size_t row = 0;
    for (; row + LINEAR_ROWS <= rows; row += LINEAR_ROWS) {
        const float *row_weights = weights + row * depth;
        size_t panel = 0;
#if PAIRS_OF_PANELS
        for (; panel + 2 <= panels; panel += 2) {
            linear_tile_pair(row_weights, depth, 1, depth, bias + row, inputs + panel * input_stride, input_stride,
                             outputs + panel * output_stride + row * WIDTH, output_stride, 0, fetches);
        }
#endif
        for (; panel < panels; panel++) {
            linear_tile(row_weights, depth, 1, depth, bias + row, inputs + panel * input_stride, input_stride,
                        outputs + panel * output_stride + row * WIDTH, output_stride, 0, fetches);
        }
    }
    for (; row < rows; row++) {
        for (size_t panel = 0; panel < panels; panel++) {
            linear_single_row(weights + row * depth, depth, 1, depth, bias + row, inputs + panel * input_stride,
                              input_stride, outputs + panel * output_stride + row * WIDTH, output_stride, 0, 0);
        }
    }
}

static void linear(const float *weights, const float *bias, size_t rows, size_t depth, const float *inputs,
                   size_t input_stride, size_t panels, float *outputs, size_t output_stride)
{
    for (size_t first = 0; first < panels; first += LINEAR_BLOCK) {
        const size_t left = panels - first;
        linear_block(weights, bias, rows, depth, inputs + first * input_stride, input_stride,
                     left < LINEAR_BLOCK ? left : LINEAR_BLOCK, outputs + first * output_stride, output_stride);
    }
}

static void layer_norm(float *values, const float *addends, size_t features, size_t panels, const float *gain,
                       const float *bias, float epsilon)
{
    const float share = 1.0f / (float)features;
    for (size_t panel = 0; panel < panels; panel++) {
        for (size_t part = 0; part < PARTS; part++) {
            float *column = values + panel * features * WIDTH + part * LANES;
            lanes sum = splat(0.0f);
            if (addends != NULL) {
                const float *addend = addends + panel * features * WIDTH + part * LANES;
                for (size_t f = 0; f < features; f++) {
                    const lanes value = load(column + f * WIDTH) + load(addend + f * WIDTH);
                    store(column + f * WIDTH, value);
                    sum += value;
                }
            } else {
                for (size_t f = 0; f < features; f++) {
                    sum += load(column + f * WIDTH);
                }
            }
            const lanes mean = sum * share;
            lanes squares = splat(0.0f);
            for (size_t f = 0; f < features; f++) {
                const lanes deviation = load(column + f * WIDTH) - mean;
                squares += deviation * deviation;
            }
            const lanes scale = 1.0f / __builtin_elementwise_sqrt(squares * share + epsilon);
            for (size_t f = 0; f < features; f++) {
                const lanes value = (load(column + f * WIDTH) - mean) * scale;
                store(column + f * WIDTH, value * gain[f] + bias[f]);
            }
        }
    }
}

static void gelu(float *values, size_t count)
{
    for (size_t i = 0; i < count; i += LANES) {
        store(values + i, activated(load(values + i)));
    }
}

// A score no softmax lets through: far below any real one, yet finite, so that differences stay finite.
#define EXCLUDED (-1.0e30f)

// Overwrites the scores of one panel of keys that some of the queries may not attend to.
INLINE void exclude(float *scores, size_t first_key, const ckernels_span *spans)
{
    for (size_t key = 0; key < WIDTH; key++) {
        const int32_t position = (int32_t)(first_key + key);
        for (size_t lane = 0; lane < WIDTH; lane++) {
            if (position < spans[lane].first || position >= spans[lane].end) {
                scores[key * WIDTH + lane] = EXCLUDED;
            }
        }
    }
}

// Turns scores into exp(scale * (score - largest score)) over `keys` keys, and the sum of these into `sums`.
INLINE void soften(float *scores, size_t keys, float scale, float *sums)
{
    const float scale_base_2 = scale * 1.44269504f;
    for (size_t part = 0; part < PARTS; part++) {
        float *column = scores + part * LANES;
        lanes largest = load(column);
        for (size_t key = 1; key < keys; key++) {
            const lanes score = load(column + key * WIDTH);
            largest = larger(score, largest);
        }
        lanes sum = splat(0.0f);
        for (size_t key = 0; key < keys; key++) {
            const lanes exponent = (load(column + key * WIDTH) - largest) * scale_base_2;
            const lane_bits counts = exponent > -126.0f;
            const lanes power = floats_of(bits_of(power_of_two(exponent)) & counts);
            store(column + key * WIDTH, power);
            sum += power;
        }
        store(sums + part * LANES, sum);
    }
}

static void attention(const float *projections, size_t panels, size_t heads, size_t head_size,
                      const ckernels_span *spans, float *scratch, float *outputs)
{
    const size_t features = heads * head_size;
    const size_t stride = 3 * features * WIDTH;
    // The vector form, because the scalar one may call the C library.
    const float scale = (1.0f / __builtin_elementwise_sqrt(splat((float)head_size)))[0];
    for (size_t panel = 0; panel < panels; panel++) {
        const ckernels_span *own = spans + panel * WIDTH;
        ckernels_span any = own[0];
        ckernels_span all = own[0];
        for (size_t lane = 1; lane < WIDTH; lane++) {
            any.first = own[lane].first < any.first ? own[lane].first : any.first;
            any.end = own[lane].end > any.end ? own[lane].end : any.end;
            all.first = own[lane].first > all.first ? own[lane].first : all.first;
            all.end = own[lane].end < all.end ? own[lane].end : all.end;
        }
        const size_t first_panel = (size_t)any.first / WIDTH;
        const size_t end_panel = ((size_t)any.end + WIDTH - 1) / WIDTH;
        const size_t keys = (end_panel - first_panel) * WIDTH;
        for (size_t head = 0; head < heads; head++) {
            const float *queries = projections + panel * stride + head * head_size * WIDTH;
            for (size_t key_panel = first_panel; key_panel < end_panel; key_panel++) {
                const float *key_features = projections + key_panel * stride + (features + head * head_size) * WIDTH;
                float *scores = scratch + (key_panel - first_panel) * WIDTH * WIDTH;
                for (size_t key = 0; key < WIDTH; key += ATTENTION_ROWS) {
                    attention_tile(key_features + key, 1, WIDTH, head_size, NULL, queries, 0, scores + key * WIDTH, 0,
                                   0, 0);
                }
                const size_t first_key = key_panel * WIDTH;
                if ((int32_t)first_key < all.first || (int32_t)(first_key + WIDTH) > all.end) {
                    exclude(scores, first_key, own);
                }
            }
            float sums[WIDTH] __attribute__((aligned(64)));
            soften(scratch, keys, scale, sums);

            float *output = outputs + (panel * features + head * head_size) * WIDTH;
            for (size_t key_panel = first_panel; key_panel < end_panel; key_panel++) {
                const float *values = projections + key_panel * stride + (2 * features + head * head_size) * WIDTH;
                const float *shares = scratch + (key_panel - first_panel) * WIDTH * WIDTH;
                const int continues = key_panel != first_panel;
                size_t feature = 0;
                for (; feature + ATTENTION_ROWS <= head_size; feature += ATTENTION_ROWS) {
                    attention_tile(values + feature * WIDTH, WIDTH, 1, WIDTH, NULL, shares, 0,
                                   output + feature * WIDTH, 0, continues, 0);
                }
                for (; feature < head_size; feature++) {
                    linear_single_row(values + feature * WIDTH, WIDTH, 1, WIDTH, NULL, shares, 0,
                                      output + feature * WIDTH, 0, continues, 0);
                }
            }
            for (size_t part = 0; part < PARTS; part++) {
                const lanes weight = 1.0f / load(sums + part * LANES);
                for (size_t feature = 0; feature < head_size; feature++) {
                    float *address = output + feature * WIDTH + part * LANES;
                    store(address, load(address) * weight);
                }
            }
        }
    }
}

// Bytes ahead of the rows in work that the cache is told of: four rows are read side by side, and memory is slower than
// the products.
#define FETCHED_BYTES 8192

static void scores(const float *rows, size_t count, size_t dimension, const float *query, float *scores)
{
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const float *row_0 = rows + i * dimension;
        const float *row_1 = row_0 + dimension;
        const float *row_2 = row_1 + dimension;
        const float *row_3 = row_2 + dimension;
        lanes sum_0 = splat(0.0f);
        lanes sum_1 = splat(0.0f);
        lanes sum_2 = splat(0.0f);
        lanes sum_3 = splat(0.0f);
        size_t k = 0;
        for (; k + LANES <= dimension; k += LANES) {
            if (k % FLOATS_PER_CACHE_LINE == 0) {
                // Integers, because they may lie beyond the rows; fetching there is harmless, pointing there is not.
                const uintptr_t next = (uintptr_t)(row_0 + 4 * k) + FETCHED_BYTES;
                for (size_t line = 0; line < 4; line++) {
                    __builtin_prefetch((const void *)(next + line * FLOATS_PER_CACHE_LINE * sizeof(float)));
                }
            }
            const lanes factor = load_anywhere(query + k);
            sum_0 += load_anywhere(row_0 + k) * factor;
            sum_1 += load_anywhere(row_1 + k) * factor;
            sum_2 += load_anywhere(row_2 + k) * factor;
            sum_3 += load_anywhere(row_3 + k) * factor;
        }
        scores[i] = total(&sum_0);
        scores[i + 1] = total(&sum_1);
        scores[i + 2] = total(&sum_2);
        scores[i + 3] = total(&sum_3);
        for (; k < dimension; k++) {
            scores[i] += row_0[k] * query[k];
            scores[i + 1] += row_1[k] * query[k];
            scores[i + 2] += row_2[k] * query[k];
            scores[i + 3] += row_3[k] * query[k];
        }
    }
    for (; i < count; i++) {
        const float *row = rows + i * dimension;
        lanes sum = splat(0.0f);
        size_t k = 0;
        for (; k + LANES <= dimension; k += LANES) {
            sum += load_anywhere(row + k) * load_anywhere(query + k);
        }
        scores[i] = total(&sum);
        for (; k < dimension; k++) {
            scores[i] += row[k] * query[k];
        }
    }
}

static const ckernels_set kernels = {linear, layer_norm, gelu, attention, scores};
