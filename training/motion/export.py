"""export.py NET.pt OUT_FOLDER GOLDEN.json: denoiser.onnx, motion.json and the golden file of the TypeScript test.

The graph: opset 17, every shape fixed but `batch`; weights stored as float16 and cast in the graph (computation stays float32), which halves the file. ONNX Runtime is compared with
PyTorch on an input made by a formula that TypeScript can repeat; the largest differences are printed and kept in the golden file.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

from channels import CHANNELS, FPS, MOUTH
from model import AHEAD, FRAMES, PREVIOUS, TOKEN_WIDTH, TOKENS
from sample import SAMPLER, load_net

SHAPES = dict(x=[FRAMES, len(MOUTH)], sigma=[], sound=[TOKENS, TOKEN_WIDTH], has_sound=[], previous=[PREVIOUS, len(MOUTH)], has_previous=[])
SMALLEST = 256  # weights of fewer values stay float32


def golden_inputs(rows=2):
    """value of element i of input number k: sin(0.7 i + k) (k from 0 in SHAPES' order); sigma 0.5, 2.0; has_... 1 in row 0; 0 for the sound in row 1, 1 for the rest"""
    out = {}
    for k, (name, shape) in enumerate(SHAPES.items()):
        values = np.sin(0.7 * np.arange(rows * int(np.prod(shape, dtype=int))) + k).astype(np.float32)
        out[name] = values.reshape([rows, *shape])
    out["sigma"] = np.array([0.5, 2.0], np.float32)
    for name in out:
        if name.startswith("has_"):
            out[name] = np.array([1, 0 if name == "has_sound" else 1], np.float32)
    return out


def store_half(graph):
    """float32 weights -> float16 + Cast"""
    kept, casts = [], []
    for weight in graph.initializer:
        if weight.data_type == TensorProto.FLOAT and np.prod(weight.dims, dtype=int) >= SMALLEST:
            half = numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), weight.name + "_half")
            kept.append(half)
            casts.append(helper.make_node("Cast", [half.name], [weight.name], to=TensorProto.FLOAT))
        else:
            kept.append(weight)
    del graph.initializer[:]
    graph.initializer.extend(kept)
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)


def export(net, path):
    inputs = {k: torch.from_numpy(v) for k, v in golden_inputs().items()}
    torch.onnx.export(
        net, tuple(inputs.values()), str(path), input_names=list(inputs), output_names=["denoised"], dynamic_axes={k: {0: "batch"} for k in [*inputs, "denoised"]},
        opset_version=17, do_constant_folding=True, dynamo=False,
    )  # fmt: skip
    model = onnx.load(str(path))
    store_half(model.graph)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def compare(net, path):
    """-> golden record; the largest difference between ONNX Runtime and PyTorch in float32"""
    inputs = golden_inputs()
    with torch.no_grad():
        expected = net(*(torch.from_numpy(v) for v in inputs.values())).numpy()
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    got = session.run(None, inputs)[0]
    at = [[row, frame, channel] for row in (0, 1) for frame in (0, 29, 59) for channel in (0, 3, 9, 17, 27)]
    return dict(
        made_by="training/motion/export.py", onnxruntime=onnxruntime.__version__, inputs="element i of input k (order of `order`): sin(0.7 i + k), i over [rows, ...]; sigma and has_... as given",
        order=list(SHAPES), rows=2, sigma=[0.5, 2.0], has_sound=[1, 0], has_previous=[1, 1],
        denoised=[[*i, round(float(expected[tuple(i)]), 6)] for i in at], denoised_mean=round(float(expected.mean()), 6), denoised_rms=round(float(np.sqrt((expected**2).mean())), 6),
        largest_error_onnx_against_pytorch=float(np.abs(got - expected).max()), tolerance=0.02,
    )  # fmt: skip


if __name__ == "__main__":
    net, mean, std = load_net(sys.argv[1])
    out = Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    export(net, out / "denoiser.onnx")
    record = compare(net, out / "denoiser.onnx")
    Path(sys.argv[3]).write_text(json.dumps(record, indent=1) + "\n")
    numbers = lambda v: [float(f"{x:.6g}") for x in v]
    motion = dict(
        fps=FPS, channels=[CHANNELS[i] for i in MOUTH], mean=numbers(mean), std=numbers(std), clipFrames=FRAMES, previousFrames=PREVIOUS, lookaheadFrames=AHEAD,
    )  # fmt: skip
    (out / "motion.json").write_text(json.dumps(dict(motion=motion, sampler=SAMPLER), indent=1) + "\n")
    print((out / "denoiser.onnx").stat().st_size, "bytes; largest error against PyTorch", record["largest_error_onnx_against_pytorch"], "rms of output", record["denoised_rms"])
