// The steps of the network over tiles. The including file defines configure, multiply, score and finish.

// The weights of 32 rows as terms; `row_length` is the distance from one row to the next.
INLINE void convert(const float *weights, size_t row_length, size_t depth, int terms, uint16_t *tiles)
{
    for (size_t row = 0; row < BLOCK; row++) {
        const float *source = weights + row * row_length;
        uint16_t *target = tiles + row * BLOCK;
        for (size_t k = 0; k < depth; k += BLOCK) {
            __m512i first, second;
            split(_mm512_loadu_ps(source + k), _mm512_loadu_ps(source + k + 16), terms, &first, &second);
            _mm512_store_si512(target, first);
            if (terms == 2) {
                _mm512_store_si512(target + 2 * TILE, second);
            }
            target += terms * 2 * TILE;
        }
    }
}

static size_t packed_bytes(size_t rows, size_t depth, size_t terms) { return rows * depth * terms * sizeof(uint16_t); }

static void pack(const float *weights, size_t rows, size_t depth, size_t terms, void *packed)
{
    uint16_t *tiles = packed;
    for (size_t row = 0; row < rows; row += BLOCK) {
        if (terms == 2) {
            convert(weights + row * depth, depth, depth, 2, tiles + 2 * row * depth);
        } else {
            convert(weights + row * depth, depth, depth, 1, tiles + row * depth);
        }
    }
}

// A block of rows of a layer, or a part of each.
typedef struct {
    const ckernels_tile_linear *layer;
    size_t block;
    size_t row_length;
    size_t start;
    size_t depth;
} tile_rows;

INLINE const uint16_t *packed_tiles(tile_rows rows, int terms)
{
    return (const uint16_t *)rows.layer->packed + (rows.block * BLOCK * rows.row_length + rows.start * BLOCK) * terms;
}

// The tiles of a block of rows: those that were packed, or else converted ones.
INLINE const uint16_t *tiles_of(tile_rows rows, int terms, tile_scratch *scratch)
{
    if (rows.layer->packed != NULL) {
        return packed_tiles(rows, terms);
    }
    convert(rows.layer->weights + rows.block * BLOCK * rows.row_length + rows.start, rows.row_length, rows.depth,
            terms, scratch->weights);
    return scratch->weights;
}

// What is fetched in a number of steps: the block of rows after this one, where its tiles lie side by side. A single
// product would have nothing to hide that behind.
INLINE tile_prefetch fetch_after(tile_rows rows, size_t products, int terms)
{
    const size_t steps = rows.depth / BLOCK * products;
    if (rows.layer->packed == NULL || products < 2) {
        return (tile_prefetch){0};
    }
    rows.block++;
    const size_t lines = rows.depth * BLOCK * terms * sizeof(uint16_t) / 64;
    return (tile_prefetch){(const char *)packed_tiles(rows, terms), (lines + steps - 1) / steps};
}

INLINE void store_terms(uint16_t *target, __m512 low, __m512 high, int terms)
{
    __m512i first, second;
    split(low, high, terms, &first, &second);
    _mm512_store_si512(target, first);
    if (terms == 2) {
        _mm512_store_si512(target + TILE, second);
    }
}

// MARK: Embedding and normalisation

// Brings each vector of a panel to mean 0 and variance 1, times gain, plus bias; also as inputs of the next product.
INLINE void normalize(float *values, size_t features, const ckernels_tile_norm *norm, float epsilon, int terms,
                      uint16_t *inputs)
{
    const float share = 1.0f / (float)features;
    __m512 sums[4] = {_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()};
    for (size_t f = 0; f < features; f += 4) {
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 4; i++) {
            sums[i] += _mm512_load_ps(values + (f + i) * WIDTH);
        }
    }
    const __m512 mean = ((sums[0] + sums[1]) + (sums[2] + sums[3])) * share;
    __m512 squares[4] = {_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()};
    for (size_t f = 0; f < features; f += 4) {
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 4; i++) {
            const __m512 deviation = _mm512_load_ps(values + (f + i) * WIDTH) - mean;
            squares[i] += deviation * deviation;
        }
    }
    const __m512 variance = ((squares[0] + squares[1]) + (squares[2] + squares[3])) * share;
    const __m512 scale = 1.0f / _mm512_sqrt_ps(variance + epsilon);
    for (size_t block = 0; block < features; block += BLOCK) {
        for (size_t f = block; f < block + 16; f++) {
            __m512 low = (_mm512_load_ps(values + f * WIDTH) - mean) * scale;
            __m512 high = (_mm512_load_ps(values + (f + 16) * WIDTH) - mean) * scale;
            low = low * norm->gain[f] + norm->bias[f];
            high = high * norm->gain[f + 16] + norm->bias[f + 16];
            _mm512_store_ps(values + f * WIDTH, low);
            _mm512_store_ps(values + (f + 16) * WIDTH, high);
            store_terms(inputs + block / BLOCK * terms * TILE + (f - block) * BLOCK, low, high, terms);
        }
    }
}

