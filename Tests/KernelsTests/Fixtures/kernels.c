// Prints what the kernels of one instruction set make of seeded inputs: a line for each result, its kernel's name and the
// value, floats in hexadecimal. Compiled for two processors, the outputs can be compared line by line.
//
//   kernels portable | avx2 | avx512     (exit status 3 where this processor lacks the set)

#include "CKernels.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 20240229;

// SplitMix64.
static uint64_t bits(void)
{
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static double between(double low, double high) { return low + (high - low) * (double)(bits() >> 11) * 0x1p-53; }

static void *room(size_t bytes)
{
    void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (!memory) exit(2);
    memset(memory, 0, (bytes + 63) / 64 * 64);
    return memory;
}

static float *floats(size_t count, double low, double high)
{
    float *values = room(count * sizeof(float));
    for (size_t i = 0; i < count; i++) values[i] = (float)between(low, high);
    return values;
}

static double *doubles(size_t count, double low, double high)
{
    double *values = room(count * sizeof(double));
    for (size_t i = 0; i < count; i++) values[i] = between(low, high);
    return values;
}

static void show(const char *name, const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) printf("%s %a\n", name, values[i]);
}

static void show_doubles(const char *name, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) printf("%s %a\n", name, values[i]);
}

// MARK: - Encoder

static void encoder(const ckernels_set *set)
{
    const size_t depth = 96, rows = 41, panels = 3, width = CKERNELS_PANEL_WIDTH;
    float *weights = floats(rows * depth, -0.2, 0.2), *bias = floats(rows, -1, 1);
    float *inputs = floats(panels * depth * width, -2, 2), *outputs = room(panels * rows * width * sizeof(float));
    set->linear(weights, bias, rows, depth, inputs, depth * width, panels, outputs, rows * width);
    show("linear", outputs, panels * rows * width);

    float *addends = floats(panels * depth * width, -1, 1), *gain = floats(depth, 0.5, 1.5);
    float *shift = floats(depth, -0.5, 0.5);
    set->layer_norm(inputs, addends, depth, panels, gain, shift, 1e-12f);
    show("layer_norm", inputs, panels * depth * width);

    float *values = floats(64 * width, -9, 9);
    set->gelu(values, 64 * width);
    show("gelu", values, 64 * width);

    const size_t heads = 2, size = 32;
    float *projections = floats(panels * 3 * heads * size * width, -1.5, 1.5);
    float *scratch = room(panels * width * width * sizeof(float));
    float *attended = room(panels * heads * size * width * sizeof(float));
    ckernels_span spans[3 * CKERNELS_PANEL_WIDTH];
    for (int32_t i = 0; i < 48; i++) spans[i] = i < 21 ? (ckernels_span){0, 21} : (ckernels_span){21, 48};
    set->attention(projections, panels, heads, size, spans, scratch, attended);
    show("attention", attended, panels * heads * size * width);

    float *table = floats(37 * 387, -1, 1), *query = floats(387, -1, 1), *scores = room(37 * sizeof(float));
    set->scores(table, 37, 387, query, scores);
    show("scores", scores, 37);
}

// MARK: - Bytes

static void codes(const ckernels_codes *set)
{
    const size_t dimensions[] = {384, 7, 100, 1024};
    for (size_t d = 0; d < 4; d++) {
        const size_t dimension = dimensions[d], count = 61, words = (dimension + 63) / 64;
        int8_t *rows = room(count * dimension);
        for (size_t i = 0; i < count * dimension; i++) rows[i] = (int8_t)((int)(bits() % 255) - 127);
        int16_t *query = room(dimension * sizeof(int16_t));
        for (size_t i = 0; i < dimension; i++) query[i] = (int16_t)((int)(bits() % 8001) - 4000);
        float *scales = floats(count, 0.001, 0.02), *scores = room(count * sizeof(float));
        set->scores(rows, scales, count, dimension, query, 0.0003f, scores);
        show("codes.scores", scores, count);
        uint32_t *places = room(count * sizeof(uint32_t));
        for (size_t i = 0; i < count; i++) places[i] = (uint32_t)(bits() % count);
        set->scores_at(rows, scales, places, count, dimension, query, 0.0003f, scores);
        show("codes.scores_at", scores, count);
        uint64_t *signs = room(count * words * sizeof(uint64_t));
        float *factors = room(count * sizeof(float));
        set->signs(rows, scales, count, dimension, signs, factors);
        for (size_t i = 0; i < count * words; i++) printf("codes.signs %" PRIu64 "\n", signs[i]);
        show("codes.factors", factors, count);
        int8_t *small = room(words * 64);
        for (size_t i = 0; i < dimension; i++) small[i] = (int8_t)((int)(bits() % 255) - 127);
        set->sign_scores(signs, factors, count, words, small, 0.01f, scores);
        show("codes.sign_scores", scores, count);
    }
}

// MARK: - Options

