"""The passes that paint a large picture in strips: the input range and graph of each strip.

A pass ends where statistics of a whole feature map are needed, so there is one per layer. It reads
the picture or a stored map, and recomputes the layers in between whose maps are not stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realstyler.networks import openvino_graph as graph
from realstyler.networks.layers import (
    EPSILON,
    PICTURE,
    Layer,
    Layers,
    Size,
    divisors,
    evaluate,
    map_size,
)
from realstyler.openvino_runtime import openvino, ops


@dataclass(frozen=True)
class Window:
    """The input range of a convolution's output range, along one axis."""

    start: int
    stop: int
    before: int
    """Padding before ``start``, at the end of the map only; ``after`` likewise."""
    after: int
    skip: int = 0
    """For cropped upsampled maps: pixels ``skip…length`` are kept."""
    length: int = 0


@dataclass(frozen=True)
class Step:
    """One layer's convolution in a pass, with its geometry along an axis."""

    layer: Layer
    weight: NDArray[np.float32]
    stride: int
    output: graph.Output | None = None
    """Set for the convolution to colours; ``weight`` and ``stride`` are then its own."""

    @classmethod
    def of(cls, layer: Layer, arrays: graph.Arrays) -> Step:
        """Use a layer's weight; the last layer is rewritten first."""
        if layer.normalized:
            return cls(layer, arrays[f"{layer.name}.conv.weight"], layer.stride)
        output = graph.output_of(layer, arrays)
        return cls(layer, output.weight, output.stride, output)

    @property
    def padding(self) -> int:
        """Padding in pixels before the map."""
        return int(self.weight.shape[-1] - 1) // 2

    @property
    def tears(self) -> bool:
        """Whether its input range may split a pair of upsampled rows."""
        reach = int(self.weight.shape[-1]) - self.padding
        return self.stride == 1 or self.padding % 2 == 1 or reach % 2 == 1

    def window(self, start: int, stop: int, length: int, target: int, merged: bool) -> Window:
        """Return the input range of outputs ``start…stop`` of ``target``, given its ``length``."""
        if not self.layer.upsampling:
            return self._clipped(start, stop, length)
        if merged:  # the transposed convolution reads one more small pixel on each side
            first, last = start // 2, (stop + 1) // 2
            window = _clip(first - 1, last + 1, length)
            return replace(window, skip=start - 2 * first, length=stop - 2 * first)
        doubled = self._clipped(start, stop, target)
        first, last = doubled.start // 2, (doubled.stop + 1) // 2
        skip, length = doubled.start - 2 * first, doubled.stop - 2 * first
        return Window(first, last, doubled.before, doubled.after, skip, length)

    def _clipped(self, start: int, stop: int, length: int) -> Window:
        first = start * self.stride - self.padding
        last = (stop - 1) * self.stride - self.padding + self.weight.shape[-1]
        return _clip(first, last, length)


def _clip(first: int, last: int, length: int) -> Window:
    start, stop = max(first, 0), min(last, length)
    return Window(start, stop, start - first, last - stop)


@dataclass(frozen=True)
class Normalization:
    """Normalization as one multiplication and one addition, each float32 1×C×1×1."""

    scale: NDArray[np.float32]
    shift: NDArray[np.float32]


class Statistics:
    """Mean and variance per channel over all strips merged so far (Chan et al. 1979)."""

    def __init__(self, channels: int) -> None:
        self.strip_mean, self.strip_variance = np.zeros((2, 1, channels, 1, 1), np.float32)
        """1×C×1×1: statistics of the strip to be merged next."""
        self._count = 0
        self._mean, self._variance = np.zeros((2, 1, channels, 1, 1))

    def merge(self, count: int) -> None:
        """Merge ``count`` values with the strip's mean and (biased) variance."""
        self._count += count
        share = count / self._count
        distance = self.strip_mean - self._mean
        self._variance *= 1 - share
        self._variance += share * self.strip_variance + share * (1 - share) * distance**2
        self._mean += share * distance

    def normalization(self, arrays: graph.Arrays, name: str) -> Normalization:
        """Return the normalization by these statistics, with the layer's scale and shift."""
        weight, bias = (
            arrays[f"{name}.{part}"].reshape(1, -1, 1, 1) for part in ("weight", "bias")
        )
        scale = weight / np.sqrt(self._variance + EPSILON)
        shift = bias - self._mean * scale
        return Normalization(scale.astype(np.float32), shift.astype(np.float32))


