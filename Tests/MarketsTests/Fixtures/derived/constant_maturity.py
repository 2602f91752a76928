"""Writes constant_maturity.json: European quotes of two expirations on a known smile, and the 30-day volatility that
follows from the definition by hand (scipy's normal distribution; nothing of the library's). Run in this folder."""

import json
from math import exp, log, sqrt

from scipy.stats import norm

RATE, SPOT, YIELD = 0.045, 187.42, 0.013


def price(right, strike, years, volatility):
    forward = SPOT * exp((RATE - YIELD) * years)
    deviation = volatility * sqrt(years)
    d1 = log(forward / strike) / deviation + deviation / 2
    d2 = d1 - deviation
    sign = 1 if right == "call" else -1
    return sign * exp(-RATE * years) * (forward * norm.cdf(sign * d1) - strike * norm.cdf(sign * d2))


def smile(strike, days):
    moneyness = log(strike / SPOT)
    return 0.28 - 0.0004 * days - 0.35 * moneyness + 1.1 * moneyness**2


quotes, points = [], []
for days, strikes in ((16, [175, 180, 185, 190, 195]), (37, [170, 180, 190, 200])):
    years = days / 365
    for strike in strikes:
        for right in ("call", "put"):
            value = price(right, strike, years, smile(strike, days))
            quotes.append({"days": days, "strike": strike, "right": right, "price": f"{value:.10f}"})
    forward = SPOT * exp((RATE - YIELD) * years)
    lower = max(k for k in strikes if k <= forward)
    upper = min(k for k in strikes if k >= forward)
    weight = (forward - lower) / (upper - lower)
    volatility = smile(lower, days) * (1 - weight) + smile(upper, days) * weight
    points.append({"days": days, "forward": forward, "volatility": volatility})

near, far = points
target = 30 / 365
weight = (30 - near["days"]) / (far["days"] - near["days"])
variance = near["volatility"] ** 2 * near["days"] / 365 * (1 - weight) + far["volatility"] ** 2 * far["days"] / 365 * weight
document = {"rate": RATE, "spot": SPOT, "quotes": quotes, "points": points, "volatility": sqrt(variance / target)}
with open("constant_maturity.json", "w") as file:
    json.dump(document, file, indent=1)
    file.write("\n")
