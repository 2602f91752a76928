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

// MARK: - Bytes

// The kernels of one instruction set for rows of signed bytes, each worth a scale. Their sums are exact, for which
// |query[k]| * 127 * dimension must be below 2^31; all instruction sets give the same results. Nothing needs alignment
// beyond that of its type.
typedef struct {
    // scores[i] = scales[i] * query_scale * sum over k of rows[i * dimension + k] * query[k]
    void (*scores)(const int8_t *rows, const float *scales, size_t count, size_t dimension, const int16_t *query,
                   float query_scale, float *scores);

    // The same for some rows: scores[i] is that of the row at places[i].
    void (*scores_at)(const int8_t *rows, const float *scales, const uint32_t *places, size_t count, size_t dimension,
                      const int16_t *query, float query_scale, float *scores);

    // scores[i] = factors[i] * query_scale * (sum of query where a bit is set - sum of the rest); `words` of 64 bits make
    // up a row, and the query has a value for each bit.
    void (*sign_scores)(const uint64_t *signs, const float *factors, size_t count, size_t words, const int8_t *query,
                        float query_scale, float *scores);

    // Bits that are set where a value is not negative, in words that are filled up with clear ones, and the factors with
    // which sign_scores come nearest to the rows' own.
    void (*signs)(const int8_t *rows, const float *scales, size_t count, size_t dimension, uint64_t *signs,
                  float *factors);
} ckernels_codes;

// The kernels of an instruction set, or NULL where this processor lacks it.
const ckernels_codes *ckernels_codes_portable(void);
const ckernels_codes *ckernels_codes_avx2(void);
const ckernels_codes *ckernels_codes_avx512(void);

// MARK: - Options

// Numbers that the option kernels work on at once.
#define CKERNELS_OPTION_LANES 8

// How the early-exercise boundary of an American put with strike 1 is resolved. `nodes` is a multiple of eight up to 32,
// `points` at most 64. A node's time to expiration is years * root_times[node]²; `rows` are the weights that carry
// node values to the quadrature points: for each point and each node that is read, one for each node that is solved.
typedef struct {
    size_t nodes;
    size_t points;
    size_t sweeps;
    int is_fast;
    const double *root_times;
    const double *halves;
    const double *weights;
    const double *rows;
} ckernels_boundary_scheme;

// A quadrature over the time until exercise; `points` is a multiple of eight, `rows` holds for each node a weight for
// each point.
typedef struct {
    size_t points;
    const double *times;
    const double *weights;
    const double *rows;
} ckernels_premium_table;

// European options side by side, in arrays that are a multiple of eight long; sign is 1 for a call, -1 for a put.
typedef struct {
    const double *sign;
    const double *spot;
    const double *strike;
    const double *rate;
    const double *yield;
    const double *years;
    const double *volatility;
} ckernels_european;

// Where prices and sensitivities go.
typedef struct {
    double *price;
    double *delta;
    double *gamma;
    double *theta;
    double *vega;
    double *rho;
} ckernels_greeks;

// The option kernels of one instruction set. What they compute for one option does not depend on its neighbours.
typedef struct {
    // squares = ln(boundary / limit)² at the nodes; rate, volatility and years above 0. limit is min(1, rate / yield).
    void (*boundary)(const ckernels_boundary_scheme *scheme, double rate, double yield, double volatility, double years,
                     double *squares);

    // prepared = five rows of `points`: what the premium needs at every spot.
    void (*premium)(const ckernels_premium_table *table, size_t nodes, double rate, double yield, double volatility,
                    double years, const double *squares, double *prepared);

    // values = price, delta and gamma of the put at a spot above the boundary; the last two where `derivatives`.
    void (*put)(const double *prepared, size_t points, int is_fast, double rate, double yield, double volatility,
                double years, double spot, int derivatives, double *values);

    // Prices, and prices with sensitivities; NaN where an option needs more care than is taken here. `count` is a
    // multiple of eight.
    void (*european_prices)(const ckernels_european *options, size_t count, double *prices);
    void (*european_greeks)(const ckernels_european *options, size_t count, const ckernels_greeks *greeks);

    // Volatilities; NaN where there is none, or where more care is needed. options->volatility is not read.
    void (*european_volatilities)(const ckernels_european *options, const double *prices, size_t count,
                                  double *volatilities);
} ckernels_options;

// The option kernels of an instruction set, or NULL where this processor lacks it.
const ckernels_options *ckernels_options_portable(void);
const ckernels_options *ckernels_options_avx2(void);
const ckernels_options *ckernels_options_avx512(void);

