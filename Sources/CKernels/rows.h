// A transformer over rows of tokens, its weights in panels of two registers: a product is made of a few rows and a
// panel, each value of the activations in all lanes. Written once with vector types and compiled once per instruction
// set. The including file chooses
//   LANES          floats in a register
//   ROWS_AT_ONCE   rows of a register tile: 6 or 12
//   OF_BYTES       whether weights and activations of the linear layers are bytes; attention is in floats always
//
// What is computed for a row depends on nothing but its own sentence, bit for bit: each sum has one order, whatever the
// rows beside it.

#include "CKernels.h"
#include "lanes.h"
#include "tiles_team.h"

#define PANEL (2 * LANES)

// Features whose products are added up before they join the others, and which share a scale where they are bytes; a
// fixed number, so that results do not depend on how a batch is worked on.
#define SLAB 384

// With so few rows all inner features are computed before they are used, for that takes fewer steps, and weights are
// waited for longer than they are used.
#define FEW_ROWS 32

// Bytes ahead of the weights in use that the cache is told of.
#define FETCHED_AHEAD 2048

INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

INLINE size_t slabs_of(size_t features) { return (features + SLAB - 1) / SLAB; }

// MARK: Products

typedef struct {
    const void *inputs;
    size_t input_stride;
    const void *weights;
    size_t depth;
    // Where the sums go, row by row; added to what stands there where `continues`.
    float *sums;
    size_t sum_stride;
    int continues;
    int fetches;
    // Of bytes only: a factor for each row, and one for each weight of the panel.
    const void *row_factors;
    const float *scales;
} product_operands;

#define SUM_AT(r, v) (operands.sums + (r) * operands.sum_stride + (v) * LANES)

#define PRODUCT_NAME(rows) float_product_##rows
#define PRODUCT_INPUT float
#define PRODUCT_WEIGHT float
#define PRODUCT_SUM lanes
#define PRODUCT_STEP 1
#define START_SUM(r, v) (operands.continues ? load(SUM_AT(r, v)) : splat(0.0f))
#define LOAD_WEIGHTS(v) const lanes weight_##v = load(weight + (v) * LANES);
#define SPREAD(r) const float factor = input[(r) * stride];
#define ADD_PRODUCT(r, v) sum_##r##_##v += weight_##v * factor;
#define STORE_SUM(r, v) store(SUM_AT(r, v), sum_##r##_##v);
#include "rows_product.h"

#if OF_BYTES
#include "rows_bytes.h"

typedef int8_t input_value;
typedef uint8_t weight_value;

#define PRODUCT_NAME(rows) byte_product_##rows
#define PRODUCT_INPUT int8_t
#define PRODUCT_WEIGHT uint8_t
#define PRODUCT_SUM __m512i
#define PRODUCT_STEP 4
#define START_SUM(r, v) _mm512_set1_epi32(((const row_factor *)operands.row_factors)[r].offset)
#define LOAD_WEIGHTS(v) const __m512i weight_##v = _mm512_load_si512(weight + (v) * 4 * LANES);
#define SPREAD(r)                                                                                                      \
    int32_t four;                                                                                                      \
    __builtin_memcpy(&four, input + (r) * stride, 4);                                                                  \
    const __m512i factor = _mm512_set1_epi32(four);