INLINE void normalize_panel(const tile_plan *plan, size_t panel, const ckernels_tile_norm *norm, int terms)
{
    const ckernels_tile_network *network = plan->batch->network;
    normalize(plan->batch->states + panel * network->features * WIDTH, network->features, norm, network->epsilon,
              terms, plan->inputs + panel * plan->blocks * terms * TILE);
}

INLINE void embed(const tile_plan *plan, size_t panel, int terms)
{
    const ckernels_tile_network *network = plan->batch->network;
    const size_t features = network->features;
    const int32_t *ids = plan->batch->ids + panel * WIDTH;
    const ckernels_tile_sentence *sentence = plan->batch->sentences + plan->sentence_of_panel[panel];
    const size_t position = (panel - (size_t)sentence->first_panel) * WIDTH;
    float *states = plan->batch->states + panel * features * WIDTH;
    for (size_t f = 0; f < features; f += 16) {
        const __m512 segment = _mm512_loadu_ps(network->segment + f);
        __m512i rows[16];
#pragma clang loop unroll(full)
        for (size_t lane = 0; lane < 16; lane++) {
            rows[lane] = _mm512_setzero_si512();
            if (ids[lane] >= 0) {
                const float *word = network->words + (size_t)ids[lane] * features + f;
                const float *place = network->positions + (position + lane) * features + f;
                rows[lane] = _mm512_castps_si512(_mm512_loadu_ps(word) + _mm512_loadu_ps(place) + segment);
            }
        }
        transpose(rows);
#pragma clang loop unroll(full)
        for (size_t lane = 0; lane < 16; lane++) {
            _mm512_store_si512(states + (f + lane) * WIDTH, rows[lane]);
        }
    }
    normalize_panel(plan, panel, &network->embedding_norm, terms);
}

// MARK: Attention

INLINE void finish_query(const tile_unit *unit, const tile_pending *pending, size_t row, int terms)
{
    const tile_plan *plan = unit->plan;
    const size_t half = row / 16;
    const size_t f = row % 16;
    const float *sums = pending->sums + half * 512 + f * WIDTH;
    const size_t place = ((pending->panel + half) * plan->blocks + unit->block) * terms * TILE;
    store_terms(plan->queries + place + f * BLOCK, (_mm512_load_ps(sums) + unit->bias[f]) * unit->scale,
                (_mm512_load_ps(sums + 16 * WIDTH) + unit->bias[f + 16]) * unit->scale, terms);
}

// Keys are rows of tokens, so that their tile is turned when it is full.
INLINE void finish_key(const tile_unit *unit, const tile_pending *pending, size_t row, int terms)
{
    const tile_plan *plan = unit->plan;
    const size_t half = row / 16;
    const size_t f = row % 16;
    const float *sums = pending->sums + half * 512 + f * WIDTH;
    uint16_t *keys = plan->keys + ((pending->panel + half) * plan->blocks + unit->block) * terms * TILE;
    store_terms(keys + f * BLOCK, _mm512_load_ps(sums) + unit->bias[f],
                _mm512_load_ps(sums + 16 * WIDTH) + unit->bias[f + 16], terms);
    for (int term = 0; f == 15 && term < terms; term++, keys += TILE) {
        __m512i rows[16];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 16; i++) {
            rows[i] = _mm512_load_si512(keys + i * BLOCK);
        }
        transpose(rows);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 16; i++) {
            _mm512_store_si512(keys + i * BLOCK, rows[i]);
        }
    }
}

