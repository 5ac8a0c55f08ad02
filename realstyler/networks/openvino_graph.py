"""The networks as OpenVINO graphs, built from weight arrays without any tensor library.

A graph takes one uint8 picture 1×H×W×3 and gives one back: conversion, clamping and rounding are
inside. Three rewrites make it faster than the network as it is written, and none changes its value
beyond floating-point rounding:

* Nearest upsampling by 2 followed by a 3×3 convolution is one transposed convolution with a 4×4
  kernel: 4 instead of 9 products for each output. The reflected border of an upsampled map repeats
  its outermost source pixel, hence the edge padding. It holds where the map is not cut to an odd
  size, so there is a second variant of the graph for odd sizes.
* The output convolution has 3 channels where the CPU computes 16 at once. Computed at every second
  pixel with a kernel grown by one it has 12, and a pixel shuffle puts them in place.
* The mean colour is subtracted from the picture. The following instance normalization removes any
  constant, and without it 16-bit numbers spend their digits on the detail, most of all in dark
  and bright pictures (38 dB become 55 dB).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realstyler.networks.architecture import (
    MID_GREY,
    LiveNetwork,
    TransformNetwork,
)
from realstyler.openvino_runtime import openvino, ops

Arrays = Mapping[str, NDArray[Any]]
Node = Any
"""A node or an output of a node; OpenVINO's own type hints do not tell them apart."""

Borders = tuple[Node, Node]
"""Padding before and after each of the four axes N, C, H, W, as two int64 nodes."""

EPSILON = 1e-5
"""Added to the variance inside the square root, as torch's ``InstanceNorm2d`` does."""

SAMPLING = 8
"""The mean colour is that of every eighth pixel of every eighth row."""

_END = 2**31 - 1
"""As the end of a slice: the end of the map."""


def build(architecture: TransformNetwork | LiveNetwork, arrays: Arrays, *, even: bool) -> Any:
    """Make the ``openvino.Model`` of a network: uint8 1×H×W×3 in and out, H and W dynamic.

    ``even`` promises sides that are multiples of 4 and makes the faster graph; a ``LiveNetwork``
    always needs such sides. Sides of at least ``MINIMUM_SIDE`` are assumed.
    """
    picture = parameter("picture", np.uint8, [1, -1, -1, 3])
    arrays = {name: np.asarray(array, np.float32) for name, array in arrays.items()}
    if isinstance(architecture, TransformNetwork):
        painted = _transform_network(picture, architecture, arrays, even)
    else:
        painted = _live_network(picture, architecture, arrays)
    return openvino.Model([ops.result(painted)], [picture], architecture.kind)


def _transform_network(
    picture: Node, architecture: TransformNetwork, arrays: Arrays, even: bool
) -> Node:
    features = pixels_to_features(picture, _mean_colour(picture))  # 1×3×H×W
    sizes = []
    for number, stride in enumerate((1, 2, 2)):
        sizes.append(spatial_size(features))
        features = _layer(features, arrays, f"encoder.{number}", stride)
    # 1×4w×⌈H/4⌉×⌈W/4⌉ from here to the decoder
    features = _residual_blocks(features, arrays, "residual", architecture.blocks)
    for number, size in enumerate((sizes[2], sizes[1])):
        weight = arrays[f"decoder.{number}.conv.weight"]
        if even:
            features = upsampling_convolution(features, weight, borders(1))
        else:
            features = convolution(nearest(features, size), weight, borders(1))
        features = ops.relu(normalization(features, arrays, f"decoder.{number}.norm"))
    # One more row and column than the kernel needs, for the last pair of an odd side.
    painted = paint(features, paired_output(arrays), borders(4, 5))  # 1×H×W×3
    return painted if even else crop(painted, sizes[0])