static void european(const ckernels_options *set)
{
    const size_t count = 512;
    double *sign = room(count * sizeof(double));
    for (size_t i = 0; i < count; i++) sign[i] = bits() & 1 ? 1 : -1;
    const ckernels_european options = {sign,
                                       doubles(count, 60, 140),
                                       doubles(count, 60, 140),
                                       doubles(count, -0.01, 0.08),
                                       doubles(count, 0, 0.06),
                                       doubles(count, 0.01, 3),
                                       doubles(count, 0.05, 1.2)};
    double *prices = room(count * sizeof(double)), *found = room(count * sizeof(double));
    set->european_prices(&options, count, prices);
    show_doubles("european.price", prices, count);
    double *results[6];
    for (int i = 0; i < 6; i++) results[i] = room(count * sizeof(double));
    const ckernels_greeks greeks = {results[0], results[1], results[2], results[3], results[4], results[5]};
    set->european_greeks(&options, count, &greeks);
    const char *names[] = {"greeks.price", "greeks.delta", "greeks.gamma", "greeks.theta", "greeks.vega", "greeks.rho"};
    for (int i = 0; i < 6; i++) show_doubles(names[i], results[i], count);
    set->european_volatilities(&options, prices, count, found);
    // Where a price hardly depends on the volatility, its last bits decide; what it is worth again is what must agree.
    ckernels_european again = options;
    for (size_t i = 0; i < count; i++) printf("volatility.found %d\n", !isnan(found[i]));
    for (size_t i = 0; i < count; i++) found[i] = isnan(found[i]) ? 0.3 : found[i];
    again.volatility = found;
    set->european_prices(&again, count, prices);
    show_doubles("volatility.price", prices, count);
}

// Any smooth table serves: nodes evenly spaced in the root of time, values between them on straight lines.
static double line_weight(size_t nodes, size_t node, double place)
{
    const double distance = fabs(place * (double)nodes - (double)(node + 1));
    return distance < 1 ? 1 - distance : 0;
}

static void american(const ckernels_options *set, int is_fast)
{
    const size_t nodes = 16, points = 24;
    double *times = room(nodes * sizeof(double)), *halves = room(points * sizeof(double));
    double *weights = room(points * sizeof(double)), *rows = room(points * nodes * nodes * sizeof(double));
    for (size_t i = 0; i < nodes; i++) times[i] = (double)(i + 1) / (double)nodes;
    for (size_t p = 0; p < points; p++) {
        halves[p] = ((double)p + 0.5) / (double)points;
        weights[p] = 2.0 / (double)points;
        for (size_t read = 0; read < nodes; read++)
            for (size_t solved = 0; solved < nodes; solved++)
                rows[(p * nodes + read) * nodes + solved] = line_weight(nodes, read, times[solved] * halves[p]);
    }
    const ckernels_boundary_scheme scheme = {nodes, points, 6, is_fast, times, halves, weights, rows};
    double *elapsed = room(points * sizeof(double)), *shares = room(points * sizeof(double));
    double *reads = room(nodes * points * sizeof(double));
    for (size_t p = 0; p < points; p++) {
        elapsed[p] = ((double)p + 0.5) / (double)points;
        shares[p] = 1.0 / (double)points;
        for (size_t node = 0; node < nodes; node++)
            reads[node * points + p] = line_weight(nodes, node, sqrt(1 - elapsed[p]));
    }
    const ckernels_premium_table table = {points, elapsed, shares, reads};
    double *squares = room(nodes * sizeof(double)), *prepared = room(5 * points * sizeof(double)), values[3];
    for (int i = 0; i < 60; i++) {
        const double rate = between(0.005, 0.09), yield = i % 3 ? between(0, 0.08) : 0;
        const double volatility = between(0.1, 0.9), years = between(0.02, 2);
        set->boundary(&scheme, rate, yield, volatility, years, squares);
        show_doubles("american.boundary", squares, nodes);
        set->premium(&table, nodes, rate, yield, volatility, years, squares, prepared);
        set->put(prepared, points, is_fast, rate, yield, volatility, years, between(1, 1.3), 1, values);
        show_doubles("american.put", values, 3);
    }
}

int main(int count, char **arguments)
{
    const char *name = count == 2 ? arguments[1] : "";
    const ckernels_set *set = NULL;
    const ckernels_codes *code_set = NULL;
    const ckernels_options *option_set = NULL;
    if (!strcmp(name, "portable")) {
        set = ckernels_portable();
        code_set = ckernels_codes_portable();
        option_set = ckernels_options_portable();
    } else if (!strcmp(name, "avx2")) {
        set = ckernels_avx2();
        code_set = ckernels_codes_avx2();
        option_set = ckernels_options_avx2();
    } else if (!strcmp(name, "avx512")) {
        set = ckernels_avx512();
        code_set = ckernels_codes_avx512();
        option_set = ckernels_options_avx512();
    } else {
        return 2;
    }
    if (!set || !code_set || !option_set) return 3;
    encoder(set);
    codes(code_set);
    european(option_set);
    american(option_set, 0);
    american(option_set, 1);
    return 0;
}
