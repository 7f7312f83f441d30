"""Turns a TFLite graph into an ONNX one, operator by operator. Half-precision weights stay so in the file and are cast when
the graph is loaded: half the size, the same numbers."""

import numpy as np

from landmark_operators import LANDMARK_OPERATORS
from onnx_writer import FLOAT, Graph
from operators import OPERATORS
from tflite_model import TfliteModel

PRODUCER = "animate-portrait tflite_to_onnx"


class Conversion:
    """The graph under construction and what each TFLite tensor is called in it."""

    def __init__(self, model: TfliteModel):
        self.model = model
        self.graph = Graph()
        self._values: dict[int, str] = {}
        self._constants: dict[int, np.ndarray] = {}

    def shape(self, index: int) -> list[int]:
        return self.model.tensors[index].shape

    def constant(self, index: int) -> np.ndarray | None:
        """The numbers of a constant tensor (or of one that is only a cast or unpacked constant)."""
        known = self._constants.get(index)
        return self.model.tensors[index].constant if known is None else known

    def add_constant(self, array: np.ndarray) -> str:
        """Stores floats as fp16 where the source holds fp16, and casts them to fp32."""
        name = self.graph.constant(array)
        return self.graph.node("Cast", [name], to=FLOAT) if array.dtype == np.float16 else name

    def value(self, index: int) -> str:
        if index not in self._values:
            constant = self.constant(index)
            if constant is None:
                raise ValueError(f"tensor {index} ({self.model.tensors[index].name}) is read before it is made")
            self._values[index] = self.add_constant(constant)
        return self._values[index]

    def convert(self, op) -> None:
        source = op.inputs[0]
        if op.kind in ("DEQUANTIZE", "DENSIFY") and self.constant(source) is not None:
            self._constants[op.outputs[0]] = self.constant(source)  # the reader made it dense already; Cast comes with use
            return
        convert = OPERATORS.get(op.kind) or LANDMARK_OPERATORS.get(op.kind)
        if convert is None:
            raise ValueError(f"operator {op.kind} is not converted")
        self._values[op.outputs[0]] = convert(self, op)

    def bind(self, index: int, name: str) -> None:
        self._values[index] = name


def convert_model(data: bytes, input_name: str, outputs: dict[str, tuple[str, list[int]]]) -> bytes:
    """The bytes of a .tflite file -> those of an .onnx file.

    `outputs`: TFLite's output name -> (name to give, shape to give). The one input keeps its shape [1, height, width, 3].
    """
    model = TfliteModel(data)
    net = Conversion(model)
    (image,) = model.inputs
    net.bind(image, net.graph.input(input_name, net.shape(image)))
    for op in model.operators:
        net.convert(op)
    by_name = {model.tensors[index].name: index for index in model.outputs}
    if set(by_name) != set(outputs):
        raise ValueError(f"expected the outputs {sorted(outputs)}, the file has {sorted(by_name)}")
    for source, (name, shape) in outputs.items():
        net.graph.output(name, net.value(by_name[source]), shape)
    return net.graph.to_bytes(PRODUCER)