// MARK: - Transformers

// A whole transformer encoder, by one of these:
//
// - a processor's matrix tiles. Sums are in single precision; the factors are one or two bfloat16 terms of each value: with
//   two (value = first + second, to 16 bits) the products of first and first, first and second, second and first are added
//   up, which leaves the error of single precision nearly as it is;
// - vectors of floats, over rows of tokens;
// - the same with weights and activations of the linear layers as bytes, whose products are added up exactly.
//
// Each sentence begins a panel of its own, so that what is computed for it does not depend on its neighbours, bit for bit.

// Features, inner features and the features of a head are multiples of this.
#define CKERNELS_TILE_FEATURES 32

// Rows of `depth` weights each; `packed` are the same as made by `pack`, or NULL.
typedef struct {
    const float *weights;
    const float *bias;
    const void *packed;
} ckernels_tile_linear;

typedef struct {
    const float *gain;
    const float *bias;
} ckernels_tile_norm;

typedef struct {
    // Query, key and value.
    ckernels_tile_linear projections[3];
    ckernels_tile_linear attention_output;
    ckernels_tile_norm attention_norm;
    ckernels_tile_linear up;
    ckernels_tile_linear down;
    ckernels_tile_norm output_norm;
} ckernels_tile_layer;

typedef struct {
    size_t features;
    size_t heads;
    // Features between the halves of a feed-forward layer.
    size_t inner_features;
    float epsilon;
    // bfloat16 terms of a value, where tiles are used: 1 or 2.
    size_t terms;
    const float *words;
    const float *positions;
    const float *segment;
    ckernels_tile_norm embedding_norm;
    const ckernels_tile_layer *layers;
    size_t layer_count;
} ckernels_tile_network;

// A sentence of `length` tokens that begins at lane 0 of a panel.
typedef struct {
    int32_t first_panel;
    int32_t length;
} ckernels_tile_sentence;

// One run of a batch. `ids` are panels * 16 words, negative where a lane is not used. `states` is the result, panels * 16 *
// features floats, in the order that the kernels choose. `memory` is what `memory` of the kernels asks for. Both are 64-byte
// aligned.
typedef struct {
    const ckernels_tile_network *network;
    const ckernels_tile_sentence *sentences;
    size_t sentence_count;
    size_t panels;
    const int32_t *ids;
    float *states;
    void *memory;
} ckernels_tile_batch;

// What two threads share to work on one batch.
typedef struct ckernels_tile_team ckernels_tile_team;

typedef struct {
    // Bytes of memory that a batch needs.
    size_t (*memory)(const ckernels_tile_network *network, size_t panels, size_t longest_sentence);

    // Bytes of packed weights, a multiple of 64. Rows and depth are multiples of 32.
    size_t (*packed_bytes)(size_t rows, size_t depth, size_t terms);

    // packed = weights as they are multiplied, in the order in which they are read; 64-byte aligned.
    void (*pack)(const float *weights, size_t rows, size_t depth, size_t terms, void *packed);

    // Computes a batch's states. With a team, another thread may call `help` meanwhile; it is not waited for.
    void (*run)(const ckernels_tile_batch *batch, ckernels_tile_team *team);

    // Takes part in the run of a team, until that is over; returns at once where it is.
    void (*help)(ckernels_tile_team *team);

    // sums = the sum of a sentence's states, feature by feature.
    void (*sum)(const float *states, size_t features, ckernels_tile_sentence sentence, float *sums);

    // rows = the states of a sentence's tokens, one after the other.
    void (*copy)(const float *states, size_t features, ckernels_tile_sentence sentence, float *rows);
} ckernels_tiles;

// The kernels for AMX with bfloat16, or NULL where the processor or the system lacks it.
const ckernels_tiles *ckernels_tiles_amx(void);

// The kernels over rows, in floats, or NULL where this processor lacks the instruction set.
const ckernels_tiles *ckernels_rows_avx2(void);
const ckernels_tiles *ckernels_rows_avx512(void);

// The kernels over rows, in bytes, or NULL where this processor lacks AVX-512 or its VNNI.
const ckernels_tiles *ckernels_rows_vnni(void);

// A team for one run, or NULL where memory is short; freed after both threads returned from it.
ckernels_tile_team *ckernels_tile_team_make(void);
void ckernels_tile_team_free(ckernels_tile_team *team);

#endif
