"""Runs a .tflite file inside MediaPipe, the oracle for our conversion: the same TFLite interpreter, with MediaPipe's custom
operators, that made the networks. Needs a Python 3.8-3.12 environment with
`pip install mediapipe==0.10.14 "numpy<2"` (the wheel that the networks come from)."""

import mediapipe
import numpy as np

GRAPH = """
input_stream: "picture"
{output_streams}
node {{ calculator: "ToImageCalculator" input_stream: "IMAGE_CPU:picture" output_stream: "IMAGE:image" }}
node {{
  calculator: "ImageToTensorCalculator" input_stream: "IMAGE:image" output_stream: "TENSORS:input_tensors"
  options {{ [mediapipe.ImageToTensorCalculatorOptions.ext] {{
    output_tensor_width: {size} output_tensor_height: {size} keep_aspect_ratio: false
    output_tensor_float_range {{ min: {low} max: 1 }} }} }}
}}
node {{ calculator: "TfLiteCustomOpResolverCalculator" output_side_packet: "OP_RESOLVER:operators" }}
node {{
  calculator: "InferenceCalculatorCpu" input_stream: "TENSORS:input_tensors" output_stream: "TENSORS:tensors"
  input_side_packet: "OP_RESOLVER:operators"
  options {{ [mediapipe.InferenceCalculatorOptions.ext] {{ model_path: "{path}" delegate {{ tflite {{}} }} }} }}
}}
node {{
  calculator: "SplitTensorVectorCalculator" input_stream: "tensors" {split_streams}
  options {{ [mediapipe.SplitVectorCalculatorOptions.ext] {{ {ranges} }} }}
}}
{to_floats}
"""
TO_FLOATS = 'node {{ calculator: "TensorsToFloatsCalculator" input_stream: "TENSORS:tensor_{0}" output_stream: "FLOATS:floats_{0}" }}'


def run_tflite(path: str, output_count: int, low: float, picture: np.ndarray) -> list[np.ndarray]:
    """`picture` [size, size, 3] uint8 RGB, 0 -> low, 255 -> 1. The outputs, flat, in the file's order."""
    numbers = range(output_count)
    config = GRAPH.format(
        output_streams="\n".join(f'output_stream: "floats_{k}"' for k in numbers),
        size=picture.shape[0],
        low=low,
        path=path,
        split_streams=" ".join(f'output_stream: "tensor_{k}"' for k in numbers),
        ranges=" ".join(f"ranges {{ begin: {k} end: {k + 1} }}" for k in numbers),
        to_floats="\n".join(TO_FLOATS.format(k) for k in numbers),
    )
    outputs: dict[int, np.ndarray] = {}
    graph = mediapipe.CalculatorGraph(graph_config=config)
    for k in numbers:

        def keep(_, packet, k=k):
            outputs[k] = np.array(mediapipe.packet_getter.get_float_list(packet), np.float32)

        graph.observe_output_stream(f"floats_{k}", keep)
    graph.start_run()
    frame = mediapipe.ImageFrame(image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(picture))
    graph.add_packet_to_input_stream("picture", mediapipe.packet_creator.create_image_frame(frame).at(0))
    graph.close_all_packet_sources()
    graph.wait_until_done()
    return [outputs[k] for k in numbers]
