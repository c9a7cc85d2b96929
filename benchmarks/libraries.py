"""The products of one note in several libraries, in turns: milliseconds for one position and for four.

    python benchmarks/libraries.py [--style baroque] [--giga] [--compile] [--repeats 40]

What is not installed is left out (torchao, onnxruntime with onnx); nothing here is needed to use the app. --compile
adds torch.compile, which needs a C++ compiler, and how long its first call takes.
"""

from __future__ import annotations

import argparse
import copy
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch
from torch import Tensor, nn

from composer.bench import network_speed
from composer.bench.benchmark import GIGA
from composer.inference.engine import stepper
from composer.inference.kernel import build
from composer.inference.quantized_linear import PRECISIONS, projection
from composer.model import checkpoint
from composer.model.transformer import GPT

Act = Callable[[], object]


class Products(nn.Module):
    """Every matrix of a note, each with an input of its own."""

    def __init__(self, matrices: list[Tensor]) -> None:
        super().__init__()
        self.each = nn.ModuleList(nn.Linear(w.shape[1], w.shape[0], bias=False) for w in matrices)
        for linear, weight in zip(self.each, matrices, strict=True):
            linear.weight = nn.Parameter(weight.clone(), requires_grad=False)

    def forward(self, inputs: dict[int, Tensor]) -> list[Tensor]:
        """Inputs by their width."""
        return [linear(inputs[linear.in_features]) for linear in self.each]


def pytorch(matrices: list[Tensor], count: int) -> dict[str, Act]:
    """What decoding does without the kernel."""
    acts: dict[str, Act] = {}
    for precision in PRECISIONS:
        ready = [(projection(w, None, precision), torch.ones(count, w.shape[1])) for w in matrices]
        acts[f"PyTorch, {precision}"] = lambda ready=ready: [product(x) for product, x in ready]
    return acts


def torchao(matrices: list[Tensor], count: int) -> dict[str, Act]:
    """Its int8 configurations, in eager mode."""
    try:
        from torchao.quantization import Int8DynamicActivationInt8WeightConfig, Int8WeightOnlyConfig, quantize_
    except (ImportError, RuntimeError):
        return {}
    acts: dict[str, Act] = {}
    ways = {"int8 weights": Int8WeightOnlyConfig, "int8 weights and inputs": Int8DynamicActivationInt8WeightConfig}
    for name, config in ways.items():
        model = Products(matrices)
        quantize_(model, config())
        inputs = {w.shape[1]: torch.ones(count, w.shape[1]) for w in matrices}
        acts[f"torchao, {name}"] = lambda model=model, inputs=inputs: model(inputs)
    return acts


def onnxruntime(matrices: list[Tensor], count: int) -> dict[str, Act]:
    """One session for all products, one thread; in int8 as its own quantiser makes it."""
    try:
        import onnx
        import onnxruntime as ort
        from onnxruntime.quantization import QuantType, quantize_dynamic
    except ImportError:
        return {}
    widths = sorted({w.shape[1] for w in matrices})
    values = [onnx.numpy_helper.from_array(w.t().contiguous().numpy(), f"w{i}") for i, w in enumerate(matrices)]
    nodes = [onnx.helper.make_node("MatMul", [f"x{w.shape[1]}", f"w{i}"], [f"y{i}"]) for i, w in enumerate(matrices)]
    kind = onnx.TensorProto.FLOAT
    inputs = [onnx.helper.make_tensor_value_info(f"x{k}", kind, [count, k]) for k in widths]
    outputs = [onnx.helper.make_tensor_value_info(f"y{i}", kind, [count, len(w)]) for i, w in enumerate(matrices)]
    graph = onnx.helper.make_graph(nodes, "products", inputs, outputs, values)
    made = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9)
    import tempfile

    acts: dict[str, Act] = {}
    with tempfile.TemporaryDirectory() as folder:
        plain, thin = Path(folder) / "plain.onnx", Path(folder) / "thin.onnx"
        onnx.save(made, str(plain))
        quantize_dynamic(str(plain), str(thin), weight_type=QuantType.QInt8, per_channel=True)
        for name, path in (("float32", plain), ("int8 weights and inputs", thin)):
            options = ort.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            feed = {f"x{k}": np.ones((count, k), dtype=np.float32) for k in widths}
            acts[f"onnxruntime, {name}"] = lambda session=session, feed=feed: session.run(None, feed)
    return acts


def compiled(matrices: list[Tensor], count: int) -> dict[str, Act]:
    """torch.compile of all products together; prints what the first call takes."""
    run = torch.compile(copy.deepcopy(Products(matrices)))
    inputs = {w.shape[1]: torch.ones(count, w.shape[1]) for w in matrices}
    began = time.perf_counter()
    run(inputs)
    print(f"torch.compile, {count} position(s): first call {time.perf_counter() - began:.1f} s")
    return {"torch.compile, float32": lambda: run(inputs)}


def main() -> int:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--style", default="baroque")
    parser.add_argument("--giga", action="store_true")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--repeats", type=int, default=40)
    options = parser.parse_args()
    torch.set_num_threads(1)
    network = GPT(GIGA).eval() if options.giga else checkpoint.load(options.style)[0]
    matrices = network_speed.matrices(network)
    rows: dict[str, list[str]] = {}
    with torch.inference_mode():
        for count in (1, 4):
            acts = pytorch(matrices, count) | torchao(matrices, count) | onnxruntime(matrices, count)
            if options.compile:
                acts |= compiled(matrices, count)
            if build.library() is not None:
                for precision in PRECISIONS:
                    by = stepper(network, precision, compiled=True)
                    acts[f"the kernel, {precision}"] = by.products(count)  # type: ignore[union-attr]
            for name, spread in network_speed.times(acts, options.repeats).items():
                rows.setdefault(name, []).append(f"{spread.median * 1000:.2f}")
    print(f"{sum(w.numel() for w in matrices) / 1e6:.1f} M weights in {len(matrices)} matrices, one thread\n")
    print("| | one position, ms | four, ms |\n|---|---|---|")
    for name, cells in rows.items():
        print(f"| {name} | {' | '.join(cells)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
