// Option pricing on eight numbers at a time, written once for all instruction sets: options_portable.c, options_avx2.c and
// options_avx512.c include this file, and the compiler splits the vectors where the processor's are narrower.

#include "options_math.h"

// MARK: - The early-exercise boundary

// Nodes and quadrature points a scheme may have.
#define MOST_NODES 32
#define MOST_POINTS 64

// The root of Li's equation (QD+, 2010) at eight times to expiration: a start for the boundary, good to a few digits.
INLINE lanes starting_boundary(double rate, double yield, double volatility, lanes years, double limit, int precision)
{
    const lanes deviation = volatility * root(years);
    const lanes inverse_deviation = 1 / deviation;
    const lanes rate_discount = exponential(-rate * years, GOOD);
    const lanes yield_discount = exponential(-yield * years, GOOD);
    const double variance = volatility * volatility;
    const double drift = 2 * (rate - yield) / variance - 1;
    // r / (1 - e^{-r t}), which tends to 1 / t.
    const lanes interest = rate * years;
    const lanes scaled = pick(interest < 1e-5, (1 + 0.5 * interest) / years, rate / (1 - rate_discount));
    const lanes square_root = root(drift * drift + 8 * scaled / variance);
    const lanes exponent = -0.5 * (drift + square_root);
    const lanes exponent_slope = 2 * scaled * scaled / (variance * square_root);
    const lanes alpha = -2 * rate_discount / (variance * square_root);
    const lanes beta = alpha * (scaled - exponent_slope / square_root) - exponent;
    const lanes theta_weight = alpha / rate_discount;

    // Where the steps end earlier or later the boundary jumps a little, and so would the price; hence more digits than
    // the start deserves.
    const double tolerance = precision == FAST ? 1e-7 : 1e-10;
    lanes lower = all(1e-12 * limit);
    lanes upper = all(limit);
    // The boundary starts to fall like e^{-k sqrt(t)}; any point inside the bracket converges.
    lanes point = limit * exponential(-smallest(deviation, all(3)), FAST);
    for (int step = 0; step < 40; step++) {
        const lanes above = (log_ratio(point, all(1)) + (rate - yield) * years) * inverse_deviation + 0.5 * deviation;
        const lanes below = above - deviation;
        const normal upside = normal_at(-above, precision);
        const lanes lower_tail = normal_at(-below, precision).cumulative;
        const lanes upper_tail = upside.cumulative;
        const lanes price = rate_discount * lower_tail - point * yield_discount * upper_tail;
        const lanes theta = rate * rate_discount * lower_tail - yield * point * yield_discount * upper_tail -
                            0.5 * point * yield_discount * upside.density * deviation / years;
        const lanes charm = -yield_discount * (upside.density * ((rate - yield) * inverse_deviation -
                                                                 below / (2 * years)) +
                                               yield * upper_tail);
        const lanes held = 1 - yield_discount * upper_tail;
        const lanes value = held * point - beta * (1 - point - price) + theta_weight * theta;
        const lanes slope = held + yield_discount * upside.density * inverse_deviation + beta * held +
                            theta_weight * charm;
        upper = pick(value > 0, point, upper);
        lower = pick(value > 0, lower, point);
        lanes next = point - value / slope;
        next = pick((next > lower) & (next < upper), next, 0.5 * (lower + upper));
        const lane_bits moves = magnitude(next - point) >= tolerance * point;
        point = next;
        if (!any(moves)) break;
    }
    return point;
}

