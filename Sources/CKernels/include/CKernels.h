#ifndef MAGNUS_CKERNELS_H
#define MAGNUS_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// A panel holds sixteen vectors side by side: feature `f` of vector `v` is at `f * 16 + v`. The kernels work on all
// sixteen at once without a shuffle, and what they compute for one vector never depends on the other fifteen.
#define CKERNELS_PANEL_WIDTH 16

// The positions a vector attends to, `first..<end`, counted over all panels.
typedef struct {
    int32_t first;
    int32_t end;
} ckernels_span;

// The kernels of one instruction set. Panels are 64-byte aligned; weights, rows and queries need only the alignment of
// a float. Strides are the distance from one panel to the next, in floats.
typedef struct {
    // outputs[r] = bias[r] + sum over k of weights[r * depth + k] * inputs[k], for each panel.
    void (*linear)(const float *weights, const float *bias, size_t rows, size_t depth, const float *inputs,
                   size_t input_stride, size_t panels, float *outputs, size_t output_stride);

    // values += addends, then each vector is brought to mean 0 and variance 1, times gain, plus bias. `addends` may be
    // NULL.
    void (*layer_norm)(float *values, const float *addends, size_t features, size_t panels, const float *gain,
                       const float *bias, float epsilon);

    // values = values * Phi(values), Phi being the normal distribution function; `count` is a multiple of sixteen.
    void (*gelu)(float *values, size_t count);

    // Scaled dot-product attention. A panel of `projections` holds queries, then keys, then values, each of
    // heads * head_size features; a panel of `outputs` holds heads * head_size. `spans` has an entry for each of the
    // panels * 16 positions, none of them empty; `scratch` is panels * 16 * 16 floats.
    void (*attention)(const float *projections, size_t panels, size_t heads, size_t head_size,
                      const ckernels_span *spans, float *scratch, float *outputs);

    // scores[i] = sum over k of rows[i * dimension + k] * query[k]
    void (*scores)(const float *rows, size_t count, size_t dimension, const float *query, float *scores);
} ckernels_set;

// The kernels of an instruction set, or NULL where this processor lacks it.
const ckernels_set *ckernels_portable(void);
const ckernels_set *ckernels_avx2(void);
const ckernels_set *ckernels_avx512(void);

#endif
