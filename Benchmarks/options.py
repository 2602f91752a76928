"""Measures option pricing beside numpy, QuantLib and py_lets_be_rational, in one run:  python3 Benchmarks/options.py

    python3 Benchmarks/options.py [--chain CHAIN.csv] [--no-peers]

Our side is the release library, called by a small program (Benchmarks/Options), once pinned to one core and once on all. One core
and the peers are measured in processor time, all cores by the clock, which counts only on an idle machine. The peers are installed with pip into a virtual environment of the user's cache; where that fails they are skipped, with a word. A
chain has the columns quote_date, underlying_close, expiration, type, strike, bid, ask.
"""

import argparse
import csv
import datetime
import json
import math
import os
import platform
import random
import subprocess
import sys
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
COLUMNS = ("isCall", "spot", "strike", "rate", "yield", "years", "volatility", "price")


def european(count, generator):
    """Options as books hold them, from a week to two years, with the prices of their volatilities."""
    def normal(x):
        return 0.5 * math.erfc(-x / math.sqrt(2))

    columns = {name: [] for name in COLUMNS}
    while len(columns["spot"]) < count:
        is_call = generator.random() < 0.5
        spot, strike = generator.uniform(50, 150), generator.uniform(50, 150)
        rate, dividend = generator.uniform(0, 0.08), generator.uniform(0, 0.04)
        years, volatility = generator.uniform(0.02, 2), generator.uniform(0.05, 0.9)
        total = volatility * math.sqrt(years)
        upper = (math.log(spot / strike) + (rate - dividend) * years) / total + 0.5 * total
        sign = 1 if is_call else -1
        price = sign * (spot * math.exp(-dividend * years) * normal(sign * upper)
                        - strike * math.exp(-rate * years) * normal(sign * (upper - total)))
        for name, value in zip(COLUMNS, (is_call, spot, strike, rate, dividend, years, volatility, max(price, 0))):
            columns[name].append(value)
    return columns


def american(count, generator):
    """Puts with a rate and calls with a yield: options whose early exercise is worth something."""
    columns = {name: [] for name in COLUMNS}
    while len(columns["spot"]) < count:
        is_call = generator.random() < 0.3
        spot = generator.uniform(80, 120)
        rate, dividend = generator.uniform(0.01, 0.08), generator.choice([0, 0, generator.uniform(0.005, 0.08)])
        if is_call and dividend == 0:
            continue
        values = (is_call, spot, 100, rate, dividend, generator.randint(5, 730) / 365, generator.uniform(0.1, 0.8), 0)
        for name, value in zip(COLUMNS, values):
            columns[name].append(value)
    return columns


def chain(path):
    """The unexpired contracts of a chain with a bid, or half the ask without one, at the middle of the market."""
    columns = {name: [] for name in COLUMNS}
    if path is None:
        return columns
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            quoted, expires = (datetime.date.fromisoformat(row[name]) for name in ("quote_date", "expiration"))
            if expires <= quoted or not row["ask"]:
                continue
            price = 0.5 * (float(row["bid"] or 0) + float(row["ask"]))
            values = (row["type"] == "call", float(row["underlying_close"]), float(row["strike"]), 0.0025, 0.0196,
                      (expires - quoted).days / 365, 0.3, price)
            for name, value in zip(COLUMNS, values):
                columns[name].append(value)
    return columns


def peers_python():
    """A Python with the peers; None, with a word, where they cannot be installed."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = os.path.join(cache, "magnus", "benchmark-peers")
    python = os.path.join(folder, "bin", "python")
    try:
        if not os.path.exists(python):
            subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
        requirements = os.path.join(FOLDER, "peers", "requirements.txt")
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", requirements], check=True, capture_output=True)
        return python
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", b"") or str(error).encode()
        print(f"peers skipped: {reason.decode().strip().splitlines()[-1]}")
        return None


def lines(command):
    """Runs a command; returns what it prints as lines of JSON."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def error(folder, name, exact):
    """Root mean square and largest difference to exact prices, for a strike of 100."""
    with open(f"{folder}/{name}.json", encoding="utf-8") as file:
        differences = [a - b for a, b in zip(json.load(file), exact)]
    return math.sqrt(sum(d * d for d in differences) / len(differences)), max(map(abs, differences))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--chain")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--driver", help="a built driver; it is built where none is given")
    arguments = parser.parse_args()
    driver = arguments.driver
    if driver is None:
        package = os.path.join(FOLDER, "Options")
        subprocess.run(["swift", "build", "-c", "release", "--package-path", package], check=True)
        driver = os.path.join(package, ".build", "release", "options")
    generator = random.Random(20261126)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "sample.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"european": european(200_000, generator), "american": american(4000, generator),
                       "chain": chain(arguments.chain)}, file)
        print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        one = lines(["taskset", "-c", "0", driver, path])
        every = lines([driver, path, folder])
        peers = []
        python = None if arguments.no_peers else peers_python()
        if python:
            peers = lines([python, os.path.join(FOLDER, "peers", "options.py"), path, folder])
        # The fastest peer of each job.
        rates, names = {}, {}
        for row in peers:
            if row.get("per_second", 0) > rates.get(row["job"], 0):
                rates[row["job"]], names[row["job"]] = row["per_second"], row["peer"]
        print(f"{'job':76}{'one core':>14}{'all cores':>14}  ratio to the peer (one thread)")
        for row, other in zip(one, every):
            job = row["job"]
            if "seconds" not in row:
                print(f"{job:76}{row['count']:>14}")
                continue
            row["per_second"] = row["count"] / row["processor_seconds"]
            other["per_second"] = other["count"] / other["seconds"]
            peer = next((name for name in rates if job == name or job.startswith(name + ",")), None)
            beside = ""
            if peer:
                beside = (f"  {row['per_second'] / rates[peer]:.1f}x on one core, {other['per_second'] / rates[peer]:.1f}x "
                          f"on all: {names[peer]} {rates[peer]:,.0f}/s")
            print(f"{job:76}{row['per_second']:>14,.0f}{other['per_second']:>14,.0f}{beside}")
            if row["count"] <= 3000:
                print(f"{'':76}{row['processor_seconds'] * 1e3:>11.2f} ms{other['seconds'] * 1e3:>11.2f} ms")
        for row in peers:
            if "without" in row:
                print(f"{row['peer']}: {row['without']} of {row['of']} volatilities are missing, not finite or not above 0")
        if peers:
            with open(f"{folder}/exact.json", encoding="utf-8") as file:
                exact = json.load(file)
            print("American prices against QuantLib's tanh-sinh scheme (30, 40, 1e-13), strike 100: rms, largest")
            for name in ("american_fast", "quantlib_fast", "american_standard", "quantlib_accurate",
                         "american_reference", "quantlib_high"):
                typical, largest = error(folder, name, exact)
                print(f"  {name:24}{typical:.1e}  {largest:.1e}")


main()