// Finds ln(boundary / limit)² at the nodes of a scheme for a put with strike 1.
INLINE void find_boundary(const ckernels_boundary_scheme *scheme, double rate, double yield, double volatility,
                          double years, double *squares, int precision)
{
    const int nodes = (int)scheme->nodes;
    const int points = (int)scheme->points;
    const double limit = yield > rate ? rate / yield : 1;
    const double log_limit = log(limit);
    const double drift = rate - yield;
    const double root_years = sqrt(years);
    const int uses_delta = fabs(drift) < 1e-3;

    lanes rate_weights[MOST_NODES * MOST_POINTS / LANES];
    lanes yield_weights[MOST_NODES * MOST_POINTS / LANES];
    double improved[MOST_NODES];
    for (int first = 0; first < nodes; first += LANES) {
        const lanes root_time = load(scheme->root_times + first);
        const lanes time = years * root_time * root_time;
        const lanes start = smallest(starting_boundary(rate, yield, volatility, time, limit, precision), all(limit));
        const lanes depth = log_ratio(start, all(limit));
        store(squares + first, depth * depth);
        for (int point = 0; point < points; point++) {
            const double half = scheme->halves[point];
            const lanes elapsed = time * (1 - half * half);
            const lanes weight = scheme->weights[point] * half * time;
            const int place = (first / LANES) * points + point;
            rate_weights[place] = rate * weight * exponential(rate * elapsed, precision);
            yield_weights[place] = yield == 0 ? all(0) : yield * weight * exponential(yield * elapsed, precision);
        }
    }
    for (size_t sweep = 0; sweep < scheme->sweeps; sweep++) {
        lane_bits moves = (lane_bits){};
        for (int first = 0; first < nodes; first += LANES) {
            const lanes root_time = root_years * load(scheme->root_times + first);
            const lanes time = root_time * root_time;
            const lanes deviation = volatility * root_time;
            const lanes inverse_deviation = 1 / deviation;
            const lanes square = load(squares + first);
            const lanes depth = root(square);
            const lanes boundary = limit * exponential(-depth, FULL);
            const lanes lower = (log_limit - depth + drift * time) * inverse_deviation - 0.5 * deviation;
            const lanes upper = lower + deviation;
            // below = (other - depth + drift t h²) / (sigma sqrt(t) h) - sigma sqrt(t) h / 2
            const lanes slant = root_time * (drift / volatility - 0.5 * volatility);
            lanes rate_sum = all(0);
            lanes yield_sum = all(0);
            for (int point = 0; point < points; point++) {
                const double half = scheme->halves[point];
                const double *row = scheme->rows + (size_t)point * nodes * nodes + first;
                lanes other = all(0);
                lanes another = all(0);
                for (int node = 0; node < nodes; node += 2) {
                    other += squares[node] * load(row + (size_t)node * nodes);
                    another += squares[node + 1] * load(row + (size_t)(node + 1) * nodes);
                }
                other = root(largest(other + another, all(0)));
                const lanes inverse_width = inverse_deviation * (1 / half);
                const lanes below = (other - depth) * inverse_width + slant * half;
                const lanes above = below + deviation * half;
                const int place = (first / LANES) * points + point;
                const lanes rate_weight = rate_weights[place];
                const lanes yield_weight = yield_weights[place];
                if (uses_delta) {
                    const normal upside = normal_at(above, precision);
                    const lanes distance = smallest(magnitude(below), all(38));
                    const lanes density = INVERSE_ROOT_TWO_PI * exponential(-0.5 * distance * distance, precision);
                    rate_sum += rate_weight * density * inverse_width;
                    yield_sum += yield_weight * (upside.cumulative + upside.density * inverse_width);
                } else {
                    rate_sum += rate_weight * normal_at(below, precision).cumulative;
                    if (yield != 0) yield_sum += yield_weight * normal_at(above, precision).cumulative;
                }
            }
            const normal low = normal_at(lower, precision);
            const normal high = normal_at(upper, precision);
            const lanes low_slope = low.density * inverse_deviation;
            const lanes high_slope = high.density * inverse_deviation;
            lanes numerator, numerator_slope, denominator, denominator_slope;
            if (uses_delta) {
                numerator = low_slope + rate_sum;
                numerator_slope = -low_slope * lower * inverse_deviation;
                denominator = high.cumulative + high_slope + yield_sum;
                denominator_slope = high_slope * (1 - upper * inverse_deviation);
            } else {
                numerator = low.cumulative + rate_sum;
                numerator_slope = low_slope;
                denominator = high.cumulative + yield_sum;
                denominator_slope = high_slope;
            }
            const lanes inverse_denominator = 1 / denominator;
            const lanes ratio = numerator * inverse_denominator;
            const lanes forward = exponential(-drift * time, FULL);
            const lanes image = forward * ratio;
            // Slopes are by the logarithm of the boundary; hence the division by it. The integrals do not count: they
            // depend on ratios of boundary values, which hardly change when neighbouring nodes move together.
            const lanes slope = forward * inverse_denominator * (numerator_slope - denominator_slope * ratio) / boundary;
            lanes next = boundary - (boundary - image) / (1 - slope);
            next = pick((next > 0) & (next <= limit), next, image);
            const lanes distance = log_ratio(smallest(largest(next, all(1e-300)), all(limit)), all(limit));
            const lanes result = pick((next > 0) & (next < INFINITY), distance * distance, square);
            moves |= magnitude(result - square) > 1e-14;
            store(improved + first, result);
        }
        memcpy(squares, improved, nodes * sizeof(double));
        if (!any(moves)) break;
    }
}

