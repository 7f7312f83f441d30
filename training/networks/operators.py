"""TFLite's built-in operators as ONNX nodes (opset 17).

Values keep TFLite's layout [batch, height, width, channels]; what ONNX defines on [batch, channels, height, width] alone
(convolution, pooling, resizing) is wrapped in two transposes, most of which ONNX Runtime removes again. SAME padding is
TensorFlow's: total = max((ceil(size / stride) - 1) * stride + (kernel - 1) * dilation + 1 - size, 0), the smaller half first.
Option numbers are fields of the option tables in tensorflow/lite/schema/schema.fbs (Apache-2.0).
"""

import struct

import numpy as np

SAME = 0  # Padding enum


def activate(net, value, kind):
    """ActivationFunctionType: 0 none, 1 ReLU, 3 ReLU6."""
    if kind == 0:
        return value
    if kind == 1:
        return net.graph.node("Relu", [value])
    if kind == 3:
        zero, six = (net.graph.constant(np.array(limit, np.float32)) for limit in (0, 6))
        return net.graph.node("Clip", [value, zero, six])
    raise ValueError(f"activation {kind} is not converted")


def to_nchw(net, value):
    return net.graph.node("Transpose", [value], perm=[0, 3, 1, 2])


def to_nhwc(net, value):
    return net.graph.node("Transpose", [value], perm=[0, 2, 3, 1])


