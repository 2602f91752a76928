"""Makes the invented option chains, daily bars, volatilities, earnings dates and watchlist of the demonstration.

    python3 demo/make.py

Deterministic: the same files from the same quotes.csv. Chains are of the close before the demo's moment, so that their
underlying closes are the `previous_close` of quotes.csv. Prices are Black-Scholes values (Black and Scholes 1973) with an
invented smile; bars are a geometric random walk that ends at that close; the year of 30-day implied volatilities is a random
walk of its own that ends at what the chain says.
"""

import csv
import datetime
import math
import os
import random

FOLDER = os.path.dirname(os.path.abspath(__file__))
CHAIN_DAY = datetime.date(2026, 11, 17)
RATE = 0.039
EXPIRATIONS = [datetime.date.fromisoformat(day) for day in (
    "2026-11-20", "2026-11-27", "2026-12-04", "2026-12-18", "2027-01-15", "2027-03-19",
)]
# At-the-money volatility, dividend yield, distance of strikes, usual daily volume of shares.
UNDERLYINGS = {
    "AMD": (0.47, 0.0, 5.0, 41_000_000),
    "DIS": (0.26, 0.014, 2.5, 9_000_000),
    "INTC": (0.45, 0.0, 1.0, 62_000_000),
    "IWM": (0.21, 0.012, 5.0, 31_000_000),
    "JPM": (0.24, 0.019, 5.0, 8_500_000),
    "KO": (0.16, 0.029, 2.5, 13_000_000),
    "MSFT": (0.23, 0.007, 10.0, 19_000_000),
    "NVDA": (0.41, 0.0, 5.0, 180_000_000),
    "QQQ": (0.19, 0.005, 10.0, 44_000_000),
    "SPY": (0.15, 0.011, 10.0, 68_000_000),
}
EARNINGS = [
    ("NVDA", "2026-11-24", "amc", "1.31"),
    ("AMD", "2027-02-02", "amc", "1.12"),
    ("DIS", "2027-02-10", "bmo", "1.68"),
    ("INTC", "2027-01-21", "amc", "0.14"),
    ("JPM", "2027-01-14", "bmo", "4.62"),
    ("KO", "2027-02-09", "bmo", "0.55"),
    ("MSFT", "2027-01-26", "amc", "3.71"),
]