static void boundary(const ckernels_boundary_scheme *scheme, double rate, double yield, double volatility,
                     double years, double *squares)
{
    if (scheme->is_fast) {
        find_boundary(scheme, rate, yield, volatility, years, squares, FAST);
    } else {
        find_boundary(scheme, rate, yield, volatility, years, squares, GOOD);
    }
}

// The parts of the early-exercise premium's integral that do not depend on the spot: for each point the slope and the
// constant of the normal quantile in ln(spot), the width, and the weights of both legs.
static void premium(const ckernels_premium_table *table, size_t nodes, double rate, double yield, double volatility,
                    double years, const double *squares, double *prepared)
{
    const size_t points = table->points;
    const double limit = yield > rate ? rate / yield : 1;
    const double log_limit = log(limit);
    const double deviation = volatility * sqrt(years);
    for (size_t first = 0; first < points; first += LANES) {
        lanes depth = all(0);
        for (size_t node = 0; node < nodes; node++) depth += squares[node] * load(table->rows + node * points + first);
        depth = root(largest(depth, all(0)));
        const lanes fraction = load(table->times + first);
        const lanes elapsed = years * fraction;
        const lanes width = deviation * root(fraction);
        const lanes inverse_width = 1 / width;
        const lanes weight = years * load(table->weights + first);
        double *target = prepared + first;
        store(target, inverse_width);
        store(target + points, (depth - log_limit + (rate - yield) * elapsed) * inverse_width - 0.5 * width);
        store(target + 2 * points, width);
        store(target + 3 * points, rate * weight * exponential(-rate * elapsed, FULL));
        store(target + 4 * points, yield == 0 ? all(0) : yield * weight * exponential(-yield * elapsed, FULL));
    }
}

