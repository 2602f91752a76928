#!/usr/bin/env python3
"""Exact nearest neighbours: Magnus's kernels beside numpy, faiss and usearch, in one run.

  Benchmarks/peers/vectors.py [--rows 100000] [--dimension 384] [--queries 50] [--program FILE] [--json]

The kernels of Sources/CKernels are compiled with clang -O2 and called directly; the best ten of the scores are then
chosen by numpy for all of them alike, and that time is part of each figure. With --program, the built SearchBenchmark of
Benchmarks/Search, the search of the program itself is timed too, on one thread and on two. Rows and queries are random
unit vectors around a hundred centres, as embeddings are. Peers that are not installed are named and left out. Peers run
on one thread, faiss also on two.
"""
import argparse, ctypes, json, os, pathlib, platform, statistics, subprocess, sys, tempfile, time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = "1"
os.environ.pop("OPENBLAS_CORETYPE", None)
try:
    import numpy as np
except ImportError:
    sys.exit("numpy is not installed: pip install numpy")

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Kernels(ctypes.Structure):
    """The beginning of ckernels_set, as far as it is used here."""

    _fields_ = [(name, ctypes.c_void_p) for name in ("linear", "layer_norm", "gelu", "attention", "scores")]


class CodeKernels(ctypes.Structure):
    """ckernels_codes."""

    _fields_ = [(name, ctypes.c_void_p) for name in ("scores", "scores_at", "sign_scores", "signs")]


def library(folder):
    path = os.path.join(folder, "kernels.so")
    sources = sorted(str(p) for p in (ROOT / "Sources/CKernels").glob("*.c"))
    command = ["clang", "-O2", "-shared", "-fPIC", f"-I{ROOT}/Sources/CKernels/include", *sources, "-lm", "-o", path]
    subprocess.run(command, check=True)
    return ctypes.CDLL(path)


def kernel_sets(lib):
    for name in ("portable", "avx2", "avx512"):
        get = getattr(lib, f"ckernels_{name}")
        get.restype = ctypes.POINTER(Kernels)
        codes = getattr(lib, f"ckernels_codes_{name}")
        codes.restype = ctypes.POINTER(CodeKernels)
        if get():
            yield name, get().contents, codes().contents


def address(array):
    return array.ctypes.data_as(ctypes.c_void_p)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--program", help="the built SearchBenchmark")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    n, d = options.rows, options.dimension
    random = np.random.default_rng(1)
    centres = random.standard_normal((100, d)).astype(np.float32)

    def vectors(count):
        values = centres[random.integers(0, 100, count)] + random.standard_normal((count, d)).astype(np.float32)
        return values / np.linalg.norm(values, axis=1, keepdims=True)

    rows, queries = vectors(n), vectors(options.queries)
    scales = np.abs(rows).max(1) / 127
    codes = np.rint(rows / scales[:, None]).astype(np.int8)
    scores = np.empty(n, np.float32)

    def best(values, limit=10):
        head = np.argpartition(values, n - limit)[n - limit:]
        return head[np.argsort(-values[head])]

    truth = [set(best(rows @ q)) for q in queries]
    results = []

    def measure(name, search):
        search(queries[0])
        times, found = [], 0
        for q, expected in zip(queries, truth):
            start = time.perf_counter()
            answer = search(q)
            times.append((time.perf_counter() - start) * 1000)
            found += len(expected & set(int(i) for i in answer))
        results.append({
            "name": name, "p50_ms": round(statistics.median(times), 3), "least_ms": round(min(times), 3),
            "recall_at_10": round(found / (10 * len(queries)), 4),
        })

    with tempfile.TemporaryDirectory() as folder:
        lib = library(folder)
        for name, kernels, codes_of in kernel_sets(lib):
            floats = ctypes.CFUNCTYPE(
                None, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p
            )(kernels.scores)
            bytes_ = ctypes.CFUNCTYPE(
                None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_float,
                ctypes.c_void_p
            )(codes_of.scores)

            def by_floats(q):
                floats(address(rows), n, d, address(q), address(scores))
                return best(scores)

            def by_bytes(q, oversample=1):
                unit = np.abs(q).max() / 4095
                rounded = np.rint(q / unit).astype(np.int16)
                bytes_(address(codes), address(scales), n, d, address(rounded), ctypes.c_float(unit), address(scores))
                if oversample == 1:
                    return best(scores)
                head = best(scores, 10 * oversample)
                return head[np.argsort(-(rows[head] @ q))[:10]]

            measure(f"magnus fp32 {name}", by_floats)
            measure(f"magnus int8 {name}", by_bytes)
            measure(f"magnus int8 + rescore of 40, {name}", lambda q: by_bytes(q, 4))
        if options.program:
            rows.tofile(f"{folder}/rows.f32")
            queries.tofile(f"{folder}/queries.f32")
            command = [options.program, "--vectors", folder, "--dimension", str(d)]
            for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
                row = json.loads(line)
                found = sum(len(expected & set(answer)) for expected, answer in zip(truth, row.pop("nearest")))
                results.append(row | {"recall_at_10": round(found / (10 * len(queries)), 4)})
    measure("numpy sgemv", lambda q: best(rows @ q))
    try:
        import faiss

        flat = faiss.IndexFlatIP(d)
        flat.add(rows)
        for threads in 1, 2:
            faiss.omp_set_num_threads(threads)
            measure(f"faiss IndexFlatIP, threads {threads}", lambda q: flat.search(q[None], 10)[1][0])
    except ImportError:
        print("faiss is not installed: left out", file=sys.stderr)
    try:
        from usearch.index import MetricKind, search

        measure("usearch exact f32", lambda q: search(rows, q, 10, MetricKind.IP, exact=True, threads=1).keys)
    except ImportError:
        print("usearch is not installed: left out", file=sys.stderr)
    document = {
        "rows": n, "dimension": d, "machine": platform.processor() or platform.machine(), "results": results,
    }
    if options.json:
        print(json.dumps(document))
        return
    print(f"{n} x {d}")
    for row in results:
        print(f"{row['name']:36} {row['p50_ms']:9.3f} ms  least {row['least_ms']:9.3f}  recall@10 {row['recall_at_10']:.4f}")


if __name__ == "__main__":
    main()