def normal(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def black_scholes(is_call, spot, strike, rate, dividend_yield, volatility, years):
    """Black and Scholes (1973) with a continuous dividend yield (Merton 1973)."""
    if years <= 0:
        return max(0.0, spot - strike if is_call else strike - spot)
    spread = volatility * math.sqrt(years)
    d1 = (math.log(spot / strike) + (rate - dividend_yield) * years) / spread + spread / 2
    d2 = d1 - spread
    near, far = spot * math.exp(-dividend_yield * years), strike * math.exp(-rate * years)
    if is_call:
        return near * normal(d1) - far * normal(d2)
    return far * normal(-d2) - near * normal(-d1)


def smile(base, spot, strike, years):
    """At-the-money volatility with the usual skew: higher for low strikes, flatter for late expirations."""
    distance = math.log(strike / spot) / math.sqrt(max(years, 7 / 365))
    return max(0.05, base * (1 - 0.32 * distance + 0.35 * distance * distance))


def tick(price):
    return 0.01 if price < 3 else 0.05


def chain(symbol, close, generator):
    base, dividend_yield, step, _ = UNDERLYINGS[symbol]
    rows = []
    for expiration in EXPIRATIONS:
        days = (expiration - CHAIN_DAY).days
        years = days / 365
        width = base * math.sqrt(max(years, 7 / 365))
        spacing = step if width * close / step < 12 else step * 2
        first = math.ceil(close * math.exp(-2.2 * width) / spacing)
        last = math.floor(close * math.exp(2.0 * width) / spacing)
        is_monthly = 15 <= expiration.day <= 21
        for number in range(first, last + 1):
            strike = number * spacing
            volatility = smile(base, close, strike, years)
            for kind in ("call", "put"):
                value = black_scholes(kind == "call", close, strike, RATE, dividend_yield, volatility, years)
                unit = tick(value)
                half = max(unit, 0.012 * value)
                bid = math.floor((value - half / 2) / unit) * unit
                ask = max(math.ceil((value + half / 2) / unit) * unit, bid + unit)
                nearness = math.exp(-0.5 * (math.log(strike / close) / width) ** 2)
                interest = int((9_000 if is_monthly else 1_600) * nearness * generator.uniform(0.4, 1.4))
                volume = int(interest * generator.uniform(0.02, 0.25))
                rows.append([
                    symbol, CHAIN_DAY, f"{close:.2f}", expiration, kind, f"{strike:.1f}",
                    f"{bid:.2f}" if bid > 0 else "", f"{ask:.2f}", 10, 10, interest, volume,
                    f"{max(unit, round(value / unit) * unit):.2f}" if volume else "",
                ])
    return rows


def bars(symbol, close, generator):
    base, _, _, volume = UNDERLYINGS[symbol]
    days = []
    day = CHAIN_DAY
    while len(days) < 300:
        if day.weekday() < 5:
            days.append(day)
        day -= datetime.timedelta(days=1)
    days.reverse()
    sigma = base * 0.85 / math.sqrt(252)
    market = random.Random(1)
    moves = []
    for _ in days:
        common = market.gauss(0, 1)
        moves.append(sigma * (0.6 * common + 0.8 * generator.gauss(0, 1)) + 0.0003)
    closes = [close]
    for move in reversed(moves[1:]):
        closes.append(closes[-1] / math.exp(move))
    closes.reverse()
    rows = []
    previous = closes[0]
    for day, last in zip(days, closes):
        start = previous * math.exp(generator.gauss(0, sigma / 3))
        high = max(start, last) * (1 + abs(generator.gauss(0, sigma / 2)))
        low = min(start, last) * (1 - abs(generator.gauss(0, sigma / 2)))
        traded = int(volume * math.exp(generator.gauss(0, 0.25)))
        rows.append([day, f"{start:.2f}", f"{high:.2f}", f"{low:.2f}", f"{last:.2f}", f"{last:.2f}", traded])
        previous = last
    return rows


def sessions(count):
    days = []
    day = CHAIN_DAY
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day -= datetime.timedelta(days=1)
    return days[::-1]


def thirty_day_volatility(symbol, close):
    """Total variance at the forward, straight between the expirations around 30 days."""
    base, dividend_yield, _, _ = UNDERLYINGS[symbol]
    target = 30 / 365
    points = []
    for expiration in EXPIRATIONS:
        years = (expiration - CHAIN_DAY).days / 365
        forward = close * math.exp((RATE - dividend_yield) * years)
        points.append((years, smile(base, close, forward, years) ** 2 * years))
    before = max(point for point in points if point[0] <= target)
    after = min(point for point in points if point[0] > target)
    share = (target - before[0]) / (after[0] - before[0])
    return math.sqrt((before[1] + share * (after[1] - before[1])) / target)


def volatilities(symbol, close, generator):
    """A year of sessions, the logarithm drawn back to its mean by 4 % a day."""
    days = sessions(252)
    path = [generator.gauss(0, 0.2)]
    for _ in days[1:]:
        path.append(0.96 * path[-1] + generator.gauss(0, 0.05))
    level = thirty_day_volatility(symbol, close) / math.exp(path[-1])
    return [[symbol, day, f"{level * math.exp(step):.4f}"] for day, step in zip(days, path)]


def write(name, header, rows):
    with open(os.path.join(FOLDER, name), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main():
    with open(os.path.join(FOLDER, "quotes.csv")) as file:
        closes = {row["symbol"]: float(row["previous_close"]) for row in csv.DictReader(file)}
    header = (
        "symbol,quote_date,underlying_close,expiration,type,strike,bid,ask,bid_size,ask_size,open_interest,volume,last"
    ).split(",")
    history = []
    for number, symbol in enumerate(sorted(UNDERLYINGS)):
        history += volatilities(symbol, closes[symbol], random.Random(2_000 + number))
        generator = random.Random(1_000 + number)
        write(f"chains/{symbol}-{CHAIN_DAY}.csv", header, chain(symbol, closes[symbol], generator))
        write(
            f"prices/{symbol}.csv",
            ["date", "open", "high", "low", "close", "adj_close", "volume"],
            bars(symbol, closes[symbol], generator),
        )
    write("volatility.csv", ["symbol", "date", "volatility"], history)
    write("earnings.csv", ["symbol", "date", "time", "estimate"], EARNINGS)
    with open(os.path.join(FOLDER, "wheel.txt"), "w") as file:
        file.write("###Wheel,NASDAQ:INTC,NASDAQ:AMD,NYSE:KO,NYSE:JPM,###Funds,AMEX:SPY,NASDAQ:QQQ,AMEX:IWM")


if __name__ == "__main__":
    main()