// Price, delta and gamma of a put with strike 1 at a spot above the boundary; the last two only if they are asked for.
INLINE void put_values(const double *prepared, size_t points, double rate, double yield, double volatility, double years,
                       double spot, int derivatives, int precision, double *values)
{
    const double moneyness = log(spot);
    lanes price = all(0), delta = all(0), gamma = all(0);
    for (size_t first = 0; first < points; first += LANES) {
        const double *source = prepared + first;
        const lanes inverse_width = load(source);
        const lanes below = moneyness * inverse_width + load(source + points);
        const lanes above = below + load(source + 2 * points);
        const lanes rate_weight = load(source + 3 * points);
        const normal downside = normal_at(-below, precision);
        price += rate_weight * downside.cumulative;
        const lanes rate_density = rate_weight * downside.density * inverse_width;
        if (derivatives) {
            delta -= rate_density;
            gamma += rate_density * (below * inverse_width + 1);
        }
        if (yield != 0) {
            const lanes yield_weight = load(source + 4 * points) * spot;
            const normal upside = normal_at(-above, precision);
            price -= yield_weight * upside.cumulative;
            if (derivatives) {
                const lanes yield_density = yield_weight * upside.density * inverse_width;
                delta += yield_density - yield_weight * upside.cumulative;
                gamma += yield_density * (1 - above * inverse_width);
            }
        }
    }
    // The European option in the first two lanes.
    const double deviation = volatility * sqrt(years);
    const double lower = (moneyness + (rate - yield) * years) / deviation - 0.5 * deviation;
    lanes quantiles = all(0);
    quantiles[0] = -lower;
    quantiles[1] = -lower - deviation;
    lanes exponents = all(0);
    exponents[0] = -rate * years;
    exponents[1] = -yield * years;
    const normal tails = normal_at(quantiles, FULL);
    const lanes discounts = exponential(exponents, FULL);
    const double share = spot * discounts[1];
    values[0] = discounts[0] * tails.cumulative[0] - share * tails.cumulative[1] + sum(price);
    values[1] = (sum(delta) - share * tails.cumulative[1]) / spot;
    values[2] = (sum(gamma) + share * tails.density[1] / deviation) / (spot * spot);
}

static void put(const double *prepared, size_t points, int is_fast, double rate, double yield, double volatility,
                double years, double spot, int derivatives, double *values)
{
    if (is_fast) {
        put_values(prepared, points, rate, yield, volatility, years, spot, derivatives, FAST, values);
    } else {
        put_values(prepared, points, rate, yield, volatility, years, spot, derivatives, GOOD, values);
    }
}

// MARK: - Black's formula

// The parts of an option's value by Black's formula. The out-of-the-money option (x = -|ln(F/K)|, total volatility s,
// u = -x/s, t = s/2) is worth near n1 - far n2: `near` is the smaller of the discounted forward and strike, and
// near n(d) = far n(d') = `scale`.
typedef struct {
    lanes ratio_below;  // R(|u - t|)
    lanes ratio_above;  // R(u + t)
    lanes density;      // e^{-(u² + t²) / 2} / sqrt(2 pi)
    lanes difference;   // R(u - t) - R(u + t), where u >= t or t is small
    lane_bits is_open;  // whether `difference` counts; else the value is near - scale (R(|u - t|) + R(u + t))
} black;

INLINE black black_at(lanes u, lanes t)
{
    black parts;
    const lanes below = u - t;
    const lanes above = u + t;
    parts.ratio_below = mills(magnitude(below), FULL);
    parts.ratio_above = mills(above, FULL);
    parts.density = INVERSE_ROOT_TWO_PI * exponential(-0.5 * (u * u + t * t), FULL);
    // For small t the difference of nearly equal numbers is a sum over the odd derivatives at u, which follow from
    // R' = uR - 1 and R^(n+1) = u R^(n) + n R^(n-1).
    lanes before = mills(u, FULL);
    lanes derivative = u * before - 1;
    const lanes square = t * t;
    lanes power = -2 * t;
    lanes series = power * derivative;
    static const double factors[5] = {1.0 / 6, 1.0 / 20, 1.0 / 42, 1.0 / 72, 1.0 / 110};
    for (int order = 1; order < 6; order++) {
        const lanes even = u * derivative + (2 * order - 1) * before;
        const lanes odd = u * even + (2 * order) * derivative;
        before = even;
        derivative = odd;
        power = power * square * factors[order - 1];
        series += power * derivative;
    }
    const lane_bits is_small = t < 0.15;
    parts.difference = pick(is_small, series, parts.ratio_below - parts.ratio_above);
    parts.is_open = is_small | (below >= 0);
    return parts;
}