def same_padding(size, kernel, stride, dilation=1):
    total = max((-(-size // stride) - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


def window_padding(net, op, padding, kernel, stride, dilation=(1, 1)):
    """ONNX pads [top, left, bottom, right] for the window that slides over the first input."""
    if padding != SAME:
        return [0, 0, 0, 0]
    sizes = net.shape(op.inputs[0])[1:3]
    (top, bottom), (left, right) = (same_padding(*item) for item in zip(sizes, kernel, stride, dilation))
    return [top, left, bottom, right]


def convolution(net, op):
    depthwise = op.kind == "DEPTHWISE_CONV_2D"
    shift = 1 if depthwise else 0  # depthwise options have `depth_multiplier` in between
    padding, activation = op.options.number(0, "b"), op.options.number(3 + shift, "b")
    stride = [op.options.number(2, "i"), op.options.number(1, "i")]
    dilation = [op.options.number(5 + shift, "i", 1), op.options.number(4 + shift, "i", 1)]
    weights = net.constant(op.inputs[1])  # [out, height, width, in], depthwise [1, height, width, out]
    kernel = list(weights.shape[1:3])
    weights = weights.transpose(3, 0, 1, 2) if depthwise else weights.transpose(0, 3, 1, 2)
    inputs = [to_nchw(net, net.value(op.inputs[0])), net.add_constant(weights)]
    if len(op.inputs) > 2 and op.inputs[2] >= 0:
        inputs.append(net.value(op.inputs[2]))
    result = net.graph.node(
        "Conv",
        inputs,
        kernel_shape=kernel,
        strides=stride,
        dilations=dilation,
        pads=window_padding(net, op, padding, kernel, stride, dilation),
        group=net.shape(op.inputs[0])[3] if depthwise else 1,
    )
    return activate(net, to_nhwc(net, result), activation)


def transposed_convolution(net, op):
    """MediaPipe's custom Convolution2DTransposeBias; its options are three int32: padding, stride width, stride height."""
    _, stride_width, stride_height = struct.unpack("<iii", op.custom_options[:12])
    weights = net.constant(op.inputs[1])  # [out, height, width, in]
    kernel, stride = weights.shape[1:3], (stride_height, stride_width)
    sizes = zip(net.shape(op.inputs[0])[1:3], stride, kernel, net.shape(op.outputs[0])[1:3])
    total = [max((size - 1) * step + length - out, 0) for size, step, length, out in sizes]
    begin = [pad // 2 for pad in total]
    result = net.graph.node(
        "ConvTranspose",
        [to_nchw(net, net.value(op.inputs[0])), net.add_constant(weights.transpose(3, 0, 1, 2)), net.value(op.inputs[2])],
        kernel_shape=list(kernel),
        strides=list(stride),
        pads=begin + [pad - first for pad, first in zip(total, begin)],
    )
    return to_nhwc(net, result)


def pooling(net, op):
    stride = [op.options.number(2, "i"), op.options.number(1, "i")]
    kernel = [op.options.number(4, "i"), op.options.number(3, "i")]
    result = net.graph.node(
        "MaxPool" if op.kind == "MAX_POOL_2D" else "AveragePool",  # both leave the padding out of the mean
        [to_nchw(net, net.value(op.inputs[0]))],
        kernel_shape=kernel,
        strides=stride,
        pads=window_padding(net, op, op.options.number(0, "b"), kernel, stride),
    )
    return activate(net, to_nhwc(net, result), op.options.number(5, "b"))


def arithmetic(net, op):
    kind = {"ADD": "Add", "MUL": "Mul", "SUB": "Sub"}[op.kind]
    result = net.graph.node(kind, [net.value(i) for i in op.inputs])
    return activate(net, result, op.options.number(0, "b") if op.options else 0)


def unary(net, op):
    kind = {"RELU": "Relu", "LOGISTIC": "Sigmoid", "HARD_SWISH": "HardSwish"}[op.kind]
    return net.graph.node(kind, [net.value(op.inputs[0])])


def prelu(net, op):
    return net.graph.node("PRelu", [net.value(op.inputs[0]), net.value(op.inputs[1])])


def pad(net, op):
    pads = net.constant(op.inputs[1]).astype(np.int64)  # [rank, (before, after)] -> all before, then all after
    return net.graph.node("Pad", [net.value(op.inputs[0]), net.graph.constant(pads.T.ravel())])


def reshape(net, op):
    shape = net.graph.constant(np.array(net.shape(op.outputs[0]), np.int64))
    return net.graph.node("Reshape", [net.value(op.inputs[0]), shape])


def concatenation(net, op):
    result = net.graph.node("Concat", [net.value(i) for i in op.inputs], axis=op.options.number(0, "i"))
    return activate(net, result, op.options.number(1, "b"))


def mean(net, op):
    axes = [int(axis) for axis in net.constant(op.inputs[1]).ravel()]
    keeps_rank = len(net.shape(op.outputs[0])) == len(net.shape(op.inputs[0]))
    return net.graph.node("ReduceMean", [net.value(op.inputs[0])], axes=axes, keepdims=int(keeps_rank))


def resize_bilinear(net, op):
    align_corners, half_pixel = op.options.number(2, "b"), op.options.number(3, "b")
    mode = "align_corners" if align_corners else "half_pixel" if half_pixel else "asymmetric"
    batch, _, _, channels = net.shape(op.inputs[0])
    height, width = net.shape(op.outputs[0])[1:3]
    size = net.graph.constant(np.array([batch, channels, height, width], np.int64))
    value = to_nchw(net, net.value(op.inputs[0]))
    resized = net.graph.node("Resize", [value, "", "", size], mode="linear", coordinate_transformation_mode=mode)
    return to_nhwc(net, resized)


def depth_to_space(net, op):
    """TFLite's order of the depth (row in block, column in block, channel) is ONNX's DCR."""
    value = to_nchw(net, net.value(op.inputs[0]))
    return to_nhwc(net, net.graph.node("DepthToSpace", [value], blocksize=op.options.number(0, "i"), mode="DCR"))


def strided_slice(net, op):
    begin, end, step = (net.constant(i).astype(np.int64) for i in op.inputs[1:4])
    begin_mask, end_mask = op.options.number(0, "i"), op.options.number(1, "i")
    if any(op.options.number(field, "i") for field in (2, 3, 4)):
        raise ValueError("STRIDED_SLICE with ellipsis, new axis or shrunk axis is not converted")
    shape = net.shape(op.inputs[0])
    begin = [0 if begin_mask >> axis & 1 else int(begin[axis]) for axis in range(len(shape))]
    end = [shape[axis] if end_mask >> axis & 1 else int(end[axis]) for axis in range(len(shape))]
    bounds = [np.array(item, np.int64) for item in (begin, end, range(len(shape)), step)]
    return net.graph.node("Slice", [net.value(op.inputs[0])] + [net.graph.constant(bound) for bound in bounds])


OPERATORS = {
    "CONV_2D": convolution,
    "DEPTHWISE_CONV_2D": convolution,
    "Convolution2DTransposeBias": transposed_convolution,
    "MAX_POOL_2D": pooling,
    "AVERAGE_POOL_2D": pooling,
    "ADD": arithmetic,
    "MUL": arithmetic,
    "SUB": arithmetic,
    "RELU": unary,
    "LOGISTIC": unary,
    "HARD_SWISH": unary,
    "PRELU": prelu,
    "PAD": pad,
    "RESHAPE": reshape,
    "CONCATENATION": concatenation,
    "MEAN": mean,
    "RESIZE_BILINEAR": resize_bilinear,
    "DEPTH_TO_SPACE": depth_to_space,
    "STRIDED_SLICE": strided_slice,
}
