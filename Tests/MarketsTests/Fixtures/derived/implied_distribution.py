"""Writes implied_distribution.json: European quotes on a mixture of two lognormals, whose probabilities are known in closed
form, for two expirations, and how closely scipy's least squares fits raw SVI to their volatilities. Run in this folder."""

import json
from math import exp, log, sqrt

import numpy as np
from scipy.optimize import brentq, least_squares
from scipy.stats import norm

RATE, SPOT = 0.045, 100.0


def mixture(days):
    years = days / 365
    forward = SPOT * exp(RATE * years)
    # Weights and means keep the forward; the second is the fearful one.
    return years, forward, ((0.75, forward * (1 + 0.01 * sqrt(years * 12)), 0.18), (0.25, forward * (1 - 0.03 * sqrt(years * 12)), 0.28))


def call(strike, days):
    years, forward, parts = mixture(days)
    total = 0.0
    for weight, mean, volatility in parts:
        s = volatility * sqrt(years)
        d1 = log(mean / strike) / s + s / 2
        total += weight * (mean * norm.cdf(d1) - strike * norm.cdf(d1 - s))
    return exp(-RATE * years) * total


def above(strike, days):
    years, forward, parts = mixture(days)
    return sum(w * norm.cdf(log(mean / strike) / (v * sqrt(years)) - v * sqrt(years) / 2) for w, mean, v in parts)


quotes, probabilities = [], []
for days in (30, 58):
    years, forward, _ = mixture(days)
    for strike in range(76, 121, 2):
        value = call(strike, days)
        put = value - exp(-RATE * years) * (forward - strike)
        quotes.append({"days": days, "strike": strike, "call": f"{value:.8f}", "put": f"{put:.8f}"})
    for level in (82, 88, 93, 97, 100, 103, 107, 112):
        probabilities.append({"days": days, "level": level, "probability": above(level, days)})


def fit_error(days):
    """The root mean square miss, in volatility, of the best raw SVI over several starts."""
    years, forward, _ = mixture(days)
    moneyness, volatilities = [], []
    for quote in (q for q in quotes if q["days"] == days):
        strike = quote["strike"]
        sign, price = (-1, float(quote["put"])) if strike <= forward else (1, float(quote["call"]))

        def miss(v):
            d1 = log(forward / strike) / (v * sqrt(years)) + v * sqrt(years) / 2
            value = forward * norm.cdf(sign * d1) - strike * norm.cdf(sign * (d1 - v * sqrt(years)))
            return exp(-RATE * years) * sign * value - price

        moneyness.append(log(strike / forward))
        volatilities.append(brentq(miss, 0.01, 3))
    k, target = np.array(moneyness), np.array(volatilities)

    def misses(p):
        a, b, rho, m, sigma = p
        total = a + b * (rho * (k - m) + np.sqrt((k - m) ** 2 + sigma * sigma))
        return np.sqrt(np.maximum(total, 1e-9) / years) - target

    bounds = ([-1, 0, -0.999, -1, 1e-4], [1, 5, 0.999, 1, 5])
    fits = [least_squares(misses, [0.002, 0.05, -0.3, m, s], bounds=bounds) for m in (-0.1, 0, 0.1) for s in (0.01, 0.05, 0.2)]
    return sqrt(2 * min(f.cost for f in fits) / len(k))


document = {"svi_errors": {str(days): fit_error(days) for days in (30, 58)}, "rate": RATE, "spot": SPOT, "quotes": quotes, "probabilities": probabilities}
with open("implied_distribution.json", "w") as file:
    json.dump(document, file, indent=1)
    file.write("\n")