// What a price and the Greeks of eight European options have in common.
typedef struct {
    lanes spot, strike, rate, yield, years, root_years, volatility;
    lanes share, cash;  // S e^{-qT}, K e^{-rT}
    lanes x, total;
    lane_bits is_regular;
} european_terms;

INLINE european_terms european_at(const ckernels_european *options, size_t first)
{
    european_terms terms;
    terms.spot = load(options->spot + first);
    terms.strike = load(options->strike + first);
    terms.rate = load(options->rate + first);
    terms.yield = load(options->yield + first);
    terms.years = load(options->years + first);
    const lanes interest = terms.rate * terms.years;
    const lanes dividends = terms.yield * terms.years;
    terms.root_years = root(terms.years);
    terms.is_regular = (terms.spot > 1e-100) & (terms.spot < 1e12) & (terms.strike > 1e-100) & (terms.strike < 1e12) &
                       (terms.years > 1e-12) & (terms.years < 200) & (magnitude(interest) < 50) &
                       (magnitude(dividends) < 50) & (magnitude(terms.rate) <= 10) & (magnitude(terms.yield) <= 10);
    terms.share = terms.spot * exponential(-dividends, FULL);
    terms.cash = terms.strike * exponential(-interest, FULL);
    terms.x = log_ratio(terms.spot, terms.strike) + (interest - dividends);
    return terms;
}

INLINE void add_volatility(european_terms *terms, const ckernels_european *options, size_t first)
{
    terms->volatility = load(options->volatility + first);
    terms->total = terms->volatility * terms->root_years;
    terms->is_regular &= (terms->total > 1e-6) & (terms->volatility <= 100);
    // Beyond 25 deviations a single option is priced with other care.
    terms->is_regular &= magnitude(terms->x) < 25 * terms->total;
}

static const double not_regular = __builtin_nan("");

static void european_prices(const ckernels_european *options, size_t count, double *prices)
{
    for (size_t first = 0; first < count; first += LANES) {
        european_terms terms = european_at(options, first);
        add_volatility(&terms, options, first);
        const lanes sign = load(options->sign + first);
        const black parts = black_at(magnitude(terms.x) / terms.total, 0.5 * terms.total);
        const lanes near = smallest(terms.share, terms.cash);
        const lanes scale = root(terms.share * terms.cash) * parts.density;
        const lanes open = scale * parts.difference;
        const lanes covered = near - scale * (parts.ratio_below + parts.ratio_above);
        const lanes intrinsic = largest(sign * (terms.share - terms.cash), all(0));
        const lanes price = pick(parts.is_open, open, covered) + intrinsic;
        store(prices + first, pick(terms.is_regular, largest(price, all(0)), all(not_regular)));
    }
}

