"""Writes ONNX files with nothing but numpy: a small protobuf encoder and a graph under construction.

Field numbers from onnx.proto (Apache-2.0), https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

import struct

import numpy as np

FLOAT, INT64, FLOAT16 = 1, 7, 10
NUMBER_TYPES = {np.dtype("float32"): FLOAT, np.dtype("int64"): INT64, np.dtype("int32"): 6, np.dtype("float16"): FLOAT16}
IR_VERSION = 8  # goes with opset 17


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def integer_field(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def bytes_field(field: int, value: bytes | str) -> bytes:
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def float_field(field: int, value: float) -> bytes:
    return varint(field << 3 | 5) + struct.pack("<f", value)


def tensor_proto(name: str, array: np.ndarray) -> bytes:
    array = np.asarray(array)
    shape = b"".join(integer_field(1, length) for length in array.shape)
    data_type = integer_field(2, NUMBER_TYPES[array.dtype])
    return shape + data_type + bytes_field(8, name) + bytes_field(9, np.ascontiguousarray(array).tobytes())


def attribute_proto(name: str, value) -> bytes:
    out = bytes_field(1, name)
    if isinstance(value, str):
        return out + bytes_field(4, value) + integer_field(20, 3)
    if isinstance(value, float):
        return out + float_field(2, value) + integer_field(20, 1)
    if isinstance(value, int):
        return out + integer_field(3, value) + integer_field(20, 2)
    return out + b"".join(integer_field(8, int(item)) for item in value) + integer_field(20, 7)


def value_info(name: str, shape: list) -> bytes:
    """A float32 graph input or output; a text in `shape` is a symbolic dimension."""
    dims = b"".join(
        bytes_field(1, integer_field(1, length) if isinstance(length, int) else bytes_field(2, length)) for length in shape
    )
    return bytes_field(1, name) + bytes_field(2, bytes_field(1, integer_field(1, FLOAT) + bytes_field(2, dims)))


class Graph:
    """Nodes and constants in running order; every method returns the name of the new value."""

    def __init__(self):
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []
        self._inputs: list[bytes] = []
        self._outputs: list[bytes] = []

    def _new_name(self, prefix: str) -> str:
        return f"{prefix}{len(self._nodes) + len(self._constants)}"

    def input(self, name: str, shape: list) -> str:
        self._inputs.append(value_info(name, shape))
        return name

    def output(self, name: str, value: str, shape: list[int]) -> None:
        """Names `value` as an output and gives it `shape`."""
        self.node("Reshape", [value, self.constant(np.array(shape, np.int64))], name=name)
        self._outputs.append(value_info(name, shape))

    def constant(self, array: np.ndarray) -> str:
        name = self._new_name("c")
        self._constants.append(tensor_proto(name, array))
        return name

    def node(self, kind: str, inputs: list[str], name: str | None = None, **attributes) -> str:
        name = name or self._new_name("v")
        self._nodes.append(
            b"".join(bytes_field(1, value) for value in inputs)
            + bytes_field(2, name)
            + bytes_field(3, "n_" + name)
            + bytes_field(4, kind)
            + b"".join(bytes_field(5, attribute_proto(key, value)) for key, value in attributes.items())
        )
        return name

    def to_bytes(self, producer: str, opset: int = 17) -> bytes:
        graph = (
            b"".join(bytes_field(1, node) for node in self._nodes)
            + bytes_field(2, "graph")
            + b"".join(bytes_field(5, constant) for constant in self._constants)
            + b"".join(bytes_field(11, value) for value in self._inputs)
            + b"".join(bytes_field(12, value) for value in self._outputs)
        )
        opset_proto = bytes_field(1, "") + integer_field(2, opset)
        return (
            integer_field(1, IR_VERSION) + bytes_field(2, producer) + bytes_field(7, graph) + bytes_field(8, opset_proto)
        )
