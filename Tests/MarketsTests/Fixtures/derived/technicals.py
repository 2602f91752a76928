"""Writes technicals.json: invented daily bars of three tickers and what numpy and scipy make of them by the definitions,
written out plainly and apart from the library. Run in this folder."""

import json
from math import log, sqrt

import numpy as np
from scipy import stats

state = 20260617


def uniform():
    global state
    state = (6364136223846793005 * state + 1442695040888963407) % 2**64
    return (state >> 11) / 2**53


def normal():
    return sqrt(-2 * log(1 - uniform())) * np.cos(2 * np.pi * uniform())


COUNT = 330
market = [normal() for _ in range(COUNT)]
series = {}
for name, beta, drift, noise, start in (("SPY", 1.0, 0.0006, 0.0, 400), ("AAA", 1.3, 0.0009, 0.009, 80), ("BBB", -0.2, -0.0012, 0.012, 55)):
    close, bars = float(start), []
    for day in range(COUNT):
        move = drift + 0.010 * beta * market[day] + noise * normal()
        opened = close * (1 + 0.002 * normal())
        previous, close = close, close * float(np.exp(move))
        high = max(opened, close) * (1 + 0.004 * uniform())
        low = min(opened, close) * (1 - 0.004 * uniform())
        bars.append([round(opened, 2), round(high, 2), round(low, 2), round(close, 2), int(1e6 * (0.5 + uniform()))])
        bars[-1][1] = max(bars[-1][:4])
        bars[-1][2] = min(bars[-1][:4])
    series[name] = bars

closes = {name: np.array([bar[3] for bar in bars]) for name, bars in series.items()}
returns = {name: np.diff(np.log(c))[-252:] for name, c in closes.items()}


def wilder_atr(bars, period=14):
    ranges = []
    for i, (o, h, l, c, v) in enumerate(bars):
        previous = bars[i - 1][3] if i else None
        ranges.append(h - l if previous is None else max(h - l, abs(h - previous), abs(l - previous)))
    value = sum(ranges[:period]) / period
    for r in ranges[period:]:
        value = (value * (period - 1) + r) / period
    return value


def wilder_adx(bars, period=14):
    plus, minus, ranges = [], [], []
    for (o0, h0, l0, c0, v0), (o, h, l, c, v) in zip(bars, bars[1:]):
        up, down = h - h0, l0 - l
        plus.append(up if up > down and up > 0 else 0)
        minus.append(down if down > up and down > 0 else 0)
        ranges.append(max(h - l, abs(h - c0), abs(l - c0)))

    def smooth(values):
        total, out = sum(values[:period]), []
        out.append(total)
        for value in values[period:]:
            total = total - total / period + value
            out.append(total)
        return out

    dx = []
    for p, m, r in zip(smooth(plus), smooth(minus), smooth(ranges)):
        pdi, mdi = 100 * p / r, 100 * m / r
        dx.append(100 * abs(pdi - mdi) / (pdi + mdi))
    values = [sum(dx[:period]) / period]
    for x in dx[period:]:
        values.append((values[-1] * (period - 1) + x) / period)
    return values  # the first belongs to bar 2 * period - 1 (from 0)


def regimes(bars):
    c = np.array([bar[3] for bar in bars])
    logs = np.diff(np.log(c))
    adx = wilder_adx(bars)
    hv = {i: np.std(logs[i - 20 : i], ddof=1) * sqrt(252) for i in range(20, len(c))}
    sma = lambda n, i: c[i - n + 1 : i + 1].mean()
    out, shown, streak, last = [], None, 0, None
    for i in range(199, len(c)):
        slope = None if i < 219 else sma(200, i) / sma(200, i - 20) - 1
        votes = int(c[i] > sma(200, i)) + int(sma(50, i) > sma(200, i)) + int(slope is not None and slope > 0)
        r63 = c[i] / c[i - 63] - 1
        past = logs[max(0, i - 252) : i]
        sd63 = np.std(past, ddof=1) * sqrt(63)
        history = [hv[j] for j in range(max(20, i - 252), i)]
        percentile = 100 * sum(h < hv[i] for h in history) / len(history)
        a = adx[i - 27]
        if a < 20 and abs(log(1 + r63)) <= sd63:
            day = "SIDEWAYS"
        elif votes >= 2 and r63 > 0:
            day = "BULL"
        elif votes + (slope is None) <= 1 and r63 < 0:
            day = "BEAR"
        else:
            day = "SIDEWAYS"
        streak = streak + 1 if day == last else 1
        last = day
        if shown is None or streak >= 3:
            shown = day
        out.append({"votes": votes, "daily": day, "trend": shown, "adx": a, "percentile": percentile, "return63": r63, "sd63": sd63, "hv20": hv[i]})
    return out


fit = stats.linregress(returns["SPY"], returns["AAA"])
names = sorted(series)
weights = {"AAA": 6000, "BBB": 3000, "SPY": -2000}
sigma = {n: np.std(returns[n], ddof=1) * sqrt(252) for n in names}
vector = np.array([weights[n] for n in names])
covariance = np.array([[np.corrcoef(returns[a], returns[b])[0, 1] * sigma[a] * sigma[b] for b in names] for a in names])
ratio = sum(abs(weights[n]) * sigma[n] for n in names) / sqrt(vector @ covariance @ vector)

document = {
    "bars": series,
    "beta": {"slope": fit.slope, "r_squared": fit.rvalue**2, "standard_error": fit.stderr, "n": len(returns["SPY"])},
    "correlation": {"AAA BBB": np.corrcoef(returns["AAA"], returns["BBB"])[0, 1], "AAA SPY": np.corrcoef(returns["AAA"], returns["SPY"])[0, 1]},
    "weights": weights,
    "diversification_ratio": ratio,
    "hv30": {n: np.std(np.diff(np.log(closes[n]))[-30:], ddof=1) * sqrt(252) for n in names},
    "atr": {n: wilder_atr(series[n]) for n in names},
    "adx": {n: wilder_adx(series[n])[-1] for n in names},
    "regimes": {n: regimes(series[n])[::10] for n in names},
}
with open("technicals.json", "w") as file:
    json.dump(document, file, separators=(",", ":"))
    file.write("\n")
print({n: (r[-1]["trend"], len({x["trend"] for x in r})) for n, r in ((n, regimes(series[n])) for n in names)})
print(document["beta"], document["correlation"], ratio)