static void european_greeks(const ckernels_european *options, size_t count, const ckernels_greeks *greeks)
{
    for (size_t first = 0; first < count; first += LANES) {
        european_terms terms = european_at(options, first);
        add_volatility(&terms, options, first);
        const lanes sign = load(options->sign + first);
        const black parts = black_at(magnitude(terms.x) / terms.total, 0.5 * terms.total);
        const lane_bits call_is_open = terms.x <= 0;
        const lanes near = pick(call_is_open, terms.share, terms.cash);
        const lanes far = pick(call_is_open, terms.cash, terms.share);
        const lanes scale = root(terms.share * terms.cash) * parts.density;
        // The legs of the out-of-the-money option and what is missing to a certain exercise.
        const lanes near_tail = scale * parts.ratio_below;
        const lane_bits is_beyond = magnitude(terms.x) >= 0.5 * terms.total * terms.total;
        const lanes near_leg = pick(is_beyond, near_tail, near - near_tail);
        const lanes near_rest = pick(is_beyond, near - near_tail, near_tail);
        const lanes far_leg = scale * parts.ratio_above;
        const lanes far_rest = far - far_leg;
        const lanes open = pick(parts.is_open, scale * parts.difference, near - near_tail - far_leg);
        const lanes intrinsic = largest(sign * (terms.share - terms.cash), all(0));
        // The out-of-the-money option is the one asked for, or it is the other one.
        const lane_bits is_open = call_is_open ^ (sign < 0);
        const lanes share_leg =
            pick(is_open, pick(call_is_open, near_leg, far_leg), pick(call_is_open, near_rest, far_rest));
        const lanes cash_leg =
            pick(is_open, pick(call_is_open, far_leg, near_leg), pick(call_is_open, far_rest, near_rest));
        const lanes decay = -0.5 * scale * terms.volatility / terms.root_years;
        const lanes theta = decay + sign * (terms.yield * share_leg - terms.rate * cash_leg);
        const lanes regular_price = largest(open + intrinsic, all(0));
        const lanes bad = all(not_regular);
        store(greeks->price + first, pick(terms.is_regular, regular_price, bad));
        store(greeks->delta + first, pick(terms.is_regular, sign * share_leg / terms.spot, bad));
        store(greeks->gamma + first, pick(terms.is_regular, scale / (terms.spot * terms.spot * terms.total), bad));
        store(greeks->theta + first, pick(terms.is_regular, theta, bad));
        store(greeks->vega + first, pick(terms.is_regular, scale * terms.root_years, bad));
        store(greeks->rho + first, pick(terms.is_regular, sign * terms.years * cash_leg, bad));
    }
}

// MARK: - Implied volatility