// Values are rows of features; key j of the first panel shares a lane with key j of the second, if there is one.
INLINE void finish_value(const tile_unit *unit, const tile_pending *pending, size_t row, int terms)
{
    const tile_plan *plan = unit->plan;
    const int is_pair = pending->end == 32;
    uint16_t *values = plan->values + 2 * (pending->pair * plan->blocks + unit->block) * terms * TILE;
    // A single panel has half as many steps for as many features.
    for (size_t f = is_pair ? row : 2 * row; f < (is_pair ? row + 1 : 2 * row + 2); f++) {
        const __m512 first = _mm512_load_ps(pending->sums + f * WIDTH) + unit->bias[f];
        const __m512 second =
            is_pair ? _mm512_load_ps(pending->sums + 512 + f * WIDTH) + unit->bias[f] : _mm512_setzero_ps();
        __m512i high, low;
        split(first, second, terms, &high, &low);
        _mm512_store_si512(values + f * BLOCK, high);
        if (terms == 2) {
            _mm512_store_si512(values + 2 * TILE + f * BLOCK, low);
        }
    }
}

// Products of a block of rows with all panels, which are taken two by two as `pairs` says, or else as they come.
INLINE void multiply_all(const tile_plan *plan, tile_rows rows, const panel_pair *pairs, size_t pair_count,
                         const uint16_t *inputs, size_t panel_stride, int terms, tile_scratch *scratch,
                         tile_finish finish, const tile_unit *unit)
{
    const uint16_t *weights = tiles_of(rows, terms, scratch);
    const size_t depth = rows.depth / BLOCK;
    const size_t weight_stride = 2 * terms * TILE;
    tile_prefetch next = fetch_after(rows, pair_count, terms);
    tile_pending pending = {0};
    for (size_t p = 0; p < pair_count; p++) {
        const size_t panel = pairs != NULL ? (size_t)pairs[p].first_panel : 2 * p;
        const int panels = pairs != NULL ? pairs[p].panels : (int)least(plan->batch->panels - panel, 2);
        const uint16_t *columns = inputs + panel * panel_stride;
        float *sums = scratch->sums[p % 2];
        if (panels == 2) {
            multiply(weights, weight_stride, columns, panel_stride, depth, 2, terms, sums, &pending, finish, unit,
                     &next);
        } else {
            multiply(weights, weight_stride, columns, panel_stride, depth, 1, terms, sums, &pending, finish, unit,
                     &next);
        }
        finish_all(&pending, finish, unit, terms);
        pending = (tile_pending){.sums = sums, .pair = p, .panel = panel, .end = 16 * (size_t)panels};
        pending.at_once = (pending.end + depth - 1) / depth;
    }
    finish_all(&pending, finish, unit, terms);
}

// One block of queries, keys or values of all panels, each in the form in which attention multiplies it.
INLINE void project(const tile_plan *plan, const ckernels_tile_layer *layer, size_t unit, int terms,
                    tile_scratch *scratch)
{
    const size_t features = plan->batch->network->features;
    const size_t kind = unit / plan->blocks;
    const size_t block = unit % plan->blocks;
    const tile_rows rows = {layer->projections + kind, block, features, 0, features};
    const size_t stride = plan->blocks * terms * TILE;
    tile_unit work = {.plan = plan, .bias = rows.layer->bias + block * BLOCK, .block = block};
    // Scores are wanted to base 2.
    work.scale = 1.44269504f / __builtin_sqrtf((float)(plan->head_blocks * BLOCK));
    if (kind == 0) {
        multiply_all(plan, rows, plan->pairs, plan->pair_count, plan->inputs, stride, terms, scratch, finish_query,
                     &work);
    } else if (kind == 1) {
        multiply_all(plan, rows, plan->pairs, plan->pair_count, plan->inputs, stride, terms, scratch, finish_key,
                     &work);
    } else {
        multiply_all(plan, rows, plan->pairs, plan->pair_count, plan->inputs, stride, terms, scratch, finish_value,
                     &work);
    }
}

