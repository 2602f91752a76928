"""Times the same encoding jobs in onnxruntime and Hugging Face tokenizers; started by Benchmarks/encoder.py.

Usage: encoder.py MODEL_FOLDER SAMPLE.json FOLDER. Waits for a line on its input before each job, so that both sides of a
comparison take turns; one line of JSON for each. The network is built with onnxruntime's own fused operators (Attention,
SkipLayerNormalization, BiasGelu: what its transformer optimizer makes of BERT), and once more with its dynamic int8
quantization, by channel. Two threads. Pooling is not counted against onnxruntime. Vectors go to FOLDER for comparison.
"""

import json
import os
import struct
import sys
import time

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer


def tensors(path):
    """The tensors of a safetensors file, by name."""
    with open(path, "rb") as file:
        data = file.read()
    length = struct.unpack("<Q", data[:8])[0]
    found = {}
    for name, entry in json.loads(data[8:8 + length]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            found[name] = np.frombuffer(data[start:end], np.float32).reshape(entry["shape"])
    return found


def network(folder, path):
    """Writes the fused network as ONNX; gives ids, mask and segments, takes the hidden states."""
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
        configuration = json.load(file)
    weights = tensors(os.path.join(folder, "model.safetensors"))
    nodes, constants = [], []

    def constant(name, value):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(value, np.float32), name))
        return name

    def node(kind, inputs, outputs, **attributes):
        nodes.append(helper.make_node(kind, inputs, outputs, domain="com.microsoft" if kind != "MatMul" else "", **attributes))
        return outputs[0]

    def norm(name):
        return [constant(f"{name}.gain", weights[f"{name}.weight"]), constant(f"{name}.shift", weights[f"{name}.bias"])]

    embeddings = [constant(name, weights[f"embeddings.{name}_embeddings.weight"]) for name in ("word", "position", "token_type")]
    epsilon = configuration["layer_norm_eps"]
    state = node("EmbedLayerNormalization", ["ids", "segments", *embeddings, *norm("embeddings.LayerNorm"), "mask"],
                 ["embedded", "mask_index"], epsilon=epsilon)
    for index in range(configuration["num_hidden_layers"]):
        layer = f"encoder.layer.{index}"

        def linear(name):
            return weights[f"{layer}.{name}.weight"].T, weights[f"{layer}.{name}.bias"]

        parts = [linear(f"attention.self.{part}") for part in ("query", "key", "value")]
        projections = constant(f"{layer}.projections", np.concatenate([part[0] for part in parts], 1))
        shifts = constant(f"{layer}.shifts", np.concatenate([part[1] for part in parts]))
        attended = node("Attention", [state, projections, shifts, "mask_index"], [f"{layer}.attended"],
                        num_heads=configuration["num_attention_heads"])

        def closing(values, name, residual, label):
            matrix, shift = linear(name)
            product = node("MatMul", [values, constant(f"{layer}.{name}", matrix)], [f"{layer}.{label}.product"])
            scale = norm(f"{layer}.{name.rsplit('.', 1)[0]}.LayerNorm")
            return node("SkipLayerNormalization", [product, residual, *scale, constant(f"{layer}.{name}.shift", shift)],
                        [f"{layer}.{label}"], epsilon=epsilon)

        state = closing(attended, "attention.output.dense", state, "attention_output")
        matrix, shift = linear("intermediate.dense")
        product = node("MatMul", [state, constant(f"{layer}.up", matrix)], [f"{layer}.up.product"])
        middle = node("BiasGelu", [product, constant(f"{layer}.up.shift", shift)], [f"{layer}.middle"])
        state = closing(middle, "output.dense", state, "output")
    shape = ["batch", "length"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name in ("ids", "segments", "mask")]
    output = helper.make_tensor_value_info(state, TensorProto.FLOAT, [*shape, configuration["hidden_size"]])
    graph = helper.make_graph(nodes, "encoder", inputs, [output], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)])
    model.ir_version = 10
    onnx.save(model, path)


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def rounds(seconds):
    """Until the time is over, at least three times."""
    end, count = time.perf_counter() + seconds, 0
    while count < 3 or time.perf_counter() < end:
        count += 1
        yield