@dataclass(frozen=True)
class Pass:
    """A sequence of layers whose intermediate maps are not stored."""

    source: str
    """Name of the layer whose stored map is read, or `PICTURE`."""

    pending: Layer | None
    """The layer whose normalization must still be applied to the input."""

    steps: Sequence[Step]
    sizes: Sequence[Size]
    """Height and width of the input and of each step's output."""

    keeps_values: bool
    """Whether the result is stored; otherwise only its statistics are."""

    settles: bool
    """Whether the stored map is normalized at once, because it takes part in a skip connection."""

    @property
    def layer(self) -> Layer:
        """The layer that the pass computes."""
        return self.steps[-1].layer

    @property
    def unshuffle(self) -> int:
        """Pixel unshuffle factor of the picture."""
        return self.steps[0].layer.unshuffle

    @property
    def normalized(self) -> list[Layer | None]:
        """The layers whose normalization comes before each step."""
        return [self.pending, *(step.layer for step in self.steps[:-1])]

    @property
    def paints(self) -> bool:
        """Whether the last step outputs colours."""
        return not self.layer.normalized

    @property
    def channels(self) -> int:
        """Channels of the result."""
        return int(self.steps[-1].weight.shape[0])

    @property
    def scale(self) -> int:
        """Rows of the picture per row of the last pass's result."""
        output = self.steps[-1].output
        return 1 if output is None else output.scale

    @property
    def largest(self) -> int:
        """Number of values in its largest map."""
        channels = [self.steps[0].layer.inputs, *(step.weight.shape[0] for step in self.steps)]
        pairs = zip(self.sizes, channels, strict=True)
        return max(int(height * width * count) for (height, width), count in pairs)

    @property
    def cost(self) -> float:
        """Multiplications in the whole pass."""
        areas = (height * width for height, width in self.sizes[1:])
        pairs = zip(self.steps, areas, strict=True)
        return float(sum(step.weight.size * area for step, area in pairs))

    def windows(self, axis: int, start: int, stop: int) -> list[Window]:
        """Return each step's input range along an axis for results ``start…stop``."""
        windows: list[Window] = []
        for index in reversed(range(len(self.steps))):
            source, target = self.sizes[index], self.sizes[index + 1]
            window = self.steps[index].window(
                start, stop, source[axis], target[axis], self._merges(index)
            )
            windows.insert(0, window)
            start, stop = window.start, window.stop
        return windows

    def inputs(
        self, rows: list[Window], columns: list[Window], norms: Mapping[str, Normalization]
    ) -> dict[str, NDArray[Any]]:
        """Return the graph inputs that describe a strip's position and the normalizations.

        ``norms`` contains the normalizations of all layers so far, by name.
        """
        arrays: dict[str, NDArray[Any]] = {}
        for index, (row, column) in enumerate(zip(rows, columns, strict=True)):
            arrays[f"{index}.begin"] = np.array([0, 0, row.before, column.before], np.int64)
            arrays[f"{index}.end"] = np.array([0, 0, row.after, column.after], np.int64)
            if self._is_cut(index):
                arrays[f"{index}.skip"] = np.array([row.skip, column.skip], np.int64)
                arrays[f"{index}.stop"] = np.array([row.length, column.length], np.int64)
            if (before := self.normalized[index]) is not None:
                norm = norms[before.name]
                arrays[f"{index}.scale"], arrays[f"{index}.shift"] = norm.scale, norm.shift
        return arrays

    def _is_cut(self, index: int) -> bool:
        """Whether an upsampled strip has an extra row or column before or after it."""
        if not self.steps[index].layer.upsampling:
            return False
        torn = any(step.tears for step in self.steps[index + 1 :])
        return torn or not self._merges(index)

    def _merges(self, index: int) -> bool:
        """Whether upsampling is part of a convolution, because the whole map is not cropped."""
        source, target = self.sizes[index], self.sizes[index + 1]
        exact = target == (2 * source[0], 2 * source[1])
        return exact and graph.merges_upsampling(self.steps[index].layer)

    def model(self) -> Any:
        """Build the ``openvino.Model`` of this pass for strips of any height and width."""
        parameters: list[Any] = []

        def make(name: str, kind: type, shape: list[int]) -> Any:
            parameters.append(graph.parameter(name, kind, shape))
            return parameters[-1]

        if self.source == PICTURE:
            picture = make("strip", np.uint8, [1, -1, -1, 3])
            mean = make("mean colour", np.float32, [1, 3, 1, 1])
            features = graph.pixels_to_features(picture, mean)
            if self.unshuffle > 1:
                features = ops.space_to_depth(features, "depth_first", self.unshuffle)
        else:
            stored = make("strip", np.float16, [1, -1, -1, self.steps[0].layer.inputs])
            features = ops.transpose(ops.convert(stored, np.float32), graph.integers(0, 3, 1, 2))
        for index in range(len(self.steps)):
            features = self._step(features, index, make)
        return openvino.Model(self._results(features), parameters, "strip")

    def _step(self, features: Any, index: int, make: Callable[..., Any]) -> Any:
        step, before = self.steps[index], self.normalized[index]
        if before is not None:
            shape = [1, before.outputs, 1, 1]
            scale, shift = (
                make(f"{index}.{name}", np.float32, shape) for name in ("scale", "shift")
            )
            features = graph.scale_and_shift(features, scale, shift)
            features = ops.relu(features) if before.relu else features
        begin, end = (make(f"{index}.{name}", np.int64, [4]) for name in ("begin", "end"))
        if step.output is not None:
            return graph.paint(features, step.output, (begin, end))
        if step.layer.upsampling:
            return self._upsample(features, index, (begin, end), make)
        return _convolution(features, step, (begin, end))

    def _upsample(
        self, features: Any, index: int, border: graph.Borders, make: Callable[..., Any]
    ) -> Any:
        step, merges = self.steps[index], self._merges(index)
        if merges:
            features = graph.upsampling_convolution(features, step.weight, border)
        else:
            twice = ops.multiply(graph.spatial_size(features), graph.integers(2, 2))
            features = graph.nearest(features, twice)
        if self._is_cut(index):
            cut = (make(f"{index}.{name}", np.int64, [2]) for name in ("skip", "stop"))
            features = ops.slice(features, *cut, graph.integers(1, 1), graph.integers(2, 3))
        return features if merges else _convolution(features, step, border)

    def _results(self, features: Any) -> list[Any]:
        if self.paints:
            return [ops.result(features)]
        axes = graph.integers(2, 3)
        mean = ops.reduce_mean(features, axes, True)
        distance = ops.subtract(features, mean)
        variance = ops.reduce_mean(ops.multiply(distance, distance), axes, True)
        results = [ops.result(mean), ops.result(variance)]
        if self.keeps_values:
            values = ops.transpose(ops.convert(features, np.float16), graph.integers(0, 2, 3, 1))
            results.append(ops.result(values))
        return results


