"""Reads a .tflite file into plain lists: tensors, constants (sparse ones made dense), operators in running order.

Field numbers from TensorFlow's schema (Apache-2.0): tensorflow/lite/schema/schema.fbs.
"""

from dataclasses import dataclass

import numpy as np

from flatbuffer import Table

# BuiltinOperator numbers of the operators that the face networks use.
CUSTOM = 32
OPERATOR_NAMES = {
    0: "ADD", 1: "AVERAGE_POOL_2D", 2: "CONCATENATION", 3: "CONV_2D", 4: "DEPTHWISE_CONV_2D", 5: "DEPTH_TO_SPACE",
    6: "DEQUANTIZE", 14: "LOGISTIC", 17: "MAX_POOL_2D", 18: "MUL", 19: "RELU", 22: "RESHAPE", 23: "RESIZE_BILINEAR",
    34: "PAD", 40: "MEAN", 41: "SUB", 45: "STRIDED_SLICE", 54: "PRELU", 117: "HARD_SWISH", 124: "DENSIFY",
}  # fmt: skip
NUMBER_TYPES = {0: np.float32, 1: np.float16, 2: np.int32, 3: np.uint8, 4: np.int64, 6: np.bool_, 7: np.int16, 9: np.int8}
INDEX_CODES = {1: "i", 2: "H", 3: "B"}  # SparseIndexVector: Int32Vector, Uint16Vector, Uint8Vector


@dataclass
class TensorInfo:
    name: str
    shape: list[int]
    dtype: type
    constant: np.ndarray | None  # [*shape], None for what is computed


@dataclass
class Operator:
    kind: str
    inputs: list[int]  # tensor numbers, -1 where an optional one is left out
    outputs: list[int]
    options: Table | None  # builtin operators
    custom_options: bytes  # custom operators


class TfliteModel:
    """The first (here: only) subgraph of a .tflite file."""

    def __init__(self, data: bytes):
        if data[4:8] != b"TFL3":
            raise ValueError("not a TFLite file: expected the identifier TFL3 at byte 4")
        root = Table.root(data)
        kinds = [_operator_kind(code) for code in root.tables(1)]
        buffers = [buffer.raw(0) for buffer in root.tables(4)]
        graph = root.tables(2)[0]
        self.tensors = [_read_tensor(table, buffers) for table in graph.tables(0)]
        self.inputs: list[int] = graph.vector(1, "i")
        self.outputs: list[int] = graph.vector(2, "i")
        self.operators = [
            Operator(kinds[op.number(0, "I")], op.vector(1, "i"), op.vector(2, "i"), op.table(4), op.raw(5))
            for op in graph.tables(3)
        ]


def _operator_kind(code: Table) -> str:
    number = max(code.number(0, "b"), code.number(3, "i"))  # old files use the 8-bit field, newer ones the 32-bit one
    return code.text(1) if number == CUSTOM else OPERATOR_NAMES.get(number, f"builtin {number}")


def _read_tensor(table: Table, buffers: list[bytes]) -> TensorInfo:
    shape, dtype = table.vector(0, "i"), NUMBER_TYPES[table.number(1, "b")]
    data, sparsity = buffers[table.number(2, "I")], table.table(6)
    constant = None
    if data:
        values = np.frombuffer(data, dtype)
        constant = _densify(values, shape, sparsity) if sparsity else values.reshape(shape)
    return TensorInfo(table.text(3), shape, dtype, constant)


def _densify(values: np.ndarray, shape: list[int], sparsity: Table) -> np.ndarray:
    """Expands a sparse constant (SparsityParameters) to [*shape].

    Levels are walked in `traversal order`: first the dimensions of the tensor, then those of the blocks inside. A dense
    level (format 0) visits every index; a sparse one (CSR) the indices listed in its segment. As FormatConverter::
    SparseToDense in tensorflow/lite/kernels/internal/utils/sparsity_format_converter.cc.
    """
    order, block_map = sparsity.vector(0, "i"), sparsity.vector(1, "i")
    levels = [_read_level(level) for level in sparsity.tables(2)]
    rank = len(shape)
    block = np.ones(rank, int)
    for k, dimension in enumerate(block_map):
        block[dimension] = levels[rank + k]["size"]
    positions = [([0] * len(levels), 0)]  # (index at each level, place in the level above)
    for depth, level in enumerate(levels):
        deeper = []
        for indices, place in positions:
            if level["size"] is not None:
                steps = [(k, place * level["size"] + k) for k in range(level["size"])]
            else:
                start, end = level["segments"][place : place + 2]
                steps = [(level["indices"][k], k) for k in range(start, end)]
            deeper += [(indices[:depth] + [index] + indices[depth + 1 :], next_place) for index, next_place in steps]
        positions = deeper
    dense = np.zeros(shape, values.dtype)
    for indices, place in positions:
        target = [0] * rank
        for depth in range(rank):
            target[order[depth]] = indices[depth]
        for k, dimension in enumerate(block_map):
            inside = indices[order[rank + k]]
            target[dimension] = target[dimension] * int(block[dimension]) + inside
        dense[tuple(target)] = values[place]
    return dense


def _read_level(level: Table) -> dict:
    if level.number(0, "b") == 0:
        return {"size": level.number(1, "i")}
    segments, indices = level.table(3), level.table(5)
    return {
        "size": None,
        "segments": segments.vector(0, INDEX_CODES[level.number(2, "B")]),
        "indices": indices.vector(0, INDEX_CODES[level.number(4, "B")]),
    }
