"""Measures the encoder beside onnxruntime and Hugging Face tokenizers, in one run:  python3 Benchmarks/encoder.py

    python3 Benchmarks/encoder.py [--model FOLDER] [--seconds 4] [--rounds 2] [--no-peers] [--instructions SET] [--json]

Our side is the release library, called by a small program (Benchmarks/Encoder). Both sides take turns at each job, so that a
machine that is busy at one moment is busy for both, and the best of their rounds counts. The peers are installed with pip into
a virtual environment of the user's cache; where that fails they are skipped, with a word. Passages are cut from the pages of
knowledge/. Two threads everywhere, but one for tokenizing text by text.
"""

import argparse
import glob
import json
import math
import os
import platform
import struct
import subprocess
import sys
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
PASSAGES = 64
COMPARED = 8


def sample():
    """Pages, and windows of their words that are longer than a passage may be."""
    documents = []
    for path in sorted(glob.glob(os.path.join(FOLDER, "..", "knowledge", "**", "*.md"), recursive=True)):
        with open(path, encoding="utf-8") as file:
            documents.append(file.read())
    words = " ".join(documents).split()
    passages = [" ".join(words[start:start + 260]) for start in range(0, 200 * PASSAGES, 200)]
    return {"passages": passages, "limit": 241, "short_limit": 77, "documents": documents, "compared": COMPARED,
            "question": "which of my covered calls expire next week?"}


def peers_python():
    """A Python with the peers; None, with a word, where they cannot be installed."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = os.path.join(cache, "magnus", "benchmark-peers-encoder")
    python = os.path.join(folder, "bin", "python")
    try:
        if not os.path.exists(python):
            subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
        requirements = os.path.join(FOLDER, "peers", "encoder-requirements.txt")
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", requirements], check=True, capture_output=True)
        return python
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", b"") or str(error).encode()
        print(f"peers skipped: {reason.decode().strip().splitlines()[-1]}")
        return None


class Side:
    """A program that does a job for each line it is given."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.read()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.process.args[0]} ended")
        return json.loads(line)

    def do(self, **job):
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        return self.read()


def best(old, new):
    """The better of two answers, value by value: the most a second, the least time."""
    if old is None:
        return new
    return {name: (max if name.endswith("per_second") else min)(old[name], new[name]) for name in new}


def vectors(path):
    with open(path, "rb") as file:
        data = file.read()
    values = struct.unpack(f"<{len(data) // 4}f", data)
    width = len(values) // COMPARED
    return [values[start:start + width] for start in range(0, len(values), width)]


def compare(path, reference):
    """The least cosine to reference vectors, and the largest difference of a value."""
    least, largest = 1.0, 0.0
    for own, other in zip(vectors(path), reference):
        norms = math.sqrt(sum(x * x for x in own) * sum(x * x for x in other))
        least = min(least, sum(x * y for x, y in zip(own, other)) / norms)
        largest = max(largest, max(abs(x - y) for x, y in zip(own, other)))
    return least, largest


def features():
    """The processor's name and what of it matters here."""
    wanted = ("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16", "amx_int8", "asimd")
    name, flags = platform.processor() or platform.machine(), []
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                key, _, value = line.partition(":")
                if key.strip() == "model name":
                    name = value.strip()
                if key.strip() in ("flags", "Features"):
                    flags = value.split()
                    break
    except OSError:
        pass
    return f"{name}; {', '.join(flag for flag in wanted if flag in flags)}"


def main():
    parser = argparse.ArgumentParser()
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    models = os.environ.get("MAGNUS_MODELS") or os.path.join(data, "magnus", "models")
    parser.add_argument("--model", default=os.path.join(models, "all-MiniLM-L6-v2"))
    parser.add_argument("--seconds", type=float, default=4, help="for each job, side and round")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--instructions", help="a set of instructions other than the best one")
    parser.add_argument("--driver", help="a built driver; it is built where none is given")
    parser.add_argument("--python", help="a Python that has the peers")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not os.path.exists(os.path.join(arguments.model, "model.safetensors")):
        sys.exit(f"There is no model in {arguments.model}: scripts/run fetches it, --model names another folder.")
    driver = arguments.driver
    if driver is None:
        package = os.path.join(FOLDER, "Encoder")
        subprocess.run(["swift", "build", "-c", "release", "--package-path", package], check=True)
        driver = os.path.join(package, ".build", "release", "EncoderBenchmark")
    python = None if arguments.no_peers else arguments.python or peers_python()
    jobs = [("passages", "single", "fp32"), ("passages", "reduced", "int8"), ("short passages", "single", "fp32"),
            ("short passages", "reduced", "int8"), ("question", "single", "fp32"), ("question", "reduced", "int8"),
            ("first question", "single", None), ("first question", "reduced", None), ("tokenizer", None, "tokenizers")]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "sample.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(sample(), file)
        ours = Side([driver, arguments.model, path, folder])
        theirs = Side([python, os.path.join(FOLDER, "peers", "encoder.py"), arguments.model, path, folder]) if python else None
        results = []
        for job, kind, peer in jobs:
            own, other = None, None
            for _ in range(arguments.rounds):
                settings = {"job": job, "seconds": arguments.seconds}
                own = best(own, ours.do(kind=kind, instructions=arguments.instructions, **settings))
                if theirs and peer:
                    other = best(other, theirs.do(kind=peer, **settings))
            results.append({"job": job, "kind": kind, "peer": peer, "magnus": own, "peer_result": other})
        quality = {}
        if theirs:
            reference = vectors(os.path.join(folder, "onnxruntime_fp32"))
            for name in sorted(os.listdir(folder)):
                if name.startswith("magnus_") or name == "onnxruntime_int8":
                    quality[name] = compare(os.path.join(folder, name), reference)
    if arguments.json:
        print(json.dumps({"processor": features(), "results": results, "quality": quality}))
        return
    print(f"{features()}; load {os.getloadavg()[0]:.1f}")
    for result in results:
        own, other = result["magnus"], result["peer_result"] or {}
        name = result["job"] + (f", {result['kind']}" if result["kind"] else "")
        for field, value in own.items():
            if field == "tokens":
                continue
            beside = ""
            if field in other:
                ratio = value / other[field] if field.endswith("per_second") else other[field] / value
                beside = f"   {result['peer']} {other[field]:12,.2f}   {ratio:.2f}x"
            print(f"{name:24}{field:28}{value:14,.2f}{beside}")
        if "batch_tokens_per_second" in other:
            print(f"{name:24}{'batch, two threads':42}   {result['peer']} {other['batch_tokens_per_second']:12,.2f}")
    for name, (cosine, difference) in quality.items():
        print(f"{name:32} least cosine to onnxruntime fp32 {cosine:.7f}, largest difference {difference:.1e}")


main()
