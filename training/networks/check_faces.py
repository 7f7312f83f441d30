"""Compares the converted networks, run by ONNX Runtime, with MediaPipe's inference of the TFLite originals, output by output,
on random noise, on smooth gradients and on pictures. Used by `convert_faces.py --check` and by test_convert_faces.py."""

import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

from convert_faces import NETWORKS, FaceNetwork, read_source
from mediapipe_inference import run_tflite
from tflite_model import TfliteModel

# Largest difference allowed, as a share of the output's largest value. Both sum the same fp16 weights in fp32, in another
# order: measured 3e-5 on the person mask, 6e-6 and less elsewhere.
TOLERANCE = 1e-4


def make_pictures(size: int, files: list[Path]) -> list[np.ndarray]:
    """[size, size, 3] uint8: noise, a gradient, then the files."""
    noise = np.random.default_rng(0).integers(0, 256, (size, size, 3), np.uint8)
    y, x = np.meshgrid(np.arange(size), np.arange(size), indexing="ij")
    gradient = (np.stack([x, y, size - 1 - x], -1) * 255 // (size - 1)).astype(np.uint8)
    photos = [np.array(Image.open(file).convert("RGB").resize((size, size), Image.Resampling.BOX)) for file in files]
    return [noise, gradient, *photos]


def compare_network(wheel_folder: Path, onnx_file: Path, network: FaceNetwork, files: list[Path]) -> dict[str, float]:
    """Our output name -> largest difference over all pictures, relative to the largest value of that output."""
    source = read_source(wheel_folder, network.source)
    model = TfliteModel(source)
    order = [network.outputs[model.tensors[index].name][0] for index in model.outputs]
    session = onnxruntime.InferenceSession(str(onnx_file), providers=["CPUExecutionProvider"])
    errors = dict.fromkeys(order, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.tflite"
        path.write_bytes(source)
        for picture in make_pictures(network.size, files):
            image = picture[None].astype(np.float32) / 255 * (1 - network.low) + network.low
            ours = dict(zip((o.name for o in session.get_outputs()), session.run(None, {"image": image})))
            for name, expected in zip(order, run_tflite(str(path), len(order), network.low, picture)):
                difference = np.abs(ours[name].ravel() - expected).max() / max(np.abs(expected).max(), 1.0)
                errors[name] = max(errors[name], float(difference))
    return errors


def check_networks(wheel_folder: Path, onnx_folder: Path, files: list[Path]) -> None:
    for name, network in NETWORKS.items():
        errors = compare_network(wheel_folder, onnx_folder / f"{name}.onnx", network, files)
        print(f"{name}: largest relative error " + ", ".join(f"{key} {value:.1e}" for key, value in errors.items()))
        worst = max(errors.values())
        assert worst < TOLERANCE, f"{name}: error {worst:.2e}, allowed {TOLERANCE:.0e}"