def _convolution(features: Any, step: Step, border: graph.Borders) -> Any:
    return graph.convolution(features, step.weight, border, step.stride, step.layer.groups)


@dataclass(frozen=True)
class _Unstored:
    """A value during planning: a stored map, and layers to be recomputed."""

    source: str
    pending: Layer | None = None
    layers: tuple[Layer, ...] = ()


def plan(layers: Layers, arrays: graph.Arrays, picture: Size) -> list[Pass]:
    """Return the passes that paint a picture of H×W, one per layer and in the same order.

    Maps at full resolution are not stored, nor are maps that only the last layer reads, before
    anything is added to them: recomputing them is cheap.
    """
    found = divisors(layers)
    added = {layer.adds for layer in layers}
    passes: list[Pass] = []

    def stores(layer: Layer) -> bool:
        if layer.adds or layer.name in added:
            return True
        return found[layer.name] > 1 and layer.name != layers[-1].reads

    def add_pass(layer: Layer, value: _Unstored, _: _Unstored | None) -> _Unstored:
        steps = [Step.of(one, arrays) for one in (*value.layers, layer)]
        sizes = [map_size(picture, found[value.source] * steps[0].layer.unshuffle)]
        sizes += [map_size(picture, _divisor(step, found)) for step in steps]
        settles = layer.adds is not None or layer.name in added
        passes.append(Pass(value.source, value.pending, steps, sizes, stores(layer), settles))
        if not stores(layer):
            return replace(value, layers=(*value.layers, layer))
        return _Unstored(layer.name, None if settles else layer)

    evaluate(layers, _Unstored(PICTURE), add_pass)
    return passes


def _divisor(step: Step, found: Mapping[str, int]) -> int:
    """Return the divisor of a step's map; the last layer may be rewritten to a smaller one."""
    return found[step.layer.name] if step.output is None else step.output.scale
