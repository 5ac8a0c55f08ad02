"""A network as a list of layers, and what follows from the list alone: sizes, parameters, work.

Each layer is a convolution with everything around it. The list is all there is to know of a
network: torch modules, graphs and strips are made from it, and `evaluate` walks it for them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

PICTURE = "picture"
"""What the first layer reads, by its name: 3 channels, RGB levels 0..255."""

MINIMUM_SIDE = 8
"""Pixels; shorter sides are grown by repeating the border, for reflection padding's sake."""

UNIT = 4
"""Sides that are multiples of this are exact multiples in every feature map of every network."""

MID_GREY = 127.5
"""Unit and offset of the last convolution: it paints ``127.5 + 127.5 · convolution``."""

EPSILON = 1e-5
"""Added to the variance inside the square root, as torch's ``InstanceNorm2d`` does."""

Shapes = dict[str, tuple[int, ...]]
Size = tuple[int, int]
"""Height and width."""


@dataclass(frozen=True)
class Layer:
    """A convolution and what surrounds it, in the order of the fields from ``unshuffle`` on.

    In between lie reflection padding by ``padding`` pixels and, after the normalization, whatever
    it scales and shifts by. The last layer of a network is not normalized; it has a bias instead
    and paints colours around mid-grey.
    """

    name: str
    reads: str
    """Name of the layer before it, or `PICTURE`."""

    inputs: int
    """Channels that the convolution reads, after ``unshuffle``."""

    outputs: int
    unshuffle: int = 1
    """Pixel unshuffle by this factor; for layers that read the picture."""

    upsampling: bool = False
    """Nearest upsampling by 2, cut to the size that the map had before it was halved."""

    kernel: int = 3
    """Side of the kernel, odd."""

    stride: int = 1
    groups: int = 1
    """Groups of channels that do not see one another; as many as ``inputs``: depthwise."""

    normalized: bool = True
    """Instance normalization with a learned scale and shift."""

    zero_scale: bool = False
    """Its scale starts at zero, so that the layer adds nothing at first (Goyal et al. 2017)."""

    relu: bool = True
    adds: str | None = None
    """Name of the layer whose result is added in the end: a skip connection."""

    shuffle: int = 1
    """Pixel shuffle by this factor; for the last layer."""

    @property
    def padding(self) -> int:
        """Pixels by which each border is reflected."""
        return self.kernel // 2

    @property
    def weight_shape(self) -> tuple[int, int, int, int]:
        """Outputs, inputs of a group, rows and columns of the convolution's weight."""
        return self.outputs, self.inputs // self.groups, self.kernel, self.kernel

    def parameter_shapes(self) -> Shapes:
        """Name and shape of every parameter, as the weights file holds them."""
        weight: Shapes = {f"{self.name}.conv.weight": self.weight_shape}
        if not self.normalized:
            return weight | {f"{self.name}.conv.bias": (self.outputs,)}
        return weight | {f"{self.name}.norm.{part}": (self.outputs,) for part in ("weight", "bias")}


Layers = Sequence[Layer]
"""In the order of computation."""

Value = TypeVar("Value")
Compute = Callable[[Layer, Value, Value | None], Value]
"""Makes a layer's value from what it reads and from what it adds, if it adds anything."""


def evaluate(layers: Layers, picture: Value, compute: Compute[Value]) -> Value:
    """Compute layer after layer and return the value of the last one.

    A value may be a feature map or what stands for one, e.g. a node of a graph. It is let go after
    its last use: feature maps are large.
    """
    values, result = {PICTURE: picture}, picture
    for index, layer in enumerate(layers):
        added = values[layer.adds] if layer.adds else None
        result = values[layer.name] = compute(layer, values[layer.reads], added)
        for name in values.keys() - used_by(layers[index + 1 :]):
            del values[name]
    return result


def used_by(layers: Layers) -> set[str]:
    """Return the names of what the layers read and add."""
    return {name for layer in layers for name in (layer.reads, layer.adds) if name}


def divisors(layers: Layers) -> dict[str, int]:
    """Return by how much the sides of each layer's map are smaller than those of the picture.

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
    """Return what both sides of a picture must be multiples of, because pixels are unshuffled."""
    if all(layer.unshuffle == 1 for layer in layers):
        return 1
    return math.lcm(*divisors(layers).values())


def grown_side(side: int, multiple: int) -> int:
    """Return the length that a side of a picture is grown to before a network reads it."""
    return -(-max(side, MINIMUM_SIDE) // multiple) * multiple


def parameter_shapes(layers: Layers) -> Shapes:
    """Name and shape of every parameter, as the weights file holds them."""
    return {name: shape for layer in layers for name, shape in layer.parameter_shapes().items()}


def flops_per_pixel(layers: Layers) -> float:
    """Return the operations of all convolutions for one pixel of the picture.

    A multiplication and an addition count as two.
    """
    found = divisors(layers)
    return sum(2 * math.prod(layer.weight_shape) / found[layer.name] ** 2 for layer in layers)
