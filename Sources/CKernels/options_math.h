// Elementary functions and the normal distribution on eight numbers at a time, for options.h.

#include "CKernels.h"

#include <math.h>
#include <string.h>

// Everything here is inlined or called with plain numbers, so no vector is ever passed between instruction sets.
#pragma clang diagnostic ignored "-Wpsabi"

#define LANES CKERNELS_OPTION_LANES
#define INLINE static inline __attribute__((always_inline))

typedef double lanes __attribute__((vector_size(LANES * 8)));
typedef int64_t lane_bits __attribute__((vector_size(LANES * 8)));
// The same, where an array of doubles is only as aligned as a double.
typedef double unaligned_lanes __attribute__((vector_size(LANES * 8), aligned(8), may_alias));

INLINE lanes load(const double *source) { return *(const unaligned_lanes *)source; }
INLINE void store(double *target, lanes value) { *(unaligned_lanes *)target = value; }
INLINE lanes all(double value) { return value - (lanes){}; }
INLINE lanes pick(lane_bits mask, lanes yes, lanes no)
{
    return (lanes)((mask & (lane_bits)yes) | (~mask & (lane_bits)no));
}
INLINE lanes largest(lanes a, lanes b) { return __builtin_elementwise_max(a, b); }
INLINE lanes smallest(lanes a, lanes b) { return __builtin_elementwise_min(a, b); }
INLINE lanes magnitude(lanes a) { return __builtin_elementwise_abs(a); }
INLINE lanes root(lanes a) { return __builtin_elementwise_sqrt(a); }
INLINE int any(lane_bits mask) { return __builtin_reduce_or(mask) != 0; }
INLINE double sum(lanes a)
{
    return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

// MARK: - Elementary functions

// How exact the elementary functions are: to the last digits, to 1e-13, to 1e-9.
enum { FULL, GOOD, FAST };

// Chebyshev fits, as powers from the constant term upwards. Of e^x for |x| <= ln(2)/2:
static const double exp_full[12] = {
    1.0, 1.0, 0.5000000000000019, 0.16666666666666702, 0.04166666666648808, 0.008333333333309526,
    0.0013888888952318045, 0.00019841269909219843, 2.480148547921643e-05, 2.755722495611072e-06,
    2.7632640675430235e-07, 2.5114870219497476e-08,
};
static const double exp_fast[9] = {
    1.0000000000000135, 0.9999999999797808, 0.4999999999943851, 0.16666666891074364, 0.041666667040585935,
    0.008333266093189582, 0.001388880174512402, 0.00019915869191389535, 2.488446163856036e-05,
};
// Of (z + 2) R(z) in (z - 4) / (z + 4), where R is the Mills ratio (1 - N(z)) / n(z) of the normal distribution, z >= 0:
static const double mills_full[25] = {
    1.419914297481364, -0.6695234172878666, 0.3468644384456948, -0.1080533335318192, -0.003341419015220375,
    0.02367260243080945, -0.011266834171685468, 0.0008853179568774824, 0.001272647387899338, -0.0003508909407673724,
    -0.00014840480521697346, 6.48765576957847e-05, 2.3371341928360165e-05, -1.0685217810424724e-05,
    -4.895158491994746e-06, 1.5359111618090646e-06, 1.154829599712401e-06, -1.3556536549022872e-07,
    -2.638673144206606e-07, -1.5055909042089673e-08, 5.1755973366076845e-08, 8.657939670848224e-09,
    -7.49207363957243e-09, -1.230446386833368e-09, 5.830435208152956e-10,
};
static const double mills_good[19] = {
    1.4199142974813228, -0.669523417287112, 0.34686443845403664, -0.10805333357648413, -0.0033414192940212127,
    0.023672603202625642, -0.011266830545820235, 0.0008853119397441371, 0.00127262333242926, -0.0003508658513968409,
    -0.00014831251500731742, 6.481654938390332e-05, 2.3153456525454843e-05, -1.0602858755191899e-05,
    -4.5708599932552345e-06, 1.4780606850611925e-06, 8.526215001019085e-07, -1.2749423387092633e-07,
    -9.481550941581959e-08,
};
static const double mills_fast[14] = {
    1.4199142972152752, -0.669523416396914, 0.34686446496295964, -0.1080533671633085, -0.0033418530061677097,
    0.023672971020177385, -0.011264145056808192, 0.0008835265619371051, 0.0012645776755155038,
    -0.00034637742046367666, -0.0001355454453170087, 5.8669860006239864e-05, 1.2341210054774135e-05,
    -6.1438321741153e-06,
};
// Of (atanh(f) / f - 1) / f² in f², for |f| <= 0.201:
static const double log_full[9] = {
    0.3333333333333333, 0.1999999999999995, 0.14285714285747061, 0.11111111102810967, 0.09090910142593861,
    0.07692232976957718, 0.0666977463190711, 0.058074899410526924, 0.062199226999554394,
};

INLINE lanes polynomial(const double *coefficients, int degree, lanes x)
{
    lanes value = all(coefficients[degree]);
    for (int index = degree - 1; index >= 0; index--) value = value * x + coefficients[index];
    return value;
}

// e^x; 0 below -708, and above 708 what it is there.
INLINE lanes exponential(lanes x, int precision)
{
    const double shift = 0x1.8p52;
    const lanes bounded = largest(smallest(x, all(708)), all(-708));
    const lanes shifted = bounded * 0x1.71547652b82fep0 + shift;
    const lanes count = shifted - shift;
    lanes rest = bounded - count * 0x1.62e42fefa0000p-1;
    rest = rest - count * 0x1.cf79abc9e3b3ap-40;
    const lanes value = precision == FAST ? polynomial(exp_fast, 8, rest) : polynomial(exp_full, 11, rest);
    // The whole part of the exponent stands in the low bits of the shifted number.
    const lanes scaled = (lanes)((lane_bits)value + ((lane_bits)shifted << 52));
    return pick(x < -708, all(0), scaled);
}

// e^x - 1 without cancellation, for |x| <= 1/4.
INLINE lanes small_exponential_less_one(lanes x)
{
    // The Taylor series, up to x^12 / 12!.
    lanes value = all(1.0 / 479001600);
    value = value * x + 1.0 / 39916800;
    value = value * x + 1.0 / 3628800;
    value = value * x + 1.0 / 362880;
    value = value * x + 1.0 / 40320;
    value = value * x + 1.0 / 5040;
    value = value * x + 1.0 / 720;
    value = value * x + 1.0 / 120;
    value = value * x + 1.0 / 24;
    value = value * x + 1.0 / 6;
    value = value * x + 0.5;
    return x + x * x * value;
}

// ln(a / b) of normal numbers above 0, exact also where they nearly agree.
INLINE lanes log_ratio(lanes a, lanes b)
{
    const lane_bits distance = (lane_bits)a - (lane_bits)b + (1LL << 51);
    // The sign bit of the shifted distance is kept by an offset, since not every processor shifts signed numbers.
    const lane_bits exponent = (lane_bits)(((distance + (1LL << 62)) >> 52) & 0xFFF) - (1 << 10);
    const lanes scaled = (lanes)((lane_bits)a - (exponent << 52));
    const lanes fraction = (scaled - b) / (scaled + b);
    const lanes square = fraction * fraction;
    const lanes twice = fraction + fraction;
    const lanes count = __builtin_convertvector(exponent, lanes);
    const lanes rest = twice + (twice * square) * polynomial(log_full, 8, square);
    return count * 0x1.62e42fefa0000p-1 + (rest + count * 0x1.cf79abc9e3b3ap-40);
}

// The Mills ratio (1 - N(z)) / n(z), z >= 0.
INLINE lanes mills(lanes z, int precision)
{
    const lanes inverse = 1 / ((z + 4) * (z + 2));
    const lanes place = (z - 4) * ((z + 2) * inverse);
    const lanes value = precision == FULL   ? polynomial(mills_full, 24, place)
                        : precision == GOOD ? polynomial(mills_good, 18, place)
                                            : polynomial(mills_fast, 13, place);
    return value * ((z + 4) * inverse);
}

#define INVERSE_ROOT_TWO_PI 0.39894228040143267794

// The normal distribution function and its density.
typedef struct {
    lanes cumulative;
    lanes density;
} normal;

INLINE normal normal_at(lanes x, int precision)
{
    const lanes distance = smallest(magnitude(x), all(38));
    const lanes density = INVERSE_ROOT_TWO_PI * exponential(-0.5 * distance * distance, precision);
    const lanes tail = density * mills(distance, precision);
    return (normal){pick(x < 0, tail, 1 - tail), density};
}