// scores become shares: 2 to the power of what a score is below the largest one, as factors of the values; returns one
// over their sums. Keys from `keys` on get none.
INLINE __m512 soften(const float *scores, size_t keys, int terms, uint16_t *shares)
{
    __m512 largest = _mm512_load_ps(scores);
    __m512 other = largest;
    size_t key = 1;
    for (; key + 2 <= keys; key += 2) {
        largest = _mm512_max_ps(largest, _mm512_load_ps(scores + key * WIDTH));
        other = _mm512_max_ps(other, _mm512_load_ps(scores + (key + 1) * WIDTH));
    }
    if (key < keys) {
        largest = _mm512_max_ps(largest, _mm512_load_ps(scores + key * WIDTH));
    }
    largest = _mm512_max_ps(largest, other);
    __m512 first_sum = _mm512_setzero_ps();
    __m512 second_sum = _mm512_setzero_ps();
    size_t start = 0;
    for (; start + BLOCK <= keys; start += BLOCK) {
        const float *block = scores + start * WIDTH;
        for (size_t j = 0; j < 16; j++) {
            const __m512 first = power_of_2(_mm512_load_ps(block + j * WIDTH) - largest, terms);
            const __m512 second = power_of_2(_mm512_load_ps(block + (j + 16) * WIDTH) - largest, terms);
            first_sum += first;
            second_sum += second;
            store_terms(shares + j * BLOCK, first, second, terms);
        }
        shares += terms * TILE;
    }
    if (start < keys) {
        const float *block = scores + start * WIDTH;
        for (size_t j = 0; j < 16; j++) {
            __m512 first = _mm512_setzero_ps();
            __m512 second = _mm512_setzero_ps();
            if (start + j < keys) {
                first = power_of_2(_mm512_load_ps(block + j * WIDTH) - largest, terms);
            }
            if (start + j + 16 < keys) {
                second = power_of_2(_mm512_load_ps(block + (j + 16) * WIDTH) - largest, terms);
            }
            first_sum += first;
            second_sum += second;
            store_terms(shares + j * BLOCK, first, second, terms);
        }
    }
    return 1.0f / (first_sum + second_sum);
}

INLINE void no_finish(const tile_unit *unit, const tile_pending *pending, size_t row, int terms)
{
    (void)unit;
    (void)pending;
    (void)row;
    (void)terms;
}

// One head of one or two panels of queries.
INLINE void attend_panels(const tile_plan *plan, panel_pair pair, size_t first_block, int query_panels, int terms,
                          tile_scratch *scratch)
{
    const int32_t index = plan->sentence_of_panel[pair.first_panel];
    const ckernels_tile_sentence sentence = plan->batch->sentences[index];
    const size_t panels = ((size_t)sentence.length + WIDTH - 1) / WIDTH;
    const size_t stride = plan->blocks * terms * TILE;
    const size_t offset = first_block * terms * TILE;
    const uint16_t *queries = plan->queries + (size_t)pair.first_panel * stride + offset;
    const uint16_t *keys = plan->keys + (size_t)sentence.first_panel * stride + offset;
    const size_t score_stride = panels * 256;
    size_t first = 0;
    for (; first + 2 <= panels; first += 2) {
        score(keys + first * stride, stride, 2, queries, stride, query_panels, plan->head_blocks, terms,
              scratch->scores + first * 256, score_stride);
    }
    if (first < panels) {
        score(keys + first * stride, stride, 1, queries, stride, query_panels, plan->head_blocks, terms,
              scratch->scores + first * 256, score_stride);
    }
    const size_t share_stride = (panels + 1) / 2 * terms * TILE;
    __m512 weights[2];
    for (int half = 0; half < query_panels; half++) {
        weights[half] = soften(scratch->scores + (size_t)half * score_stride, (size_t)sentence.length, terms,
                               scratch->shares + (size_t)half * share_stride);
    }
    const uint16_t *values = plan->values + 2 * (size_t)plan->first_pair_of_sentence[index] * stride + 2 * offset;
    uint16_t *attended = plan->attended + (size_t)pair.first_panel * stride + offset;
    float *sums = scratch->sums[0];
    for (size_t block = 0; block < plan->head_blocks; block++) {
        tile_pending none = {0};
        tile_prefetch nothing = {0};
        multiply(values + 2 * block * terms * TILE, 2 * stride, scratch->shares, share_stride, (panels + 1) / 2,
                 query_panels, terms, sums, &none, no_finish, NULL, &nothing);
        for (int half = 0; half < query_panels; half++) {
            for (size_t f = 0; f < 16; f++) {
                const float *low = sums + half * 512 + f * WIDTH;
                store_terms(attended + (size_t)half * stride + block * terms * TILE + f * BLOCK,
                            _mm512_load_ps(low) * weights[half], _mm512_load_ps(low + 16 * WIDTH) * weights[half],
                            terms);
            }
        }
    }
}

INLINE void attend(const tile_plan *plan, size_t unit, int terms, tile_scratch *scratch)
{
    const size_t heads = plan->batch->network->heads;
    const panel_pair pair = plan->pairs[unit / heads];
    const size_t first_block = unit % heads * plan->head_blocks;
    if (pair.panels == 2) {
        attend_panels(plan, pair, first_block, 2, terms, scratch);
    } else {
        attend_panels(plan, pair, first_block, 1, terms, scratch);
    }
}