class Network:
    def __init__(self, runtime, tokenizer):
        self.runtime, self.tokenizer = runtime, tokenizer

    def inputs(self, texts, limit):
        self.tokenizer.enable_truncation(limit)
        sequences = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        longest = max(map(len, sequences))
        ids = np.zeros((len(texts), longest), np.int32)
        mask = np.zeros_like(ids)
        for row, sequence in enumerate(sequences):
            ids[row, :len(sequence)] = sequence
            mask[row, :len(sequence)] = 1
        return {"ids": ids, "segments": np.zeros_like(ids), "mask": mask}

    def vectors(self, texts, limit):
        found = []
        for text in texts:
            inputs = self.inputs([text], limit)
            vector = self.runtime.run(None, inputs)[0][0].mean(0)
            found.append(vector / np.linalg.norm(vector))
        return np.array(found, np.float32)

    def passages(self, texts, limit, batch, seconds):
        """Tokens a second of the fastest round."""
        batches = [self.inputs(texts[start:start + batch], limit) for start in range(0, len(texts), batch)]
        tokens = sum(int(inputs["mask"].sum()) for inputs in batches)
        best = float("inf")
        for _ in rounds(seconds):
            start = time.perf_counter()
            for inputs in batches:
                self.runtime.run(None, inputs)
            best = min(best, time.perf_counter() - start)
        return tokens / best

    def question(self, text, seconds):
        """Milliseconds of a question: the least and the median."""
        inputs, times = self.inputs([text], 256), []
        for _ in rounds(seconds):
            start = time.perf_counter()
            self.runtime.run(None, inputs)
            times.append(time.perf_counter() - start)
        times.sort()
        return times[0] * 1e3, times[len(times) // 2] * 1e3


def main():
    folder, sample, output = sys.argv[1:4]
    with open(sample, encoding="utf-8") as file:
        sample = json.load(file)
    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    tokenizer.no_padding()
    paths = {name: os.path.join(output, f"{name}.onnx") for name in ("fp32", "int8")}
    network(folder, paths["fp32"])
    quantize_dynamic(paths["fp32"], paths["int8"], weight_type=QuantType.QInt8, per_channel=True,
                     extra_options={"DefaultTensorType": TensorProto.FLOAT})
    networks = {name: Network(session(path), tokenizer) for name, path in paths.items()}
    for name, each in networks.items():
        each.vectors(sample["passages"][:sample["compared"]], sample["limit"]).tofile(os.path.join(output, f"onnxruntime_{name}"))
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        seconds = job["seconds"]
        if job["job"] in ("passages", "short passages"):
            limit = sample["limit"] if job["job"] == "passages" else sample["short_limit"]
            # The batch that suits it best.
            found = max((networks[job["kind"]].passages(sample["passages"], limit, batch, seconds / 4), batch)
                        for batch in (1, 4, 16, 32))
            answer = {"tokens_per_second": found[0], "batch": found[1]}
        elif job["job"] == "question":
            least, median = networks[job["kind"]].question(sample["question"], seconds)
            answer = {"least_ms": least, "median_ms": median}
        else:
            tokenizer.no_truncation()
            texts, best = sample["documents"], {"single": float("inf"), "batch": float("inf")}
            tokens = sum(len(encoding.ids) for encoding in tokenizer.encode_batch(texts, add_special_tokens=False))
            for _ in rounds(seconds):
                start = time.perf_counter()
                for text in texts:
                    tokenizer.encode(text, add_special_tokens=False)
                middle = time.perf_counter()
                tokenizer.encode_batch(texts, add_special_tokens=False)
                best["single"] = min(best["single"], middle - start)
                best["batch"] = min(best["batch"], time.perf_counter() - middle)
            answer = {"tokens": tokens, **{f"{name}_tokens_per_second": tokens / time_ for name, time_ in best.items()}}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
