"""A network as a list of layers, and what follows from it: sizes, parameters, operations.

Each layer is a convolution with everything around it. The list is the complete definition of a
network: torch modules, graphs and strips are derived from it, using `evaluate`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

PICTURE = "picture"
"""Name of the input of the first layer: 3 channels, RGB levels 0..255."""

MINIMUM_SIDE = 8
"""Pixels; shorter sides are padded by replicating the border, as reflection padding requires."""

UNIT = 4
"""Sides that are multiples of this divide evenly in every feature map of every network."""

MID_GREY = 127.5
"""Scale and offset of the last convolution: it paints ``127.5 + 127.5 · convolution``."""

EPSILON = 1e-5
"""Added to the variance inside the square root, like torch's ``InstanceNorm2d``."""

Shapes = dict[str, tuple[int, ...]]
Size = tuple[int, int]
"""Height and width."""


@dataclass(frozen=True)
class Layer:
    """A convolution with its surroundings; from ``unshuffle`` on, fields are in execution order.

    Reflection padding by ``padding`` pixels precedes the convolution, and the learned scale and
    shift follow the normalization. The last layer of a network is not normalized; it has a bias
    instead and paints colours around mid-grey.
    """

    name: str
    reads: str
    """Name of the layer whose output it reads, or `PICTURE`."""

    inputs: int
    """Input channels of the convolution, after ``unshuffle``."""

    outputs: int
    unshuffle: int = 1
    """Pixel unshuffle by this factor; for layers that read the picture."""

    upsampling: bool = False
    """Nearest upsampling by 2, cropped to the size that the map had before it was halved."""

    kernel: int = 3
    """Side of the kernel, odd."""

    stride: int = 1
    groups: int = 1
    """Groups of the convolution; equal to ``inputs`` for a depthwise one."""

    normalized: bool = True
    """Instance normalization with a learned scale and shift."""

    zero_scale: bool = False
    """Initialize its scale with zero: the layer adds nothing at first (Goyal et al. 2017)."""

    relu: bool = True
    adds: str | None = None
    """Name of the layer whose output is added at the end: a skip connection."""

    shuffle: int = 1
    """Pixel shuffle by this factor; for the last layer."""

    @property
    def padding(self) -> int:
        """Pixels of reflection padding on each side."""
        return self.kernel // 2

    @property
    def weight_shape(self) -> tuple[int, int, int, int]:
        """Shape of the convolution's weight: outputs, inputs per group, rows, columns."""
        return self.outputs, self.inputs // self.groups, self.kernel, self.kernel

    def parameter_shapes(self) -> Shapes:
        """Return name and shape of every parameter, as stored in the weights file."""
        weight: Shapes = {f"{self.name}.conv.weight": self.weight_shape}
        if not self.normalized:
            return weight | {f"{self.name}.conv.bias": (self.outputs,)}
        return weight | {f"{self.name}.norm.{part}": (self.outputs,) for part in ("weight", "bias")}


Layers = Sequence[Layer]
"""In order of computation."""

Value = TypeVar("Value")
Compute = Callable[[Layer, Value, Value | None], Value]
"""Computes a layer from its input and from the skip connection, if any."""


def evaluate(layers: Layers, picture: Value, compute: Compute[Value]) -> Value:
    """Compute the layers in order and return the value of the last one.

    A value may be a feature map or a placeholder for one, such as a graph node. Values are released
    after their last use: feature maps are large.
    """
    values, result = {PICTURE: picture}, picture
    for index, layer in enumerate(layers):
        added = values[layer.adds] if layer.adds else None
        result = values[layer.name] = compute(layer, values[layer.reads], added)
        for name in values.keys() - used_by(layers[index + 1 :]):
            del values[name]
    return result


def used_by(layers: Layers) -> set[str]:
    """Return the names of all layers that others read or add."""
    return {name for layer in layers for name in (layer.reads, layer.adds) if name}


def divisors(layers: Layers) -> dict[str, int]:
    """Return the factor by which each layer's map is smaller than the picture.

    A map has ``⌈side / divisor⌉`` rows and columns.
    """
    found = {PICTURE: 1}
    for layer in layers:
        divisor = found[layer.reads] * layer.unshuffle * layer.stride
        found[layer.name] = divisor // 2 if layer.upsampling else divisor
    return found


def map_size(picture: Size, divisor: int) -> Size:
    """Return the size of a map whose sides are divided by ``divisor``."""
    return -(-picture[0] // divisor), -(-picture[1] // divisor)


def multiple(layers: Layers) -> int:
    """Return what both sides of a picture must be multiples of, due to pixel unshuffling."""
    if all(layer.unshuffle == 1 for layer in layers):
        return 1
    return math.lcm(*divisors(layers).values())


def grown_side(side: int, multiple: int) -> int:
    """Return the length to which a side of a picture is padded for a network."""
    return -(-max(side, MINIMUM_SIDE) // multiple) * multiple


def parameter_shapes(layers: Layers) -> Shapes:
    """Return name and shape of every parameter, as stored in the weights file."""
    return {name: shape for layer in layers for name, shape in layer.parameter_shapes().items()}


def flops_per_pixel(layers: Layers) -> float:
    """Return the operations of all convolutions per pixel of the picture.

    A multiplication and an addition count as two.
    """
    found = divisors(layers)
    return sum(2 * math.prod(layer.weight_shape) / found[layer.name] ** 2 for layer in layers)