// MARK: Linear layers

INLINE void finish_sum(const tile_unit *unit, const tile_pending *pending, size_t row, int terms)
{
    (void)terms;
    const tile_plan *plan = unit->plan;
    const size_t half = row / 16;
    const size_t f = row % 16;
    const float *sums = pending->sums + half * 512 + f * WIDTH;
    const size_t features = plan->batch->network->features;
    float *states = plan->batch->states + ((pending->panel + half) * features + unit->block * BLOCK + f) * WIDTH;
    __m512 low = _mm512_load_ps(sums);
    __m512 high = _mm512_load_ps(sums + 16 * WIDTH);
    if (unit->is_first) {
        low += unit->bias[f];
        high += unit->bias[f + 16];
    }
    _mm512_store_ps(states, _mm512_load_ps(states) + low);
    _mm512_store_ps(states + 16 * WIDTH, _mm512_load_ps(states + 16 * WIDTH) + high);
}

INLINE void finish_inner(const tile_unit *unit, const tile_pending *pending, size_t row, int terms)
{
    const tile_plan *plan = unit->plan;
    const size_t half = row / 16;
    const size_t f = row % 16;
    const float *sums = pending->sums + half * 512 + f * WIDTH;
    uint16_t *middle = unit->middle + (pending->panel + half) * (plan->inner / BLOCK * terms * TILE);
    store_terms(middle + f * BLOCK, gelu(_mm512_load_ps(sums) + unit->bias[f], terms),
                gelu(_mm512_load_ps(sums + 16 * WIDTH) + unit->bias[f + 16], terms), terms);
}

// states += a block of rows of a linear layer, over a part of its features, plus its bias with the first part.
INLINE void add_product(const tile_plan *plan, tile_rows rows, const uint16_t *inputs, size_t panel_stride, int terms,
                        tile_scratch *scratch)
{
    const tile_unit work = {.plan = plan,
                            .bias = rows.layer->bias + rows.block * BLOCK,
                            .block = rows.block,
                            .is_first = rows.start == 0};
    multiply_all(plan, rows, NULL, (plan->batch->panels + 1) / 2, inputs, panel_stride, terms, scratch, finish_sum,
                 &work);
}

// A block of inner features of all panels, activated.
INLINE void expand(const tile_plan *plan, const ckernels_tile_linear *up, size_t first_block, size_t unit, int terms,
                   tile_scratch *scratch)
{
    const size_t features = plan->batch->network->features;
    const tile_rows rows = {up, first_block + unit, features, 0, features};
    const tile_unit work = {.plan = plan,
                            .bias = up->bias + rows.block * BLOCK,
                            .block = rows.block,
                            .middle = plan->middle + unit * terms * TILE};
    multiply_all(plan, rows, NULL, (plan->batch->panels + 1) / 2, plan->inputs, plan->blocks * terms * TILE, terms,
                 scratch, finish_inner, &work);
}

// MARK: Steps

// The steps of a batch: embedding; then for each layer projections, attention, its output, normalisation, the inner
// features and their use by turns, and normalisation. Each has independent units of work.
static size_t units(const tile_plan *plan, size_t step)
{
    const size_t panels = plan->batch->panels;
    if (step == 0) {
        return panels;
    }
    const size_t part = (step - 1) % plan->layer_steps;
    switch (part) {
    case 0: return 3 * plan->blocks;
    case 1: return plan->pair_count * plan->batch->network->heads;
    case 2: return plan->blocks;
    case 3: return panels;
    default: break;
    }
    if (part == plan->layer_steps - 1) {
        return panels;
    }
    if (part % 2 != 0) {
        return plan->blocks;
    }
    const size_t start = (part - 4) / 2 * plan->inner;
    return least(plan->inner, plan->batch->network->inner_features - start) / BLOCK;
}

