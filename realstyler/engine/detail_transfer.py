"""Detail transfer: bring a painting from the working resolution back to any picture size.

The photograph is scaled to the working resolution and painted there. The painting is enlarged by
Lanczos interpolation, which preserves the strokes but is soft; then the photograph's fine detail
is added where the painting follows the photograph: detail is multiplied by the local slope of the
painting's luminance against the photograph's, as in a guided filter (He et al. 2010). Where a
stroke ignores what is below it, the slope is near zero, and the photograph does not shine through.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from realstyler.engine import blending, cache
from realstyler.engine.compiled_model import CompiledModel, compile_cached, settings
from realstyler.engine.pictures import Pixels
from realstyler.networks import openvino_graph as graph
from realstyler.openvino_runtime import openvino, ops

_RADIUS = 2
"""Pixels at the working resolution; slopes use square windows of side 2·radius + 1."""

_NOISE = 20.0
"""Luminance variance (levels squared) below which slopes are considered noise."""

_LARGEST_SLOPE = 1.5


def scale(photo: Pixels, size: tuple[int, int]) -> Pixels:
    """Resize H×W×3 to the given height and width by Lanczos interpolation."""
    if photo.shape[:2] == size:
        return photo
    return np.array(_resized(photo, size))


def bring_back(painted: Pixels, working: Pixels, photo: Pixels) -> Pixels:
    """Scale ``painted``, h×w×3, to the photograph's H×W and add the photograph's detail.

    ``working`` is the photograph as it was painted, h×w×3.
    """
    size = photo.shape[0], photo.shape[1]
    enlarged = scale(painted, size)
    if size[0] * size[1] <= painted.shape[0] * painted.shape[1]:
        return enlarged
    base, before = blending.luminance_of(painted), blending.luminance_of(working)
    slope = _slope(before, base) * (255 / _LARGEST_SLOPE)
    columns = {
        "painted": enlarged.reshape(-1, 3),
        "photo": photo.reshape(-1, 3),
        "blurred": np.array(_resized(before.round().astype(np.uint8), size)).reshape(-1),
        "slope": np.array(_resized(slope.astype(np.uint8), size)).reshape(-1),
    }
    result = np.empty_like(photo)
    blending.run_in_parts(_model(), columns, {}, result.reshape(-1, 3))
    return result


def _resized(levels: NDArray[np.uint8], size: tuple[int, int]) -> Image.Image:
    return Image.fromarray(levels).resize((size[1], size[0]), Image.Resampling.LANCZOS)


def _slope(photo: NDArray[np.float32], painted: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the local regression slope of one luminance on another, clipped, h×w."""
    photo_mean, painted_mean = _box_mean(photo), _box_mean(painted)
    covariance = _box_mean(photo * painted) - photo_mean * painted_mean
    variance = _box_mean(photo * photo) - photo_mean**2
    slope: NDArray[np.float32] = np.clip(covariance / (variance + _NOISE), 0, _LARGEST_SLOPE)
    return slope


def _box_mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average over square windows, replicating the border."""
    side = 2 * _RADIUS + 1
    for axis in (0, 1):
        widths = [(0, 0), (0, 0)]
        widths[axis] = (_RADIUS, _RADIUS)
        padded = np.pad(values, widths, mode="edge")
        length = values.shape[axis]
        parts = (padded.take(range(n, n + length), axis) for n in range(side))
        values = functools.reduce(np.add, parts) / np.float32(side)
    return values


@functools.cache
def _model() -> CompiledModel:
    return compile_cached(
        ("detail", cache.stamp(__file__)), _build, "CPU", settings("float32", None)
    )


def _build() -> Any:
    colours = [graph.parameter(name, np.uint8, [-1, 3]) for name in ("painted", "photo")]
    levels = [graph.parameter(name, np.uint8, [-1]) for name in ("blurred", "slope")]
    painted, photo = (blending.to_channels(node) for node in colours)
    rows = (ops.unsqueeze(node, graph.integers(0)) for node in levels)
    blurred, slope = (ops.convert(row, np.float32) for row in rows)  # 1×N
    detail = ops.subtract(blending.luminance(photo), blurred)
    slope = ops.multiply(slope, ops.constant(np.float32(_LARGEST_SLOPE / 255)))
    added = ops.multiply(slope, detail)
    result = blending.from_channels([ops.add(channel, added) for channel in painted])
    return openvino.Model([ops.result(result)], [*colours, *levels], "detail")
