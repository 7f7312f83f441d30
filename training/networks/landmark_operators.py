"""MediaPipe's three custom operators of the attention mesh as ONNX nodes.

They cut a 16x16 patch of features around the lips or an eye, rotated level with two landmarks, and carry the refined points
back. Semantics from MediaPipe (Apache-2.0), mediapipe/util/tflite/operations/{landmarks_to_transform_matrix,
transform_tensor_bilinear,transform_landmarks}.cc. Options are FlexBuffers maps. Points are in pixels of the net's input.
"""

import numpy as np

from flexbuffer import read_options


def floats(net, values):
    return net.graph.constant(np.array(values, np.float32))


def integers(net, values):
    return net.graph.constant(np.array(values, np.int64))


def slice_axis(net, value, start, end, axis):
    return net.graph.node("Slice", [value, integers(net, [start]), integers(net, [end]), integers(net, [axis])])


def landmarks_to_transform_matrix(net, op):
    """Landmarks [1, n, 3] -> matrix [1, 4, 4] from patch to picture coordinates.

    u, the unit vector from the left to the right rotation landmark, is (cos, -sin). The chosen landmarks are turned level,
    P R^T; their bounding box, scaled, becomes the patch: A = R^T diag(scale * box / patch), t = centre - A patch / 2.
    """
    graph, options = net.graph, read_options(op.custom_options)
    patch = np.array([options["output_width"], options["output_height"]], np.float32)
    points = graph.node("Squeeze", [net.value(op.inputs[0]), integers(net, [0])])
    points = slice_axis(net, points, 0, 2, 1)  # [n, 2]
    left, right = (
        graph.node("Gather", [points, integers(net, [options[key]])], axis=0)
        for key in ("left_rotation_idx", "right_rotation_idx")
    )
    across = graph.node("Sub", [right, left])
    unit = graph.node("Div", [across, graph.node("ReduceL2", [across], axes=[1], keepdims=1)])  # [1, 2]
    cosine, minus_sine = slice_axis(net, unit, 0, 1, 1), slice_axis(net, unit, 1, 2, 1)
    sine = graph.node("Neg", [minus_sine])
    rows = [graph.node("Concat", pair, axis=1) for pair in ([cosine, sine], [minus_sine, cosine])]
    turn = graph.node("Concat", rows, axis=0)  # R^T [2, 2]
    turn_back = graph.node("Transpose", [turn], perm=[1, 0])

    chosen = graph.node("Gather", [points, integers(net, options["subset_idxs"])], axis=0)
    level = graph.node("MatMul", [chosen, turn])
    high, low = (graph.node(kind, [level], axes=[0], keepdims=1) for kind in ("ReduceMax", "ReduceMin"))
    middle = graph.node("Mul", [graph.node("Add", [high, low]), floats(net, 0.5)])
    centre = graph.node("Transpose", [graph.node("MatMul", [middle, turn_back])], perm=[1, 0])  # [2, 1]
    scale = np.array([[options["scale_x"], options["scale_y"]]], np.float32) / patch
    box = graph.node("Mul", [graph.node("Sub", [high, low]), floats(net, scale)])  # [1, 2]
    linear = graph.node("Mul", [turn, box])  # A [2, 2]
    corner = graph.node("MatMul", [linear, floats(net, -patch[:, None] / 2)])
    shift = graph.node("Add", [centre, corner])  # t [2, 1]
    top = graph.node("Concat", [linear, floats(net, [[0], [0]]), shift], axis=1)
    bottom = floats(net, [[0, 0, 1, 0], [0, 0, 0, 1]])
    return graph.node("Unsqueeze", [graph.node("Concat", [top, bottom], axis=0), integers(net, [0])])


def first_rows(net, matrix):
    """[1, 4, 4] -> its two upper rows [2, 4]."""
    return slice_axis(net, net.graph.node("Squeeze", [matrix, integers(net, [0])]), 0, 2, 0)


def transform_tensor_bilinear(net, op):
    """Samples [1, height, width, channels] at M (x + 0.5, y + 0.5) - 0.5 for each patch pixel; outside is zero.

    GridSample without align_corners puts pixel centres at 2 (p + 0.5) / size - 1, hence the grid below.
    """
    graph, options = net.graph, read_options(op.custom_options)
    rows, columns = options["output_height"], options["output_width"]
    _, height, width, _ = net.shape(op.inputs[0])
    y, x = np.meshgrid(np.arange(rows) + 0.5, np.arange(columns) + 0.5, indexing="ij")
    centres = np.stack([x.ravel(), y.ravel(), np.zeros(rows * columns), np.ones(rows * columns)])
    places = graph.node("MatMul", [first_rows(net, net.value(op.inputs[1])), floats(net, centres)])  # [2, rows * columns]
    grid = graph.node("Sub", [graph.node("Mul", [places, floats(net, [[2 / width], [2 / height]])]), floats(net, 1)])
    grid = graph.node("Transpose", [grid], perm=[1, 0])
    grid = graph.node("Reshape", [grid, integers(net, [1, rows, columns, 2])])
    features = graph.node("Transpose", [net.value(op.inputs[0])], perm=[0, 3, 1, 2])
    sampled = graph.node("GridSample", [features, grid], mode="bilinear", padding_mode="zeros", align_corners=0)
    return graph.node("Transpose", [sampled], perm=[0, 2, 3, 1])


def transform_landmarks(net, op):
    """Points [1, n, 2] of the patch -> A p + t in the picture."""
    graph = net.graph
    matrix = first_rows(net, net.value(op.inputs[1]))
    linear = graph.node("Gather", [matrix, integers(net, [0, 1])], axis=1)
    shift = graph.node("Transpose", [graph.node("Gather", [matrix, integers(net, [3])], axis=1)], perm=[1, 0])
    turned = graph.node("MatMul", [net.value(op.inputs[0]), graph.node("Transpose", [linear], perm=[1, 0])])
    return graph.node("Add", [turned, shift])


LANDMARK_OPERATORS = {
    "Landmarks2TransformMatrix": landmarks_to_transform_matrix,
    "TransformTensorBilinear": transform_tensor_bilinear,
    "TransformLandmarks": transform_landmarks,
}