INLINE void do_units(const tile_plan *plan, size_t step, size_t first, size_t end, int terms, tile_scratch *scratch)
{
    const ckernels_tile_network *network = plan->batch->network;
    if (step == 0) {
        for (size_t unit = first; unit < end; unit++) {
            embed(plan, unit, terms);
        }
        return;
    }
    const ckernels_tile_layer *layer = network->layers + (step - 1) / plan->layer_steps;
    const size_t part = (step - 1) % plan->layer_steps;
    const size_t start = part < 4 ? 0 : (part - 4) / 2 * plan->inner;
    const size_t stride = plan->blocks * terms * TILE;
    for (size_t unit = first; unit < end; unit++) {
        if (part == 0) {
            project(plan, layer, unit, terms, scratch);
        } else if (part == 1) {
            attend(plan, unit, terms, scratch);
        } else if (part == 2) {
            const tile_rows rows = {&layer->attention_output, unit, network->features, 0, network->features};
            add_product(plan, rows, plan->attended, stride, terms, scratch);
        } else if (part == 3) {
            normalize_panel(plan, unit, &layer->attention_norm, terms);
        } else if (part == plan->layer_steps - 1) {
            normalize_panel(plan, unit, &layer->output_norm, terms);
        } else if (part % 2 == 0) {
            expand(plan, &layer->up, start / BLOCK, unit, terms, scratch);
        } else {
            const size_t stop = least(start + plan->inner, network->inner_features);
            for (size_t from = start; from < stop; from += INNER_BLOCK) {
                const tile_rows rows = {&layer->down, unit, network->inner_features, from,
                                        least(stop - from, INNER_BLOCK)};
                add_product(plan, rows, plan->middle + (from - start) / BLOCK * terms * TILE,
                            plan->inner / BLOCK * terms * TILE, terms, scratch);
            }
        }
    }
}

// Without inlining, so that each number of terms is compiled by itself.
static __attribute__((noinline)) void do_one_term(const tile_plan *plan, size_t step, size_t first, size_t end,
                                                  tile_scratch *scratch)
{
    do_units(plan, step, first, end, 1, scratch);
}

static __attribute__((noinline)) void do_two_terms(const tile_plan *plan, size_t step, size_t first, size_t end,
                                                   tile_scratch *scratch)
{
    do_units(plan, step, first, end, 2, scratch);
}

static void do_step(const void *context, size_t step, size_t first, size_t end, size_t participant)
{
    const tile_plan *plan = context;
    tile_scratch *scratch = (tile_scratch *)plan->scratch + participant;
    if (plan->batch->network->terms == 2) {
        do_two_terms(plan, step, first, end, scratch);
    } else {
        do_one_term(plan, step, first, end, scratch);
    }
}

static size_t count_units(const void *context, size_t step) { return units(context, step); }

static void run(const ckernels_tile_batch *batch, ckernels_tile_team *team)
{
    tile_plan plan;
    make_plan(&plan, batch);
    const size_t steps = 1 + batch->network->layer_count * plan.layer_steps;
    configure();
    if (team != NULL) {
        ckernels_tile_team_lead(team, (tile_work){&plan, steps, count_units, do_step});
    } else {
        for (size_t step = 0; step < steps; step++) {
            do_step(&plan, step, 0, units(&plan, step), 0);
        }
    }
    finish();
}

static void help(ckernels_tile_team *team)
{
    configure();
    ckernels_tile_team_help(team);
    finish();
}

static void sum(const float *states, size_t features, ckernels_tile_sentence sentence, float *sums)
{
    const size_t whole = (size_t)sentence.length / WIDTH;
    const __mmask16 rest = (__mmask16)((1u << sentence.length % WIDTH) - 1);
    const float *first = states + (size_t)sentence.first_panel * features * WIDTH;
    for (size_t f = 0; f < features; f++) {
        const float *column = first + f * WIDTH;
        __m512 total = _mm512_setzero_ps();
        for (size_t panel = 0; panel < whole; panel++) {
            total += _mm512_load_ps(column + panel * features * WIDTH);
        }
        if (rest != 0) {
            total += _mm512_maskz_load_ps(rest, column + whole * features * WIDTH);
        }
        sums[f] = _mm512_reduce_add_ps(total);
    }
}

static void copy(const float *states, size_t features, ckernels_tile_sentence sentence, float *rows)
{
    const float *first = states + (size_t)sentence.first_panel * features * WIDTH;
    for (size_t token = 0; token < (size_t)sentence.length; token++) {
        const float *column = first + token / WIDTH * features * WIDTH + token % WIDTH;
        for (size_t f = 0; f < features; f++) {
            rows[token * features + f] = column[f * WIDTH];
        }
    }
}

static const ckernels_tiles kernels = {memory, packed_bytes, pack, run, help, sum, copy};
