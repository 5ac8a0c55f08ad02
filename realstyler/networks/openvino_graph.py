"""Builds OpenVINO graphs of the networks from weight arrays, without any tensor library.

A graph takes one uint8 picture 1×H×W×3 and returns another: conversion, clamping and rounding are
included. Three optimizations make it faster than a direct translation, without changing the result
beyond floating-point rounding:

* Nearest upsampling by 2 followed by a 3×3 convolution is one transposed convolution with a 4×4
  kernel: 4 instead of 9 products per output. The reflected border of an upsampled map repeats its
  outermost source pixel, hence the edge padding. This requires that the map is not cropped to an
  odd size, so there is a second variant of the graph for odd sizes.
* The output convolution has 3 channels, but the CPU computes 16 at once. Computed at every second
  pixel with a kernel larger by one, it has 12, and a pixel shuffle puts them in place.
* The mean colour is subtracted from the picture. The following instance normalization removes any
  constant anyway, and without it 16-bit numbers keep more precision for detail, especially in
  dark and bright pictures (55 dB instead of 38 dB).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realstyler.networks.layers import (
    EPSILON,
    MID_GREY,
    MINIMUM_SIDE,
    UNIT,
    Layer,
    Layers,
    divisors,
    evaluate,
    multiple,
)
from realstyler.openvino_runtime import openvino, ops

Arrays = Mapping[str, NDArray[Any]]
Node = Any
"""A node or an output of a node; OpenVINO's own type hints do not distinguish them."""

Borders = tuple[Node, Node]
"""Padding before and after each of the four axes N, C, H, W, as two int64 nodes."""

SAMPLING = 8
"""Step in rows and columns when sampling pixels for the mean colour."""

_END = 2**31 - 1
"""Open end of a slice."""


def build(layers: Layers, arrays: Arrays, *, even: bool) -> Any:
    """Build the ``openvino.Model`` of a network: uint8 1×H×W×3 in and out, H and W dynamic.

    ``even`` promises sides that are multiples of `UNIT` and builds the faster graph; networks that
    unshuffle pixels always require such sides. Sides must be at least ``MINIMUM_SIDE``.
    """
    picture = parameter("picture", np.uint8, [1, -1, -1, 3])
    painted = painting(layers, picture, arrays, even=even)
    return openvino.Model([ops.result(painted)], [picture], "network")


def build_for_any_size(layers: Layers, arrays: Arrays) -> Any:
    """Build the ``openvino.Model`` of a network for pictures of any size.

    The graph pads the picture and crops the painting.
    """
    unit = multiple(layers)
    picture = parameter("picture", np.uint8, [1, -1, -1, 3])
    given = ops.gather(ops.shape_of(picture), integers(1, 2), ops.constant(np.int64(0)))
    raised = ops.add(ops.maximum(given, integers(MINIMUM_SIDE)), integers(unit - 1))
    grown = ops.multiply(ops.divide(raised, integers(unit)), integers(unit))
    rest = ops.concat([integers(0), ops.subtract(grown, given), integers(0)], 0)
    whole = ops.pad(picture, integers(0, 0, 0, 0), rest, "edge")
    painted = painting(layers, whole, arrays, even=unit % UNIT == 0)
    everything = ops.slice(painted, integers(0, 0), given, integers(1, 1), integers(1, 2))
    everything.output(0).set_names({"painting"})
    return openvino.Model([ops.result(everything)], [picture], "network")


def painting(layers: Layers, picture: Node, arrays: Arrays, *, even: bool) -> Node:
    """Return the network's painting of a picture, uint8 1×H×W×3; see `build`."""
    arrays = {name: np.asarray(array, np.float32) for name, array in arrays.items()}
    features = pixels_to_features(picture, _mean_colour(picture))  # 1×3×H×W
    painted = evaluate(layers, features, _Walk(layers, arrays, features, even).compute)
    return painted if even else crop(painted, spatial_size(features))


