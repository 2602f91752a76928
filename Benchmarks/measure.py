"""Times whole runs of magnus; started by Benchmarks/run."""

import datetime
import glob
import math
import os
import platform
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BINARY = os.environ["MAGNUS_BENCHMARK_BINARY"]


def run(arguments, home, repeat, input_text=None, allowed=(0,)):
    """Runs a command `repeat` times; returns wall seconds and the largest resident set in MB."""
    environment = {
        "MAGNUS_HOME": home,
        "MAGNUS_MODELS": os.environ["MAGNUS_MODELS"],
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": home,
    }
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        if name in os.environ:
            environment[name] = os.environ[name]
    seconds, memory = [], 0
    for _ in range(repeat):
        start = time.perf_counter()
        process = subprocess.Popen(
            [BINARY, *arguments],
            env=environment,
            stdin=subprocess.PIPE if input_text is not None else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        if input_text is not None:
            process.stdin.write(input_text.encode())
            process.stdin.close()
        message = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - start)
        code = os.waitstatus_to_exitcode(status)
        if code not in allowed:
            sys.exit(f"{' '.join(arguments)} ended with {code}: {message.decode()}")
        memory = max(memory, usage.ru_maxrss / 1024)
    return seconds, memory


def activity(rows, path):
    """An invented Robinhood activity file: deposits, then wheels over 200 tickers."""
    generator = random.Random(7)
    lines = []
    day = 0
    while len(lines) < rows:
        ticker = "W" + "".join(chr(65 + generator.randrange(26)) for _ in range(2))
        date = f"{1 + day % 12}/{1 + day % 28}/{2016 + day // 400 % 10}"
        strike = 20 + generator.randrange(200)
        premium = 0.5 + generator.randrange(300) / 100
        contract = f"{ticker} 1/15/2027 Put ${strike}.00"
        lines.append((date, ticker, contract, "STO", "1", f"${premium:.2f}", f"${premium * 100 - 0.04:.2f}"))
        if generator.random() < 0.8:
            close = premium / 2
            lines.append((date, ticker, contract, "BTC", "1", f"${close:.2f}", f"(${close * 100 + 0.04:.2f})"))
        day += 1
    header = "Activity Date,Process Date,Settle Date,Instrument,Description,Trans Code,Quantity,Price,Amount"
    quoted = [",".join(f'"{name}"' for name in header.split(","))]
    deposit = ("1/1/2016", "", "ACH Deposit", "ACH", "", "", "$5,000,000.00")
    for date, ticker, text, code, quantity, price, amount in [*reversed(lines[: rows - 1]), deposit]:
        quoted.append(",".join(f'"{value}"' for value in (date, date, date, ticker, text, code, quantity, price, amount)))
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(quoted) + "\n")


