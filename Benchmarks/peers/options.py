"""Times the same option jobs in numpy, QuantLib and py_lets_be_rational; started by Benchmarks/options.py.

Usage: options.py SAMPLE.json FOLDER. One line of JSON for each job; prices go to FOLDER for comparison. One thread each, in processor time.
QuantLib's objects are made before the clock starts, so that its Python binding costs one call an option.
"""

import json
import sys
import time

import numpy as np
import QuantLib as ql
from py_lets_be_rational import implied_volatility_from_a_transformed_rational_guess as rational_volatility
from scipy.special import ndtr


def measure(job, peer, count, work, runs=5):
    """Runs a job and prints how many of its operations go into a second, by its fastest run."""
    best, result = float("inf"), None
    for _ in range(runs):
        start = time.process_time()
        result = work()
        best = min(best, time.process_time() - start)
    print(json.dumps({"job": job, "peer": peer, "count": count, "seconds": best, "per_second": count / best}), flush=True)
    return result


def keep(folder, name, values):
    with open(f"{folder}/{name}.json", "w", encoding="utf-8") as file:
        json.dump([float(value) for value in values], file)


def european(columns, folder):
    sign = np.where(np.array(columns["isCall"]), 1.0, -1.0)
    spot, strike, rate, dividend, years, volatility, price = (
        np.array(columns[name]) for name in ("spot", "strike", "rate", "yield", "years", "volatility", "price")
    )

    def prices():
        total = volatility * np.sqrt(years)
        upper = (np.log(spot / strike) + (rate - dividend) * years) / total + 0.5 * total
        share, cash = spot * np.exp(-dividend * years), strike * np.exp(-rate * years)
        return sign * (share * ndtr(sign * upper) - cash * ndtr(sign * (upper - total)))

    def greeks():
        root = np.sqrt(years)
        total = volatility * root
        upper = (np.log(spot / strike) + (rate - dividend) * years) / total + 0.5 * total
        lower = upper - total
        share, cash = spot * np.exp(-dividend * years), strike * np.exp(-rate * years)
        upside, downside = ndtr(sign * upper), ndtr(sign * lower)
        density = np.exp(-0.5 * upper * upper) * 0.3989422804014327
        value = sign * (share * upside - cash * downside)
        theta = -0.5 * share * density * volatility / root + sign * (dividend * share * upside - rate * cash * downside)
        return (value, sign * share / spot * upside, share * density / (spot * spot * total), theta,
                share * density * root, sign * years * cash * downside)

    count = len(spot)
    keep(folder, "numpy_price", measure("european price", "numpy", count, prices))
    measure("european price and five Greeks", "numpy", count, greeks)
    few = min(count, 5_000)
    growth = np.exp(rate * years)
    forward = spot * np.exp((rate - dividend) * years)
    arguments = list(zip(price * growth, forward, strike, years, sign))[:few]

    def rational():
        """Jaeckel's algorithm; 0 where it refuses."""
        found = []
        for values in arguments:
            try:
                found.append(rational_volatility(*map(float, values)))
            except Exception:  # the package has several kinds of refusal
                found.append(0)
        return found

    def quantlib():
        """QuantLib's solver to 1e-12; 0 where it refuses."""
        found = []
        for value, ahead, level, time_left, side in arguments:
            try:
                kind = ql.Option.Call if side > 0 else ql.Option.Put
                deviation = ql.blackFormulaImpliedStdDev(kind, level, ahead, value, 1.0, 0.0, 0.3, 1e-12, 200)
                found.append(deviation / time_left ** 0.5)
            except RuntimeError:
                found.append(0)
        return found

    job = "european implied volatility"
    for peer, work in (("py_lets_be_rational", rational), ("QuantLib blackFormulaImpliedStdDev", quantlib)):
        volatilities = np.array(measure(job, peer, few, work, runs=2))
        wrong = int(np.sum(~np.isfinite(volatilities) | (volatilities <= 0)))
        print(json.dumps({"job": job, "peer": peer, "without": wrong, "of": few}), flush=True)


def american(columns, folder):
    today = ql.Date(2, 1, 2026)
    ql.Settings.instance().evaluationDate = today
    calendar, basis = ql.NullCalendar(), ql.Actual365Fixed()

    def options(make_engine, count):
        made = []
        for index in range(count):
            process = ql.BlackScholesMertonProcess(
                ql.QuoteHandle(ql.SimpleQuote(columns["spot"][index])),
                ql.YieldTermStructureHandle(ql.FlatForward(today, columns["yield"][index], basis)),
                ql.YieldTermStructureHandle(ql.FlatForward(today, columns["rate"][index], basis)),
                ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, calendar, columns["volatility"][index], basis)))
            kind = ql.Option.Call if columns["isCall"][index] else ql.Option.Put
            expiry = today + round(columns["years"][index] * 365)
            option = ql.VanillaOption(
                ql.PlainVanillaPayoff(kind, columns["strike"][index]), ql.AmericanExercise(today, expiry))
            option.setPricingEngine(make_engine(process))
            made.append(option)
        return made

    schemes = [
        ("american fast price", "QuantLib QdFp fast", "quantlib_fast",
         lambda process: ql.QdFpAmericanEngine(process, ql.QdFpAmericanEngine.fastScheme()), 4000),
        ("american standard price", "QuantLib QdFp accurate", "quantlib_accurate",
         lambda process: ql.QdFpAmericanEngine(process, ql.QdFpAmericanEngine.accurateScheme()), 1000),
        ("american reference price", "QuantLib QdFp high precision", "quantlib_high",
         lambda process: ql.QdFpAmericanEngine(process, ql.QdFpAmericanEngine.highPrecisionScheme()), 100),
    ]
    for job, peer, name, make_engine, most in schemes:
        count = min(most, len(columns["spot"]))
        # Results are cached in the objects, so that each run needs new ones, made before the clock starts.
        best = float("inf")
        for _ in range(3):
            made = options(make_engine, count)
            start = time.process_time()
            prices = [option.NPV() for option in made]
            best = min(best, time.process_time() - start)
        keep(folder, name, prices)
        print(json.dumps({"job": job, "peer": peer, "count": count, "seconds": best, "per_second": count / best}), flush=True)
    exact = options(
        lambda process: ql.QdFpAmericanEngine(process, ql.QdFpTanhSinhIterationScheme(30, 40, 1e-13)),
        min(300, len(columns["spot"])))
    keep(folder, "exact", [option.NPV() for option in exact])


with open(sys.argv[1], encoding="utf-8") as sample_file:
    sample = json.load(sample_file)
european(sample["european"], sys.argv[2])
american(sample["american"], sys.argv[2])
