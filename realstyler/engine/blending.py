"""The last step: blend paintings with each other and with the photograph.

A small OpenVINO graph does this for every backend, in float32, multithreaded, without allocating.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realstyler.engine import cache
from realstyler.engine.compiled_model import CompiledModel, compile_cached, settings
from realstyler.engine.pictures import Pixels
from realstyler.networks import openvino_graph as graph
from realstyler.openvino_runtime import openvino, ops

LUMINANCE = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in ITU-R BT.601 luma."""


Channels = list[Any]
"""Float nodes of the same shape: red, green and blue, or all values in one row."""

_TINY = 1e-3
"""Levels; avoids division by zero where a luminance has no headroom."""

_PART_PIXELS = 2**21
"""Pixels per chunk, to bound the memory for large pictures."""


def mix(
    photo: Pixels,
    painted: Sequence[Pixels],
    shares: Sequence[float],
    result: Pixels,
    *,
    strength: float = 1.0,
    keep_colors: bool = False,
) -> None:
    """Write ``photo + strength · (Σ share · painted − photo)`` into ``result``, all H×W×3.

    With ``keep_colors``, only the luminance of the sum is used: the chroma is the photograph's,
    reduced where that luminance does not allow it. ``result`` must not share memory with the
    inputs.
    """
    columns = {f"painted.{index}": picture.reshape(-1, 3) for index, picture in enumerate(painted)}
    columns["photo"] = photo.reshape(-1, 3)
    values = {"shares": np.array(shares, np.float32), "strength": np.array(strength, np.float32)}
    model = _model(len(painted), keep_colors)
    run_in_parts(model, columns, values, result.reshape(-1, 3))


def run_in_parts(
    model: CompiledModel,
    columns: Mapping[str, NDArray[np.uint8]],
    values: Mapping[str, NDArray[np.float32]],
    result: NDArray[np.uint8],
) -> None:
    """Run a model over N×C arrays in chunks of rows; ``values`` are the same for all."""
    for start in range(0, len(result), _PART_PIXELS):
        part = slice(start, start + _PART_PIXELS)
        inputs = {name: column[part] for name, column in columns.items()}
        model.run({**inputs, **values}, {0: result[part]})


@functools.cache
def _model(pictures: int, keep_colors: bool) -> CompiledModel:
    identity = ("mix", cache.stamp(__file__), pictures, keep_colors)
    build = functools.partial(_build, pictures, keep_colors)
    return compile_cached(identity, build, "CPU", settings("float32", None))


def _build(pictures: int, keep_colors: bool) -> Any:
    photo = graph.parameter("photo", np.uint8, [-1, 3])
    painted = [graph.parameter(f"painted.{n}", np.uint8, [-1, 3]) for n in range(pictures)]
    shares = graph.parameter("shares", np.float32, [pictures])
    strength = graph.parameter("strength", np.float32, [])
    arrange, restore = (to_channels, from_channels) if keep_colors else (to_row, from_row)
    original = arrange(photo)
    mixture = _weighted_sum([arrange(picture) for picture in painted], shares)
    if keep_colors:
        mixture = _recolour(original, luminance(mixture))
    mixed = [
        ops.add(before, ops.multiply(strength, ops.subtract(after, before)))
        for before, after in zip(original, mixture, strict=True)
    ]
    inputs = [photo, *painted, shares, strength]
    return openvino.Model([ops.result(restore(mixed))], inputs, "mix")


def _weighted_sum(painted: Sequence[Channels], shares: Any) -> Channels:
    axis = ops.constant(np.int64(0))
    weights = [ops.gather(shares, graph.integers(n), axis) for n in range(len(painted))]
    return [
        functools.reduce(ops.add, map(ops.multiply, same_channel, weights))
        for same_channel in zip(*painted, strict=True)
    ]


def _recolour(photo: Channels, target: Any) -> Channels:
    """Change the luminance of the photo's colours, reducing chroma where it would clip.

    The chroma is scaled by the largest factor up to 1 that keeps all channels in 0..255. Unlike
    clamping, this shifts neither hue nor luminance.
    """
    grey = luminance(photo)
    chroma = [ops.subtract(channel, grey) for channel in photo]
    bright = ops.subtract(_number(255 + _TINY), target)
    dark = ops.negative(ops.add(target, _number(_TINY)))
    excesses = (ops.divide(channel, limit) for channel in chroma for limit in (bright, dark))
    factor = ops.divide(_number(1), functools.reduce(ops.maximum, excesses, _number(1)))
    return [ops.add(target, ops.multiply(factor, channel)) for channel in chroma]


def luminance(colours: Channels) -> Any:
    """Return the luminance of three channels, as a 1×N node."""
    weights = [_number(weight) for weight in LUMINANCE]
    return functools.reduce(ops.add, map(ops.multiply, colours, weights))


def to_channels(picture: Any) -> Channels:
    """Split uint8 N×3 values into three float nodes 1×N.

    Planar data is computed many times faster than interleaved.
    """
    planes = ops.transpose(picture, graph.integers(1, 0))
    channels = ops.split(planes, ops.constant(np.int64(0)), 3).outputs()
    return [ops.convert(channel, np.float32) for channel in channels]


def from_channels(channels: Channels) -> Any:
    """Round three float nodes 1×N to uint8 N×3."""
    planes = ops.concat([_to_levels(channel) for channel in channels], 0)
    return ops.transpose(planes, graph.integers(1, 0))


def to_row(picture: Any) -> Channels:
    """Convert uint8 N×3 to one float node 1×3N."""
    return [ops.convert(ops.reshape(picture, graph.integers(1, -1), False), np.float32)]


def from_row(row: Channels) -> Any:
    """Round a float node 1×3N to uint8 N×3."""
    return ops.reshape(_to_levels(row[0]), graph.integers(-1, 3), False)


def _to_levels(colours: Any) -> Any:
    return ops.convert(ops.round(ops.clamp(colours, 0.0, 255.0), "half_to_even"), np.uint8)


def _number(value: float) -> Any:
    return ops.constant(np.float32(value))


def luminance_of(picture: Pixels) -> NDArray[np.float32]:
    """Return the luminance of H×W×3 levels, as H×W."""
    levels: NDArray[np.float32] = np.dot(picture, np.array(LUMINANCE, np.float32))
    return levels