def _live_network(picture: Node, architecture: LiveNetwork, arrays: Arrays) -> Node:
    centred = pixels_to_features(picture, _mean_colour(picture))  # 1×3×4h×4w
    features = ops.space_to_depth(centred, "depth_first", 4)  # 1×48×h×w
    features = _layer(features, arrays, "stem")
    features = _residual_blocks(features, arrays, "residual", architecture.blocks)
    features = upsampling_convolution(features, arrays["head.conv.weight"], borders(1))
    features = ops.relu(normalization(features, arrays, "head.norm"))  # 1×c×2h×2w
    if architecture.refinement_blocks:
        halves = ops.space_to_depth(centred, "depth_first", 2)  # 1×12×2h×2w
        detail = _layer(halves, arrays, "refinement.detail", relu=False)
        blocks = architecture.refinement_blocks
        features = _residual_blocks(ops.add(features, detail), arrays, "refinement.blocks", blocks)
    return paint(features, live_output(arrays), borders(1))  # 1×4h×4w×3


def _layer(
    features: Node, arrays: Arrays, name: str, stride: int = 1, *, relu: bool = True
) -> Node:
    weight = arrays[f"{name}.conv.weight"]
    features = convolution(features, weight, borders(weight.shape[-1] // 2), stride)
    features = normalization(features, arrays, f"{name}.norm")
    return ops.relu(features) if relu else features


def _residual_blocks(features: Node, arrays: Arrays, name: str, blocks: int) -> Node:
    for block in range(blocks):
        branch = _layer(features, arrays, f"{name}.{block}.first")
        branch = _layer(branch, arrays, f"{name}.{block}.second", relu=False)
        features = ops.add(features, branch)
    return features


def pixels_to_features(picture: Node, mean_colour: Node) -> Node:
    """Turn uint8 1×H×W×3 into float 1×3×H×W around zero, given its mean 1×3×1×1.

    Any constant will do as the mean; an integer keeps the difference exact in bfloat16.
    """
    floats = ops.transpose(ops.convert(picture, np.float32), integers(0, 3, 1, 2))
    return ops.subtract(floats, mean_colour)


def _mean_colour(picture: Node) -> Node:
    everything = integers(_END, _END)
    step = integers(SAMPLING, SAMPLING)
    sample = ops.slice(picture, integers(0, 0), everything, step, integers(1, 2))
    mean = ops.reduce_mean(ops.convert(sample, np.float32), integers(1, 2), True)  # 1×1×1×3
    return ops.transpose(ops.round(mean, "half_to_even"), integers(0, 3, 1, 2))


def mean_colour(picture: NDArray[Any]) -> NDArray[np.float32]:
    """Return what a graph subtracts from H×W×3 pixels, 1×3×1×1."""
    mean = picture[::SAMPLING, ::SAMPLING].mean((0, 1)).round()
    colour: NDArray[np.float32] = mean.astype(np.float32).reshape(1, 3, 1, 1)
    return colour


def features_to_pixels(colours: Node, scale: int) -> Node:
    """Turn float 1×3·scale²×h×w, in 0..255, into uint8 1×H×W×3 by a pixel shuffle."""
    levels = ops.round(ops.clamp(colours, 0.0, 255.0), "half_to_even")
    shuffled = ops.depth_to_space(ops.convert(levels, np.uint8), "depth_first", scale)
    return ops.transpose(shuffled, integers(0, 2, 3, 1))


def normalization(features: Node, arrays: Arrays, name: str) -> Node:
    """Instance normalization over H and W with its learned scale and shift."""
    normal = ops.mvn(features, integers(2, 3), True, EPSILON, "inside_sqrt")
    return scale_and_shift(
        normal, per_channel(arrays[f"{name}.weight"]), per_channel(arrays[f"{name}.bias"])
    )


def scale_and_shift(features: Node, scale: Node, shift: Node) -> Node:
    """Multiply and add, each a 1×C×1×1 node."""
    return ops.add(ops.multiply(features, scale), shift)


def convolution(
    features: Node, weight: NDArray[np.float32], border: Borders, stride: int = 1
) -> Node:
    """Reflection padding and a convolution without bias."""
    return _convolution(ops.pad(features, *border, "reflect"), weight, stride)


def upsampling_convolution(features: Node, weight: NDArray[np.float32], border: Borders) -> Node:
    """Nearest upsampling by 2, reflection padding and a 3×3 convolution, in one.

    Shape 1×C×h×w in, 1×C'×2h×2w out. ``border`` counts pixels of the small map and is 1 where the
    map ends.
    """
    outputs, inputs = weight.shape[:2]
    kernel = np.zeros((inputs, outputs, 4, 4), np.float32)
    for row, column, below, right in np.ndindex(3, 3, 2, 2):
        # Tap (row, column) reads the copy (below, right) of a source pixel.
        kernel[..., 2 + below - row, 2 + right - column] += weight[..., row, column].T
    padded = ops.pad(features, *border, "edge")
    return ops.convolution_backprop_data(
        padded, ops.constant(kernel), [2, 2], pads_begin=[3, 3], pads_end=[3, 3], dilations=[1, 1]
    )


@dataclass(frozen=True)
class Output:
    """An output convolution whose 12 channels are the colours of 2×2 pixels."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    stride: int


def live_output(arrays: Arrays) -> Output:
    """Take the output convolution of a ``LiveNet``, which ends in a pixel shuffle anyway."""
    return Output(arrays["output.conv.weight"], arrays["output.conv.bias"], 1)


def paired_output(arrays: Arrays) -> Output:
    """Rewrite the output convolution of a ``TransformNet`` to be computed at every second pixel."""
    weight, bias = arrays["output.conv.weight"], arrays["output.conv.bias"]
    colours, inputs, kernel, _ = weight.shape
    shifted = np.zeros((colours, 2, 2, inputs, kernel + 1, kernel + 1), np.float32)
    for row, column in np.ndindex(2, 2):
        shifted[:, row, column, :, row : row + kernel, column : column + kernel] = weight
    shifted = shifted.reshape(4 * colours, inputs, kernel + 1, kernel + 1)
    return Output(shifted, bias.repeat(4), 2)


def paint(features: Node, output: Output, border: Borders) -> Node:
    """Convolve to colours around mid-grey and shuffle them to uint8 1×H×W×3."""
    grey = np.float32(MID_GREY)
    colours = convolution(features, output.weight * grey, border, output.stride)
    return features_to_pixels(ops.add(colours, per_channel(output.bias * grey + grey)), 2)


def _convolution(features: Node, weight: NDArray[np.float32], stride: int) -> Node:
    kernel = ops.constant(np.ascontiguousarray(weight))
    return ops.convolution(features, kernel, [stride, stride], [0, 0], [0, 0], [1, 1])


def nearest(features: Node, size: Node) -> Node:
    """Double both sides by nearest neighbour, and cut to ``size`` (an odd side loses its last).

    Stretching n pixels to 2n-1 repeats each twice but the last one, so one resize does both.
    """
    return ops.interpolate(
        features,
        size,
        "nearest",
        "sizes",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
        axes=integers(2, 3),
    )


def crop(picture: Node, size: Node) -> Node:
    """Cut 1×H'×W'×3 to 1×H×W×3."""
    return ops.slice(picture, integers(0, 0), size, integers(1, 1), integers(1, 2))


def spatial_size(features: Node) -> Node:
    """Height and width of a 1×C×H×W node, as an int64 node of 2."""
    return ops.gather(ops.shape_of(features), integers(2, 3), ops.constant(np.int64(0)))


def borders(before: int, after: int | None = None) -> Borders:
    """Pad ``before`` rows and columns at the top and left, ``after`` at the bottom and right."""
    after = before if after is None else after
    return integers(0, 0, before, before), integers(0, 0, after, after)


def per_channel(values: NDArray[np.float32]) -> Node:
    """Make a constant 1×C×1×1 of C values."""
    return ops.constant(np.ascontiguousarray(values.reshape(1, -1, 1, 1), np.float32))


def integers(*values: int) -> Node:
    """Make an int64 constant."""
    return ops.constant(np.array(values, np.int64))


def parameter(name: str, kind: type, shape: list[int]) -> Any:
    """Make an input of a graph that can be set by its name; -1 stands for any length."""
    node = ops.parameter(shape, kind, name=name)
    node.output(0).set_names({name})
    return node