class _Walk:
    """Adds the nodes layer by layer."""

    def __init__(self, layers: Layers, arrays: Arrays, picture: Node, even: bool) -> None:
        self._arrays = arrays
        self._divisors = divisors(layers)
        self._even = even
        self._sizes = {1: spatial_size(picture)}
        """Height and width by divisor, to which odd upsampled maps are cropped."""

    def compute(self, layer: Layer, features: Node, added: Node | None) -> Node:
        """Map 1×C×h×w to the layer's output or, for the last layer, to 1×H×W×3 pixels."""
        if layer.unshuffle > 1:
            features = ops.space_to_depth(features, "depth_first", layer.unshuffle)
        if not layer.normalized:
            output = output_of(layer, self._arrays)
            return paint(features, output, output.border)
        features = self._convolution(layer, features)
        self._sizes.setdefault(self._divisors[layer.name], spatial_size(features))
        features = normalization(features, self._arrays, f"{layer.name}.norm")
        features = ops.relu(features) if layer.relu else features
        return features if added is None else ops.add(added, features)

    def _convolution(self, layer: Layer, features: Node) -> Node:
        weight, border = self._arrays[f"{layer.name}.conv.weight"], borders(layer.padding)
        if layer.upsampling:
            if self._even and merges_upsampling(layer):
                return upsampling_convolution(features, weight, borders(1))
            features = nearest(features, self._size(self._divisors[layer.name]))
        return convolution(features, weight, border, layer.stride, layer.groups)

    def _size(self, divisor: int) -> Node:
        """Return height and width of maps with this divisor, ``⌈side / divisor⌉``."""
        if divisor not in self._sizes:
            raised = ops.add(self._sizes[1], integers(divisor - 1))
            self._sizes[divisor] = ops.divide(raised, integers(divisor))
        return self._sizes[divisor]