// b(x, s) and what Householder's method needs of it, in units of sqrt(forward * strike): after P. Jaeckel, "Let's be
// rational" (2013), with an objective for each of three regions.
static void european_volatilities(const ckernels_european *options, const double *prices, size_t count,
                                  double *volatilities)
{
    for (size_t first = 0; first < count; first += LANES) {
        const european_terms terms = european_at(options, first);
        const lanes sign = load(options->sign + first);
        const lanes price = load(prices + first);
        const lane_bits is_inside = sign * terms.x > 0;
        // In the money only the time value tells the volatility: S - K is taken off first, then the small parts.
        const lanes interest = -terms.rate * terms.years;
        const lanes dividends = -terms.yield * terms.years;
        const lanes share_rest = terms.spot * small_exponential_less_one(dividends);
        const lanes cash_rest = terms.strike * small_exponential_less_one(interest);
        const lanes inside = (price - sign * (terms.spot - terms.strike)) - sign * (share_rest - cash_rest);
        const lanes time_value = pick(is_inside, inside, price);
        lane_bits is_regular = terms.is_regular & (price > 0) & (price < 1e12);
        const lanes rests = magnitude(share_rest) + magnitude(cash_rest);
        is_regular &= ~is_inside | ((magnitude(interest) < 0.25) & (magnitude(dividends) < 0.25) & (rests < 4 * price));

        const lanes unit = root(terms.share * terms.cash);
        const lanes near = smallest(terms.share, terms.cash) / unit;  // e^{x/2}, the value at infinite volatility
        const lanes target = time_value / unit;
        const lanes x = -magnitude(terms.x);
        is_regular &= (target > 1e-30) & (target < near * (1 - 1e-10)) & (x > -30);
        const lanes safe_target = pick(is_regular, target, 0.4 * near);
        const lanes safe_x = pick(is_regular, x, all(-0.1));
        const lanes safe_near = pick(is_regular, near, all(0.95122942450071400910));
        const lanes wanted = pick(is_regular, safe_target, all(0.1));

        const lanes inflection = root(-2 * safe_x);
        // At the inflection u = t, so that b = near - density (R(0) + R(2t)).
        const lanes inflection_density = INVERSE_ROOT_TWO_PI * safe_near;
        const lanes half_near = 0.5 * safe_near;
        const lanes inflection_value =
            pick(inflection > 0.02, half_near - inflection_density * mills(inflection, FULL),
                 inflection_density * inflection * (1 - 0.62665706865775012561 * inflection));
        const lane_bits is_low = wanted < inflection_value;
        const lane_bits is_high = ~is_low & (wanted > half_near);
        const lanes one = all(1);
        const lanes log_wanted = log_ratio(wanted, one);
        const lanes gap = safe_near - wanted;
        // Low: ln b falls by about x²/2 for each unit of 1/s². Middle: the tangent. High: ln of the gap falls by s²/8.
        const lanes log_inflection = log_ratio(largest(inflection_value, all(1e-300)), one);
        const lanes steepness = largest(0.5 * safe_x * safe_x, all(1e-300));
        const lanes low_start =
            1 / root(0.5 / largest(-safe_x, all(1e-300)) + (log_inflection - log_wanted) / steepness);
        const lanes middle_start = inflection + (wanted - inflection_value) / inflection_density;
        const lanes high_start = root(largest(inflection * inflection, -8 * log_ratio(gap, one) - 4));
        lanes s = pick(is_low, largest(low_start, all(1e-8)), pick(is_high, largest(high_start, middle_start), middle_start));
        lane_bits moves = is_regular;
        for (int step = 0; step < 12; step++) {
            const lanes inverse = 1 / s;
            const lanes u = -safe_x * inverse;
            const black parts = black_at(u, 0.5 * s);
            const lanes tail = parts.density * (parts.ratio_below + parts.ratio_above);
            const lanes value = pick(parts.is_open, parts.density * parts.difference, safe_near - tail);
            const lanes slope = parts.density;
            const lanes halley = u * u * inverse - 0.25 * s;
            const lanes third = halley * halley - 3 * (u * inverse) * (u * inverse) - 0.25;
            const lanes left = pick(parts.is_open & (s < 3), safe_near - value, tail);
            const lanes denominator = pick(is_low, value, pick(is_high, left, one));
            const lanes pace = slope / denominator;
            const lanes logarithm = log_ratio(pick(is_low, largest(value, all(1e-300)), pick(is_high, left, one)), one);
            // Low: 1 / ln b; middle: b; high: ln of the gap.
            const lanes inverse_log = 1 / pick(is_low, logarithm, all(-1));
            const lanes low_newton = (log_wanted - logarithm) * logarithm / (log_wanted * pace);
            const lanes low_halley = halley - pace * (1 + 2 * inverse_log);
            const lanes low_third = third + 2 * pace * pace * (1 + 3 * inverse_log * (1 + inverse_log)) -
                                    3 * halley * pace * (1 + 2 * inverse_log);
            const lanes high_newton = log_ratio(pick(is_high, left, one), pick(is_high, gap, one)) / pace;
            const lanes newton =
                pick(is_low, low_newton, pick(is_high, high_newton, (wanted - value) / slope));
            const lanes second = pick(is_low, low_halley, pick(is_high, halley + pace, halley));
            const lanes fourth =
                pick(is_low, low_third, pick(is_high, third + pace * (2 * pace + 3 * halley), third));
            lanes change = newton * (1 + 0.5 * second * newton) / (1 + newton * (second + fourth * newton / 6));
            // A step against Newton's, or out of bounds, is none of Householder's.
            change = pick((change * newton >= 0) & (magnitude(change) < 4 * magnitude(newton)), change, newton);
            change = largest(smallest(change, s), -0.7 * s);
            s = pick(moves, s + change, s);
            // The method is of fourth order: after so small a step nothing is left to gain.
            moves &= magnitude(change) > 2e-5 * s;
            if (!any(moves)) break;
        }
        const lane_bits is_found = is_regular & ~moves & (s > 1e-6) & (s < 60);
        store(volatilities + first, pick(is_found, s / terms.root_years, all(not_regular)));
    }
}

static const ckernels_options kernels = {boundary,         premium,        put,
                                         european_prices, european_greeks, european_volatilities};