def documents(chunks, folder):
    """Invented Markdown, out of the words of the built-in pages, whose sections are one chunk each."""
    generator = random.Random(11)
    pages = glob.glob(os.path.join(os.path.dirname(__file__), "..", "knowledge", "concepts", "*.md"))
    words = []
    for page in sorted(pages):
        with open(page, encoding="utf-8") as file:
            words += [word for word in file.read().split() if word.isalpha()]
    os.makedirs(folder)
    sections_per_file = 40
    for number in range(chunks // sections_per_file):
        with open(os.path.join(folder, f"notes-{number:04}.md"), "w", encoding="utf-8") as file:
            file.write(f"# Notes {number}\n\n")
            for section in range(sections_per_file):
                text = " ".join(generator.choices(words, k=40))
                file.write(f"## Section {section}\n\n{text.capitalize()}.\n\n")


def chains(count, folder):
    """Invented chains of yesterday, a file each: ten expirations 8 to 55 days ahead, 20 strikes, puts and calls."""
    generator = random.Random(13)
    quoted = datetime.date.today() - datetime.timedelta(1)
    days = [day for day in range(9, 57) if (quoted + datetime.timedelta(day)).weekday() in (0, 2, 4)][:10]
    os.makedirs(folder)
    symbols = []
    for number in range(count):
        symbol = "Q" + chr(65 + number // 26) + chr(65 + number % 26)
        symbols.append(symbol)
        price = 20 + generator.random() * 280
        volatility = 0.2 + generator.random() * 0.4
        step = next(step for step in (0.5, 1, 2.5, 5, 10) if step >= price / 40)
        middle = round(price / step)
        lines = ["symbol,quote_date,underlying_close,expiration,type,strike,bid,ask,open_interest,volume,last"]
        for ahead in days:
            deviation = volatility * math.sqrt(ahead / 365)
            for strike in (step * (middle + offset) for offset in range(-12, 8)):
                distance = (math.log(price / strike) + deviation * deviation / 2) / deviation
                put = strike * normal(deviation - distance) - price * normal(-distance)
                for kind, value in (("put", put), ("call", put + price - strike)):
                    bid, ask = max(0.01, value * 0.98), max(0.02, value * 1.02 + 0.01)
                    lines.append(
                        f"{symbol},{quoted},{price:.2f},{quoted + datetime.timedelta(ahead)},{kind},{strike:.2f},"
                        f"{bid:.2f},{ask:.2f},{generator.randrange(5000)},{generator.randrange(900)},{value:.2f}"
                    )
        with open(os.path.join(folder, f"{symbol}-{quoted}.csv"), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    return symbols


def normal(value):
    return 0.5 * math.erfc(-value / math.sqrt(2))


def scan(scratch):
    """Scans 500 underlyings of 400 contracts: first from the files, then from what that run kept."""
    home = os.path.join(scratch, "scan")
    os.makedirs(home)
    folder = os.path.join(scratch, "chains")
    symbols = chains(500, folder)
    with open(os.path.join(home, "config.yaml"), "w", encoding="utf-8") as file:
        file.write(f'connectors: {{chain_files: {{folder: "{folder}"}}}}\n')
    arguments = ["scan", "csp", *symbols, "--dte", "7-60", "--offline", "--quiet"]
    report("scan csp, 500 chains of 400, from files", *run(arguments, home, 1), "")
    # What is kept counts for five minutes; a chain that is read anew would show in the table.
    report("scan csp, 500 chains of 400, kept", *run(arguments, home, 10), "1 s, 300 MB")


def report(name, seconds, memory, goal):
    values = [value * 1000 for value in seconds]
    print(
        f"| {name} | {min(values):.0f} | {statistics.median(values):.0f} | {max(values):.0f} | {memory:.0f} | {goal} |",
        flush=True,
    )


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    compiler = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    size = os.path.getsize(BINARY) / 1e6
    print(f"{model}, {os.cpu_count()} cores, {platform.platform()}; {compiler}; binary {size:.1f} MB\n")


def main():
    chunks = int(sys.argv[sys.argv.index("--chunks") + 1]) if "--chunks" in sys.argv else 10_000
    scratch = tempfile.mkdtemp(prefix="magnus-benchmark-")
    try:
        machine()
        print("| job | min ms | median ms | max ms | peak MB | goal |\n|---|---:|---:|---:|---:|---|")
        home = os.path.join(scratch, "home")
        os.makedirs(home)
        run(["ask", "--demo", "what is theta decay?"], home, 1)
        report("magnus --version", *run(["--version"], home, 20), "20 ms")
        report("ask about positions, demo", *run(["ask", "--demo", "What positions do I have?"], home, 20), "150 ms")
        report(
            "ask what could be assigned, demo",
            *run(["ask", "--demo", "What could be assigned this week, and why?"], home, 20),
            "",
        )
        report("ask a concept, built-in knowledge", *run(["ask", "what is theta decay?"], home, 20), "")

        folder = os.path.join(scratch, "documents")
        documents(chunks, folder)
        report(f"index {chunks} chunks, first run", *run(["index", folder, "--quiet"], home, 1), "")
        report(f"index {chunks} chunks, nothing changed", *run(["index", folder, "--quiet"], home, 5), "")
        report(
            f"ask over {chunks} chunks",
            *run(["ask", "what is early assignment of a covered call?"], home, 20),
            "250 ms",
        )
        report(f"search {chunks} chunks", *run(["search", "early assignment dividend", "-k", "5"], home, 20), "")

        large = os.path.join(scratch, "activity.csv")
        activity(100_000, large)
        import_home = os.path.join(scratch, "import")
        os.makedirs(import_home)
        seconds, memory = run(["import", large, "--yes", "--quiet"], import_home, 1)
        report("import 100,000 rows", seconds, memory, "5 s, 300 MB")
        report("positions after that import", *run(["positions", "--quiet"], import_home, 5), "")

        scan(scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
