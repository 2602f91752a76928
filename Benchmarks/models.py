"""Measures Magnus's client of language models beside curl and Python's openai client, in one run, on one machine.

    python3 Benchmarks/models.py [--python INTERPRETER_WITH_OPENAI] [--quick]

The server (Client/Sources/StreamServer) answers from bytes that are ready, so that what is measured is the client. "paced"
sends each token by itself, a millisecond after the last; "burst" sends them as fast as they are read. All clients hold one
warm connection. curl parses nothing: it is the floor. Times to the first token are those of curl's first byte, and of the
first word that the other two hand on. Magnus books every call in a database on disk, which the others have no part for.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__)) + "/Client"
OPENAI = r"""
import json, resource, sys, time
import openai
base, count = sys.argv[1], int(sys.argv[2])
client = openai.OpenAI(base_url=base, api_key="none", max_retries=0)
def ask():
    start, first, tokens = time.perf_counter(), None, 0
    stream = client.chat.completions.create(
        model="m", messages=[{"role": "user", "content": "Tell me something."}], stream=True,
        stream_options={"include_usage": True}, max_tokens=4096)
    for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            first = first or time.perf_counter()
            tokens += 1
    return (first - start) * 1e6, tokens
def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1e6
ask()
before, start = used(), time.perf_counter()
rows = [ask() for _ in range(count)]
print(json.dumps({"firstWord": [row[0] for row in rows], "tokens": sum(row[1] for row in rows),
                  "processor": used() - before, "wall": (time.perf_counter() - start) * 1e6}))
"""


def client(mode, base, count, *options):
    command = [FOLDER + "/.build/release/StreamClient", mode, base, str(count), *options]
    return json.loads(subprocess.check_output(command))


def openai(python, base, count):
    return json.loads(subprocess.check_output([python, "-c", OPENAI, base, str(count)]))


def curl(base, count, tokens):
    body = json.dumps(
        {"model": "m", "messages": [{"role": "user", "content": "Tell me something."}], "stream": True}
    )
    urls = []
    for _ in range(count + 1):
        urls += ["-o", "/dev/null", base + "/chat/completions"]
    command = ["curl", "-sN", "-w", "%{time_starttransfer}\n", "-H", "Content-Type: application/json", "-d", body, *urls]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = process.stdout.read().decode()
    _, _, usage = os.wait4(process.pid, 0)
    times = [float(line) * 1e6 for line in output.split()]
    # What curl's own start costs is taken off; libcurl's users pay it once.
    idle = subprocess.Popen(["curl", "--version"], stdout=subprocess.DEVNULL)
    _, _, start = os.wait4(idle.pid, 0)
    used = (usage.ru_utime + usage.ru_stime - start.ru_utime - start.ru_stime) * 1e6
    return {"firstWord": times[1:], "tokens": tokens * (count + 1), "processor": used}


def first(report):
    values = sorted(report["firstWord"])
    high = values[min(len(values) - 1, int(len(values) * 0.99))]
    return f"{statistics.median(values) / 1000:7.3f} ms median, {high / 1000:7.3f} ms 99th of 100"


def each(report):
    return report["processor"] / max(1, report["tokens"])


def measure(port, python, quick):
    def base(tokens, pause):
        return f"http://127.0.0.1:{port}/{tokens}/{pause}"

    count = 100 if quick else 400
    for title, tokens, pause, count in (
        ("time to the first token, replies of 1 token", 1, 0, count),
        ("burst, replies of 2,000 tokens", 2000, 0, count // 10),
        ("paced, replies of 300 tokens 1 ms apart", 300, 1000, count // 40),
    ):
        print(f"\n{title} ({count} replies each, warm connection)")
        rounds = {"curl": [], "Magnus": [], "openai": []}
        # In turns, so that what else the machine does hits all alike.
        for _ in range(3):
            rounds["curl"].append(curl(base(tokens, pause), count, tokens))
            rounds["Magnus"].append(client("sequential", base(tokens, pause), count))
            if python:
                rounds["openai"].append(openai(python, base(tokens, pause), count))
        best = {}
        for name, reports in rounds.items():
            if not reports:
                continue
            merged = {"firstWord": sum((report["firstWord"] for report in reports), [])}
            best[name] = min(each(report) for report in reports)
            line = f"  {name:7} first token {first(merged)}"
            if tokens > 1:
                line += f"; processor {best[name]:7.2f} µs a token (least of 3 runs)"
            print(line)
        if tokens > 1 and "openai" in best:
            print(f"  Python's client uses {best['openai'] / best['Magnus']:.1f} times the processor time of Magnus's")
        if pause == 0 and tokens == 1:
            medians = {
                name: statistics.median(sum((report["firstWord"] for report in reports), []))
                for name, reports in rounds.items()
                if reports
            }
            print(f"  Magnus's first token comes {(medians['Magnus'] - medians['curl']) / 1000:+.3f} ms after curl's first byte")

    print("\n200 replies at once, 200 tokens 5 ms apart")
    report = client("concurrent", base(200, 5000), 200)
    print(
        f"  {report['tokens']} tokens in {report['wall'] / 1e6:.2f} s (1.0 s is the server's own pace); "
        f"first token {first(report)}; processor {each(report):.1f} µs a token; {report['resident'][-1] / 1024:.0f} MB resident"
    )
    count = 1000 if quick else 10000
    print(f"\n{count} replies of 20 tokens, one after the other: resident MB over the run")
    # What is booked grows a database, whose pages fill SQLite's cache; without it the client is seen alone.
    for title, options in (("without booking", ["unbooked"]), ("booked on disk", [])):
        report = client("sequential", base(20, 0), count, *options)
        resident = report["resident"]
        print(f"  {title}: " + " ".join(f"{value / 1024:.1f}" for value in resident))
        print(
            f"    {report['wall'] / count / 1000:.3f} ms a reply; "
            f"from a tenth of the run on {(resident[-1] - resident[2]) / 1024:+.2f} MB"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", help="an interpreter that has the openai package")
    parser.add_argument("--quick", action="store_true", help="fewer replies")
    parser.add_argument("--no-build", action="store_true", help="measure what was built before")
    options = parser.parse_args()
    if not options.no_build:
        subprocess.check_call(["swift", "build", "-c", "release", "--package-path", FOLDER])
    versions = subprocess.check_output(["curl", "--version"]).decode().split()[1]
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    print(f"{model}, {os.cpu_count()} processors, {platform.platform()}; curl {versions}", end="")
    if options.python:
        print("; " + subprocess.check_output(
            [options.python, "-c", "import openai, sys; print('openai', openai.__version__, 'Python', sys.version.split()[0])"]
        ).decode().strip(), end="")
    print(f"\nload before {os.getloadavg()[0]:.2f}")
    server = subprocess.Popen([FOLDER + "/.build/release/StreamServer"], stdout=subprocess.PIPE)
    try:
        measure(int(server.stdout.readline()), options.python, options.quick)
    finally:
        server.kill()
    print(f"\nload after {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    sys.exit(main())
