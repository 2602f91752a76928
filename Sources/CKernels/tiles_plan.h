// How a batch lies in memory, and what is done by the way while tiles multiply.
//
// Within a block of 32 features (or keys), feature j shares a lane with feature j + 16: so a pair of bfloat16 is made by
// a shift and a blend, of weights and of activations alike.

#include "tiles_team.h"

// Inner features whose products are added up before they join the others; a fixed number, so that results do not depend
// on how a batch is worked on.
#define INNER_BLOCK 384

// With so few panels all inner features are computed before they are used, for that takes fewer steps.
#define FEW_PANELS 2

typedef struct {
    int32_t first_panel;
    int32_t panels;
} panel_pair;

typedef struct {
    // The weights of a block of rows, converted.
    uint16_t *weights;
    // A product, and the one before it.
    float *sums[2];
    // Of two panels of queries.
    float *scores;
    uint16_t *shares;
} tile_scratch;

typedef struct {
    const ckernels_tile_batch *batch;
    size_t blocks;
    size_t head_blocks;
    size_t inner;
    size_t inner_steps;
    size_t layer_steps;
    size_t pair_count;
    // The panels of each sentence, two by two; of each panel its sentence and its pair.
    panel_pair *pairs;
    int32_t *sentence_of_panel;
    int32_t *first_pair_of_sentence;
    uint16_t *inputs;
    uint16_t *queries;
    uint16_t *keys;
    uint16_t *values;
    uint16_t *attended;
    uint16_t *middle;
    tile_scratch scratch[2];
} tile_plan;

INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

INLINE size_t inner_at_once(const ckernels_tile_network *network, size_t panels)
{
    return panels <= FEW_PANELS ? network->inner_features : least(network->inner_features, INNER_BLOCK);
}

// Lays the parts of the memory out from `memory`, which may be NULL; returns the bytes needed.
static size_t lay_out(tile_plan *plan, const ckernels_tile_network *network, size_t panels, size_t longest,
                      uint8_t *memory)
{
    const size_t terms = network->terms;
    const size_t panel_bytes = network->features * WIDTH * terms * sizeof(uint16_t);
    const size_t longest_panels = (longest + WIDTH - 1) / WIDTH;
    size_t bytes = 0;
#define PART(pointer, count)                                                                                           \
    (pointer) = (void *)((uintptr_t)memory + bytes);                                                                   \
    bytes += ((count) + 63) / 64 * 64;
    PART(plan->pairs, panels * sizeof(panel_pair))
    PART(plan->sentence_of_panel, panels * sizeof(int32_t))
    PART(plan->first_pair_of_sentence, panels * sizeof(int32_t))
    PART(plan->inputs, panels * panel_bytes)
    PART(plan->queries, panels * panel_bytes)
    PART(plan->keys, panels * panel_bytes)
    // Two panels a pair, whether there is a second one or not.
    PART(plan->values, 2 * panels * panel_bytes)
    PART(plan->attended, panels * panel_bytes)
    PART(plan->middle, panels * inner_at_once(network, panels) * WIDTH * terms * sizeof(uint16_t))
    for (size_t i = 0; i < 2; i++) {
        const size_t depth = network->features > INNER_BLOCK ? network->features : INNER_BLOCK;
        PART(plan->scratch[i].weights, depth * BLOCK * terms * sizeof(uint16_t))
        PART(plan->scratch[i].sums[0], 4 * 256 * sizeof(float))
        PART(plan->scratch[i].sums[1], 4 * 256 * sizeof(float))
        PART(plan->scratch[i].scores, 2 * longest_panels * 256 * sizeof(float))
        PART(plan->scratch[i].shares, 2 * ((longest_panels + 1) / 2) * TILE * terms * sizeof(uint16_t))
    }
#undef PART
    return bytes;
}

static size_t memory(const ckernels_tile_network *network, size_t panels, size_t longest_sentence)
{
    tile_plan plan;
    return lay_out(&plan, network, panels, longest_sentence, NULL);
}

static void make_plan(tile_plan *plan, const ckernels_tile_batch *batch)
{
    const ckernels_tile_network *network = batch->network;
    size_t longest = 0;
    for (size_t s = 0; s < batch->sentence_count; s++) {
        const size_t length = (size_t)batch->sentences[s].length;
        longest = length > longest ? length : longest;
    }
    lay_out(plan, network, batch->panels, longest, batch->memory);
    plan->batch = batch;
    plan->blocks = network->features / BLOCK;
    plan->head_blocks = plan->blocks / network->heads;
    plan->inner = inner_at_once(network, batch->panels);
    plan->inner_steps = (network->inner_features + plan->inner - 1) / plan->inner;
    plan->layer_steps = 5 + 2 * plan->inner_steps;
    plan->pair_count = 0;
    for (size_t s = 0; s < batch->sentence_count; s++) {
        const int32_t panels = (batch->sentences[s].length + WIDTH - 1) / WIDTH;
        plan->first_pair_of_sentence[s] = (int32_t)plan->pair_count;
        for (int32_t panel = 0; panel < panels; panel++) {
            plan->sentence_of_panel[batch->sentences[s].first_panel + panel] = (int32_t)s;
            if (panel % 2 == 0) {
                panel_pair *pair = plan->pairs + plan->pair_count++;
                pair->first_panel = batch->sentences[s].first_panel + panel;
                pair->panels = panels - panel > 1 ? 2 : 1;
            }
        }
    }
}

// MARK: By the way

// One unit of a linear layer: 32 rows of weights for all panels.
typedef struct {
    const tile_plan *plan;
    const float *bias;
    // What the rows are, counted in blocks of 32.
    size_t block;
    float scale;
    // Whether the bias is still to be added.
    int is_first;
    uint16_t *middle;
} tile_unit;

// A product whose rows wait to be finished, 16 or 32 of them: of each panel, row j together with row j + 16.
typedef struct {
    const float *sums;
    size_t pair;
    size_t panel;
    size_t next;
    size_t end;
    // Rows for each step of the product after it.
    size_t at_once;
} tile_pending;

typedef void (*tile_finish)(const tile_unit *unit, const tile_pending *pending, size_t row, int terms);

INLINE void finish_some(tile_pending *pending, tile_finish finish, const tile_unit *unit, int terms)
{
    const size_t end = least(pending->next + pending->at_once, pending->end);
    for (size_t row = pending->next; row < end; row++) {
        finish(unit, pending, row, terms);
    }
    pending->next = end;
}

INLINE void finish_all(tile_pending *pending, tile_finish finish, const tile_unit *unit, int terms)
{
    pending->at_once = pending->end;
    finish_some(pending, finish, unit, terms);
}

// What comes next in memory, fetched a little with each step.
typedef struct {
    const char *address;
    size_t lines;
} tile_prefetch;

INLINE void fetch_some(tile_prefetch *next)
{
    for (size_t line = 0; line < next->lines; line++) {
        __builtin_prefetch(next->address, 0, 2);
        // An integer, because the address may lie beyond the weights; fetching there is harmless, pointing there is not.
        next->address = (const char *)((uintptr_t)next->address + 64);
    }
}