#define ADD_PRODUCT(r, v) sum_##r##_##v = _mm512_dpbusd_epi32(sum_##r##_##v, weight_##v, factor);
#define STORE_SUM(r, v)                                                                                                \
    {                                                                                                                  \
        const lanes scale = load(operands.scales + (v) * LANES) * ((const row_factor *)operands.row_factors)[r].scale; \
        const lanes before = operands.continues ? load(SUM_AT(r, v)) : splat(0.0f);                                    \
        store(SUM_AT(r, v), before + (lanes)_mm512_cvtepi32_ps(sum_##r##_##v) * scale);                                \
    }
#include "rows_product.h"

#define linear_product byte_product_of

// Bytes of a panel as deep as a slab: its weights, then their scales.
INLINE size_t slab_bytes(size_t depth) { return depth * PANEL + PANEL * sizeof(float); }
#else
typedef float input_value;
typedef float weight_value;
// Floats have no factors.
typedef struct {
    char none;
} row_factor;

#define linear_product float_product_of

INLINE size_t slab_bytes(size_t depth) { return depth * PANEL * sizeof(float); }
#endif

// Bytes of a panel.
INLINE size_t panel_bytes(size_t depth)
{
    const size_t whole = depth / SLAB;
    return whole * slab_bytes(SLAB) + (depth % SLAB != 0 ? slab_bytes(depth % SLAB) : 0);
}

// MARK: Weights

// The weights of a panel's rows within one slab; `row_length` is the distance from one row to the next.
INLINE void convert_slab(const float *weights, size_t row_length, size_t depth, void *panel)
{
    weight_value *target = panel;
#if OF_BYTES
    float *scales = (float *)(target + depth * PANEL);
    for (size_t row = 0; row < PANEL; row++) {
        scales[row] = weights_to_bytes(weights + row * row_length, depth, target + 4 * row);
    }
#else
    for (size_t start = 0; start < depth; start += LANES) {
        for (size_t row = 0; row < PANEL; row += LANES) {
            transpose(weights + row * row_length + start, row_length, target + start * PANEL + row, PANEL);
        }
    }
#endif
}

static void convert(const float *weights, size_t row_length, size_t depth, void *panel)
{
    for (size_t start = 0; start < depth; start += SLAB) {
        convert_slab(weights + start, row_length, least(SLAB, depth - start), (char *)panel + panel_bytes(start));
    }
}

static size_t packed_bytes(size_t rows, size_t depth, size_t terms)
{
    (void)terms;
    return rows / PANEL * panel_bytes(depth);
}

static void pack(const float *weights, size_t rows, size_t depth, size_t terms, void *packed)
{
    (void)terms;
    for (size_t row = 0; row < rows; row += PANEL) {
        convert(weights + row * depth, depth, depth, (char *)packed + row / PANEL * panel_bytes(depth));
    }
}

// MARK: Plan

// Rows of one sentence that are multiplied together: 1, 2, 4, ... of them.
typedef struct {
    int32_t first;
    int32_t count;
} row_block;

// Rows as factors of linear layers: of each slab all rows, SLAB values apart, and their factors.
typedef struct {
    input_value *values;
    row_factor *factors;
} input_rows;

typedef enum {
    embedding,
    projecting,
    attending,
    preparing_attended,
    attention_output,
    attention_norm,
    expanding,
    preparing_middle,
    contracting,
    output_norm
} step_kind;

// What is to be done, with the inner features `start..<end` where it is about those.
typedef struct {
    step_kind kind;
    size_t layer;
    size_t start;
    size_t end;
} row_step;

typedef struct {
    weight_value *weights;
    float *sums;
    // Of one head of one sentence.
    float *keys;
    float *scores;
} row_scratch;

typedef struct {
    const ckernels_tile_batch *batch;
    size_t rows;
    size_t panels;
    size_t head_size;
    int is_short;
    row_step *steps;
    size_t step_count;
    row_block *blocks;
    size_t block_count;
    int32_t *sentence_of_panel;
    input_rows inputs;
    // Queries and keys: of each head all rows; values: of each panel of features all rows.
    float *queries;
    float *keys;
    float *values;
    // Slab by slab.
    float *attended;
    float *middle;
    input_rows attended_inputs;
    input_rows middle_inputs;
    row_scratch scratch[2];
} row_plan;

INLINE size_t inner_at_once(const ckernels_tile_network *network, size_t rows)
{
    return rows <= FEW_ROWS ? network->inner_features : least(network->inner_features, SLAB);
}

INLINE size_t padded_length(size_t length) { return (length + PANEL - 1) / PANEL * PANEL; }

// Lays the parts of the memory out from `memory`, which may be NULL; returns the bytes needed.
static size_t lay_out(row_plan *plan, const ckernels_tile_network *network, size_t panels, size_t longest,
                      uint8_t *memory)
{
    const size_t rows = panels * WIDTH;
    const size_t features = network->features;
    const size_t slabs = slabs_of(features);
    const size_t inner_slabs = slabs_of(inner_at_once(network, rows));
    const size_t head_size = features / network->heads;
    size_t bytes = 0;
#define PART(pointer, count)                                                                                           \
    (pointer) = (void *)((uintptr_t)memory + bytes);                                                                   \
    bytes += ((count) + 63) / 64 * 64;
#define INPUT_ROWS(inputs, slabs)                                                                                      \
    PART((inputs).values, (slabs) * rows * SLAB * sizeof(input_value))                                                 \
    PART((inputs).factors, (slabs) * rows * sizeof(row_factor))
    PART(plan->steps, (1 + network->layer_count * (6 + 3 * slabs_of(network->inner_features))) * sizeof(row_step))
    PART(plan->blocks, 5 * panels * sizeof(row_block))
    PART(plan->sentence_of_panel, panels * sizeof(int32_t))
    PART(plan->queries, rows * features * sizeof(float))
    PART(plan->keys, rows * features * sizeof(float))
    PART(plan->values, rows * features * sizeof(float))
    PART(plan->attended, slabs * rows * SLAB * sizeof(float))
    PART(plan->middle, inner_slabs * rows * SLAB * sizeof(float))
    INPUT_ROWS(plan->inputs, slabs)
#if OF_BYTES
    INPUT_ROWS(plan->attended_inputs, slabs)
    INPUT_ROWS(plan->middle_inputs, inner_slabs)
#else
    plan->attended_inputs.values = plan->attended;
    plan->middle_inputs.values = plan->middle;
    plan->attended_inputs.factors = plan->middle_inputs.factors = plan->inputs.factors;
#endif
    for (size_t i = 0; i < 2; i++) {
        PART(plan->scratch[i].weights, panel_bytes(features > SLAB ? features : SLAB))
        PART(plan->scratch[i].sums, ROWS_AT_ONCE * PANEL * sizeof(float))
        PART(plan->scratch[i].keys, padded_length(longest) * head_size * sizeof(float))
        PART(plan->scratch[i].scores, ROWS_AT_ONCE * padded_length(longest) * sizeof(float))
    }
#undef INPUT_ROWS
#undef PART
    return bytes;
}

static size_t memory(const ckernels_tile_network *network, size_t panels, size_t longest_sentence)
{
    row_plan plan;
    return lay_out(&plan, network, panels, longest_sentence, NULL);
}

INLINE void add_step(row_plan *plan, step_kind kind, size_t layer, size_t start, size_t end)
{
    plan->steps[plan->step_count++] = (row_step){kind, layer, start, end};
}

static void plan_steps(row_plan *plan)
{
    const ckernels_tile_network *network = plan->batch->network;
    const size_t inner = inner_at_once(network, plan->rows);
    plan->step_count = 0;
    add_step(plan, embedding, 0, 0, 0);
    for (size_t layer = 0; layer < network->layer_count; layer++) {
        add_step(plan, projecting, layer, 0, 0);
        add_step(plan, attending, layer, 0, 0);
        if (OF_BYTES) {
            add_step(plan, preparing_attended, layer, 0, 0);
        }
        add_step(plan, attention_output, layer, 0, 0);
        add_step(plan, attention_norm, layer, 0, 0);
        for (size_t start = 0; start < network->inner_features; start += inner) {
            const size_t end = least(start + inner, network->inner_features);
            add_step(plan, expanding, layer, start, end);
            if (OF_BYTES) {
                add_step(plan, preparing_middle, layer, start, end);
            }
            add_step(plan, contracting, layer, start, end);
        }
        add_step(plan, output_norm, layer, 0, 0);
    }
}

INLINE size_t largest_block(size_t rows)
{
    if (rows >= ROWS_AT_ONCE) {
        return ROWS_AT_ONCE;
    }
    return rows >= 8 ? 8 : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;
}

static void make_plan(row_plan *plan, const ckernels_tile_batch *batch)
{
    size_t longest = 0;
    for (size_t s = 0; s < batch->sentence_count; s++) {
        const size_t length = (size_t)batch->sentences[s].length;
        longest = length > longest ? length : longest;
    }
    lay_out(plan, batch->network, batch->panels, longest, batch->memory);
    plan->batch = batch;
    plan->rows = batch->panels * WIDTH;
    plan->panels = batch->network->features / PANEL;
    plan->head_size = batch->network->features / batch->network->heads;
    plan->is_short = plan->rows <= FEW_ROWS;
    plan->block_count = 0;
    for (size_t s = 0; s < batch->sentence_count; s++) {
        const ckernels_tile_sentence sentence = batch->sentences[s];
        for (int32_t panel = 0; panel * WIDTH < sentence.length; panel++) {
            plan->sentence_of_panel[sentence.first_panel + panel] = (int32_t)s;
        }
        for (int32_t row = 0; row < sentence.length;) {
            const int32_t count = (int32_t)largest_block((size_t)(sentence.length - row));
            plan->blocks[plan->block_count++] = (row_block){sentence.first_panel * WIDTH + row, count};
            row += count;
        }
    }
    plan_steps(plan);
}

// MARK: Linear layers

// A panel of rows of a layer's weights, within the features `start..<start + depth` of `row_length`.
typedef struct {
    const ckernels_tile_linear *layer;
    size_t panel;
    size_t row_length;
    size_t start;
    size_t depth;
} layer_panel;

// The panel's weights: those that were packed, or else converted ones.
INLINE const char *weights_of(layer_panel panel, row_scratch *scratch)
{
    if (panel.layer->packed != NULL) {
        return (const char *)panel.layer->packed + panel.panel * panel_bytes(panel.row_length) +
               panel_bytes(panel.start);
    }
    const float *weights = panel.layer->weights + panel.panel * PANEL * panel.row_length + panel.start;
    convert(weights, panel.row_length, panel.depth, scratch->weights);
    return (const char *)scratch->weights;
}

// What becomes of the sums of some rows and a panel.
typedef struct {
    const row_plan *plan;
    const float *bias;
    size_t panel;
    float scale;
    // Whether the bias is still to be added.
    int is_first;
} row_unit;

typedef void (*row_finish)(const row_unit *unit, size_t row, const float *sums);

// Products of a panel with all rows, from the slab of `inputs` at which the panel's features begin.
INLINE void multiply(const row_plan *plan, layer_panel panel, input_rows inputs, size_t first_slab,
                     row_scratch *scratch, row_finish finish, const row_unit *unit)
{
    const char *weights = weights_of(panel, scratch);
    for (size_t b = 0; b < plan->block_count; b++) {
        const row_block block = plan->blocks[b];
        for (size_t start = 0; start < panel.depth; start += SLAB) {
            const size_t depth = least(SLAB, panel.depth - start);
            const size_t row = (first_slab + start / SLAB) * plan->rows + (size_t)block.first;
            const char *slab = weights + panel_bytes(start);
            linear_product((size_t)block.count,
                           (product_operands){.inputs = inputs.values + row * SLAB,
                                              .input_stride = SLAB,
                                              .weights = slab,
                                              .depth = depth,
                                              .sums = scratch->sums,
                                              .sum_stride = PANEL,
                                              .continues = start > 0,
                                              .fetches = plan->is_short,
                                              .row_factors = inputs.factors + row,
                                              .scales = (const float *)(slab + depth * PANEL)});
        }
        for (size_t row = 0; row < (size_t)block.count; row++) {
            finish(unit, (size_t)block.first + row, scratch->sums + row * PANEL);
        }
    }
}

// Makes a row of floats a factor of the next layers.
INLINE void prepare(const float *values, size_t depth, input_rows inputs, size_t row)
{
#if OF_BYTES
    inputs.factors[row] = to_bytes(values, depth, inputs.values + row * SLAB);
#else
    for (size_t f = 0; f < depth; f += LANES) {
        store(inputs.values + row * SLAB + f, load(values + f));
    }
#endif
}

// The rows in use of a panel of sixteen.
INLINE size_t rows_in_use(const row_plan *plan, size_t panel)
{
    const ckernels_tile_sentence sentence = plan->batch->sentences[plan->sentence_of_panel[panel]];
    return least(WIDTH, (size_t)sentence.length - (panel - (size_t)sentence.first_panel) * WIDTH);
}

// Makes rows that lie slab by slab factors of the next layer.
INLINE void prepare_panel(const row_plan *plan, const float *values, size_t features, input_rows inputs, size_t panel)
{
    const size_t count = rows_in_use(plan, panel);
    for (size_t start = 0; start < features; start += SLAB) {
        for (size_t i = 0; i < count; i++) {
            const size_t row = start / SLAB * plan->rows + panel * WIDTH + i;
            prepare(values + row * SLAB, least(SLAB, features - start), inputs, row);
        }
    }
}

INLINE void finish_sum(const row_unit *unit, size_t row, const float *sums)
{
    float *state = unit->plan->batch->states + row * unit->plan->batch->network->features + unit->panel * PANEL;
    for (size_t f = 0; f < PANEL; f += LANES) {
        lanes sum = load(sums + f);
        if (unit->is_first) {
            sum += load_anywhere(unit->bias + f);
        }
        store(state + f, load(state + f) + sum);
    }
}

// states += a panel of a linear layer, slab by slab, plus its bias with the first.
INLINE void add_product(const row_plan *plan, const ckernels_tile_linear *layer, size_t panel, size_t row_length,
                        size_t start, size_t end, input_rows inputs, row_scratch *scratch)
{
    row_unit unit = {.plan = plan, .bias = layer->bias + panel * PANEL, .panel = panel};
    for (size_t from = start; from < end; from += SLAB) {
        const layer_panel rows = {layer, panel, row_length, from, least(SLAB, end - from)};
        unit.is_first = from == 0;
        multiply(plan, rows, inputs, (from - start) / SLAB, scratch, finish_sum, &unit);
    }
}

INLINE void finish_inner(const row_unit *unit, size_t row, const float *sums)
{
    // Counted from the first of the inner features at hand.
    const size_t feature = unit->panel * PANEL;
    float *middle = unit->plan->middle + (feature / SLAB * unit->plan->rows + row) * SLAB + feature % SLAB;
    for (size_t f = 0; f < PANEL; f += LANES) {
        store(middle + f, activated(load(sums + f) + load_anywhere(unit->bias + f)));
    }
}

// A panel of inner features, activated.
INLINE void expand(const row_plan *plan, const ckernels_tile_linear *up, size_t start, size_t panel,
                   row_scratch *scratch)
{
    const size_t features = plan->batch->network->features;
    const layer_panel rows = {up, start / PANEL + panel, features, 0, features};
    const row_unit unit = {.plan = plan, .bias = up->bias + rows.panel * PANEL, .panel = panel};
    multiply(plan, rows, plan->inputs, 0, scratch, finish_inner, &unit);
}

// MARK: Embedding and normalisation

// Brings a row to mean 0 and variance 1, times gain, plus bias; also as a factor of the next layers.
INLINE void normalize(const row_plan *plan, size_t row, const ckernels_tile_norm *norm)
{
    const ckernels_tile_network *network = plan->batch->network;
    const size_t features = network->features;
    const float share = 1.0f / (float)features;
    float *values = plan->batch->states + row * features;
    lanes sum = splat(0.0f);
    lanes other = splat(0.0f);
    for (size_t f = 0; f < features; f += PANEL) {
        sum += load(values + f);
        other += load(values + f + LANES);
    }
    sum += other;
    const float mean = total(&sum) * share;
    lanes squares = splat(0.0f);
    lanes others = splat(0.0f);
    for (size_t f = 0; f < features; f += PANEL) {
        const lanes deviation = load(values + f) - mean;
        const lanes next = load(values + f + LANES) - mean;
        squares += deviation * deviation;
        others += next * next;
    }
    squares += others;
    // The vector form, because the scalar one may call the C library.
    const float scale = (1.0f / __builtin_elementwise_sqrt(splat(total(&squares) * share + network->epsilon)))[0];
    for (size_t f = 0; f < features; f += LANES) {
        const lanes value = (load(values + f) - mean) * scale;
        store(values + f, value * load_anywhere(norm->gain + f) + load_anywhere(norm->bias + f));
    }
    for (size_t start = 0; start < features; start += SLAB) {
        prepare(values + start, least(SLAB, features - start), plan->inputs, start / SLAB * plan->rows + row);
    }
}

INLINE void normalize_panel(const row_plan *plan, size_t panel, const ckernels_tile_norm *norm)
{
    const size_t count = rows_in_use(plan, panel);
    for (size_t i = 0; i < count; i++) {
        normalize(plan, panel * WIDTH + i, norm);
    }
}

INLINE void embed(const row_plan *plan, size_t panel)
{
    const ckernels_tile_network *network = plan->batch->network;
    const size_t features = network->features;
    const ckernels_tile_sentence sentence = plan->batch->sentences[plan->sentence_of_panel[panel]];
    const size_t position = (panel - (size_t)sentence.first_panel) * WIDTH;
    const size_t count = rows_in_use(plan, panel);
    for (size_t i = 0; i < count; i++) {
        const float *word = network->words + (size_t)plan->batch->ids[panel * WIDTH + i] * features;
        const float *place = network->positions + (position + i) * features;
        float *state = plan->batch->states + (panel * WIDTH + i) * features;
        for (size_t f = 0; f < features; f += LANES) {
            store(state + f, load_anywhere(word + f) + load_anywhere(place + f) + load_anywhere(network->segment + f));
        }
    }
    normalize_panel(plan, panel, &network->embedding_norm);
}

// MARK: Attention

INLINE void finish_projection(const row_unit *unit, const float *sums, float *target)
{
    for (size_t f = 0; f < PANEL; f += LANES) {
        store(target + f, (load(sums + f) + load_anywhere(unit->bias + f)) * unit->scale);
    }
}

INLINE float *place_in_head(const row_unit *unit, float *values, size_t row)
{
    const size_t size = unit->plan->head_size;
    const size_t feature = unit->panel * PANEL;
    return values + (feature / size * unit->plan->rows + row) * size + feature % size;
}

INLINE void finish_query(const row_unit *unit, size_t row, const float *sums)
{
    finish_projection(unit, sums, place_in_head(unit, unit->plan->queries, row));
}

INLINE void finish_key(const row_unit *unit, size_t row, const float *sums)
{
    finish_projection(unit, sums, place_in_head(unit, unit->plan->keys, row));
}

INLINE void finish_value(const row_unit *unit, size_t row, const float *sums)
{
    finish_projection(unit, sums, unit->plan->values + (unit->panel * unit->plan->rows + row) * PANEL);
}

// A panel of queries, keys or values of all rows.
INLINE void project(const row_plan *plan, const ckernels_tile_layer *layer, size_t unit, row_scratch *scratch)
{
    const size_t features = plan->batch->network->features;
    const size_t kind = unit / plan->panels;
    const size_t panel = unit % plan->panels;
    const layer_panel rows = {layer->projections + kind, panel, features, 0, features};
    row_unit work = {.plan = plan, .bias = rows.layer->bias + panel * PANEL, .panel = panel, .scale = 1.0f};
    if (kind == 0) {
        // Scores are wanted to base 2.
        const float root = __builtin_elementwise_sqrt(splat((float)plan->head_size))[0];
        work.scale = 1.44269504f / root;
        multiply(plan, rows, plan->inputs, 0, scratch, finish_query, &work);
    } else if (kind == 1) {
        multiply(plan, rows, plan->inputs, 0, scratch, finish_key, &work);
    } else {
        multiply(plan, rows, plan->inputs, 0, scratch, finish_value, &work);
    }
}

// Keys of a sentence in panels, as weights lie, filled up with zeros.
INLINE void turn_keys(const float *keys, size_t length, size_t size, float *panels)
{
    for (size_t first = 0; first < length; first += PANEL) {
        float *panel = panels + first * size;
        const size_t count = least(PANEL, length - first);
        const size_t whole = count / LANES * LANES;
        for (size_t start = 0; start < size; start += LANES) {
            for (size_t key = 0; key < whole; key += LANES) {
                transpose(keys + (first + key) * size + start, size, panel + start * PANEL + key, PANEL);
            }
        }
        for (size_t f = 0; f < size; f++) {
            for (size_t key = whole; key < PANEL; key++) {
                panel[f * PANEL + key] = key < count ? keys[(first + key) * size + f] : 0.0f;
            }
        }
    }
}

// A row of scores becomes shares: 2 to the power of what a score is below the largest one; returns one over their sum.
INLINE float soften(float *scores, size_t length)
{
    const size_t end = padded_length(length);
    for (size_t key = length; key < end; key++) {
        scores[key] = -1.0e30f;
    }
    lanes most = load(scores);
    lanes other = load(scores + LANES);
    for (size_t key = PANEL; key < end; key += PANEL) {
        const lanes first = load(scores + key);
        const lanes second = load(scores + key + LANES);
        most = larger(first, most);
        other = larger(second, other);
    }
    most = larger(other, most);
    float largest = most[0];
    for (size_t lane = 1; lane < LANES; lane++) {
        largest = most[lane] > largest ? most[lane] : largest;
    }
    lanes sum = splat(0.0f);
    for (size_t key = 0; key < end; key += LANES) {
        const lanes share = power_of_two(load(scores + key) - largest);
        store(scores + key, share);
        sum += share;
    }
    return 1.0f / total(&sum);
}

// Some rows of one head.
INLINE void attend_rows(const row_plan *plan, ckernels_tile_sentence sentence, size_t head, row_block block,
                        row_scratch *scratch)
{
    const size_t size = plan->head_size;
    const size_t length = (size_t)sentence.length;
    const size_t stride = padded_length(length);
    const size_t first = (size_t)sentence.first_panel * WIDTH;
    const size_t rows = (size_t)block.count;
    const float *queries = plan->queries + (head * plan->rows + (size_t)block.first) * size;
    for (size_t key = 0; key < length; key += PANEL) {
        float_product_of(rows, (product_operands){.inputs = queries,
                                                  .input_stride = size,
                                                  .weights = scratch->keys + key * size,
                                                  .depth = size,
                                                  .sums = scratch->scores + key,
                                                  .sum_stride = stride});
    }
    float weights[ROWS_AT_ONCE];
    for (size_t row = 0; row < rows; row++) {
        weights[row] = soften(scratch->scores + row * stride, length);
    }
    for (size_t part = 0; part < size; part += PANEL) {
        const size_t feature = head * size + part;
        const float *values = plan->values + (feature / PANEL * plan->rows + first) * PANEL;
        float_product_of(rows, (product_operands){.inputs = scratch->scores,
                                                  .input_stride = stride,
                                                  .weights = values,
                                                  .depth = length,
                                                  .sums = scratch->sums,
                                                  .sum_stride = PANEL});
        for (size_t row = 0; row < rows; row++) {
            float *attended = plan->attended + (feature / SLAB * plan->rows + (size_t)block.first + row) * SLAB;
            for (size_t f = 0; f < PANEL; f += LANES) {
                store(attended + feature % SLAB + f, load(scratch->sums + row * PANEL + f) * weights[row]);
            }
        }
    }
}

// One head of one sentence.
INLINE void attend(const row_plan *plan, size_t unit, row_scratch *scratch)
{
    const size_t heads = plan->batch->network->heads;
    const ckernels_tile_sentence sentence = plan->batch->sentences[unit / heads];
    const size_t head = unit % heads;
    const size_t first = (size_t)sentence.first_panel * WIDTH;
    const size_t length = (size_t)sentence.length;
    turn_keys(plan->keys + (head * plan->rows + first) * plan->head_size, length, plan->head_size, scratch->keys);
    for (size_t row = 0; row < length;) {
        const row_block block = {(int32_t)(first + row), (int32_t)largest_block(length - row)};
        attend_rows(plan, sentence, head, block, scratch);
        row += (size_t)block.count;
    }
}

// MARK: Steps

static size_t count_units(const void *context, size_t step)
{
    const row_plan *plan = context;
    const row_step *work = plan->steps + step;
    switch (work->kind) {
    case projecting: return 3 * plan->panels;
    case attending: return plan->batch->sentence_count * plan->batch->network->heads;
    case attention_output:
    case contracting: return plan->panels;
    case expanding: return (work->end - work->start) / PANEL;
    default: return plan->batch->panels;
    }
}

static void do_unit(const row_plan *plan, const row_step *step, size_t unit, row_scratch *scratch)
{
    const ckernels_tile_network *network = plan->batch->network;
    const ckernels_tile_layer *layer = network->layers + step->layer;
    const size_t features = network->features;
    switch (step->kind) {
    case embedding: embed(plan, unit); break;
    case projecting: project(plan, layer, unit, scratch); break;
    case attending: attend(plan, unit, scratch); break;
    case preparing_attended: prepare_panel(plan, plan->attended, features, plan->attended_inputs, unit); break;
    case attention_output:
        add_product(plan, &layer->attention_output, unit, features, 0, features, plan->attended_inputs, scratch);
        break;
    case attention_norm: normalize_panel(plan, unit, &layer->attention_norm); break;
    case expanding: expand(plan, &layer->up, step->start, unit, scratch); break;
    case preparing_middle:
        prepare_panel(plan, plan->middle, step->end - step->start, plan->middle_inputs, unit);
        break;
    case contracting:
        add_product(plan, &layer->down, unit, network->inner_features, step->start, step->end, plan->middle_inputs,
                    scratch);
        break;
    case output_norm: normalize_panel(plan, unit, &layer->output_norm); break;
    }
}

static void do_step(const void *context, size_t step, size_t first, size_t end, size_t participant)
{
    const row_plan *plan = context;
    row_scratch scratch = plan->scratch[participant];
    for (size_t unit = first; unit < end; unit++) {
        do_unit(plan, plan->steps + step, unit, &scratch);
    }
}

static void run(const ckernels_tile_batch *batch, ckernels_tile_team *team)
{
    row_plan plan;
    make_plan(&plan, batch);
    if (team != NULL) {
        ckernels_tile_team_lead(team, (tile_work){&plan, plan.step_count, count_units, do_step});
        return;
    }
    for (size_t step = 0; step < plan.step_count; step++) {
        do_step(&plan, step, 0, count_units(&plan, step), 0);
    }
}

static void sum(const float *states, size_t features, ckernels_tile_sentence sentence, float *sums)
{
    const float *first = states + (size_t)sentence.first_panel * WIDTH * features;
    for (size_t f = 0; f < features; f += LANES) {
        lanes column = splat(0.0f);
        for (size_t row = 0; row < (size_t)sentence.length; row++) {
            column += load(first + row * features + f);
        }
        *(unaligned_lanes *)(sums + f) = column;
    }
}

static void copy(const float *states, size_t features, ckernels_tile_sentence sentence, float *rows)
{
    const float *first = states + (size_t)sentence.first_panel * WIDTH * features;
    __builtin_memcpy(rows, first, (size_t)sentence.length * features * sizeof(float));
}

static const ckernels_tiles kernels = {memory, packed_bytes, pack, run, ckernels_tile_team_help, sum, copy};
