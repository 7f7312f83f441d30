"""Reads and writes rig.bin (docs/architecture.md): one JSON header, then plain little-endian arrays."""
import json
import struct
from pathlib import Path

import numpy as np

DTYPES = {"f32": "<f4", "i32": "<i4", "u32": "<u4", "u16": "<u2", "i16": "<i2", "u8": "u1"}


def read_rig(path):
    """path of a rig.bin -> dict: one array per entry (i16 arrays with a scale come back as float32 values) and 'meta' (dict)."""
    data = Path(path).read_bytes()
    if data[:4] != b"RIG1":
        raise ValueError(f"{path}: expected the letters RIG1 at the start, got {data[:4]!r}")
    length = struct.unpack_from("<I", data, 4)[0]
    header = json.loads(data[8 : 8 + length])
    start = (8 + length + 7) // 8 * 8
    rig = {"meta": header["meta"]}
    for entry in header["arrays"]:
        count = int(np.prod(entry["shape"]))
        array = np.frombuffer(data, DTYPES[entry["dtype"]], count, start + entry["offset"]).reshape(entry["shape"])
        if "scale" in entry:
            scale = np.asarray(entry["scale"], np.float32)
            array = array * scale.reshape(scale.shape + (1,) * (array.ndim - scale.ndim))
        rig[entry["name"]] = array.astype(np.float32) if array.dtype.kind == "f" else array
    return rig


def write_rig(path, rig, quantised=("expressions", "identities")):
    """rig: dict of arrays plus 'meta'; the arrays named in `quantised` are stored as i16 with one scale for each row of their first axis."""
    entries, blobs, offset = [], [], 0
    for name, array in rig.items():
        if name == "meta":
            continue
        entry = {"name": name}
        if name in quantised:
            peak = np.abs(array).reshape(len(array), -1).max(1)
            scale = np.maximum(peak, 1e-9) / 32767
            array = np.rint(array / scale[:, None, None]).astype("<i2")
            entry["scale"] = [float(f"{s:.9g}") for s in scale]
        kind = next(k for k, v in DTYPES.items() if np.dtype(v) == array.dtype)
        blob = np.ascontiguousarray(array, DTYPES[kind]).tobytes()
        entries.append({**entry, "dtype": kind, "shape": list(array.shape), "offset": offset})
        blobs.append(blob + b"\0" * (-len(blob) % 8))
        offset += len(blobs[-1])
    header = json.dumps({"unit": "decimetre", "arrays": entries, "meta": rig["meta"]}, separators=(",", ":")).encode()
    head = b"RIG1" + struct.pack("<I", len(header)) + header
    Path(path).write_bytes(head + b"\0" * (-len(head) % 8) + b"".join(blobs))


def landmarks_of(rig, vertices):
    """vertices [..., V, 3] -> MediaPipe's landmarks on them [..., 478, 3] (same unit)."""
    weights = rig["landmarkWeights"][..., None]
    return (vertices[..., rig["landmarkTriangles"].astype(int), :] * weights).sum(-2)


def landmark_basis(rig):
    """-> (neutral landmarks [478, 3], expression Jacobian [52, 478, 3], identity Jacobian [40, 478, 3]); positions are linear in both."""
    return landmarks_of(rig, rig["vertices"]), landmarks_of(rig, rig["expressions"]), landmarks_of(rig, rig["identities"])