def pixels_to_features(picture: Node, mean_colour: Node) -> Node:
    """Convert uint8 1×H×W×3 to float 1×3×H×W around zero, given its mean 1×3×1×1.

    The mean may be any constant; an integer keeps the difference exact in bfloat16.
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
    """Return the colour that a graph subtracts from H×W×3 pixels, 1×3×1×1."""
    mean = picture[::SAMPLING, ::SAMPLING].mean((0, 1)).round()
    colour: NDArray[np.float32] = mean.astype(np.float32).reshape(1, 3, 1, 1)
    return colour


def features_to_pixels(colours: Node, scale: int) -> Node:
    """Convert float 1×3·scale²×h×w, in 0..255, to uint8 1×H×W×3 by a pixel shuffle."""
    levels = ops.round(ops.clamp(colours, 0.0, 255.0), "half_to_even")
    shuffled = ops.depth_to_space(ops.convert(levels, np.uint8), "depth_first", scale)
    return ops.transpose(shuffled, integers(0, 2, 3, 1))


def normalization(features: Node, arrays: Arrays, name: str) -> Node:
    """Instance normalization over H and W with learned scale and shift."""
    normal = ops.mvn(features, integers(2, 3), True, EPSILON, "inside_sqrt")
    return scale_and_shift(
        normal, per_channel(arrays[f"{name}.weight"]), per_channel(arrays[f"{name}.bias"])
    )


def scale_and_shift(features: Node, scale: Node, shift: Node) -> Node:
    """Multiply and add, each a 1×C×1×1 node."""
    return ops.add(ops.multiply(features, scale), shift)


def convolution(
    features: Node,
    weight: NDArray[np.float32],
    border: Borders,
    stride: int = 1,
    groups: int = 1,
) -> Node:
    """Reflection padding and a convolution without bias."""
    padded = ops.pad(features, *border, "reflect")
    options = ([stride, stride], [0, 0], [0, 0], [1, 1])
    if groups == 1:
        return ops.convolution(padded, ops.constant(np.ascontiguousarray(weight)), *options)
    grouped = weight.reshape(groups, -1, *weight.shape[1:])
    return ops.group_convolution(padded, ops.constant(np.ascontiguousarray(grouped)), *options)


def merges_upsampling(layer: Layer) -> bool:
    """Return whether `upsampling_convolution` applies to a layer if its map is not cropped."""
    return layer.kernel == 3 and layer.groups == 1


def upsampling_convolution(features: Node, weight: NDArray[np.float32], border: Borders) -> Node:
    """Nearest upsampling by 2, reflection padding and a 3×3 convolution, combined.

    Shape 1×C×h×w in, 1×C'×2h×2w out. ``border`` is in pixels of the small map, and is 1 where the
    map ends.
    """
    outputs, inputs = weight.shape[:2]
    kernel = np.zeros((inputs, outputs, 4, 4), np.float32)
    for row, column, below, right in np.ndindex(3, 3, 2, 2):
        # Kernel tap (row, column) reads the copy (below, right) of a source pixel.
        kernel[..., 2 + below - row, 2 + right - column] += weight[..., row, column].T
    padded = ops.pad(features, *border, "edge")
    return ops.convolution_backprop_data(
        padded, ops.constant(kernel), [2, 2], pads_begin=[3, 3], pads_end=[3, 3], dilations=[1, 1]
    )


@dataclass(frozen=True)
class Output:
    """A last convolution, whose channels are the colours of ``scale`` × ``scale`` pixels."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    stride: int
    scale: int

    @property
    def border(self) -> Borders:
        """Padding of a whole map; an even kernel reaches one pixel further at its end."""
        kernel = self.weight.shape[-1]
        return borders((kernel - 1) // 2, kernel // 2)


def output_of(layer: Layer, arrays: Arrays) -> Output:
    """Return the last layer, rewritten for every second pixel if it has no pixel shuffle."""
    weight, bias = arrays[f"{layer.name}.conv.weight"], arrays[f"{layer.name}.conv.bias"]
    if layer.shuffle > 1:
        return Output(weight, bias, 1, layer.shuffle)
    colours, inputs, kernel, _ = weight.shape
    shifted = np.zeros((colours, 2, 2, inputs, kernel + 1, kernel + 1), np.float32)
    for row, column in np.ndindex(2, 2):
        shifted[:, row, column, :, row : row + kernel, column : column + kernel] = weight
    shifted = shifted.reshape(4 * colours, inputs, kernel + 1, kernel + 1)
    return Output(shifted, bias.repeat(4), 2, 2)


def paint(features: Node, output: Output, border: Borders) -> Node:
    """Convolve to colours around mid-grey and shuffle them to uint8 1×H×W×3."""
    grey = np.float32(MID_GREY)
    colours = convolution(features, output.weight * grey, border, output.stride)
    levels = ops.add(colours, per_channel(output.bias * grey + grey))
    return features_to_pixels(levels, output.scale)


def nearest(features: Node, size: Node) -> Node:
    """Double both sides by nearest neighbour, and crop to ``size`` (odd sides lose the last).

    Resizing n pixels to 2n-1 repeats all but the last, so a single resize does both.
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
    """Crop 1×H'×W'×3 to 1×H×W×3."""
    return ops.slice(picture, integers(0, 0), size, integers(1, 1), integers(1, 2))


def spatial_size(features: Node) -> Node:
    """Return height and width of a 1×C×H×W node, as an int64 node of 2."""
    return ops.gather(ops.shape_of(features), integers(2, 3), ops.constant(np.int64(0)))


def borders(before: int, after: int | None = None) -> Borders:
    """Pad ``before`` rows and columns at the top and left, ``after`` at the bottom and right."""
    after = before if after is None else after
    return integers(0, 0, before, before), integers(0, 0, after, after)


def per_channel(values: NDArray[np.float32]) -> Node:
    """Create a constant 1×C×1×1 from C values."""
    return ops.constant(np.ascontiguousarray(values.reshape(1, -1, 1, 1), np.float32))


def integers(*values: int) -> Node:
    """Create an int64 constant."""
    return ops.constant(np.array(values, np.int64))


def parameter(name: str, kind: type, shape: list[int]) -> Any:
    """Create a named graph input; -1 is a dynamic dimension."""
    node = ops.parameter(shape, kind, name=name)
    node.output(0).set_names({name})
    return node
